import type { Kysely } from 'kysely';
import { clampTimestamp, NO_VERDICT, standingOf, verdictRank } from './keys.js';
import type { CaseRecord, RaidKind, RaidRecord } from './records/cases.js';
import type { NewFinding } from './records/findings.js';
import { toCase, toRaid } from './rows.js';
import type { Tables } from './schema.js';
/**
 * How many names and pictures of one subject are remembered: a person has a few, and further ones are not covered by a
 * dismissal.
 */
const MOST_LOOKS = 500;

/** Marks what is known so far as covered: the level, the names and the pictures. */
export async function coverCase(tx: Kysely<Tables>, caseId: number): Promise<void> {
  const row = await tx
    .selectFrom('cases')
    .select(['verdict', 'dismissed_verdict'])
    .where('id', '=', caseId)
    .executeTakeFirst();
  if (!row) return;
  const level = verdictRank(row.verdict) > verdictRank(row.dismissed_verdict) ? row.verdict : row.dismissed_verdict;
  await tx.updateTable('cases').set({ dismissed_verdict: level }).where('id', '=', caseId).execute();
  await tx.updateTable('case_looks').set({ covered: 1 }).where('case_id', '=', caseId).execute();
}

export async function uncoverCase(tx: Kysely<Tables>, caseId: number): Promise<void> {
  await tx.updateTable('cases').set({ dismissed_verdict: null }).where('id', '=', caseId).execute();
  await tx.updateTable('case_looks').set({ covered: 0 }).where('case_id', '=', caseId).execute();
}

/** Whether a dismissal covers all these names and pictures; records new ones. */
export async function noteLooks(tx: Kysely<Tables>, caseId: number, looks: readonly string[]): Promise<boolean> {
  if (looks.length === 0) return true;
  const known = await tx
    .selectFrom('case_looks')
    .select(['look', 'covered'])
    .where('case_id', '=', caseId)
    .where('look', 'in', looks)
    .execute();
  const missing = looks.filter((look) => !known.some((one) => one.look === look));
  if (missing.length > 0) {
    const { count } = await tx
      .selectFrom('case_looks')
      .select((e) => e.fn.countAll<number>().as('count'))
      .where('case_id', '=', caseId)
      .executeTakeFirstOrThrow();
    const values = missing.slice(0, Math.max(0, MOST_LOOKS - Number(count)));
    if (values.length > 0)
      await tx
        .insertInto('case_looks')
        .values(values.map((look) => ({ case_id: caseId, look, covered: 0 })))
        .onConflict((c) => c.columns(['case_id', 'look']).doNothing())
        .execute();
  }
  return missing.length === 0 && known.every(({ covered }) => covered === 1);
}

export async function reopenCase(
  tx: Kysely<Tables>,
  caseId: number,
  at: number,
  verdict: NewFinding['verdict'],
): Promise<CaseRecord> {
  const { last } = await tx
    .selectFrom('actions')
    .select((e) => e.fn.max('id').as('last'))
    .executeTakeFirstOrThrow();
  const standing = verdict === undefined ? NO_VERDICT : standingOf(verdict);
  const row = await tx
    .updateTable('cases')
    .set((e) => ({
      state: 'open' as const,
      closed_at: null,
      updated_at: clampTimestamp(at),
      announced_at: null,
      raid_id: null,
      raid_told: 0,
      round: e('round', '+', 1),
      actions_from: last ?? 0,
      ...standing,
    }))
    .where('id', '=', caseId)
    .returningAll()
    .executeTakeFirstOrThrow();
  return toCase(row);
}

