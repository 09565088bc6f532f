import type { ExpressionBuilder, Kysely } from 'kysely';
import { compiledOnce } from '../compiled.js';
import { indexKey, clampTimestamp } from '../keys.js';
import type { NewAction, ActionRecord } from '../records/actions.js';
import { toJson, toAction } from '../rows.js';
import type { ActionRow, Tables } from '../schema.js';

/** Rows an insert statement carries at most: both databases limit the parameters of a statement. */
export const ROWS_A_STATEMENT = 500;

/** An action as it was added, and whether something in its lane is to be done before it. */
export interface AddedAction {
  action: ActionRecord;
  waits: boolean;
}

/** Adds the actions whose keys are new, in their order; returns only those, and those that are due anew. */
export async function insertActions(
  db: Kysely<Tables>,
  actions: readonly NewAction[],
  now: number,
): Promise<AddedAction[]> {
  const added: AddedAction[] = [];
  const once = actions.filter(({ renew }) => renew !== true).map((action) => rowOf(action, now));
  for (let from = 0; from < once.length; from += ROWS_A_STATEMENT) {
    const rows = once.slice(from, from + ROWS_A_STATEMENT);
    const [row] = rows;
    const inserted =
      row !== undefined && rows.length === 1 ? (await insertOne(db, row)).rows : await insertRows(db, rows).execute();
    added.push(...inserted.map(toAdded));
  }
  // a statement must not touch a row twice
  const renewed = new Map(
    actions.filter(({ renew }) => renew === true).map((action) => [indexKey(action.key), rowOf(action, now)]),
  );
  for (const row of renewed.values()) added.push(...(await renewAction(db, row)));
  // no database promises the order of returned rows
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

/** Those whose keys are there already are passed over. */
function insertRows(db: Kysely<Tables>, rows: readonly NewRow[]) {
  return db
    .insertInto('actions')
    .values(rows)
    .onConflict((c) => c.column('key').doNothing())
    .returningAll()
    .returning(hasOneBefore);
}

const insertOne = compiledOnce(
  (db, row: NewRow) => insertRows(db, [row]),
  ['case_id', 'kind', 'lane', 'key', 'payload', 'state', 'attempts', 'next_try_at', 'created_at'],
);

type NewRow = ReturnType<typeof rowOf>;

function rowOf(action: NewAction, now: number) {
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

/** Adds an action that can be asked for again and again, or makes the one under its key due anew. */
async function renewAction(db: Kysely<Tables>, row: NewRow): Promise<AddedAction[]> {
  const rows = await db
    .insertInto('actions')
    .values(row)
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
    .returning(hasOneBefore)
    .execute();
  return rows.map(toAdded);
}
