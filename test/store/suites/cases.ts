import { expect, it } from '@jest/globals';
import type { NewFinding } from '../../../src/store/index.js';
import type { OpenForTest } from '../../support/ledgers.js';

export function finding(change: Partial<NewFinding> = {}): NewFinding {
  return {
    subjectKind: 'user',
    subject: '@mallory:evil.test',
    key: 'verdict:$1',
    kind: 'verdict',
    roomId: '!room:a.test',
    eventId: '$1',
    seenAt: 1_000,
    data: { why: 'name' },
    ...change,
  };
}

const verdict = (level: string, score: number, imitated = '@server:a.test') => ({ level, score, protected: imitated });

export function casesSuite(open: OpenForTest): void {
  it('opens a case with the first finding about a subject', async () => {
    const ledger = await open({ clock: () => 5_000 });
    const recorded = await ledger.commit((tx) => tx.recordFinding(finding({ verdict: verdict('likely', 3.5) })));
    expect(recorded).toEqual({
      opened: true,
      fresh: true,
      previousVerdict: null,
      case: {
        id: recorded.case.id,
        subjectKind: 'user',
        subject: '@mallory:evil.test',
        state: 'open',
        verdict: 'likely',
        score: 3.5,
        protected: '@server:a.test',
        openedAt: 5_000,
        updatedAt: 5_000,
        closedAt: null,
        noticeEventId: null,
        sightings: 1,
        reports: 0,
        round: 1,
        dismissedVerdict: null,
        announcedAt: null,
        raidId: null,
        againEventId: null,
      },
    });
    expect(await ledger.caseById(recorded.case.id)).toEqual(recorded.case);
    expect(await ledger.caseOfSubject('user', '@mallory:evil.test')).toEqual(recorded.case);
    expect(await ledger.findingsOf(recorded.case.id)).toEqual([
      {
        id: expect.any(Number),
        caseId: recorded.case.id,
        key: 'verdict:$1',
        kind: 'verdict',
        roomId: '!room:a.test',
        eventId: '$1',
        seenAt: 1_000,
        data: { why: 'name' },
      },
    ]);
  });

  it('joins the case that stands, and keeps subjects of different kinds apart', async () => {
    const ledger = await open();
    const first = await ledger.commit((tx) => tx.recordFinding(finding()));
    const second = await ledger.commit((tx) => tx.recordFinding(finding({ key: 'report:1', kind: 'report' })));
    const other = await ledger.commit((tx) => tx.recordFinding(finding({ subjectKind: 'room' })));
    expect(second).toMatchObject({ opened: false, fresh: true, case: { id: first.case.id } });
    expect(other.opened).toBe(true);
    expect(other.case.id).not.toBe(first.case.id);
    expect((await ledger.findingsOf(first.case.id)).map((f) => f.key)).toEqual(['verdict:$1', 'report:1']);
    expect((await ledger.findingsOf(first.case.id, 1)).map((f) => f.key)).toEqual(['verdict:$1']);
  });

  it('counts the same finding once and changes nothing the second time', async () => {
    let now = 1;
    const ledger = await open({ clock: () => now });
    const first = await ledger.commit((tx) => tx.recordFinding(finding({ verdict: verdict('possible', 1) })));
    now = 2;
    const again = await ledger.commit((tx) => tx.recordFinding(finding({ verdict: verdict('certain', 9) })));
    expect(again).toEqual({ case: first.case, opened: false, fresh: false, previousVerdict: 'possible' });
    expect(await ledger.caseById(first.case.id)).toEqual(first.case);
    expect(await ledger.findingsOf(first.case.id)).toHaveLength(1);
  });

  it('counts the same finding about another subject for itself', async () => {
    const ledger = await open();
    await ledger.commit((tx) => tx.recordFinding(finding()));
    const other = await ledger.commit((tx) => tx.recordFinding(finding({ subject: '@eve:evil.test' })));
    expect(other).toMatchObject({ opened: true, fresh: true });
  });

  it('tells the verdict from before a finding that raised it', async () => {
    const ledger = await open();
    await ledger.commit((tx) => tx.recordFinding(finding({ verdict: verdict('possible', 1) })));
    const raised = await ledger.commit((tx) =>
      tx.recordFinding(finding({ key: 'b', verdict: verdict('certain', 8, '@bank:a.test') })),
    );
    expect(raised).toMatchObject({
      previousVerdict: 'possible',
      case: { verdict: 'certain', score: 8, protected: '@bank:a.test' },
    });
    const weaker = await ledger.commit((tx) => tx.recordFinding(finding({ key: 'c', verdict: verdict('likely', 4) })));
    expect(weaker).toMatchObject({
      previousVerdict: 'certain',
      case: { verdict: 'certain', score: 8, protected: '@bank:a.test' },
    });
  });

  it('leaves a case that people dismissed as it is when a finding joins it', async () => {
    const ledger = await open();
    const { case: opened } = await ledger.commit((tx) => tx.recordFinding(finding()));
    await ledger.commit((tx) => tx.setCaseState(opened.id, 'dismissed', 77));
    const joined = await ledger.commit((tx) => tx.recordFinding(finding({ key: 'b' })));
    expect(joined.case).toMatchObject({ state: 'dismissed', closedAt: 77 });
    await ledger.commit((tx) => tx.setCaseState(opened.id, 'appealed', 88));
    expect(await ledger.caseById(opened.id)).toMatchObject({ state: 'appealed', closedAt: null, updatedAt: 88 });
  });

  it('remembers the head notice', async () => {
    const ledger = await open();
    const { case: opened } = await ledger.commit((tx) => tx.recordFinding(finding()));
    await ledger.commit((tx) => tx.setCaseNotice(opened.id, '$notice'));
    expect(await ledger.caseById(opened.id)).toMatchObject({ noticeEventId: '$notice' });
  });

  it('lists cases by state and subject, latest change first', async () => {
    let now = 0;
    const ledger = await open({ clock: () => (now += 1) });
    const ids: number[] = [];
    for (const subject of ['@a:x', '@b:x', '@c:x'])
      ids.push((await ledger.commit((tx) => tx.recordFinding(finding({ subject })))).case.id);
    await ledger.commit((tx) => tx.setCaseState(ids[0]!, 'dismissed', 100));
    const subjects = async (filter: Parameters<typeof ledger.cases>[0]) =>
      (await ledger.cases(filter)).map((c) => c.subject);
    expect(await subjects({})).toEqual(['@a:x', '@c:x', '@b:x']);
    expect(await subjects({ states: ['open'] })).toEqual(['@c:x', '@b:x']);
    expect(await subjects({ states: [] })).toEqual([]);
    expect(await subjects({ subject: '@b:x' })).toEqual(['@b:x']);
    expect(await subjects({ limit: 1 })).toEqual(['@a:x']);
  });

  it('knows nothing of a case that never was', async () => {
    const ledger = await open();
    expect(await ledger.caseById(99)).toBeUndefined();
    expect(await ledger.caseOfSubject('user', '@nobody:x')).toBeUndefined();
    expect(await ledger.findingsOf(99)).toEqual([]);
  });

  it.each([
    ['a subject of 60,000 characters', { subject: `@${'x'.repeat(60_000)}:evil.test` }],
    ['a key of 60,000 characters', { key: 'ключ'.repeat(15_000) }],
    ['a NUL character', { subject: '@a\0b:evil.test', data: { name: 'a\0b' }, eventId: '$\0' }],
    ['a lone surrogate', { subject: '@\ud800:evil.test', data: { name: '\udc00' } }],
    ['an impossible time', { seenAt: Number.NaN }],
    ['a time between milliseconds, far in the future', { seenAt: 1e300 }],
    ['a score that is not a number', { verdict: verdict('likely', Number.NaN) }],
  ])('stores a hostile finding with %s, and finds it again', async (_what, change) => {
    const ledger = await open();
    const hostile = finding(change);
    const recorded = await ledger.commit((tx) => tx.recordFinding(hostile));
    const again = await ledger.commit((tx) => tx.recordFinding(hostile));
    expect(recorded.fresh).toBe(true);
    expect(again).toMatchObject({ fresh: false, case: { id: recorded.case.id } });
    expect(await ledger.caseOfSubject('user', hostile.subject)).toMatchObject({ id: recorded.case.id });
    expect((await ledger.findingsOf(recorded.case.id))[0]?.data).toEqual(hostile.data);
  });
}
