import { expect, it } from '@jest/globals';
import type { OpenForTest } from '../../support/ledgers.js';
import { finding } from './cases.js';

const verdict = (level: string, score = 5) => ({ level, score, protected: '@server:a.test' });
const seen = (key: string, level = 'likely', data: unknown = {}) => finding({ key, verdict: verdict(level), data });

export function livesSuite(open: OpenForTest): void {
  it('covers what was known when a case was dismissed, until somebody takes that back', async () => {
    const ledger = await open();
    const id = await ledger.commit(async (tx) => {
      const { case: record } = await tx.recordFinding(seen('a'));
      expect(await tx.noteLooks(record.id, ['name:a', 'picture:p'])).toBe(false);
      await tx.setCaseState(record.id, 'dismissed', 5);
      return record.id;
    });
    expect(await ledger.caseById(id)).toMatchObject({ state: 'dismissed', dismissedVerdict: 'likely' });
    await ledger.commit(async (tx) => {
      expect(await tx.noteLooks(id, ['name:a', 'picture:p'])).toBe(true);
      expect(await tx.noteLooks(id, [])).toBe(true);
      expect(await tx.noteLooks(id, ['name:a', 'picture:q'])).toBe(false);
      await tx.uncoverCase(id);
      expect(await tx.noteLooks(id, ['name:a'])).toBe(false);
    });
    expect(await ledger.caseById(id)).toMatchObject({ dismissedVerdict: null });
  });

  it('begins a new life: nothing was announced or done in it, and what was done before does not count', async () => {
    const ledger = await open({ clock: () => 9 });
    const id = await ledger.commit(async (tx) => {
      const { case: record } = await tx.recordFinding(seen('a', 'certain'));
      await tx.announceCase(record.id, 3);
      await tx.addActions([
        { caseId: record.id, kind: 'mail', lane: 'm', key: 'mail:1', payload: { about: 'verdict' } },
      ]);
      await tx.setCaseState(record.id, 'dismissed', 5);
      return record.id;
    });
    await ledger.commit(async (tx) => {
      expect(await tx.effectsOf(id, ['mail'])).toHaveLength(1);
      expect(await tx.reopenCase(id, 7, verdict('likely', 4))).toMatchObject({
        state: 'open',
        round: 2,
        announcedAt: null,
        verdict: 'likely',
        score: 4,
        dismissedVerdict: 'certain',
        closedAt: null,
      });
      expect(await tx.effectsOf(id, ['mail'])).toEqual([]);
      await tx.addActions([{ caseId: id, kind: 'mail', lane: 'm', key: 'mail:2', payload: null }]);
      expect((await tx.effectsOf(id, ['mail', 'report'])).map(({ key }) => key)).toEqual(['mail:2']);
    });
    expect(await ledger.commit((tx) => tx.reopenCase(id, 8))).toMatchObject({ verdict: null, round: 3 });
  });

  it('keeps the first, the strongest and the newest findings, and counts them all', async () => {
    const ledger = await open();
    for (let i = 0; i < 90; i += 1)
      await ledger.commit((tx) => tx.recordFinding(seen(`f${i}`, i === 30 ? 'certain' : 'likely')));
    const [record] = await ledger.cases({});
    const keys = (await ledger.findingsOf(record!.id)).map(({ key }) => key);
    expect(record).toMatchObject({ sightings: 90, verdict: 'certain' });
    expect(keys).toHaveLength(51);
    expect(keys).toEqual(expect.arrayContaining(['f0', 'f9', 'f30', 'f50', 'f89']));
    expect(await ledger.strongestFinding(record!.id)).toMatchObject({ key: 'f30' });
    expect((await ledger.newestFindings(record!.id, 'verdict', 2)).map(({ key }) => key)).toEqual(['f89', 'f88']);
  });

  it('keeps the first findings whole and cuts later ones, but never an id', async () => {
    const ledger = await open();
    const data = (n: number) => ({
      sighting: { userId: `@${'u'.repeat(600)}:x`, displayName: 'n'.repeat(20_000) },
      event: { n, padding: 'p'.repeat(60_000) },
    });
    for (let i = 0; i < 5; i += 1) await ledger.commit((tx) => tx.recordFinding(seen(`f${i}`, 'likely', data(i))));
    const [record] = await ledger.cases({});
    const kept = (await ledger.findingsOf(record!.id)).map((one) => one.data as ReturnType<typeof data>);
    expect(kept[2]).toEqual(data(2));
    expect(JSON.stringify(kept[4]).length).toBeLessThan(8_192);
    expect(kept[4]?.sighting.userId).toBe(data(4).sighting.userId);
  });

  it('has one row for what is asked for again and again, and loses no request that comes while it is on its way', async () => {
    let now = 100;
    const ledger = await open({ clock: () => now });
    const edit = { kind: 'notice_edit', lane: 'n', key: 'edit', payload: {}, inMs: 50, renew: true };
    const ask = () => ledger.commit((tx) => tx.addActions([edit, edit]));
    const [first] = await ask();
    expect(first).toMatchObject({ nextTryAt: 150 });
    now = 120;
    await ask();
    // what waits goes out no later for having been asked for again
    const [due] = await ledger.dueActions(150, new Set(), 10);
    expect(due).toMatchObject({ id: first!.id, nextTryAt: 150 });
    // asked for within the same millisecond in which it was taken
    await ask();
    await ledger.endAction(due!.id, { state: 'done', at: 151, createdAt: due!.createdAt });
    const [again] = await ledger.dueActions(200, new Set(), 10);
    expect(again).toMatchObject({ id: first!.id, state: 'due' });
    await ledger.endAction(again!.id, { state: 'done', at: 201, createdAt: again!.createdAt });
    expect(await ledger.dueActions(999, new Set(), 10)).toEqual([]);
    now = 300;
    await ask();
    expect(await ledger.dueActions(999, new Set(), 10)).toMatchObject([{ id: first!.id, attempts: 0, endedAt: null }]);
  });

  it('counts announcements in a span of time, and puts cases into raids that are told of', async () => {
    const ledger = await open();
    const ids: number[] = [];
    for (const subject of ['@a:x', '@b:x', '@c:x'])
      ids.push((await ledger.commit((tx) => tx.recordFinding(finding({ subject })))).case.id);
    await ledger.commit(async (tx) => {
      for (const [index, id] of ids.entries()) await tx.announceCase(id, 100 + index);
      expect(await tx.announcedBetween(100, 102, 60)).toBe(2);
      expect(await tx.announcedBetween(99, 102, 2)).toBe(2);
      const one = await tx.joinRaid(ids[0]!, 'flood', 200, 100, 'last');
      expect(await tx.joinRaid(ids[1]!, 'flood', 250, 150, 'last')).toMatchObject({
        id: one.id,
        cases: 2,
        lastAt: 250,
      });
      const later = await tx.joinRaid(ids[2]!, 'flood', 500, 400, 'last');
      expect(later.id).not.toBe(one.id);
      expect((await tx.joinRaid(ids[2]!, 'reports', 500, 400, 'first')).id).not.toBe(later.id);
      expect(await tx.noteRaidTold(one.id, [ids[0]!], 260)).toBe(1);
    });
    const raid = (await ledger.caseById(ids[1]!))?.raidId ?? 0;
    expect(await ledger.raid(raid)).toMatchObject({ digests: 1, toldAt: 260 });
    expect((await ledger.casesOfRaid(raid, { untold: true, limit: 9 })).map(({ id }) => id)).toEqual([ids[1]]);
    expect(await ledger.casesOfRaid(raid, { limit: 9 })).toHaveLength(2);
  });

  it('counts what one person has opened within a time, and forgets it after', async () => {
    const ledger = await open();
    await ledger.commit(async (tx) => {
      const { case: record } = await tx.recordFinding(finding());
      await tx.noteOpening('r', record.id, 100, 0);
      await tx.noteOpening('r', record.id, 200, 0);
      expect(await tx.openingsSince('r', 0)).toBe(2);
      expect(await tx.openingsSince('r', 100)).toBe(1);
      expect(await tx.openingsSince('s', 0)).toBe(0);
      await tx.noteOpening('s', record.id, 300, 150);
      expect(await tx.openingsSince('r', 0)).toBe(1);
    });
  });

  it('finds the cases that wait for what was only simulated', async () => {
    const ledger = await open();
    const effect = (caseId: number, key: string) => ({ caseId, kind: 'mail', lane: key, key, payload: null });
    const simulated = async (subject: string, more?: 'done' | 'dismissed' | 'reopened') => {
      const { case: record } = await ledger.commit((tx) => tx.recordFinding(finding({ subject })));
      const [one] = await ledger.commit((tx) => tx.addActions([effect(record.id, `${subject}1`)]));
      await ledger.endAction(one!.id, { state: 'simulated', at: 1 });
      if (more === 'done') await ledger.commit((tx) => tx.addActions([effect(record.id, `${subject}2`)]));
      if (more === 'dismissed') await ledger.commit((tx) => tx.setCaseState(record.id, 'dismissed', 2));
      if (more === 'reopened') await ledger.commit((tx) => tx.reopenCase(record.id, 2));
      return record.id;
    };
    const waits = await simulated('@waits:x');
    await simulated('@done:x', 'done');
    await simulated('@dismissed:x', 'dismissed');
    await simulated('@reopened:x', 'reopened');
    expect(await ledger.countCasesWaiting(['mail'])).toBe(1);
    expect((await ledger.casesWaiting(['mail'], { afterId: 0, limit: 9 })).map(({ id }) => id)).toEqual([waits]);
    expect(await ledger.countCasesWaiting(['report'])).toBe(0);
  });

  it('moves what waits to go out together, and ends it together', async () => {
    const ledger = await open();
    const { case: record } = await ledger.commit((tx) => tx.recordFinding(finding()));
    const NEVER = Number.MAX_SAFE_INTEGER;
    await ledger.commit((tx) =>
      tx.addActions(
        ['1', '2', '3'].map((key) => ({
          caseId: record.id,
          kind: 'mail',
          lane: 'g',
          key,
          payload: null,
          notBefore: NEVER,
        })),
      ),
    );
    expect(await ledger.dueActions(Date.now(), new Set(), 9)).toEqual([]);
    expect(await ledger.countWorkable(Date.now(), [], 9)).toBe(0);
    expect(await ledger.commit((tx) => tx.moveLane('g', 'g1', 2))).toBe(2);
    await ledger.cancelActions(record.id, ['nothing'], 1);
    await ledger.endLane('g1', { state: 'done', at: 5, result: { message_id: 'x' } });
    expect((await ledger.dueInLane('g', 9)).map(({ key }) => key)).toEqual(['3']);
    expect(await ledger.actionSummary(record.id)).toMatchObject([
      { kind: 'mail', state: 'done', count: 1 },
      { kind: 'mail', state: 'due', count: 1 },
    ]);
  });

  it('sums up bans by rooms: twice in one room is one room', async () => {
    const ledger = await open();
    const { case: record } = await ledger.commit((tx) => tx.recordFinding(finding()));
    const ban = { caseId: record.id, kind: 'ban', payload: null };
    const added = await ledger.commit((tx) =>
      tx.addActions([
        { ...ban, lane: '!a:x', key: 'b1' },
        { ...ban, lane: '!a:x', key: 'b2' },
        { ...ban, lane: '!b:x', key: 'b3' },
      ]),
    );
    for (const { id } of added) await ledger.endAction(id, { state: 'done', at: 1 });
    expect(await ledger.actionSummary(record.id)).toMatchObject([{ kind: 'ban', state: 'done', count: 2 }]);
  });
}
