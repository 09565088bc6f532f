import { sql, type Kysely, type RawBuilder } from 'kysely';
import { BoundedMap } from '../../util/bounded-map.js';
import { compiledOnce } from '../compiled.js';
import { clampTimestamp, indexKey } from '../keys.js';
import type { ActionRecord } from '../records/actions.js';
import { toAction } from '../rows.js';
import type { ActionRow, Tables } from '../schema.js';

/** Everything due now, whether or not an earlier action in its lane is still waiting. */
function dueNow(db: Kysely<Tables>, now: number, exceptKinds: readonly string[]) {
  return dueAt(db, clampTimestamp(now), exceptKinds);
}

function dueAt(db: Kysely<Tables>, now: number, exceptKinds: readonly string[]) {
  return db
    .selectFrom('actions')
    .where('ended_at', 'is', null)
    .where('next_try_at', '<=', now)
    .$if(exceptKinds.length > 0, (query) => query.where('kind', 'not in', exceptKinds));
}

/**
 * The oldest unended action of each lane that contains one of these kinds. It steps from lane to lane in the index
 * instead of reading everything due: urgent kinds have few lanes, with thousands of actions in a raid.
 */
function headsOfLanesWith(kinds: readonly string[]): RawBuilder<number> {
  return sql<number>`(
    with recursive wanted(kind) as (values ${sql.join(kinds.map((kind) => sql`(${kind})`))}),
    lanes(kind, lane) as (
      select kind, (select min(a.lane) from actions a where a.ended_at is null and a.kind = wanted.kind) from wanted
      union all
      select kind, (
        select min(a.lane) from actions a where a.ended_at is null and a.kind = lanes.kind and a.lane > lanes.lane
      ) from lanes where lane is not null
    )
    select (select min(a.id) from actions a where a.ended_at is null and a.lane = lanes.lane)
    from lanes where lane is not null
  )`;
}

/** As many statements as there have been sets of saturated kinds. */
const MOST_STATEMENTS = 200;
type DueHeads = (db: Kysely<Tables>, values: { now: number; enough: number }) => Promise<{ rows: ActionRow[] }>;
const statements = new BoundedMap<string, DueHeads>(MOST_STATEMENTS);

/** The statement that finds heads of `kinds` (empty: all), except others. */
function headsOf(exceptKinds: readonly string[], kinds: readonly string[]): DueHeads {
  const name = JSON.stringify([exceptKinds, kinds]);
  const kept = statements.get(name);
  if (kept !== undefined) return kept;
  const made = compiledOnce(
    (db, { now, enough }: { now: number; enough: number }) => {
      const due = dueAt(db, now, exceptKinds);
      const heads = due
        .select('id')
        .where((e) =>
          e.not(
            e.exists(
              e
                .selectFrom('actions as before')
                .select('before.id')
                .where('before.ended_at', 'is', null)
                .whereRef('before.lane', '=', 'actions.lane')
                .whereRef('before.id', '<', 'actions.id'),
            ),
          ),
        )
        .orderBy('next_try_at')
        .orderBy('id')
        .limit(enough);
      return (
        kinds.length === 0
          ? db.selectFrom('actions').where('id', 'in', heads)
          : due.where('kind', 'in', kinds).where('id', 'in', headsOfLanesWith(kinds))
      )
        .selectAll()
        .orderBy('id')
        .limit(enough);
    },
    ['now', 'enough'],
  );
  statements.set(name, made);
  return made;
}

/**
 * Heads: the oldest unended action of each lane, if its time has come; oldest first. They are visited in the order in
 * which they come due, and the search ends when there are enough, so it is short when many lanes are due. A lane has
 * one head, so fetching `busyLanes.size` extra rows and dropping the busy ones here is exact, and the statement stays
 * the same whatever is busy.
 */
export async function dueActions(
  db: Kysely<Tables>,
  now: number,
  busyLanes: ReadonlySet<string>,
  limit: number,
  exceptKinds: readonly string[] = [],
  onlyKinds: readonly string[] = [],
): Promise<ActionRecord[]> {
  const kinds = onlyKinds.filter((kind) => !exceptKinds.includes(kind));
  if (onlyKinds.length > 0 && kinds.length === 0) return [];
  const enough = limit + busyLanes.size;
  const { rows } = await headsOf(exceptKinds, kinds)(db, { now: clampTimestamp(now), enough });
  return rows
    .filter((row) => !busyLanes.has(row.lane))
    .slice(0, limit)
    .map(toAction);
}

const nextMoment = compiledOnce(
  (db, { now }: { now: number }) =>
    db
      .selectFrom('actions')
      .select('next_try_at')
      .where('ended_at', 'is', null)
      .where('next_try_at', '>', now)
      .orderBy('next_try_at')
      .limit(1),
  ['now'],
);

/** The first time after `now` at which a waiting action comes due; null when none is waiting. */
export async function nextDueAt(db: Kysely<Tables>, now: number): Promise<number | null> {
  const { rows } = await nextMoment(db, { now: clampTimestamp(now) });
  return rows[0]?.next_try_at ?? null;
}

/** How many actions could run now: due, with no waiting action before them in their lane. Counted up to `limit`. */
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
  // enough to be worth checking which lanes are blocked by a waiting action
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

export async function countDueActions(db: Kysely<Tables>): Promise<number> {
  const row = await db
    .selectFrom('actions')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('ended_at', 'is', null)
    .executeTakeFirstOrThrow();
  return row.count;
}

/** Oldest first, regardless of their time. */
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

/** Oldest first. */
export async function dueAgainLater(
  db: Kysely<Tables>,
  now: number,
  kinds: readonly string[],
  attempts: number,
  limit: number,
): Promise<ActionRecord[]> {
  if (kinds.length === 0) return [];
  const rows = await db
    .selectFrom('actions')
    .selectAll()
    .where('ended_at', 'is', null)
    .where('next_try_at', '>', clampTimestamp(now))
    .where('attempts', '>=', attempts)
    .where('kind', 'in', kinds)
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(toAction);
}

const behindInLane = compiledOnce(
  (db, { lane, id, limit }: { lane: string; id: number; limit: number }) =>
    db
      .selectFrom('actions')
      .selectAll()
      .where('lane', '=', lane)
      .where('ended_at', 'is', null)
      .where('id', '>', id)
      .orderBy('id')
      .limit(limit),
  ['lane', 'id', 'limit'],
);

export async function dueBehind(db: Kysely<Tables>, lane: string, id: number, limit: number): Promise<ActionRecord[]> {
  return (await behindInLane(db, { lane: indexKey(lane), id, limit })).rows.map(toAction);
}

export async function troubleOf(
  db: Kysely<Tables>,
  kind: string,
): Promise<{ count: number; since: number | null; lastError: string | null }> {
  const { count, since, newest } = await db
    .selectFrom('actions')
    .where('kind', '=', kind)
    .where('ended_at', 'is', null)
    .where('attempts', '>', 0)
    .select((e) => [
      e.fn.countAll<number>().as('count'),
      e.fn.min('created_at').as('since'),
      e.fn.max<number | null>('id').as('newest'),
    ])
    .executeTakeFirstOrThrow();
  const last = await db.selectFrom('actions').select('last_error').where('id', '=', newest).executeTakeFirst();
  return { count: Number(count), since, lastError: last?.last_error ?? null };
}
