import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Rounds } from '../../src/util/rounds.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** Work whose rounds end when the test says so. */
function held() {
  const ends: (() => void)[] = [];
  return { work: () => new Promise<void>((resolve) => ends.push(resolve)), ends };
}

describe('rounds', () => {
  it('come again a pause after the last one has ended, however long it took', async () => {
    const { work, ends } = held();
    new Rounds({ work, everyMs: 100 }).start();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(ends).toHaveLength(1);
    ends[0]!();
    await jest.advanceTimersByTimeAsync(99);
    expect(ends).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(1);
    expect(ends).toHaveLength(2);
  });

  it('never overlap: who asks for one at once gets the one that is under way', async () => {
    const { work, ends } = held();
    const rounds = new Rounds({ work });
    const both = Promise.all([rounds.now(), rounds.now()]);
    expect(ends).toHaveLength(1);
    ends[0]!();
    await both;
  });

  it('go on after one that failed, and say why it did', async () => {
    const why: unknown[] = [];
    let begun = 0;
    new Rounds({
      work: () => {
        begun += 1;
        throw new Error(`round ${begun}`);
      },
      everyMs: 10,
      failed: (error) => why.push(error),
    }).start();
    await jest.advanceTimersByTimeAsync(25);
    expect(why).toEqual([new Error('round 1'), new Error('round 2'), new Error('round 3')]);
  });

  it('come only when asked for where there is no pause', async () => {
    const work = jest.fn<() => void>();
    const rounds = new Rounds({ work, everyMs: () => undefined });
    rounds.later(100);
    rounds.soon(10);
    await jest.advanceTimersByTimeAsync(99);
    expect(work).not.toHaveBeenCalled();
    rounds.later(50);
    await jest.advanceTimersByTimeAsync(49);
    expect(work).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(work).toHaveBeenCalledTimes(1);
  });

  it('take what their own work plans before the usual pause', async () => {
    let begun = 0;
    const rounds: Rounds = new Rounds({
      work: () => {
        begun += 1;
        if (begun === 1) rounds.later(5);
      },
      everyMs: 1_000,
    });
    rounds.start();
    await jest.advanceTimersByTimeAsync(5);
    expect(begun).toBe(2);
  });

  it('one that falls due while another is under way follows at its end', async () => {
    const { work, ends } = held();
    const rounds = new Rounds({ work });
    rounds.start();
    rounds.later(10);
    await jest.advanceTimersByTimeAsync(20);
    expect(ends).toHaveLength(1);
    ends[0]!();
    await jest.advanceTimersByTimeAsync(0);
    expect(ends).toHaveLength(2);
    ends[1]!();
    await jest.advanceTimersByTimeAsync(1_000);
    expect(ends).toHaveLength(2);
  });

  it.each(['a pause', 'a round'])('none begins after a stop in %s', async (when) => {
    const { work, ends } = held();
    const rounds = new Rounds({ work, everyMs: 10 });
    rounds.start();
    if (when === 'a pause') ends[0]!();
    await jest.advanceTimersByTimeAsync(5);
    const stopped = rounds.stop();
    ends[0]!();
    await stopped;
    rounds.soon(1);
    rounds.later(1);
    rounds.start();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(ends).toHaveLength(1);
    expect(rounds.stopped).toBe(true);
  });

  it('a stop waits for the round that is under way, but not for one that hangs', async () => {
    const { work, ends } = held();
    const rounds = new Rounds({ work });
    rounds.start();
    const told: string[] = [];
    void rounds.stop().then(() => told.push('stopped'));
    await jest.advanceTimersByTimeAsync(999);
    expect(told).toEqual([]);
    await jest.advanceTimersByTimeAsync(1);
    expect(told).toEqual(['stopped']);
    expect(ends).toHaveLength(1);
  });
});
