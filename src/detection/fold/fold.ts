/**
 * Folding: a text becomes the row of letters that a reader takes it for. Separators and everything that is not seen are
 * dropped, but what stood between two letters is kept beside them. This is the detector's hottest loop: buffers are
 * used again, nothing is allocated.
 */
import {
  beyondTable,
  CLASS_OF,
  classOf,
  COLON,
  DOT,
  DROP,
  IS_SIGN,
  ITSELF,
  SEQUENCE,
  SEQUENCES,
  SOFT_LETTERS,
  SPACE,
  TABLE_END,
  unitOf,
} from './table.js';
import { isBetweenKana, isJamo, isVoiceMark, joined, voiced } from './syllables.js';

/** Letters kept of one text. A name is read in its first few hundred letters; what comes later no client shows. */
export const LETTERS = 512;
/** UTF-16 units looked at: padding with invisible characters cannot push a name out of sight below this. */
const UNITS = 8192;

/** What stands between a letter and the one before it. */
export const GAP_SPACE = 1;
export const GAP_DOT = 2;
export const GAP_COLON = 4;
export const GAP_AT = 8;
/** no separator, but a symbol that may be a letter or a bar: `matrix|support` */
export const GAP_SOFT = 16;

const AT = 0x40;
const BANG = 0x21;
const DOLLAR = 0x24;
const PLUS = 0x2b;
const BAR = 0x7c;
const R = 0x72;
const N = 0x6e;
const V = 0x76;
const C = 0x63;
const L = 0x6c;
const M = 0x6d;
const W = 0x77;
const D = 0x64;
const PERCENT = 0x25;
const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;
const ESCAPES = [PERCENT, AMPERSAND, EQUALS, BACKSLASH];
/** ー, which makes a kana's vowel long */
const LONG_VOWEL = 0x30fc;
/** dashes that stand for it between two kana */
const DASHES: ReadonlySet<number> = new Set([...'-‐‑‒–—―−─━﹘﹣－⸺'].map((dash) => dash.charCodeAt(0)));
/** makes a key of the digit before it: 0️⃣ */
const KEYCAP = 0x20e3;
/** UTF-16 units behind a symbol in which a letter must come for it to be one */
const SOFT_RUN = 8;
const FIRST_INDICATOR = 0x1f1e6;
const LAST_INDICATOR = 0x1f1ff;

/** What most characters of most names fold to, in one byte: a letter, or 0 for what has to be looked at. */
const PLAIN_LETTER = Uint8Array.from({ length: 0x80 }, (_, unit) => (CLASS_OF[unit]! > ITSELF ? CLASS_OF[unit]! : 0));
/** What plain separators leave between two letters; 0 for symbols that may be letters. */
const PLAIN_GAP = Uint8Array.from({ length: 0x80 }, (_, unit) => {
  if ([AT, DOLLAR, BANG, BAR, PLUS, ...ESCAPES].includes(unit)) return 0;
  return CLASS_OF[unit] === SPACE
    ? GAP_SPACE
    : CLASS_OF[unit] === DOT
      ? GAP_DOT
      : CLASS_OF[unit] === COLON
        ? GAP_COLON
        : 0;
});

/**
 * A folded text. `codes[i]` came from the character at `source[i]` (UTF-16 offset); `gaps[i]` is what stood before it.
 */
export class Folded {
  length = 0;
  readonly codes = new Uint16Array(LETTERS + 4);
  readonly source = new Uint16Array(LETTERS + 4);
  readonly gaps = new Uint8Array(LETTERS + 4);
  /** hash of every prefix: `hashes[i]` is that of the first `i` letters */
  readonly hashes = new Int32Array(LETTERS + 5);
  /** what was folded; `source` counts in it */
  origin = '';
  /**
   * which letters occur, as 32 bits (a letter's class modulo 32): texts within k slips of one another differ in 2k bits
   * at most
   */
  letterSet = 0;
  /** the text holds characters beyond ASCII */
  foreign = false;
  /** it has separators: more than one word */
  spaced = false;
  /** signs stand in it that were read as letters, and may be ornaments or stand between words */
  signs = false;
  /** signs stand in it that may begin an escape: `%40`, `=40`, `&nbsp;` */
  escaped = false;
  /** it holds a pair of letters that `contract` draws together */
  drawable = false;
  /** UTF-16 units of the text that were looked at */
  end = 0;

