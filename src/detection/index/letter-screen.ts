/**
 * Which letters a text must have, and how many, to resemble any of few names in whatever view: a name that stands in it
 * gives it all of its letters, and one that is k slips away, from the text or any part of it, all but k at most. Nearly
 * all names of strangers end here, before anything else is asked; "no" is certain.
 */
import { slipsFor } from './near-keys.js';
import type { Texts } from './texts.js';

const bitOf = (letter: string) => 1 << (letter.charCodeAt(0) & 31);
const [C, D, L, M, N, V, W] = [...'cdlmnvw'].map(bitOf) as [number, number, number, number, number, number, number];

/** A name as the screen knows it. */
interface Entry {
  letters: number;
  length: number;
  slips: number;
}

export class LetterScreen {
  /** of those that any text in question lacks whenever it lacks another one, that other one alone */
  readonly #letters: Int32Array;
  readonly #slips: Uint8Array;
  /** with fewer letters than so many nothing resembles the name */
  readonly #least: Uint16Array;

  /**
   * @param ids the names
   * @param longest names of more letters are not searched for with slips
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

  /** May a text of these letters (see `Folded.letterSet`), or any part of it, resemble a name? */
  mayResemble(letters: number, length: number): boolean {
    const lacking = ~withDrawn(letters);
    const names = this.#letters;
    for (let entry = 0; entry < names.length; entry++)
      if (length >= this.#least[entry]! && isWithin(names[entry]! & lacking, this.#slips[entry]!)) return true;
    return false;
  }
}

/** Letters side by side may be drawn together: rn, nn for m, vv for w, cl for d. */
function withDrawn(letters: number): number {
  return (
    letters | ((letters & N) !== 0 ? M : 0) | ((letters & V) !== 0 ? W : 0) | ((letters & (C | L)) === (C | L) ? D : 0)
  );
}

/** Does every text that may resemble the one name have what `other` asks for? */
function covers(other: Entry, one: Entry): boolean {
  return (
    (other.letters & ~one.letters) === 0 &&
    other.slips >= one.slips &&
    other.length - other.slips <= one.length - one.slips
  );
}

/** Are there no more than so many bits? */
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
