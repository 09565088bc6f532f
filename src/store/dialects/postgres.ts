import { sql, PostgresAdapter, PostgresDriver, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import type pg from 'pg';
import { messageOf } from '../../util/errors.js';
import { later } from '../../util/later.js';
import { type DialectSql, type Connections, dialectOf } from '../dialect.js';
import { type DatabaseLocation, unreachable } from '../guard.js';
import { storeTexts } from '../texts.js';

/** An arbitrary constant that identifies the lock within the database. */
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
  // dead rows go with the server's autovacuum; a VACUUM of ours would need rights that Heimdall may not have
  dropCopies: async () => undefined,
};

const driver = later<typeof pg>('pg');

/** `bigint` columns hold ids and times, which JavaScript numbers represent exactly; `count(*)` is small. */
const TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => {
    const { types } = driver();
    return oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format);
  },
};

/**
 * Timeouts for PostgreSQL. When the server vanishes silently, nothing else ends a query before TCP gives up, which
 * takes minutes. The server's own limits are shorter, so that it can still report why a query ended.
 */
export interface PostgresLimits {
  /** connections at a time */
  connections: number;
  connectMs: number;
  /** for one query, on our side; 0: no limit */
  queryMs: number;
  /** for one statement, on the server; 0: no limit */
  statementMs: number;
  /** for a lock that another transaction holds */
  lockMs: number;
  /**
   * For a transaction between two statements: if its process was suspended or cut off, the server ends it, so that its
   * locks do not keep a stand-by from taking over.
   */
  idleInTransactionMs: number;
}

/**
 * A connection on which a query timed out is unusable: the late result could be mistaken for that of the next query. It
 * is closed.
 */
function impatient({ Client }: typeof pg): typeof pg.Client {
  return class extends Client {
    // pg's own type has a dozen overloads, irrelevant here
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
  // A connection that breaks while idle or between two queries fails its next query and is then replaced. Without
  // listeners the error event itself would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    client.on('error', () => undefined);
    // As a statement rather than connection parameters, because poolers such as PgBouncer refuse unknown ones.
    const { statementMs, lockMs, idleInTransactionMs } = limits;
    client
      .query(
        `set statement_timeout = ${statementMs}; set lock_timeout = ${lockMs}; set ` +
          `idle_in_transaction_session_timeout = ${idleInTransactionMs}`,
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
  const remedy = storeTexts.postgresRemedy;
  let url: URL;
  try {
    url = new URL(databaseUrl);
    if (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') throw new Error(storeTexts.notAPostgresUrl);
  } catch {
    // the parser's own message repeats the URL, password and all
    throw unreachable(new Error(storeTexts.notAPostgresUrl), {
      name: storeTexts.theLedger,
      remedy,
      secrets: [],
    });
  }
  const secrets = [url.password, decodeURIComponentSafely(url.password), url.searchParams.get('password') ?? ''].filter(
    (secret) => secret !== '',
  );
  return {
    name: storeTexts.postgresDatabase(url.pathname.slice(1) || url.username, url.host),
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
