import { describe, expect, it } from '@jest/globals';
import { steadyClock } from '../../src/util/clock.js';

const DAY = 86_400_000;

function machine() {
  let [wall, elapsed] = [1_800_000_000_000, 5_000];
  const jumps: number[] = [];
  const clock = steadyClock(
    () => wall,
    () => elapsed,
    (ms) => void jumps.push(ms),
  );
  clock();
  return {
    clock,
    jumps,
    pass: (ms: number) => void ((wall += ms), (elapsed += ms)),
    set: (ms: number) => void (wall += ms),
    wall: () => wall,
  };
}

describe('the steady clock', () => {
  it('is the machine’s clock while that runs, small corrections included', () => {
    const { clock, pass, set, wall, jumps } = machine();
    for (const correction of [0, 1_000, -2_000, 200_000, -200_000]) {
      pass(60_000);
      set(correction);
      expect(clock()).toBe(wall());
    }
    expect(jumps).toEqual([]);
  });

  it('does not jump forward by days: no ban ends, no mail is given up', () => {
    const { clock, pass, set, jumps } = machine();
    const before = clock();
    set(10 * DAY);
    expect(clock()).toBe(before);
    pass(3_600_000);
    expect(clock() - before).toBeLessThan(1.2 * 3_600_000);
    set(-10 * DAY);
    pass(1_000);
    clock();
    expect(jumps).toHaveLength(1);
  });

  it('goes on when it is set back: what is due does not wait', () => {
    const { clock, pass, set } = machine();
    const before = clock();
    set(-DAY);
    pass(60_000);
    expect(clock() - before).toBeGreaterThan(50_000);
  });

  it('never goes back while a jump lasts, and is right again in the end', () => {
    for (const jump of [2 * 3_600_000, -2 * 3_600_000]) {
      const { clock, pass, set, wall } = machine();
      set(jump);
      let last = clock();
      for (let hour = 0; hour < 30; hour += 1) {
        pass(3_600_000);
        const now = clock();
        expect(now).toBeGreaterThan(last);
        last = now;
      }
      expect(clock()).toBe(wall());
    }
  });
});
