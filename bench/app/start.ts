/**
 * Start: processor time, wall clock and resident memory from `node bin/heimdall.mjs run` to the first 200 of /readyz, with
 * nothing to do, and with 100 rooms of 1,000 people and 5,000 rules; against a stub homeserver that answers at once.
 * Rival: the same Node only loading the six packages that no program of this kind does without. Both sides run in turns,
 * the median of three counts. What a user feels of it: how long nobody watches while Heimdall is restarted.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startWorld, type WorldSize } from '../enforcement/world.js';
import type { Row } from '../row.js';
import { residentMb, startHeimdall } from './process.js';

const FILE = fileURLToPath(import.meta.url);
const PACKAGES = ['express', 'libsql', 'undici', 'zod', 'kysely', 'pino'];
const ROUNDS = 3;
/** /proc counts processor time in hundredths of a second. */
const TICK_S = 0.01;
const SIZES: readonly [work: string, world: WorldSize, times: number, megabytes: number][] = [
  ['start, nothing to do', { rooms: 0, members: 0, userRules: 0, serverRules: 0 }, 2, 150],
  ['start, 100 rooms x 1,000, 5,000 rules', { rooms: 100, members: 1_000, userRules: 5_000, serverRules: 0 }, 3, 150],
  ['start, a room of 50,000', { rooms: 1, members: 50_000, userRules: 10, serverRules: 0 }, 3, 150],
];

interface Start {
  seconds: number;
  processor: number;
  megabytes: number;
}

export async function run(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [work, size, times, megabytes] of SIZES) {
    const [ours, theirs]: [Start[], Start[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(await startOnce(size));
      theirs.push(await loadPackages());
    }
    const row = (what: string, of: (start: Start) => number, target: string): Row => {
      const [a, b] = [median(ours.map(of)), median(theirs.map(of))];
      return { work: `${work}: ${what}`, rival: 'loading six packages', ours: a, theirs: b, ratio: b / a, target };
    };
    rows.push(
      row('s of processor', ({ processor }) => processor, `>= ${(1 / times).toPrecision(2)} x`),
      row('s', ({ seconds }) => seconds, `>= ${(1 / times).toPrecision(2)} x`),
      row('MB at most', ({ megabytes: most }) => most, `<= ${megabytes} MB`),
    );
  }
  return rows;
}

async function startOnce(size: WorldSize): Promise<Start> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-bench-'));
  const world = await startWorld(size);
  try {
    await mkdir(path.join(folder, 'data'));
    const watched = size.userRules > 0 ? [{ room_id: world.listId }] : [];
    await writeFile(
      path.join(folder, 'data', 'settings.json'),
      JSON.stringify({ protected_rooms: world.roomIds, watched_lists: watched }),
    );
    const heimdall = await startHeimdall(folder, world.url, { dry_run: true });
    const start = { seconds: heimdall.seconds, ...(await costOf(heimdall.child)) };
    await heimdall.stop();
    return start;
  } finally {
    world.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function loadPackages(): Promise<Start> {
  const began = performance.now();
  const child = fork(FILE, ['load'], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] });
  await once(child, 'message');
  const start = { seconds: (performance.now() - began) / 1000, ...(await costOf(child)) };
  child.kill();
  return start;
}

/** Processor time until now, and the most memory so far; from /proc, NaN where there is none. */
async function costOf(child: ChildProcess): Promise<{ processor: number; megabytes: number }> {
  const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8').catch(() => '');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return { processor: ((user ?? NaN) + (system ?? NaN)) * TICK_S, megabytes: await residentMb(child, 'VmHWM') };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

if (process.argv[1] === FILE && process.argv[2] === 'load') {
  for (const name of PACKAGES) await import(name);
  process.send?.('loaded');
  setInterval(() => undefined, 1000);
}
