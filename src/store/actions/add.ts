import type { ExpressionBuilder, Kysely } from 'kysely';
import { compiledForRows } from '../compiled.js';
import { indexKey, clampTimestamp } from '../keys.js';
import type { NewAction, ActionRecord } from '../records/actions.js';
import { toJson, toAction } from '../rows.js';
import type { ActionRow, Tables } from '../schema.js';

/** Maximum rows per insert statement: both databases limit the number of parameters. */
export const ROWS_A_STATEMENT = 500;

/** An added action, and whether something in its lane has to be done before it. */
export interface AddedAction {
  action: ActionRecord;
  waits: boolean;
}

/** Adds the actions with new keys, in order; returns only those, and those that are due again. */
export async function insertActions(
  db: Kysely<Tables>,
  actions: readonly NewAction[],
  now: number,
): Promise<AddedAction[]> {
  const added: AddedAction[] = [];
  const once = actions.filter(({ renew }) => renew !== true).map((action) => rowOf(action, now));
  added.push(...(await insertMany(db, once)).map(toAdded));
  // a statement must not affect a row twice
  const renewed = new Map(
    actions.filter(({ renew }) => renew === true).map((action) => [indexKey(action.key), rowOf(action, now)]),
  );
  for (const row of renewed.values()) added.push(...(await renewAction(db, row)));
  // no database guarantees the order of returned rows
  return added.sort((a, b) => a.action.id - b.action.id);
}

function hasOneBefore(e: ExpressionBuilder<Tables, 'actions'>) {
  const before = e
    .selectFrom('actions as before')
    .select('before.id')
    .where('before.ended_at', 'is', null)
    .whereRef('before.lane', '=', 'actions.lane')
    .whereRef('before.id', '<', 'actions.id');
  return e.exists(before).as('waits');
}

/** SQLite says 0 or 1 where PostgreSQL says false or true. */
function toAdded({ waits, ...row }: ActionRow & { waits: number | boolean | bigint }): AddedAction {
  return { action: toAction(row), waits: Boolean(waits) };
}

/** Actions whose keys exist already are skipped. */
const insertMany = compiledForRows(
  (db, rows: readonly NewRow[]) =>
    db
      .insertInto('actions')
      .values(rows)
      .onConflict((c) => c.column('key').doNothing())
      .returningAll()
      .returning(hasOneBefore),
  ['case_id', 'kind', 'lane', 'key', 'payload', 'state', 'attempts', 'next_try_at', 'created_at'],
);

type NewRow = ReturnType<typeof rowOf>;

/** The row of a new action. */
export function rowOf(action: NewAction, now: number) {
  return {
    case_id: action.caseId ?? null,
    kind: action.kind,
    lane: indexKey(action.lane),
    key: indexKey(action.key),
    payload: toJson(action.payload),
    state: 'due' as const,
    attempts: 0,
    next_try_at: clampTimestamp(action.notBefore ?? now + (action.inMs ?? 0)),
    created_at: now,
  };
}

/** Adds a renewable action, or makes the existing one under its key due again. */
async function renewAction(db: Kysely<Tables>, row: NewRow): Promise<AddedAction[]> {
  const rows = await db
    .insertInto('actions')
    .values(row)
    .onConflict((c) =>
      c.column('key').doUpdateSet((e) => ({
        case_id: e.ref('excluded.case_id'),
        payload: e.ref('excluded.payload'),
        // an action that is due already is not delayed by another request
        next_try_at: e
          .case()
          .when(e.and([e('actions.state', '=', 'due'), e('actions.next_try_at', '<', e.ref('excluded.next_try_at'))]))
          .then(e.ref('actions.next_try_at'))
          .else(e.ref('excluded.next_try_at'))
          .end(),
        attempts: e.case().when('actions.state', '=', 'due').then(e.ref('actions.attempts')).else(0).end(),
        // a running one detects the new request by this, even within the same millisecond
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
    .returning(hasOneBefore)
    .execute();
  return rows.map(toAdded);
}
