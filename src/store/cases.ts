import type { Kysely } from 'kysely';
import { coverCase } from './case-lives.js';
import { compiledOnce } from './compiled.js';
import type { DialectSql } from './dialect.js';
import { findingJson, WHOLE_FINDINGS } from './finding-size.js';
import { clampTimestamp, indexKey, standingOf, stronger, verdictRank, type VerdictStanding } from './keys.js';
import type { CaseFilter, CaseRecord, CaseState, SubjectKind } from './records/cases.js';
import type { FindingRecord, NewFinding, RecordedFinding } from './records/findings.js';
import { toCase, toFinding } from './rows.js';
import { forgetOffences } from './protections.js';
import type { CaseRow, Tables } from './schema.js';
/** States that need no further work. */
const CLOSED: ReadonlySet<CaseState> = new Set(['actioned', 'dismissed']);

/**
 * How many findings of each kind a case keeps: the first ones, the strongest, and the newest. The rest are only
 * counted.
 */
const FIRST_KEPT = 10;
const NEWEST_KEPT: Record<string, number> = { verdict: 40, report: 190 };

/** Opens the subject's case or joins it, adds the finding, and raises the verdict when the finding is stronger. */
export async function recordFinding(
  tx: Kysely<Tables>,
  words: DialectSql,
  finding: NewFinding,
  now: number,
): Promise<RecordedFinding> {
  const coming = standingOf(finding.verdict);
  const { row, opened } = await openOrJoin(tx, words, finding, coming, now);
  const before = finding.kind === 'report' ? row.reports : row.sightings;
  const added = await tx
    .insertInto('findings')
    .values({
      case_id: row.id,
      key: indexKey(finding.key),
      kind: finding.kind,
      room_id: finding.roomId ?? null,
      event_id: finding.eventId ?? null,
      seen_at: clampTimestamp(finding.seenAt),
      data: findingJson(finding.data, before < WHOLE_FINDINGS),
      level_rank: verdictRank(coming.verdict),
      score: coming.score,
    })
    .onConflict((c) => c.columns(['case_id', 'key']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!added) return { case: toCase(row), opened, fresh: false, previousVerdict: row.verdict };
  const counted = {
    sightings: row.sightings + (finding.kind === 'verdict' ? 1 : 0),
    reports: row.reports + (finding.kind === 'report' ? 1 : 0),
  };
  const { verdict, score, protected: imitated } = stronger(row, coming);
  const change = { ...counted, verdict, score, protected: imitated, updated_at: now };
  await tx.updateTable('cases').set(change).where('id', '=', row.id).execute();
  await leaveOut(tx, row.id, finding.kind, before + 1);
  const previousVerdict = opened ? null : row.verdict;
  return { case: toCase({ ...row, ...change }), opened, fresh: true, previousVerdict };
}

/** Removes findings beyond what a case keeps, except those in a scan's list of hits. */
async function leaveOut(tx: Kysely<Tables>, caseId: number, kind: string, count: number): Promise<void> {
  const newest = NEWEST_KEPT[kind];
  if (newest === undefined || count <= FIRST_KEPT + newest) return;
  const ofCase = tx.selectFrom('findings').select('id').where('case_id', '=', caseId).where('kind', '=', kind);
  await tx
    .deleteFrom('findings')
    .where('case_id', '=', caseId)
    .where('kind', '=', kind)
    .where('id', 'not in', ofCase.orderBy('id').limit(FIRST_KEPT))
    .where('id', 'not in', ofCase.orderBy('id', 'desc').limit(newest))
    .where('id', 'not in', ofCase.orderBy('level_rank', 'desc').orderBy('score', 'desc').orderBy('id', 'desc').limit(1))
    .where((e) =>
      e.not(
        e.exists(
          e
            .selectFrom('scan_hits')
            .select('scan_hits.scan')
            .whereRef('scan_hits.case_id', '=', 'findings.case_id')
            .whereRef('scan_hits.finding_key', '=', 'findings.key'),
        ),
      ),
    )
    .execute();
}

/** Selects first: most findings join an existing case, and in PostgreSQL a failed insert would use up a case number. */
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
  return byKey(db, { kind, key: indexKey(subject) });
}

