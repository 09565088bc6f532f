import type { Kysely } from 'kysely';
import type { ActionRecord } from './records/actions.js';
import { toAction } from './rows.js';
import type { ActionRow, Tables } from './schema.js';
/**
 * Actions whose effects can outlive retention: enforcement's registers read them at each start, to know what is ours to
 * undo.
 */
export const STANDING_KINDS: readonly string[] = [
  'ban',
  'unban',
  'acl',
  'suspend',
  'unsuspend',
  'deactivate',
  'quarantine_media',
  'unquarantine_media',
  'block_room',
  'unblock_room',
];

type StandingRow = Pick<ActionRow, 'id' | 'kind' | 'lane' | 'payload' | 'result'>;

/** A kept row as an action, without its dates and case. */
export function toStandingAction(row: StandingRow): ActionRecord {
  return toAction({
    ...row,
    case_id: null,
    key: `standing:${row.id}`,
    state: 'done',
    attempts: 1,
    next_try_at: 0,
    created_at: 0,
    ended_at: 0,
    last_error: null,
  });
}

/** Kept actions of these kinds, by id. */
export async function standingOfKind(
  db: Kysely<Tables>,
  kinds: readonly string[],
  page: { afterId: number; limit: number },
): Promise<ActionRecord[]> {
  if (!kinds.some((kind) => STANDING_KINDS.includes(kind))) return [];
  const rows = await db
    .selectFrom('standing_actions')
    .selectAll()
    .where('kind', 'in', kinds)
    .where('id', '>', page.afterId)
    .orderBy('id')
    .limit(page.limit)
    .execute();
  return rows.map(toStandingAction);
}

/** Keeps those of these actions that are in force, without their dates; the caller removes them all. */
export async function keepStanding(db: Kysely<Tables>, actions: readonly ActionRow[]): Promise<void> {
  if (actions.length === 0) return;
  await db
    .insertInto('standing_actions')
    .values(actions.map(({ id, kind, lane, payload, result }) => ({ id, kind, lane, payload, result })))
    .onConflict((c) => c.column('id').doNothing())
    .execute();
}
