import type { Kysely } from 'kysely';
import type { CaseRecord } from './records/cases.js';
import type { JudgedFinding } from './records/pages.js';
import { toCase } from './rows.js';
import type { Tables } from './schema.js';

/** Related cases, and the outcomes of the findings behind cases. */

/** How many of a subject's names and pictures are searched in other cases. */
const LOOKS = 8;

/** Other cases whose subjects had a name or picture in common with this one's, newest first. */
export async function relatedCases(db: Kysely<Tables>, caseId: number, limit: number): Promise<CaseRecord[]> {
  const looks = await db.selectFrom('case_looks').select('look').where('case_id', '=', caseId).limit(LOOKS).execute();
  const found = new Set<number>();
  // one look at a time: the index gives the newest of each at once, however many cases share it
  for (const { look } of looks) {
    const rows = await db
      .selectFrom('case_looks')
      .select('case_id')
      .where('look', '=', look)
      .where('case_id', '!=', caseId)
      .orderBy('case_id', 'desc')
      .limit(limit)
      .execute();
    for (const row of rows) found.add(Number(row.case_id));
  }
  const ids = [...found].sort((a, b) => b - a).slice(0, limit);
  if (ids.length === 0) return [];
  const rows = await db.selectFrom('cases').selectAll().where('id', 'in', ids).orderBy('id', 'desc').execute();
  return rows.map(toCase);
}

/**
 * The newest verdict and the newest offence of each case that was decided (actioned or dismissed) and found since then,
 * newest first.
 */
export async function judgedFindings(db: Kysely<Tables>, since: number, limit: number): Promise<JudgedFinding[]> {
  const newest = db
    .selectFrom('cases')
    .innerJoin('findings', 'findings.case_id', 'cases.id')
    .select((e) => e.fn.max('findings.id').as('id'))
    // a case that was not touched since then has no finding since then
    .where('cases.updated_at', '>=', since)
    .where('cases.state', 'in', ['actioned', 'dismissed'])
    .where('findings.kind', 'in', ['verdict', 'protection'])
    .where('findings.seen_at', '>=', since)
    .groupBy(['findings.case_id', 'findings.kind']);
  const rows = await db
    .selectFrom('findings')
    .innerJoin('cases', 'cases.id', 'findings.case_id')
    .select(['findings.case_id', 'findings.kind', 'findings.data', 'cases.state'])
    .where('findings.id', 'in', newest)
    .orderBy('findings.id', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    caseId: Number(row.case_id),
    kind: row.kind,
    data: JSON.parse(row.data) as unknown,
    state: row.state,
  }));
}
