/**
 * Folding: turns a text into the sequence of letters that a reader sees. Separators and invisible characters are
 * dropped, but the gap between two letters is recorded. This is the detector's hottest loop: buffers are reused,
 * nothing is allocated.
 */
import { BASE, GAP_AT, GAP_COLON, GAP_DOT, GAP_SOFT, GAP_SPACE, LETTERS, recount, type Folded } from './folded.js';
import { isBetweenKana, isJamo, isKana, isVoiceMark, joined, voiced } from './syllables.js';
import { AT, BANG, BAR, DOLLAR, isIndicator, isOnlyFlags, PLUS, softLetter, symbolLetter } from './symbols.js';
import {
  beyondTable,
  CLASS_OF,
  COLON,
  DOT,
  DROP,
  IS_SIGN,
  ITSELF,
  SEQUENCE,
  SEQUENCES,
  SPACE,
  TABLE_END,
  unitOf,
} from './table.js';
import { codePointAt, Units } from './units.js';

const R = 0x72;
const N = 0x6e;
const V = 0x76;
const C = 0x63;
const L = 0x6c;
/** `%`, `&`, `=`, `\` */
const ESCAPES = [0x25, 0x26, 0x3d, 0x5c];
/** ー, which lengthens a kana's vowel */
const LONG_VOWEL = 0x30fc;
/** dashes used for it between two kana */
const DASHES: ReadonlySet<number> = new Set([...'-‐‑‒–—―−─━﹘﹣－⸺'].map((dash) => dash.charCodeAt(0)));
/** turns the preceding digit into a keycap: 0️⃣ */
const KEYCAP = 0x20e3;

/** The fold of the most common characters: a letter, or 0 for those that need a closer look. */
export const PLAIN_LETTER = Uint16Array.from({ length: 0x10000 }, (_, unit) => {
  const value = CLASS_OF[unit]!;
  const isPart = unit > 0x7f && (IS_SIGN[unit] === 1 || isJamo(unit) || isKana(unit));
  return value > ITSELF && value < SEQUENCE && !isPart ? value : 0;
});
/** The gap that plain separators produce; 0 for symbols that may be letters. */
export const PLAIN_GAP = Uint8Array.from({ length: 0x80 }, (_, unit) => {
  if ([AT, DOLLAR, BANG, BAR, PLUS, ...ESCAPES].includes(unit)) return 0;
  return CLASS_OF[unit] === SPACE
    ? GAP_SPACE
    : CLASS_OF[unit] === DOT
      ? GAP_DOT
      : CLASS_OF[unit] === COLON
        ? GAP_COLON
        : 0;
});

const read = new Units();

/**
 * Folds a text into `into`.
 * @param text read up to 8,192 UTF-16 units or 512 letters, whichever comes first
 */
export function fold(text: string, into: Folded): Folded {
  foldUnits(read.read(text), into);
  into.origin = text;
  return into;
}

/** The same for a text that is not a string; `origin` is empty. */
export function foldUnits(text: Units, into: Folded): Folded {
  const { codes: units, length: end } = text;
  const { codes, source, gaps, hashes } = into;
  let length = 0;
  let gap = 0;
  let at = 0;
  let hash = 0;
  let set = 0;
  let before = 0;
  let beyond = 0;
  let drawable = false;
  let spaced = false;
  // most names consist of letters in the table: everything is computed on the way, until a character needs more. No
  // functions are called here, so that the compiler keeps everything in registers: half the difference
  while (at < end && length < LETTERS) {
    const unit = units[at]!;
    const letter = PLAIN_LETTER[unit]!;
    if (letter === 0) {
      const separator = unit > 0x7f ? 0 : PLAIN_GAP[unit]!;
      if (separator === 0) break;
      gap |= separator;
      at++;
      continue;
    }
    beyond |= unit;
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
  into.origin = '';
  into.end = at;
  into.letterSet = set;
  into.drawable = drawable;
  into.spaced = spaced;
  into.foreign = beyond > 0x7f;
  into.signs = false;
  into.escaped = false;
  into.simple = at === end;
  if (at < end && length < LETTERS) foldRest(text, into, gap);
  return into;
}

/** Continues where the plain part of a text ends: any character may follow. */
function foldRest(text: Units, into: Folded, gapBefore: number): void {
  const { codes: units, length: end } = text;
  const { codes, source, gaps } = into;
  let length = into.length;
  let at = into.end;
  let gap = gapBefore;
  let flags: boolean | undefined;
  while (at < end && length < LETTERS) {
    const start = at;
    const codePoint = codePointAt(units, at++);
    if (codePoint > 0x7f) into.foreign = true;
    if (codePoint > 0xffff) at++;
    let value = codePoint < TABLE_END ? CLASS_OF[codePoint]! : beyondTable(codePoint);
    if (isIndicator(codePoint) && (flags ??= isOnlyFlags(text))) value = SPACE;
    if (value === SPACE) {
      if (codePoint < 0x80 && ESCAPES.includes(codePoint)) into.escaped = true;
      const letter = letterOfSymbol(text, start, at, codePoint, length > 0 && gap === 0);
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
        codes[length - 1] = voiced(codePointAt(units, source[length - 1]!), codePoint) ?? codes[length - 1]!;
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
        const lead = codePointAt(units, source[length - 1]!);
        const syllable = joined(codes[length - 1]!, lead, codePoint, units[at]!);
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

/** The letter that a symbol from `start` to `after` represents here, or 0. */
function letterOfSymbol(text: Units, start: number, after: number, codePoint: number, isInWord: boolean): number {
  const { codes } = text;
  if (DASHES.has(codePoint) && start > 0 && isBetweenKana(codes[start - 1]!, codes[after]!)) return LONG_VOWEL;
  if (codePoint < 0x80) return symbolLetter(text, start, codePoint);
  return isInWord ? softLetter(text, after, codePoint) : 0;
}

/** Appends a character that folds to several letters, or to itself. */
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
