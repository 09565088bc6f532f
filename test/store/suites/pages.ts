import { expect, it } from '@jest/globals';
import type { NewFinding } from '../../../src/store/records/findings.js';
import type { Ledger } from '../../../src/store/types.js';
import type { OpenForTest } from '../../support/ledgers.js';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 29);

/** A case that a verdict opened; resolves with its number. */
async function opened(ledger: Ledger, subject: string, change: Partial<NewFinding> = {}): Promise<number> {
  const finding = {
    subjectKind: 'user',
    subject,
    key: `k:${subject}`,
    kind: 'verdict',
    seenAt: NOW,
    data: { of: subject },
    verdict: { level: 'likely', score: 4, protected: '@server:a.test' },
    ...change,
  } as NewFinding;
  return (await ledger.commit((tx) => tx.recordFinding(finding))).case.id;
}

/** What the web pages ask of a ledger. */
export function pagesSuite(open: OpenForTest): void {
  it('finds cases by state, kind, verdict, age, server and words, in each order, page by page', async () => {
    let now = NOW - 2 * DAY;
    const ledger = await open({ clock: () => now });
    const ann = await opened(ledger, '@Ann:Evil.test', { verdict: { level: 'certain', score: 9, protected: null } });
    now = NOW;
    const bob = await opened(ledger, '@bob:not-evil.test');
    const room = await opened(ledger, '!room:evil.test', { subjectKind: 'room', verdict: undefined, kind: 'report' });
    const percent = await opened(ledger, '@100%_:x.test');
    await ledger.commit((tx) => tx.setCaseState(bob, 'dismissed', NOW + 1));
    const states = ['open', 'triaged', 'actioned', 'dismissed', 'appealed'] as const;
    const ids = async (query: object): Promise<number[]> => {
      const { cases, total } = await ledger.casePage({ states, offset: 0, limit: 10, ...query });
      expect(total).toBe(cases.length);
      return cases.map(({ id }) => id);
    };
    expect(await ids({ server: 'evil.test' })).toEqual([room, ann]);
    expect(await ids({ text: 'ANN' })).toEqual([ann]);
    expect(await ids({ text: '%_' })).toEqual([percent]);
    expect(await ids({ kind: 'room' })).toEqual([room]);
    expect(await ids({ verdict: 'none' })).toEqual([room]);
    // it was dismissed after the other came
    expect(await ids({ verdict: 'likely' })).toEqual([bob, percent]);
    expect(await ids({ states: ['dismissed'] })).toEqual([bob]);
    expect(await ids({ states: [] })).toEqual([]);
    expect(await ids({ openedSince: NOW - DAY })).toEqual([bob, percent, room]);
    expect((await ids({ sort: 'score' }))[0]).toBe(ann);
    expect((await ids({ sort: 'opened' })).at(-1)).toBe(ann);
    expect(await ledger.casePage({ states, sort: 'opened', offset: 1, limit: 2 })).toMatchObject({
      cases: [{ id: room }, { id: bob }],
      total: 4,
    });
  });

  it('finds the cases that share a name or picture, newest first', async () => {
    const ledger = await open();
    const ids: number[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) ids.push(await opened(ledger, `@${name}:x`));
    const [a = 0, b = 0, c = 0, d = 0] = ids;
    await ledger.commit(async (tx) => {
      await tx.noteLooks(a, ['name:n', 'picture:p']);
      await tx.noteLooks(b, ['name:n']);
      await tx.noteLooks(c, ['picture:p', 'name:n']);
      await tx.noteLooks(d, ['name:other']);
    });
    expect((await ledger.relatedCases(a, 10)).map(({ id }) => id)).toEqual([c, b]);
    expect((await ledger.relatedCases(a, 1)).map(({ id }) => id)).toEqual([c]);
    expect(await ledger.relatedCases(d, 10)).toEqual([]);
  });

  it('tells of decided cases by their newest findings, and of recent verdicts once a case', async () => {
    const ledger = await open({ clock: () => NOW });
    const stood = await opened(ledger, '@a:x');
    await opened(ledger, '@a:x', { key: 'again', data: { of: 'newer' } });
    const nothing = await opened(ledger, '@b:x', { kind: 'protection', verdict: undefined });
    await opened(ledger, '@open:x');
    const old = await opened(ledger, '@old:x', { seenAt: NOW - 40 * DAY });
    await ledger.commit(async (tx) => {
      await tx.setCaseState(stood, 'actioned', NOW);
      await tx.setCaseState(nothing, 'dismissed', NOW);
      await tx.setCaseState(old, 'actioned', NOW);
    });
    expect(await ledger.judgedFindings(NOW - 30 * DAY, 10)).toEqual([
      { caseId: nothing, kind: 'protection', data: { of: '@b:x' }, state: 'dismissed' },
      { caseId: stood, kind: 'verdict', data: { of: 'newer' }, state: 'actioned' },
    ]);
    expect(await ledger.judgedFindings(NOW - 30 * DAY, 1)).toHaveLength(1);
    expect((await ledger.recentVerdicts(NOW - 30 * DAY, 10)).map(({ data }) => data)).toEqual([
      { of: '@open:x' },
      { of: 'newer' },
    ]);
  });

  it('gives the newest of the audit and of the mails, of all cases or of one', async () => {
    const ledger = await open({ clock: () => NOW });
    const [one, other] = [await opened(ledger, '@a:x'), await opened(ledger, '@b:x')];
    await ledger.commit(async (tx) => {
      for (let n = 0; n < 5; n++)
        await tx.audit({ at: NOW, actor: '@m:x', what: `case.${n}`, caseId: n % 2 === 0 ? one : other, data: {} });
    });
    const what = (entries: readonly { what: string }[]) => entries.map((entry) => entry.what);
    expect(what(await ledger.auditOf(one))).toEqual(['case.0', 'case.2', 'case.4']);
    expect(what(await ledger.auditOf(one, 2))).toEqual(['case.2', 'case.4']);
    const newest = await ledger.auditPage({ limit: 2 });
    expect(what(newest)).toEqual(['case.4', 'case.3']);
    expect(what(await ledger.auditPage({ before: newest.at(-1)?.id ?? 0, limit: 9 }))).toEqual([
      'case.2',
      'case.1',
      'case.0',
    ]);
    for (const caseId of [one, other]) {
      const [action] = await ledger.commit((tx) =>
        tx.addActions([{ caseId, kind: 'mail', lane: 'm', key: `m${caseId}`, payload: {} }]),
      );
      await ledger.outboxOf(action?.id ?? 0, () =>
        Promise.resolve({
          caseId,
          messageId: `<${caseId}@x>`,
          recipient: `${caseId}@x`,
          envelopeFrom: 'a@x',
          raw: '',
          createdAt: NOW,
        }),
      );
    }
    const to = (mails: readonly { recipient: string }[]) => mails.map(({ recipient }) => recipient);
    expect(to(await ledger.mailPage({ offset: 0, limit: 9 }))).toEqual([`${other}@x`, `${one}@x`]);
    expect(to(await ledger.mailPage({ caseId: one, offset: 0, limit: 9 }))).toEqual([`${one}@x`]);
  });

  it('keeps filters for each moderator, and tokens until they are used or expire', async () => {
    const ledger = await open({ clock: () => NOW });
    const filter = { userId: '@m:x', name: 'mine', query: 'state=all', savedAt: NOW };
    await ledger.commit((tx) => tx.saveFilter(filter));
    await ledger.commit((tx) => tx.saveFilter({ ...filter, query: 'kind=room' }));
    expect(await ledger.savedFilters('@m:x')).toEqual([{ ...filter, query: 'kind=room' }]);
    expect(await ledger.savedFilters('@other:x')).toEqual([]);
    const token = {
      hash: 'h',
      kind: 'link' as const,
      userId: '@m:x',
      caseId: null,
      data: {},
      createdAt: NOW,
      expiresAt: NOW + 10,
    };
    await ledger.commit((tx) => tx.putWebToken(token));
    expect(await ledger.webToken('h', NOW)).toEqual(token);
    expect(await ledger.webToken('h', NOW + 10)).toBeUndefined();
    expect(await ledger.commit((tx) => tx.dropWebToken('h'))).toBe(true);
    expect(await ledger.commit((tx) => tx.dropWebToken('h'))).toBe(false);
  });
}
