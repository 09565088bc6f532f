import type Database from 'libsql';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { BoundedMap } from '../util/bounded-map.js';
import { codeOf } from './guard.js';

/** Far more than the ledger's statements; those with a varying number of rows or parameters come and go. */
const STATEMENTS_KEPT = 256;

/**
 * Kysely prepares every query again, which costs as much as running it. This caches the most recently used prepared
 * statements. It is safe because Kysely reads each result completely before the next query on the connection.
 */
export class StatementCache implements SqliteDatabase {
  /** oldest use first */
  readonly #statements = new BoundedMap<string, SqliteStatement>(STATEMENTS_KEPT);

  constructor(
    private readonly database: Database.Database,
    private readonly onClose?: () => void,
  ) {}

  prepare(text: string): SqliteStatement {
    const statement = this.#statements.get(text) ?? this.#prepare(text);
    this.#statements.set(text, statement);
    return statement;
  }

  #prepare(text: string): SqliteStatement {
    const prepared = this.database.prepare(text);
    // read once, because the binding calls native code each time
    const reader = prepared.reader;
    return {
      reader,
      all: this.#ending((parameters) => prepared.all(parameters)),
      run: this.#ending((parameters) => prepared.run(parameters)),
      iterate: (parameters) => prepared.iterate(parameters),
    };
  }

  /**
   * A statement that finds the database locked stays in progress until it is run again. Meanwhile SQLite refuses every
   * commit of the connection, and reports single statements as done that it has not committed. libsql cannot reset a
   * statement, so it is run where it can only fail in another way, which ends it. (In a write-ahead log no reading
   * statement finds an open database locked.)
   */
  #ending<T>(run: (parameters: readonly unknown[]) => T): (parameters: readonly unknown[]) => T {
    return (parameters) => {
      try {
        return run(parameters);
      } catch (error) {
        if (codeOf(error).startsWith('SQLITE_BUSY')) this.#withoutWrites(() => run(parameters));
        throw error;
      }
    };
  }

  #withoutWrites(run: () => void): void {
    this.database.exec('pragma query_only = on');
    try {
      run();
    } catch {
      // as intended
    } finally {
      this.database.exec('pragma query_only = off');
    }
  }

  close(): void {
    this.onClose?.();
    this.#statements.clear();
    // So that the file alone is a complete backup once Heimdall has stopped. If another handle prevents it, the last
    // one does it.
    this.database.prepare('pragma wal_checkpoint(truncate)').all([]);
    this.database.close();
  }
}
