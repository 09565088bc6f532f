import type { Kysely } from 'kysely';
import { indexKey, clampTimestamp } from './keys.js';
import type { NewOffence, ProtectionRow } from './records/protections.js';
import { toJson } from './rows.js';
import type { Tables } from './schema.js';
/** Rows per statement. */
const ROWS_AT_ONCE = 200;

/** The columns of protections' memory; of several rows with the same key the last. */
export function memoryRows(rows: readonly ProtectionRow[]) {
  const latest = new Map(rows.map((row) => [`${row.protection}\n${indexKey(row.key)}`, row]));
  return [...latest.values()].map((row) => ({
    protection: row.protection,
    key: indexKey(row.key),
    // a key that is too long for an index is stored in full with the data
    full_key: row.key,
    data: toJson(row.data),
    expires_at: clampTimestamp(row.expiresAt),
  }));
}

/** Stores protections' memory, replacing earlier values. */
export async function keepProtectionRows(tx: Kysely<Tables>, rows: readonly ProtectionRow[]): Promise<void> {
  const values = memoryRows(rows);
  for (let at = 0; at < values.length; at += ROWS_AT_ONCE)
    await tx
      .insertInto('protection_memory')
      .values(values.slice(at, at + ROWS_AT_ONCE))
      .onConflict((c) =>
        c.columns(['protection', 'key']).doUpdateSet((e) => ({
          full_key: e.ref('excluded.full_key'),
          data: e.ref('excluded.data'),
          expires_at: e.ref('excluded.expires_at'),
        })),
      )
      .execute();
}

/** Protections' last stored memory that has not expired at `now`. */
export async function protectionRows(db: Kysely<Tables>, now: number): Promise<ProtectionRow[]> {
  const rows = await db
    .selectFrom('protection_memory')
    .selectAll()
    .where('expires_at', '>', clampTimestamp(now))
    .execute();
  return rows.map((row) => ({
    protection: row.protection,
    key: row.full_key,
    data: JSON.parse(row.data) as unknown,
    expiresAt: row.expires_at,
  }));
}

/** Records an offence; returns the subject's number of offences since `since`, including this one. */
export async function noteOffence(tx: Kysely<Tables>, offence: NewOffence, since: number): Promise<number> {
  await tx
    .insertInto('offences')
    .values({
      protection: offence.protection,
      subject_key: indexKey(offence.subject),
      case_id: offence.caseId,
      at: clampTimestamp(offence.at),
    })
    .execute();
  return (await standingOffences(tx, offence, since)).count;
}

/** A subject's number of offences since `since`, and the case of the latest. */
export async function standingOffences(
  tx: Kysely<Tables>,
  { protection, subject }: Pick<NewOffence, 'protection' | 'subject'>,
  since: number,
): Promise<{ count: number; caseId: number | null }> {
  const { counted, latest } = await tx
    .selectFrom('offences')
    .select((e) => [e.fn.countAll<number | bigint | string>().as('counted'), e.fn.max('case_id').as('latest')])
    .where('protection', '=', protection)
    .where('subject_key', '=', indexKey(subject))
    .where('at', '>=', clampTimestamp(since))
    .executeTakeFirstOrThrow();
  return { count: Number(counted), caseId: latest === null ? null : Number(latest) };
}

/** Forgets the offences of a case that was a mistake or was undone; resolves with their number. */
export async function forgetOffences(tx: Kysely<Tables>, caseId: number): Promise<number> {
  const { numDeletedRows } = await tx.deleteFrom('offences').where('case_id', '=', caseId).executeTakeFirst();
  return Number(numDeletedRows);
}
