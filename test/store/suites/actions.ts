import { expect, it } from '@jest/globals';
import type { NewAction } from '../../../src/store/index.js';
import type { OpenForTest } from '../../support/ledgers.js';
import { finding } from './cases.js';

export function action(key: string, change: Partial<NewAction> = {}): NewAction {
  return { kind: 'ban', lane: '!a', key, payload: { user: '@m:x' }, ...change };
}

const NOBODY: ReadonlySet<string> = new Set();

export function actionsSuite(open: OpenForTest): void {
  it('tells what a commit brought: what stands first in its lane, and whether there is more', async () => {
    const ledger = await open();
    const told: [string[], boolean][] = [];
    ledger.onWork(({ firsts, more }) => told.push([firsts.map(({ key }) => key), more]));
    const add = (...actions: NewAction[]) => ledger.commit((tx) => tx.addActions(actions));
    await add(action('a1'), action('b1', { lane: '!b' }));
    await add(action('a2'), action('c1', { lane: '!c' }), action('c2', { lane: '!c' }), action('d1', { lane: '!d' }));
    await add(action('a1'));
    const [renewed] = await add(action('r', { lane: '!r', renew: true }));
    await ledger.endAction(renewed!.id, { state: 'done', at: 1 });
    // due anew under its old id, it stands before what is new in its lane
    await ledger.commit(async (tx) => {
      await tx.addActions([action('r2', { lane: '!r' })]);
      await tx.addActions([action('r', { lane: '!r', renew: true })]);
    });
    // a lane that was moved is no longer what it was
    await ledger.commit(async (tx) => {
      await tx.addActions([action('e1', { lane: '!e' })]);
      await tx.moveLane('!e', '!f', 10);
    });
    await ledger.commit((tx) => tx.setMeta('no', 'work'));
    expect(told).toEqual([
      [['a1', 'b1'], false],
      [['c1', 'd1'], true],
      [[], true],
      [['r'], false],
      [[], true],
      [[], true],
    ]);
  });

  it('adds an action once, however often it is asked for', async () => {
    const ledger = await open({ clock: () => 10 });
    const first = await ledger.commit((tx) => tx.addActions([action('1'), action('2'), action('1')]));
    expect(first.map((a) => a.key)).toEqual(['1', '2']);
    expect(first[0]).toEqual({
      id: expect.any(Number),
      caseId: null,
      kind: 'ban',
      lane: '!a',
      key: '1',
      payload: { user: '@m:x' },
      state: 'due',
      attempts: 0,
      nextTryAt: 10,
      createdAt: 10,
      endedAt: null,
      result: null,
      lastError: null,
    });
    expect(await ledger.commit((tx) => tx.addActions([action('2'), action('3')]))).toMatchObject([{ key: '3' }]);
    expect(await ledger.commit((tx) => tx.addActions([]))).toEqual([]);
    expect(await ledger.countDueActions()).toBe(3);
  });

  it('adds more actions in one commit than a statement can carry, in their order', async () => {
    const ledger = await open();
    const keys = Array.from({ length: 1_234 }, (_, i) => `key ${i}`);
    const added = await ledger.commit((tx) => tx.addActions(keys.map((key) => action(key))));
    expect(added.map((a) => a.key)).toEqual(keys);
    expect((await ledger.actionsByKey([...keys].reverse())).map((a) => a.key)).toEqual(keys);
  });

  it('hands out the oldest action of each lane, oldest first', async () => {
    const ledger = await open({ clock: () => 0 });
    await ledger.commit((tx) =>
      tx.addActions([action('a1'), action('b1', { lane: '!b' }), action('a2'), action('c1', { lane: '!c' })]),
    );
    const due = async (busy: ReadonlySet<string>, limit = 10) =>
      (await ledger.dueActions(0, busy, limit)).map((a) => a.key);
    expect(await due(NOBODY)).toEqual(['a1', 'b1', 'c1']);
    expect(await due(NOBODY, 2)).toEqual(['a1', 'b1']);
    expect(await due(new Set(['!a', '!c', '!unknown']))).toEqual(['b1']);
    expect(await due(new Set(['!a']), 1)).toEqual(['b1']);
  });

  it('hands out only some kinds, in the order of their lanes all the same', async () => {
    const ledger = await open({ clock: () => 0 });
    await ledger.commit((tx) =>
      tx.addActions([
        action('report', { kind: 'report', lane: '!r' }),
        action('ban', { kind: 'ban', lane: '!a' }),
        action('first', { kind: 'report', lane: '!mixed' }),
        action('behind', { kind: 'ban', lane: '!mixed' }),
        action('unban', { kind: 'unban', lane: '!b' }),
      ]),
    );
    const due = async (except: string[], only: string[]) =>
      (await ledger.dueActions(0, NOBODY, 10, except, only)).map(({ key }) => key);
    expect(await due([], ['ban', 'unban'])).toEqual(['ban', 'unban']);
    expect(await due(['unban'], ['ban', 'unban'])).toEqual(['ban']);
    expect(await due([], [])).toEqual(['report', 'ban', 'first', 'unban']);
  });

  it('finds urgent kinds in every lane that has them, and only at their heads', async () => {
    const ledger = await open({ clock: () => 100 });
    const lanes = ['!b', '!a', '', 'ä', '!c', '!B'];
    await ledger.commit((tx) =>
      tx.addActions([
        ...lanes.map((lane) => action(`ban in ${lane}`, { lane })),
        ...lanes.map((lane) => action(`unban in ${lane}`, { kind: 'unban', lane })),
        action('alone', { kind: 'unban', lane: '!d' }),
        action('early', { lane: '!e', notBefore: 500 }),
        action('behind what waits', { lane: '!e' }),
        action('other', { kind: 'report', lane: '!f' }),
      ]),
    );
    const due = async (now: number, only: string[], except: string[] = []) =>
      (await ledger.dueActions(now, NOBODY, 50, except, only)).map(({ key }) => key);
    const bans = lanes.map((lane) => `ban in ${lane}`);
    expect(await due(100, ['ban', 'unban', 'never'])).toEqual([...bans, 'alone']);
    expect(await due(100, ['unban'])).toEqual(['alone']);
    expect(await due(500, ['ban'])).toEqual([...bans, 'early']);
    expect(await due(100, ['ban'], ['ban'])).toEqual([]);
    const ended = await ledger.actionsByKey(['ban in !a']);
    await ledger.endAction(ended[0]!.id, { state: 'done', at: 101 });
    expect(await due(100, ['unban'])).toEqual(['unban in !a', 'alone']);
  });

  it('holds back only the lane whose oldest action waits', async () => {
    const ledger = await open({ clock: () => 100 });
    const [a1, , b1] = await ledger.commit((tx) =>
      tx.addActions([action('a1'), action('a2'), action('b1', { lane: '!b', notBefore: 500 })]),
    );
    await ledger.retryAction(a1!.id, { nextTryAt: 300, error: 'M_LIMIT_EXCEEDED' });
    expect(await ledger.dueActions(100, NOBODY, 10)).toEqual([]);
    expect(await ledger.nextDueAt(100)).toBe(300);
    expect(await ledger.nextDueAt(300)).toBe(500);
    expect(await ledger.nextDueAt(500)).toBeNull();
    expect(await ledger.dueActions(300, NOBODY, 10)).toMatchObject([
      { key: 'a1', attempts: 1, lastError: 'M_LIMIT_EXCEEDED', nextTryAt: 300 },
    ]);
    await ledger.endAction(a1!.id, { state: 'done', at: 301 });
    expect((await ledger.dueActions(301, NOBODY, 10)).map((a) => a.key)).toEqual(['a2']);
    await ledger.endAction(b1!.id, { state: 'failed', error: 'M_FORBIDDEN', at: 302 });
    expect((await ledger.dueActions(900, NOBODY, 10)).map((a) => a.key)).toEqual(['a2']);
  });

  it('ends an action with what came of it, and adds what follows from it', async () => {
    const ledger = await open({ clock: () => 7 });
    const [one] = await ledger.commit((tx) => tx.addActions([action('1')]));
    await ledger.endAction(one!.id, {
      state: 'done',
      result: { event_id: '$e' },
      at: 8,
      follow: [action('2', { lane: '!b' }), action('1')],
    });
    const [done, follow] = await ledger.actionsByKey(['1', '2', 'unknown']);
    expect(done).toMatchObject({ state: 'done', result: { event_id: '$e' }, endedAt: 8, attempts: 1, lastError: null });
    expect(follow).toMatchObject({ state: 'due', lane: '!b', nextTryAt: 7 });
    expect(await ledger.dueActions(7, NOBODY, 10)).toMatchObject([{ key: '2' }]);
  });

  it('ends several actions at once, and one that cannot be written fails by itself', async () => {
    const ledger = await open();
    const added = await ledger.commit((tx) =>
      tx.addActions(['a', 'b', 'c', 'd'].map((key) => action(key, { lane: key }))),
    );
    const ended: (number | undefined)[] = [];
    ledger.onEnd((id) => ended.push(id));
    const [a, b, c, d] = added.map(({ id }) => id) as [number, number, number, number];
    const results = await Promise.allSettled([
      ledger.endAction(a, { state: 'done', result: { effect: 'banned' }, at: 5 }),
      ledger.endAction(b, { state: 'done', at: 5, follow: [action('of nobody', { caseId: 77 })] }),
      ledger.endAction(c, { state: 'done', at: 5, follow: [action('next', { lane: 'next' })] }),
      ledger.endAction(d, { state: 'refused', error: 'a moderator', at: 5 }),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(await ledger.actionsByKey(['a', 'b', 'c', 'd', 'of nobody', 'next'])).toMatchObject([
      { key: 'a', state: 'done', result: { effect: 'banned' }, attempts: 1 },
      { key: 'b', state: 'due', attempts: 0 },
      { key: 'c', state: 'done', attempts: 1 },
      { key: 'd', state: 'refused', lastError: 'a moderator', attempts: 0 },
      { key: 'next', state: 'due' },
    ]);
    expect([...ended].sort()).toEqual([a, c, d]);
  });

  it('ends many in one statement as it would end each, and reads what is behind one in its lane', async () => {
    const ledger = await open({ clock: () => 3 });
    const keys = Array.from({ length: 90 }, (_, index) => `k${String(index).padStart(2, '0')}`);
    const added = await ledger.commit((tx) => tx.addActions(keys.map((key) => action(key))));
    const behind = async (id: number, limit: number) => (await ledger.dueBehind('!a', id, limit)).map(({ key }) => key);
    expect(await behind(added[0]!.id, 3)).toEqual(keys.slice(1, 4));
    const before = ledger.dueRevision;
    await ledger.cancelByKey(['k05'], 4);
    expect(ledger.dueRevision).not.toBe(before);
    await ledger.endAction(added[6]!.id, { state: 'failed', error: 'no', at: 4 });
    // k07 was asked for anew while it was running: its outcome is that of the version before
    const ends = added.map(({ id, createdAt, key }) =>
      ledger.endAction(
        id,
        {
          state: 'done',
          result: key === 'k01' ? undefined : { of: key },
          at: 5,
          createdAt: createdAt - (key === 'k07' ? 1 : 0),
        },
        key === 'k89' ? 0 : 1_000_000,
      ),
    );
    await Promise.all(ends);
    const ended = await ledger.actionsByKey(keys);
    const wanted = keys.map((key) => ({ key, state: 'done', result: { of: key }, endedAt: 5, attempts: 1 }) as object);
    wanted[1] = { key: 'k01', state: 'done', result: null };
    wanted[6] = { key: 'k06', state: 'failed', lastError: 'no', endedAt: 4 };
    wanted[7] = { key: 'k07', state: 'due', attempts: 0, endedAt: null };
    expect(ended).toMatchObject(wanted);
    expect(await behind(0, 10)).toEqual(['k07']);
  });

  it('writes the ends that it was told before it closes', async () => {
    const ledger = await open();
    const [one] = await ledger.commit((tx) => tx.addActions([action('1')]));
    const ended = ledger.endAction(one!.id, { state: 'done', at: 5 });
    await ledger.close();
    await ended;
    const again = await open.again();
    expect(await again.actionsByKey(['1'])).toMatchObject([{ state: 'done', endedAt: 5 }]);
  });

  it('does not change how an action ended, and adds nothing again', async () => {
    const ledger = await open();
    const [one] = await ledger.commit((tx) => tx.addActions([action('1')]));
    await ledger.endAction(one!.id, { state: 'done', result: 1, at: 8 });
    await ledger.endAction(one!.id, { state: 'failed', error: 'late', at: 9, follow: [action('2')] });
    await ledger.retryAction(one!.id, { nextTryAt: 5, error: 'late' });
    expect(await ledger.actionsByKey(['1', '2'])).toMatchObject([
      { state: 'done', endedAt: 8, attempts: 1, lastError: null },
    ]);
    expect(await ledger.countDueActions()).toBe(0);
  });

  it('counts what was simulated by kind, the same thing once however often it came up', async () => {
    const ledger = await open();
    const added = await ledger.commit((tx) =>
      tx.addActions([1, 1, 2].map((user, index) => action(`same${index}`, { kind: 'ban', payload: { user } }))),
    );
    for (const { id } of added) await ledger.endAction(id, { state: 'simulated', at: 1 });
    expect(await ledger.simulatedActions()).toEqual([{ kind: 'ban', count: 2 }]);
  });

  it.each(['refused', 'simulated', 'cancelled'] as const)(
    'counts no attempt for an action that was %s',
    async (state) => {
      const ledger = await open();
      const [one] = await ledger.commit((tx) => tx.addActions([action('1')]));
      await ledger.endAction(one!.id, { state, error: 'why', at: 8 });
      expect(await ledger.actionsByKey(['1'])).toMatchObject([{ state, attempts: 0, lastError: 'why' }]);
    },
  );

  it('cancels the due actions of a case by kind, and notes it when one of them was done all the same', async () => {
    const ledger = await open({ clock: () => 0 });
    const { case: opened } = await ledger.commit((tx) => tx.recordFinding(finding()));
    const [ban, , done] = await ledger.commit((tx) =>
      tx.addActions([
        action('ban', { caseId: opened.id }),
        action('mail', { kind: 'mail', caseId: opened.id }),
        action('done', { caseId: opened.id }),
        action('other'),
      ]),
    );
    await ledger.endAction(done!.id, { state: 'done', at: 1 });
    expect(await ledger.cancelActions(opened.id, [], 2)).toBe(0);
    expect(await ledger.cancelActions(opened.id, ['ban', 'redact'], 2)).toBe(1);
    expect((await ledger.actionsOf(opened.id)).map((a) => [a.key, a.state, a.endedAt])).toEqual([
      ['ban', 'cancelled', 2],
      ['mail', 'due', null],
      ['done', 'done', 1],
    ]);
    await ledger.endAction(ban!.id, { state: 'done', result: 'sent before', at: 3 });
    expect(await ledger.actionsByKey(['ban'])).toMatchObject([{ state: 'done', result: 'sent before' }]);
    expect(await ledger.cancelByKey(['done', 'mail', 'nothing'], 4)).toBe(1);
    expect(await ledger.actionsByKey(['mail', 'done'])).toMatchObject([{ state: 'cancelled' }, { state: 'done' }]);
    // it does not hold back what comes after it in its lane
    expect((await ledger.dueActions(9, NOBODY, 10)).map((a) => a.key)).toEqual(['other']);
  });

  it('finds the last action of a kind in each lane that had an effect', async () => {
    const ledger = await open();
    const add = async (lane: string, key: string, result: unknown) => {
      const [action] = await ledger.commit((tx) => tx.addActions([{ kind: 'latest', lane, key, payload: {} }]));
      await ledger.endAction(action?.id ?? 0, { state: 'done', result, at: 1 });
    };
    await add('one', 'a', { effect: 'sent' });
    await add('one', 'b', { effect: 'sent' });
    await add('one', 'c', undefined);
    await add('two', 'd', { effect: 'held' });
    await ledger.commit((tx) => tx.addActions([{ kind: 'latest', lane: 'two', key: 'e', payload: {} }]));
    expect((await ledger.latestOfKind('latest')).map(({ key }) => key)).toEqual(['b', 'd']);
    expect(await ledger.latestOfKind('none')).toEqual([]);
    expect((await ledger.doneOfKind('latest', 'no such lane')).map(({ key }) => key)).toEqual([]);
    const [{ lane } = { lane: '' }] = await ledger.latestOfKind('latest');
    expect((await ledger.doneOfKind('latest', lane)).at(-1)?.key).toBe('b');
  });

  it('pages through the actions of some kinds in one state', async () => {
    const ledger = await open();
    const added = await ledger.commit((tx) =>
      tx.addActions(['1', '2', '3', '4', '5'].map((key) => action(key, { kind: key === '3' ? 'mail' : 'ban' }))),
    );
    await ledger.endAction(added[1]!.id, { state: 'done', at: 1 });
    const page = async (kinds: string[], state: 'due' | 'done', afterId: number, limit = 2) =>
      (await ledger.actionsOfKind(kinds, state, { afterId, limit })).map((a) => a.key);
    expect(await page(['ban'], 'due', 0)).toEqual(['1', '4']);
    expect(await page(['ban'], 'due', added[3]!.id)).toEqual(['5']);
    expect(await page(['mail', 'ban'], 'due', 0, 9)).toEqual(['1', '3', '4', '5']);
    expect(await page(['ban'], 'done', 0)).toEqual(['2']);
    expect(await page([], 'due', 0)).toEqual([]);
  });

  it('refuses an action of a case that is not there', async () => {
    const ledger = await open();
    await expect(ledger.commit((tx) => tx.addActions([action('1', { caseId: 12_345 })]))).rejects.toThrow();
    expect(await ledger.countDueActions()).toBe(0);
  });

  it('tells in short what was done, whatever stands in it', async () => {
    const ledger = await open({ clock: () => 10 });
    const odd = { text: '"quoted", [1] \n\u2028 🦊 \\', list: [1, null, { a: true }], none: null };
    const { case: opened } = await ledger.commit((tx) => tx.recordFinding(finding({ subject: '@a:b' })));
    const added = await ledger.commit((tx) =>
      tx.addActions([
        action('1', { payload: odd, caseId: opened.id }),
        action('2', { kind: 'unban' }),
        action('3'),
        action('4'),
      ]),
    );
    const [first, second, third] = added.map(({ id }) => id);
    await ledger.endAction(first!, { state: 'done', result: odd, at: 11 });
    await ledger.endAction(second!, { state: 'done', at: 11 });
    await ledger.endAction(third!, { state: 'failed', error: 'no', at: 11 });
    const all = await ledger.effectsByLane(['ban', 'unban'], { afterId: 0, limit: 9 });
    expect(all).toMatchObject({ lanes: [{ lane: '!a' }], lastId: second, isLast: true });
    expect(all.lanes[0]?.read()).toEqual([
      { id: first, kind: 'ban', caseId: opened.id, payload: odd, result: odd },
      { id: second, kind: 'unban', caseId: null, payload: { user: '@m:x' }, result: null },
    ]);
    expect((await ledger.effectsByLane(['ban', 'unban'], { afterId: first!, limit: 9 })).lanes[0]?.read()).toHaveLength(
      1,
    );
    expect((await ledger.effectsByLane([], { afterId: 0, limit: 9 })).lanes).toEqual([]);
  });
}
