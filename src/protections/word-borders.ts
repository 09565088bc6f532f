import { beginsAsWord, endsAsWord } from './word-edges.js';

/** Short words that begin or end other words by chance: "the rapist" and therapist, "now here" and nowhere. */
const BEGINS = new Set(
  (
    'a an the i in on at to so no do go he her his him she is it its as or of us be by my me we up off out for from ' +
    'and but not now all are was am any one over under with pro per un de la le el der die das den eine im une'
  ).split(' '),
);
const ENDS = new Set(
  'a an i is in on at as or us al am it able age ant end ion one her here ware less ness'.split(' '),
);
/** Between parts of an honest word: white space, a hyphen, an apostrophe. */
const BORDER = /[\s\p{Pd}'’]+/u;
/** So many single letters are spelled out on purpose. */
const SPELLED = 3;

/**
 * Whether plain letters that equal a listed phrase are other words than the phrase, because their borders are
 * elsewhere: "no where" for "now here", "therapist" for "the rapist". Other signs between the letters are a disguise.
 * @param written as in the text, with its case
 * @param phrase as in the list
 */
export function hasOtherBorders(written: string, phrase: string): boolean {
  const parts = phrase.trim().split(BORDER);
  if (parts.length < 2) return false;
  // a capital shows a border too: theRapist
  const pieces = written.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ').split(BORDER);
  if (pieces.some((piece) => !/^[\p{L}\p{N}\p{M}]+$/u.test(piece))) return false;
  if (pieces.filter((piece) => piece.length === 1).length >= SPELLED) return false;
  const [listed, seen] = [bordersOf(parts), bordersOf(pieces)];
  if (listed.every((border) => seen.includes(border))) return false;
  // letters with other borders make an honest word only where a short, common word stands at each border they lack
  return listed.every(
    (border, index) =>
      seen.includes(border) || BEGINS.has(parts[index]!.toLowerCase()) || ENDS.has(parts[index + 1]!.toLowerCase()),
  );
}

/** Fewer letters are other words by chance: "carp et" and "car pet". */
export const LEAST_SHIFTED = 7;
/** Letters that make another word of one, at its end or at its beginning: "men swear" and "mens wear". */
const AFFIXES = new Set('s es ed d er r e ing y ly n en t o re un de ex'.split(' '));

/**
 * Whether plain letters are a listed phrase with its blanks elsewhere, "fre ebtc": as many words, none of them with a
 * capital as a name, and the letters that changed sides made no other words of both, as far as can be told: "win glad"
 * for "wing lad" may be words on both sides of the blank, "fre ebtc" may not.
 * @param written as in the text, with its case
 * @param phrase as in the list
 */
export function isShifted(written: string, phrase: string): boolean {
  const parts = phrase.trim().toLowerCase().split(/\s+/);
  const pieces = written.split(/\s+/);
  if (
    parts.length < 2 ||
    pieces.length !== parts.length ||
    parts.join('') !== written.toLowerCase().replace(/\s+/g, '')
  )
    return false;
  // a name, or several languages' letters, of which nothing is known here
  if (!/^[a-z\s]+$/.test(written) && !/^[A-Z\s]+$/.test(written)) return false;
  const seen = pieces.map((piece) => piece.toLowerCase());
  if (seen.some((piece) => piece.length < 2 || isShort(piece)) || hasOtherBorders(written, phrase)) return false;
  const [meantBorders, seenBorders] = [bordersOf(parts), bordersOf(seen)];
  const isWordy = seenBorders.every(
    (border, index) => meantBorders.includes(border) || (endsAsWord(seen[index]!) && beginsAsWord(seen[index + 1]!)),
  );
  if (isWordy) return false;
  let [meantAt, seenAt] = [0, 0];
  return parts.slice(1).every((next, index) => {
    meantAt += parts[index]!.length;
    seenAt += seen[index]!.length;
    if (seenAt === meantAt) return true;
    const moved = parts.join('').slice(Math.min(seenAt, meantAt), Math.max(seenAt, meantAt));
    // an abbreviation, btc, makes no word with what is added to it
    const grown = seenAt < meantAt ? next : parts[index]!;
    return !/[aeiouy]/.test(grown) || !(AFFIXES.has(moved) || isShort(moved));
  });
}

function isShort(word: string): boolean {
  return BEGINS.has(word) || ENDS.has(word);
}

/** After how many letters each border stands. */
function bordersOf(words: readonly string[]): number[] {
  let letters = 0;
  return words.slice(0, -1).map((word) => (letters += word.normalize('NFD').replace(/\p{M}/gu, '').length));
}
