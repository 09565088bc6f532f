/** The words of a folded text, and which of them is not a role word. */
import { Folded, GAP_SOFT, hashOf, LETTERS } from '../fold/folded.js';
import { WordMemo } from '../index/word-memo.js';
import { DISCLAIMS, SHORTEST_NEAR_ROLE } from '../lexicon.js';
import { addWord, type Names } from '../names.js';
import { partOf } from './part.js';

/** The minimum length of words that are searched for a brand with a slip. */
export const SHORTEST_WORD = 5;
/** Maximum number of words; a name with more is running text. */
export const MOST_WORDS = 16;
/** Results of `onlyStranger` other than a word's number. */
export const ANY = -1;
export const NONE = -2;

/** Shared and reused, because one text is processed at a time. */
const part = new Folded();
const starts = new Uint16Array(LETTERS + 5);

export class Words {
  readonly #nearRoles = new WordMemo();
  readonly #isNearRole = (folded: Folded, start: number, end: number) =>
    this.names.lexicon.nearAuthorityOf(partOf(folded, start, end, part)) !== undefined;

  constructor(private readonly names: Names) {}

  /**
   * Finds where each word begins.
   * @returns how many there are
   */
  split(folded: Folded): number {
    let count = 1;
    for (let index = 1; index < folded.length; index++) {
      const gap = folded.gaps[index]!;
      if (gap !== 0 && gap !== GAP_SOFT) starts[count++] = index;
    }
    starts[count] = folded.length;
    return count;
  }

  /** The start of a word of the last split text; after the last word, the end of the text. */
  start(index: number): number {
    return starts[index]!;
  }

  /** The order-independent sum of all words. */
  sum(folded: Folded, count: number): number {
    let sum = 0;
    for (let index = 0; index < count; index++) sum = addWord(sum, hashOf(folded, starts[index]!, starts[index + 1]!));
    return sum;
  }

  /** Whether two words are equal. */
  isSame(folded: Folded, one: number, other: number): boolean {
    return hashOf(folded, starts[one]!, starts[one + 1]!) === hashOf(folded, starts[other]!, starts[other + 1]!);
  }

  /**
   * The only word of a plain text that is not a role word, or `ANY` if all are, or `NONE` if two are not: a brand with
   * a slip only matters if every other word is a role word (score/display.ts), which is very rare.
   */
  onlyStranger(folded: Folded, count: number): number {
    const { texts, claims } = this.names;
    let stranger = ANY;
    // words that cannot be role words first: they are cheapest, and two of them decide
    for (const long of [false, true]) {
      for (let index = 0; index < count; index++) {
        const start = starts[index]!;
        const end = starts[index + 1]!;
        if (end - start >= SHORTEST_NEAR_ROLE !== long) continue;
        const id = texts.exact(folded, start, end);
        if (
          (id >= 0 && claims[id]! >= 0 && claims[id] !== DISCLAIMS) ||
          (stranger !== ANY && this.isSame(folded, index, stranger))
        )
          continue;
        if (long && this.#nearRoles.ask(folded, start, end, this.#isNearRole)) continue;
        if (stranger !== ANY) return NONE;
        stranger = index;
      }
      if (stranger !== ANY && starts[stranger + 1]! - starts[stranger]! < SHORTEST_WORD) return NONE;
    }
    return stranger;
  }
}
