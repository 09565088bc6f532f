import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Folded, hashPrefixes } from '../../src/detection/fold/fold.js';
import { OsaQuery, osaBanded } from '../../src/detection/index/osa.js';
import { slipsFor, StringIndex, type Inside } from '../../src/detection/index/string-index.js';

function codesOf(text: string): Uint16Array {
  return Uint16Array.from(text.split(''), (unit) => unit.charCodeAt(0));
}

function foldedOf(text: string): Folded {
  const folded = new Folded();
  folded.length = text.length;
  folded.codes.set(codesOf(text));
  hashPrefixes(folded);
  return folded;
}

/** Optimal string alignment as the textbook has it. */
function osa(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, row) => Array.from({ length: b.length + 1 }, (_, column) => (row === 0 ? column : column === 0 ? row : 0)));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min(rows[i - 1]![j]! + 1, rows[i]![j - 1]! + 1, rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, rows[i - 2]![j - 2]! + 1);
      rows[i]![j] = cost;
    }
  }
  return rows[a.length]![b.length]!;
}

const word = (maxLength: number) => fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', 'я'), minLength: 1, maxLength });
/** A word and another that is a few random slips away from it. */
const nearPair = fc.tuple(word(20), fc.array(fc.tuple(fc.nat(), fc.constantFrom('insert', 'delete', 'replace', 'swap'), fc.constantFrom('a', 'b', 'e')), { maxLength: 4 })).map(([text, slips]) => {
  const letters = [...text];
  for (const [place, kind, letter] of slips) {
    const at = place % (letters.length + 1);
    if (kind === 'insert') letters.splice(at, 0, letter);
    if (kind === 'delete') letters.splice(at, 1);
    if (kind === 'replace') letters.splice(at, 1, letter);
    if (kind === 'swap') letters.splice(at, 2, ...letters.slice(at, at + 2).reverse());
  }
  return [text, letters.join('')] as const;
});

describe('the bounded distance', () => {
  it('is the optimal string alignment distance up to the bound, and bound + 1 beyond', () => {
    const query = new OsaQuery();
    fc.assert(fc.property(nearPair, fc.integer({ min: 0, max: 4 }), ([a, b], bound) => {
      const expected = Math.min(osa(a, b), bound + 1);
      query.prepare(codesOf(a), a.length);
      expect(query.distance(codesOf(b), bound)).toBe(expected);
      expect(osaBanded(codesOf(a), a.length, codesOf(b), b.length, bound)).toBe(expected);
    }), { numRuns: 2000 });
  });

  it('is right for texts longer than a machine word', () => {
    const query = new OsaQuery();
    fc.assert(fc.property(word(80), nearPair, (long, [a, b]) => {
      query.prepare(codesOf(long + a), long.length + a.length);
      expect(query.distance(codesOf(long + b), 3)).toBe(Math.min(osa(long + a, long + b), 4));
    }), { numRuns: 300 });
  });
});

describe('the index of names', () => {
  it.each([['by pieces', 0], ['when they are few', 100], ['where some lengths are crowded', 2]])('finds by slips exactly what comparing with every name finds, %s', (_, few) => {
    fc.assert(fc.property(fc.array(nearPair, { minLength: 1, maxLength: 30 }), word(20), (pairs, stranger) => {
      const index = new StringIndex(few);
      for (const [name] of pairs) index.addNear(index.add(codesOf(name)));
      for (const query of [...pairs.map(([, text]) => text), stranger]) {
        if (query === '') continue;
        const found: number[] = [];
        index.near(foldedOf(query), found);
        const names = new Set(pairs.map(([name]) => name));
        const expected = [...names].filter((name) => slipsFor(name.length) > 0 && osa(query, name) <= slipsFor(name.length));
        expect(found.map((id) => String.fromCharCode(...index.text(id))).sort()).toEqual(expected.sort());
      }
    }), { numRuns: 1000 });
  });

  it('finds every name that stands inside a text, at every place', () => {
    fc.assert(fc.property(fc.array(word(40), { minLength: 1, maxLength: 10 }), fc.array(fc.nat(20), { maxLength: 6 }), word(30), (names, picks, rest) => {
      const index = new StringIndex();
      for (const name of names) index.addInside(index.add(codesOf(name)));
      const text = picks.map((pick) => names[pick % names.length]).join(rest.slice(0, 3)) + rest;
      const found: Inside[] = [];
      index.inside(foldedOf(text), found);
      const expected: string[] = [];
      for (const name of new Set(names)) for (let at = 0; name.length > 2 && (at = text.indexOf(name, at)) >= 0; at++) expected.push(`${name} ${at}`);
      expect(found.map(({ id, start }) => `${String.fromCharCode(...index.text(id))} ${start}`).sort()).toEqual(expected.sort());
    }), { numRuns: 500 });
  });

  it('says which name a text is, and that another is none', () => {
    const index = new StringIndex();
    const id = index.add(codesOf('server'));
    expect(index.add(codesOf('server'))).toBe(id);
    expect(index.exact(foldedOf('server'))).toBe(id);
    expect(index.exact(foldedOf('serven'))).toBe(-1);
    expect(index.exact(foldedOf('my server'), 3, 9)).toBe(id);
  });
});
