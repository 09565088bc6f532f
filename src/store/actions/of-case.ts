import type { Kysely } from 'kysely';
import type { ActionRecord, ActionSummary } from '../records/actions.js';
import { toAction } from '../rows.js';
import type { Tables } from '../schema.js';

export async function actionsOfCase(db: Kysely<Tables>, caseId: number, limit?: number): Promise<ActionRecord[]> {
  const ofCase = db.selectFrom('actions').selectAll().where('case_id', '=', caseId);
  if (limit === undefined) return (await ofCase.orderBy('id').execute()).map(toAction);
  return (await ofCase.orderBy('id', 'desc').limit(limit).execute()).reverse().map(toAction);
}

/** Enough to see the outcome of each kind, however often it was tried. */
const EFFECTS_READ = 100;

/** The newest actions of these kinds in the case's current round, oldest first. */
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
    .select((e) => ['kind', 'state', e.fn.count<number>('lane').distinct().as('count'), e.fn.max('id').as('last')])
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
