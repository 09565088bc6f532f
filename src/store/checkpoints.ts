import type Database from 'libsql';
import { Rounds } from '../util/rounds.js';

/**
 * Size of the write-ahead log, in 4 KiB pages, at which a commit itself checkpoints it: about 48 MB. SQLite's default
 * of 1,000 is reached at every 50th ban, and the two disk syncs then dominate the latency of one decision in a hundred.
 */
export const MOST_PAGES = 12_000;
const LOOK_MS = 500;
/**
 * With fewer changed rows than this there is no checkpoint: syncing the disk for each of a quiet day's few events gains
 * nothing.
 */
const WORTH_IT = 200;

/** Checkpoints the write-ahead log while nobody writes, so that no commit has to. Ends with `stop`. */
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
