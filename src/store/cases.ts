import type { Kysely } from 'kysely';
import type { DialectSql } from './dialect.js';
import { indexKey, type VerdictStanding, standingOf, stronger, clampTimestamp } from './keys.js';
import { forgetOffences } from './protections.js';
import { toCase, toFinding, toJson } from './rows.js';
import type { CaseRow, Tables } from './schema.js';
import type {
  CaseFilter,
  CaseRecord,
  CaseState,
  FindingRecord,
  NewFinding,
  RecordedFinding,
  SubjectKind,
} from './types.js';

/** States in which nothing more is asked of anybody. */
const CLOSED: ReadonlySet<CaseState> = new Set(['actioned', 'dismissed']);

/** Opens the subject's case or joins it, adds the finding, and raises the verdict when the finding is stronger. */
export async function recordFinding(
  tx: Kysely<Tables>,
  words: DialectSql,
  finding: NewFinding,
  now: number,
): Promise<RecordedFinding> {
  const coming = standingOf(finding.verdict);
  const { row, opened } = await openOrJoin(tx, words, finding, coming, now);
  const added = await tx
    .insertInto('findings')
    .values({
      case_id: row.id,
      key: indexKey(finding.key),
      kind: finding.kind,
      room_id: finding.roomId ?? null,
      event_id: finding.eventId ?? null,
      seen_at: clampTimestamp(finding.seenAt),
      data: toJson(finding.data),
    })
    .onConflict((c) => c.columns(['case_id', 'key']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (opened) return { case: toCase(row), opened, fresh: true, previousVerdict: null };
  if (!added) return { case: toCase(row), opened, fresh: false, previousVerdict: row.verdict };

  const { verdict, score, protected: imitated } = stronger(row, coming);
  const change = { verdict, score, protected: imitated, updated_at: now };
  await tx.updateTable('cases').set(change).where('id', '=', row.id).execute();
  return { case: toCase({ ...row, ...change }), opened, fresh: true, previousVerdict: row.verdict };
}

/** Looks first: most findings join a case, and in PostgreSQL a failed insert would burn a case number. */
async function openOrJoin(
  tx: Kysely<Tables>,
  words: DialectSql,
  finding: NewFinding,
  coming: VerdictStanding,
  now: number,
): Promise<{ row: CaseRow; opened: boolean }> {
  const standing = await lockedCase(tx, words, finding);
  if (standing) return { row: standing, opened: false };
  const opened = await tx
    .insertInto('cases')
    .values({
      subject_kind: finding.subjectKind,
      subject: finding.subject,
      subject_key: indexKey(finding.subject),
      state: 'open',
      ...coming,
      opened_at: now,
      updated_at: now,
    })
    .onConflict((c) => c.columns(['subject_kind', 'subject_key']).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (opened) return { row: opened, opened: true };
  // Another process opened it between the two statements.
  const joined = await lockedCase(tx, words, finding);
  if (!joined) throw new Error('heimdall: a case that was just seen is gone');
  return { row: joined, opened: false };
}

function lockedCase(tx: Kysely<Tables>, words: DialectSql, finding: NewFinding): Promise<CaseRow | undefined> {
  return bySubject(tx, finding.subjectKind, finding.subject).modifyEnd(words.lockRows).executeTakeFirst();
}

function bySubject(db: Kysely<Tables>, kind: SubjectKind, subject: string) {
  return db
    .selectFrom('cases')
    .selectAll()
    .where('subject_kind', '=', kind)
    .where('subject_key', '=', indexKey(subject));
}

export async function caseOfSubject(
  db: Kysely<Tables>,
  kind: SubjectKind,
  subject: string,
): Promise<CaseRecord | undefined> {
  const row = await bySubject(db, kind, subject).executeTakeFirst();
  return row && toCase(row);
}

export async function caseById(db: Kysely<Tables>, id: number): Promise<CaseRecord | undefined> {
  const row = await db.selectFrom('cases').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toCase(row);
}

/** Latest change first. `subject` finds the exact id, of whatever kind. */
export async function listCases(db: Kysely<Tables>, filter: CaseFilter): Promise<CaseRecord[]> {
  let query = db.selectFrom('cases').selectAll().orderBy('updated_at', 'desc').orderBy('id', 'desc');
  if (filter.states) {
    if (filter.states.length === 0) return [];
    query = query.where('state', 'in', filter.states);
  }
  if (filter.subject !== undefined)
    query = query
      .where('subject_kind', 'in', ['user', 'room', 'server', 'event', 'media'])
      .where('subject_key', '=', indexKey(filter.subject));
  if (filter.limit !== undefined) query = query.limit(filter.limit);
  return (await query.execute()).map(toCase);
}

/** Oldest first. */
export async function findingsOf(db: Kysely<Tables>, caseId: number, limit?: number): Promise<FindingRecord[]> {
  let query = db.selectFrom('findings').selectAll().where('case_id', '=', caseId).orderBy('id');
  if (limit !== undefined) query = query.limit(limit);
  return (await query.execute()).map(toFinding);
}

export async function setCaseState(tx: Kysely<Tables>, caseId: number, state: CaseState, at: number): Promise<void> {
  const time = clampTimestamp(at);
  // what was harmless was no offence: the next one is the first
  if (state === 'dismissed') await forgetOffences(tx, caseId);
  await tx
    .updateTable('cases')
    .set({ state, updated_at: time, closed_at: CLOSED.has(state) ? time : null })
    .where('id', '=', caseId)
    .execute();
}

export async function setCaseNotice(tx: Kysely<Tables>, caseId: number, eventId: string): Promise<void> {
  await tx.updateTable('cases').set({ notice_event_id: eventId }).where('id', '=', caseId).execute();
}
