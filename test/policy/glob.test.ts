import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { compileGlob, globCovers, isGlob } from '../../src/policy/index.js';
import { canonicalGlob } from '../../src/policy/glob.js';
import { naiveGlob } from './oracle.js';
import { growth } from '../support/effort.js';

const matches = (pattern: string, text: string) => compileGlob(pattern).test(text);
const symbols = (...units: string[]) => fc.string({ unit: fc.constantFrom(...units), maxLength: 8 });

describe('a glob', () => {
  it.each([
    ['*', '', true],
    ['*', 'a\nb', true],
    ['?', '', false],
    ['?', '\n', true],
    ['?', 'ab', false],
    ['a*', 'a', true],
    ['a*', 'ba', false],
    ['*a', 'ba', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['*spam*', '@spam:x', true],
    ['*spam*', '@spa:m', false],
    ['a*b*c', 'aXXbYYc', true],
    ['a*b*c', 'aXXcYYb', false],
    ['*a?', 'aab', true],
    ['*a?b', 'aab', true],
    ['*ab*ab', 'abab', true],
    ['*ab*ab', 'ab', false],
    ['@*:evil.test', '@a:b:evil.test', true],
    ['abc', 'abc', true],
    ['abc', 'ABC', false],
    ['abc', 'abcd', false],
    ['', '', true],
    ['', 'a', false],
  ])('%j says of %j: %j', (pattern, text, expected) => {
    expect(matches(pattern, text)).toBe(expected);
  });

  it('reads `?` as exactly one code point, also beyond U+FFFF and as half a pair', () => {
    expect(matches('?', '😀')).toBe(true);
    expect(matches('??', '😀')).toBe(false);
    expect(matches('a?b', 'a😀b')).toBe(true);
    expect(matches('?', '\ud83d')).toBe(true);
    expect(matches('??', 'e\u0301')).toBe(true);
    expect(matches('?', 'e\u0301')).toBe(false);
  });

  it('never finds half a character inside a whole one', () => {
    expect(matches('*\ude00', '😀')).toBe(false);
    expect(matches('\ud83d*', '😀')).toBe(false);
    expect(matches('*\ude00*', 'a😀b')).toBe(false);
    expect(matches('*\ude00', 'a\ude00')).toBe(true);
  });

  it('gives every other character no meaning: no classes, no escapes, no anchors', () => {
    for (const text of ['[ab]', '\\', '{a,b}', '^', '$', '.', '+', '(', '|']) {
      expect(matches(text, text)).toBe(true);
    }
    expect(matches('[ab]', 'a')).toBe(false);
    expect(matches('.', 'a')).toBe(false);
    expect(matches('\\*', '*')).toBe(false);
    expect(matches('\\*', '\\anything')).toBe(true);
  });

  it('normalises nothing and trims nothing', () => {
    expect(matches('\u00e9*', 'e\u0301')).toBe(false);
    expect(matches(' a*', 'a')).toBe(false);
    expect(matches('a*', ' a')).toBe(false);
    expect(matches('*a', 'a ')).toBe(false);
  });

  it('agrees with trying everything', () => {
    fc.assert(
      fc.property(
        symbols('a', 'b', '*', '?', '😀', '\ud83d', '\n'),
        symbols('a', 'b', '😀', '\ude00', '\ud83d', '\n'),
        (pattern, text) => {
          expect(matches(pattern, text)).toBe(naiveGlob([...pattern], [...text]));
        },
      ),
      { numRuns: 5000 },
    );
  });

  it('means the same in its canonical form', () => {
    fc.assert(
      fc.property(symbols('a', '*', '?'), symbols('a', 'b'), (pattern, text) => {
        expect(matches(canonicalGlob(pattern), text)).toBe(naiveGlob([...pattern], [...text]));
      }),
    );
    expect(canonicalGlob('a**?*b?*?')).toBe('a?*b??*');
  });

  it.each([
    ['many stars', '*a'.repeat(120) + '*b'],
    ['stars and question marks', '*?a'.repeat(80) + 'b'],
    ['one long piece', `*${'a?'.repeat(100)}b*`],
    ['only stars', '*'.repeat(60_000)],
    ['very long', `*${'a'.repeat(60_000)}*`],
    ['question marks', '?'.repeat(254) + 'b'],
  ])('answers in the time that the length of an entity asks for: %s', (_name, pattern) => {
    const glob = compileGlob(pattern);
    expect(growth((length) => glob.test('a'.repeat(length)), 500, 16_000)).toBeLessThan(300);
  });

  it('is told from a literal by its wildcards', () => {
    expect([isGlob('a*'), isGlob('a?'), isGlob('a'), isGlob('[a]')]).toEqual([true, true, false, false]);
  });
});

describe('globCovers', () => {
  const covers = (wide: string, narrow: string) => globCovers(compileGlob(wide), compileGlob(narrow));

  it.each([
    ['*', 'a', true],
    ['*', '*a*', true],
    ['*.evil', 'a.evil', true],
    ['*.evil', '*.b.evil', true],
    ['*.b.evil', '*.evil', false],
    ['?*', '*a', true],
    ['*?', 'a*', true],
    ['?', '*', false],
    ['?', '??', false],
    ['a*', 'a?', true],
    ['a?', 'a*', false],
    ['*a*', '?a?', true],
    ['*a*b*', 'a*b', true],
    ['*ab*', 'a*b', false],
    ['a*b', 'a*b', true],
    ['a**b', 'a*b', true],
    ['*a?a*', '*aaa*', true],
    ['a', 'b', false],
  ])('%j covers %j: %j', (wide, narrow, expected) => {
    expect(covers(wide, narrow)).toBe(expected);
  });

  it('is right about every pair of short globs: compared with all texts that could tell them apart', () => {
    // `x` stands in no pattern, so only wildcards read it
    const texts = textsUpTo(6, ['a', 'b', 'x']);
    fc.assert(
      fc.property(
        symbols('a', 'b', '*', '?').filter((p) => p.length <= 5),
        symbols('a', 'b', '*', '?').filter((p) => p.length <= 4),
        (wide, narrow) => {
          const [w, n] = [compileGlob(wide), compileGlob(narrow)];
          const refuted = texts.some((text) => n.test(text) && !w.test(text));
          if (refuted) expect(globCovers(w, n)).toBe(false);
          // up to six letters tell apart globs of five and four symbols, of which each star needs one letter more at
          // most
          else if (wide.length + narrow.length <= 6) expect(globCovers(w, n)).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('gives up, and says no, rather than to take long', () => {
    const wide = compileGlob(`*${'a?'.repeat(3000)}*`);
    expect(globCovers(wide, compileGlob(`*${'a?'.repeat(3000)}b*`))).toBe(false);
  });
});

function textsUpTo(length: number, letters: readonly string[]): string[] {
  let last = [''];
  const all = [''];
  for (let size = 1; size <= length; size += 1) {
    last = last.flatMap((text) => letters.map((letter) => text + letter));
    all.push(...last);
  }
  return all;
}
