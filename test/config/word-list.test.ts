import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { WordList } from '../../src/config/word-list.js';

const word = fc.string({ unit: fc.constantFrom('a', 'b', 'é', 'я', '-', '銀'), minLength: 1, maxLength: 4 });

describe('a list of words', () => {
  it('holds what a set of the same words holds, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 40 }),
        fc.array(word, { maxLength: 20 }),
        fc.constantFrom(' ', '\n', '\r\n', '  \n'),
        (words, others, between) => {
          const list = new WordList(words.join(between));
          const set = new Set(words);
          for (const each of [...words, ...others]) expect([each, list.has(each)]).toEqual([each, set.has(each)]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('holds no part of a word, no two words, and not nothing', () => {
    const list = new WordList('alpha beta\ngamma');
    expect(['alpha', 'beta', 'gamma'].every((each) => list.has(each))).toBe(true);
    expect(['', 'alph', 'lpha', 'alpha beta', 'alpha ', ' alpha', 'delta'].some((each) => list.has(each))).toBe(false);
    expect(new WordList('').has('alpha')).toBe(false);
  });

  it('holds each name that comes with Heimdall', () => {
    const text = readFileSync(new URL('../../rules/names.txt', import.meta.url), 'utf8');
    const list = new WordList(text);
    const words = text.split(/\s+/).filter((each) => each !== '');
    expect(words.filter((each) => !list.has(each))).toEqual([]);
    expect(words.filter((each) => list.has(`${each}qx`) || list.has(`qx${each}`))).toEqual([]);
  });
});
