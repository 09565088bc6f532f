/**
 * Which letters, and how many of them, a text must have to resemble one of a few names in any view: a text that
 * contains a name has all of its letters, and one within k slips, as a whole or in part, all but at most k. Nearly all
 * strangers' names are rejected here, before anything else is done; "no" is definite.
 */
import { slipsFor } from './near-keys.js';
import type { Texts } from './texts.js';

const bitOf = (letter: string) => 1 << (letter.charCodeAt(0) & 31);
const [C, D, L, M, N, V, W] = [...'cdlmnvw'].map(bitOf) as [number, number, number, number, number, number, number];

/** A name in the screen. */
interface Entry {
  letters: number;
  length: number;
  slips: number;
}

export class LetterScreen {
  /** if lacking one letter implies lacking another, only one of them */
  readonly #letters: Int32Array;
  readonly #slips: Uint8Array;
  /** the minimum number of letters of a text that resembles the name */
  readonly #least: Uint16Array;

  /**
   * @param ids the names
   * @param longest names with more letters are not searched with slips
   */
  constructor(texts: Texts, ids: readonly number[], longest: number) {
    const all = ids.map((id) => {
      const length = texts.lengthOf(id);
      return { letters: texts.sets[id]!, length, slips: length > longest ? 0 : slipsFor(length) };
    });
    const kept: Entry[] = [];
    for (const each of [...all].sort((a, b) => bitCount(a.letters) - bitCount(b.letters)))
      if (!kept.some((other) => covers(other, each))) kept.push(each);
    this.#letters = Int32Array.from(kept, ({ letters }) => letters);
    this.#slips = Uint8Array.from(kept, ({ slips }) => slips);
    this.#least = Uint16Array.from(kept, ({ length, slips }) => length - slips);
  }

  /** Whether a text with these letters (see `Folded.letterSet`), or part of it, may resemble a name. */
  mayResemble(letters: number, length: number): boolean {
    const lacking = ~withDrawn(letters);
    const names = this.#letters;
    for (let entry = 0; entry < names.length; entry++)
      if (length >= this.#least[entry]! && isWithin(names[entry]! & lacking, this.#slips[entry]!)) return true;
    return false;
  }
}

/** Adjacent letters may be contracted: rn, nn for m, vv for w, cl for d. */
function withDrawn(letters: number): number {
  return (
    letters | ((letters & N) !== 0 ? M : 0) | ((letters & V) !== 0 ? W : 0) | ((letters & (C | L)) === (C | L) ? D : 0)
  );
}

/** Whether every text that may resemble the one name satisfies `other`. */
function covers(other: Entry, one: Entry): boolean {
  return (
    (other.letters & ~one.letters) === 0 &&
    other.slips >= one.slips &&
    other.length - other.slips <= one.length - one.slips
  );
}

/** Whether at most this many bits are set. */
function isWithin(bits: number, most: number): boolean {
  let rest = bits;
  for (let left = most; rest !== 0 && left > 0; left--) rest &= rest - 1;
  return rest === 0;
}

function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
