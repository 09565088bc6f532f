import type { Migration } from './migration.js';

/** Finds cases whose subjects had the same name or picture, newest first. */
export const related: Migration = async (db) => {
  await db.schema.createIndex('case_looks_look').on('case_looks').columns(['look', 'case_id']).execute();
};
