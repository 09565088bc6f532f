import { sql } from 'kysely';
import type { Migration } from './migration.js';

/**
 * Effects that outlive the retention of their action: without a date, and only what is needed to undo them. And the
 * order in which actions ended, to find old ones.
 */
export const process: Migration = async (db) => {
  await db.schema
    .createTable('standing_actions')
    .addColumn('id', 'bigint', (c) => c.primaryKey().notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('lane', 'text', (c) => c.notNull())
    .addColumn('payload', 'text', (c) => c.notNull())
    .addColumn('result', 'text')
    .execute();
  await db.schema.createIndex('standing_actions_kind').on('standing_actions').columns(['kind', 'id']).execute();
  await db.schema
    .createIndex('findings_reports')
    .on('findings')
    .column('seen_at')
    .where(sql.ref('kind'), '=', sql.lit('report'))
    .execute();
  await db.schema.createIndex('outbox_created').on('outbox').column('created_at').execute();
  await db.schema
    .createIndex('actions_ended_at')
    .on('actions')
    .columns(['ended_at', 'id'])
    .where(sql.ref('ended_at'), 'is not', null)
    .execute();
};
