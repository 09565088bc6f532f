/**
 * What commit-before-answer costs: one decision (an event seen, its case opened, its finding, three actions) in one
 * commit, one after another, as the intake waits for them. Rivals write the same rows with nothing around them
 * (plain.ts). Both sides sync as their database does by default; lowdb does not sync at all. Rounds alternate, the
 * median counts. Left out: several processes, and reads beside the writes.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Ledger, openLedger } from '../../src/store/index.js';
import type { Row } from '../row.js';
import { plainLowdb, plainPostgres, plainSqlite, type Rival } from './plain.js';
import { withPostgres } from './postgres.js';

const ROUND_MS = 400;
const ROUNDS = 5;

async function decide(ledger: Ledger, i: number): Promise<void> {
  await ledger.commit(async (tx) => {
    const now = Date.now();
    if (!(await tx.markEventSeen(`$${i}`, now))) return;
    const { case: opened } = await tx.recordFinding({
      subjectKind: 'user',
      subject: `@${i}:evil.test`,
      key: `verdict:$${i}`,
      kind: 'verdict',
      roomId: '!room:a.test',
      eventId: `$${i}`,
      seenAt: now,
      data: { why: 'name' },
      verdict: { level: 'likely', score: 3.5, protected: '@server:a.test' },
    });
    await tx.addActions(
      ['notify', 'report', 'ban'].map((kind) => ({
        caseId: opened.id,
        kind,
        lane: `!${i % 50}`,
        key: `${kind}:${i}`,
        payload: { reason: 'it imitates @server:a.test' },
      })),
    );
  });
}

/** Decisions a second over one round; `next` numbers them through. */
async function round(work: (i: number) => Promise<void>, next: { i: number }): Promise<number> {
  const begun = performance.now();
  let done = 0;
  for (; performance.now() - begun < ROUND_MS; done += 1) await work(next.i++);
  return (done / (performance.now() - begun)) * 1000;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0;

async function compare(where: string, ledger: Ledger, rival: Rival, target: string): Promise<Row> {
  const next = { i: Math.floor(Date.now() % 1e9) * 1e4 };
  const ours: number[] = [];
  const theirs: number[] = [];
  const work = { ours: (i: number) => decide(ledger, i), theirs: (i: number) => rival.decide(i) };
  await round(work.ours, next);
  await round(work.theirs, next);
  for (let i = 0; i < ROUNDS; i += 1) {
    ours.push(await round(work.ours, next));
    theirs.push(await round(work.theirs, next));
  }
  await rival.close();
  const [us, them] = [median(ours), median(theirs)];
  return {
    work: `commit of one decision, ${where}`,
    rival: rival.name,
    ours: `${Math.round(us)}/s`,
    theirs: `${Math.round(them)}/s`,
    ratio: us / them,
    target,
  };
}

export async function run(): Promise<Row[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-bench-'));
  try {
    const sqlite = await openLedger({ dataDir: folder });
    const rows = [
      await compare('SQLite', sqlite, await plainSqlite(folder), '>= 0.15 x'),
      await compare('SQLite', sqlite, await plainLowdb(folder), '>= 1 x'),
    ];
    await sqlite.close();
    rows.push(
      await withPostgres(async (databaseUrl) => {
        const postgres = await openLedger({ dataDir: folder, databaseUrl });
        const row = await compare('PostgreSQL', postgres, await plainPostgres(databaseUrl), '>= 0.5 x');
        await postgres.close();
        return row;
      }),
    );
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
