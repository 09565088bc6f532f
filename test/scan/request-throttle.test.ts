import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { MatrixError } from '../../src/matrix/types.js';
import { RequestThrottle } from '../../src/scan/request-throttle.js';

const failing = (error: MatrixError, times: number) => {
  const at: number[] = [];
  return {
    at,
    request: () => {
      at.push(performance.now());
      return at.length <= times ? Promise.reject(error) : Promise.resolve('done');
    },
  };
};
const gaps = (at: readonly number[]) => at.slice(1).map((time, index) => time - (at[index] ?? 0));

describe('the pace of a scan', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** Lets time pass until the work has ended; what it threw is thrown. */
  async function inTime<T>(work: Promise<T>): Promise<T> {
    let ended = false;
    const noted = work.finally(() => (ended = true));
    noted.catch(() => undefined);
    while (!ended) await jest.advanceTimersByTimeAsync(1);
    return noted;
  }

  it('lets one request through at a time, and at most so many a second', async () => {
    const pace = new RequestThrottle({ requestsPerSecond: 50 });
    const begun: number[] = [];
    let underway = 0;
    const request = async () => {
      begun.push(performance.now());
      expect((underway += 1)).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      underway -= 1;
    };
    await inTime(Promise.all(Array.from({ length: 10 }, () => pace.ask(request))));
    expect(gaps(begun)).toEqual(Array.from({ length: 9 }, () => 20));
  });

  it('waits out a 429 as the homeserver asks, however often, and holds the others back meanwhile', async () => {
    const pace = new RequestThrottle({ requestsPerSecond: 1000 });
    const { at, request } = failing(new MatrixError(429, 'M_LIMIT_EXCEEDED', 'slow down', 120), 4);
    const other: number[] = [];
    const all = [pace.ask(request, { tries: 2 }), pace.ask(() => Promise.resolve(other.push(performance.now())))];
    expect((await inTime(Promise.all(all)))[0]).toBe('done');
    expect(gaps(at)).toEqual([120, 120, 120, 120]);
    expect(other[0]).toBeGreaterThan(at.at(-1) ?? Infinity);
  });

  it('tries again after a 5xx with doubling pauses, and gives up after its tries', async () => {
    const pace = new RequestThrottle({ requestsPerSecond: 1000, random: () => 0 });
    const once = failing(new MatrixError(502, 'M_UNKNOWN', 'proxy'), 2);
    expect(await inTime(pace.ask(once.request, { tries: 3 }))).toBe('done');
    expect(gaps(once.at)).toEqual([1_000, 2_000]);
    const always = failing(new MatrixError(0, 'HEIMDALL_E_NETWORK', 'refused'), 99);
    await expect(inTime(pace.ask(always.request, { tries: 2 }))).rejects.toThrow('refused');
    expect(always.at).toHaveLength(2);
  });

  it('does not repeat what was refused, and goes on with the next', async () => {
    const pace = new RequestThrottle({ requestsPerSecond: 1000 });
    const { at, request } = failing(new MatrixError(403, 'M_FORBIDDEN', 'no admin'), 99);
    await expect(inTime(pace.ask(request))).rejects.toThrow('no admin');
    expect(at).toHaveLength(1);
    expect(await inTime(pace.ask(() => Promise.resolve('next')))).toBe('next');
  });

  it('stops waiting when it is told to, however long the homeserver asked', async () => {
    const pace = new RequestThrottle({ requestsPerSecond: 1000 });
    const stop = new AbortController();
    const waiting = pace.ask(failing(new MatrixError(429, 'M_LIMIT_EXCEEDED', 'slow down', 60_000), 99).request, {
      signal: stop.signal,
    });
    setTimeout(() => stop.abort(new Error('stopped')), 30);
    const begun = performance.now();
    await expect(inTime(waiting)).rejects.toThrow('stopped');
    expect(performance.now() - begun).toBeLessThan(60_000);
  });
});
