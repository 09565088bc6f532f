/** The words of a folded text, and which of them says nothing of a role. */
import { Folded, GAP_SOFT, hashOf, LETTERS } from '../fold/folded.js';
import { WordMemo } from '../index/word-memo.js';
import { DISCLAIMS, SHORTEST_NEAR_ROLE } from '../lexicon.js';
import { addWord, type Names } from '../names.js';
import { partOf } from './part.js';

/** A brand with a slip in it is looked for in words of so many letters. */
export const SHORTEST_WORD = 5;
/** Words looked at one by one; a name with more is a text. */
export const MOST_WORDS = 16;
/** What `onlyStranger` answers beside the number of a word. */
export const ANY = -1;
export const NONE = -2;

/** Used again by all: one text is looked at at a time. */
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

  /** Where a word of the text that was split last begins; of the number behind the last: where the text ends. */
  start(index: number): number {
    return starts[index]!;
  }

  /** The sum of all words, the same in any order. */
  sum(folded: Folded, count: number): number {
    let sum = 0;
    for (let index = 0; index < count; index++) sum = addWord(sum, hashOf(folded, starts[index]!, starts[index + 1]!));
    return sum;
  }

  /** Are two words the same? */
  isSame(folded: Folded, one: number, other: number): boolean {
    return hashOf(folded, starts[one]!, starts[one + 1]!) === hashOf(folded, starts[other]!, starts[other + 1]!);
  }

  /**
   * The only word of a plain text that is no word for a role, or `ANY` when all are, or `NONE` when two are none: a
   * brand with a slip in it says something only where every other word is for a role (score/display.ts), and nearly no
   * name is of that kind.
   */
  onlyStranger(folded: Folded, count: number): number {
    const { texts, claims } = this.names;
    let stranger = ANY;
    // words that cannot be roles first: they cost least, and two of them end it
    for (const long of [false, true]) {
      for (let index = 0; index < count; index++) {
        const [start, end] = [starts[index]!, starts[index + 1]!];
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