function byKey(db: Kysely<Tables>, { kind, key }: { kind: SubjectKind; key: string }) {
  return db.selectFrom('cases').selectAll().where('subject_kind', '=', kind).where('subject_key', '=', key);
}

const findByKey = compiledOnce(byKey, ['kind', 'key']);

export async function caseOfSubject(
  db: Kysely<Tables>,
  kind: SubjectKind,
  subject: string,
): Promise<CaseRecord | undefined> {
  const { rows } = await findByKey(db, { kind, key: indexKey(subject) });
  return rows[0] && toCase(rows[0]);
}

export async function caseById(db: Kysely<Tables>, id: number): Promise<CaseRecord | undefined> {
  const row = await db.selectFrom('cases').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toCase(row);
}

/** Latest change first. `subject` matches the exact id, of any kind. */
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

/** The finding behind the case's verdict, else the strongest; the newest among equals. */
export async function strongestFinding(db: Kysely<Tables>, caseId: number): Promise<FindingRecord | undefined> {
  const standing = await db
    .selectFrom('cases')
    .select(['verdict', 'score'])
    .where('id', '=', caseId)
    .executeTakeFirst();
  if (!standing) return undefined;
  const row = await db
    .selectFrom('findings')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('kind', '=', 'verdict')
    .orderBy((e) =>
      e
        .case()
        .when(e.and([e('level_rank', '=', verdictRank(standing.verdict)), e('score', '=', standing.score)]))
        .then(0)
        .else(1)
        .end(),
    )
    .orderBy('level_rank', 'desc')
    .orderBy('score', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toFinding(row);
}

/** Newest first. */
export async function newestFindings(
  db: Kysely<Tables>,
  caseId: number,
  kind: string,
  limit: number,
): Promise<FindingRecord[]> {
  const rows = await db
    .selectFrom('findings')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('kind', '=', kind)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toFinding);
}

export async function findingByKey(
  db: Kysely<Tables>,
  caseId: number,
  key: string,
): Promise<FindingRecord | undefined> {
  const row = await db
    .selectFrom('findings')
    .selectAll()
    .where('case_id', '=', caseId)
    .where('key', '=', indexKey(key))
    .executeTakeFirst();
  return row && toFinding(row);
}

export async function setCaseState(tx: Kysely<Tables>, caseId: number, state: CaseState, at: number): Promise<void> {
  const time = clampTimestamp(at);
  // a harmless event was not an offence: the next one counts as the first
  if (state === 'dismissed') await forgetOffences(tx, caseId);
  await tx
    .updateTable('cases')
    .set({ state, updated_at: time, closed_at: CLOSED.has(state) ? time : null })
    .where('id', '=', caseId)
    .execute();
  if (state === 'dismissed') await coverCase(tx, caseId);
}

/** The first notice of a case is its head notice; a later one announces that it was reopened. */
export async function setCaseNotice(tx: Kysely<Tables>, caseId: number, eventId: string): Promise<void> {
  await tx
    .updateTable('cases')
    .set((e) => ({
      again_event_id: e.case().when('notice_event_id', 'is', null).then(e.ref('again_event_id')).else(eventId).end(),
      notice_event_id: e.fn.coalesce('notice_event_id', e.val(eventId)),
    }))
    .where('id', '=', caseId)
    .execute();
}

export async function countCases(db: Kysely<Tables>, states: readonly CaseState[]): Promise<number> {
  const { count } = await db
    .selectFrom('cases')
    .select((e) => e.fn.countAll<number | string | bigint>().as('count'))
    .where('state', 'in', states)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function caseByNotice(db: Kysely<Tables>, eventId: string): Promise<CaseRecord | undefined> {
  const row = await db
    .selectFrom('cases')
    .selectAll()
    .where((e) => e.or([e('notice_event_id', '=', eventId), e('again_event_id', '=', eventId)]))
    .executeTakeFirst();
  return row && toCase(row);
}
