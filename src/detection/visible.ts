/**
 * Makes untrusted text safe to read: invisible and reordering characters are written out. Messages, notices and
 * evidence sentences pass names through here, so that a name can neither hide anything in a message nor reorder it:
 * names are shown with their disguise visible.
 */

import { remembering } from './remember.js';

/** How many code points are shown before the text is truncated with `…`. */
const SHOWN = 120;

/**
 * Characters that are invisible or affect the display: controls, format characters (bidi, zero width, tags), line and
 * paragraph separators, everything default-ignorable in Unicode (variation selectors, fillers, the grapheme joiner),
 * private use, lone surrogates, unassigned code points (whose appearance and direction are unknown), blank letters and
 * symbols, and every space other than the plain one (they look alike).
 */
const UNSEEN =
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u{1d159}\u{13441}\u{13442}\u{16fe4}]|(?! )\p{Zs}/u;
const MARK = /\p{M}/u;
/** Most names contain nothing else, and are not checked letter by letter. */
const NOT_PLAIN = /[^ -~]/;
/** Right-to-left letters; without an isolate around them they reorder adjacent digits and symbols. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

/** A character's code point in the usual notation: `U+202E`. */
export function codePointOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * Plain text that shows the content of `text`: invisible, bidi and control characters as `⟨U+202E⟩`, also combining
 * marks beyond the second on one letter and those without a letter (which would combine with the preceding text);
 * truncated after 120 code points. A name in a right-to-left script is put inside an isolate, so that it cannot reorder
 * the words around it. The result is one line and must still be escaped for HTML.
 */
export function visible(text: string, shown: number = SHOWN): string {
  if (text.length <= shown && !NOT_PLAIN.test(text)) return text;
  return shown === SHOWN ? shownInFull(text) : isolated(writtenOut(text, shown));
}

const shownInFull = remembering((text) => isolated(writtenOut(text, SHOWN)));

function isolated(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? `${FIRST_STRONG_ISOLATE}${text}${POP_ISOLATE}` : text;
}

function writtenOut(text: string, shown: number): string {
  let result = '';
  let count = 0;
  let marks = 0;
  for (const character of text) {
    if (count++ >= shown) return `${result}…`;
    if (isPlain(character)) {
      marks = 0;
      result += character;
      continue;
    }
    if (!MARK.test(character)) marks = 0;
    else marks = result === '' ? 3 : marks + 1;
    result += UNSEEN.test(character) || marks > 2 ? `⟨${codePointOf(character)}⟩` : character;
  }
  return result;
}

function isPlain(character: string): boolean {
  return character >= ' ' && character <= '~';
}

/** Whether a character is invisible by itself, or affects the display of others. */
export function isUnseen(character: string): boolean {
  return !isPlain(character) && UNSEEN.test(character);
}