export async function announcedBetween(
  tx: Kysely<Tables>,
  since: number,
  until: number,
  limit: number,
): Promise<number> {
  const some = tx
    .selectFrom('cases')
    .select('id')
    .where('announced_at', '>', since)
    .where('announced_at', '<=', until)
    .limit(limit);
  const { count } = await tx
    .selectFrom(some.as('some'))
    .select((e) => e.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function announceCase(tx: Kysely<Tables>, caseId: number, at: number): Promise<void> {
  await tx
    .updateTable('cases')
    .set({ announced_at: clampTimestamp(at), raid_id: null, raid_told: 0 })
    .where('id', '=', caseId)
    .execute();
}

export async function joinRaid(
  tx: Kysely<Tables>,
  caseId: number,
  kind: RaidKind,
  at: number,
  since: number,
  by: 'last' | 'first',
): Promise<RaidRecord> {
  const standing = await tx
    .selectFrom('raids')
    .selectAll()
    .where('kind', '=', kind)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  const goesOn = standing !== undefined && (by === 'last' ? standing.last_at : standing.opened_at) > since;
  const raid = goesOn
    ? await tx
        .updateTable('raids')
        .set((e) => ({ last_at: clampTimestamp(at), cases: e('cases', '+', 1) }))
        .where('id', '=', standing.id)
        .returningAll()
        .executeTakeFirstOrThrow()
    : await tx
        .insertInto('raids')
        .values({
          kind,
          opened_at: clampTimestamp(at),
          last_at: clampTimestamp(at),
          cases: 1,
          digests: 0,
          told_at: null,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
  await tx.updateTable('cases').set({ raid_id: raid.id, raid_told: 0 }).where('id', '=', caseId).execute();
  return toRaid(raid);
}

/** Maximum number of ids in one statement. */
const IDS_A_STATEMENT = 500;

export async function noteRaidTold(
  tx: Kysely<Tables>,
  raidId: number,
  caseIds: readonly number[],
  at: number,
): Promise<number> {
  for (let from = 0; from < caseIds.length; from += IDS_A_STATEMENT)
    await tx
      .updateTable('cases')
      .set({ raid_told: 1 })
      .where('raid_id', '=', raidId)
      .where('id', 'in', caseIds.slice(from, from + IDS_A_STATEMENT))
      .execute();
  await tx
    .updateTable('raids')
    .set((e) => ({ digests: e('digests', '+', 1), told_at: clampTimestamp(at) }))
    .where('id', '=', raidId)
    .execute();
  const { count } = await tx
    .selectFrom('cases')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('raid_id', '=', raidId)
    .where('raid_told', '=', 0)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function raidById(db: Kysely<Tables>, id: number): Promise<RaidRecord | undefined> {
  const row = await db.selectFrom('raids').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toRaid(row);
}

/** Worst first. */
export async function casesOfRaid(
  db: Kysely<Tables>,
  id: number,
  filter: { untold?: boolean; limit: number; offset?: number },
): Promise<CaseRecord[]> {
  const rows = await db
    .selectFrom('cases')
    .selectAll()
    .where('raid_id', '=', id)
    .$if(filter.untold === true, (query) => query.where('raid_told', '=', 0))
    .orderBy('score', 'desc')
    .orderBy('id')
    .limit(filter.limit)
    .offset(filter.offset ?? 0)
    .execute();
  return rows.map(toCase);
}

export async function openingsSince(tx: Kysely<Tables>, reporter: string, since: number): Promise<number> {
  const { count } = await tx
    .selectFrom('openings')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('reporter', '=', reporter)
    .where('at', '>', since)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** The outcomes of this reporter's decided cases. */
export async function outcomesOf(
  tx: Kysely<Tables>,
  reporter: string,
): Promise<{ decided: number; dismissed: number }> {
  const rows = await tx
    .selectFrom('cases')
    .select(['cases.state', (e) => e.fn.countAll<number>().as('count')])
    .where('cases.state', 'in', ['actioned', 'dismissed'])
    .where('cases.id', 'in', (e) => e.selectFrom('openings').select('case_id').where('reporter', '=', reporter))
    .groupBy('cases.state')
    .execute();
  const of = (state: string): number => Number(rows.find((row) => row.state === state)?.count ?? 0);
  return { decided: of('actioned') + of('dismissed'), dismissed: of('dismissed') };
}

export async function noteOpening(
  tx: Kysely<Tables>,
  reporter: string,
  caseId: number,
  at: number,
  forgetBefore: number,
): Promise<void> {
  await tx
    .insertInto('openings')
    .values({ reporter, case_id: caseId, at: clampTimestamp(at) })
    .execute();
  await tx.deleteFrom('openings').where('at', '<', clampTimestamp(forgetBefore)).execute();
}

/** Cases with an effect that was only simulated and has not been carried out since. */
function waiting(db: Kysely<Tables>, kinds: readonly string[]) {
  return db
    .selectFrom('cases')
    .where('cases.state', '!=', 'dismissed')
    .where((e) =>
      e.exists(
        e
          .selectFrom('actions as simulated')
          .select('simulated.id')
          .whereRef('simulated.case_id', '=', 'cases.id')
          .where('simulated.kind', 'in', kinds)
          .where('simulated.state', '=', 'simulated')
          .whereRef('simulated.id', '>', 'cases.actions_from')
          .where((inner) =>
            inner.not(
              inner.exists(
                inner
                  .selectFrom('actions as later')
                  .select('later.id')
                  .whereRef('later.case_id', '=', 'simulated.case_id')
                  .whereRef('later.kind', '=', 'simulated.kind')
                  .whereRef('later.id', '>', 'simulated.id'),
              ),
            ),
          ),
      ),
    );
}

export async function casesWaiting(
  db: Kysely<Tables>,
  kinds: readonly string[],
  page: { afterId: number; limit: number },
): Promise<CaseRecord[]> {
  const rows = await waiting(db, kinds)
    .selectAll('cases')
    .where('cases.id', '>', page.afterId)
    .orderBy('cases.id')
    .limit(page.limit)
    .execute();
  return rows.map(toCase);
}

export async function countCasesWaiting(db: Kysely<Tables>, kinds: readonly string[]): Promise<number> {
  const { count } = await waiting(db, kinds)
    .select((e) => e.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}
