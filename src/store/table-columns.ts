import type { Kysely } from 'kysely';
import type { Tables } from './schema.js';

/** A table as the database itself describes it, so that one that comes later is not forgotten. */
export interface TableColumns {
  name: string;
  columns: string[];
  /** columns that hold text */
  texts: string[];
  /** columns that hold a time, by their name: `at`, `seen_at`, … */
  times: string[];
}

export async function tablesOf(db: Kysely<Tables>): Promise<TableColumns[]> {
  const tables = await db.introspection.getTables();
  return tables
    .filter(({ name, isView }) => !isView && !name.startsWith('sqlite_'))
    .map(({ name, columns }) => ({
      name,
      columns: columns.map((column) => column.name),
      texts: columns.filter(({ dataType }) => /text|char/i.test(dataType)).map((column) => column.name),
      times: columns
        .filter((column) => /(^|_)at$/.test(column.name) && /int/i.test(column.dataType))
        .map((column) => column.name),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