  /** The letters as a string, for tests and for building the index. */
  text(from = 0, to = this.length): string {
    let text = '';
    for (let index = from; index < to; index++) text += String.fromCharCode(this.codes[index]!);
    return text;
  }
}

/** Powers of the hash's base: a letter that goes from before `n` others changes the hash by a multiple of the n-th. */
export const POWERS = new Int32Array(LETTERS + 5);
const BASE = 0x01000193;
POWERS[0] = 1;
for (let index = 1; index < POWERS.length; index++) POWERS[index] = Math.imul(POWERS[index - 1] ?? 0, BASE);

/** The hash of letters `from` to `to`, in constant time. */
export function hashOf(folded: Folded, from: number, to: number): number {
  return (folded.hashes[to]! - Math.imul(folded.hashes[from]!, POWERS[to - from]!)) | 0;
}

/** Takes one more letter into a running hash that starts at 0: the same value as `hashOf` gives. */
export function hashNext(hash: number, code: number): number {
  return (Math.imul(hash, BASE) + code) | 0;
}

/** Brings everything that is counted over the letters (`hashes`, `letterSet`, `drawable`) up to date. */
export function recount(folded: Folded): void {
  const { codes, hashes, length } = folded;
  let hash = 0;
  let set = 0;
  let drawable = false;
  for (let index = 0; index < length; index++) {
    const code = codes[index]!;
    hash = (Math.imul(hash, BASE) + code) | 0;
    hashes[index + 1] = hash;
    set |= 1 << (code & 31);
    if (index > 0 && drawnTogether(codes[index - 1]!, code) !== 0) drawable = true;
  }
  folded.letterSet = set;
  folded.drawable = drawable;
}

function isWordUnit(unit: number): boolean {
  return (
    unit === DOLLAR ||
    (unit >= 0x61 && unit <= 0x7a) ||
    (unit >= 0x41 && unit <= 0x5a) ||
    (unit >= 0x30 && unit <= 0x39) ||
    unit >= 0xaa
  );
}

/** Is the `@` at `at` a letter of a word (`m@trix`), and not that of an address or a user id? */
function isAtLetter(text: string, at: number): boolean {
  if (at === 0 || !isWordUnit(text.charCodeAt(at - 1)) || !isWordUnit(text.charCodeAt(at + 1))) return false;
  let end = at + 1;
  while (end < text.length && (isWordUnit(text.charCodeAt(end)) || text.charCodeAt(end) === 0x2d)) end++;
  const after = text.charCodeAt(end);
  return after !== 0x2e && after !== 0x3a;
}

/** The letter that an ASCII symbol stands for inside a word, or 0: honest punctuation stands at a word's end. */
function symbolLetter(text: string, at: number, unit: number): number {
  if (unit !== AT && unit !== DOLLAR && unit !== BANG && unit !== BAR && unit !== PLUS) return 0;
  const before = at > 0 && isWordUnit(text.charCodeAt(at - 1));
  const after = isWordUnit(text.charCodeAt(at + 1));
  switch (unit) {
    case AT:
      return isAtLetter(text, at) || (before && at + 1 === text.length) ? 0x61 : 0;
    case DOLLAR:
      return before || after ? 0x73 : 0;
    case BANG:
      return after ? 0x6c : 0;
    case BAR:
      return before && after ? 0x6c : 0;
    case PLUS:
      return before && after ? 0x74 : 0;
    default:
      return 0;
  }
}

/**
 * The letter that a drawn symbol (`○`, `△`, `🌐`) stands for, or 0. Only what leads on to a letter does: at a word's
 * end it adorns.
 */
function softLetter(text: string, after: number, codePoint: number): number {
  const letter = SOFT_LETTERS.get(codePoint);
  if (letter === undefined) return 0;
  for (let at = after; at < text.length && at < after + SOFT_RUN;) {
    const next = text.codePointAt(at)!;
    const value = classOf(next);
    if (value >= ITSELF) return letter;
    // a variation selector (U+FE0F) makes an emoji of the symbol
    if (value !== DROP && !SOFT_LETTERS.has(next)) return 0;
    at += next > 0xffff ? 2 : 1;
  }
  return 0;
}

/**
 * Folds a text into `into`.
 * @param text looked at up to 8,192 UTF-16 units or 512 letters, whichever comes first
 */
