import type { Migration } from './migration.js';

/**
 * The hits of the running (or last) scan of each kind, so that it can be resumed and summarised without holding
 * anything in memory.
 */
export const scans: Migration = async (db, words) => {
  await db.schema
    .createTable('scan_hits')
    .addColumn('scan', 'text', (c) => c.notNull())
    .addColumn('case_id', 'bigint', (c) => c.notNull().references('cases.id').onDelete('cascade'))
    .addColumn('level', 'text', (c) => c.notNull())
    .addColumn('level_rank', 'integer', (c) => c.notNull())
    .addColumn('score', 'double precision', (c) => c.notNull())
    .addColumn('finding_key', 'text', (c) => c.notNull())
    .addColumn('is_new', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('scan_hits_key', ['scan', 'case_id'])
    .modifyEnd(words.keyedTable)
    .execute();
  await db.schema.createIndex('scan_hits_case').on('scan_hits').column('case_id').execute();
};
