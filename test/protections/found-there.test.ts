import { expect, it } from '@jest/globals';
import { FoundThere } from '../../src/protections/found-there.js';

it('says since when people are there, to the second, before and after it was first asked', () => {
  const found = new FoundThere();
  found.add('@a:x', 1_796_000_000_999);
  found.add('@b:x', 5_000);
  found.add('@b:x', 7_000);
  expect([found.since('@a:x'), found.since('@b:x'), found.since('@c:x')]).toEqual([
    1_796_000_000_000,
    7_000,
    undefined,
  ]);
  found.add('@c:x', 9_000);
  found.delete('@a:x');
  expect([found.since('@a:x'), found.since('@c:x')]).toEqual([undefined, 9_000]);
});
