import { closeSync, existsSync, openSync } from 'node:fs';
import path from 'node:path';
import Database from 'libsql';
import {
  CompiledQuery,
  type CreateTableBuilder,
  type DatabaseConnection,
  type Dialect,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresDriver,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type Driver,
} from 'kysely';
import type pg from 'pg';
import { messageOf } from '../util/errors.js';
import { later } from '../util/later.js';
import { makeFolder } from '../util/make-folder.js';
import { checkpointWhenQuiet, MOST_PAGES } from './checkpoints.js';
import type { Tables } from './schema.js';
import { StatementCache } from './statement-cache.js';
import { GuardedDriver, unreachable, type DatabaseLocation } from './guard.js';

/**
 * Everything in which SQLite and PostgreSQL differ. The rest of the store is one code for both.
 */
export interface DialectSql {
  /** Adds the column `id`: counted up by the database, never given out twice. */
  withId<Name extends string>(table: CreateTableBuilder<Name>): CreateTableBuilder<Name>;
  /** What ends the definition of a table that is only ever looked up by its primary key. */
  readonly keyedTable: RawBuilder<unknown>;
  /** Holds other starting processes back until the transaction ends. */
  lockSchema(tx: Kysely<Tables>): Promise<void>;
  /** `for update` where rows must be locked before they are changed; SQLite has one writer at a time anyway. */
  readonly lockRows: RawBuilder<unknown>;
  /**
   * Keeps others from `lockRows` on what is read until the transaction ends, and does not hold back changes of other
   * columns.
   */
  readonly shareKey: RawBuilder<unknown>;
  /** Lifts the limits on how long a statement may take, for the rest of the transaction. */
  withoutTimeLimit(tx: Kysely<Tables>): Promise<void>;
}

/** An open database: `writer` for what changes it, `reader` for what only looks. They may be the same. */
export interface Connections {
  writer: Dialect;
  reader: Dialect | undefined;
  words: DialectSql;
}

/** How hard SQLite tries to keep the last moments before a power cut. A killed process loses nothing in either. */
export type Synchronous = 'NORMAL' | 'FULL';

const SQLITE_WORDS: DialectSql = {
  withId: (table) => table.addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement()),
  keyedTable: sql`without rowid`,
  lockSchema: async () => undefined,
  lockRows: sql``,
  shareKey: sql``,
  withoutTimeLimit: async () => undefined,
};

/** Any constant of our own; it names the lock within the database. */
const SCHEMA_LOCK = 0x4865696d;

