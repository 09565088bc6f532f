/** What a search finds in a text. */
import type { Beside } from '../beside.js';
import type { Name } from '../known.js';

export type View = 'whole' | 'inside' | 'rest' | 'word' | 'order';

/** A known name that a text resembles. */
export interface Hit {
  name: Name;
  view: View;
  /** weighted distance; 0: the same fold */
  cost: number;
  /** the resembling part of the text */
  text: string;
  /** for `inside`: word boundaries on both sides */
  bounded: boolean;
  /** for `inside` and `word`: position of the part in the text, UTF-16 offsets */
  from: number;
  to: number;
}

/** The rest of the text: role words, and whether anything remains besides names and roles. */
export interface Found {
  text: string;
  /** the folded letters of the whole text */
  letters: string;
  hits: Hit[];
  /** words that claim authority, words that accompany */
  strong: number;
  weak: number;
  /** the words that claim authority (or else accompany), as written */
  claims: string[];
  /** the text is in visual order, after undoing its direction */
  turned?: boolean;
  /** it is followed by so much padding that the rest is out of view */
  padded?: boolean;
  /** the original text, if `text` is a reading of it */
  written?: string;
  /** whether everything besides the brand is role words, digits or ornaments, by the end of the part */
  covered(hit: Hit): { all: boolean; strong: number; weak: number };
  /** the words beside the hit's part */
  beside(hit: Hit): Beside;
}
