import { sql } from 'kysely';
import type { Migration } from './migration.js';

/**
 * Pending actions in two more orders: by kind and lane, by which the executor finds the lanes of urgent kinds, and by
 * id, for all others. Ended actions are not in them.
 */
export const dueKinds: Migration = async (db) => {
  const toBeDone = (name: string) => db.schema.createIndex(name).on('actions').where(sql.ref('ended_at'), 'is', null);
  await toBeDone('actions_due_kind').columns(['kind', 'lane']).execute();
  await toBeDone('actions_due_id').column('id').execute();
};
