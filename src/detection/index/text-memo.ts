/**
 * Answers about short texts, remembered. Bounded (a newer text takes an older one's place), compared character by
 * character, and so without any influence on an answer.
 */
import { spread } from './hash-table.js';

const PLACES = 2048;
/** Longer texts are not remembered. */
const LONGEST = 24;

export class TextMemo {
  readonly #units = new Uint16Array(PLACES * LONGEST);
  readonly #lengths = new Uint8Array(PLACES);
  readonly #answers = new Uint8Array(PLACES);

  /** Where a text of this hash is remembered, whoever else is. */
  placeOf(hash: number): number {
    return spread(hash) & (PLACES - 1);
  }

  /** What was answered about the units `from` to `to`; 0: nothing is known. */
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
