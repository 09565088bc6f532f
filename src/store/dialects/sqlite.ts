import {
  sql,
  SqliteDriver,
  type DatabaseConnection,
  CompiledQuery,
  type Dialect,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import Database from 'libsql';
import { existsSync, closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '../../util/make-folder.js';
import { MOST_PAGES, checkpointWhenQuiet } from '../checkpoints.js';
import { type DialectSql, dialectOf, type Connections } from '../dialect.js';
import { type DatabaseLocation, unreachable } from '../guard.js';
import { StatementCache } from '../statement-cache.js';
import { storeTexts } from '../texts.js';

/** Whether SQLite keeps the last moments before a power cut. A killed process loses nothing in either mode. */
export type Synchronous = 'NORMAL' | 'FULL';

const SQLITE_WORDS: DialectSql = {
  withId: (table) => table.addColumn('id', 'integer', (c) => c.primaryKey().autoIncrement()),
  keyedTable: sql`without rowid`,
  lockSchema: async () => undefined,
  lockRows: sql``,
  shareKey: sql``,
  withoutTimeLimit: async () => undefined,
  // the write-ahead log keeps former versions of pages until it is overwritten
  dropCopies: async (db) => void (await sql`pragma wal_checkpoint(truncate)`.execute(db)),
};

/**
 * Takes the write lock at the beginning of the transaction: a later upgrade from reading to writing can fail
 * immediately while another process writes.
 */
class ImmediateSqliteDriver extends SqliteDriver {
  /** how many use the connection or wait for it */
  #users = 0;

  get isIdle(): boolean {
    return this.#users === 0;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    this.#users += 1;
    return super.acquireConnection();
  }

  override async releaseConnection(): Promise<void> {
    this.#users -= 1;
    await super.releaseConnection();
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
}

function driverOf(database: Database.Database, onClose?: () => void): ImmediateSqliteDriver {
  return new ImmediateSqliteDriver({ database: new StatementCache(database, onClose) });
}

function sqliteDialect(driver: SqliteDriver, place: DatabaseLocation): Dialect {
  return dialectOf(
    {
      adapter: () => new SqliteAdapter(),
      driver: () => driver,
      introspector: (db) => new SqliteIntrospector(db),
      compiler: () => new SqliteQueryCompiler(),
    },
    place,
  );
}

function openFile(file: string, synchronous: Synchronous): Database.Database {
  const database = new Database(file);
  // Only while opening: later, waiting for others is asynchronous (guard.ts).
  database.exec('pragma busy_timeout = 2000');
  const mode = database.prepare('pragma journal_mode = wal').get([]) as { journal_mode?: unknown } | undefined;
  if (mode?.journal_mode !== 'wal') throw new Error(storeTexts.noWriteAheadLog(String(mode?.journal_mode)));
  for (const pragma of [
    `synchronous = ${synchronous}`,
    'foreign_keys = on',
    // what is deleted is overwritten with zeros: an erased person must not remain in the free space of the file
    'secure_delete = on',
    'journal_size_limit = 67108864',
    `wal_autocheckpoint = ${MOST_PAGES}`,
    'busy_timeout = 0',
  ])
    database.exec(`pragma ${pragma}`);
  return database;
}

/**
 * Opens (or creates) `ledger.sqlite` in `dataDir`. Two handles, so that readers never wait for a commit, and a read
 * during a commit cannot block itself.
 */
export function connectSqlite(dataDir: string, synchronous: Synchronous): Connections {
  const file = path.join(dataDir, 'ledger.sqlite');
  const place: DatabaseLocation = {
    name: storeTexts.ledgerFile(file),
    remedy: storeTexts.sqliteRemedy(dataDir),
    secrets: [],
  };
  try {
    // The ledger contains personal data, so nobody else on the machine may read it.
    makeFolder(dataDir);
    // Only if it does not exist yet: closing any handle of a file releases all of this process's locks on it (POSIX,
    // see https://sqlite.org/howtocorrupt.html, 2.2), and another process could then remove the log under us.
    if (!existsSync(file)) closeSync(openSync(file, 'a', 0o600));
    const writer = openFile(file, synchronous);
    const reader = openFile(file, synchronous);
    reader.exec('pragma query_only = on');
    const checkpoints = checkpointWhenQuiet(writer);
    const driver = driverOf(writer, () => checkpoints.stop());
    return {
      writer: sqliteDialect(driver, place),
      reader: sqliteDialect(driverOf(reader), place),
      direct: {
        isIdle: () => driver.isIdle,
        exec: (text) => void writer.exec(text),
        prepare: (text) => writer.prepare(text),
      },
      words: SQLITE_WORDS,
    };
  } catch (error) {
    throw unreachable(error, place);
  }
}
