import type { Kysely } from 'kysely';
import { indexKey, verdictRank } from './keys.js';
import type { ScanFind, ScanHit, ScanSummary } from './records/scans.js';
import { toCase } from './rows.js';
import type { CaseRow, Tables } from './schema.js';

/** Records a hit, or a stronger verdict on the same subject; false if there was nothing to record. */
export async function noteScanHit(tx: Kysely<Tables>, scan: string, hit: ScanHit): Promise<boolean> {
  const values = {
    level: hit.level,
    level_rank: verdictRank(hit.level),
    score: hit.score,
    finding_key: indexKey(hit.findingKey),
    is_new: hit.isNew ? 1 : 0,
  };
  const done = await tx
    .insertInto('scan_hits')
    .values({ scan, case_id: hit.caseId, ...values })
    .onConflict((c) =>
      c
        .columns(['scan', 'case_id'])
        // what was new of a subject stays new when the scan finds still more
        .doUpdateSet((e) => ({
          ...values,
          is_new: e.case().when('scan_hits.is_new', '=', 1).then(1).else(values.is_new).end(),
        }))
        .where('scan_hits.level_rank', '<', values.level_rank),
    )
    .executeTakeFirst();
  return (done.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export async function forgetScan(tx: Kysely<Tables>, scan: string): Promise<void> {
  await tx.deleteFrom('scan_hits').where('scan', '=', scan).execute();
}

/** Everything shown in a list of hits: the hit, its case, and the finding behind it, without dismissed cases. */
function findsOf(db: Kysely<Tables>, scan: string, onlyNew: boolean) {
  return db
    .selectFrom('scan_hits')
    .innerJoin('cases', 'cases.id', 'scan_hits.case_id')
    .innerJoin('findings', (join) =>
      join.onRef('findings.case_id', '=', 'scan_hits.case_id').onRef('findings.key', '=', 'scan_hits.finding_key'),
    )
    .selectAll('cases')
    .select([
      'scan_hits.case_id',
      'scan_hits.level',
      'scan_hits.score as hit_score',
      'scan_hits.finding_key',
      'scan_hits.is_new',
      'findings.data',
    ])
    .where('scan_hits.scan', '=', scan)
    .where('cases.state', '!=', 'dismissed')
    .$if(onlyNew, (query) => query.where('is_new', '=', 1));
}

export async function scanHits(
  db: Kysely<Tables>,
  scan: string,
  page: { afterCaseId: number; limit: number; onlyNew?: boolean },
): Promise<ScanFind[]> {
  const rows = await findsOf(db, scan, page.onlyNew === true)
    .where('scan_hits.case_id', '>', page.afterCaseId)
    .orderBy('scan_hits.case_id')
    .limit(page.limit)
    .execute();
  return rows.map(toFind);
}

export async function worstOfScan(
  db: Kysely<Tables>,
  scan: string,
  limit: number,
  onlyNew: boolean,
): Promise<ScanFind[]> {
  const rows = await findsOf(db, scan, onlyNew)
    .orderBy('scan_hits.level_rank', 'desc')
    .orderBy('scan_hits.score', 'desc')
    .orderBy('scan_hits.case_id')
    .limit(limit)
    .execute();
  return rows.map(toFind);
}

export async function scanSummary(db: Kysely<Tables>, scan: string): Promise<ScanSummary> {
  const rows = await db
    .selectFrom('scan_hits')
    .innerJoin('cases', 'cases.id', 'scan_hits.case_id')
    .select((e) => ['level', 'is_new', e.fn.countAll<number>().as('count')])
    .where('scan', '=', scan)
    .where('cases.state', '!=', 'dismissed')
    .groupBy(['level', 'is_new'])
    .execute();
  const summary: ScanSummary = { levels: {}, newLevels: {} };
  for (const { level, is_new: isNew, count } of rows) {
    summary.levels[level] = (summary.levels[level] ?? 0) + Number(count);
    if (isNew === 1) summary.newLevels[level] = (summary.newLevels[level] ?? 0) + Number(count);
  }
  return summary;
}

type FindRow = CaseRow & {
  case_id: number;
  level: string;
  hit_score: number;
  finding_key: string;
  is_new: number;
  data: string;
};

function toFind(row: FindRow): ScanFind {
  const hit: ScanHit = {
    caseId: row.case_id,
    level: row.level,
    score: row.hit_score,
    findingKey: row.finding_key,
    isNew: row.is_new === 1,
  };
  return { case: toCase(row), hit, finding: JSON.parse(row.data) };
}
