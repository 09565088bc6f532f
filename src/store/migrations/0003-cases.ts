import { createHash } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { Tables } from '../schema.js';
import type { Migration } from './migration.js';

/**
 * Cases that reopen: a case's round, what a dismissal covers, when cases were announced, raids, and columns for
 * findings so that their JSON need not be read.
 */
export const cases: Migration = async (db, words) => {
  const { schema } = db;
  for (const [name, type, standard] of [
    ['sightings', 'integer', 0],
    ['reports', 'integer', 0],
    ['round', 'integer', 1],
    ['actions_from', 'bigint', 0],
    ['raid_told', 'integer', 0],
  ] as const)
    await schema
      .alterTable('cases')
      .addColumn(name, type, (c) => c.notNull().defaultTo(standard))
      .execute();
  for (const [name, type] of [
    ['dismissed_verdict', 'text'],
    ['announced_at', 'bigint'],
    ['raid_id', 'bigint'],
    ['again_event_id', 'text'],
  ] as const)
    await schema.alterTable('cases').addColumn(name, type).execute();
  await schema.createIndex('cases_announced').on('cases').columns(['announced_at']).execute();
  await schema.createIndex('cases_raid').on('cases').columns(['raid_id', 'raid_told', 'id']).execute();

  await schema
    .alterTable('findings')
    .addColumn('level_rank', 'integer', (c) => c.notNull().defaultTo(0))
    .execute();
  await schema
    .alterTable('findings')
    .addColumn('score', 'double precision', (c) => c.notNull().defaultTo(0))
    .execute();

  await schema
    .createTable('case_looks')
    .addColumn('case_id', 'bigint', (c) => c.notNull().references('cases.id').onDelete('cascade'))
    .addColumn('look', 'text', (c) => c.notNull())
    .addColumn('covered', 'integer', (c) => c.notNull())
    .addPrimaryKeyConstraint('case_looks_key', ['case_id', 'look'])
    .modifyEnd(words.keyedTable)
    .execute();

  await words
    .withId(schema.createTable('openings'))
    .addColumn('reporter', 'text', (c) => c.notNull())
    .addColumn('case_id', 'bigint', (c) => c.notNull().references('cases.id').onDelete('cascade'))
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute();
  await schema.createIndex('openings_reporter').on('openings').columns(['reporter', 'at']).execute();
  await schema.createIndex('openings_at').on('openings').column('at').execute();

  await words
    .withId(schema.createTable('raids'))
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('opened_at', 'bigint', (c) => c.notNull())
    .addColumn('last_at', 'bigint', (c) => c.notNull())
    .addColumn('cases', 'integer', (c) => c.notNull())
    .addColumn('digests', 'integer', (c) => c.notNull())
    .addColumn('told_at', 'bigint')
    .execute();

  // These only contain pending actions, with those waiting for later after those due now.
  await schema
    .createIndex('actions_next')
    .on('actions')
    .columns(['next_try_at', 'kind', 'lane'])
    .where(sql.ref('ended_at'), 'is', null)
    .execute();
  await schema.createIndex('actions_case_kind').on('actions').columns(['case_id', 'kind', 'id']).execute();
  await schema.dropIndex('actions_case').execute();

  await countFindings(db);
  await readFindings(db);
  await sql`update cases set dismissed_verdict = verdict where state = 'dismissed'`.execute(db);
  await sql`update cases set announced_at = opened_at
    where exists (select 1 from actions where actions.case_id = cases.id and actions.kind = 'notice')`.execute(db);
};

async function countFindings(db: Kysely<Tables>): Promise<void> {
  for (const [column, kind] of [
    ['sightings', 'verdict'],
    ['reports', 'report'],
  ] as const)
    await sql`update cases set ${sql.ref(column)} =
      (select count(*) from findings where findings.case_id = cases.id and findings.kind = ${kind})`.execute(db);
}

const A_PAGE = 100;

/** Level, score and looks were only in the findings' JSON. */
async function readFindings(db: Kysely<Tables>): Promise<void> {
  for (let after = 0; ;) {
    const { rows } = await sql<{ id: number; case_id: number; data: string; state: string }>`
      select f.id, f.case_id, f.data, c.state from findings f join cases c on c.id = f.case_id
      where f.kind = 'verdict' and f.id > ${after} order by f.id limit ${A_PAGE}`.execute(db);
    for (const row of rows) {
      const found = read(row.data);
      await sql`update findings set level_rank = ${found.rank}, score = ${found.score} where id = ${row.id}`.execute(
        db,
      );
      const covered = row.state === 'dismissed' ? 1 : 0;
      for (const look of found.looks)
        await sql`insert into case_looks (case_id, look, covered) values (${row.case_id}, ${look}, ${covered})
          on conflict (case_id, look) do nothing`.execute(db);
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    after = Number(last.id);
  }
}

function read(text: string): { rank: number; score: number; looks: string[] } {
  try {
    const { verdict, sighting } = JSON.parse(text) as {
      verdict?: { verdict?: unknown; score?: unknown };
      sighting?: { displayName?: unknown; avatarUrl?: unknown };
    };
    const looks = [
      ['name', sighting?.displayName],
      ['picture', sighting?.avatarUrl],
    ].flatMap(([kind, value]) => (typeof value === 'string' && value !== '' ? [lookOf(String(kind), value)] : []));
    return {
      rank: ['possible', 'likely', 'certain'].indexOf(String(verdict?.verdict)) + 1,
      score: typeof verdict?.score === 'number' ? verdict.score : 0,
      looks,
    };
  } catch {
    return { rank: 0, score: 0, looks: [] };
  }
}

/** As in store/looks.ts; duplicated here because a released step never changes. */
function lookOf(kind: string, value: string): string {
  return `${kind}:${createHash('sha256').update(value).digest('base64url').slice(0, 22)}`;
}
