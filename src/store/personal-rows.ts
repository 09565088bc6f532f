import { sql, type Kysely } from 'kysely';
import { indexKey } from './keys.js';
import { mentionedIn } from './mentions.js';
import type { Tables } from './schema.js';
import type { TableColumns } from './table-columns.js';

/** Tables without personal data. */
export const WITHOUT_PEOPLE: ReadonlySet<string> = new Set([
  'secrets',
  'heimdall_schema',
  'heimdall_lease',
  'seen_events',
]);

export type Row = Record<string, unknown>;

/** Texts that a database can search quickly; whether they really mention the id is checked afterwards. */
function patternsOf(userId: string): string[] {
  const forms = [userId, JSON.stringify(userId).slice(1, -1), encodeURIComponent(userId)];
  return [...new Set(forms)].map((form) => `%${form.replace(/[\\%_]/g, '\\$&')}%`);
}

/** Rows of a table that mention the person anywhere, or belong to one of the cases. */
export async function rowsAbout(
  db: Kysely<Tables>,
  table: TableColumns,
  userId: string,
  caseIds: readonly number[],
): Promise<Row[]> {
  const wanted = table.texts.flatMap((column) =>
    patternsOf(userId).map((pattern) => sql<boolean>`${sql.ref(column)} like ${pattern} escape '\\'`),
  );
  if (table.name === 'cases') wanted.push(sql`subject_key = ${indexKey(userId)}`);
  const ofCases = caseIds.length > 0 && table.columns.includes('case_id');
  if (ofCases) wanted.push(sql`case_id in (${sql.join(caseIds)})`);
  if (wanted.length === 0) return [];
  const { rows } = await sql<Row>`select * from ${sql.table(table.name)} where ${sql.join(wanted, sql` or `)}`.execute(
    db,
  );
  return rows.filter(
    (row) =>
      (ofCases && caseIds.includes(Number(row.case_id))) ||
      table.texts.some((column) => mentionedIn(String(row[column] ?? ''), userId)),
  );
}

/** The cases about the person. */
export async function casesOf(db: Kysely<Tables>, userId: string): Promise<number[]> {
  const rows = await db
    .selectFrom('cases')
    .select('id')
    .where('subject_kind', '=', 'user')
    .where('subject_key', '=', indexKey(userId))
    .execute();
  return rows.map(({ id }) => id);
}

/** The value of a JSON text; the text itself when it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
