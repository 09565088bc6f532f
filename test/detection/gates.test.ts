import { expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { Folded, recount } from '../../src/detection/fold/folded.js';
import { END } from '../../src/detection/index/near-keys.js';
import { askLong, askShort, Gates } from '../../src/detection/index/near-questions.js';
import { Postings } from '../../src/detection/index/postings.js';

const codesOf = (text: string) => Uint16Array.from(text, (unit) => unit.charCodeAt(0));

/** Every key counts as filed, so that the gates alone decide. */
const everything = new Postings(Int32Array.of(1), Int32Array.of(0), () => 0);
everything.bits.fill(-1);

const letters = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnop'), minLength: 5, maxLength: 30 });
const three = fc.uniqueArray(fc.nat(4), { minLength: 3, maxLength: 3 }).map((at) => at.sort((a, b) => a - b));

it('a text whose beginning and end are refused has no key, whichever three letters of them are known', () => {
  let refused = 0;
  fc.assert(
    fc.property(letters, three, fc.boolean(), fc.integer({ min: 1, max: 255 }), (text, picks, isEnd, kind) => {
      const gates = new Gates();
      const part = isEnd ? text.slice(-5) : text.slice(0, 5);
      const known = codesOf(picks.map((at) => part[at]).join(''));
      if (isEnd) gates.addTail(known, kind);
      else gates.addHead(known, kind);
      const folded = new Folded();
      folded.codes.set(codesOf(text));
      folded.length = text.length;
      recount(folded);
      if (gates.mayHaveKeys(folded.codes, 0, text.length)) return;
      refused++;
      const short = askShort(folded, 0, text.length, gates, everything);
      const long = text.length > END ? askLong(folded, 0, text.length, gates, everything) : 0;
      expect([short, long]).toEqual([0, 0]);
    }),
    { numRuns: 5000 },
  );
  expect(refused).toBeGreaterThan(500);
});
