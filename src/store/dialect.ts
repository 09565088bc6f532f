import type { CreateTableBuilder, RawBuilder, Kysely, Dialect, SqliteAdapter, PostgresAdapter, Driver } from 'kysely';
import type { DirectDatabase } from './at-once.js';
import { type DatabaseLocation, GuardedDriver } from './guard.js';
import type { Tables } from './schema.js';

/** Everything in which SQLite and PostgreSQL differ. The rest of the store is shared. */
export interface DialectSql {
  /** Adds the column `id`: auto-incremented and never reused. */
  withId<Name extends string>(table: CreateTableBuilder<Name>): CreateTableBuilder<Name>;
  /** The suffix of a table definition that is only accessed by its primary key. */
  readonly keyedTable: RawBuilder<unknown>;
  /** Blocks other starting processes until the transaction ends. */
  lockSchema(tx: Kysely<Tables>): Promise<void>;
  /** `for update` where rows must be locked before they are changed; SQLite has one writer at a time anyway. */
  readonly lockRows: RawBuilder<unknown>;
  /**
   * Keeps others from `lockRows` on the rows read until the transaction ends, without blocking changes to other
   * columns.
   */
  readonly shareKey: RawBuilder<unknown>;
  /** Lifts statement timeouts for the rest of the transaction. */
  withoutTimeLimit(tx: Kysely<Tables>): Promise<void>;
  /** After the commit of an erasure: removes copies of the erased text that the database still keeps outside tables. */
  dropCopies(db: Kysely<Tables>): Promise<void>;
}

/** An open database: `writer` for changes, `reader` for queries. They may be the same. */
export interface Connections {
  writer: Dialect;
  reader: Dialect | undefined;
  /** the writer past its queue, where a statement needs no waiting */
  direct?: DirectDatabase;
  words: DialectSql;
}

export function dialectOf(
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
