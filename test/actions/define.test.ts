import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { defineAction } from '../../src/actions/define.js';
import type { ActionRecord } from '../../src/store/records/actions.js';

const greet = defineAction({
  kind: 'greet',
  payload: z.object({ userId: z.string(), loud: z.boolean().default(false) }),
  hasSideEffects: true,
  lane: ({ userId }) => `greet:${userId}`,
  guard: ({ userId }) => ({ about: 'user', userId }),
  maxConcurrent: 2,
});

describe('defineAction', () => {
  it('creates actions in the lane of their kind, or in the one that is asked for', () => {
    expect(greet.create({ userId: '@a:x' }, { key: 'k', caseId: 7, notBefore: 5 })).toEqual({
      kind: 'greet',
      lane: 'greet:@a:x',
      key: 'k',
      payload: { userId: '@a:x' },
      caseId: 7,
      notBefore: 5,
    });
    expect(greet.create({ userId: '@a:x' }, { key: 'k', lane: 'other' })).toMatchObject({ lane: 'other' });
  });

  it('makes a handler that asks the guard and parses the payload, and fails on one of another shape', async () => {
    const handler = greet.handler(async ({ loud }, action, { mayHaveBeenSent }) => ({
      state: 'done',
      result: { loud, key: action.key, mayHaveBeenSent },
    }));
    const action = { key: 'k', payload: { userId: '@a:x' } } as ActionRecord;
    expect(handler).toMatchObject({ kind: 'greet', hasSideEffects: true, maxConcurrent: 2 });
    expect(handler.guard?.(action)).toEqual({ about: 'user', userId: '@a:x' });
    expect(await handler.perform(action, { mayHaveBeenSent: true })).toEqual({
      state: 'done',
      result: { loud: false, key: 'k', mayHaveBeenSent: true },
    });
    await expect(
      handler.perform({ ...action, payload: { userId: 7 } } as ActionRecord, { mayHaveBeenSent: false }),
    ).rejects.toThrow();
  });

  it('validates what was just created once, and again what was read from the ledger', async () => {
    let times = 0;
    const counted = defineAction({
      kind: 'counted',
      payload: z.object({ userId: z.string().refine(() => (times += 1) > 0) }),
      hasSideEffects: true,
      lane: ({ userId }) => userId,
      guard: ({ userId }) => ({ about: 'user', userId }),
    });
    const handler = counted.handler(async ({ userId }) => ({ state: 'done', result: userId }));
    const { payload } = counted.create({ userId: '@a:x' }, { key: 'k' });
    for (const [is, after] of [
      [payload, 1],
      [JSON.parse(JSON.stringify(payload)), 2],
    ] as const) {
      const action = { key: 'k', payload: is } as ActionRecord;
      expect(handler.guard?.(action)).toEqual({ about: 'user', userId: '@a:x' });
      expect(await handler.perform(action, { mayHaveBeenSent: false })).toEqual({ state: 'done', result: '@a:x' });
      expect(times).toBe(after);
    }
  });

  it('acts on the one whom the interlock was asked about, even when the payload object was changed since', async () => {
    const handler = greet.handler(async ({ userId }) => ({ state: 'done', result: userId }));
    const payload = { userId: '@a:x' };
    const action = { ...greet.create(payload, { key: 'k' }) } as unknown as ActionRecord;
    payload.userId = '@b:x';
    const asked = handler.guard?.(action);
    payload.userId = '@c:x';
    const done = await handler.perform(action, { mayHaveBeenSent: false });
    expect({ asked, done }).toEqual({
      asked: { about: 'user', userId: '@a:x' },
      done: { state: 'done', result: '@a:x' },
    });
    expect(greet.create(payload, { key: 'other' }).lane).toBe('greet:@c:x');
  });
});
