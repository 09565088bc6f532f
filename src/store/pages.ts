import { sql, type Kysely } from 'kysely';
import { indexKey } from './keys.js';
import { toAuditEntry, toCase } from './rows.js';
import type { Tables } from './schema.js';
import type { AuditEntry, CaseRecord, CaseState, SubjectKind } from './types.js';

/** What the web pages ask of the ledger: pages of lists, figures, and the tokens that they hand out. */

/** A link, session, receipt or appeal. The token itself is never kept: `hash` is its SHA-256, in hex. */
export interface WebToken {
  hash: string;
  kind: 'link' | 'session' | 'receipt' | 'appeal';
  /** whose link or session it is */
  userId: string | null;
  caseId: number | null;
  data: Record<string, unknown>;
  /** ms since the epoch, both */
  createdAt: number;
  expiresAt: number;
}

export interface CaseQuery {
  states?: readonly CaseState[];
  kind?: SubjectKind;
  verdict?: string;
  /** part of the subject's id */
  text?: string;
  sort?: 'updated' | 'opened' | 'score';
  offset: number;
  limit: number;
}

export interface MailRow {
  id: number;
  caseId: number | null;
  recipient: string;
  createdAt: number;
  sentAt: number | null;
  response: string | null;
}

/** One month of figures; times in ms. */
export interface MonthFigures {
  /** `2026-11`, in UTC */
  month: string;
  cases: { user: number; room: number; other: number };
  /** by verdict; `none`: cases that people reported */
  verdicts: Record<string, number>;
  reports: number;
  /** actions that were carried out, by kind: in all, and those that no person asked for */
  actions: Record<string, { done: number; automatic: number }>;
  mails: number;
  dismissed: number;
  appeals: number;
  appealsUpheld: number;
  /** median from the opening of a case to the first effect on its subject; null when there was none */
  medianToAction: number | null;
}

const like = (text: string): string => `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;

/** Cases that match, one page of them, and how many there are in all. */
export async function casePage(db: Kysely<Tables>, query: CaseQuery): Promise<{ cases: CaseRecord[]; total: number }> {
  let base = db.selectFrom('cases');
  if (query.states !== undefined) {
    if (query.states.length === 0) return { cases: [], total: 0 };
    base = base.where('state', 'in', query.states);
  }
  if (query.kind !== undefined) base = base.where('subject_kind', '=', query.kind);
  if (query.verdict !== undefined)
    base = query.verdict === 'none' ? base.where('verdict', 'is', null) : base.where('verdict', '=', query.verdict);
  if (query.text !== undefined && query.text !== '')
    base = base.where(sql<boolean>`lower(subject) like ${like(query.text.toLowerCase())} escape '\\'`);
  const { total } = await base
    .select((c) => c.fn.countAll<number | bigint | string>().as('total'))
    .executeTakeFirstOrThrow();
  const column = query.sort === 'score' ? 'score' : query.sort === 'opened' ? 'opened_at' : 'updated_at';
  const rows = await base
    .selectAll()
    .orderBy(column, 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit)
    .offset(query.offset)
    .execute();
  return { cases: rows.map(toCase), total: Number(total) };
}

/** The audit, newest first, from before an id on. */
export async function auditPage(
  db: Kysely<Tables>,
  page: { before?: number; limit: number },
): Promise<(AuditEntry & { id: number })[]> {
  let query = db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(page.limit);
  if (page.before !== undefined) query = query.where('id', '<', page.before);
  return (await query.execute()).map((row) => ({ ...toAuditEntry(row), id: Number(row.id) }));
}

/** Outgoing mail, newest first. */
export async function mailPage(db: Kysely<Tables>, page: { offset: number; limit: number }): Promise<MailRow[]> {
  const rows = await db
    .selectFrom('outbox')
    .select(['id', 'case_id', 'recipient', 'created_at', 'sent_at', 'response'])
    .orderBy('id', 'desc')
    .limit(page.limit)
    .offset(page.offset)
    .execute();
  return rows.map((row) => ({
    id: Number(row.id),
    caseId: row.case_id === null ? null : Number(row.case_id),
    recipient: row.recipient,
    createdAt: Number(row.created_at),
    sentAt: row.sent_at === null ? null : Number(row.sent_at),
    response: row.response,
  }));
}

/** Actions on people, rooms and their homeservers: what a record of moderation is about. */
const COUNTED_ACTIONS = [
  'ban',
  'unban',
  'kick',
  'redact',
  'redact_user',
  'suspend',
  'unsuspend',
  'deactivate',
  'quarantine_media',
  'block_room',
  'acl',
  'report',
] as const;

/** The figures of each month that begins in [from, to), oldest first. */
export async function monthlyFigures(db: Kysely<Tables>, from: number, to: number): Promise<MonthFigures[]> {
  const months: MonthFigures[] = [];
  const first = new Date(from);
  for (let year = first.getUTCFullYear(), month = first.getUTCMonth(); ; month += 1) {
    const begin = Date.UTC(year, month, 1);
    if (begin >= to) return months;
    months.push(await figuresBetween(db, begin, Math.min(to, Date.UTC(year, month + 1, 1))));
  }
}

async function figuresBetween(db: Kysely<Tables>, begin: number, end: number): Promise<MonthFigures> {
  const count = (row: { n: number | bigint | string } | undefined): number => Number(row?.n ?? 0);
  const [cases, reports, actions, mails, audit, firsts] = await Promise.all([
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
  const byKind = { user: 0, room: 0, other: 0 };
  const verdicts: Record<string, number> = {};
  for (const row of cases) {
    byKind[row.subject_kind === 'user' || row.subject_kind === 'room' ? row.subject_kind : 'other'] += count(row);
    const verdict = row.verdict ?? 'none';
    verdicts[verdict] = (verdicts[verdict] ?? 0) + count(row);
  }
  const audited = (what: string): number => count(audit.find((row) => row.what === what));
  return {
    month: new Date(begin).toISOString().slice(0, 7),
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

/** A token that has not expired. */
export async function webToken(db: Kysely<Tables>, hash: string, now: number): Promise<WebToken | undefined> {
  const row = await db
    .selectFrom('web_tokens')
    .selectAll()
    .where('hash', '=', indexKey(hash))
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return (
    row && {
      hash: row.hash,
      kind: row.kind,
      userId: row.user_id,
      caseId: row.case_id === null ? null : Number(row.case_id),
      data: JSON.parse(row.data) as Record<string, unknown>,
      createdAt: Number(row.created_at),
      expiresAt: Number(row.expires_at),
    }
  );
}

/** Adds a token, or replaces what stands under its hash. */
export async function putWebToken(tx: Kysely<Tables>, token: WebToken): Promise<void> {
  const row = {
    kind: token.kind,
    user_id: token.userId,
    case_id: token.caseId,
    data: JSON.stringify(token.data),
    created_at: token.createdAt,
    expires_at: token.expiresAt,
  };
  await tx
    .insertInto('web_tokens')
    .values({ hash: token.hash, ...row })
    .onConflict((c) => c.column('hash').doUpdateSet(row))
    .execute();
}

/** Takes a token away; false when it was not there any more: of two who use it at once one wins. */
export async function dropWebToken(tx: Kysely<Tables>, hash: string): Promise<boolean> {
  const done = await tx.deleteFrom('web_tokens').where('hash', '=', indexKey(hash)).executeTakeFirst();
  return done.numDeletedRows > 0n;
}
