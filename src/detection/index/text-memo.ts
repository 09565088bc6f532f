/**
 * A cache of results for short texts. Bounded (newer texts replace older ones) and compared character by character, so
 * it never changes a result.
 */
import { spread } from './hash-table.js';

const PLACES = 2048;
/** Longer texts are not cached. */
const LONGEST = 24;

export class TextMemo {
  readonly #units = new Uint16Array(PLACES * LONGEST);
  readonly #lengths = new Uint8Array(PLACES);
  readonly #answers = new Uint8Array(PLACES);

  /** The slot for a text with this hash. */
  placeOf(hash: number): number {
    return spread(hash) & (PLACES - 1);
  }

  /** The cached result for the units `from` to `to`; 0: none. */
  get(place: number, units: Uint16Array, from: number, to: number): number {
    if (this.#lengths[place] !== to - from) return 0;
    for (let index = from, at = place * LONGEST; index < to; index++, at++)
      if (this.#units[at] !== units[index]) return 0;
    return this.#answers[place]!;
  }

  set(place: number, units: Uint16Array, from: number, to: number, answer: number): void {
    if (to - from > LONGEST) return;
    this.#lengths[place] = to - from;
    for (let index = from, at = place * LONGEST; index < to; index++, at++) this.#units[at] = units[index]!;
    this.#answers[place] = answer;
  }
}
