/**
 * The distance of a text from a name as a reader perceives it: inconspicuous slips (a doubled letter, a swap, `v` for
 * `u`) cost less than others. Runs on the few candidates from the index; both sides are folded.
 */
import type { Folded } from '../fold/folded.js';
import { IS_WIDE, TABLE_END } from '../fold/table.js';

/** Letters that are easily mistaken for each other, in both directions. */
const ALIKE: ReadonlySet<string> = new Set(
  [
    'uv',
    'nh',
    'mn',
    'ce',
    'gq',
    'lj',
    'ft',
    'bh',
    'pq',
    'bd',
    'co',
    'ao',
    'vy',
    'uw',
    'vw',
    'nr',
    'sz',
    'ck',
    'gy',
    'fl',
    'hk',
    'ae',
    'un',
    'ij',
    'eo',
    'dcl',
    'pg',
    'bp',
    'kx',
    'tf',
    'sc',
  ].flatMap((pair) => [pair, [...pair].reverse().join('')]),
);
/** `l` is the class letter of i. */
const VOWELS = 'aelouy';
const isLatin = (code: number) => code >= 0x61 && code <= 0x7a;

const SWAP = 0.8;
const DOUBLED = 0.5;
const LOOKS_ALIKE = 0.6;
const ALIEN = 0.4;
const VOWEL = 0.8;
const AT_START = 0.25;
/** two letters that are read as one */
const BUILT = 0.4;
/** From here on characters are words or syllables; the few that look like a letter are in the fold table. */
const IDEOGRAPHS = 0x2e80;

/**
 * 1 for letters that merely resemble others in shape (ʙ, ɖ, ค): the table has one reading, but readers may see another,
 * so such a letter matches whatever is expected there. Only among plain letters: a name entirely in another script is a
 * name.
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

/**
 * The cost of mistaking one Latin letter for another, indexed by 32 times the seen letter's position in the alphabet
 * plus the intended one's.
 */
const LATIN_COSTS = Float64Array.from({ length: 32 * 26 }, (_, pair) => {
  const [seen, meant] = [String.fromCharCode(0x61 + (pair >> 5)), String.fromCharCode(0x61 + (pair & 31))];
  if (seen === meant) return 0;
  if (ALIKE.has(seen + meant)) return LOOKS_ALIKE;
  return VOWELS.includes(seen) && VOWELS.includes(meant) ? VOWEL : 1;
});
const IS_VOWEL = Uint8Array.from({ length: 0x80 }, (_, code) => (VOWELS.includes(String.fromCharCode(code)) ? 1 : 0));

function replaceCost(seen: number, meant: number, odd: boolean): number {
  if (seen === meant) return 0;
  if (odd) return ALIEN;
  if (!isLatin(meant)) return 1;
  // a letter of another script among Latin ones matches whatever the reader expects there
  if (isLatin(seen)) return LATIN_COSTS[((seen - 0x61) << 5) | (meant - 0x61)]!;
  return seen < IDEOGRAPHS ? ALIEN : 1;
}

const [B, C, D, K, L, N, O, R, U] = [...'bcdklnoru'].map((letter) => letter.charCodeAt(0));

/** The letter that two adjacent ones look like, or 0: `ol` is a d, `lo` a b, `ri` an n, `ii` a u. */
function builtLike(first: number, second: number): number {
  if (first === O) return second === L ? D! : 0;
  if (first === R) return second === L ? N! : 0;
  if (first !== L) return 0;
  return second === O ? B! : second === L ? U! : second === C ? K! : 0;
}

/** Maximum letters per side; three rows of the table and the insertion and deletion costs, reused. */
const MOST_LETTERS = 72;
const textCosts = new Float64Array(MOST_LETTERS);
const nameCosts = new Float64Array(MOST_LETTERS);
const rows: [Float64Array, Float64Array, Float64Array] = [
  new Float64Array(MOST_LETTERS),
  new Float64Array(MOST_LETTERS),
  new Float64Array(MOST_LETTERS),
];

/**
 * The weighted distance of a folded text from a name's letters. Quadratic; the index has bounded both to 67 letters.
 */
export function weighedDistance(text: Folded, name: Uint16Array): number {
  const { codes, length } = text;
  const odd = oddLetters(text);
  const columns = name.length;
  letterCosts(codes, length, textCosts);
  letterCosts(name, columns, nameCosts);
  let [before, previous, current] = rows;
  previous[0] = 0;
  for (let column = 1; column <= columns; column++) previous[column] = previous[column - 1]! + nameCosts[column - 1]!;
  for (let row = 1; row <= length; row++) {
    const seen = codes[row - 1]!;
    const seenBefore = row > 1 ? codes[row - 2]! : 0;
    const isOdd = odd !== undefined && odd[row - 1] === 1;
    const more = textCosts[row - 1]!;
    const built = row > 1 ? builtLike(seenBefore, seen) : 0;
    current[0] = previous[0]! + more;
    for (let column = 1; column <= columns; column++) {
      const meant = name[column - 1]!;
      let replaced = replaceCost(seen, meant, isOdd);
      if (replaced > 0 && row === 1 && column === 1 && !isOdd && isLatin(seen)) replaced += AT_START;
      let cost = previous[column - 1]! + replaced;
      cost = Math.min(cost, previous[column]! + more, current[column - 1]! + nameCosts[column - 1]!);
      if (built === meant) cost = Math.min(cost, before[column - 1]! + BUILT);
      if (row > 1 && column > 1 && seen === name[column - 2] && seenBefore === meant)
        cost = Math.min(cost, before[column - 2]! + SWAP);
      current[column] = cost;
    }
    [before, previous, current] = [previous, current, before];
  }
  return previous[columns]!;
}

/** The cost of inserting or deleting each letter: a doubled one is hardly noticed, the first one most. */
function letterCosts(codes: Uint16Array, length: number, into: Float64Array): void {
  for (let at = 0; at < length; at++) {
    const code = codes[at]!;
    const doubled = (at > 0 && codes[at - 1] === code) || (at + 1 < length && codes[at + 1] === code);
    into[at] = doubled ? DOUBLED : (code < 0x80 && IS_VOWEL[code] === 1 ? VOWEL : 1) + (at === 0 ? AT_START : 0);
  }
}

/**
 * How much weighted distance a name of this many letters tolerates before a reader takes the text for something else.
 * Up to four letters one slip, which never counts by itself (score/); five letters one; six and more two. Texts that
 * are words are handled by Lexicon.isOrdinary, and names that are words tolerate less (`bearableByWord`).
 */
export function bearable(length: number): number {
  if (length < 4) return ALIEN;
  if (length < 6) return 1.25;
  if (length < 7) return 2.05;
  if (length < 8) return 2.3;
  return length < 13 ? 2.5 : 3.5;
}

/**
 * The same for a name that is a dictionary word or a person's name (server, element, felix): around words there are
 * other words, more than any list contains. Six letters tolerate one slip, or two inconspicuous ones ("silver" is not
 * "server").
 */
export function bearableByWord(length: number): number {
  if (length < 5) return 0.6;
  if (length < 6) return 1;
  if (length < 7) return 1.55;
  if (length < 8) return 2;
  return length < 13 ? 2.3 : 3.3;
}