export function fold(text: string, into: Folded): Folded {
  const end = Math.min(text.length, UNITS);
  const { codes, source, gaps, hashes } = into;
  let length = 0;
  let gap = 0;
  let at = 0;
  let hash = 0;
  let set = 0;
  let before = 0;
  let drawable = false;
  let spaced = false;
  // most names are plain ASCII: everything is counted on the way, until a character asks for more. No function is
  // called in here,
  // so that the compiler keeps all of it in registers: it makes half the difference
  while (at < end && length < LETTERS) {
    const unit = text.charCodeAt(at);
    if (unit > 0x7f) break;
    const letter = PLAIN_LETTER[unit]!;
    if (letter === 0) {
      const separator = PLAIN_GAP[unit]!;
      if (separator === 0) break;
      gap |= separator;
      at++;
      continue;
    }
    if (gap !== 0 && length > 0) spaced = true;
    if (
      (letter === L && before === C) ||
      (letter === N && (before === R || before === N)) ||
      (letter === V && before === V)
    )
      drawable = true;
    before = letter;
    codes[length] = letter;
    source[length] = at++;
    gaps[length] = gap;
    gap = 0;
    hash = (Math.imul(hash, BASE) + letter) | 0;
    hashes[++length] = hash;
    set |= 1 << (letter & 31);
  }
  into.length = length;
  into.origin = text;
  into.end = at;
  into.letterSet = set;
  into.drawable = drawable;
  into.spaced = spaced;
  into.foreign = false;
  into.signs = false;
  into.escaped = false;
  if (at < end && length < LETTERS) foldRest(text, into, gap);
  return into;
}

/** Goes on where the plain part of a text ends: any character may come. */
function foldRest(text: string, into: Folded, gapBefore: number): void {
  const end = Math.min(text.length, UNITS);
  const { codes, source, gaps } = into;
  let length = into.length;
  let at = into.end;
  let gap = gapBefore;
  let flags: boolean | undefined;
  while (at < end && length < LETTERS) {
    const start = at;
    let codePoint = text.charCodeAt(at++);
    if (codePoint > 0x7f) {
      into.foreign = true;
      if (codePoint >= 0xd800 && codePoint < 0xdc00 && at < text.length) {
        codePoint = text.codePointAt(start)!;
        if (codePoint > 0xffff) at++;
      }
    }
    let value = codePoint < TABLE_END ? CLASS_OF[codePoint]! : beyondTable(codePoint);
    if (codePoint >= FIRST_INDICATOR && codePoint <= LAST_INDICATOR && (flags ??= isOnlyFlags(text))) value = SPACE;
    if (value === SPACE) {
      if (codePoint < 0x80 && ESCAPES.includes(codePoint)) into.escaped = true;
      const letter =
        DASHES.has(codePoint) && isBetweenKana(text.charCodeAt(start - 1), text.charCodeAt(at))
          ? LONG_VOWEL
          : codePoint < 0x80
            ? symbolLetter(text, start, codePoint)
            : length > 0 && gap === 0
              ? softLetter(text, at, codePoint)
              : 0;
      if (letter === 0) {
        gap |= codePoint === AT ? GAP_AT : GAP_SPACE;
        continue;
      }
      value = letter;
      gap |= GAP_SOFT;
      into.signs = true;
    }
    if (value === DROP) {
      if (isVoiceMark(codePoint) && length > 0 && gap === 0)
        codes[length - 1] = voiced(text.codePointAt(source[length - 1]!)!, codePoint) ?? codes[length - 1]!;
      else if (codePoint === KEYCAP) into.signs = true;
      continue;
    }
    if (value === DOT || value === COLON) {
      gap |= value === DOT ? GAP_DOT : GAP_COLON;
      continue;
    }
    if (gap !== 0 && gap !== GAP_SOFT && length > 0) into.spaced = true;
    if (codePoint > 0x7f && codePoint < TABLE_END) {
      if (IS_SIGN[codePoint] === 1) into.signs = true;
      if (isJamo(codePoint) && length > 0 && gap === 0) {
        const syllable = joined(
          codes[length - 1]!,
          text.codePointAt(source[length - 1]!)!,
          codePoint,
          text.charCodeAt(at),
        );
        if (syllable !== undefined) {
          codes[length - 1] = syllable;
          continue;
        }
      }
    }
    if (value > ITSELF && value < SEQUENCE) {
      codes[length] = value;
      source[length] = start;
      gaps[length++] = gap;
      gap = codePoint < 0x80 && (codePoint === BAR || codePoint === PLUS || codePoint === DOLLAR) ? GAP_SOFT : 0;
    } else {
      length = pushSeveral(into, length, start, codePoint, value, gap);
      gap = 0;
    }
  }
  into.length = Math.min(length, LETTERS);
  into.end = at;
  recount(into);
}

