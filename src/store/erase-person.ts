import { sql, type Kysely } from 'kysely';
import { ROWS_A_STATEMENT } from './actions/add.js';
import { clampTimestamp } from './keys.js';
import { mentionedIn, withoutPerson } from './mentions.js';
import { casesOf, parsed, rowsAbout, WITHOUT_PEOPLE, type Row } from './personal-rows.js';
import type { Erasure } from './records/retention.js';
import { toJson } from './rows.js';
import type { Tables } from './schema.js';
import { keepStanding } from './standing.js';
import { tablesOf, type TableColumns } from './table-columns.js';

/** Actions and their undoing. The last of the two in a lane decides what is in force. */
const UNDONE_BY: Readonly<Record<string, string>> = {
  ban: 'unban',
  suspend: 'unsuspend',
  quarantine_media: 'unquarantine_media',
  deactivate: '',
};
/** A moderator's request and its answer. */
const CARRIED_OUT_NOW: ReadonlySet<string> = new Set(['command', 'button', 'outcome', 'message']);

/**
 * Removes what is stored about and by a person. Cases stay as numbers and dates. Effects in force (bans, a suspension)
 * are remembered without their dates, so that they can be lifted, and so are the rules of lists; `kept` names them.
 */
export async function erasePerson(
  tx: Kysely<Tables>,
  userId: string,
  by: { actor: string; at: number },
): Promise<Erasure> {
  const caseIds = await casesOf(tx, userId);
  const erasure: Erasure = { cases: caseIds.length, removed: 0, blanked: 0, kept: [] };
  for (const table of await tablesOf(tx)) {
    if (WITHOUT_PEOPLE.has(table.name) || table.name === 'outbox' || table.name === 'standing_actions') continue;
    const rows = await rowsAbout(tx, table, userId, caseIds);
    if (rows.length > 0) await eraseIn(tx, table, rows, userId, caseIds, by.at, erasure);
  }
  await eraseMails(tx, userId, caseIds, erasure);
  await sql`insert into audit (at, actor, what, case_id, data)
    values (${clampTimestamp(by.at)}, ${withoutPerson(by.actor, userId)}, 'privacy.erased', null, ${toJson({
      cases: erasure.cases,
      removed: erasure.removed,
      blanked: erasure.blanked,
    })})`.execute(tx);
  return erasure;
}

async function eraseIn(
  tx: Kysely<Tables>,
  table: TableColumns,
  rows: readonly Row[],
  userId: string,
  caseIds: readonly number[],
  at: number,
  erasure: Erasure,
): Promise<void> {
  switch (table.name) {
    case 'cases':
      return eraseCases(tx, rows, userId, caseIds, at, erasure);
    case 'actions':
      return eraseActions(tx, rows, userId, erasure);
    case 'findings':
    case 'audit':
    case 'meta':
    case 'settings':
      return blankRows(tx, table, rows, userId, caseIds, erasure);
    default:
      return removeRows(tx, table, rows, erasure);
  }
}

async function eraseCases(
  tx: Kysely<Tables>,
  rows: readonly Row[],
  userId: string,
  caseIds: readonly number[],
  at: number,
  erasure: Erasure,
): Promise<void> {
  for (const row of rows) {
    const id = Number(row.id);
    if (!caseIds.includes(id)) {
      // another subject's case that mentions the person, for instance as the one it imitates
      if (row.protected !== userId) erasure.kept.push({ what: 'case', case: id });
      continue;
    }
    const isOpen = row.closed_at === null || row.closed_at === undefined;
    await tx
      .updateTable('cases')
      .set({
        subject: `erased:${id}`,
        subject_key: `erased:${id}`,
        notice_event_id: null,
        ...(isOpen ? { state: 'dismissed' as const, closed_at: clampTimestamp(at) } : {}),
      })
      .where('id', '=', id)
      .execute();
    erasure.blanked += 1;
  }
}

