/** What a search finds in a text. */
import type { Beside } from '../beside.js';
import type { Name } from '../known.js';

export type View = 'whole' | 'inside' | 'rest' | 'word' | 'order';

/** A known name that a text resembles. */
export interface Hit {
  name: Name;
  view: View;
  /** weighed distance; 0: folds alike */
  cost: number;
  /** what of the text resembles the name */
  text: string;
  /** for `inside`: separators, ends or changes of case and digits on both sides */
  bounded: boolean;
  /** for `inside` and `word`: where the part lies in the text, UTF-16 offsets */
  from: number;
  to: number;
}

/** What else was in the text: words for roles, and whether anything is left beside names and roles. */
export interface Found {
  text: string;
  /** the folded letters of the whole text */
  letters: string;
  hits: Hit[];
  /** words that claim authority, words that go along */
  strong: number;
  weak: number;
  /** the words that claim authority (or else go along), as they are written */
  claims: string[];
  /** the text is what is printed after its direction was undone */
  turned?: boolean;
  /** it stands in front of so much padding that nothing behind it is seen */
  padded?: boolean;
  /** what is written where `text` is what was read */
  written?: string;
  /** everything beside the brand is words for roles, digits or ornaments; by the end of the part */
  covered(hit: Hit): { all: boolean; strong: number; weak: number };
  /** what stands beside the part that the hit takes up, word by word */
  beside(hit: Hit): Beside;
}
