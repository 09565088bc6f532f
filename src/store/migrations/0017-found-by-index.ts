import type { Migration } from './migration.js';

/**
 * What was found by reading a table whole: the case of an answer to a notice that rang again, what belongs to a case
 * that is removed, and the mails of a month.
 */
export const foundByIndex: Migration = async (db) => {
  await db.schema.createIndex('cases_again').on('cases').column('again_event_id').execute();
  await db.schema.createIndex('openings_case').on('openings').column('case_id').execute();
  await db.schema.createIndex('outbox_sent').on('outbox').column('sent_at').execute();
};
