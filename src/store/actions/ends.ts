import { ROWS_A_STATEMENT } from './add.js';
import { sql, type ExpressionBuilder, type Kysely } from 'kysely';
import { compiledForRows, compiledOnce } from '../compiled.js';
import { clampTimestamp, indexKey } from '../keys.js';
import type { ActionState } from '../records/actions.js';
import { toJson } from '../rows.js';
import type { Tables } from '../schema.js';

export interface ActionEnd {
  state: Exclude<ActionState, 'due'>;
  result?: unknown;
  error?: string;
  at: number;
  createdAt?: number;
}

/** Only these outcomes mean that something was sent. */
const TRIED: ReadonlySet<ActionState> = new Set(['done', 'failed']);

function resultOf(result: unknown): string | null {
  return result == null ? null : toJson(result);
}

/** The columns that an end sets. */
function asEnded(end: ActionEnd) {
  return (e: ExpressionBuilder<Tables, 'actions'>) => ({
    state: end.state,
    ended_at: clampTimestamp(end.at),
    result: resultOf(end.result),
    last_error: end.error === undefined ? e.ref('last_error') : end.error,
    attempts: TRIED.has(end.state) ? e('attempts', '+', 1) : e.ref('attempts'),
  });
}

/** The values of an action that was carried out. */
export interface DoneValues {
  id: number;
  created_at: number;
  ended_at: number;
  result: string | null;
}

/** The outcome of nearly all actions; undefined for others. */
export function doneValues(id: number, { state, error, createdAt, at, result }: ActionEnd): DoneValues | undefined {
  if (state !== 'done' || error !== undefined || createdAt === undefined) return undefined;
  return { id, created_at: createdAt, ended_at: clampTimestamp(at), result: resultOf(result) };
}

const endAsDone = compiledOnce(
  (db, values: DoneValues) =>
    db
      .updateTable('actions')
      .set((e) => ({
        state: 'done',
        ended_at: values.ended_at,
        result: values.result,
        attempts: e('attempts', '+', 1),
      }))
      .where('id', '=', values.id)
      .where('state', 'in', ['due', 'cancelled'])
      .where('created_at', '=', values.created_at),
  ['id', 'created_at', 'ended_at', 'result'],
);

/**
 * Ends an action that is due, or that was cancelled while running: what really happened must be recorded, or nobody
 * could undo it. Returns false, without changes, if it had ended otherwise.
 */
export async function endAction(db: Kysely<Tables>, id: number, end: ActionEnd): Promise<boolean> {
  const values = doneValues(id, end);
  if (values !== undefined) return ((await endAsDone(db, values)).numAffectedRows ?? 0n) > 0n;
  const done = await db
    .updateTable('actions')
    .set(asEnded(end))
    .where('id', '=', id)
    .where('state', 'in', ['due', 'cancelled'])
    .$if(end.createdAt !== undefined, (query) => query.where('created_at', '=', end.createdAt ?? 0))
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** The same as `endAsDone`, for many rows. */
const endManyAsDone = compiledForRows<DoneValues, never>(
  (db, rows) => {
    const told = rows.map(
      ({ id, created_at, ended_at, result }) =>
        sql`(cast(${id} as bigint), cast(${created_at} as bigint), cast(${ended_at} as bigint),
          cast(${result} as text))`,
    );
    const statement = sql<never>`
      with told(id, created_at, ended_at, result) as (values ${sql.join(told)})
      update actions set state = 'done', ended_at = told.ended_at, result = told.result, attempts = attempts + 1
      from told
      where actions.id = told.id and actions.created_at = told.created_at and actions.state in ('due', 'cancelled')`;
    return { compile: () => statement.compile(db) };
  },
  ['id', 'created_at', 'ended_at', 'result'],
);

/** Ends several actions, each as `endAction` does; no two of them are the same action. */
export async function endActions(db: Kysely<Tables>, told: readonly { id: number; end: ActionEnd }[]): Promise<void> {
  const done: DoneValues[] = [];
  for (const { id, end } of told) {
    const values = doneValues(id, end);
    if (values === undefined) await endAction(db, id, end);
    else done.push(values);
  }
  await endManyAsDone(db, done);
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

/** Cancels those of these that are due. */
export async function cancelByKey(db: Kysely<Tables>, keys: readonly string[], at: number): Promise<number> {
  let cancelled = 0;
  const wanted = [...new Set(keys.map(indexKey))];
  for (let from = 0; from < wanted.length; from += ROWS_A_STATEMENT) {
    const done = await db
      .updateTable('actions')
      .set({ state: 'cancelled', ended_at: clampTimestamp(at) })
      .where('key', 'in', wanted.slice(from, from + ROWS_A_STATEMENT))
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    cancelled += Number(done.numUpdatedRows);
  }
  return cancelled;
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
