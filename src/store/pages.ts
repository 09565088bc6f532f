import { sql, type Kysely, type Selectable } from 'kysely';
import { indexKey } from './keys.js';
import type { AuditEntry } from './records/audit.js';
import type { CaseRecord } from './records/cases.js';
import type { FindingRecord } from './records/findings.js';
import { toAuditEntry, toCase, toFinding } from './rows.js';
import type { CaseQuery, MailQuery, MailRow, SavedFilter, WebToken } from './records/pages.js';
import type { Tables } from './schema.js';

/** The web pages' queries: paged lists, figures, and tokens. */

const escaped = (text: string): string => text.replace(/[\\%_]/g, (sign) => `\\${sign}`);
const like = (text: string): string => `%${escaped(text)}%`;

/** One page of matching cases, and their total number. */
export async function casePage(db: Kysely<Tables>, query: CaseQuery): Promise<{ cases: CaseRecord[]; total: number }> {
  let base = db.selectFrom('cases');
  if (query.states !== undefined) {
    if (query.states.length === 0) return { cases: [], total: 0 };
    base = base.where('state', 'in', query.states);
  }
  if (query.kind !== undefined) base = base.where('subject_kind', '=', query.kind);
  if (query.verdict !== undefined)
    base = query.verdict === 'none' ? base.where('verdict', 'is', null) : base.where('verdict', '=', query.verdict);
  if (query.openedSince !== undefined) base = base.where('opened_at', '>=', query.openedSince);
  if (query.server !== undefined) {
    const server = query.server.toLowerCase();
    base = base.where(
      sql<boolean>`(lower(subject) like ${`%:${escaped(server)}`} escape '\\' or lower(subject) = ${server})`,
    );
  }
  if (query.text !== undefined && query.text !== '')
    base = base.where(sql<boolean>`lower(subject) like ${like(query.text.toLowerCase())} escape '\\'`);
  if (query.rooms !== undefined) {
    if (query.rooms.length === 0) return { cases: [], total: 0 };
    base = base.where(inRooms(query.rooms));
  }
  if (query.assignee !== undefined) base = base.where(takenBy(query.assignee));
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

function inRooms(rooms: readonly string[]) {
  return sql<boolean>`(subject in (${sql.join(rooms)}) or exists (
    select 1 from findings where findings.case_id = cases.id and findings.room_id in (${sql.join(rooms)})))`;
}

/**
 * Cases by who took them last, as the audit says. The audit is read once from end to end: an index by case would fetch
 * every entry of every case. An entry's data is JSON, in which no text can look like a key.
 */
function takenBy(userId: string | null) {
  const assigned = sql`assigned as materialized (
    select id, case_id, data from audit where what = 'case.assigned' and case_id is not null)`;
  if (userId === null) return sql<boolean>`cases.id not in (with ${assigned} select case_id from assigned)`;
  const said = like(`"to":${JSON.stringify(userId)}`);
  return sql<boolean>`cases.id in (with ${assigned} select case_id from assigned
    where id in (select max(id) from assigned group by case_id) and data like ${said} escape '\\')`;
}

/** The audit, newest first, before an id. */
export async function auditPage(
  db: Kysely<Tables>,
  page: { before?: number; limit: number },
): Promise<(AuditEntry & { id: number })[]> {
  let query = db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(page.limit);
  if (page.before !== undefined) query = query.where('id', '<', page.before);
  return (await query.execute()).map((row) => ({ ...toAuditEntry(row), id: Number(row.id) }));
}

/** Outgoing mail, newest first. */
export async function mailPage(db: Kysely<Tables>, { caseId, offset, limit }: MailQuery): Promise<MailRow[]> {
  let query = db
    .selectFrom('outbox')
    .select(['id', 'case_id', 'recipient', 'created_at', 'sent_at', 'response'])
    .orderBy('id', 'desc')
    .limit(limit)
    .offset(offset);
  if (caseId !== undefined) query = query.where('case_id', '=', caseId);
  const rows = await query.execute();
  return rows.map((row) => ({
    id: Number(row.id),
    caseId: row.case_id === null ? null : Number(row.case_id),
    recipient: row.recipient,
    createdAt: Number(row.created_at),
    sentAt: row.sent_at === null ? null : Number(row.sent_at),
    response: row.response,
  }));
}

/** A token that has not expired. */
export async function webToken(db: Kysely<Tables>, hash: string, now: number): Promise<WebToken | undefined> {
  const row = await db
    .selectFrom('web_tokens')
    .selectAll()
    .where('hash', '=', indexKey(hash))
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return row && toToken(row);
}

export async function webTokensOf(db: Kysely<Tables>, caseId: number, now: number): Promise<WebToken[]> {
  const rows = await db
    .selectFrom('web_tokens')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('expires_at', '>', now)
    .execute();
  return rows.map(toToken);
}

function toToken(row: Selectable<Tables['web_tokens']>): WebToken {
  return {
    hash: row.hash,
    kind: row.kind,
    userId: row.user_id,
    caseId: row.case_id === null ? null : Number(row.case_id),
    data: JSON.parse(row.data) as Record<string, unknown>,
    createdAt: Number(row.created_at),
    expiresAt: Number(row.expires_at),
  };
}

/** Adds a token, or replaces the one with its hash. */
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

/** Removes a token; false if it was gone already: of two simultaneous uses one wins. */
export async function dropWebToken(tx: Kysely<Tables>, hash: string): Promise<boolean> {
  const done = await tx.deleteFrom('web_tokens').where('hash', '=', indexKey(hash)).executeTakeFirst();
  return done.numDeletedRows > 0n;
}

/** Cases with such an audit entry in [from, to), by id. */
export async function casesAudited(db: Kysely<Tables>, what: string, from: number, to: number): Promise<number[]> {
  const rows = await db
    .selectFrom('audit')
    .select('case_id')
    .distinct()
    .where('what', '=', what)
    .where('at', '>=', from)
    .where('at', '<', to)
    .where('case_id', 'is not', null)
    .orderBy('case_id')
    .execute();
  return rows.map(({ case_id: id }) => Number(id));
}

export async function savedFilters(db: Kysely<Tables>, userId: string): Promise<SavedFilter[]> {
  const rows = await db.selectFrom('saved_filters').selectAll().where('user_id', '=', userId).orderBy('name').execute();
  return rows.map((row) => ({ userId: row.user_id, name: row.name, query: row.query, savedAt: Number(row.saved_at) }));
}

export async function saveFilter(tx: Kysely<Tables>, { userId, name, query, savedAt }: SavedFilter): Promise<void> {
  await tx
    .insertInto('saved_filters')
    .values({ user_id: userId, name, query, saved_at: savedAt })
    .onConflict((c) => c.columns(['user_id', 'name']).doUpdateSet({ query, saved_at: savedAt }))
    .execute();
}

export async function dropFilter(tx: Kysely<Tables>, userId: string, name: string): Promise<void> {
  await tx.deleteFrom('saved_filters').where('user_id', '=', userId).where('name', '=', name).execute();
}

/** The newest verdict of each case that has had one since then, newest first. */
export async function recentVerdicts(db: Kysely<Tables>, since: number, limit: number): Promise<FindingRecord[]> {
  const newest = db
    .selectFrom('findings')
    .innerJoin('cases', 'cases.id', 'findings.case_id')
    .select((e) => e.fn.max('findings.id').as('id'))
    // a case that was not touched since then has no finding since then
    .where('cases.updated_at', '>=', since)
    .where('findings.kind', '=', 'verdict')
    .where('findings.seen_at', '>=', since)
    .groupBy('findings.case_id');
  const rows = await db
    .selectFrom('findings')
    .selectAll()
    .where('id', 'in', newest)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toFinding);
}
