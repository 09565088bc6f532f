/** UTF-16 units of a text that are looked at, and of what is spelled anew. */
const MOST_UNITS = 2048;
const MOST_RESPELLED = 256;
/** Words on each side that are kept, so that a phrase stays whole. */
const AROUND = 2;

const SIGNS: Readonly<Record<string, string>> = { '@': 'a', $: 's', '!': 'i', '|': 'l', '€': 'e' };
const BETWEEN = /\p{L}[@$!|€]{2,}\p{L}/u;
const STRETCHED = /(\p{L})\1{2,}/giu;

/**
 * Words that are stretched (`caaasino`) or in which several signs in a row stand for letters (`c@$!no`), as they are
 * meant: a letter that is written three times or more once, and, in another text, twice (`freeee`). Nothing for texts
 * without such words.
 */
export function respelled(texts: readonly string[]): string[] {
  return texts.flatMap((text) => {
    if (!mayHold(text)) return [];
    const words = text.slice(0, MOST_UNITS).split(/\s+/);
    const odd = words.map((word) => BETWEEN.test(word) || isStretched(word));
    const kept = words.filter((_, at) => odd.slice(Math.max(0, at - AROUND), at + AROUND + 1).includes(true));
    const meant = kept.map(withLetters).join(' ');
    const [once, twice] = ['$1', '$1$1'].map((times) => meant.replace(STRETCHED, times).slice(0, MOST_RESPELLED));
    return once === twice ? [once ?? ''] : [once ?? '', twice ?? ''];
  });
}

function isStretched(word: string): boolean {
  STRETCHED.lastIndex = 0;
  return STRETCHED.test(word);
}

function withLetters(word: string): string {
  return BETWEEN.test(word) ? word.replace(/[@$!|€]/g, (sign) => SIGNS[sign] ?? sign) : word;
}

/** A quick look, unit by unit: most texts hold nothing of the kind. */
function mayHold(text: string): boolean {
  const end = Math.min(text.length, MOST_UNITS);
  let before = 0;
  let last = 0;
  for (let at = 0; at < end; at++) {
    const unit = text.charCodeAt(at);
    if (isSign(unit) && isSign(last)) return true;
    // capitals of ASCII and small letters are the same; what else falls together is looked at again
    if (unit > 0x40 && (unit | 0x20) === (last | 0x20) && (unit | 0x20) === (before | 0x20)) return true;
    before = last;
    last = unit;
  }
  return false;
}

function isSign(unit: number): boolean {
  return unit === 0x40 || unit === 0x24 || unit === 0x21 || unit === 0x7c || unit === 0x20ac;
}
