import { setTimeout as pause } from 'node:timers/promises';
import type {
  CompiledQuery,
  DatabaseConnection,
  Driver,
  QueryCompiler,
  QueryResult,
  TransactionSettings,
} from 'kysely';
import { HeimdallError, messageOf } from '../util/errors.js';
import { storeTexts } from './texts.js';

/** Where the database is, in words for a person. */
export interface DatabaseLocation {
  /** e.g. `the ledger /data/ledger.sqlite`; without a password */
  name: string;
  remedy: string;
  /** must never appear in a message */
  secrets: readonly string[];
}

/**
 * Wraps either driver. It turns "the database is unavailable" into an actionable error, wherever it happens, and
 * removes NUL characters from texts: PostgreSQL refuses them and libsql truncates there, so one hostile event could
 * otherwise block a whole transaction for ever.
 */
export class GuardedDriver implements Driver {
  readonly #inner: Driver;
  readonly #place: DatabaseLocation;
  readonly #connections = new WeakMap<DatabaseConnection, GuardedConnection>();

  constructor(inner: Driver, place: DatabaseLocation) {
    this.#inner = inner;
    this.#place = place;
  }

  async init(): Promise<void> {
    await guarded(this.#place, () => this.#inner.init());
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const inner = await guarded(this.#place, () => this.#inner.acquireConnection());
    let connection = this.#connections.get(inner);
    if (!connection) {
      connection = new GuardedConnection(inner, this.#place);
      this.#connections.set(inner, connection);
    }
    return connection;
  }

  // Begin, commit and rollback are queries, which the connection's own guard covers.
  beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    return this.#inner.beginTransaction(connection, settings);
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return this.#inner.commitTransaction(connection);
  }

  rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    return this.#inner.rollbackTransaction(connection);
  }

  async savepoint(connection: DatabaseConnection, name: string, compile: QueryCompiler['compileQuery']): Promise<void> {
    await this.#inner.savepoint?.(connection, name, compile);
  }

  async rollbackToSavepoint(
    connection: DatabaseConnection,
    name: string,
    compile: QueryCompiler['compileQuery'],
  ): Promise<void> {
    await this.#inner.rollbackToSavepoint?.(connection, name, compile);
  }

  async releaseSavepoint(
    connection: DatabaseConnection,
    name: string,
    compile: QueryCompiler['compileQuery'],
  ): Promise<void> {
    await this.#inner.releaseSavepoint?.(connection, name, compile);
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    return this.#inner.releaseConnection(connection instanceof GuardedConnection ? connection.inner : connection);
  }

  destroy(): Promise<void> {
    return this.#inner.destroy();
  }
}

/**
 * How long to wait for another process that is writing to the same SQLite file. We wait here and not in SQLite
 * (`busy_timeout`), which would block the whole program. Only the start of a transaction, or a statement outside of
 * one, can find the database busy, so retrying is safe.
 */
const BUSY_PATIENCE_MS = 5_000;
const BUSY_PAUSE_MS = 5;

class GuardedConnection implements DatabaseConnection {
  constructor(
    readonly inner: DatabaseConnection,
    private readonly place: DatabaseLocation,
  ) {}

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const clean = withoutNul(query);
    for (const begun = Date.now(); ; await pause(BUSY_PAUSE_MS)) {
      try {
        return await this.inner.executeQuery<R>(clean);
      } catch (error) {
        if (codeOf(error).startsWith('SQLITE_BUSY') && Date.now() - begun < BUSY_PATIENCE_MS) continue;
        throw outOfReach(error) ? unreachable(error, this.place) : error;
      }
    }
  }

  streamQuery<R>(query: CompiledQuery, chunkSize?: number): AsyncIterableIterator<QueryResult<R>> {
    return this.inner.streamQuery<R>(query, chunkSize);
  }
}

function withoutNul(query: CompiledQuery): CompiledQuery {
  if (!query.parameters.some((value) => typeof value === 'string' && value.includes('\0'))) return query;
  return {
    ...query,
    parameters: query.parameters.map((value) => (typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value)),
  };
}

async function guarded<T>(place: DatabaseLocation, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw outOfReach(error) ? unreachable(error, place) : error;
  }
}

/** `HEIMDALL_E_DATABASE`: names the place and the database's own words, without secrets. */
export function unreachable(error: unknown, place: DatabaseLocation): HeimdallError {
  let words = (messageOf(error) || codeOf(error)).replace(/\.$/, '');
  for (const secret of place.secrets) words = words.replaceAll(secret, '[redacted]');
  return new HeimdallError('HEIMDALL_E_DATABASE', storeTexts.cannotUse(place.name, words), place.remedy);
}

const NETWORK =
  /^E(CONNREFUSED|CONNRESET|CONNABORTED|NOTFOUND|AI_AGAIN|TIMEDOUT|PIPE|HOSTUNREACH|NETUNREACH|ACCES|NOENT)$/;
const SQLITE = /^SQLITE_(BUSY|LOCKED|READONLY|IOERR|CORRUPT|FULL|CANTOPEN|NOTADB|PERM|AUTH|PROTOCOL|NOMEM)/;
/**
 * SQLSTATE classes and codes of https://www.postgresql.org/docs/18/errcodes-appendix.html: connection (08),
 * authorization (28), no such database (3D), read-only (25006), ended while idle in a transaction (25P03), resources
 * (53), a lock or a statement that took too long (55P03, 57014), shutdown (57P), system (58), no privilege (42501),
 * corrupted (XX00x).
 */
const POSTGRES = /^(08|28|3D|53|57P|58)|^(25006|25P03|42501|55P03|57014|XX001|XX002)$/;
/** What pg, its pool and Kysely say without a code. */
const WORDS =
  /^Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end|driver has already been destroyed|database connection is not open|self[- ]signed certificate|does not support SSL/i;

/** The code of a system or database error; empty when it has none. */
export function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

function outOfReach(error: unknown): boolean {
  const code = codeOf(error);
  return (
    NETWORK.test(code) ||
    SQLITE.test(code) ||
    (code.length === 5 && POSTGRES.test(code)) ||
    WORDS.test(messageOf(error))
  );
}
