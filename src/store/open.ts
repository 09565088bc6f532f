import { Kysely } from 'kysely';
import { type Clock, systemClock } from '../util/clock.js';
import { connectLedger, connectMigrations, type LedgerPlace } from './connect.js';
import { prepareLease } from './lease-row.js';
import { migrate } from './migrate.js';
import type { Tables } from './schema.js';
import { SqlLedger } from './ledger.js';

export interface LedgerOptions extends LedgerPlace {
  clock?: Clock;
  /**
   * The lease's fencing number for this process (lease.ts): every write is refused once another process acts. Without
   * it there is no check, for tools that only add work for the acting process.
   */
  fence?: number;
}

/**
 * Opens the ledger and migrates its schema.
 *
 * @throws HeimdallError `HEIMDALL_E_DATABASE` when the database is unavailable, `HEIMDALL_E_SCHEMA_NEWER` when a newer
 * Heimdall wrote it
 */
export async function openLedger(options: LedgerOptions): Promise<SqlLedger> {
  const ledger = new SqlLedger(connectLedger(options), options.clock ?? systemClock, options.fence);
  try {
    await bringUpToDate(ledger, options);
  } catch (error) {
    await ledger.close().catch(() => undefined);
    throw error;
  }
  return ledger;
}

async function bringUpToDate(ledger: SqlLedger, options: LedgerOptions): Promise<void> {
  const patient = connectMigrations(options);
  const db = patient === undefined ? ledger.writer : new Kysely<Tables>({ dialect: patient.writer });
  try {
    await prepareLease(db, ledger.words);
    await migrate(db, ledger.words);
  } finally {
    if (patient !== undefined) await db.destroy();
  }
}
