/**
 * All folded search texts, deduplicated and numbered, with two queries that do not scan all of them: which one equals a
 * given text, and which ones occur inside it.
 *
 * Inside: at each position, the next three letters give the lengths of names that start with them; longer ones are
 * filtered by their first five letters; the rest is looked up in full. Nearly every position ends at the first step,
 * with one byte of memory.
 */
import { hashNext, hashOf, type Folded } from '../fold/folded.js';
import { HashTable, spread } from './hash-table.js';
import type { Spans } from './spans.js';

const GRAM = 3;
const STEM = 5;
const GRAM_BITS = 15;
const STEM_BITS = 17;
/** Lengths from here on share a bit, and such names are compared letter by letter. */
const LONG = 31;
/** Scripts in which two letters are a word start here. */
export const IDEOGRAPHS = 0x2e80;
const OF_THREE = 1;
const OF_FOUR = 2;
const LONGER = 4;

export class Texts {
  /** the letters of all texts, concatenated */
  #pool = new Uint16Array(1024);
  #ends: number[] = [];
  /** which letters each has, as `Folded.letterSet` */
  readonly sets: number[] = [];
  readonly #isInside: boolean[] = [];
  readonly #whole = new HashTable();
  /** what starts with three letters of this hash: names of three letters, of four, longer ones */
  readonly #grams = new Uint8Array(1 << GRAM_BITS);
  /** lengths of the names that start with five letters of this hash, one bit per length; bit 31: 31 and more */
  readonly #stems = new Uint32Array(1 << STEM_BITS);
  readonly #long = new HashTable();
  /** names of two ideographs (公式), by their two code units */
  readonly #pairs = new Map<number, number>();

  get size(): number {
    return this.#ends.length;
  }

  /** The letters of one; a view, valid until the next `add`. */
  letters(id: number): Uint16Array {
    return this.#pool.subarray(this.#startOf(id), this.#ends[id]);
  }

  lengthOf(id: number): number {
    return this.#ends[id]! - this.#startOf(id);
  }

