/**
 * How far a text is from a name as a reader sees it: slips that the eye forgives (a doubled letter, a swap, `v` for `u`) cost less
 * than others. Runs on the few candidates that the index found; both sides are folded already.
 */
import type { Folded } from '../fold/fold.js';
import { IS_WIDE, TABLE_END } from '../fold/table.js';

/** Letters that pass for one another at a glance, both ways. */
const ALIKE: ReadonlySet<string> = new Set(['uv', 'nh', 'mn', 'ce', 'gq', 'lj', 'ft', 'bh', 'pq', 'bd', 'co', 'ao', 'vy', 'uw', 'vw', 'nr', 'sz', 'ck', 'gy', 'fl', 'hk', 'ae', 'un', 'ij', 'eo', 'dcl', 'pg', 'bp', 'kx', 'tf', 'sc'].flatMap((pair) => [pair, [...pair].reverse().join('')]));
/** `l` is the class letter of i. */
const VOWELS = 'aelouy';
const isVowel = (code: number) => VOWELS.includes(String.fromCharCode(code));
const isLatin = (code: number) => code >= 0x61 && code <= 0x7a;

const SWAP = 0.8;
const DOUBLED = 0.5;
const LOOKS_ALIKE = 0.6;
const ALIEN = 0.4;
const VOWEL = 0.8;
const AT_START = 0.25;

/**
 * 1 for letters in a shape that only resembles theirs (ʙ, ɖ, ค): the table names one reading, a reader may take it for another, so
 * such a letter stands for whatever is expected there. Only amid plain letters: a name that is wholly in another script is a name.
 */
function oddLetters({ codes, source, origin, length, foreign }: Folded): Uint8Array | undefined {
  if (!foreign) return undefined;
  const odd = new Uint8Array(length);
  let [count, plain] = [0, 0];
  for (let at = 0; at < length; at++) {
    const codePoint = origin.codePointAt(source[at]!) ?? 0;
    if (codePoint < 0x80) plain++;
    else if (codePoint < TABLE_END && IS_WIDE[codePoint] === 1 && isLatin(codes[at]!)) count += odd[at] = 1;
  }
  return count > 0 && count < plain ? odd : undefined;
}

function replaceCost(seen: number, meant: number, odd: boolean): number {
  if (seen === meant) return 0;
  if (odd) return ALIEN;
  // a letter of another script amid Latin ones stands for whatever the reader expects there
  if (!isLatin(seen) && isLatin(meant)) return ALIEN;
  if (!isLatin(seen) || !isLatin(meant)) return 1;
  if (ALIKE.has(String.fromCharCode(seen, meant))) return LOOKS_ALIKE;
  return isVowel(seen) && isVowel(meant) ? VOWEL : 1;
}

/** The weighed distance of a folded text to a name's letters. Quadratic; the index has bounded both to 67 letters. */
export function weighedDistance(text: Folded, name: Uint16Array): number {
  const { codes, length } = text;
  const odd = oddLetters(text);
  let before: number[] = [];
  let previous = [0];
  for (let column = 1; column <= name.length; column++) previous.push(previous[column - 1]! + letterCost(name, name.length, column - 1));
  for (let row = 1; row <= length; row++) {
    const current = [previous[0]! + letterCost(codes, length, row - 1)];
    for (let column = 1; column <= name.length; column++) {
      const isOdd = odd !== undefined && odd[row - 1] === 1;
      const start = row === 1 && column === 1 && !isOdd && isLatin(codes[0]!) ? AT_START : 0;
      const replaced = replaceCost(codes[row - 1]!, name[column - 1]!, isOdd);
      let cost = Math.min(
        previous[column - 1]! + replaced + (replaced > 0 ? start : 0),
        previous[column]! + letterCost(codes, length, row - 1),
        current[column - 1]! + letterCost(name, name.length, column - 1),
      );
      if (row > 1 && column > 1 && codes[row - 1] === name[column - 2] && codes[row - 2] === name[column - 1]) cost = Math.min(cost, before[column - 2]! + SWAP);
      current.push(cost);
    }
    [before, previous] = [previous, current];
  }
  return previous[name.length]!;
}

/** One letter more or less: a doubled one is hardly seen, the first one is seen most. */
function letterCost(codes: Uint16Array, length: number, at: number): number {
  if ((at > 0 && codes[at - 1] === codes[at]) || (at + 1 < length && codes[at + 1] === codes[at])) return DOUBLED;
  return (isVowel(codes[at]!) ? VOWEL : 1) + (at === 0 ? AT_START : 0);
}

/**
 * How much weighed distance a name of this many letters bears before a reader takes the text for something else. Up to four letters only
 * one slip, which never counts by itself (score/); five letters one; six and more two. Texts that are words themselves are told apart by
 * Names.isOrdinary, and names that are words bear less (`bearableByWord`).
 */
export function bearable(length: number): number {
  if (length < 4) return ALIEN;
  if (length < 6) return 1.25;
  if (length < 7) return 2.05;
  if (length < 8) return 2.3;
  return length < 13 ? 2.5 : 3.5;
}

/**
 * The same for a name that is a word of the language or somebody's name (server, element, felix): around words there are other words, more
 * than any list holds. Six letters bear one slip, or two that the eye forgives ("silver" is not "server").
 */
export function bearableByWord(length: number): number {
  if (length < 5) return 0.6;
  if (length < 6) return 1;
  if (length < 7) return 1.55;
  if (length < 8) return 2;
  return length < 13 ? 2.3 : 3.3;
}
