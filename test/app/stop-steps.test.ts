import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import { inOrderWithin, type StopStep } from '../../src/app/stop-steps.js';

const never = () => new Promise<void>(() => undefined);
const inMs = (ms: number) => () => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe('steps of a stop', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());
  let log = '';
  const logger = pino({ level: 'info' }, { write: (line: string) => void (log += line) });
  const run = async (limitMs: number, works: Record<string, StopStep['work']>) => {
    log = '';
    const done: string[] = [];
    const steps = Object.entries(works).map(([name, work]) => ({
      name,
      work: async (leftMs: number) => {
        done.push(`${name} begins`);
        await work(leftMs);
        done.push(`${name} ends`);
      },
    }));
    let ended = false;
    const all = inOrderWithin(limitMs, steps, logger).finally(() => (ended = true));
    const began = performance.now();
    while (!ended) await jest.advanceTimersByTimeAsync(1);
    await all;
    return { done, took: performance.now() - began };
  };

  it('come one after another', async () => {
    const { done } = await run(1000, { a: inMs(20), b: () => undefined, c: inMs(1) });
    expect(done).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    expect(log).toBe('');
  });

  it('all begin in time although one never ends, and the log names that one', async () => {
    const { done, took } = await run(100, { a: inMs(1), b: never, c: () => undefined });
    expect(done).toEqual(['a begins', 'a ends', 'b begins', 'c begins', 'c ends']);
    expect(took).toBeLessThan(150);
    expect(log.match(/"step":"\w+"/g)).toEqual(['"step":"b"']);
  });

  it('all begin although some fail, at once or later', async () => {
    const fails = () => {
      throw new Error('broken');
    };
    const failsLater = () => Promise.reject(new Error('broken too'));
    const { done } = await run(1000, { a: fails, b: failsLater, c: () => undefined });
    expect(done).toEqual(['a begins', 'b begins', 'c begins', 'c ends']);
    expect(log.match(/"step":"\w+"/g)).toEqual(['"step":"a"', '"step":"b"']);
  });

  it('share the time: each hears what is left of it', async () => {
    const left: number[] = [];
    const note = (ms: number) => void left.push(ms);
    await run(200, { a: note, b: inMs(50), c: note, d: never, e: note });
    expect(left).toEqual([200, 150, 0]);
  });

  it('still in motion when the time is over are no unhandled rejection later', async () => {
    const failsLate = () => inMs(40)().then(() => Promise.reject(new Error('late')));
    const { done } = await run(20, { a: failsLate, b: () => undefined });
    await jest.advanceTimersByTimeAsync(60);
    expect(done).toEqual(['a begins', 'b begins', 'b ends']);
  });
});
