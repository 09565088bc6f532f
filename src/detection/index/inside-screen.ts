/**
 * Tells whether one of a set of texts may occur in another text, or start at a position in it. One bit for the first
 * three letters and one for the first five decide nearly always, in memory that stays in the processor's caches however
 * many texts there are; "no" is definite.
 */
import { hashNext, hashOf, type Folded } from '../fold/folded.js';
import { spread } from './hash-table.js';

const GRAM = 3;
const STEM = 5;
/** Three letters as one number of 15 bits: their classes modulo 32 side by side. */
const GRAM_MASK = 0x7fff;
const OF_SHORT = 1;
const OF_LONG = 2;
/** Bits per text in the set of five-letter prefixes. */
const BITS_A_STEM = 32;
const LEAST_BITS = 10;
const MOST_BITS = 22;

export class InsideScreen {
  /** what starts with these three letters: texts of up to four letters, longer ones */
  readonly #grams = new Uint8Array(GRAM_MASK + 1);
  readonly #stems: Uint32Array;
  readonly #stemShift: number;

  /** @param texts their letters; those with fewer than three are not searched */
  constructor(texts: readonly Uint16Array[]) {
    const bits = Math.min(MOST_BITS, Math.max(LEAST_BITS, Math.ceil(Math.log2(texts.length * BITS_A_STEM + 1))));
    this.#stems = new Uint32Array(1 << (bits - 5));
    this.#stemShift = 32 - bits;
    for (const codes of texts) {
      if (codes.length < GRAM) continue;
      const gram = gramAt(codes, 0);
      this.#grams[gram] = this.#grams[gram]! | (codes.length < STEM ? OF_SHORT : OF_LONG);
      if (codes.length < STEM) continue;
      let hash = 0;
      for (let at = 0; at < STEM; at++) hash = hashNext(hash, codes[at]!);
      put(this.#stems, spread(hash) >>> this.#stemShift);
    }
  }

  /** The first position from `from` on where one of them may start, or -1. */
  next(text: Folded, from: number): number {
    const { length, codes } = text;
    const grams = this.#grams;
    if (from + GRAM > length) return -1;
    let gram = ((codes[from]! & 31) << 5) | (codes[from + 1]! & 31);
    for (let end = from + GRAM; end <= length; end++) {
      gram = ((gram << 5) | (codes[end - 1]! & 31)) & GRAM_MASK;
      const begun = grams[gram]!;
      if (begun !== 0 && this.#isBegun(text, end - GRAM, begun)) return end - GRAM;
    }
    return -1;
  }

  /** Whether one of them may start at this position. */
  mayBegin(text: Folded, at: number): boolean {
    if (at + GRAM > text.length) return false;
    const begun = this.#grams[gramAt(text.codes, at)]!;
    return begun !== 0 && this.#isBegun(text, at, begun);
  }

  #isBegun(text: Folded, at: number, begun: number): boolean {
    return (
      (begun & OF_SHORT) !== 0 ||
      (at + STEM <= text.length && has(this.#stems, spread(hashOf(text, at, at + STEM)) >>> this.#stemShift))
    );
  }
}

/** Tells whether one of a set of texts of four letters or more may be the end of another text. "No" is definite. */
export class EndScreen {
  /** suffixes of texts of four letters, and of longer ones */
  readonly #short = new Uint32Array(1 << (END_BITS - 5));
  readonly #long = new Uint32Array(1 << (END_BITS - 5));

  constructor(texts: readonly Uint16Array[]) {
    for (const codes of texts) {
      const letters = Math.min(codes.length, LONG_END);
      if (letters < SHORT_END) continue;
      let hash = 0;
      for (let at = codes.length - letters; at < codes.length; at++) hash = hashNext(hash, codes[at]!);
      put(letters === SHORT_END ? this.#short : this.#long, spread(hash) >>> (32 - END_BITS));
    }
  }

  /** Only considers the letters `from` to `to`. */
  mayEnd(text: Folded, from = 0, to = text.length): boolean {
    const length = to - from;
    return (
      (length >= SHORT_END && has(this.#short, spread(hashOf(text, to - SHORT_END, to)) >>> (32 - END_BITS))) ||
      (length >= LONG_END && has(this.#long, spread(hashOf(text, to - LONG_END, to)) >>> (32 - END_BITS)))
    );
  }
}
const SHORT_END = 4;
const LONG_END = 5;
const END_BITS = 17;

function gramAt(codes: Uint16Array, at: number): number {
  return ((codes[at]! & 31) << 10) | ((codes[at + 1]! & 31) << 5) | (codes[at + 2]! & 31);
}

function put(set: Uint32Array, bit: number): void {
  set[bit >>> 5] = set[bit >>> 5]! | (1 << (bit & 31));
}

function has(set: Uint32Array, bit: number): boolean {
  return ((set[bit >>> 5]! >>> (bit & 31)) & 1) !== 0;
}
