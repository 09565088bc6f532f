import { describe, expect, it } from '@jest/globals';
import { Pace } from '../../src/actions/pace.js';

const attempts = (pace: Pace, ms: number, times: number): boolean[] =>
  Array.from({ length: times }, () => pace.note(ms)).filter(Boolean);

describe('how many lanes may run at once', () => {
  it('is the usual number until the homeserver has answered quickly several times, and told of once', () => {
    const pace = new Pace(16, 56);
    expect([attempts(pace, 5, 5), pace.lanes]).toEqual([[], 16]);
    expect([attempts(pace, 5, 100), pace.lanes]).toEqual([[true], 56]);
  });

  it('goes back when answers take longer, not for a single one that does', () => {
    const pace = new Pace(16, 56);
    attempts(pace, 5, 100);
    pace.note(60_000);
    expect(pace.lanes).toBe(56);
    attempts(pace, 80, 100);
    expect(pace.lanes).toBe(16);
    expect([attempts(pace, 40, 1_000), pace.lanes]).toEqual([[], 16]);
  });

  it('goes back at once when the homeserver asks for a pause', () => {
    const pace = new Pace(16, 56);
    attempts(pace, 5, 100);
    pace.slowDown();
    expect([pace.lanes, attempts(pace, 5, 10)]).toEqual([16, []]);
  });

  it('stays as it was set', () => {
    const pace = new Pace(2, 2);
    attempts(pace, 1, 100);
    expect(pace.lanes).toBe(2);
  });
});
