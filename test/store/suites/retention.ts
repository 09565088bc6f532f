import { expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { tablesOf } from '../../../src/store/table-columns.js';
import type { SqlLedger } from '../../../src/store/ledger.js';
import { describeLedgers } from '../../support/ledgers.js';

const DAY = 86_400_000;
const NOW = 1_000 * DAY;

/** Everything that ever happens, at one moment. */
async function fill(ledger: SqlLedger, at: number, name: string): Promise<void> {
  await ledger.commit(async (tx) => {
    const subject = `@${name}:evil.test`;
    const { case: opened } = await tx.recordFinding({
      subjectKind: 'user',
      subject,
      key: 'verdict',
      kind: 'verdict',
      seenAt: at,
      data: {},
      verdict: { level: 'certain', score: 1, protected: '@o:a.test' },
    });
    await tx.recordFinding({ subjectKind: 'user', subject, key: 'r', kind: 'report', seenAt: at, data: {} });
    await tx.addActions(
      ['ban', 'mail', 'notice'].map((kind) => ({
        caseId: opened.id,
        kind,
        lane: kind,
        key: `${kind}:${name}`,
        payload: { roomId: '!r:a.test', userId: subject },
      })),
    );
    await tx.audit({ at, actor: '@mod:a.test', what: 'command.ban', caseId: opened.id, data: {} });
    await tx.markEventSeen(`$${name}`, at);
  });
  const [ban, mail, notice] = await ledger.actionsByKey([`ban:${name}`, `mail:${name}`, `notice:${name}`]);
  const composed = { caseId: null, messageId: '<m>', recipient: 'r', envelopeFrom: 'e', raw: 'x', createdAt: at };
  const kept = await ledger.outboxOf(mail?.id ?? 0, () => Promise.resolve(composed));
  await ledger.noteMail(kept.id, { sentAt: at, response: '250' });
  for (const action of [ban, mail, notice])
    await ledger.endAction(action?.id ?? 0, { state: 'done', result: { effect: 'banned' }, at });
}

/** A row in every table that the ledger's own methods do not fill here, with the same time in all its times. */
async function fillOthers(ledger: SqlLedger, at: number): Promise<string[]> {
  const columns = await describeColumns(ledger);
  const filled: string[] = [];
  for (const { name, times } of await tablesOf(ledger.writer)) {
    const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(name)}`.execute(ledger.writer);
    if (times.length === 0 || Number(rows[0]?.n) > 0) continue;
    const own = (columns.get(name) ?? []).filter(({ isAutoIncrementing }) => !isAutoIncrementing);
    const caseId = (await ledger.cases({ limit: 1 }))[0]?.id ?? null;
    const values = own.map(({ name: column, dataType }) => {
      if (times.includes(column)) return at;
      if (column === 'case_id') return caseId;
      return /int|double|real/i.test(dataType) ? 1 : `old ${name}`;
    });
    await sql`insert into ${sql.table(name)} (${sql.join(own.map((column) => sql.ref(column.name)))})
      values (${sql.join(values)})`.execute(ledger.writer);
    filled.push(name);
  }
  return filled;
}

async function describeColumns(ledger: SqlLedger) {
  const tables = await ledger.writer.introspection.getTables();
  return new Map(tables.map(({ name, columns }) => [name, columns]));
}

/** Every time in the database that lies before this one, by table and column. */
async function olderThan(ledger: SqlLedger, before: number): Promise<string[]> {
  const found: string[] = [];
  for (const { name, times } of await tablesOf(ledger.writer))
    for (const time of times) {
      const { rows } = await sql<{
        n: number;
      }>`select count(*) as n from ${sql.table(name)} where ${sql.ref(time)} < ${before}`.execute(ledger.writer);
      if (Number(rows[0]?.n) > 0) found.push(`${name}.${time}`);
    }
  return found;
}

export function retentionSuite(): void {
  describeLedgers('retention', (open) => {
    it('leaves nothing in any table that is older than 180 days, and what is newer as it was', async () => {
      let now = NOW;
      const ledger = await open({ clock: () => now });
      await fill(ledger, now, 'old');
      await fillOthers(ledger, now);
      expect((await olderThan(ledger, NOW + 1)).length).toBeGreaterThan(8);
      now = NOW + 100 * DAY;
      await fill(ledger, now, 'new');
      now = NOW + 181 * DAY;
      await ledger.prune(now, { isStanding: () => false });
      expect(await olderThan(ledger, now - 180 * DAY)).toEqual([]);
      expect(await ledger.cases({})).toMatchObject([{ subject: '@new:evil.test' }]);
      const [left] = await ledger.cases({});
      expect(await ledger.findingsOf(left?.id ?? 0)).toHaveLength(2);
      expect(await ledger.actionsOf(left?.id ?? 0)).toHaveLength(3);
      expect(await ledger.auditOf(left?.id ?? 0)).toHaveLength(1);
      expect(await ledger.actionsOfKind(['ban'], 'done', { afterId: 0, limit: 10 })).toHaveLength(1);
      expect(await ledger.prune(now, { isStanding: () => false })).toBe(0);
    });

    it('still knows which bans are ours when everything about them is forgotten, until they are lifted', async () => {
      let now = NOW;
      const ledger = await open({ clock: () => now });
      await fill(ledger, now, 'old');
      now = NOW + 400 * DAY;
      await ledger.prune(now, { isStanding: () => true });
      expect(await olderThan(ledger, now - 180 * DAY)).toEqual([]);
      expect(await ledger.cases({})).toEqual([]);
      const page = { afterId: 0, limit: 10 };
      expect(await ledger.actionsOfKind(['ban', 'unban'], 'done', page)).toMatchObject([
        { kind: 'ban', payload: { userId: '@old:evil.test' }, result: { effect: 'banned' }, createdAt: 0, endedAt: 0 },
      ]);
      expect(await ledger.latestOfKind('ban')).toHaveLength(1);
      expect(await ledger.doneOfKind('ban', 'ban')).toHaveLength(1);
      await ledger.prune(now, { isStanding: () => false });
      expect(await ledger.actionsOfKind(['ban', 'unban'], 'done', page)).toEqual([]);
    });

    it('gives kept and present actions by id, page by page, each once', async () => {
      let now = NOW;
      const ledger = await open({ clock: () => now });
      for (const name of ['a', 'b', 'c']) await fill(ledger, now, name);
      now = NOW + 400 * DAY;
      await ledger.prune(now);
      for (const name of ['d', 'e']) await fill(ledger, now, name);
      const seen: number[] = [];
      for (let afterId = 0; ;) {
        const page = await ledger.actionsOfKind(['ban'], 'done', { afterId, limit: 2 });
        seen.push(...page.map(({ id }) => id));
        if (page.length < 2) break;
        afterId = page.at(-1)?.id ?? 0;
      }
      expect(seen).toHaveLength(5);
      expect(seen).toEqual([...new Set(seen)].sort((x, y) => x - y));
      // the same, told in short
      const first = await ledger.effectsByLane(['ban'], { afterId: 0, limit: 2 });
      const rest = await ledger.effectsByLane(['ban'], { afterId: first.lastId, limit: 9 });
      expect([first.isLast, rest.isLast]).toEqual([false, true]);
      const whole = await ledger.actionsOfKind(['ban'], 'done', { afterId: 0, limit: 9 });
      expect([...first.lanes, ...rest.lanes].flatMap(({ read }) => read())).toEqual(
        whole.map(({ id, kind, caseId, payload, result }) => ({ id, kind, caseId, payload, result })),
      );
    });

    it('never removes what is still to be done, nor a case with news', async () => {
      let now = NOW;
      const ledger = await open({ clock: () => now });
      await ledger.commit((tx) =>
        tx.addActions([{ kind: 'expire_rule', lane: 'l', key: 'k', payload: {}, notBefore: NOW + 900 * DAY }]),
      );
      await fill(ledger, now, 'old');
      const [standing] = await ledger.cases({});
      now = NOW + 181 * DAY;
      await ledger.commit((tx) =>
        tx.recordFinding({
          subjectKind: 'user',
          subject: '@old:evil.test',
          key: 'again',
          kind: 'verdict',
          seenAt: now,
          data: {},
        }),
      );
      await ledger.prune(now);
      expect(await ledger.countDueActions()).toBe(1);
      expect(await ledger.caseById(standing?.id ?? 0)).toBeDefined();
      expect(await ledger.actionsOf(standing?.id ?? 0)).toHaveLength(3);
    });
  });
}
