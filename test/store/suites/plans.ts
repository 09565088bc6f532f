import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { CompiledQuery, type DatabaseConnection } from 'kysely';
import Database from 'libsql';
import path from 'node:path';
import { GuardedDriver } from '../../../src/store/guard.js';
import type { SqlLedger } from '../../../src/store/ledger.js';
import type { OpenForTest } from '../../support/ledgers.js';

const ROWS = 2_000;
const NOW = 1_000_000;
const BAN = JSON.stringify({ roomId: '!r:a.test', userId: '@imp:b.test' });

/** What must never be read whole: it grows with time. */
const GROWING = /actions|standing_actions|cases|findings|audit|outbox|seen_events|openings/;
/** Indexes that hold only what is still to be done: reading them whole is as short as the work that waits. */
const OF_WORK = /actions_due|actions_next/;

/** The questions that are asked all day, at every start, or over everything that was ever kept. */
const QUESTIONS: Readonly<Record<string, (ledger: SqlLedger) => Promise<unknown>>> = {
  'what is due': (ledger) => ledger.dueActions(NOW, new Set(['!1']), 50),
  'what is due and urgent': (ledger) => ledger.dueActions(NOW, new Set(), 50, ['mail'], ['ban', 'write_rule']),
  'when the next comes due': (ledger) => ledger.nextDueAt(NOW),
  'how much could be done': (ledger) => ledger.countWorkable(NOW, ['mail'], 20_000),
  'how much is due': (ledger) => ledger.countDueActions(),
  'what is due in a lane': (ledger) => ledger.dueInLane('!1', 10),
  'what keeps failing': (ledger) => ledger.dueAgainLater(NOW, ['ban', 'unban'], 3, 200),
  'what a kind waits for': (ledger) => ledger.troubleOf('mail'),
  'actions by their keys': (ledger) => ledger.actionsByKey(['ban:1', 'ban:2']),
  'ended effects': (ledger) => ledger.effectsByLane(['ban', 'unban'], { afterId: 0, limit: 50 }),
  'actions of a kind': (ledger) => ledger.actionsOfKind(['ban', 'unban'], 'done', { afterId: 0, limit: 50 }),
  'the last ACL of each room': (ledger) => ledger.latestOfKind('acl'),
  'the actions of a case': (ledger) => ledger.actionsOf(7, 50),
  'a case by number': (ledger) => ledger.caseById(7),
  'a case by subject': (ledger) => ledger.caseOfSubject('user', '@imp7:b.test'),
  'a case by its notice': (ledger) => ledger.caseByNotice('$notice'),
  'findings of a case': (ledger) => ledger.findingsOf(7, 50),
  'the strongest finding': (ledger) => ledger.strongestFinding(7),
  'one finding': (ledger) => ledger.findingByKey(7, 'k'),
  'the audit of a case': (ledger) => ledger.auditOf(7, 50),
  'mails of a case': (ledger) => ledger.mailsOf(7),
  'a decision': (ledger) =>
    ledger.commit(async (tx) => {
      await tx.markEventSeen('$event', NOW);
      await tx.recordFinding({
        subjectKind: 'user',
        subject: '@imp7:b.test',
        key: 'n',
        kind: 'verdict',
        seenAt: 1,
        data: {},
      });
      await tx.effectsOf(7, ['ban', 'mail']);
      await tx.addActions([{ kind: 'ban', lane: '!1', key: 'ban:new', payload: null }]);
    }),
  'the end of an action': (ledger) => ledger.endAction(1, { state: 'done', at: NOW }),
  'what is past its time': (ledger) => ledger.prune(NOW + 400 * 86_400_000, { isStanding: () => false }),
};

interface Statement {
  text: string;
  parameters: readonly unknown[];
}

