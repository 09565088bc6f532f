import { afterEach, describe, expect, it } from '@jest/globals';
import { MOST_UNSTORED } from '../../src/actions/attempts.js';
import type { ExecutorOptions } from '../../src/actions/executor.js';
import type { ActionHandler } from '../../src/actions/types.js';
import type { Ledger, NewAction } from '../../src/store/index.js';
import { startRunning, type Running } from '../enforcement/running.js';

let running: Running;
afterEach(async () => running.close());

const KEYS = Array.from({ length: MOST_UNSTORED + 3 }, (_, index) => `k${index}`);
const inLane = (key: string, lane = 'a', kind = 'flows'): NewAction => ({ kind, lane, key, payload: null });
const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
};

/** A handler that notes what it was asked, and what may have been sent before. */
function noting(told: [string, boolean][], more: Partial<ActionHandler> = {}): ActionHandler {
  return {
    kind: 'flows',
    hasSideEffects: true,
    urgent: true,
    pipelined: true,
    perform: async ({ key }, { mayHaveBeenSent }) => {
      told.push([key, mayHaveBeenSent]);
      return { state: 'done' };
    },
    ...more,
  };
}

/** The ledger, except for what `changes` says. */
function ledgerWith(ledger: Ledger, changes: Partial<Ledger> = {}): ExecutorOptions['ledger'] {
  return {
    dueActions: (...args) => ledger.dueActions(...args),
    nextDueAt: (...args) => ledger.nextDueAt(...args),
    retryAction: (...args) => ledger.retryAction(...args),
    endAction: (...args) => ledger.endAction(...args),
    lastActionId: () => ledger.lastActionId(),
    dueBehind: (...args) => ledger.dueBehind(...args),
    get dueRevision() {
      return ledger.dueRevision;
    },
    ...changes,
  };
}

describe('a pipelined lane', () => {
  it('goes on while ends are being stored, in order, but not beyond so many', async () => {
    const told: [string, boolean][] = [];
    running = await startRunning({ moreHandlers: [noting(told)], start: false });
    let store: () => void = () => undefined;
    const stored = new Promise<void>((resolve) => (store = resolve));
    const slow = ledgerWith(running.ledger, {
      endAction: async (...args) => {
        await stored;
        return running.ledger.endAction(...args);
      },
    });
    await running.ledger.commit((tx) => tx.addActions(KEYS.map((key) => inLane(key))));
    await running.restart({ ledger: slow });
    while (told.length < MOST_UNSTORED) await turns(1);
    await turns(20);
    expect(told.map(([key]) => key)).toEqual(KEYS.slice(0, MOST_UNSTORED));
    store();
    await running.settled();
    expect(told.map(([key]) => key)).toEqual(KEYS);
    expect(running.ended.map(({ action }) => action.key)).toEqual(KEYS);
  });

  it('takes as many at its head for sent after a crash as may have been, and no more', async () => {
    const told: [string, boolean][] = [];
    const handlers = [noting(told), noting(told, { kind: 'any', pipelined: false })];
    running = await startRunning({ moreHandlers: handlers, start: false });
    const others = KEYS.map((key) => inLane(`any ${key}`, 'b', 'any'));
    await running.ledger.commit((tx) => tx.addActions([...KEYS.map((key) => inLane(key)), ...others]));
    await new Promise((resolve) => setTimeout(resolve, 5));
    running.executor.start();
    await running.settled();
    await running.add(inLane('new', 'c'));
    await running.settled();
    const wanted = new Map(KEYS.map((key, index) => [key, index < MOST_UNSTORED]));
    for (const key of KEYS) wanted.set(`any ${key}`, true);
    expect(new Map(told)).toEqual(wanted.set('new', false));
  });

  it('carries out nothing that was cancelled after it had been read', async () => {
    const told: [string, boolean][] = [];
    const cancelling = noting(told, {
      perform: async ({ key }) => {
        told.push([key, false]);
        // what is behind it in the lane has been read by now
        await turns(3);
        if (key === 'k0') await running.ledger.cancelByKey(['k1'], Date.now());
        return { state: 'done' };
      },
    });
    running = await startRunning({ moreHandlers: [cancelling], start: false });
    await running.ledger.commit((tx) => tx.addActions(['k0', 'k1', 'k2'].map((key) => inLane(key))));
    running.executor.start();
    await running.settled();
    expect(told.map(([key]) => key)).toEqual(['k0', 'k2']);
    expect((await running.ledger.actionsByKey(['k1']))[0]?.state).toBe('cancelled');
  });

  it('stops at one that is tried again later, and goes on with it', async () => {
    const begun: string[] = [];
    const once = noting([], {
      perform: async ({ key, attempts }) => {
        begun.push(key);
        return key === 'k1' && attempts === 0 ? { state: 'retry', afterMs: 1, error: 'not now' } : { state: 'done' };
      },
    });
    running = await startRunning({ moreHandlers: [once], start: false });
    await running.ledger.commit((tx) => tx.addActions(['k0', 'k1', 'k2'].map((key) => inLane(key))));
    running.executor.start();
    await running.settled();
    expect(begun).toEqual(['k0', 'k1', 'k1', 'k2']);
  });

  it('leaves kinds alone that are not pipelined, and what is not due yet', async () => {
    const begun: string[] = [];
    const perform: ActionHandler['perform'] = async ({ key }) => {
      begun.push(key);
      return { state: 'done' };
    };
    const asked: number[] = [];
    running = await startRunning({
      moreHandlers: [noting([], { perform }), noting([], { kind: 'slow', pipelined: false, urgent: false, perform })],
      start: false,
    });
    const { ledger } = running;
    await ledger.commit((tx) =>
      tx.addActions([inLane('k0'), inLane('k1', 'a', 'slow'), inLane('k2'), { ...inLane('late'), inMs: 1e9 }]),
    );
    await running.restart({
      ledger: ledgerWith(ledger, { dueActions: (...args) => (asked.push(args[0]), ledger.dueActions(...args)) }),
    });
    while ((await ledger.countDueActions()) > 1) await turns(1);
    expect(begun).toEqual(['k0', 'k1', 'k2']);
    // each of the three was taken by a query for all lanes, which also looks whether something urgent comes first
    expect(asked.length).toBeGreaterThanOrEqual(3);
  });

  it('loses nothing when what is behind cannot be read', async () => {
    const told: [string, boolean][] = [];
    running = await startRunning({ moreHandlers: [noting(told)], start: false });
    await running.ledger.commit((tx) => tx.addActions(KEYS.map((key) => inLane(key))));
    await running.restart({
      ledger: ledgerWith(running.ledger, { dueBehind: () => Promise.reject(new Error('gone for a moment')) }),
    });
    await running.settled();
    expect(told.map(([key]) => key)).toEqual(KEYS);
  });
});