/** Pending actions on the person are dropped, but the expiry of a list's rule still takes place. */
async function eraseActions(tx: Kysely<Tables>, rows: readonly Row[], userId: string, erasure: Erasure): Promise<void> {
  const last = new Map<string, Row>();
  for (const row of [...rows].sort((a, b) => Number(a.id) - Number(b.id)))
    if (row.state === 'done' && isAbout(row, userId)) last.set(`${laneOf(row)}\n${pairOf(String(row.kind))}`, row);
  const standing = [...last.values()].filter((row) => String(row.kind) in UNDONE_BY);
  await keepStanding(tx, standing as never);
  for (const row of standing) erasure.kept.push({ what: String(row.kind), payload: parsed(String(row.payload)) });
  const gone: number[] = [];
  for (const row of rows) {
    // the requesting command is still running: its row must exist when it ends
    if (row.state === 'due' && CARRIED_OUT_NOW.has(String(row.kind))) {
      const payload = withoutPerson(String(row.payload), userId);
      await sql`update actions set payload = ${payload} where id = ${row.id}`.execute(tx);
      erasure.blanked += 1;
      continue;
    }
    const stays = row.kind === 'expire_rule' && row.state === 'due';
    if (stays) erasure.kept.push({ what: 'expire_rule', payload: parsed(String(row.payload)) });
    else gone.push(Number(row.id));
  }
  for (let from = 0; from < gone.length; from += ROWS_A_STATEMENT)
    await tx
      .deleteFrom('actions')
      .where('id', 'in', gone.slice(from, from + ROWS_A_STATEMENT))
      .execute();
  erasure.removed += gone.length;
}

const laneOf = (row: Row): string => {
  const payload = parsed(String(row.payload)) as { roomId?: unknown } | null;
  return String(payload?.roomId ?? '');
};
const pairOf = (kind: string): string => Object.entries(UNDONE_BY).find(([, undo]) => undo === kind)?.[0] ?? kind;
const isAbout = (row: Row, userId: string): boolean =>
  (parsed(String(row.payload)) as { userId?: unknown } | null)?.userId === userId;

/** Removes the person from texts; the person's own rows are deleted. */
async function blankRows(
  tx: Kysely<Tables>,
  table: TableColumns,
  rows: readonly Row[],
  userId: string,
  caseIds: readonly number[],
  erasure: Erasure,
): Promise<void> {
  const key = table.columns.includes('id') ? 'id' : 'name';
  for (const row of rows) {
    const ofCase = caseIds.includes(Number(row.case_id));
    if (table.name === 'settings' || (table.name === 'meta' && isListOfRules(String(row.value)))) {
      keepRules(table.name, row, userId, erasure);
    } else if (table.name === 'findings' && ofCase) {
      await sql`delete from findings where id = ${row.id}`.execute(tx);
      erasure.removed += 1;
    } else {
      // what a person typed is theirs: none of it stays
      const own = table.name === 'audit' && (ofCase || row.actor === userId);
      const fresh = table.texts.map((column) => {
        const text = row[column];
        if (typeof text !== 'string') return sql`${sql.ref(column)} = ${sql.ref(column)}`;
        const value = own && column === 'data' ? '{}' : withoutPerson(text, userId);
        return sql`${sql.ref(column)} = ${value}`;
      });
      await sql`update ${sql.table(table.name)} set ${sql.join(fresh)} where ${sql.ref(key)} = ${row[key]}`.execute(tx);
      erasure.blanked += 1;
    }
  }
}

function isListOfRules(text: string): boolean {
  const value = parsed(text) as { rules?: unknown } | null;
  return Array.isArray(value?.rules);
}

function keepRules(table: string, row: Row, userId: string, erasure: Erasure): void {
  if (table === 'settings') return void erasure.kept.push({ what: 'settings' });
  const { rules } = parsed(String(row.value)) as { rules: unknown[] };
  for (const rule of rules)
    if (mentionedIn(JSON.stringify(rule), userId)) erasure.kept.push({ what: 'rule', list: row.name, rule });
}

async function removeRows(
  tx: Kysely<Tables>,
  table: TableColumns,
  rows: readonly Row[],
  erasure: Erasure,
): Promise<void> {
  for (const row of rows) {
    const same = table.columns.map((column) =>
      row[column] === null || row[column] === undefined
        ? sql`${sql.ref(column)} is null`
        : sql`${sql.ref(column)} = ${row[column]}`,
    );
    await sql`delete from ${sql.table(table.name)} where ${sql.join(same, sql` and `)}`.execute(tx);
    erasure.removed += 1;
  }
}

/** Mails are encoded, so their cases determine which are about a person. Unsent mails are never blanked. */
async function eraseMails(
  tx: Kysely<Tables>,
  userId: string,
  caseIds: readonly number[],
  erasure: Erasure,
): Promise<void> {
  const table: TableColumns = {
    name: 'outbox',
    columns: ['id', 'case_id'],
    texts: ['raw', 'recipient', 'response'],
    times: [],
  };
  const rows = await rowsAbout(tx, table, userId, caseIds);
  for (const row of rows) {
    if (!caseIds.includes(Number(row.case_id)) && row.sent_at === null) continue;
    await sql`delete from outbox where id = ${row.id}`.execute(tx);
    erasure.removed += 1;
  }
}
