import type Database from 'libsql';
import { Rounds } from '../util/rounds.js';

/**
 * Pages (4 KiB) in the write-ahead log at which a commit itself copies them into the database file. SQLite's 1,000 are
 * reached by every 80th decision, and the two syncs of the disk then are what one decision in a hundred waits for.
 */
export const MOST_PAGES = 4_000;
const LOOK_MS = 500;
/**
 * Fewer changed rows than this stay in the log: syncing the disk for each of a quiet day's few events gains nothing.
 */
const WORTH_IT = 200;

/**
 * Copies the write-ahead log into the database file while nobody writes, so that no commit has to. Ends with `stop`.
 */
export function checkpointWhenQuiet(database: Database.Database): { stop(): void } {
  const changed = database.prepare('select total_changes() as rows');
  const checkpoint = database.prepare('pragma wal_checkpoint(passive)');
  let copied = 0;
  let before = 0;
  const look = (): void => {
    try {
      const { rows } = changed.get([]) as { rows: number };
      const quiet = rows === before;
      before = rows;
      if (!quiet || rows - copied < WORTH_IT) return;
      checkpoint.all([]);
      copied = rows;
    } catch {
      // a transaction is open, or the disk fails: the next look tries again, and commits tell of a disk that fails
    }
  };
  const rounds = new Rounds({ work: look, everyMs: LOOK_MS });
  rounds.later(LOOK_MS);
  return { stop: () => void rounds.stop() };
}
