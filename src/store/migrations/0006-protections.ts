import type { Migration } from './migration.js';

/** Protections' memory over restarts, and the offences of each person. */
export const protections: Migration = async (db, words) => {
  const { schema } = db;
  await schema
    .createTable('protection_memory')
    .addColumn('protection', 'text', (c) => c.notNull())
    .addColumn('key', 'text', (c) => c.notNull())
    .addColumn('full_key', 'text', (c) => c.notNull())
    .addColumn('data', 'text', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('protection_memory_key', ['protection', 'key'])
    .modifyEnd(words.keyedTable)
    .execute();
  await schema.createIndex('protection_memory_expires').on('protection_memory').column('expires_at').execute();

  await words
    .withId(schema.createTable('offences'))
    .addColumn('protection', 'text', (c) => c.notNull())
    .addColumn('subject_key', 'text', (c) => c.notNull())
    .addColumn('case_id', 'bigint', (c) => c.references('cases.id').onDelete('cascade'))
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('offences_subject').on('offences').columns(['protection', 'subject_key', 'at']).execute();
  await schema.createIndex('offences_case').on('offences').column('case_id').execute();
  await schema.createIndex('offences_at').on('offences').column('at').execute();
};
