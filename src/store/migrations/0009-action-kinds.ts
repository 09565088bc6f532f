import type { Migration } from './migration.js';

const RENAMED = [
  ['look_at_room', 'backfill_members'],
  ['look_at_avatar', 'check_avatar'],
  ['look_at_room_identity', 'check_room'],
  ['settle_space', 'reconcile_space'],
] as const;

/** Renames kinds of actions to the usual terms. */
export const actionKinds: Migration = async (db) => {
  for (const [before, now] of RENAMED)
    await db.updateTable('actions').set({ kind: now }).where('kind', '=', before).execute();
};
