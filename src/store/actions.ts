import { sql, type ExpressionBuilder, type Kysely } from 'kysely';
import { clampTimestamp, indexKey } from './keys.js';
import { toAction, toJson } from './rows.js';
import type { Tables } from './schema.js';
import { standingOfKind } from './standing.js';
import type { ActionRecord, ActionState, ActionSummary, NewAction } from './types.js';

/** Rows an insert statement carries at most: both databases limit the parameters of a statement. */
const ROWS_A_STATEMENT = 500;

/** Adds the actions whose keys are new, in their order; returns only those, and those that are due anew. */
export async function insertActions(
  db: Kysely<Tables>,
  actions: readonly NewAction[],
  now: number,
): Promise<ActionRecord[]> {
  const added: ActionRecord[] = [];
  const rows = (some: readonly NewAction[]) =>
    some.map((action) => ({
      case_id: action.caseId ?? null,
      kind: action.kind,
      lane: indexKey(action.lane),
      key: indexKey(action.key),
      payload: toJson(action.payload),
      state: 'due' as const,
      attempts: 0,
      next_try_at: clampTimestamp(action.notBefore ?? now + (action.inMs ?? 0)),
      created_at: now,
    }));
  const once = actions.filter(({ renew }) => renew !== true);
  for (let from = 0; from < once.length; from += ROWS_A_STATEMENT) {
    const inserted = await db
      .insertInto('actions')
      .values(rows(once.slice(from, from + ROWS_A_STATEMENT)))
      .onConflict((c) => c.column('key').doNothing())
      .returningAll()
      .execute();
    added.push(...inserted.map(toAction));
  }
  // a statement must not touch a row twice
  const renewed = new Map(
    actions.filter(({ renew }) => renew === true).map((action) => [indexKey(action.key), action]),
  );
  for (const values of rows([...renewed.values()])) {
    const row = await db
      .insertInto('actions')
      .values(values)
      .onConflict((c) =>
        c.column('key').doUpdateSet((e) => ({
          case_id: e.ref('excluded.case_id'),
          payload: e.ref('excluded.payload'),
          // what is due already goes out no later for having been asked for again
          next_try_at: e
            .case()
            .when(e.and([e('actions.state', '=', 'due'), e('actions.next_try_at', '<', e.ref('excluded.next_try_at'))]))
            .then(e.ref('actions.next_try_at'))
            .else(e.ref('excluded.next_try_at'))
            .end(),
          attempts: e.case().when('actions.state', '=', 'due').then(e.ref('actions.attempts')).else(0).end(),
          // one that is on its way sees by this that it was asked for again, even within the same millisecond
          created_at: e
            .case()
            .when('actions.created_at', '>=', e.ref('excluded.created_at'))
            .then(e('actions.created_at', '+', 1))
            .else(e.ref('excluded.created_at'))
            .end(),
          state: 'due',
          ended_at: null,
          result: null,
        })),
      )
      .returningAll()
      .executeTakeFirst();
    if (row !== undefined) added.push(toAction(row));
  }
  // no database promises the order of returned rows
  return added.sort((a, b) => a.id - b.id);
}

/** What is due now, whether or not something before it in its lane still waits. */
function dueNow(db: Kysely<Tables>, now: number, exceptKinds: readonly string[]) {
  return db
    .selectFrom('actions')
    .where('ended_at', 'is', null)
    .where('next_try_at', '<=', clampTimestamp(now))
    .$if(exceptKinds.length > 0, (query) => query.where('kind', 'not in', exceptKinds));
}

/**
 * Heads (the oldest unended action of each lane) whose time has come, oldest first. Only lanes in which something is due
 * are looked at, so what waits costs nothing however much it is. A lane has one head, so fetching `busyLanes.size` rows
 * more than wanted and leaving out the busy ones here is exact, and the statement stays the same whatever is busy.
 */
export async function dueActions(
  db: Kysely<Tables>,
  now: number,
  busyLanes: ReadonlySet<string>,
  limit: number,
  exceptKinds: readonly string[] = [],
): Promise<ActionRecord[]> {
  const heads = db
    .selectFrom('actions')
    .select((e) => e.fn.min('id').as('id'))
    .where('ended_at', 'is', null)
    .where('lane', 'in', dueNow(db, now, exceptKinds).select('lane').distinct())
    .groupBy('lane');
  const rows = await dueNow(db, now, exceptKinds)
    .selectAll()
    .where('id', 'in', heads)
    .orderBy('id')
    .limit(limit + busyLanes.size)
    .execute();
  return rows
    .filter((row) => !busyLanes.has(row.lane))
    .slice(0, limit)
    .map(toAction);
}

