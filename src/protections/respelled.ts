/** How many UTF-16 units of a text are searched for such words, and how much around the first is respelled. */
const MOST_UNITS = 768;
const BEFORE = 32;
const AFTER = 96;

const SIGNS: Readonly<Record<string, string>> = { '@': 'a', $: 's', '!': 'i', '|': 'l', '€': 'e' };
const PAIR = /[@$!|€]{2}/;
const BETWEEN = /\p{L}[@$!|€]{2,}\p{L}/u;
const STRETCHED = /(\p{L})\1{2,}/giu;
/** Symbols before a word that are not part of it: of a command, a share, hidden text. */
const AT_EDGES = /(?<![\p{L}\p{N}@$!|€])[$!|€]+(?=\p{L})|(?<=\p{L})[$!|€]+(?![\p{L}\p{N}@$!|€])/gu;
/** Words with an ß; shorter ones are words of their own without it: German aß and Faß. */
const WITH_SHARP_S = /(?=\p{L}{4})\p{L}*ß\p{L}*/giu;
/** Letters separated by the same symbol. */
const APART = /(?<!\p{L})(\p{L}([@$!|€])\p{L}(?:\2\p{L})+)(?!\p{L})/gu;

/**
 * Respells stretched words (`caaaasino`), words with several symbols in a row for letters (`c@$!no`), with symbols
 * before (`!casino`) or between all letters (`c|a|s|i|n|o`), and those with an ß: a letter repeated three times or more
 * once, and, in another version, twice (`freeee`). Empty for texts without such words; for a long text, the part around
 * the first.
 */
export function respelled(texts: readonly string[]): string[] {
  return texts.flatMap((text) => {
    const part = partAround(text, firstOdd(text));
    if (part === '') return [];
    const apart = part.replace(APART, (word) => word.replace(/[@$!|€]/g, ''));
    const bare = apart.replace(AT_EDGES, ' ').replace(WITH_SHARP_S, (word) => word.replace(/ß/gi, 'ss'));
    const spelled = PAIR.test(bare) ? bare.split(/\s/).map(withLetters).join(' ') : bare;
    const [once = '', twice = ''] = ['$1', '$1$1'].map((times) => spelled.replace(STRETCHED, times));
    if (once === part) return [];
    return once === twice ? [once] : [once, twice];
  });
}

/** Whole words around a position, because truncated ones would be other words. */
function partAround(text: string, at: number): string {
  if (at < 0) return '';
  const [from, to] = [Math.max(0, at - BEFORE), Math.min(text.length, at + AFTER)];
  const part = text.slice(from, to);
  const begin = from === 0 ? 0 : part.search(/\s/);
  const end = to === text.length ? part.length : part.search(/\s\S*$/);
  return begin < 0 || begin > at - from || end < at - from ? '' : part.slice(begin, end);
}

function withLetters(word: string): string {
  return BETWEEN.test(word) ? word.replace(/[@$!|€]/g, (sign) => SIGNS[sign] ?? sign) : word;
}

/** The position of something unusual in a word; -1 for most texts. A match is examined more closely. */
function firstOdd(text: string): number {
  const end = Math.min(text.length, MOST_UNITS);
  let before = 0x20;
  let last = 0x20;
  for (let at = 0; at < end; at++) {
    const unit = text.charCodeAt(at);
    // two adjacent symbols; a symbol at the start of a word; one repeated after a single letter
    if (isSign(unit) ? isSign(last) || isSign(before) : isSign(last) && isEdge(before) && unit > 0x40) return at;
    // ASCII case is ignored; other coincidences are examined again
    if (unit > 0x40 && (unit | 0x20) === (last | 0x20) && (unit | 0x20) === (before | 0x20)) return at;
    if (unit === SHARP_S || unit === CAPITAL_SHARP_S) return at;
    before = last;
    last = unit;
  }
  return -1;
}

const SHARP_S = 0xdf;
const CAPITAL_SHARP_S = 0x1e9e;

/** A space, or punctuation around words. */
function isEdge(unit: number): boolean {
  return unit < 0x30 || unit === 0x3a || unit === 0x5b || unit === 0x7b;
}

function isSign(unit: number): boolean {
  return unit === 0x40 || unit === 0x24 || unit === 0x21 || unit === 0x7c || unit === 0x20ac;
}
