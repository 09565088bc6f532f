/** UTF-16 units of a text in which such words are looked for, and how much around the first is spelled anew. */
const MOST_UNITS = 768;
const BEFORE = 32;
const AFTER = 96;

const SIGNS: Readonly<Record<string, string>> = { '@': 'a', $: 's', '!': 'i', '|': 'l', '€': 'e' };
const PAIR = /[@$!|€]{2}/;
const BETWEEN = /\p{L}[@$!|€]{2,}\p{L}/u;
const STRETCHED = /(\p{L})\1{2,}/giu;

/**
 * Words that are stretched (`caaaasino`) or in which several signs in a row stand for letters (`c@$!no`), as they are
 * meant: a letter that is written three times or more once, and, in another text, twice (`freeee`). Nothing for texts
 * without such words; of a long text, what stands around the first.
 */
export function respelled(texts: readonly string[]): string[] {
  return texts.flatMap((text) => {
    const part = partAround(text, firstOdd(text));
    if (part === '') return [];
    const spelled = PAIR.test(part) ? part.split(/\s/).map(withLetters).join(' ') : part;
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

/** Where two signs, or three letters that are the same, stand side by side first; -1 for most texts. */
function firstOdd(text: string): number {
  const end = Math.min(text.length, MOST_UNITS);
  let before = 0;
  let last = 0;
  for (let at = 0; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (isSign(unit) && isSign(last)) return at;
    // capitals of ASCII and small letters are the same; what else falls together is looked at again
    if (unit > 0x40 && (unit | 0x20) === (last | 0x20) && (unit | 0x20) === (before | 0x20)) return at;
    before = last;
    last = unit;
  }
  return -1;
}

function isSign(unit: number): boolean {
  return unit === 0x40 || unit === 0x24 || unit === 0x21 || unit === 0x7c || unit === 0x20ac;
}
