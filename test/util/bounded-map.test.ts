import { describe, expect, it } from '@jest/globals';
import { BoundedMap, BoundedSet } from '../../src/util/bounded-map.js';

describe('memory with a limit', () => {
  it('lets the oldest go, and a key that is set again is the newest', () => {
    const map = new BoundedMap<string, number>(3);
    for (const [key, value] of Object.entries({ a: 1, b: 2, c: 3 })) map.set(key, value);
    map.set('a', 4).set('d', 5);
    expect([...map]).toEqual([
      ['c', 3],
      ['a', 4],
      ['d', 5],
    ]);
  });

  it('a flood of other keys costs one who is active nothing', () => {
    const set = new BoundedSet<string>(100);
    for (let at = 0; at < 10_000; at++) set.add('active').add(`flood${at}`);
    expect(set.has('active')).toBe(true);
    expect(set.size).toBe(100);
  });
});