  /** Adds a text (duplicates share one number) and returns its number. */
  add(codes: Uint16Array): number {
    const hash = hashOfCodes(codes, 0, codes.length);
    const known = this.#find(hash, codes, 0, codes.length);
    if (known >= 0) return known;
    const start = this.#startOf(this.size);
    while (start + codes.length > this.#pool.length) this.#grow();
    this.#pool.set(codes, start);
    this.#whole.add(hash, this.#ends.push(start + codes.length) - 1);
    this.#isInside.push(false);
    return this.sets.push(setOf(codes)) - 1;
  }

  /** Makes this one findable by `inside` (three letters or more, or two ideographs). */
  addInside(id: number): void {
    if (this.#isInside[id] === true) return;
    this.#isInside[id] = true;
    const codes = this.letters(id);
    if (codes.length === 2 && codes[0]! >= IDEOGRAPHS && codes[1]! >= IDEOGRAPHS)
      this.#pairs.set((codes[0]! << 16) | codes[1]!, id);
    if (codes.length < GRAM) return;
    const gram = slotOf(hashOfCodes(codes, 0, GRAM), GRAM_BITS);
    this.#grams[gram] =
      this.#grams[gram]! | (codes.length === GRAM ? OF_THREE : codes.length === STEM - 1 ? OF_FOUR : LONGER);
    if (codes.length < STEM) return;
    const stem = slotOf(hashOfCodes(codes, 0, STEM), STEM_BITS);
    this.#stems[stem] = this.#stems[stem]! | (1 << Math.min(codes.length, LONG));
    if (codes.length >= LONG) this.#long.add(hashOfCodes(codes, 0, LONG), id);
  }

  /** The one that equals the letters `from` to `to`, or -1. */
  exact(text: Folded, from = 0, to = text.length): number {
    return this.#find(hashOf(text, from, to), text.codes, from, to);
  }

  /** Sets `found` to all that occur in the text, by start position. */
  inside(text: Folded, found: Spans): void {
    found.count = 0;
    if (text.foreign && this.#pairs.size > 0) this.#pairsInside(text, found);
    const { length } = text;
    const grams = this.#grams;
    for (let start = 0; start + GRAM <= length; start++) {
      const begun = grams[slotOf(hashOf(text, start, start + GRAM), GRAM_BITS)]!;
      if (begun !== 0) this.#insideFrom(text, start, begun, found);
    }
  }

  /** Appends all that occur in the text from this letter on to `found`, except pairs of ideographs. */
  insideAt(text: Folded, start: number, found: Spans): void {
    if (start + GRAM > text.length) return;
    const begun = this.#grams[slotOf(hashOf(text, start, start + GRAM), GRAM_BITS)]!;
    if (begun !== 0) this.#insideFrom(text, start, begun, found);
  }

  #insideFrom(text: Folded, start: number, begun: number, found: Spans): void {
    if ((begun & OF_THREE) !== 0) this.#take(text, start, start + GRAM, found);
    if ((begun & OF_FOUR) !== 0 && start + GRAM < text.length) this.#take(text, start, start + GRAM + 1, found);
    if ((begun & LONGER) === 0 || start + STEM > text.length) return;
    let lengths = this.#stems[slotOf(hashOf(text, start, start + STEM), STEM_BITS)]!;
    if (lengths > 0x7fffffff) this.#longInside(text, start, found);
    lengths &= 0x7fffffff;
    while (lengths !== 0) {
      const size = 31 - Math.clz32(lengths & -lengths);
      lengths &= lengths - 1;
      if (start + size > text.length) return;
      this.#take(text, start, start + size, found);
    }
  }

  #take(text: Folded, start: number, end: number, found: Spans): void {
    const id = this.exact(text, start, end);
    if (id >= 0 && this.#isInside[id] === true) found.push(id, start, end);
  }

  #pairsInside({ codes, length }: Folded, found: Spans): void {
    for (let start = 0; start + 1 < length; start++) {
      if (codes[start]! < IDEOGRAPHS) continue;
      const pair = this.#pairs.get((codes[start]! << 16) | codes[start + 1]!);
      if (pair !== undefined) found.push(pair, start, start + 2);
    }
  }

  #longInside(text: Folded, start: number, found: Spans): void {
    if (start + LONG > text.length) return;
    const hash = hashOf(text, start, start + LONG);
    for (let entry = this.#long.first(hash); entry >= 0; entry = this.#long.after(entry)) {
      const id = this.#long.value(entry);
      const end = start + this.lengthOf(id);
      if (end <= text.length && this.#isAt(id, text.codes, start, end)) found.push(id, start, end);
    }
  }

  #startOf(id: number): number {
    return id === 0 ? 0 : this.#ends[id - 1]!;
  }

  #find(hash: number, codes: Uint16Array, from: number, to: number): number {
    for (let entry = this.#whole.first(hash); entry >= 0; entry = this.#whole.after(entry)) {
      const id = this.#whole.value(entry);
      if (this.#isAt(id, codes, from, to)) return id;
    }
    return -1;
  }

  #isAt(id: number, codes: Uint16Array, from: number, to: number): boolean {
    const start = this.#startOf(id);
    if (this.#ends[id]! - start !== to - from) return false;
    for (let index = from; index < to; index++) if (this.#pool[start + index - from] !== codes[index]) return false;
    return true;
  }

  #grow(): void {
    const larger = new Uint16Array(this.#pool.length * 2);
    larger.set(this.#pool);
    this.#pool = larger;
  }
}

export function hashOfCodes(codes: Uint16Array, from: number, to: number): number {
  let hash = 0;
  for (let index = from; index < to; index++) hash = hashNext(hash, codes[index]!);
  return hash;
}

function slotOf(hash: number, bits: number): number {
  return spread(hash) >>> (32 - bits);
}

function setOf(codes: Uint16Array): number {
  let set = 0;
  for (const code of codes) set |= 1 << (code & 31);
  return set;
}
