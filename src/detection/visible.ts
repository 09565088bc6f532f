/**
 * Foreign text made safe to read: what cannot be seen, or reorders what can, is written out.
 * Messages, notices and evidence sentences pass names through here, so that a name can neither hide anything in
 * a message nor turn the message around: names are shown with their disguise visible.
 */

/** How many code points of the text are shown before it is cut with `…`. */
const SHOWN = 120;

/**
 * Characters that print nothing or steer the printing: controls, format characters (bidi, zero width, tags), line and
 * paragraph separators, all that Unicode lets a program ignore (variation selectors, fillers, the grapheme joiner),
 * private use, lone surrogates, what is not assigned (nobody knows how it prints, or in which direction), the blanks
 * among letters and symbols, and every space that is not the plain one (they look alike).
 */
const UNSEEN =
  /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u{1d159}\u{13441}\u{13442}\u{16fe4}]|(?! )\p{Zs}/u;
const MARK = /\p{M}/u;
/** Most names hold nothing else, and are not looked at letter by letter. */
const NOT_PLAIN = /[^ -~]/;
/**
 * Letters that are written from right to left; without an isolate around them they pull digits and signs beside them
 * along.
 */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const FIRST_STRONG_ISOLATE = '\u2068';
const POP_ISOLATE = '\u2069';

/** A character's code point as people quote it: `U+202E`. */
export function codePointOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/**
 * Plain text that shows what stands in `text`: invisible, bidi and control characters as `⟨U+202E⟩`, combining marks
 * beyond the second on one letter, and those on none (they would sit on what stands before the text), as well; cut
 * after 120 code points. A name in a right-to-left script comes inside an isolate, so that it cannot move the words
 * around it. The result is one line; whoever puts it into HTML still escapes it.
 */
export function visible(text: string, shown: number = SHOWN): string {
  if (text.length <= shown && !NOT_PLAIN.test(text)) return text;
  const plain = writtenOut(text, shown);
  return RIGHT_TO_LEFT.test(plain) ? `${FIRST_STRONG_ISOLATE}${plain}${POP_ISOLATE}` : plain;
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

/** Says whether a character prints nothing by itself, or steers the printing of others. */
export function isUnseen(character: string): boolean {
  return !isPlain(character) && UNSEEN.test(character);
}
