import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect } from '@jest/globals';
import { type LedgerOptions, openLedger } from '../../src/store/index.js';
import { freshDatabase } from './postgres.js';

type OpenedLedger = Awaited<ReturnType<typeof openLedger>>;

/** Opens ledgers for one test; they are closed, and their data removed, when it ends. */
export interface OpenForTest {
  /** An empty ledger of its own. */
  (options?: Partial<LedgerOptions>): Promise<OpenedLedger>;
  /** Another handle on the database that was opened last, as another process would have it. */
  again(options?: Partial<LedgerOptions>): Promise<OpenedLedger>;
  /** Where the ledger lies that was opened last. */
  place(): Pick<LedgerOptions, 'dataDir' | 'databaseUrl'>;
}

/** Where a test's ledger lies. */
type Place = Pick<LedgerOptions, 'dataDir' | 'databaseUrl'>;

/** True in files that run beside real servers; there the ledger is on PostgreSQL. */
function onPostgres(): boolean {
  return expect.getState().testPath?.endsWith('.integration.test.ts') ?? false;
}

/** A new empty place, on the database that this kind of test file uses. */
async function freshPlace(cleanup: (undo: () => Promise<void>) => void): Promise<Place> {
  if (onPostgres()) {
    const database = await freshDatabase();
    cleanup(database.drop);
    return { dataDir: '', databaseUrl: database.url };
  }
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'heimdall-ledger-'));
  cleanup(() => rm(dataDir, { recursive: true, force: true }));
  return { dataDir, databaseUrl: null };
}

/**
 * Declares a suite that holds for the ledger on either database: SQLite when it is called from a `*.test.ts`,
 * a real PostgreSQL when it is called from a `*.integration.test.ts`.
 */
export function describeLedgers(name: string, suite: (open: OpenForTest) => void): void {
  const undo: (() => Promise<void>)[] = [];
  let place: Place | undefined;

  async function again(options: Partial<LedgerOptions> = {}): Promise<OpenedLedger> {
    if (!place) throw new Error('open a ledger first');
    const ledger = await openLedger({ ...place, ...options });
    undo.push(() => ledger.close());
    return ledger;
  }

  async function open(options: Partial<LedgerOptions> = {}): Promise<OpenedLedger> {
    place = await freshPlace((step) => undo.push(step));
    return again(options);
  }

  describe(`${name} on ${onPostgres() ? 'PostgreSQL' : 'SQLite'}`, () => {
    afterEach(async () => {
      for (const step of undo.splice(0).reverse()) await step();
      place = undefined;
    });
    suite(
      Object.assign(open, {
        again,
        place: () => {
          if (!place) throw new Error('open a ledger first');
          return place;
        },
      }),
    );
  });
}
