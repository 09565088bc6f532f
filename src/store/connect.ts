import type { Connections } from './dialect.js';
import { type PostgresLimits, connectPostgres } from './dialects/postgres.js';
import { connectSqlite, type Synchronous } from './dialects/sqlite.js';

const LEDGER_LIMITS: PostgresLimits = {
  connections: 8,
  connectMs: 5_000,
  queryMs: 15_000,
  statementMs: 12_000,
  lockMs: 8_000,
  idleInTransactionMs: 5_000,
};

/** Schema migrations may rewrite whole tables. */
const MIGRATION_LIMITS: PostgresLimits = { ...LEDGER_LIMITS, connections: 1, queryMs: 0, statementMs: 0 };

/** A hanging renewal must fail while there is still time for the next. */
const LEASE_LIMITS: PostgresLimits = {
  connections: 1,
  connectMs: 2_000,
  queryMs: 2_000,
  statementMs: 1_500,
  lockMs: 1_500,
  idleInTransactionMs: 2_000,
};

/** Opens the ledger's database. */
export function connectLedger(place: LedgerPlace): Connections {
  return place.databaseUrl
    ? connectPostgres(place.databaseUrl, LEDGER_LIMITS)
    : connectSqlite(place.dataDir, place.synchronous ?? 'NORMAL');
}

/** A connection for migrations, which may take long. Undefined: the ledger's own writer is used. */
export function connectMigrations(place: LedgerPlace): Connections | undefined {
  return place.databaseUrl ? connectPostgres(place.databaseUrl, MIGRATION_LIMITS) : undefined;
}

/** A connection only for the lease, whose renewals must not wait behind anything else. */
export function connectLease(place: LedgerPlace): Connections {
  return place.databaseUrl ? connectPostgres(place.databaseUrl, LEASE_LIMITS) : connectSqlite(place.dataDir, 'NORMAL');
}

export interface LedgerPlace {
  /** folder of `ledger.sqlite`; created if missing */
  dataDir: string;
  /** `postgres://…`, or null for SQLite in `dataDir` */
  databaseUrl?: string | null;
  /** SQLite only */
  synchronous?: Synchronous;
}
