import Database from 'libsql';
import { Low } from 'lowdb';
import { JSONFile } from 'lowdb/node';
import path from 'node:path';
import pg from 'pg';

/**
 * The rivals: the shortest program that writes down the same decision. They know the rows beforehand: no case to join,
 * no verdict to compare, no idempotency to answer for.
 */
export interface Rival {
  name: string;
  decide(i: number): Promise<void>;
  close(): Promise<void>;
}

const COLUMNS: Record<string, readonly string[]> = {
  seen_events: ['event_id', 'seen_at'],
  cases: ['subject_kind', 'subject', 'state', 'verdict', 'score', 'opened_at'],
  findings: ['subject', 'key', 'kind', 'room_id', 'event_id', 'seen_at', 'data'],
  actions: ['key', 'kind', 'lane', 'payload', 'state', 'next_try_at'],
};

/** The rows of one decision: one event, one case, one finding, three actions. */
function rowsOf(i: number): [table: string, values: readonly (string | number)[]][] {
  const now = Date.now();
  return [
    ['seen_events', [`$${i}`, now]],
    ['cases', ['user', `@${i}:evil.test`, 'open', 'likely', 3.5, now]],
    ['findings', [`@${i}:evil.test`, `verdict:$${i}`, 'verdict', '!room:a.test', `$${i}`, now, '{"why":"name"}']],
    ...['notify', 'report', 'ban'].map((kind): [string, readonly (string | number)[]] => [
      'actions',
      [`${kind}:${i}`, kind, `!${i % 50}`, '{"reason":"it imitates @server:a.test"}', 'due', now],
    ]),
  ];
}

function tableOf(name: string, columns: readonly string[]): string {
  const [first, ...others] = columns;
  return `create table ${name} (${first} text ${name === 'seen_events' || name === 'actions' ? 'primary key' : ''}, ${others.map((column) => `${column} ${column.endsWith('_at') ? 'bigint' : 'text'}`).join(', ')})`;
}

/** libsql with prepared statements and the pragmas that the ledger uses. */
export async function plainSqlite(folder: string): Promise<Rival> {
  const database = new Database(path.join(folder, 'plain.sqlite'));
  database.exec('pragma journal_mode = wal; pragma synchronous = normal');
  for (const [name, columns] of Object.entries(COLUMNS)) database.exec(tableOf(name, columns));
  const inserts = new Map(
    Object.entries(COLUMNS).map(([name, columns]) => [
      name,
      database.prepare(`insert into ${name} values (${columns.map(() => '?').join(', ')})`),
    ]),
  );
  return {
    name: 'libsql, prepared inserts',
    decide: async (i) => {
      database.exec('begin');
      for (const [table, values] of rowsOf(i)) inserts.get(table)?.run(...values);
      database.exec('commit');
    },
    close: async () => void database.close(),
  };
}

/** pg on one connection, one insert after another in a transaction. */
export async function plainPostgres(url: string): Promise<Rival> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('create schema plain; set search_path = plain');
  for (const [name, columns] of Object.entries(COLUMNS)) await client.query(tableOf(name, columns));
  return {
    name: 'pg, plain inserts',
    decide: async (i) => {
      await client.query('begin');
      for (const [table, values] of rowsOf(i))
        await client.query(`insert into ${table} values (${values.map((_, n) => `$${n + 1}`).join(', ')})`, [
          ...values,
        ]);
      await client.query('commit');
    },
    close: () => client.end(),
  };
}

/** lowdb as its README shows it: the record in memory, the whole file written each time, not synced. */
export async function plainLowdb(folder: string): Promise<Rival> {
  const low = new Low<Record<string, unknown[]>>(new JSONFile(path.join(folder, 'plain.json')), {
    seen_events: [],
    cases: [],
    findings: [],
    actions: [],
  });
  return {
    name: 'lowdb, whole file',
    decide: async (i) => {
      for (const [table, values] of rowsOf(i)) low.data[table]?.push(values);
      await low.write();
    },
    close: async () => undefined,
  };
}
