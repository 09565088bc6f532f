import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import type { OpenForTest } from '../../support/ledgers.js';
import { action } from './actions.js';
import { finding } from './cases.js';

const DAY = 24 * 60 * 60 * 1000;

export function commitsSuite(open: OpenForTest): void {
  it('writes everything of a commit, or nothing', async () => {
    const ledger = await open();
    const torn = ledger.commit(async (tx) => {
      await tx.markEventSeen('$1', 1);
      const { case: opened } = await tx.recordFinding(finding());
      await tx.addActions([action('1', { caseId: opened.id })]);
      await tx.audit({ at: 1, actor: 'heimdall', what: 'case.opened', caseId: opened.id, data: null });
      await tx.setMeta('place', 'here');
      throw new Error('no');
    });
    await expect(torn).rejects.toThrow('no');
    expect(await ledger.cases({})).toEqual([]);
    expect(await ledger.countDueActions()).toBe(0);
    expect(await ledger.meta('place')).toBeUndefined();
    expect(await ledger.commit((tx) => tx.markEventSeen('$1', 1))).toBe(true);
  });

  it('lets only one of two processes take what both find free', async () => {
    const handles = [await open(), await open.again()];
    const take = (ledger: (typeof handles)[number], name: string): Promise<boolean> =>
      ledger.commit(async (tx) => {
        const holder = await tx.lockMeta('lease');
        // long enough that the other one is at it too
        await pause(50);
        if (holder !== '') return false;
        await tx.setMeta('lease', name);
        return true;
      });
    const won = await Promise.all(handles.map((ledger, index) => take(ledger, `taker ${index}`)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await handles[0]!.meta('lease')).toBe(`taker ${won.indexOf(true)}`);
  });

  it('knows an event that was decided upon', async () => {
    const ledger = await open();
    expect(await ledger.commit((tx) => tx.markEventSeen('$1', 1))).toBe(true);
    expect(
      await ledger.commit(async (tx) => [
        await tx.markEventSeen('$1', 2),
        await tx.markEventSeen('$2', 2),
        await tx.markEventSeen('$2', 2),
      ]),
    ).toEqual([false, true, false]);
    const again = await open.again();
    expect(await again.commit((tx) => tx.markEventSeen('$2', 3))).toBe(false);
  });

  it('carries out commits one after another, in the order in which they were asked for', async () => {
    const ledger = await open();
    const log: string[] = [];
    const results = await Promise.allSettled(
      ['a', 'b', 'c'].map((name) =>
        ledger.commit(async (tx) => {
          log.push(`${name} begins`);
          await tx.setMeta('last', name);
          await pause(5);
          log.push(`${name} ends`);
          if (name === 'b') throw new Error('b fails');
          return name;
        }),
      ),
    );
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    expect(results.map((r) => r.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await ledger.meta('last')).toBe('c');
  });

  it('can be read while a commit is at work, and shows what stood before', async () => {
    const ledger = await open();
    const seen = await ledger.commit(async (tx) => {
      await tx.setMeta('place', 'there');
      await tx.recordFinding(finding());
      return [await ledger.meta('place'), (await ledger.cases({})).length];
    });
    expect(seen).toEqual([undefined, 0]);
    expect([await ledger.meta('place'), (await ledger.cases({})).length]).toEqual(['there', 1]);
  });

  it('serves writers, readers and commits that come all at once', async () => {
    const ledger = await open();
    const work = Array.from({ length: 60 }, async (_, i) => {
      const [added] = await ledger.commit(async (tx) => {
        const { case: joined } = await tx.recordFinding(finding({ key: `f${i}` }));
        return tx.addActions([action(`a${i}`, { lane: `!${i % 7}`, caseId: joined.id })]);
      });
      await Promise.all([
        ledger.dueActions(Date.now(), new Set(), 5),
        ledger.retryAction(added!.id, { nextTryAt: 0, error: 'again' }),
        ledger.secret('key'),
        ledger.ping(),
      ]);
      await ledger.endAction(added!.id, { state: 'done', at: 1, follow: [action(`b${i}`)] });
    });
    await Promise.all(work);
    const [only] = await ledger.cases({});
    expect(only).toMatchObject({ sightings: 60 });
    expect(await ledger.findingsOf(only!.id)).toHaveLength(50);
    expect((await ledger.actionsOf(only!.id)).every((a) => a.state === 'done' && a.attempts === 2)).toBe(true);
    expect(await ledger.countDueActions()).toBe(60);
  });

  it('lets two processes write at the same time', async () => {
    const one = await open();
    const two = await open.again();
    await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        (i % 2 ? one : two).commit(async (tx) => {
          await tx.markEventSeen(`$${i >> 1}`, 1);
          await tx.recordFinding(finding({ key: `f${i >> 1}` }));
        }),
      ),
    );
    const [only, ...others] = await one.cases({});
    expect(others).toEqual([]);
    expect(await two.findingsOf(only!.id)).toHaveLength(20);
  });

  it('keeps the audit of a case', async () => {
    const ledger = await open();
    const { case: opened } = await ledger.commit((tx) => tx.recordFinding(finding()));
    const entries = ['case.opened', 'command.ban'].map((what, i) => ({
      at: i,
      actor: '@mod:a.test',
      what,
      caseId: opened.id,
      data: { i },
    }));
    for (const entry of entries) await ledger.commit((tx) => tx.audit(entry));
    await ledger.commit((tx) => tx.audit({ at: 3, actor: 'heimdall', what: 'start', caseId: null, data: undefined }));
    expect(await ledger.auditOf(opened.id)).toEqual(entries);
  });

  it('keeps values under names, the last one counts', async () => {
    const ledger = await open();
    expect(await ledger.meta('from')).toBeUndefined();
    await ledger.commit((tx) => tx.setMeta('from', '1'));
    await ledger.commit((tx) => tx.setMeta('from', '2'));
    expect(await ledger.meta('from')).toBe('2');
  });

  it('makes each secret once and gives everybody the same', async () => {
    const ledger = await open();
    const other = await open.again();
    const made = await Promise.all([ledger.secret('reply'), other.secret('reply'), ledger.secret('reply')]);
    expect(made[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(made).size).toBe(1);
    expect(await ledger.secret('else')).not.toBe(made[0]);
  });

  it('composes the mail of an action once and keeps its bytes', async () => {
    const ledger = await open();
    const { case: opened } = await ledger.commit((tx) => tx.recordFinding(finding()));
    const [first, second] = await ledger.commit((tx) =>
      tx.addActions([action('mail 1', { kind: 'mail' }), action('mail 2', { kind: 'mail' })]),
    );
    let composed = 0;
    const compose = async () => {
      composed += 1;
      return {
        caseId: opened.id,
        messageId: `<${composed}@a.test>`,
        recipient: 'abuse@evil.test',
        envelopeFrom: 'h@a.test',
        raw: `Subject: ü ${composed}\r\n\r\n`,
        createdAt: 5,
      };
    };
    const mail = await ledger.outboxOf(first!.id, compose);
    expect(mail).toEqual({
      id: expect.any(Number),
      actionId: first!.id,
      sentAt: null,
      response: null,
      ...(await compose()),
      messageId: '<1@a.test>',
      raw: 'Subject: ü 1\r\n\r\n',
    });
    expect(await ledger.outboxOf(first!.id, compose)).toEqual(mail);
    expect(composed).toBe(2);
    await ledger.noteMail(mail.id, { sentAt: null, response: '451 later' });
    await ledger.noteMail(mail.id, { sentAt: 9, response: '250 ok' });
    const [x, y] = await Promise.all([ledger.outboxOf(second!.id, compose), ledger.outboxOf(second!.id, compose)]);
    expect(x).toEqual(y);
    expect(await ledger.mailsOf(opened.id)).toEqual([{ ...mail, sentAt: 9, response: '250 ok' }, x]);
    await expect(ledger.outboxOf(999, compose)).rejects.toThrow();
  });

  it('forgets seen events after 30 days and the audit after 180, batch by batch', async () => {
    const ledger = await open();
    const now = 1_000 * DAY;
    await ledger.commit(async (tx) => {
      for (let i = 0; i < 2_100; i += 1) await tx.markEventSeen(`$old${i}`, now - 31 * DAY);
      await tx.markEventSeen('$new', now - 29 * DAY);
      await tx.audit({ at: now - 181 * DAY, actor: 'heimdall', what: 'old', caseId: null, data: null });
    });
    const { case: opened } = await ledger.commit((tx) => tx.recordFinding(finding()));
    await ledger.commit((tx) =>
      tx.audit({ at: now - 179 * DAY, actor: 'heimdall', what: 'new', caseId: opened.id, data: null }),
    );
    expect(await ledger.prune(now)).toBe(2_101);
    expect(await ledger.prune(now)).toBe(0);
    expect(await ledger.commit((tx) => tx.markEventSeen('$new', now))).toBe(false);
    expect(await ledger.commit((tx) => tx.markEventSeen('$old7', now))).toBe(true);
    expect(await ledger.auditOf(opened.id)).toMatchObject([{ what: 'new' }]);
  });

  it('finishes the commits that were handed in before it closes, and refuses later ones with a reason', async () => {
    const ledger = await open();
    const commits = Promise.all([1, 2, 3].map((i) => ledger.commit((tx) => tx.markEventSeen(`$${i}`, 1))));
    await ledger.close();
    expect(await commits).toEqual([true, true, true]);
    await expect(ledger.ping()).rejects.toMatchObject({ code: 'HEIMDALL_E_DATABASE' });
    await expect(ledger.commit((tx) => tx.markEventSeen('$4', 1))).rejects.toMatchObject({
      code: 'HEIMDALL_E_DATABASE',
    });
    await ledger.close();
  });

  it('is there again after it was closed', async () => {
    const ledger = await open();
    const { case: opened } = await ledger.commit((tx) => tx.recordFinding(finding()));
    const secret = await ledger.secret('key');
    await ledger.close();
    const again = await open.again();
    expect(await again.caseById(opened.id)).toEqual(opened);
    expect(await again.secret('key')).toBe(secret);
  });
}
