/** UTF-16 units of a text in which such words are looked for, and how much around the first is spelled anew. */
const MOST_UNITS = 768;
const BEFORE = 32;
const AFTER = 96;

const SIGNS: Readonly<Record<string, string>> = { '@': 'a', $: 's', '!': 'i', '|': 'l', '€': 'e' };
const PAIR = /[@$!|€]{2}/;
const BETWEEN = /\p{L}[@$!|€]{2,}\p{L}/u;
const STRETCHED = /(\p{L})\1{2,}/giu;
/** Signs before a word that are no letters of it: of a command, of a share, of a hidden text. */
const AT_EDGES = /(?<![\p{L}\p{N}@$!|€])[$!|€]+(?=\p{L})|(?<=\p{L})[$!|€]+(?![\p{L}\p{N}@$!|€])/gu;
/** Letters one by one with the same sign between them. */
const APART = /(?<!\p{L})(\p{L}([@$!|€])\p{L}(?:\2\p{L})+)(?!\p{L})/gu;

/**
 * Words that are stretched (`caaaasino`), in which several signs in a row stand for letters (`c@$!no`), that signs
 * stand before (`!casino`) or amid all letters of (`c|a|s|i|n|o`), and those with an ß, as they are meant: a letter
 * that is written three times or more once, and, in another text, twice (`freeee`). Nothing for texts without such
 * words; of a long text, what stands around the first.
 */
export function respelled(texts: readonly string[]): string[] {
  return texts.flatMap((text) => {
    const part = partAround(text, firstOdd(text));
    if (part === '') return [];
    const apart = part.replace(APART, (word) => word.replace(/[@$!|€]/g, ''));
    const bare = apart.replace(AT_EDGES, ' ').replace(/ß/gi, 'ss');
    const spelled = PAIR.test(bare) ? bare.split(/\s/).map(withLetters).join(' ') : bare;
    const [once = '', twice = ''] = ['$1', '$1$1'].map((times) => spelled.replace(STRETCHED, times));
    if (once === part) return [];
    return once === twice ? [once] : [once, twice];
  });
}

/** Whole words around a place: what is cut off would make other words. */
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

/** Where something is that words are not written with: -1 for most texts. What is found is looked at more closely. */
function firstOdd(text: string): number {
  const end = Math.min(text.length, MOST_UNITS);
  let before = 0x20;
  let last = 0x20;
  for (let at = 0; at < end; at++) {
    const unit = text.charCodeAt(at);
    // two signs side by side; a sign at the beginning of a word; one that comes again behind one letter
    if (isSign(unit) ? isSign(last) || isSign(before) : isSign(last) && isEdge(before) && unit > 0x40) return at;
    // capitals of ASCII and small letters are the same; what else falls together is looked at again
    if (unit > 0x40 && (unit | 0x20) === (last | 0x20) && (unit | 0x20) === (before | 0x20)) return at;
    if (unit === SHARP_S || unit === CAPITAL_SHARP_S) return at;
    before = last;
    last = unit;
  }
  return -1;
}

const SHARP_S = 0xdf;
const CAPITAL_SHARP_S = 0x1e9e;

/** A blank, or a sign that stands around words. */
function isEdge(unit: number): boolean {
  return unit < 0x30 || unit === 0x3a || unit === 0x5b || unit === 0x7b;
}

function isSign(unit: number): boolean {
  return unit === 0x40 || unit === 0x24 || unit === 0x21 || unit === 0x7c || unit === 0x20ac;
}
