import { type Kysely, sql } from 'kysely';
import { ROWS_A_STATEMENT } from './add.js';
import { indexKey } from '../keys.js';
import type { ActionRecord, ActionState, EndedEffect, LaneEffects } from '../records/actions.js';
import { toAction } from '../rows.js';
import type { Tables } from '../schema.js';
import { standingOfKind } from '../standing.js';

/** See `Ledger.simulatedActions`. */
export async function simulatedActions(db: Kysely<Tables>): Promise<{ kind: string; count: number }[]> {
  const rows = await db
    .selectFrom('actions')
    .select((e) => ['kind', e.fn.count<number>('payload').distinct().as('count')])
    .where('state', '=', 'simulated')
    // here and below: in the words of the index by kind, which contains only ended actions
    .where('ended_at', 'is not', null)
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
    .where('ended_at', state === 'due' ? 'is' : 'is not', null)
    .where('id', '>', page.afterId)
    .orderBy('id')
    .limit(page.limit)
    .execute();
  const kept = state === 'done' ? await standingOfKind(db, kinds, page) : [];
  return byId([...kept, ...rows.map(toAction)]).slice(0, page.limit);
}

/**
 * See `Ledger.effectsByLane`. The database returns each lane as one JSON text, which is parsed on demand: receiving
 * 100,000 rows column by column and parsing each would cost a start half a second.
 */
export async function effectsByLane(
  db: Kysely<Tables>,
  kinds: readonly string[],
  { afterId, limit }: { afterId: number; limit: number },
): Promise<{ lanes: LaneEffects[]; lastId: number; isLast: boolean }> {
  if (kinds.length === 0) return { lanes: [], lastId: afterId, isLast: true };
  const wanted = sql`kind in (${sql.join(kinds)}) and id > ${afterId}`;
  const { rows } = await sql<{ lane: string; count: number; last: number; effects: string }>`
    select lane, count(*) as count, max(id) as last,
      string_agg('[' || id || ',"' || kind || '",' || coalesce(cast(case_id as text), 'null')
        || ',' || payload || ',' || coalesce(result, 'null') || ']', ',') as effects
    from (
      select id, kind, lane, case_id, payload, result from actions
      where ${wanted} and state = 'done' and ended_at is not null
      union all
      select id, kind, lane, null as case_id, payload, result from standing_actions where ${wanted}
      order by id limit ${limit}
    ) as page group by lane`.execute(db);
  return {
    lanes: rows.map(({ lane, effects }) => ({ lane, read: () => readEffects(effects) })),
    lastId: Math.max(afterId, ...rows.map(({ last }) => Number(last))),
    isLast: rows.reduce((sum, { count }) => sum + Number(count), 0) < limit,
  };
}

function readEffects(text: string): EndedEffect[] {
  const effects = JSON.parse(`[${text}]`) as [number, string, number | null, unknown, unknown][];
  return effects
    .map(([id, kind, caseId, payload, result]) => ({ id, kind, caseId, payload, result }))
    .sort((a, b) => a.id - b.id);
}

function byId(actions: ActionRecord[]): ActionRecord[] {
  return actions.sort((a, b) => a.id - b.id);
}

/** The retained actions of a kind, one per effect still in force. */
function allStanding(db: Kysely<Tables>, kind: string): Promise<ActionRecord[]> {
  return standingOfKind(db, [kind], { afterId: 0, limit: Number.MAX_SAFE_INTEGER });
}

/** The last successful action of a kind with an effect (a result) in each lane. */
export async function latestOfKind(db: Kysely<Tables>, kind: string): Promise<ActionRecord[]> {
  const latest = db
    .selectFrom('actions')
    .select((e) => e.fn.max('id').as('id'))
    .where('kind', '=', kind)
    .where('state', '=', 'done')
    .where('ended_at', 'is not', null)
    .where('result', 'is not', null)
    .groupBy('lane');
  const rows = await db.selectFrom('actions').selectAll().where('id', 'in', latest).orderBy('id').execute();
  const newest = new Map<string, ActionRecord>();
  for (const action of [...(await allStanding(db, kind)), ...rows.map(toAction)]) newest.set(action.lane, action);
  return byId([...newest.values()]);
}

/** All successful actions of a kind with an effect (a result) in one lane, oldest first. */
export async function doneOfKind(db: Kysely<Tables>, kind: string, lane: string): Promise<ActionRecord[]> {
  const done = db.selectFrom('actions').selectAll().where('lane', '=', lane).where('kind', '=', kind);
  const rows = await done
    .where('state', '=', 'done')
    .where('ended_at', 'is not', null)
    .where('result', 'is not', null)
    .orderBy('id')
    .execute();
  const kept = (await allStanding(db, kind)).filter((action) => action.lane === lane && action.result !== null);
  return byId([...kept, ...rows.map(toAction)]);
}
