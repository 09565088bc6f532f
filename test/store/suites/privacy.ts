import { expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { tablesOf } from '../../../src/store/table-columns.js';
import type { SqlLedger } from '../../../src/store/ledger.js';
import { describeLedgers } from '../../support/ledgers.js';

export const PERSON = '@anna:home.test';
const NEIGHBOUR = '@anna:home.tester';
const OTHER = '@spammer:evil.test';

/** A case about the person, reports by them, mentions of them elsewhere, commands that they gave. */
export async function live(ledger: SqlLedger): Promise<{ own: number; other: number; near: number }> {
  const ids = await ledger.commit(async (tx) => {
    const about = async (subject: string, data: unknown, key = `verdict:${subject}`, kind = 'verdict') =>
      (await tx.recordFinding({ subjectKind: 'user', subject, key, kind, seenAt: 5, data })).case.id;
    const own = await about(PERSON, { sighting: { userId: PERSON, displayName: 'Anna Nemo' } });
    await about(PERSON, { reporter: OTHER, reason: 'rude' }, 'report:1', 'report');
    const near = await about(NEIGHBOUR, { sighting: { userId: NEIGHBOUR, displayName: 'Not Anna' } });
    const event = { sender: PERSON, type: 'm.room.message', content: { body: 'my secret words' } };
    const other = await about(
      OTHER,
      {
        reporter: PERSON,
        reason: 'he wrote to my cat',
        context: [event],
        link: `https://matrix.to/#/%40anna%3Ahome.test`,
      },
      `report:${PERSON}`,
      'report',
    );
    await tx.addActions([
      {
        caseId: own,
        kind: 'ban',
        lane: '!r:home.test',
        key: 'ban:1',
        payload: { roomId: '!r:home.test', userId: PERSON },
      },
      {
        caseId: own,
        kind: 'ban',
        lane: '!q:home.test',
        key: 'ban:2',
        payload: { roomId: '!q:home.test', userId: PERSON },
      },
      {
        caseId: own,
        kind: 'unban',
        lane: '!q:home.test',
        key: 'un:2',
        payload: { roomId: '!q:home.test', userId: PERSON },
      },
      { caseId: own, kind: 'mail', lane: 'mail', key: `mail:${own}`, payload: {} },
      { kind: 'command', lane: 'commands', key: 'c', payload: { sender: PERSON, body: '!heimdall ban x my reasons' } },
      { kind: 'expire_rule', lane: 'l', key: 'x', payload: { entity: PERSON }, notBefore: 1e14 },
      { caseId: near, kind: 'kick', lane: 'z', key: 'k', payload: { userId: NEIGHBOUR } },
    ]);
    await tx.audit({ at: 5, actor: PERSON, what: 'command.ban', caseId: null, data: { reason: 'my own words' } });
    await tx.audit({ at: 5, actor: '@mod:home.test', what: 'case.opened', caseId: own, data: { name: 'Anna Nemo' } });
    await tx.audit({ at: 5, actor: '@mod:home.test', what: 'command.note', caseId: null, data: { of: PERSON } });
    await tx.setMeta(
      'list:!l:home.test',
      JSON.stringify({ shortcode: 'l', rules: [{ entity: PERSON }, { entity: OTHER }] }),
    );
    await tx.setMeta('told', JSON.stringify({ text: `about ${PERSON}.` }));
    return { own, other, near };
  });
  const all = await ledger.actionsByKey(['ban:1', 'ban:2', 'un:2', `mail:${ids.own}`, 'c']);
  const mail = all.find(({ kind }) => kind === 'mail');
  const kept = await ledger.outboxOf(mail?.id ?? 0, () =>
    Promise.resolve({
      caseId: ids.own,
      messageId: '<m>',
      recipient: 'abuse@home.test',
      envelopeFrom: 'e',
      raw: Buffer.from(PERSON).toString('base64'),
      createdAt: 5,
    }),
  );
  await ledger.noteMail(kept.id, { sentAt: 6, response: '250' });
  for (const { id } of all) await ledger.endAction(id, { state: 'done', result: { effect: 'banned' }, at: 7 });
  return ids;
}

/** Where a text stands in the database, as `table.column`. */
async function placesOf(ledger: SqlLedger, text: string): Promise<string[]> {
  const found: string[] = [];
  for (const { name, texts } of await tablesOf(ledger.writer))
    for (const column of texts) {
      const { rows } = await sql<Record<string, string | null>>`
        select ${sql.ref(column)} from ${sql.table(name)}`.execute(ledger.writer);
      if (rows.some((row) => (row[column] ?? '').replaceAll(NEIGHBOUR, '').includes(text)))
        found.push(`${name}.${column}`);
    }
  return found;
}

export function privacySuite(): void {
  describeLedgers('a person’s data', (open) => {
    it('are shown whole, without who reported them and without secrets', async () => {
      const ledger = await open();
      await live(ledger);
      await ledger.secret('reply-to');
      const { user_id, data } = await ledger.exportPerson(PERSON);
      expect(user_id).toBe(PERSON);
      expect(Object.fromEntries(Object.entries(data).map(([table, rows]) => [table, rows.length]))).toEqual({
        actions: 6,
        audit: 3,
        cases: 1,
        findings: 3,
        meta: 2,
        outbox: 1,
      });
      const text = JSON.stringify(data);
      expect(text).toContain('my secret words');
      expect(text).toContain('he wrote to my cat');
      expect(text).toContain('(another person)');
      expect(text).not.toContain(NEIGHBOUR);
      expect((await ledger.exportPerson('@nobody:home.test')).data).toEqual({});
    });

    it('that protections remember are shown and erased too, and nobody else’s', async () => {
      const ledger = await open();
      const { own, near } = await live(ledger);
      const row = (key: string, data: unknown) => ({ protection: 'BasicFlooding', key, data, expiresAt: 9_000 });
      await ledger.commit(async (tx) => {
        await tx.keepProtectionRows([
          row(`!r:home.test\n${PERSON}`, { at: [1, 2] }),
          row('prints', { by: PERSON }),
          row(`!r:home.test\n${NEIGHBOUR}`, { at: [3] }),
        ]);
        await tx.noteOffence({ protection: 'BasicFlooding', subject: PERSON, caseId: own, at: 1 }, 0);
        await tx.noteOffence({ protection: 'BasicFlooding', subject: NEIGHBOUR, caseId: near, at: 1 }, 0);
      });
      const shown = (await ledger.exportPerson(PERSON)).data;
      expect([shown.protection_memory?.length, shown.offences?.length]).toEqual([2, 1]);
      expect(JSON.stringify(shown)).not.toContain(NEIGHBOUR);
      await ledger.erasePerson(PERSON, '@mod:home.test');
      expect((await ledger.protectionRows(0)).map(({ key }) => key)).toEqual([`!r:home.test\n${NEIGHBOUR}`]);
      const offences = (subject: string) =>
        ledger.commit((tx) => tx.standingOffences({ protection: 'BasicFlooding', subject }, 0));
      expect([(await offences(PERSON)).count, (await offences(NEIGHBOUR)).count]).toEqual([0, 1]);
    });

    it('are gone after an erasure, but for what stands, which is named', async () => {
      const ledger = await open({ clock: () => 1_000 });
      const { own, other, near } = await live(ledger);
      const erasure = await ledger.erasePerson(PERSON, '@mod:home.test');
      expect(erasure.cases).toBe(1);
      expect(erasure.kept).toEqual(
        expect.arrayContaining([
          { what: 'ban', payload: { roomId: '!r:home.test', userId: PERSON } },
          { what: 'expire_rule', payload: { entity: PERSON } },
          { what: 'rule', list: 'list:!l:home.test', rule: { entity: PERSON } },
        ]),
      );
      expect(erasure.kept).toHaveLength(3);
      expect((await placesOf(ledger, PERSON)).sort()).toEqual([
        'actions.payload',
        'meta.value',
        'standing_actions.payload',
      ]);
      for (const words of ['Anna Nemo', 'my secret words', 'my cat', 'my own words', 'my reasons', '%40anna'])
        expect([words, await placesOf(ledger, words)]).toEqual([words, []]);
      // the case stays as a number with its dates
      expect(await ledger.caseById(own)).toMatchObject({ subject: `erased:${own}`, verdict: null, state: 'dismissed' });
      expect(await ledger.caseOfSubject('user', PERSON)).toBeUndefined();
      expect(await ledger.findingsOf(own)).toEqual([]);
      // what concerns others is as it was, but for the person
      expect(await ledger.findingsOf(other)).toMatchObject([
        { data: { reporter: '@erased:erased.invalid', reason: '', context: [] } },
      ]);
      expect(await ledger.findingsOf(near)).toHaveLength(1);
      expect(await ledger.actionsOf(near)).toHaveLength(1);
      // the ban can still be lifted
      expect(await ledger.actionsOfKind(['ban', 'unban'], 'done', { afterId: 0, limit: 9 })).toMatchObject([
        { kind: 'ban', payload: { roomId: '!r:home.test' } },
      ]);
      const { rows } = await sql<{ what: string; actor: string; data: string }>`
        select what, actor, data from audit where what = 'privacy.erased'`.execute(ledger.writer);
      expect(rows).toMatchObject([{ actor: '@mod:home.test' }]);
      expect(rows[0]?.data).not.toContain('anna');
      expect(Object.keys((await ledger.exportPerson(PERSON)).data).sort()).toEqual([
        'actions',
        'meta',
        'standing_actions',
      ]);
    });

    it('are erased also by a command that names the person and is being carried out: its answer still comes', async () => {
      const ledger = await open();
      await live(ledger);
      const payload = { sender: PERSON, words: [{ text: 'privacy' }, { text: 'erase' }, { text: PERSON }] };
      const [asked] = await ledger.commit((tx) =>
        tx.addActions([{ kind: 'command', lane: 'commands', key: 'command:$1', payload }]),
      );
      await ledger.erasePerson(PERSON, PERSON);
      const answer = { kind: 'message', lane: 'messages', key: 'answer:$1:0', payload: {} };
      await ledger.endAction(asked?.id ?? 0, { state: 'done', at: 9, follow: [answer] });
      const [command, message] = await ledger.actionsByKey(['command:$1', 'answer:$1:0']);
      expect([command?.state, message?.state]).toEqual(['done', 'due']);
      expect(JSON.stringify(command?.payload)).not.toContain(PERSON);
      const { rows } = await sql<{ actor: string }>`
        select actor from audit where what = 'privacy.erased'`.execute(ledger.writer);
      expect(rows.map(({ actor }) => actor)).toEqual(['@erased:erased.invalid']);
    });

    it('can be erased twice, and the person can be seen again afterwards', async () => {
      const ledger = await open();
      await live(ledger);
      await ledger.erasePerson(PERSON, 'cli');
      expect(await ledger.erasePerson(PERSON, 'cli')).toMatchObject({ cases: 0, removed: 0 });
      const again = await ledger.commit((tx) =>
        tx.recordFinding({ subjectKind: 'user', subject: PERSON, key: 'v', kind: 'verdict', seenAt: 9, data: {} }),
      );
      expect(again.opened).toBe(true);
    });

    it.each(["@o'neil:home.test", '@a"b\\c:home.test', '@%_:home.test', '@жук:home.test', '@:home.test'])(
      'are found and erased for the strange id %s',
      async (userId) => {
        const ledger = await open();
        await ledger.commit(async (tx) => {
          await tx.recordFinding({
            subjectKind: 'user',
            subject: '@x:y.test',
            key: 'k',
            kind: 'report',
            seenAt: 1,
            data: { reporter: userId, reason: 'my words' },
          });
          await tx.audit({ at: 1, actor: userId, what: 'w', caseId: null, data: {} });
        });
        expect(Object.keys((await ledger.exportPerson(userId)).data)).toEqual(['audit', 'findings']);
        await ledger.erasePerson(userId, 'cli');
        expect((await ledger.exportPerson(userId)).data).toEqual({});
        expect(await placesOf(ledger, 'my words')).toEqual([]);
      },
    );
  });
}
