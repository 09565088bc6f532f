import type { Kysely } from 'kysely';
import { casesOf, parsed, rowsAbout, WITHOUT_PEOPLE, type Row } from './personal-rows.js';
import type { PersonalData } from './records/retention.js';
import type { Tables } from './schema.js';
import { tablesOf } from './table-columns.js';
import { storeTexts } from './texts.js';

/** Columns that would give access to whoever reads them. */
const SECRET_COLUMN = /hash|token|secret/;

/** Everything stored about and by a person, table by table, without those who reported them. */
export async function exportPerson(db: Kysely<Tables>, userId: string, at: number): Promise<PersonalData> {
  const caseIds = await casesOf(db, userId);
  const data: Record<string, Row[]> = {};
  for (const table of await tablesOf(db)) {
    if (WITHOUT_PEOPLE.has(table.name)) continue;
    const rows = await rowsAbout(db, table, userId, caseIds);
    if (rows.length > 0) data[table.name] = rows.map((row) => readable(row, userId));
  }
  return { user_id: userId, exported_at: new Date(at).toISOString(), data };
}

function readable(row: Row, userId: string): Row {
  const shown: Row = {};
  for (const [column, value] of Object.entries(row)) {
    if (SECRET_COLUMN.test(column)) continue;
    const read = typeof value === 'string' && /^[[{"]/.test(value) ? parsed(value) : value;
    shown[column] = withoutReporters(read, userId);
  }
  return shown;
}

/** A report names its author, who is another person. */
function withoutReporters(value: unknown, userId: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { reporter } = value as { reporter?: unknown };
  return typeof reporter === 'string' && reporter !== userId ? { ...value, reporter: storeTexts.anotherPerson } : value;
}
