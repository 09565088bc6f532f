import type { CreateTableBuilder, RawBuilder, Kysely, Dialect, SqliteAdapter, PostgresAdapter, Driver } from 'kysely';
import { type DatabaseLocation, GuardedDriver } from './guard.js';
import type { Tables } from './schema.js';

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
