import type Database from 'libsql';
import type { SqliteDatabase, SqliteStatement } from 'kysely';
import { BoundedMap } from '../util/bounded-map.js';

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
      all: (parameters) => prepared.all(parameters),
      run: (parameters) => prepared.run(parameters),
      iterate: (parameters) => prepared.iterate(parameters),
    };
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
