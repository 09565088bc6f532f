import type { Migration } from './migration.js';

/**
 * Indexes for queries that read whole tables: the case of an answer to a repeated notice, the rows of a removed case,
 * and a month's mails.
 */
export const foundByIndex: Migration = async (db) => {
  await db.schema.createIndex('cases_again').on('cases').column('again_event_id').execute();
  await db.schema.createIndex('openings_case').on('openings').column('case_id').execute();
  await db.schema.createIndex('outbox_sent').on('outbox').column('sent_at').execute();
};
