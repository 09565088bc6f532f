import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { openLedger, openSettings } from '../../src/store/index.js';
import { type CompiledSources, compileSources } from '../support/compiled.js';
import { freshDatabase } from '../support/postgres.js';

const KILLS = 20;

type Ledger = Awaited<ReturnType<typeof openLedger>>;

/** Runs the writer and kills it after a random time; returns what it said it had done. */
async function writeAndDie(
  sources: CompiledSources,
  dataDir: string,
  databaseUrl: string | null,
  first: number,
): Promise<string[]> {
  const child = spawn(
    process.execPath,
    [path.join(sources.folder, 'test/store/crash-writer.js'), dataDir, databaseUrl ?? '', String(first)],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  let complaint = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const ended = new Promise((resolve) => child.once('close', resolve));
  // Most kills fall among the commits, some into the start and its migrations.
  const startToo = Math.random() < 0.2;
  while (!startToo && said === '' && child.exitCode === null) await pause(2);
  await pause(Math.random() * (startToo ? 300 : 60));
  expect({ exit: child.exitCode, complaint }).toEqual({ exit: null, complaint: '' });
  child.kill('SIGKILL');
  await ended;
  return said.split('\n').slice(0, -1);
}

async function expectWhole(ledger: Ledger, done: ReadonlySet<string>, commits: number): Promise<void> {
  const found = {
    events: new Set(
      (await ledger.reader.selectFrom('seen_events').select('event_id').execute()).map((row) => row.event_id),
    ),
    findings: new Set((await ledger.reader.selectFrom('findings').select('key').execute()).map((row) => row.key)),
    actions: new Map(
      (await ledger.reader.selectFrom('actions').select(['key', 'state']).execute()).map((row) => [row.key, row.state]),
    ),
  };
  for (let i = 0; i < commits; i += 1) {
    const parts = [
      found.events.has(`$${i}`),
      found.findings.has(`f${i}`),
      found.actions.has(`${i}a`),
      found.actions.has(`${i}b`),
      found.actions.has(`${i}c`),
    ];
    // each commit is there wholly or not at all, and is there when it was reported
    expect(new Set(parts).size).toBe(1);
    if (done.has(`commit ${i}`)) expect(parts).not.toContain(false);
    expect(found.actions.has(`${i}follow`)).toBe(found.actions.get(`${i}a`) === 'done');
    if (done.has(`end ${i}`)) expect(found.actions.get(`${i}a`)).toBe('done');
  }
}

async function expectSettings(dataDir: string, done: ReadonlySet<string>): Promise<void> {
  const settings = await openSettings({ dataDir });
  const [room] = settings.get().protected_rooms;
  const last = Math.max(
    -1,
    ...[...done].filter((line) => line.startsWith('settings ')).map((line) => Number(line.slice(9))),
  );
  // the change after the last reported one may have made it, too
  if (last >= 0) expect(Number(room?.slice(1, -2))).toBeGreaterThanOrEqual(last);
}

describe.each(['SQLite', 'PostgreSQL'])('the store on %s', (kind) => {
  let sources: CompiledSources;
  let dataDir: string;
  let database: Awaited<ReturnType<typeof freshDatabase>> | undefined;
  beforeAll(async () => {
    sources = await compileSources('src/store', 'src/util', 'src/matrix/identifiers.ts', 'test/store/crash-writer.ts');
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'heimdall-crash-'));
    if (kind === 'PostgreSQL') database = await freshDatabase();
  });
  afterAll(async () => {
    await sources.remove();
    await rm(dataDir, { recursive: true, force: true });
    await database?.drop();
  });

  it(`loses nothing that was reported as done when it is killed ${KILLS} times`, async () => {
    const done = new Set<string>();
    let next = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      for (const line of await writeAndDie(sources, dataDir, database?.url ?? null, next)) done.add(line);
      // one more than was reported may be there, unreported
      next = Math.max(next, ...[...done].map((line) => Number(line.split(' ')[1]) + 2));
      const ledger = await openLedger({ dataDir, databaseUrl: database?.url ?? null });
      if (!database)
        expect((await sql<{ integrity_check: string }>`pragma integrity_check`.execute(ledger.writer)).rows).toEqual([
          { integrity_check: 'ok' },
        ]);
      await ledger.ping();
      await ledger.close();
      await expectSettings(dataDir, done);
    }
    expect(done.size).toBeGreaterThan(KILLS);
    const ledger = await openLedger({ dataDir, databaseUrl: database?.url ?? null });
    await expectWhole(ledger, done, next);
    await ledger.close();
  });
});
