import { expect, it } from '@jest/globals';
import { nearestProtections, protectionNamed } from '../../src/protections/table.js';

it.each([
  ['BasicFlooding', 'BasicFlooding'],
  ['basic_flooding_protection', 'BasicFlooding'],
  ['WordListProtection', 'WordList'],
])('%s is a name of %s', (said, name) => {
  expect(protectionNamed(said)?.name).toBe(name);
});

it.each([
  ['BasicFloodingProtectio', 'BasicFlooding'],
  ['MessageIsVioce', 'MessageIsVoice'],
  ['wordlst', 'WordList'],
])('the name nearest to %s is %s', (said, name) => {
  expect(protectionNamed(said)).toBeUndefined();
  expect(nearestProtections(said)[0]).toBe(name);
});

it('nothing is near to a word that is far from all of them', () => {
  expect(nearestProtections('zzzzzzzzzzzz')).toEqual([]);
});