/** The first moment after `now` at which something that waits comes due; null when nothing waits for a later one. */
export async function nextDueAt(db: Kysely<Tables>, now: number): Promise<number | null> {
  const row = await db
    .selectFrom('actions')
    .select('next_try_at')
    .where('ended_at', 'is', null)
    .where('next_try_at', '>', clampTimestamp(now))
    .orderBy('next_try_at')
    .limit(1)
    .executeTakeFirst();
  return row?.next_try_at ?? null;
}

/**
 * How many could be carried out now: due, and with nothing before them in their lane that waits. Counted up to `limit`.
 */
export async function countWorkable(
  db: Kysely<Tables>,
  now: number,
  exceptKinds: readonly string[],
  limit: number,
): Promise<number> {
  const some = dueNow(db, now, exceptKinds).select('id').limit(limit);
  const { count } = await db
    .selectFrom(some.as('some'))
    .select((e) => e.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  if (Number(count) < limit) return Number(count);
  // so many that it is worth the look: which lanes are held up by an action that waits?
  const lanes = await dueNow(db, now, exceptKinds)
    .select((e) => ['lane', e.fn.countAll<number>().as('count')])
    .groupBy('lane')
    .execute();
  const waiting = new Set(
    (
      await db
        .selectFrom('actions')
        .select('lane')
        .distinct()
        .where('ended_at', 'is', null)
        .where('next_try_at', '>', clampTimestamp(now))
        .where('lane', 'in', dueNow(db, now, exceptKinds).select('lane').distinct())
        .where((e) =>
          e(
            'id',
            '=',
            e
              .selectFrom('actions as head')
              .select((head) => head.fn.min('head.id').as('id'))
              .whereRef('head.lane', '=', 'actions.lane')
              .where('head.ended_at', 'is', null),
          ),
        )
        .execute()
    ).map(({ lane }) => lane),
  );
  return lanes.reduce((sum, { lane, count: ofLane }) => (waiting.has(lane) ? sum : sum + Number(ofLane)), 0);
}

export interface ActionEnd {
  state: Exclude<ActionState, 'due'>;
  result?: unknown;
  error?: string;
  at: number;
  createdAt?: number;
}

/** Only these ends mean that something was sent. */
const TRIED: ReadonlySet<ActionState> = new Set(['done', 'failed']);

/** What an end writes into a row of actions. */
function asEnded(end: ActionEnd) {
  return (e: ExpressionBuilder<Tables, 'actions'>) => ({
    state: end.state,
    ended_at: clampTimestamp(end.at),
    result: end.result == null ? null : toJson(end.result),
    last_error: end.error === undefined ? e.ref('last_error') : end.error,
    attempts: TRIED.has(end.state) ? e('attempts', '+', 1) : e.ref('attempts'),
  });
}

/**
 * Ends an action that is due, or that was cancelled while it was on its way: what really happened must stand there,
 * or nobody could undo it. Returns false when it had ended otherwise; then nothing was changed.
 */
export async function endAction(db: Kysely<Tables>, id: number, end: ActionEnd): Promise<boolean> {
  const done = await db
    .updateTable('actions')
    .set(asEnded(end))
    .where('id', '=', id)
    .where('state', 'in', ['due', 'cancelled'])
    .$if(end.createdAt !== undefined, (query) => query.where('created_at', '=', end.createdAt ?? 0))
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

/** See `Ledger.simulatedActions`. */
export async function simulatedActions(db: Kysely<Tables>): Promise<{ kind: string; count: number }[]> {
  const rows = await db
    .selectFrom('actions')
    .select((e) => ['kind', e.fn.count<number>('payload').distinct().as('count')])
    .where('state', '=', 'simulated')
    .groupBy('kind')
    .orderBy('kind')
    .execute();
  return rows.map(({ kind, count }) => ({ kind, count: Number(count) }));
}

export async function lastActionId(db: Kysely<Tables>): Promise<number> {
  const row = await db
    .selectFrom('actions')
    .select((e) => e.fn.max('id').as('id'))
    .executeTakeFirst();
  return row?.id ?? 0;
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

export async function actionsByKeyPrefix(db: Kysely<Tables>, prefix: string): Promise<ActionRecord[]> {
  const escaped = prefix.replace(/[\\%_]/g, '\\$&');
  const rows = await db
    .selectFrom('actions')
    .selectAll()
    .where(sql<boolean>`key like ${`${escaped}%`} escape '\\'`)
    .orderBy('id')
    .execute();
  return rows.map(toAction).filter(({ key }) => key.startsWith(prefix));
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
  const kept = state === 'done' ? await standingOfKind(db, kinds, page) : [];
  return byId([...kept, ...rows.map(toAction)]).slice(0, page.limit);
}

function byId(actions: ActionRecord[]): ActionRecord[] {
  return actions.sort((a, b) => a.id - b.id);
}

/** The kept actions of a kind; there are as many as effects that stand. */
function allStanding(db: Kysely<Tables>, kind: string): Promise<ActionRecord[]> {
  return standingOfKind(db, [kind], { afterId: 0, limit: Number.MAX_SAFE_INTEGER });
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
  const newest = new Map<string, ActionRecord>();
  for (const action of [...(await allStanding(db, kind)), ...rows.map(toAction)]) newest.set(action.lane, action);
  return byId([...newest.values()]);
}

/** All actions of a kind in one lane that are done and had an effect (a result), oldest first. */
export async function doneOfKind(db: Kysely<Tables>, kind: string, lane: string): Promise<ActionRecord[]> {
  const done = db.selectFrom('actions').selectAll().where('lane', '=', lane).where('kind', '=', kind);
  const rows = await done.where('state', '=', 'done').where('result', 'is not', null).orderBy('id').execute();
  const kept = (await allStanding(db, kind)).filter((action) => action.lane === lane && action.result !== null);
  return byId([...kept, ...rows.map(toAction)]);
}

export async function actionsOfCase(db: Kysely<Tables>, caseId: number, limit?: number): Promise<ActionRecord[]> {
  const ofCase = db.selectFrom('actions').selectAll().where('case_id', '=', caseId);
  if (limit === undefined) return (await ofCase.orderBy('id').execute()).map(toAction);
  return (await ofCase.orderBy('id', 'desc').limit(limit).execute()).reverse().map(toAction);
}

/** Enough to see what became of each kind, however often it was tried. */
const EFFECTS_READ = 100;

/** The newest actions of these kinds in the case's present life, oldest first. */
export async function effectsOfCase(
  db: Kysely<Tables>,
  caseId: number,
  kinds: readonly string[],
): Promise<ActionRecord[]> {
  const rows = await db
    .selectFrom('actions')
    .innerJoin('cases', 'cases.id', 'actions.case_id')
    .selectAll('actions')
    .where('actions.case_id', '=', caseId)
    .where('actions.kind', 'in', kinds)
    .whereRef('actions.id', '>', 'cases.actions_from')
    .orderBy('actions.id', 'desc')
    .limit(EFFECTS_READ)
    .execute();
  return rows.reverse().map(toAction);
}

export async function actionSummary(db: Kysely<Tables>, caseId: number): Promise<ActionSummary[]> {
  const groups = await db
    .selectFrom('actions')
    .select((e) => ['kind', 'state', e.fn.countAll<number>().as('count'), e.fn.max('id').as('last')])
    .where('case_id', '=', caseId)
    .groupBy(['kind', 'state'])
    .execute();
  if (groups.length === 0) return [];
  const last = await db
    .selectFrom('actions')
    .select(['id', 'last_error'])
    .where(
      'id',
      'in',
      groups.map((group) => group.last),
    )
    .execute();
  const errors = new Map(last.map((row) => [row.id, row.last_error]));
  return groups
    .map(({ kind, state, count, last: lastId }) => ({
      kind,
      state,
      count: Number(count),
      lastId,
      lastError: errors.get(lastId) ?? null,
    }))
    .sort((a, b) => a.lastId - b.lastId);
}

/** Oldest first, whenever their time may be. */
export async function dueInLane(db: Kysely<Tables>, lane: string, limit: number): Promise<ActionRecord[]> {
  const rows = await db
    .selectFrom('actions')
    .selectAll()
    .where('lane', '=', indexKey(lane))
    .where('ended_at', 'is', null)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(toAction);
}

export async function moveLane(db: Kysely<Tables>, from: string, to: string, limit: number): Promise<number> {
  const oldest = db
    .selectFrom('actions')
    .select('id')
    .where('lane', '=', indexKey(from))
    .where('ended_at', 'is', null)
    .orderBy('id')
    .limit(limit);
  const done = await db
    .updateTable('actions')
    .set({ lane: indexKey(to) })
    .where('id', 'in', oldest)
    .executeTakeFirst();
  return Number(done.numUpdatedRows);
}

export async function endLane(db: Kysely<Tables>, lane: string, end: ActionEnd): Promise<void> {
  await db
    .updateTable('actions')
    .set(asEnded(end))
    .where('lane', '=', indexKey(lane))
    .where('ended_at', 'is', null)
    .execute();
}

export async function troubleOf(
  db: Kysely<Tables>,
  kind: string,
): Promise<{ count: number; since: number | null; lastError: string | null }> {
  const waiting = db
    .selectFrom('actions')
    .where('kind', '=', kind)
    .where('state', '=', 'due')
    .where('attempts', '>', 0);
  const { count, since } = await waiting
    .select((e) => [e.fn.countAll<number>().as('count'), e.fn.min('created_at').as('since')])
    .executeTakeFirstOrThrow();
  const newest = await waiting.select('last_error').orderBy('id', 'desc').limit(1).executeTakeFirst();
  return { count: Number(count), since, lastError: newest?.last_error ?? null };
}
