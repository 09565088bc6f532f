/**
 * May one of some texts stand in another one, or begin at a place in it? A bit for the first three letters and one for
 * the first five answer nearly always, in memory that stays near the processor however few or many texts there are;
 * "no" is certain.
 */
import { hashNext, hashOf, POWERS, type Folded } from '../fold/fold.js';
import { spread } from './hash-table.js';

const GRAM = 3;
const STEM = 5;
const GRAM_BITS = 15;
const GRAM_POWER = POWERS[GRAM]!;
const OF_SHORT = 1;
/** Bits a text in the set of beginnings of five letters. */
const BITS_A_STEM = 32;
const LEAST_BITS = 10;
const MOST_BITS = 22;

export class InsideScreen {
  /** what begins with three letters of this hash, two bits each: texts of no more than four letters, longer ones */
  readonly #grams = new Uint32Array(1 << (GRAM_BITS - 4));
  readonly #stems: Uint32Array;
  readonly #stemShift: number;

  /** @param texts their letters; those of fewer than three are not looked for */
  constructor(texts: readonly Uint16Array[]) {
    const bits = Math.min(MOST_BITS, Math.max(LEAST_BITS, Math.ceil(Math.log2(texts.length * BITS_A_STEM + 1))));
    this.#stems = new Uint32Array(1 << (bits - 5));
    this.#stemShift = 32 - bits;
    for (const codes of texts) {
      if (codes.length < GRAM) continue;
      let hash = 0;
      for (let at = 0; at < GRAM; at++) hash = hashNext(hash, codes[at]!);
      put(this.#grams, ((spread(hash) >>> (32 - GRAM_BITS)) << 1) + (codes.length < STEM ? 0 : 1));
      if (codes.length < STEM) continue;
      for (let at = GRAM; at < STEM; at++) hash = hashNext(hash, codes[at]!);
      put(this.#stems, spread(hash) >>> this.#stemShift);
    }
  }

  /** The first place from `from` on where one of them may begin, or -1. */
  next(text: Folded, from: number): number {
    const { length, hashes } = text;
    const grams = this.#grams;
    for (let start = from; start + GRAM <= length; start++) {
      const gram = spread((hashes[start + GRAM]! - Math.imul(hashes[start]!, GRAM_POWER)) | 0) >>> (32 - GRAM_BITS);
      const begun = (grams[gram >>> 4]! >>> ((gram & 15) << 1)) & 3;
      if (begun === 0) continue;
      if ((begun & OF_SHORT) !== 0) return start;
      if (start + STEM <= length && has(this.#stems, spread(hashOf(text, start, start + STEM)) >>> this.#stemShift))
        return start;
    }
    return -1;
  }
}

/** May one of some texts, of four letters or more, stand at the end of another one? "No" is certain. */
export class EndScreen {
  readonly #ends = new Uint32Array(1 << (GRAM_BITS - 5));

  constructor(texts: readonly Uint16Array[]) {
    for (const codes of texts) {
      if (codes.length < END) continue;
      let hash = 0;
      for (let at = codes.length - END; at < codes.length; at++) hash = hashNext(hash, codes[at]!);
      put(this.#ends, spread(hash) >>> (32 - GRAM_BITS));
    }
  }

  mayEnd(text: Folded): boolean {
    return (
      text.length >= END && has(this.#ends, spread(hashOf(text, text.length - END, text.length)) >>> (32 - GRAM_BITS))
    );
  }
}
const END = 4;

function put(set: Uint32Array, bit: number): void {
  set[bit >>> 5] = set[bit >>> 5]! | (1 << (bit & 31));
}

function has(set: Uint32Array, bit: number): boolean {
  return ((set[bit >>> 5]! >>> (bit & 31)) & 1) !== 0;
}
