import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { randomOf } from '../../bench/detection/attacks.js';
import { fold } from '../../src/detection/fold/fold.js';
import { Folded, hashOf, recount } from '../../src/detection/fold/folded.js';
import { NearIndex } from '../../src/detection/index/near.js';
import { slipsFor } from '../../src/detection/index/near-keys.js';
import { OsaQuery, osaBanded } from '../../src/detection/index/osa.js';
import { Spans } from '../../src/detection/index/spans.js';
import { hashOfCodes, Texts } from '../../src/detection/index/texts.js';

function codesOf(text: string): Uint16Array {
  return Uint16Array.from(text.split(''), (unit) => unit.charCodeAt(0));
}

function foldedOf(text: string): Folded {
  const folded = new Folded();
  folded.length = text.length;
  folded.codes.set(codesOf(text));
  recount(folded);
  return folded;
}

/** Optimal string alignment as the textbook has it. */
function osa(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, row) =>
    Array.from({ length: b.length + 1 }, (_, column) => (row === 0 ? column : column === 0 ? row : 0)),
  );
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      let cost = Math.min(
        rows[i - 1]![j]! + 1,
        rows[i]![j - 1]! + 1,
        rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, rows[i - 2]![j - 2]! + 1);
      rows[i]![j] = cost;
    }
  }
  return rows[a.length]![b.length]!;
}

const word = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd', 'я'), minLength: 1, maxLength });
/** A word and another that is a few random slips away from it. */
const nearPair = fc
  .tuple(
    word(20),
    fc.array(
      fc.tuple(fc.nat(), fc.constantFrom('insert', 'delete', 'replace', 'swap'), fc.constantFrom('a', 'b', 'e')),
      { maxLength: 4 },
    ),
  )
  .map(([text, slips]) => {
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
    fc.assert(
      fc.property(nearPair, fc.integer({ min: 0, max: 4 }), ([a, b], bound) => {
        const expected = Math.min(osa(a, b), bound + 1);
        query.prepare(codesOf(a), a.length);
        expect(query.distance(codesOf(b), bound)).toBe(expected);
        expect(osaBanded(codesOf(a), a.length, codesOf(b), b.length, bound)).toBe(expected);
      }),
      { numRuns: 2000 },
    );
  });

  it('is right for texts longer than a machine word', () => {
    const query = new OsaQuery();
    fc.assert(
      fc.property(word(80), nearPair, (long, [a, b]) => {
        query.prepare(codesOf(long + a), long.length + a.length);
        expect(query.distance(codesOf(long + b), 3)).toBe(Math.min(osa(long + a, long + b), 4));
      }),
      { numRuns: 300 },
    );
  });
});

describe('the hashes of a folded text', () => {
  it('are those of its parts', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 3, maxLength: 40 }), fc.nat(), fc.nat(), (text, one, other) => {
        const folded = fold(text, new Folded());
        fc.pre(folded.length > 2);
        const [first, second] = [one % folded.length, other % folded.length].sort((a, b) => a - b) as [number, number];
        const codes = folded.codes.slice(0, folded.length);
        expect(hashOf(folded, first, second)).toBe(hashOfCodes(codes, first, second));
      }),
    );
  });
});

const SLIPPED = [
  ['by deletion and by their ends', 0, 0],
  ['behind a look at how the text begins and ends', 0, 1000],
  ['when they are few', 1000, 1000],
  ['at the border between the two', 8, 1000],
] as const;

function indexOf(names: readonly string[], few: number, sparse: number): { near: NearIndex; texts: Texts } {
  const texts = new Texts();
  const near = new NearIndex(texts, few, sparse);
  for (const name of names) near.add(texts.add(codesOf(name)));
  return { near, texts };
}

function findNear({ near, texts }: ReturnType<typeof indexOf>, query: string): string[] {
  const found: number[] = [];
  near.find(foldedOf(query), found);
  return found.map((id) => String.fromCharCode(...texts.letters(id))).sort();
}

const bruteForce = (names: Iterable<string>, query: string) =>
  [...new Set(names)].filter((name) => slipsFor(name.length) > 0 && osa(query, name) <= slipsFor(name.length)).sort();

describe('the index of names', () => {
  it.each(SLIPPED)('finds by slips exactly what comparing with every name finds, %s', (_, few, sparse) => {
    fc.assert(
      fc.property(fc.array(nearPair, { minLength: 1, maxLength: 30 }), word(20), (pairs, stranger) => {
        const names = pairs.map(([name]) => name);
        const index = indexOf(names, few, sparse);
        for (const query of [...pairs.map(([, text]) => text), stranger])
          if (query !== '') expect(findNear(index, query)).toEqual(bruteForce(names, query));
      }),
      { numRuns: 1000 },
    );
  });

  it('finds every way to slip twice in names of 3 to 12 letters, and three times in longer ones', () => {
    const random = randomOf(7);
    const letter = () => 'abcd'[Math.floor(random() * 4)]!;
    for (let length = 3; length <= 15; length++) {
      const names = Array.from({ length: 40 }, () => Array.from({ length }, letter).join(''));
      const index = indexOf(names, 0, 1000);
      for (let round = 0; round < 400; round++) {
        let query = names[round % names.length]!;
        for (let slip = 0; slip < slipsFor(length); slip++)
          query = slipped(query, Math.floor(random() * 4), Math.floor(random() * query.length), letter());
        expect([query, findNear(index, query)]).toEqual([query, bruteForce(names, query)]);
      }
    }
  });

  it('finds every name that stands inside a text, at every place, and no other', () => {
    fc.assert(
      fc.property(
        fc.array(word(40), { minLength: 1, maxLength: 10 }),
        fc.array(word(8), { maxLength: 4 }),
        fc.array(fc.nat(20), { maxLength: 6 }),
        word(30),
        (names, others, picks, rest) => {
          const texts = new Texts();
          for (const name of names) texts.addInside(texts.add(codesOf(name)));
          for (const other of others) texts.add(codesOf(other));
          const text = picks.map((pick) => names[pick % names.length]).join(rest.slice(0, 3)) + rest;
          const found = new Spans();
          texts.inside(foldedOf(text), found);
          const expected: string[] = [];
          for (const name of new Set(names))
            for (let at = 0; name.length > 2 && (at = text.indexOf(name, at)) >= 0; at++)
              expected.push(`${name} ${at} ${at + name.length}`);
          expect(
            Array.from(
              { length: found.count },
              (_, index) =>
                `${String.fromCharCode(...texts.letters(found.ids[index]!))} ${found.starts[index]!} ${found.ends[index]!}`,
            ).sort(),
          ).toEqual(expected.sort());
        },
      ),
      { numRuns: 500 },
    );
  });

  it('says which name a text is, and that another is none', () => {
    const texts = new Texts();
    const id = texts.add(codesOf('server'));
    expect(texts.add(codesOf('server'))).toBe(id);
    expect(texts.exact(foldedOf('server'))).toBe(id);
    expect(texts.exact(foldedOf('serven'))).toBe(-1);
    expect(texts.exact(foldedOf('my server'), 3, 9)).toBe(id);
  });
});

/** One slip: a letter put in, left out, replaced, or swapped with the next. */
function slipped(text: string, kind: number, at: number, letter: string): string {
  const [before, after] = [text.slice(0, at), text.slice(at)];
  return [
    before + letter + after,
    before + after.slice(1),
    before + letter + after.slice(1),
    before + after.slice(1, 2) + after.slice(0, 1) + after.slice(2),
  ][kind]!;
}