const POSTGRES_WORDS: DialectSql = {
  withId: (table) => table.addColumn('id', 'bigint', (c) => c.primaryKey().generatedAlwaysAsIdentity()),
  keyedTable: sql``,
  lockSchema: async (tx) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(SCHEMA_LOCK)})`.execute(tx);
  },
  lockRows: sql`for update`,
  shareKey: sql`for key share`,
  withoutTimeLimit: async (tx) => {
    await sql`set local statement_timeout = 0`.execute(tx);
    await sql`set local lock_timeout = 0`.execute(tx);
  },
};

/**
 * Takes the write lock when the transaction begins: a later upgrade from reading to writing can fail at once when
 * another process writes.
 */
class ImmediateSqliteDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

function dialectOf(
  parts: {
    adapter: () => InstanceType<typeof SqliteAdapter | typeof PostgresAdapter>;
    driver: () => Driver;
    introspector: Dialect['createIntrospector'];
    compiler: Dialect['createQueryCompiler'];
  },
  place: DatabaseLocation,
): Dialect {
  return {
    createAdapter: parts.adapter,
    createDriver: () => new GuardedDriver(parts.driver(), place),
    createIntrospector: parts.introspector,
    createQueryCompiler: parts.compiler,
  };
}

function sqliteDialect(database: Database.Database, place: DatabaseLocation, onClose?: () => void): Dialect {
  return dialectOf(
    {
      adapter: () => new SqliteAdapter(),
      driver: () => new ImmediateSqliteDriver({ database: new StatementCache(database, onClose) }),
      introspector: (db) => new SqliteIntrospector(db),
      compiler: () => new SqliteQueryCompiler(),
    },
    place,
  );
}

function openFile(file: string, synchronous: Synchronous): Database.Database {
  const database = new Database(file);
  // Only while opening: later, waiting for others is done without holding up the program (guard.ts).
  database.exec('pragma busy_timeout = 2000');
  const mode = database.prepare('pragma journal_mode = wal').get([]) as { journal_mode?: unknown } | undefined;
  if (mode?.journal_mode !== 'wal')
    throw new Error(`the file system cannot hold a write-ahead log (journal mode ${String(mode?.journal_mode)})`);
  for (const pragma of [
    `synchronous = ${synchronous}`,
    'foreign_keys = on',
    'journal_size_limit = 67108864',
    `wal_autocheckpoint = ${MOST_PAGES}`,
    'busy_timeout = 0',
  ])
    database.exec(`pragma ${pragma}`);
  return database;
}

/**
 * Opens (or makes) `ledger.sqlite` in `dataDir`. Two handles: readers never wait for a commit, and a read inside a
 * commit's work cannot block itself.
 */
export function connectSqlite(dataDir: string, synchronous: Synchronous): Connections {
  const file = path.join(dataDir, 'ledger.sqlite');
  const place: DatabaseLocation = {
    name: `the ledger ${file}`,
    remedy: `Check that ${dataDir} exists, is writable for Heimdall and has free space, and that no other program holds the file (storage.data_dir).`,
    secrets: [],
  };
  try {
    // The ledger names people: nobody else on the machine shall read it.
    makeFolder(dataDir);
    // Only when it is not there yet: closing any handle of a file gives up every lock of this process on it (POSIX, see
    // https://sqlite.org/howtocorrupt.html, 2.2), and another process would take the log away from under us.
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
    const writer = openFile(file, synchronous);
    const reader = openFile(file, synchronous);
    reader.exec('pragma query_only = on');
    const checkpoints = checkpointWhenQuiet(writer);
    return {
      writer: sqliteDialect(writer, place, () => checkpoints.stop()),
      reader: sqliteDialect(reader, place),
      words: SQLITE_WORDS,
    };
  } catch (error) {
    throw unreachable(error, place);
  }
}

const driver = later<typeof pg>('pg');

/** `bigint` columns hold ids and times, which JavaScript's numbers hold exactly; `count(*)` is small. */
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => {
    const { types } = driver();
    return oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format);
  },
};

/**
 * How long we wait for PostgreSQL. When the server vanishes without a word, nothing else ends a query before TCP gives
 * up, which takes minutes. The server's own limits are shorter, so that it is still heard why a query ended.
 */
export interface PostgresLimits {
  /** connections at a time */
  connections: number;
  connectMs: number;
  /** for one query, as seen from here; 0: no limit */
  queryMs: number;
  /** for one statement, on the server; 0: no limit */
  statementMs: number;
  /** for a lock that another transaction holds */
  lockMs: number;
  /**
   * A transaction between two of its statements: when its process was stopped or cut off in between, the server ends
   * it, so that its locks do not keep a stand-by from taking over.
   */
  idleInTransactionMs: number;
}

const LEDGER_LIMITS: PostgresLimits = {
  connections: 8,
  connectMs: 5_000,
  queryMs: 15_000,
  statementMs: 12_000,
  lockMs: 8_000,
  idleInTransactionMs: 5_000,
};
/** Steps of the schema may rewrite whole tables. */
const MIGRATION_LIMITS: PostgresLimits = { ...LEDGER_LIMITS, connections: 1, queryMs: 0, statementMs: 0 };
/** A renewal that hangs must have failed while there is time for the next. */
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

/** A connection for steps of the schema, which may take their time. Undefined: the ledger's own writer will do. */
export function connectMigrations(place: LedgerPlace): Connections | undefined {
  return place.databaseUrl ? connectPostgres(place.databaseUrl, MIGRATION_LIMITS) : undefined;
}

/** A connection for the lease alone: its renewals must not wait behind anything else. */
export function connectLease(place: LedgerPlace): Connections {
  return place.databaseUrl ? connectPostgres(place.databaseUrl, LEASE_LIMITS) : connectSqlite(place.dataDir, 'NORMAL');
}

export interface LedgerPlace {
  /** folder of `ledger.sqlite`; made when it is not there */
  dataDir: string;
  /** `postgres://…`, or null for SQLite in `dataDir` */
  databaseUrl?: string | null;
  /** SQLite only */
  synchronous?: Synchronous;
}

