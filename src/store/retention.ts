import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql, type Kysely } from 'kysely';
import { settleMonths } from './figures.js';
import type { ActionRecord } from './records/actions.js';
import type { RetentionDays } from './records/retention.js';
import { toAction } from './rows.js';
import type { Tables } from './schema.js';
import { keepStanding, STANDING_KINDS, toStandingAction } from './standing.js';
import { tablesOf, type TableColumns } from './table-columns.js';
const DAY_MS = 24 * 60 * 60 * 1000;

/** The default retention of each class of records, in days. */
const RETENTION_DAYS: RetentionDays = {
  cases: 180,
  reports: 180,
  actions: 180,
  mails: 180,
  audit: 180,
  seen_events: 30,
};

/** The same in milliseconds, for the classes that always had a limit. */
export const RETENTION_MS = {
  seenEvents: RETENTION_DAYS.seen_events * DAY_MS,
  audit: RETENTION_DAYS.audit * DAY_MS,
} as const;

/** Small enough that a single delete causes no noticeable wait. */
const ROWS_A_BATCH = 1000;
const ACTIONS_A_BATCH = 400;

/** Tables with their own rule below, and those without records of events. */
const NAMED: ReadonlySet<string> = new Set([
  'cases',
  'findings',
  'actions',
  'standing_actions',
  'audit',
  'outbox',
  'seen_events',
  'meta',
  'secrets',
  'settings',
  'heimdall_schema',
  'heimdall_lease',
  'web_tokens',
]);

interface PrunedLedger {
  write<T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T>;
}

export interface PruneOptions {
  days?: RetentionDays;
  /**
   * Whether this action's effect is in force and ours to undo. Without it, all effects that might be in force are kept.
   */
  isStanding?: (action: ActionRecord) => boolean;
}

/** Removes expired rows in batches, letting other work run in between. Returns the number of rows. */
export async function prune(ledger: PrunedLedger, now: number, options: PruneOptions = {}): Promise<number> {
  const days = options.days ?? RETENTION_DAYS;
  const before = (count: number): number => now - count * DAY_MS;
  const isStanding = options.isStanding ?? (() => true);
  await ledger.write((db) => settleMonths(db, now));
  return (
    (await oldSeenEvents(ledger, before(days.seen_events))) +
    (await oldRows(ledger, 'audit', 'id', 'at', before(days.audit))) +
    // a token's only time is its expiry
    (await oldRows(ledger, 'web_tokens', 'hash', 'expires_at', now)) +
    (await oldCases(ledger, before(days.cases))) +
    (await oldReports(ledger, before(days.reports))) +
    (await oldMails(ledger, before(days.mails))) +
    (await liftedSince(ledger, isStanding)) +
    (await oldActions(ledger, before(days.actions), isStanding)) +
    (await oldElsewhere(ledger, before(days.cases))) +
    (await ledger.write((db) => expiredCounters(db, now)))
  );
}

/** Expired rows of one table. */
function oldRows(
  ledger: PrunedLedger,
  table: 'audit' | 'web_tokens',
  key: string,
  time: string,
  before: number,
): Promise<number> {
  return inBatches(ledger, async (db) => {
    const done = await sql`delete from ${sql.table(table)} where ${sql.ref(key)} in (
      select ${sql.ref(key)} from ${sql.table(table)} where ${sql.ref(time)} < ${before} order by ${sql.ref(time)}
      limit ${sql.lit(ROWS_A_BATCH)})`.execute(db);
    return Number(done.numAffectedRows ?? 0);
  });
}

/** Events have no index by time, which every decision would have to write: once a day they are walked through. */
async function oldSeenEvents(ledger: PrunedLedger, before: number): Promise<number> {
  let removed = 0;
  for (let from: string | undefined = ''; from !== undefined; await nextTurn()) {
    const after: string = from;
    const done = await ledger.write(async (db) => {
      const rest = db.selectFrom('seen_events').where('event_id', '>', after).orderBy('event_id');
      const last = await rest.select('event_id').offset(ROWS_A_BATCH).limit(1).executeTakeFirst();
      const old = db
        .deleteFrom('seen_events')
        .where('event_id', '>', after)
        .where('seen_at', '<', before)
        .$if(last !== undefined, (query) => query.where('event_id', '<=', last?.event_id ?? ''));
      return { last, deleted: Number((await old.executeTakeFirst()).numDeletedRows) };
    });
    removed += done.deleted;
    from = done.last?.event_id;
  }
  return removed;
}

/**
 * Cases inactive for the retention period: closed ones, and open ones that nobody decided. Findings and the like are
 * removed with the case; its actions and mails have their own retention.
 */
function oldCases(ledger: PrunedLedger, before: number): Promise<number> {
  return inBatches(ledger, async (db) => {
    const old = db
      .selectFrom('cases')
      .select('id')
      .where('updated_at', '<', before)
      .where((e) => e.or([e('closed_at', 'is', null), e('closed_at', '<', before)]))
      .orderBy('updated_at')
      .limit(ROWS_A_BATCH);
    return Number((await db.deleteFrom('cases').where('id', 'in', old).executeTakeFirst()).numDeletedRows);
  });
}

