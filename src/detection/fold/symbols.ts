/** Symbols that are letters in some places and ornaments, separators or flags in others. */
import { CLASS_OF, classOf, DROP, ITSELF, SOFT_LETTERS } from './table.js';
import { codePointAt, type Units } from './units.js';

export const AT = 0x40;
export const BANG = 0x21;
export const DOLLAR = 0x24;
export const PLUS = 0x2b;
export const BAR = 0x7c;
const DASH = 0x2d;
const DOT = 0x2e;
const COLON = 0x3a;
/** how many UTF-16 units after a symbol a letter must follow for it to count as one */
const SOFT_RUN = 8;

function isWordUnit(unit: number): boolean {
  return (
    unit === DOLLAR ||
    (unit >= 0x61 && unit <= 0x7a) ||
    (unit >= 0x41 && unit <= 0x5a) ||
    (unit >= 0x30 && unit <= 0x39) ||
    unit >= 0xaa
  );
}

/** Whether the `@` at `at` is a letter of a word (`m@trix`), and not that of an address or a user id. */
function isAtLetter({ codes, length }: Units, at: number): boolean {
  if (at === 0 || !isWordUnit(codes[at - 1]!) || !isWordUnit(codes[at + 1]!)) return false;
  let end = at + 1;
  while (end < length && (isWordUnit(codes[end]!) || codes[end] === DASH)) end++;
  return codes[end] !== DOT && codes[end] !== COLON;
}

/** The letter that an ASCII symbol replaces inside a word, or 0: honest punctuation is at a word's end. */
export function symbolLetter(text: Units, at: number, unit: number): number {
  if (unit !== AT && unit !== DOLLAR && unit !== BANG && unit !== BAR && unit !== PLUS) return 0;
  const { codes, length } = text;
  const before = at > 0 && isWordUnit(codes[at - 1]!);
  const after = isWordUnit(codes[at + 1]!);
  switch (unit) {
    case AT:
      return isAtLetter(text, at) || (before && at + 1 === length) ? 0x61 : 0;
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
 * The letter that a drawn symbol (`○`, `△`, `🌐`) represents, or 0. Only if a letter follows: at a word's end it is an
 * ornament.
 */
export function softLetter({ codes, length }: Units, after: number, codePoint: number): number {
  const letter = SOFT_LETTERS.get(codePoint);
  if (letter === undefined) return 0;
  for (let at = after; at < length && at < after + SOFT_RUN;) {
    const next = codePointAt(codes, at);
    const value = classOf(next);
    if (value >= ITSELF) return letter;
    // a variation selector (U+FE0F) turns the symbol into an emoji
    if (value !== DROP && !SOFT_LETTERS.has(next)) return 0;
    at += next > 0xffff ? 2 : 1;
  }
  return 0;
}

const FIRST_INDICATOR = 0x1f1e6;
const LAST_INDICATOR = 0x1f1ff;

export function isIndicator(codePoint: number): boolean {
  return codePoint >= FIRST_INDICATOR && codePoint <= LAST_INDICATOR;
}

/**
 * Two regional indicators side by side are a flag, an honest ornament. If any indicator in the text is single or in a
 * run of more than two, the author is spelling with them, and a pair is two letters too: 🇸🇹Ꭼ🇦🇲 🇨🇴🇲🇲🇺🇳🇮🇹🇾.
 */
export function isOnlyFlags({ codes, length }: Units): boolean {
  for (let at = 0; at < length;) {
    if (!isIndicatorPair(codes, at)) {
      at++;
      continue;
    }
    let run = 0;
    for (; isIndicatorPair(codes, at) || (at < length && CLASS_OF[codes[at]!] === DROP);) {
      const isPair = isIndicatorPair(codes, at);
      if (isPair) run++;
      at += isPair ? 2 : 1;
    }
    if (run !== 2) return false;
  }
  return true;
}

/** Whether there is a regional indicator (two UTF-16 units) at `at`. */
function isIndicatorPair(codes: Uint16Array, at: number): boolean {
  const low = codes[at + 1]!;
  return codes[at] === 0xd83c && low >= 0xdde6 && low <= 0xddff;
}