/** Holds of both databases: the hot statements find what they look for by an index. */
export function plansSuite(open: OpenForTest): void {
  let ledger: SqlLedger;
  let seen: Statement[] | undefined;

  beforeEach(async () => {
    const watched = new WeakSet<DatabaseConnection>();

    const acquire = GuardedDriver.prototype.acquireConnection;
    jest.spyOn(GuardedDriver.prototype, 'acquireConnection').mockImplementation(async function (this: GuardedDriver) {
      const connection = await acquire.call(this);
      if (watched.has(connection)) return connection;
      watched.add(connection);
      const execute = connection.executeQuery.bind(connection);
      connection.executeQuery = (query) => {
        seen?.push({ text: query.sql, parameters: query.parameters });
        return execute(query);
      };
      return connection;
    });
    ledger = await open({ clock: () => NOW });
    await fill(ledger);
  });
  afterEach(() => {
    seen = undefined;
    jest.restoreAllMocks();
  });

  /** The plan of each statement that this sends, in the database's own words. */
  async function plansOf(work: () => Promise<unknown>): Promise<[statement: string, plan: string][]> {
    seen = [];
    await work();
    const statements = seen.filter(({ text }) => /^\s*(?:select|with|delete|update)/i.test(text));
    seen = undefined;
    const plans: [string, string][] = [];
    for (const { text, parameters } of statements)
      plans.push([text, await planOf(ledger, open.place(), text, parameters)]);
    return plans;
  }

  it('read by an index, however much was kept', async () => {
    const whole: [question: string, step: string, statement: string][] = [];
    for (const [question, ask] of Object.entries(QUESTIONS)) {
      const plans = await plansOf(() => ask(ledger));
      expect([question, plans.length > 0]).toEqual([question, true]);
      for (const [statement, plan] of plans)
        for (const step of plan.split('\n')) if (readsWhole(step)) whole.push([question, step.trim(), statement]);
    }
    expect(whole).toEqual([]);
  });

  it('would be seen otherwise', async () => {
    const plans = await plansOf(() =>
      ledger.writer.selectFrom('actions').selectAll().where('attempts', '=', 3).execute(),
    );
    expect(plans.flatMap(([, plan]) => plan.split('\n')).some(readsWhole)).toBe(true);
  });
}

/** Says whether a step of a plan reads all of a table, or all of an index, that grows with time. */
function readsWhole(step: string): boolean {
  const table = /(?:\bSCAN|Seq Scan on|Index (?:Only )?Scan using (\S+) on) (\w+)/.exec(step);
  if (table === null || !GROWING.test(table[2] ?? '') || OF_WORK.test(step)) return false;
  return !/Index (?:Only )?Scan/.test(step);
}

/** SQLite's plan is asked on a handle of its own, PostgreSQL's on a connection that is told to avoid reading tables whole. */
async function planOf(
  ledger: SqlLedger,
  { dataDir, databaseUrl }: ReturnType<OpenForTest['place']>,
  text: string,
  parameters: readonly unknown[],
): Promise<string> {
  if (databaseUrl === null) {
    const database = new Database(path.join(dataDir, 'ledger.sqlite'));
    const steps = database.prepare(`explain query plan ${text}`).all([...parameters]) as { detail: string }[];
    database.close();
    return steps.map(({ detail }) => detail).join('\n');
  }
  return ledger.writer.connection().execute(async (db) => {
    const run = (statement: string, bound: readonly unknown[] = []) =>
      db.executeQuery<Record<string, unknown>>(CompiledQuery.raw(statement, [...bound]));
    // the tables of a test are so short that reading them whole is quicker
    await run('set enable_seqscan = off');
    const { rows } = await run(`explain ${text}`, parameters);
    await run('set enable_seqscan = on');
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
}

async function fill(ledger: SqlLedger): Promise<void> {
  const numbers = Array.from({ length: ROWS }, (_, index) => index + 1);
  await ledger.commit(async (tx) => {
    for (const index of numbers)
      await tx.recordFinding({
        subjectKind: 'user',
        subject: `@imp${index}:b.test`,
        key: 'k',
        kind: index % 9 === 0 ? 'report' : 'verdict',
        seenAt: index,
        data: {},
      });
    for (const index of numbers) await tx.markEventSeen(`$${index}`, index);
  });
  await ledger.commit(async (tx) => {
    for (const index of numbers)
      await tx.audit({ at: index, actor: '@mod:a.test', what: 'x', caseId: index, data: {} });
  });
  const row = (index: number) => ({
    case_id: index % 3 === 0 ? null : index,
    kind: ['ban', 'unban', 'mail', 'acl', 'notice'][index % 5] ?? 'ban',
    lane: `!${index % 50}`,
    key: `ban:${index}`,
    payload: BAN,
    state: index % 20 === 0 ? ('due' as const) : ('done' as const),
    attempts: index % 3,
    next_try_at: index,
    created_at: index,
    ended_at: index % 20 === 0 ? null : index,
    result: '{"effect":"banned"}',
    last_error: null,
  });
  for (let from = 0; from < ROWS; from += 500)
    await ledger.writer
      .insertInto('actions')
      .values(numbers.slice(from, from + 500).map(row))
      .execute();
}
