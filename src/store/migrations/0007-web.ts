import type { Migration } from './migration.js';

/**
 * Tokens of the web pages: sign-in links, sessions, receipts of reports without an account, appeals. Only hashes are
 * stored, so a stolen copy of the ledger opens nothing.
 */
export const web: Migration = async (db) => {
  await db.schema
    .createTable('web_tokens')
    .addColumn('hash', 'text', (c) => c.primaryKey().notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('user_id', 'text')
    .addColumn('case_id', 'bigint', (c) => c.references('cases.id').onDelete('cascade'))
    .addColumn('data', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('web_tokens_expiry').on('web_tokens').column('expires_at').execute();
};
