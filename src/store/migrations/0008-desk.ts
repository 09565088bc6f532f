import type { Migration } from './migration.js';

/** Questions that are waiting for a `yes`, and cases found by their notice. */
export const desk: Migration = async (db, words) => {
  await db.schema
    .createTable('questions')
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('asked_by', 'text', (c) => c.notNull())
    .addColumn('payload', 'text', (c) => c.notNull())
    .addColumn('asked_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('answered_by', 'text')
    .addPrimaryKeyConstraint('questions_key', ['key'])
    .modifyEnd(words.keyedTable)
    .execute();
  await db.schema.createIndex('questions_expires').on('questions').column('expires_at').execute();
  await db.schema.createIndex('cases_notice').on('cases').column('notice_event_id').execute();
};
