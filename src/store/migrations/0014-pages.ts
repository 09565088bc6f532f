import { sql } from 'kysely';
import type { Migration } from './migration.js';

/**
 * Indexes that keep the web pages fast on a large ledger, and moderators' saved filters.
 *
 * The figures count three kinds of entries in an audit of a million: a partial index contains only those, and costs
 * other entries nothing.
 */
export const pages: Migration = async (db) => {
  await db.schema
    .createTable('saved_filters')
    .addColumn('user_id', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('query', 'text', (c) => c.notNull())
    .addColumn('saved_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('saved_filters_key', ['user_id', 'name'])
    .execute();
  await sql`create index audit_counted on audit (at, what)
    where what in ('case.dismissed', 'case.appealed', 'case.appeal_upheld')`.execute(db);
  await db.schema.createIndex('web_tokens_case').on('web_tokens').column('case_id').execute();
  await db.schema.createIndex('cases_opened').on('cases').column('opened_at').execute();
};