/**
 * A connection on which a query got no answer in time is of no use any more: the answer may still come, and be taken
 * for that of the next. It is cut.
 */
function impatient({ Client }: typeof pg): typeof pg.Client {
  return class extends Client {
    // pg's own type has a dozen overloads; none of them matters here
    override query(...args: unknown[]): never {
      const result: unknown = (super.query as (...all: unknown[]) => unknown).apply(this, args);
      if (result instanceof Promise)
        result.catch((error: unknown) => {
          if (messageOf(error) === 'Query read timeout') this.#cut();
        });
      return result as never;
    }

    #cut(): void {
      const { connection } = this as unknown as { connection?: { stream?: { destroy(): void } } };
      connection?.stream?.destroy();
    }
  };
}

/** Opens a pool on a `postgres://` URL. Nothing is sent before the first query. */
export function connectPostgres(databaseUrl: string, limits: PostgresLimits): Connections {
  const place = postgresPlace(databaseUrl);
  const { Pool } = driver();
  const pool = new Pool({
    connectionString: databaseUrl,
    Client: impatient(driver()),
    max: limits.connections,
    types: TYPES,
    application_name: 'heimdall',
    connectionTimeoutMillis: limits.connectMs,
    query_timeout: limits.queryMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    allowExitOnIdle: true,
  });
  // A connection that breaks, at rest or between two queries of a commit, fails its next query and is replaced after
  // that.
  // Without listeners the break itself would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    // As a statement and not with the connection's parameters: poolers such as PgBouncer refuse those they do not know.
    const { statementMs, lockMs, idleInTransactionMs } = limits;
    client
      .query(
        `set statement_timeout = ${statementMs}; set lock_timeout = ${lockMs}; set idle_in_transaction_session_timeout = ${idleInTransactionMs}`,
      )
      .catch(() => undefined);
  });
  const dialect = dialectOf(
    {
      adapter: () => new PostgresAdapter(),
      driver: () => new PostgresDriver({ pool }),
      introspector: (db) => new PostgresIntrospector(db),
      compiler: () => new PostgresQueryCompiler(),
    },
    place,
  );
  return { writer: dialect, reader: undefined, words: POSTGRES_WORDS };
}

function postgresPlace(databaseUrl: string): DatabaseLocation {
  const remedy =
    'Check that PostgreSQL runs there and that storage.database_url names a database, a user and a password that may use it: postgres://USER:PASSWORD@HOST:5432/DATABASE.';
  let url: URL;
  try {
    url = new URL(databaseUrl);
    if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:')
      throw new Error(`${url.protocol} is not postgres:`);
  } catch {
    // the parser's own message repeats the URL, password and all
    throw unreachable(new Error('storage.database_url is not a postgres:// URL'), {
      name: 'the ledger',
      remedy,
      secrets: [],
    });
  }
  const secrets = [url.password, decodeURIComponentSafely(url.password), url.searchParams.get('password') ?? ''].filter(
    (secret) => secret !== '',
  );
  return {
    name: `the PostgreSQL database ${url.pathname.slice(1) || url.username} at ${url.host || 'its socket'}`,
    remedy,
    secrets,
  };
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
