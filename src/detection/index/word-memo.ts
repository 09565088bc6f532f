/**
 * A cache of results for single words, since people's names reuse the same words. Bounded (newer words replace older
 * ones) and compared letter by letter, so it never changes a result.
 */
import { hashOf, type Folded } from '../fold/folded.js';
import { spread } from './hash-table.js';

const PLACES = 4096;
/** Longer words are not cached. */
const LONGEST = 16;

export class WordMemo {
  readonly #letters = new Uint16Array(PLACES * LONGEST);
  readonly #lengths = new Uint8Array(PLACES);
  readonly #answers = new Uint8Array(PLACES);

  /** Whether `start` to `end` of a folded text are such a word, from the cache if possible. */
  ask(
    folded: Folded,
    start: number,
    end: number,
    question: (folded: Folded, start: number, end: number) => boolean,
  ): boolean {
    const length = end - start;
    if (length > LONGEST) return question(folded, start, end);
    const place = spread(hashOf(folded, start, end)) & (PLACES - 1);
    if (this.#lengths[place] === length && this.#isAt(place, folded.codes, start, end))
      return this.#answers[place] === 1;
    const answer = question(folded, start, end);
    this.#lengths[place] = length;
    for (let index = start; index < end; index++) this.#letters[place * LONGEST + index - start] = folded.codes[index]!;
    this.#answers[place] = answer ? 1 : 0;
    return answer;
  }

  #isAt(place: number, codes: Uint16Array, start: number, end: number): boolean {
    for (let index = start, at = place * LONGEST; index < end; index++, at++)
      if (this.#letters[at] !== codes[index]) return false;
    return true;
  }
}
