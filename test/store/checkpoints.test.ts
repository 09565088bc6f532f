import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import Database from 'libsql';
import { checkpointWhenQuiet, MOST_PAGES } from '../../src/store/checkpoints.js';
import { openLedger } from '../../src/store/index.js';

const ROWS = 300;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'heimdall-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What stands in the database file itself, without its write-ahead log. */
function rowsWithoutLog(file: string, table: string): number {
  const copy = `${file}.copy`;
  copyFileSync(file, copy);
  const database = new Database(copy);
  try {
    return (database.prepare(`select count(*) as rows from ${table}`).get([]) as { rows: number }).rows;
  } finally {
    database.close();
    rmSync(copy);
  }
}

async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !holds(); await pause(50))
    if (Date.now() > end) throw new Error('it never held');
}

const events = (count: number) => Array.from({ length: count }, (_, index) => `$e${index}`);

test('commits leave the log alone, and a quiet moment copies it into the file', async () => {
  const ledger = await openLedger({ dataDir: folder });
  const file = path.join(folder, 'ledger.sqlite');
  try {
    const seen = async (ids: string[]) => {
      for (const id of ids) await ledger.commit(async (tx) => void (await tx.markEventSeen(id, 1)));
    };
    // more pages than the 1,000 at which SQLite by itself would copy within a commit
    await seen(events(1_200));
    const pages = statSync(`${file}-wal`).size / 4096;
    expect(pages).toBeGreaterThan(1_200);
    expect(pages).toBeLessThan(MOST_PAGES);
    expect(rowsWithoutLogOr0(file)).toBeLessThan(1_200);
    await until(() => rowsWithoutLogOr0(file) === 1_200);
  } finally {
    await ledger.close();
  }
});

test('an open transaction only puts it off, and after the end nothing is touched', async () => {
  const file = path.join(folder, 'some.sqlite');
  const database = new Database(file);
  database.exec('pragma journal_mode = wal; pragma wal_autocheckpoint = 4000; create table t (x integer)');
  const checkpoints = checkpointWhenQuiet(database);
  const insert = (rows: number) => {
    for (let index = 0; index < rows; index += 1) database.prepare('insert into t values (?)').run([index]);
  };
  database.exec('pragma wal_checkpoint(truncate)');
  insert(ROWS);
  database.exec('begin immediate');
  await pause(1_300);
  expect(rowsWithoutLog(file, 't')).toBe(0);
  database.exec('commit');
  await until(() => rowsWithoutLog(file, 't') === ROWS);
  insert(ROWS);
  checkpoints.stop();
  await pause(1_300);
  expect(rowsWithoutLog(file, 't')).toBe(ROWS);
  database.close();
});

/** The same for the ledger, whose tables may stand in the log alone at first. */
function rowsWithoutLogOr0(file: string): number {
  try {
    return rowsWithoutLog(file, 'seen_events');
  } catch {
    return 0;
  }
}
