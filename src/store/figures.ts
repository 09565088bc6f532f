import { sql, type Kysely } from 'kysely';
import type { MonthFigures } from './records/pages.js';
import type { Tables } from './schema.js';

/** Monthly figures. */

/** Actions on people, rooms and homeservers, which transparency figures count. */
const COUNTED_ACTIONS = [
  'ban',
  'unban',
  'kick',
  'redact',
  'redact_user',
  'suspend',
  'unsuspend',
  'lock',
  'unlock',
  'deactivate',
  'quarantine_media',
  'block_room',
  'acl',
  'report',
] as const;

/** Key of a past month's figures: they contain no personal data, and outlive the records they were counted from. */
const settledKey = (begin: number): string => `figures:${monthOf(begin)}`;
const monthOf = (begin: number): string => new Date(begin).toISOString().slice(0, 7);
/** How many complete months the default retention covers. */
const MONTHS_COUNTED = 6;

/** The figures of [from, to), month by month, oldest first. The first and the last month may be parts of one. */
export async function monthlyFigures(db: Kysely<Tables>, from: number, to: number): Promise<MonthFigures[]> {
  const months: MonthFigures[] = [];
  const first = new Date(from);
  for (let year = first.getUTCFullYear(), month = first.getUTCMonth(); ; month += 1) {
    const begin = Date.UTC(year, month, 1);
    if (begin >= to) return months;
    const end = Date.UTC(year, month + 1, 1);
    const whole = from <= begin && end <= to;
    months.push(
      (whole ? await settledFigures(db, begin) : undefined) ??
        (await figuresBetween(db, Math.max(from, begin), Math.min(to, end))),
    );
  }
}

async function settledFigures(db: Kysely<Tables>, begin: number): Promise<MonthFigures | undefined> {
  const row = await db.selectFrom('meta').select('value').where('name', '=', settledKey(begin)).executeTakeFirst();
  return row === undefined ? undefined : (JSON.parse(row.value) as MonthFigures);
}

/** Counts past months that have not been counted yet, before their records are removed. */
export async function settleMonths(db: Kysely<Tables>, now: number): Promise<void> {
  const today = new Date(now);
  for (let back = MONTHS_COUNTED; back >= 1; back--) {
    const begin = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - back, 1);
    if ((await settledFigures(db, begin)) !== undefined) continue;
    const end = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - back + 1, 1);
    const value = JSON.stringify(await figuresBetween(db, begin, end));
    await db
      .insertInto('meta')
      .values({ name: settledKey(begin), value })
      .onConflict((c) => c.column('name').doNothing())
      .execute();
  }
}

/** Counts of [begin, end), table by table. */
function countsBetween(db: Kysely<Tables>, begin: number, end: number) {
  return Promise.all([
    db
      .selectFrom('cases')
      .select(['subject_kind', 'verdict', (c) => c.fn.countAll<number>().as('n')])
      .where('opened_at', '>=', begin)
      .where('opened_at', '<', end)
      .groupBy(['subject_kind', 'verdict'])
      .execute(),
    db
      .selectFrom('findings')
      .select((c) => c.fn.countAll<number>().as('n'))
      .where('kind', '=', 'report')
      .where('seen_at', '>=', begin)
      .where('seen_at', '<', end)
      .executeTakeFirst(),
    db
      .selectFrom('actions')
      .select([
        'kind',
        (c) => c.fn.countAll<number>().as('n'),
        sql<number>`sum(case when key like '%command:%' then 0 else 1 end)`.as('automatic'),
      ])
      .where('state', '=', 'done')
      .where('kind', 'in', [...COUNTED_ACTIONS])
      .where('ended_at', '>=', begin)
      .where('ended_at', '<', end)
      .groupBy('kind')
      .execute(),
    db
      .selectFrom('outbox')
      .select((c) => c.fn.countAll<number>().as('n'))
      .where('sent_at', '>=', begin)
      .where('sent_at', '<', end)
      .executeTakeFirst(),
    db
      .selectFrom('audit')
      .select(['what', (c) => c.fn.countAll<number>().as('n')])
      // in the words of the partial index, so that it is used
      .where(sql<boolean>`what in ('case.dismissed', 'case.appealed', 'case.appeal_upheld')`)
      .where('at', '>=', begin)
      .where('at', '<', end)
      .groupBy('what')
      .execute(),
    db
      .selectFrom('cases')
      .innerJoin('actions', 'actions.case_id', 'cases.id')
      .select(['cases.opened_at as opened', (c) => c.fn.min<number>('actions.ended_at').as('acted')])
      .where('cases.opened_at', '>=', begin)
      .where('cases.opened_at', '<', end)
      .where('actions.state', '=', 'done')
      .where('actions.kind', 'in', ['ban', 'kick', 'redact_user', 'suspend', 'deactivate', 'write_rule'])
      .groupBy(['cases.id', 'cases.opened_at'])
      .limit(10_000)
      .execute(),
  ]);
}

async function figuresBetween(db: Kysely<Tables>, begin: number, end: number): Promise<MonthFigures> {
  const count = (row: { n: number | bigint | string } | undefined): number => Number(row?.n ?? 0);
  const [cases, reports, actions, mails, audit, firsts] = await countsBetween(db, begin, end);
  const byKind = { user: 0, room: 0, other: 0 };
  const verdicts: Record<string, number> = {};
  for (const row of cases) {
    byKind[row.subject_kind === 'user' || row.subject_kind === 'room' ? row.subject_kind : 'other'] += count(row);
    const verdict = row.verdict ?? 'none';
    verdicts[verdict] = (verdicts[verdict] ?? 0) + count(row);
  }
  const audited = (what: string): number => count(audit.find((row) => row.what === what));
  return {
    month: monthOf(begin),
    cases: byKind,
    verdicts,
    reports: count(reports),
    actions: Object.fromEntries(
      actions.map((row) => [row.kind, { done: count(row), automatic: Number(row.automatic ?? 0) }]),
    ),
    mails: count(mails),
    dismissed: audited('case.dismissed'),
    appeals: audited('case.appealed'),
    appealsUpheld: audited('case.appeal_upheld'),
    medianToAction: median(firsts.map(({ opened, acted }) => Number(acted) - Number(opened))),
  };
}

function median(values: number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? null) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}
