import { sql } from 'kysely';
import type { Migration } from './migration.js';

/** By it the executor finds the lanes of urgent kinds, past whatever else is due and whatever has ended. */
export const dueKinds: Migration = async (db) => {
  await db.schema
    .createIndex('actions_due_kind')
    .on('actions')
    .columns(['kind', 'lane'])
    .where(sql.ref('ended_at'), 'is', null)
    .execute();
};
