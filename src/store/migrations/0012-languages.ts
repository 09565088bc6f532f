import type { Migration } from './migration.js';

/** The language in which a person talks with us. */
export const languages: Migration = async (db) => {
  await db.schema.alterTable('direct_chats').addColumn('language', 'text').execute();
  // reporters are told when a case has ended
  await db.schema.createIndex('cases_closed').on('cases').columns(['closed_at', 'id']).execute();
};
