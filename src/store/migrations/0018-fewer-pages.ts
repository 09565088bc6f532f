import { sql } from 'kysely';
import type { Migration } from './migration.js';

/**
 * A new action is entered in every index that covers it, and each index is a page of the commit for which a ban waits.
 * So the indexes by kind and by case contain only what is asked for by them, ended actions and those of a case; the
 * pending ones in order of time and of id are one index; and events are removed by walking through them.
 */
export const fewerPages: Migration = async (db) => {
  const { schema } = db;
  for (const name of ['actions_kind', 'actions_case_kind', 'actions_next', 'actions_due_id', 'seen_events_at'])
    await schema.dropIndex(name).execute();
  await schema
    .createIndex('actions_kind')
    .on('actions')
    .columns(['kind', 'state', 'id'])
    .where(sql.ref('ended_at'), 'is not', null)
    .execute();
  await schema
    .createIndex('actions_case_kind')
    .on('actions')
    .columns(['case_id', 'kind', 'id'])
    .where(sql.ref('case_id'), 'is not', null)
    .execute();
  await schema
    .createIndex('actions_next')
    .on('actions')
    .columns(['next_try_at', 'id', 'kind', 'lane'])
    .where(sql.ref('ended_at'), 'is', null)
    .execute();
};
