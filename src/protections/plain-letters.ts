import { PLAIN_GAP, PLAIN_LETTER } from '../detection/fold/fold.js';
import { BASE } from '../detection/fold/folded.js';
import { BANG } from '../detection/fold/symbols.js';
import { isBlank, isDigit } from '../util/ascii.js';
import { beginSketch, sketchIn, wordIn } from './sketch.js';

/** What a fingerprint is made of, beside the sketch. */
export interface PlainLetters {
  /** of its letters */
  hash: number;
  letters: number;
  /** how many different letters there are */
  different: number;
}

/** Longer texts take the long way, which reads no more of them than it has to. */
const MOST_UNITS = 400;
const GAP = 1;
/** By ASCII character: its folded letter, `GAP`, or 0 for what needs a closer look. */
const KIND = Uint8Array.from({ length: 0x80 }, (_, unit) => {
  const letter = PLAIN_LETTER[unit]!;
  if (letter !== 0) return letter >= 0x61 && letter <= 0x7a ? letter : 0;
  return PLAIN_GAP[unit] !== 0 ? GAP : 0;
});
const made: PlainLetters = { hash: 0, letters: 0, different: 0 };

/**
 * Reads a text of ASCII letters and plain separators in one pass, with its sketch: what most people write, with the
 * same result as folding it, splitting it into words and reading those. Undefined: it needs all that.
 */
export function plainLetters(text: string): PlainLetters | undefined {
  const { length } = text;
  if (length > MOST_UNITS) return undefined;
  beginSketch();
  let letters = 0;
  let hash = 0;
  let first = 0;
  let second = 0;
  let set = 0;
  let begins = true;
  let blank = false;
  let isNew = false;
  let word = 0;
  for (let at = 0; at < length; at++) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) return undefined;
    const letter = KIND[unit]!;
    if (letter <= GAP) {
      // an exclamation mark is one only at a word's end
      if (letter === 0 && (unit !== BANG || !endsWord(text, at + 1))) return undefined;
      if (!begins) wordIn(isNew, word);
      begins = true;
      blank ||= isBlank(unit);
      continue;
    }
    if (begins) {
      const end = isDigit(unit) ? endOfNumber(text, at) : 0;
      isNew = blank;
      blank = false;
      word = 0;
      if (end > 0) {
        at = end - 1;
        continue;
      }
      begins = false;
    }
    word = (Math.imul(word, BASE) + letter) | 0;
    set |= 1 << (letter & 31);
    hash = (Math.imul(hash, BASE) + letter) | 0;
    if (letters >= 2) sketchIn(first, second, letter);
    letters++;
    first = second;
    second = letter;
  }
  if (!begins) wordIn(isNew, word);
  made.hash = hash;
  made.letters = letters;
  made.different = bitsOf(set);
  return made;
}

/** Numbers do not count: the end of the word that starts here, if it is one; otherwise 0. */
function endOfNumber(text: string, from: number): number {
  let at = from;
  while (at < text.length && isDigit(text.charCodeAt(at))) at++;
  return at === text.length || KIND[text.charCodeAt(at)] === GAP || endsAsBang(text, at) ? at : 0;
}

function endsAsBang(text: string, at: number): boolean {
  return text.charCodeAt(at) === BANG && endsWord(text, at + 1);
}

/** Whether a plain separator, or the end, is there. */
function endsWord(text: string, at: number): boolean {
  return at === text.length || KIND[text.charCodeAt(at)] === GAP;
}

function bitsOf(set: number): number {
  let count = 0;
  for (let rest = set; rest !== 0; rest &= rest - 1) count++;
  return count;
}