/** Appends a character that folds to several letters, or stands for itself. */
function pushSeveral(
  into: Folded,
  length: number,
  start: number,
  codePoint: number,
  value: number,
  gap: number,
): number {
  const units =
    value >= SEQUENCE && value < 0xe000 ? SEQUENCES[value - SEQUENCE]! : [value === ITSELF ? unitOf(codePoint) : value];
  for (const unit of units) {
    into.codes[length] = unit;
    into.source[length] = start;
    into.gaps[length++] = gap;
    gap = 0;
  }
  return length;
}

/**
 * Two regional indicators side by side are a flag, an honest ornament. Where any indicator of the text stands alone or
 * amid more than two, its writer spells with them, and a pair is two letters as well: 🇸🇹Ꭼ🇦🇲 🇨🇴🇲🇲🇺🇳🇮🇹🇾.
 */
function isOnlyFlags(text: string): boolean {
  for (let at = 0; at < text.length && at < UNITS;) {
    if (!isIndicatorPair(text, at)) {
      at++;
      continue;
    }
    let run = 0;
    for (; isIndicatorPair(text, at) || CLASS_OF[text.charCodeAt(at)] === DROP; at += isIndicatorPair(text, at) ? 2 : 1)
      if (isIndicatorPair(text, at)) run++;
    if (run !== 2) return false;
  }
  return true;
}

/** Is a regional indicator (two UTF-16 units) at `at`? */
function isIndicatorPair(text: string, at: number): boolean {
  const low = text.charCodeAt(at + 1);
  return text.charCodeAt(at) === 0xd83c && low >= 0xdde6 && low <= 0xddff;
}

/** The letter that two letters side by side look like, or 0: `rn` and `nn` pass for m, `vv` for w, `cl` for d. */
export function drawnTogether(first: number, second: number): number {
  if (second === N) return first === R || first === N ? M : 0;
  if (first === V) return second === V ? W : 0;
  return first === C && second === L ? D : 0;
}

/** Is there anything to contract? Most texts hold nothing, and are then looked up once only. */
export function canContract({ drawable }: Folded): boolean {
  return drawable;
}

/**
 * The same text with look-alike pairs drawn together, kept beside the plain form. Both sides of a comparison are
 * contracted alike, so an honest `rn` costs nothing.
 */
export function contract(folded: Folded, into: Folded): Folded {
  const { codes, source, gaps } = folded;
  let length = 0;
  for (let index = 0; index < folded.length; index++) {
    const pair = index + 1 < folded.length ? drawnTogether(codes[index]!, codes[index + 1]!) : 0;
    into.codes[length] = pair === 0 ? codes[index]! : pair;
    into.source[length] = source[index]!;
    into.gaps[length++] = gaps[index]!;
    if (pair !== 0) index++;
  }
  into.length = length;
  into.origin = folded.origin;
  into.foreign = folded.foreign;
  into.spaced = folded.spaced;
  into.end = folded.end;
  recount(into);
  return into;
}

/** Texts of up to this many UTF-16 units are taken as they are. */
export const SHORT_ENOUGH = 1024;
/**
 * In longer ones, of characters side by side that are not seen, so many are kept: enough to tell that they are there.
 */
const UNSEEN_KEPT = 8;

/**
 * A long text without what makes it long to no effect: cut where `fold` stops to look, and heaps of marks and invisible
 * characters made small, so that everything that looks at it afterwards has little to look at. The letters stay the
 * same; the same text when it is short.
 */
export function shortened(text: string): string {
  if (text.length <= SHORT_ENOUGH) return text;
  let result = '';
  let kept = 0;
  let unseen = 0;
  for (let at = 0; at < text.length && at < UNITS;) {
    const codePoint = text.codePointAt(at)!;
    const next = at + (codePoint > 0xffff ? 2 : 1);
    unseen = classOf(codePoint) === DROP ? unseen + 1 : 0;
    if (unseen > UNSEEN_KEPT) {
      result += text.slice(kept, at);
      kept = next;
    }
    at = next;
  }
  return result + text.slice(kept, UNITS);
}
