import type { Kysely } from 'kysely';
import { indexKey, clampTimestamp } from './keys.js';
import { toAction, toJson } from './rows.js';
import type { Tables } from './schema.js';
import type { ActionRecord, ActionState, NewAction } from './types.js';

/** Rows an insert statement carries at most: both databases limit the parameters of a statement. */
const ROWS_A_STATEMENT = 500;

/** Adds the actions whose keys are new, in their order; returns only those. */
export async function insertActions(
  db: Kysely<Tables>,
  actions: readonly NewAction[],
  now: number,
): Promise<ActionRecord[]> {
  const added: ActionRecord[] = [];
  for (let from = 0; from < actions.length; from += ROWS_A_STATEMENT) {
    const values = actions.slice(from, from + ROWS_A_STATEMENT).map((action) => ({
      case_id: action.caseId ?? null,
      kind: action.kind,
      lane: indexKey(action.lane),
      key: indexKey(action.key),
      payload: toJson(action.payload),
      state: 'due' as const,
      attempts: 0,
      next_try_at: clampTimestamp(action.notBefore ?? now),
      created_at: now,
    }));
    const rows = await db
      .insertInto('actions')
      .values(values)
      .onConflict((c) => c.column('key').doNothing())
      .returningAll()
      .execute();
    added.push(...rows.map(toAction));
  }
  // no database promises the order of returned rows
  return added.sort((a, b) => a.id - b.id);
}

/** The oldest unended action of each lane. */
function heads(db: Kysely<Tables>) {
  return db
    .selectFrom('actions')
    .select((e) => e.fn.min('id').as('id'))
    .where('ended_at', 'is', null)
    .groupBy('lane');
}

/**
 * Heads whose time has come, oldest first. A lane has one head, so fetching `busyLanes.size` rows more than wanted and
 * leaving out the busy ones here is exact, and the statement stays the same whatever is busy.
 */
export async function dueActions(
  db: Kysely<Tables>,
  now: number,
  busyLanes: ReadonlySet<string>,
  limit: number,
  exceptKinds: readonly string[] = [],
): Promise<ActionRecord[]> {
  const rows = await db
    .selectFrom('actions')
    .selectAll()
    .where('id', 'in', heads(db))
    .where('next_try_at', '<=', clampTimestamp(now))
    .$if(exceptKinds.length > 0, (query) => query.where('kind', 'not in', exceptKinds))
    .orderBy('id')
    .limit(limit + busyLanes.size)
    .execute();
  return rows
    .filter((row) => !busyLanes.has(row.lane))
    .slice(0, limit)
    .map(toAction);
}

/** The earliest time at which a head outside the busy lanes may go; it may lie in the past. Null when there is none. */
export async function nextDueAt(
  db: Kysely<Tables>,
  busyLanes: ReadonlySet<string>,
  exceptKinds: readonly string[] = [],
): Promise<number | null> {
  const rows = await db
    .selectFrom('actions')
    .select(['lane', 'next_try_at'])
    .where('id', 'in', heads(db))
    .$if(exceptKinds.length > 0, (query) => query.where('kind', 'not in', exceptKinds))
    .orderBy('next_try_at')
    .limit(1 + busyLanes.size)
    .execute();
  return rows.find((row) => !busyLanes.has(row.lane))?.next_try_at ?? null;
}

export interface ActionEnd {
  state: Exclude<ActionState, 'due'>;
  result?: unknown;
  error?: string;
  at: number;
}

/** Only these ends mean that something was sent. */
const TRIED: ReadonlySet<ActionState> = new Set(['done', 'failed']);

/**
 * Ends an action that is due, or that was cancelled while it was on its way: what really happened must stand there,
 * or nobody could undo it. Returns false when it had ended otherwise; then nothing was changed.
 */
export async function endAction(db: Kysely<Tables>, id: number, end: ActionEnd): Promise<boolean> {
  const done = await db
    .updateTable('actions')
    .set((e) => ({
      state: end.state,
      ended_at: clampTimestamp(end.at),
      result: end.result == null ? null : toJson(end.result),
      last_error: end.error === undefined ? e.ref('last_error') : end.error,
      attempts: TRIED.has(end.state) ? e('attempts', '+', 1) : e.ref('attempts'),
    }))
    .where('id', '=', id)
    .where('state', 'in', ['due', 'cancelled'])
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

export async function retryAction(
  db: Kysely<Tables>,
  id: number,
  retry: { nextTryAt: number; error: string },
): Promise<void> {
  await db
    .updateTable('actions')
    .set((e) => ({
      next_try_at: clampTimestamp(retry.nextTryAt),
      last_error: retry.error,
      attempts: e('attempts', '+', 1),
    }))
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .execute();
}

export async function cancelActions(
  db: Kysely<Tables>,
  caseId: number,
  kinds: readonly string[],
  at: number,
): Promise<number> {
  if (kinds.length === 0) return 0;
  const done = await db
    .updateTable('actions')
    .set({ state: 'cancelled', ended_at: clampTimestamp(at) })
    .where('case_id', '=', caseId)
    .where('kind', 'in', kinds)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return Number(done.numUpdatedRows);
}

export async function countDueActions(db: Kysely<Tables>): Promise<number> {
  const row = await db
    .selectFrom('actions')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow();
  return row.count;
}

export async function actionsByKey(db: Kysely<Tables>, keys: readonly string[]): Promise<ActionRecord[]> {
  const found: ActionRecord[] = [];
  const wanted = [...new Set(keys.map(indexKey))];
  for (let from = 0; from < wanted.length; from += ROWS_A_STATEMENT) {
    const rows = await db
      .selectFrom('actions')
      .selectAll()
      .where('key', 'in', wanted.slice(from, from + ROWS_A_STATEMENT))
      .execute();
    found.push(...rows.map(toAction));
  }
  return found.sort((a, b) => a.id - b.id);
}

export async function actionsOfKind(
  db: Kysely<Tables>,
  kinds: readonly string[],
  state: ActionState,
  page: { afterId: number; limit: number },
): Promise<ActionRecord[]> {
  if (kinds.length === 0) return [];
  const rows = await db
    .selectFrom('actions')
    .selectAll()
    .where('kind', 'in', kinds)
    .where('state', '=', state)
    .where('id', '>', page.afterId)
    .orderBy('id')
    .limit(page.limit)
    .execute();
  return rows.map(toAction);
}

/** The last action of a kind in each lane that is done and had an effect (a result). */
export async function latestOfKind(db: Kysely<Tables>, kind: string): Promise<ActionRecord[]> {
  const latest = db
    .selectFrom('actions')
    .select((e) => e.fn.max('id').as('id'))
    .where('kind', '=', kind)
    .where('state', '=', 'done')
    .where('result', 'is not', null)
    .groupBy('lane');
  const rows = await db.selectFrom('actions').selectAll().where('id', 'in', latest).orderBy('id').execute();
  return rows.map(toAction);
}

/** All actions of a kind in one lane that are done and had an effect (a result), oldest first. */
export async function doneOfKind(db: Kysely<Tables>, kind: string, lane: string): Promise<ActionRecord[]> {
  const done = db.selectFrom('actions').selectAll().where('lane', '=', lane).where('kind', '=', kind);
  const rows = await done.where('state', '=', 'done').where('result', 'is not', null).orderBy('id').execute();
  return rows.map(toAction);
}

export async function actionsOfCase(db: Kysely<Tables>, caseId: number): Promise<ActionRecord[]> {
  const rows = await db.selectFrom('actions').selectAll().where('case_id', '=', caseId).orderBy('id').execute();
  return rows.map(toAction);
}
