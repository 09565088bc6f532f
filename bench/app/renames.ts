/**
 * One account renames itself 1,000 times with events of 60 kB, in a room that nobody protects, while somebody else joins
 * at each tenth: what each of these transactions takes, what the ledger grows by, and the memory of the process.
 */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startStubHomeserver } from '../../test/support/stub-homeserver.js';
import type { Row } from '../row.js';
import { join, sendTransaction } from './feed.js';
import { residentMb, startHeimdall } from './process.js';

const RENAMES = 1_000;
const ROOM = '!elsewhere:remote.test';
const MB = 1024 * 1024;

export async function run(): Promise<Row[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-bench-'));
  const stub = await startStubHomeserver({ botUserId: '@heimdall:example.org', keepLog: false });
  stub.setState('!management:example.org', 'm.room.create', '', { room_version: '11' });
  const heimdall = await startHeimdall(folder, stub.url, { scan: { nightly: null } });
  const ledgerMb = async () => (await stat(path.join(folder, 'data', 'ledger.sqlite'))).size / MB;
  try {
    const before = await ledgerMb();
    const others: number[] = [];
    for (let index = 0; index < RENAMES; index += 1) {
      const name = `Example Support${' '.repeat(index % 2 === 0 ? 20_000 : 1)}${index}`;
      const rename = join(ROOM, '@m:evil.test', { displayname: name, padding: 'p'.repeat(60_000 - name.length) });
      await send(heimdall, `r${index}`, rename);
      if (index % 10 !== 0) continue;
      const began = performance.now();
      await send(heimdall, `o${index}`, join(ROOM, `@honest${index}:b.test`, { displayname: 'Ada' }));
      others.push(performance.now() - began);
    }
    const memory = await residentMb(heimdall.child);
    // what the write-ahead log holds is in the file after a clean stop
    await heimdall.stop();
    others.sort((a, b) => a - b);
    const row = (work: string, ours: number, target: string): Row => ({
      work: `${RENAMES} renames with 60 kB each, ${work}`,
      rival: '–',
      ours,
      theirs: '–',
      ratio: '–',
      target,
    });
    return [
      row("others' transactions, p99 ms", others[Math.floor(others.length * 0.99)] ?? NaN, '<= 250'),
      row('ledger grows by MB', (await ledgerMb()) - before, '<= 5'),
      row('resident MB', memory, '< 300'),
    ];
  } finally {
    await heimdall.stop();
    await stub.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function send(heimdall: Parameters<typeof sendTransaction>[0], id: string, event: object): Promise<void> {
  if (!(await sendTransaction(heimdall, id, [event]))) throw new Error(`transaction ${id} was not taken`);
}
