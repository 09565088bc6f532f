import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { doublingMs, endsWithin, inTime, pause, Sleep } from '../../src/util/timers.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());
const never = new Promise<never>(() => undefined);

describe('waiting for work', () => {
  it('says whether it ended in time, and leaves no timer behind', async () => {
    expect(await endsWithin(1_000, Promise.resolve('x'))).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
    const late = endsWithin(1_000, never);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(await late).toBe(false);
  });

  it('rejects as the work does, and swallows what comes too late', async () => {
    await expect(endsWithin(1_000, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    let reject: (error: Error) => void = () => undefined;
    const late = endsWithin(10, new Promise((_resolve, no) => (reject = no)));
    await jest.advanceTimersByTimeAsync(10);
    expect(await late).toBe(false);
    // an unhandled rejection would end this process
    reject(new Error('too late'));
    await jest.advanceTimersByTimeAsync(1);
  });

  it('gives the result, or the error of being late', async () => {
    expect(await inTime(10, Promise.resolve(7), () => new Error('late'))).toBe(7);
    const late = inTime(10, never, () => new Error('late')).catch((error: Error) => error.message);
    await jest.advanceTimersByTimeAsync(10);
    expect(await late).toBe('late');
  });

  it('doubles pauses up to a limit, however many tries there were', () => {
    expect([0, 1, 2, 3, 10, 10_000].map((tries) => doublingMs(1_000, 8_000, tries))).toEqual([
      1_000, 2_000, 4_000, 8_000, 8_000, 8_000,
    ]);
  });
});

describe('a sleep', () => {
  it('ends when its time is over, or when it is woken, and can be slept again', async () => {
    const sleep = new Sleep();
    const ends: string[] = [];
    const first = sleep.for(1000).then(() => ends.push('over'));
    await jest.advanceTimersByTimeAsync(999);
    expect(ends).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    await first;
    const second = sleep.for(1000).then(() => ends.push('woken'));
    sleep.wake();
    await second;
    expect(ends).toEqual(['over', 'woken']);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('lasts no less for being longer than a timer can hold', async () => {
    let over = false;
    void new Sleep().for(Infinity).then(() => (over = true));
    await jest.advanceTimersByTimeAsync(1000);
    expect(over).toBe(false);
  });
});

describe('a pause that may be broken off', () => {
  it("rejects with the signal's reason at once, before it and in its midst", async () => {
    const stop = new AbortController();
    const broken = pause(1000, stop.signal);
    stop.abort(new Error('enough'));
    await expect(broken).rejects.toThrow('enough');
    await expect(pause(1000, stop.signal)).rejects.toThrow('enough');
    expect(jest.getTimerCount()).toBe(0);
  });
});