/** Reports, including those in active cases. */
function oldReports(ledger: PrunedLedger, before: number): Promise<number> {
  return inBatches(ledger, async (db) => {
    const old = db
      .selectFrom('findings')
      .select('id')
      .where('kind', '=', 'report')
      .where('seen_at', '<', before)
      .limit(ROWS_A_BATCH);
    return Number((await db.deleteFrom('findings').where('id', 'in', old).executeTakeFirst()).numDeletedRows);
  });
}

/** Mails whose action has ended. */
function oldMails(ledger: PrunedLedger, before: number): Promise<number> {
  return inBatches(ledger, async (db) => {
    const old = db
      .selectFrom('outbox')
      .innerJoin('actions', 'actions.id', 'outbox.action_id')
      .select('outbox.id')
      .where('outbox.created_at', '<', before)
      .where('actions.ended_at', 'is not', null)
      .limit(ROWS_A_BATCH);
    return Number((await db.deleteFrom('outbox').where('id', 'in', old).executeTakeFirst()).numDeletedRows);
  });
}

/** Effects that were kept because they were in force, and have been undone since. */
async function liftedSince(ledger: PrunedLedger, isStanding: (action: ActionRecord) => boolean): Promise<number> {
  // of the ACLs that we sent to a room only the last one matters
  let removed = await ledger.write(async (db) => {
    const last = db
      .selectFrom('standing_actions')
      .select((e) => e.fn.max('id').as('id'))
      .where('kind', '=', 'acl')
      .groupBy('lane');
    const older = db.deleteFrom('standing_actions').where('kind', '=', 'acl').where('id', 'not in', last);
    return Number((await older.executeTakeFirst()).numDeletedRows);
  });
  let afterId = 0;
  for (;;) {
    const rows = await ledger.write((db) =>
      db
        .selectFrom('standing_actions')
        .selectAll()
        .where('id', '>', afterId)
        .orderBy('id')
        .limit(ACTIONS_A_BATCH)
        .execute(),
    );
    const gone = rows.filter((row) => !isStanding(toStandingAction(row))).map(({ id }) => id);
    if (gone.length > 0)
      await ledger.write((db) => db.deleteFrom('standing_actions').where('id', 'in', gone).execute());
    removed += gone.length;
    if (rows.length < ACTIONS_A_BATCH) return removed;
    afterId = rows.at(-1)?.id ?? Infinity;
    await nextTurn();
  }
}

/**
 * Ended actions. Those of an active case stay with it, because their keys record what was done already. Effects still
 * in force are kept separately, without a date.
 */
function oldActions(
  ledger: PrunedLedger,
  before: number,
  isStanding: (action: ActionRecord) => boolean,
): Promise<number> {
  return inBatches(
    ledger,
    async (db) => {
      const rows = await db
        .selectFrom('actions')
        .selectAll()
        .where('ended_at', '<', before)
        .where('case_id', 'is', null)
        .orderBy('ended_at')
        .limit(ACTIONS_A_BATCH)
        .execute();
      if (rows.length === 0) return 0;
      await keepStanding(
        db,
        rows.filter(
          (row) =>
            row.state === 'done' &&
            row.result !== null &&
            STANDING_KINDS.includes(row.kind) &&
            isStanding(toAction(row)),
        ),
      );
      await db
        .deleteFrom('actions')
        .where(
          'id',
          'in',
          rows.map(({ id }) => id),
        )
        .execute();
      return rows.length;
    },
    ACTIONS_A_BATCH,
  );
}

/** Every other table with times: rows whose latest time has expired, unless they expire later themselves. */
async function oldElsewhere(ledger: PrunedLedger, before: number): Promise<number> {
  const tables = (await ledger.write(tablesOf)).filter(({ name, times }) => !NAMED.has(name) && times.length > 0);
  let removed = 0;
  for (const table of tables) removed += await ledger.write((db) => deleteOld(db, table, before));
  return removed;
}

async function deleteOld(db: Kysely<Tables>, { name, times }: TableColumns, before: number): Promise<number> {
  const [only, another] = times;
  if (only !== undefined && another === undefined) {
    // separately, so that its index is used
    const one = await sql`delete from ${sql.table(name)} where ${sql.ref(only)} < ${before}`.execute(db);
    return Number(one.numAffectedRows ?? 0);
  }
  const old = times.map((time) => sql`(${sql.ref(time)} is null or ${sql.ref(time)} < ${before})`);
  const some = times.map((time) => sql`${sql.ref(time)} is not null`);
  const done = await sql`delete from ${sql.table(name)} where ${sql.join(old, sql` and `)}
    and (${sql.join(some, sql` or `)})`.execute(db);
  return Number(done.numAffectedRows ?? 0);
}

/** Protections' memory that has expired. */
async function expiredCounters(db: Kysely<Tables>, now: number): Promise<number> {
  const done = await db.deleteFrom('protection_memory').where('expires_at', '<', now).executeTakeFirst();
  return Number(done.numDeletedRows);
}

async function inBatches(
  ledger: PrunedLedger,
  removeBatch: (db: Kysely<Tables>) => Promise<number>,
  size = ROWS_A_BATCH,
): Promise<number> {
  let removed = 0;
  for (;;) {
    const batch = await ledger.write(removeBatch);
    removed += batch;
    if (batch < size) return removed;
    await nextTurn();
  }
}
