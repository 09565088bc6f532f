import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { backOffMs } from '../../src/actions/back-off.js';
import type { ExecutorOptions } from '../../src/actions/executor.js';
import type { ActionHandler } from '../../src/actions/types.js';
import { MatrixError } from '../../src/matrix/types.js';
import { HeimdallError } from '../../src/util/errors.js';
import { BOT, MODERATOR } from '../enforcement/fixtures.js';
import { startRunning, type Running, type RunningOptions } from '../enforcement/running.js';

const ROOM = '!r:example.org';
/** of an executor that knows of nothing to come */
const LONGEST_SLEEP_MS = 2_000;
let running: Running;

async function run(options: RunningOptions = {}): Promise<Running> {
  running = await startRunning(options);
  return running;
}

afterEach(async () => running.close());

/** A handler of kind `test` that notes who came when. */
function testHandler(perform: ActionHandler['perform'], more: Partial<ActionHandler> = {}): ActionHandler {
  return { kind: 'test', hasSideEffects: true, perform, ...more };
}
const test = (lane: string, key: string, payload: unknown = null) => ({ kind: 'test', lane, key, payload });
const kick = (roomId: string, userId: string) => ({
  kind: 'kick',
  lane: roomId,
  key: `kick:${roomId}:${userId}`,
  payload: { roomId, userId },
});
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('the executor', () => {
  it('keeps the order within a lane and lets lanes go side by side', async () => {
    const log: string[] = [];
    let most = 0;
    let now = 0;
    const { add, settled } = await run({
      moreHandlers: [
        testHandler(async (action) => {
          most = Math.max(most, ++now);
          log.push(`${action.lane} begins ${action.key}`);
          await pause(action.key.endsWith('1') ? 20 : 1);
          log.push(`${action.lane} ends ${action.key}`);
          now -= 1;
          return { state: 'done' };
        }),
      ],
    });
    await add(test('a', 'a1'), test('a', 'a2'), test('a', 'a3'), test('b', 'b1'), test('b', 'b2'), test('c', 'c1'));
    await settled();
    for (const lane of ['a', 'b', 'c']) {
      const own = log.filter((line) => line.startsWith(lane));
      expect(own).toEqual(
        own.map((_, index) => `${lane} ${index % 2 === 0 ? 'begins' : 'ends'} ${lane}${Math.floor(index / 2) + 1}`),
      );
    }
    expect(most).toBe(3);
  });

  it('has no more lanes at work than it may', async () => {
    let most = 0;
    let now = 0;
    const { add, settled } = await run({
      concurrency: 2,
      moreHandlers: [
        testHandler(async () => {
          most = Math.max(most, ++now);
          await pause(2);
          now -= 1;
          return { state: 'done' };
        }),
      ],
    });
    await add(...Array.from({ length: 12 }, (_, index) => test(`lane${index}`, `k${index}`)));
    await settled();
    expect([most, running.ended.length]).toEqual([2, 12]);
  });

  it('goes on with everything else while a mail server answers nobody', async () => {
    let hang: () => void = () => undefined;
    const hung = new Promise<void>((resolve) => (hang = resolve));
    let most = 0;
    const mail: ActionHandler = {
      kind: 'mail',
      hasSideEffects: true,
      maxConcurrent: 4,
      perform: async () => {
        most += 1;
        await hung;
        return { state: 'done' };
      },
    };
    const { add, settled, ended } = await run({
      concurrency: 6,
      moreHandlers: [mail, testHandler(() => Promise.resolve({ state: 'done' }))],
    });
    await add(
      ...Array.from({ length: 20 }, (_, index) => ({
        kind: 'mail',
        lane: `mail:${index}`,
        key: `m${index}`,
        payload: null,
      })),
      test('a', 'a1'),
      test('b', 'b1'),
    );
    while (ended.length < 2) await pause(5);
    expect([most, ended.map(({ action }) => action.kind)]).toEqual([4, ['test', 'test']]);
    hang();
    await settled();
    expect(ended.length).toBe(22);
  });

  it('loses no effect when the ledger is out of reach while a handler works', async () => {
    let tries = 0;
    const { add, settled, ended } = await run({
      moreHandlers: [
        testHandler(() => {
          tries += 1;
          return tries === 1
            ? Promise.reject(new HeimdallError('HEIMDALL_E_DATABASE', 'gone for a moment'))
            : Promise.resolve({ state: 'done' });
        }),
      ],
    });
    await add(test('a', 'a1'));
    await settled();
    expect([tries, ended.map(({ end }) => end.state)]).toEqual([2, ['done']]);
  });

  it('begins at once when it is nudged', async () => {
    const { ledger, executor } = await run({
      moreHandlers: [testHandler(() => Promise.resolve({ state: 'done' }))],
      start: false,
    });
    await executor.stop();
    let looks = 0;
    const watched: ExecutorOptions['ledger'] = {
      dueActions: (...args) => ledger.dueActions(...args),
      nextDueAt: (...args) => {
        looks += 1;
        return ledger.nextDueAt(...args);
      },
      retryAction: (...args) => ledger.retryAction(...args),
      endAction: (...args) => ledger.endAction(...args),
    };
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'Date', 'performance'] });
    try {
      await running.restart({ ledger: watched });
      const asleep = async (count: number) => {
        while (looks < count) await new Promise(setImmediate);
      };
      await asleep(1);
      // no timer runs from here on: only the nudge can wake it
      await running.add(test('a', 'k'));
      while (running.ended.length === 0) await new Promise(setImmediate);
      expect(running.ended.map(({ action }) => action.key)).toEqual(['k']);
    } finally {
      jest.useRealTimers();
    }
  });

  it('begins with what is urgent as soon as it is committed, and asks the ledger nothing', async () => {
    const asked: string[] = [];
    const { ledger, executor } = await run({
      moreHandlers: [
        testHandler(
          ({ key }) => {
            asked.push(key);
            return Promise.resolve({ state: 'done' });
          },
          { urgent: true },
        ),
      ],
      start: false,
    });
    await executor.stop();
    let looks = 0;
    const watched: ExecutorOptions['ledger'] = {
      dueActions: (...args) => {
        asked.push('what is due');
        return ledger.dueActions(...args);
      },
      nextDueAt: (...args) => {
        looks += 1;
        return ledger.nextDueAt(...args);
      },
      retryAction: (...args) => ledger.retryAction(...args),
      endAction: (...args) => ledger.endAction(...args),
    };
    await running.restart({ ledger: watched });
    while (looks === 0) await new Promise(setImmediate);
    asked.length = 0;
    await running.add(test('a', 'a1'), test('b', 'b1'), test('a', 'a2'));
    await running.settled();
    expect([asked.slice(0, 2), new Set(asked.slice(2))]).toEqual([['a1', 'b1'], new Set(['what is due', 'a2'])]);
  });

  it.each([
    ['something stands before it in its lane', { kind: 'other', lane: 'a', key: 'before', payload: null }, undefined],
    ['its time has not come', undefined, Date.now() + 1_000_000_000],
  ])('does not begin at once with what is urgent when %s', async (_why, before, notBefore) => {
    const begun: string[] = [];
    const handlers = ['test', 'other'].map((kind) =>
      testHandler(
        ({ key }) => {
          begun.push(key);
          // the homeserver's limit: it is tried again in a while, and holds its lane up until then
          return Promise.resolve({ state: 'retry', afterMs: 1_000_000, error: 'limited' });
        },
        { kind, urgent: true },
      ),
    );
    await run({ moreHandlers: handlers });
    if (before !== undefined) {
      await running.add(before);
      while (((await running.ledger.dueInLane('a', 1))[0]?.attempts ?? 0) === 0) await new Promise(setImmediate);
    }
    await running.add({ ...test('a', 'after'), ...(notBefore === undefined ? {} : { notBefore }) });
    await running.add(test('b', 'elsewhere'));
    while (!begun.includes('elsewhere')) await new Promise(setImmediate);
    expect(begun).toEqual([...(before === undefined ? [] : ['before']), 'elsewhere']);
  });

  it('sleeps over nothing that comes due while it asks the ledger', async () => {
    const timers = jest.spyOn(globalThis, 'setTimeout');
    let slept: unknown[] = [];
    const { ledger, executor } = await run({
      moreHandlers: [
        testHandler(() => {
          slept = timers.mock.calls.map(([, ms]) => ms);
          return Promise.resolve({ state: 'done' });
        }),
      ],
      start: false,
    });
    await executor.stop();
    let now = 1_000_000;
    await ledger.commit((tx) => tx.addActions([{ ...test('a', 'k'), notBefore: now + 1 }]));
    const slow: ExecutorOptions['ledger'] = {
      dueActions: async (...args) => {
        const due = await ledger.dueActions(...args);
        now += 5;
        return due;
      },
      nextDueAt: (...args) => ledger.nextDueAt(...args),
      retryAction: (...args) => ledger.retryAction(...args),
      endAction: (...args) => ledger.endAction(...args),
    };
    await running.restart({ ledger: slow, clock: () => now });
    await running.settled();
    timers.mockRestore();
    expect(slept).not.toContain(LONGEST_SLEEP_MS);
  });

  it('wakes for an action whose time comes, without a nudge', async () => {
    const { ledger } = await run({ moreHandlers: [testHandler(async () => ({ state: 'done', result: Date.now() }))] });
    const notBefore = Date.now() + 200;
    await ledger.commit((tx) => tx.addActions([{ ...test('a', 'k'), notBefore }]));
    running.executor.nudge();
    await running.settled();
    expect(Number(running.ended[0]?.end.result)).toBeGreaterThanOrEqual(notBefore);
  });

  it('adds what follows in the same commit and carries it out', async () => {
    const { add, settled } = await run({
      moreHandlers: [
        testHandler(async (action) => ({ state: 'done', follow: action.key === 'first' ? [test('a', 'second')] : [] })),
      ],
    });
    await add(test('a', 'first'));
    await settled();
    expect(running.ended.map(({ action }) => action.key)).toEqual(['first', 'second']);
  });

  it('waits out a Retry-After, holds back that lane only, and loses no order', async () => {
    const { stub, add, settled } = await run();
    for (const user of ['@a:x.example', '@b:x.example'])
      stub.setState(ROOM, 'm.room.member', user, { membership: 'join' }, user);
    stub.setState('!other:example.org', 'm.room.member', '@a:x.example', { membership: 'join' }, '@a:x.example');
    stub.fault({ match: /rooms\/!r:example.org\/kick/, status: 429, retryAfterMs: 1_000 });
    await add(kick(ROOM, '@a:x.example'), kick(ROOM, '@b:x.example'), kick('!other:example.org', '@a:x.example'));
    await settled();
    const inRoom = stub.writes().filter((request) => request.path.includes('!r:example.org'));
    expect(inRoom.map((request) => [request.status, request.body.user_id])).toEqual([
      [429, '@a:x.example'],
      [200, '@a:x.example'],
      [200, '@b:x.example'],
    ]);
    const other = stub.writes().find((request) => request.path.includes('!other:'));
    expect((inRoom[1]?.at ?? 0) - (inRoom[0]?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
    expect(other?.at ?? Infinity).toBeLessThan(inRoom[1]?.at ?? 0);
  });

  it('tries again after 5xx and after a cut connection, with growing pauses', async () => {
    const { stub, add, settled } = await run();
    stub.setState(ROOM, 'm.room.member', '@a:x.example', { membership: 'join' }, '@a:x.example');
    stub.fault({ match: /kick$/, status: 502 });
    await add(kick(ROOM, '@a:x.example'));
    await settled();
    const [first, second] = stub.writes();
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1000);
    expect(stub.membershipOf(ROOM, '@a:x.example')).toBe('leave');
  });

  it('gives up what the homeserver refuses for good, says so, and goes on with the lane', async () => {
    const { stub, add, settled } = await run();
    for (const user of ['@a:x.example', '@b:x.example'])
      stub.setState(ROOM, 'm.room.member', user, { membership: 'join' }, user);
    stub.fault({ match: /kick$/, status: 403, errcode: 'M_FORBIDDEN' });
    await add(kick(ROOM, '@a:x.example'), kick(ROOM, '@b:x.example'));
    await settled();
    expect(running.ended.map(({ end }) => end.state)).toEqual(['failed', 'done']);
    expect(running.troubles).toMatchObject([{ givenUp: true, error: expect.stringContaining('M_FORBIDDEN') }]);
  });

  it('tells of a lane that keeps failing once, and again only after it worked', async () => {
    let fails = 6;
    const handler = testHandler(async () =>
      fails-- > 0 ? { state: 'retry', afterMs: 1, error: 'not now' } : { state: 'done' },
    );
    const { add, settled } = await run({ moreHandlers: [handler] });
    await add(test('a', 'k'));
    await settled();
    expect(running.troubles).toMatchObject([{ givenUp: false, error: 'not now' }]);
    fails = 3;
    await add(test('a', 'k2'));
    await settled();
    expect(running.troubles).toHaveLength(2);
  });

  it('takes what a handler throws for a failure, unless it is the network', async () => {
    const errors = [
      new Error('a bug'),
      new MatrixError(404, 'M_NOT_FOUND', 'gone'),
      new MatrixError(0, 'HEIMDALL_E_NETWORK', 'ECONNREFUSED', 5),
    ];
    const { add, settled } = await run({
      moreHandlers: [
        testHandler(async (action) => {
          const error = errors[Number(action.key)];
          if (error !== undefined && action.attempts === 0) throw error;
          return { state: 'done' };
        }),
      ],
    });
    await add(test('a', '0'), test('b', '1'), test('c', '2'), { ...test('d', 'x'), kind: 'unknown' });
    await settled();
    const states = Object.fromEntries(running.ended.map(({ action, end }) => [action.lane, end.state]));
    expect(states).toEqual({ a: 'failed', b: 'failed', c: 'done', d: 'failed' });
  });

  it('asks the interlock before every try and refuses with its reason', async () => {
    const { stub, add, settled } = await run();
    stub.setState(ROOM, 'm.room.member', MODERATOR, { membership: 'join' }, MODERATOR);
    await add(
      { kind: 'ban', lane: ROOM, key: 'm', payload: { roomId: ROOM, userId: MODERATOR } },
      { kind: 'ban', lane: ROOM, key: 'b', payload: { roomId: ROOM, userId: BOT } },
    );
    await settled();
    expect(running.ended.map(({ end }) => [end.state, end.error])).toEqual([
      ['refused', expect.stringContaining('management room')],
      ['refused', expect.stringContaining('Heimdall itself')],
    ]);
    expect(stub.writes()).toEqual([]);
  });

  it('asks the interlock anew when a moderator was added while the action waited', async () => {
    const { stub, add, settled, ledger } = await run();
    stub.setState(ROOM, 'm.room.member', '@a:x.example', { membership: 'join' }, '@a:x.example');
    stub.fault({ match: /ban$/, status: 429, retryAfterMs: 3_600_000 });
    await add({ kind: 'ban', lane: ROOM, key: 'a', payload: { roomId: ROOM, userId: '@a:x.example' } });
    while ((await ledger.actionsByKey(['a']))[0]?.lastError == null) await pause(5);
    running.facts = { ...running.facts, moderators: new Set(['@a:x.example']) };
    running.later(3_600_000);
    await settled();
    expect(running.ended.map(({ end }) => end.state)).toEqual(['refused']);
    expect(stub.membershipOf(ROOM, '@a:x.example')).toBe('join');
  });

  it('sends nothing at all in a dry run, but does what is no effect on the world', async () => {
    const looked: string[] = [];
    const look: ActionHandler = {
      kind: 'look',
      hasSideEffects: false,
      perform: async (action) => ({ state: 'done', result: looked.push(action.key) }),
    };
    const { stub, add, settled } = await run({ dryRun: true, moreHandlers: [look] });
    stub.setState(ROOM, 'm.room.member', '@a:x.example', { membership: 'join' }, '@a:x.example');
    const target = { roomId: ROOM, userId: '@a:x.example' };
    const deeds = [
      ['ban', target],
      ['unban', target],
      ['kick', target],
      ['redact', { roomId: ROOM, eventId: '$e' }],
      ['acl', { roomId: ROOM, content: { allow: ['*'], deny: ['x.example'] } }],
      ['write_rule', { listRoomId: ROOM, kind: 'user', entity: '@a:x.example' }],
      ['remove_rule', { listRoomId: ROOM, kind: 'user', entity: '@a:x.example' }],
      ['report', { ...target, reason: 'spam', eventId: '$e' }],
      ['report_event', { ...target, reason: 'spam', eventId: '$e' }],
    ] as const;
    await add(...deeds.map(([kind, payload]) => ({ kind, lane: kind, key: kind, payload })), {
      kind: 'look',
      lane: 'look',
      key: 'look',
      payload: null,
    });
    await settled();
    expect(stub.requests).toEqual([]);
    expect(
      running.ended
        .filter(({ end }) => end.state === 'simulated')
        .map(({ action }) => action.kind)
        .sort(),
    ).toEqual(deeds.map(([kind]) => kind).sort());
    expect(looked).toEqual(['look']);
  });

  it('finds what an earlier process left behind, and tells the handler that it may have been sent', async () => {
    const told: boolean[] = [];
    const handler = testHandler(async (_action, { mayHaveBeenSent }) => ({
      state: 'done',
      result: told.push(mayHaveBeenSent),
    }));
    const { ledger, executor, settled, add } = await run({ moreHandlers: [handler], start: false });
    await ledger.commit((tx) => tx.addActions([test('a', 'left behind')]));
    await pause(5);
    executor.start();
    await settled();
    await pause(5);
    await add(test('a', 'new'));
    await settled();
    expect(told).toEqual([true, false]);
  });

  it('takes nothing for sent that this process wrote down itself before it began', async () => {
    const told: boolean[] = [];
    const handler = testHandler(async (_action, { mayHaveBeenSent }) => ({
      state: 'done',
      result: told.push(mayHaveBeenSent),
    }));
    const { ledger, executor, settled } = await run({ moreHandlers: [handler], start: false, inherited: 1 });
    await ledger.commit((tx) => tx.addActions([test('a', 'left behind'), test('b', 'planned at the start')]));
    executor.start();
    await settled();
    expect(told.sort()).toEqual([false, true]);
  });

  it('takes nothing new when it stops and waits for what is on its way', async () => {
    let begun = false;
    let ended = false;
    const handler = testHandler(async () => {
      begun = true;
      await pause(50);
      ended = true;
      return { state: 'done' };
    });
    const { add, executor, ledger } = await run({ moreHandlers: [handler] });
    await add(test('a', '1'), test('a', '2'));
    while (!begun) await pause(1);
    await executor.stop();
    expect(ended).toBe(true);
    expect(await ledger.countDueActions()).toBe(1);
    await running.restart();
    await running.settled();
    expect(running.ended.map(({ action }) => action.key)).toEqual(['1', '2']);
  });

  it('goes on when the ledger fails for a moment, and does not send again what was sent', async () => {
    let sent = 0;
    const handler = testHandler(async () => ({ state: 'done', result: ++sent }));
    const { ledger, executor } = await run({ moreHandlers: [handler], start: false });
    let broken = 1;
    const flaky: ExecutorOptions['ledger'] = {
      dueActions: (...args) => ledger.dueActions(...args),
      nextDueAt: (...args) => ledger.nextDueAt(...args),
      retryAction: (...args) => ledger.retryAction(...args),
      endAction: (...args) => (broken-- > 0 ? Promise.reject(new Error('disk full')) : ledger.endAction(...args)),
    };
    await executor.stop();
    await running.restart({ ledger: flaky });
    await running.add(test('a', '1'));
    await running.settled();
    expect(sent).toBe(1);
  });

  it.each([false, true])(
    'does nothing twice when the ledger answers late, with what was due before (urgent: %s)',
    async (urgent) => {
      const done: string[] = [];
      const handler = testHandler(
        async ({ key }) => {
          done.push(key);
          await pause(10);
          return { state: 'done' };
        },
        { urgent },
      );
      const { ledger, executor } = await run({ moreHandlers: [handler], start: false });
      const slow: ExecutorOptions['ledger'] = {
        // as a server far away does: what it read is old when it arrives
        dueActions: async (now, busy, limit, except) => {
          await pause(6);
          const rows = await ledger.dueActions(now, new Set(), limit + busy.size, except);
          await pause(19);
          return rows.filter(({ lane }) => !busy.has(lane)).slice(0, limit);
        },
        nextDueAt: (...args) => ledger.nextDueAt(...args),
        retryAction: (...args) => ledger.retryAction(...args),
        endAction: (...args) => ledger.endAction(...args),
      };
      await executor.stop();
      await running.restart({ ledger: slow });
      for (let number = 0; number < 10; number += 1) {
        await running.add(test(`lane${number}`, `key${number}`));
        await pause(7);
      }
      await running.settled();
      await pause(60);
      expect([...done].sort()).toEqual([...new Set(done)].sort());
    },
  );

  it('carries out what is urgent before all that was due already, and the rest all the same', async () => {
    const done: string[] = [];
    const kinds = { test: false, urgent: true };
    const handlers = Object.entries(kinds).map(([kind, urgent]) => ({
      ...testHandler(async ({ key }) => {
        done.push(key);
        await pause(1);
        return { state: 'done' };
      }),
      kind,
      urgent,
    }));
    await run({ moreHandlers: handlers, start: false });
    for (let lane = 0; lane < 60; lane += 1) await running.add(test(`report:${lane}`, `report${lane}`));
    for (let turn = 0; turn < 20; turn += 1)
      await running.add({ ...test('room', `ban${turn}`), kind: 'urgent' }, { ...test('mixed', `after${turn}`) });
    // what is urgent waits for what stands before it in its own lane
    await running.add({ ...test('mixed', 'last'), kind: 'urgent' });
    await running.restart();
    await running.settled();
    const bans = done.filter((key) => key.startsWith('ban'));
    expect(bans).toEqual(Array.from({ length: 20 }, (_, turn) => `ban${turn}`));
    expect(done[0]).toBe('ban0');
    expect(done.filter((key) => /^(after|last)/.test(key)).at(-1)).toBe('last');
    expect(done).toHaveLength(60 + 20 + 20 + 1);
    expect(new Set(done).size).toBe(done.length);
  });

  it('begins nothing while this process may not act, and goes on when it may', async () => {
    let may = false;
    const done: string[] = [];
    const handler = testHandler(async ({ key }) => {
      done.push(key);
      return { state: 'done' };
    });
    await run({ moreHandlers: [handler], mayAct: () => may });
    await running.add(test('a', '1'), test('b', '2'));
    await pause(200);
    expect(done).toEqual([]);
    may = true;
    await running.settled();
    expect([...done].sort()).toEqual(['1', '2']);
  });
});

describe('the back-off', () => {
  it('begins with a second, doubles up to a quarter of an hour, and spreads by 30 % at most', () => {
    expect([0, 1, 2, 5, 10, 1000].map((attempts) => backOffMs(attempts, () => 0))).toEqual([
      1000, 2000, 4000, 32_000, 900_000, 900_000,
    ]);
    expect(backOffMs(0, () => 0.999)).toBeLessThanOrEqual(1300);
  });
});
