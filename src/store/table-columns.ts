import type { Kysely } from 'kysely';
import type { Tables } from './schema.js';

/** A table as described by the database itself, so that new tables are not forgotten. */
export interface TableColumns {
  name: string;
  columns: string[];
  /** text columns */
  texts: string[];
  /** time columns, by name: `at`, `seen_at`, … */
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
