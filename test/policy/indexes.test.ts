import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { compileGlob, EntityIndex } from '../../src/policy/index.js';
import { GlobIndex } from '../../src/policy/glob-index.js';
import { hashOf } from './rules.js';

const WORDS = [
  '@spam',
  '@s',
  'spam',
  'bot',
  '1',
  '12',
  '123',
  ':matrix.org',
  ':evil.test',
  '.test',
  '@',
  'a',
  '😀',
  '\ud83d',
];
const text = fc.array(fc.constantFrom(...WORDS), { maxLength: 6 }).map((words) => words.join(''));
const pattern = fc
  .array(fc.constantFrom(...WORDS, '*', '*', '?'), { minLength: 1, maxLength: 6 })
  .map((words) => words.join(''));

describe('GlobIndex', () => {
  it('finds every glob that a long text matches, however many pieces of it are globs', () => {
    const name = Array.from({ length: 256 }, (_, at) => String.fromCharCode(0x4e00 + 7 * at)).join('');
    const patterns = new Set<string>();
    for (let at = 0; at < name.length; at++)
      for (let size = 1; size <= 6; size++) patterns.add(`*${name.slice(at, at + size)}*`);
    for (let size = 1; size <= 64; size++) patterns.add(`${name.slice(0, size)}*`).add(`*${name.slice(-size)}`);
    const index = new GlobIndex<string>();
    for (const each of patterns) {
      const glob = compileGlob(each);
      if (index.get(glob.canonical) === undefined) index.add(glob, glob.canonical);
    }
    const found: string[] = [];
    index.matches(name, (value) => found.push(value));
    expect(found).toHaveLength(index.size);
  });

  it('finds the globs that walking all of them finds, each once, also after many came and went', () => {
    fc.assert(
      fc.property(
        fc.array(pattern, { maxLength: 150 }),
        fc.array(fc.nat(149), { maxLength: 80 }),
        fc.array(text, { maxLength: 20 }),
        (patterns, gone, texts) => {
          const index = new GlobIndex<string>();
          const there = new Map<string, string>();
          for (const each of patterns) {
            const glob = compileGlob(each);
            if (index.get(glob.canonical) !== undefined) continue;
            index.add(glob, glob.canonical);
            there.set(glob.canonical, glob.canonical);
            index.observe(each);
          }
          for (const number of gone) {
            const canonical = compileGlob(patterns[number] ?? '').canonical;
            index.delete(canonical);
            there.delete(canonical);
          }
          expect(index.size).toBe(there.size);
          for (const each of texts) {
            const found: string[] = [];
            index.matches(each, (value) => found.push(value));
            expect(found.sort()).toEqual(
              [...there.keys()].filter((canonical) => compileGlob(canonical).test(each)).sort(),
            );
          }
        },
      ),
      { numRuns: 400 },
    );
  });

  it('looks at few globs of many', () => {
    const index = new GlobIndex<number>();
    for (let number = 0; number < 3000; number += 1) {
      for (const glob of [`@spam${number}*`, `@*:server${number}.evil`, `@*word${number}word*:matrix.org`])
        index.add(compileGlob(glob), number);
    }
    let looked = 0;
    for (let number = 0; number < 100; number += 1)
      index.candidates(`@someone${number * 7}:matrix.org`, () => {
        looked += 1;
      });
    expect(looked / 100).toBeLessThan(40);
  });

  it('stays right, and looks at few globs, when thousands came and went', () => {
    const index = new GlobIndex<number>();
    const shapes = (number: number) => [`@spam${number}*`, `@*:server${number}.evil`, `@*word${number}*:matrix.org`];
    for (let number = 0; number < 6000; number += 1) {
      for (const glob of shapes(number)) index.add(compileGlob(glob), number);
      if (number >= 50) for (const glob of shapes(number - 50)) index.delete(glob);
    }
    let looked = 0;
    for (let number = 5900; number < 6000; number += 1) {
      const found: number[] = [];
      for (const text of [`@spam${number}x:a`, `@x:server${number}.evil`, `@1word${number}2:matrix.org`]) {
        index.matches(text, (value) => found.push(value));
        index.candidates(text, () => {
          looked += 1;
        });
      }
      expect(found).toEqual(number < 5950 ? [] : [number, number, number]);
    }
    expect(looked).toBeLessThan(600);
  });

  it('is not made deep or slow by long pieces that are alike', () => {
    const index = new GlobIndex<number>();
    const long = 'a'.repeat(20_000);
    for (let number = 0; number < 30; number += 1) index.add(compileGlob(`${long}${number}*x${number}*y`), number);
    const found: number[] = [];
    index.matches(`${long}7-x7-y`, (value) => found.push(value));
    expect(found).toEqual([7]);
  });
});

describe('EntityIndex', () => {
  it('finds whom a rule means, as asking everybody does, also after people left', () => {
    fc.assert(
      fc.property(fc.array(text), fc.array(text), fc.array(fc.oneof(pattern, text)), (come, go, rules) => {
        const index = new EntityIndex();
        const there = new Set(come);
        for (const entity of come) index.add(entity);
        if (come[0] !== undefined)
          expect(index.matching({ entity: undefined, sha256: hash(come[0]) })).toEqual([come[0]]);
        for (const entity of go) {
          index.delete(entity);
          there.delete(entity);
        }
        expect(index.size).toBe(there.size);
        for (const entity of rules) {
          expect(index.matching({ entity, sha256: undefined }).sort()).toEqual(
            [...there].filter((each) => compileGlob(entity).test(each)).sort(),
          );
          expect(index.matching({ entity: undefined, sha256: hash(entity) })).toEqual(
            there.has(entity) ? [entity] : [],
          );
        }
      }),
      { numRuns: 300 },
    );
  });
});

function hash(entity: string): string {
  return Buffer.from(hashOf(entity), 'hex').toString('base64').slice(0, 43);
}
