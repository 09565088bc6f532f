/**
 * The lookup keys of a text, filtered to those under which something is filed. Nearly always there are none, which
 * three letters of a key reveal first: of about seventy keys two or three remain, with hundreds of names.
 */
import { hashOf, POWERS, type Folded } from '../fold/folded.js';
import { END, LONGEST_NEAR, restKey, SHORT, slipsFor, TAIL, THREE_SLIPS } from './near-keys.js';
import { isSet, type Postings } from './postings.js';

/**
 * What begins or ends with three letters: what is left of short names, or what follows a beginning; the other seven
 * bits are for beginnings and ends of long names, by how long they are: most are not nearly as long as the text.
 */
export const OF_SHORT = 1;
export const OF_REST = 1;
/** Up to so many letters a name has the first of these bits, the second and so on; the last one has no end. */
const LENGTHS = [10, 12, 14, 16, 19, 23];
export function ofLength(length: number): number {
  const at = LENGTHS.findIndex((longest) => length <= longest);
  return 2 << (at < 0 ? LENGTHS.length : at);
}
/** The bits of all long names that are nearly as long as a text of so many letters. */
const NEARLY = Uint8Array.from({ length: LONGEST_NEAR + 4 }, (_, length) => {
  let bits = 0;
  for (let name = Math.max(SHORT + 1, length - 3); name <= length + 3; name++)
    if (Math.abs(name - length) <= slipsFor(name)) bits |= ofLength(name);
  return bits;
});
/** Three letters as a number, from their classes modulo 32. */
const GRAMS = 1 << 15;
const gramOf = (first: number, second: number, third: number) =>
  ((first & 31) << 10) | ((second & 31) << 5) | (third & 31);

/** Fewer letters have too few keys to be worth the question, and what is left of them no three letters. */
const GATED = 5;
/** No text has more keys: one, ten with a letter less, and 45 with two letters less. */
const MOST_KEYS = 64;
/** keys of a text under which something is filed */
export const keys = new Int32Array(MOST_KEYS);

/** The first and the last three letters of all filed keys. */
export class Gates {
  readonly heads = new Uint8Array(GRAMS);
  readonly tails = new Uint8Array(GRAMS);

  addHead(codes: Uint16Array, kind: number): void {
    if (codes.length < 3) return;
    const gram = gramOf(codes[0]!, codes[1]!, codes[2]!);
    this.heads[gram] = this.heads[gram]! | kind;
  }

  addTail(codes: Uint16Array, kind: number): void {
    const { length } = codes;
    if (length < 3) return;
    const gram = gramOf(codes[length - 3]!, codes[length - 2]!, codes[length - 1]!);
    this.tails[gram] = this.tails[gram]! | kind;
  }

  /**
   * Whether the letters `from` to `to` of a text may have any of the keys below. It looks at the same beginnings and
   * endings as the questions, but at all of them at once, and so nearly without branches. "No" is definite.
   */
  mayHaveKeys(codes: Uint16Array, from: number, to: number): boolean {
    const length = to - from;
    if (length < GATED) return true;
    const { heads, tails } = this;
    const isShort = length <= SHORT + 2;
    const nearly = length > END ? NEARLY[length]! : 0;
    const a = codes[from]!;
    const b = codes[from + 1]!;
    const c = codes[from + 2]!;
    const d = codes[from + 3]!;
    const lessOne =
      heads[gramOf(a, b, c)]! | heads[gramOf(b, c, d)]! | heads[gramOf(a, c, d)]! | heads[gramOf(a, b, d)]!;
    if ((lessOne & (isShort ? nearly | OF_SHORT : nearly)) !== 0) return true;
    if (isShort) {
      const e = codes[from + 4]!;
      const lessTwo =
        heads[gramOf(c, d, e)]! |
        heads[gramOf(b, d, e)]! |
        heads[gramOf(b, c, e)]! |
        heads[gramOf(a, d, e)]! |
        heads[gramOf(a, c, e)]! |
        heads[gramOf(a, b, e)]!;
      if ((lessTwo & OF_SHORT) !== 0) return true;
    }
    if (length <= END) return false;
    const w = codes[to - 4]!;
    const x = codes[to - 3]!;
    const y = codes[to - 2]!;
    const z = codes[to - 1]!;
    const ending = tails[gramOf(x, y, z)]!;
    return (
      (ending & OF_REST) !== 0 ||
      (length >= THREE_SLIPS - 3 &&
        ((ending | tails[gramOf(w, x, y)]! | tails[gramOf(w, x, z)]! | tails[gramOf(w, y, z)]!) & nearly) !== 0)
    );
  }
}

/**
 * Fills `keys` with those of the letters `from` to `to` for short names.
 * @returns how many there are
 */
export function askShort(
  { codes, hashes }: Folded,
  from: number,
  to: number,
  { heads }: Gates,
  { bits, bitShift }: Postings,
): number {
  const length = to - from;
  if (length > SHORT + 2) return 0;
  // what stands before the part is in all of its hashes, and the fewer letters are left the fewer places away
  const before = hashes[from]!;
  const last = hashes[to]!;
  const whole = (last - Math.imul(before, POWERS[length]!)) | 0;
  const isGated = length >= GATED;
  const a = codes[from]!;
  const b = codes[from + 1]!;
  const c = codes[from + 2]!;
  const d = codes[from + 3]!;
  const e = codes[from + 4]!;
  let count = 0;
  const mayBegin = !isGated || (heads[gramOf(a, b, c)]! & OF_SHORT) !== 0;
  if (mayBegin && length <= SHORT && isSet(bits, bitShift, whole)) keys[count++] = whole;
  if (length < 3) return count;
  const lessOne = (last - Math.imul(before, POWERS[length - 1]!)) | 0;
  const lessTwo = (last - Math.imul(before, POWERS[length - 2]!)) | 0;
  for (let first = 0; first < length; first++) {
    // letters behind the third change nothing of how the key begins
    if (first === 3 && !mayBegin) break;
    // of two equal adjacent letters only one needs to be removed
    if (first > 0 && codes[from + first] === codes[from + first - 1]) continue;
    const may =
      first >= 3 ||
      !isGated ||
      (heads[first === 0 ? gramOf(b, c, d) : first === 1 ? gramOf(a, c, d) : gramOf(a, b, d)]! & OF_SHORT) !== 0;
    // without a letter the hash is another by what `without` says; without two by that of the second, and that of the
    // first moved on by a place
    if (may && length <= SHORT + 1) {
      const one = (lessOne + without(hashes, to, from + first)) | 0;
      if (isSet(bits, bitShift, one)) keys[count++] = one;
    }
    if (length < 6 || first + 1 === length) continue;
    const letter = hashes[from + first]! - hashes[from + first + 1]!;
    const moved = (lessTwo + Math.imul(letter, POWERS[length - first - 2]!)) | 0;
    let second = first + 1;
    for (; first < 3 && second <= 3; second++) {
      if ((heads[gramWithout(first, second, a, b, c, d, e)]! & OF_SHORT) === 0) continue;
      const two = (moved + without(hashes, to, from + second)) | 0;
      if (isSet(bits, bitShift, two)) keys[count++] = two;
    }
    if (!may) continue;
    for (; second < length; second++) {
      const two = (moved + without(hashes, to, from + second)) | 0;
      if (isSet(bits, bitShift, two)) keys[count++] = two;
    }
  }
  return count;
}

/** How a text's hash changes when a letter is removed. */
function without(hashes: Int32Array, to: number, at: number): number {
  return Math.imul(hashes[at]! - hashes[at + 1]!, POWERS[to - at - 1]!);
}

/** The three letters that are left of five without two of the first four. */
function gramWithout(first: number, second: number, a: number, b: number, c: number, d: number, e: number): number {
  if (first === 0) return second === 1 ? gramOf(c, d, e) : second === 2 ? gramOf(b, d, e) : gramOf(b, c, e);
  if (first === 1) return second === 2 ? gramOf(a, d, e) : gramOf(a, c, e);
  return gramOf(a, b, e);
}

/**
 * Fills `keys` with those of the letters `from` to `to` for long names; more than `END`.
 * @returns how many there are
 */
export function askLong(text: Folded, from: number, to: number, gates: Gates, postings: Postings): number {
  const { codes } = text;
  const length = to - from;
  const nearly = NEARLY[length]!;
  let count = askHead(text, from, nearly, gates, postings);
  const { bits, bitShift } = postings;
  const ending = gates.tails[gramOf(codes[to - 3]!, codes[to - 2]!, codes[to - 1]!)]!;
  if ((ending & OF_REST) !== 0)
    for (let size = Math.max(SHORT + 1, length - 2); size < THREE_SLIPS && size <= length + 2; size++) {
      const key = restKey(hashOf(text, to - (size - END), to), size);
      if (isSet(bits, bitShift, key)) keys[count++] = key;
    }
  return length < THREE_SLIPS - 3 ? count : askTail(text, to, nearly, gates, postings, count);
}

function askHead(text: Folded, from: number, nearly: number, { heads }: Gates, { bits, bitShift }: Postings): number {
  const { codes, hashes } = text;
  const a = codes[from]!;
  const b = codes[from + 1]!;
  const c = codes[from + 2]!;
  const d = codes[from + 3]!;
  let count = 0;
  const mayBegin = (heads[gramOf(a, b, c)]! & nearly) !== 0;
  if (mayBegin) {
    const of5 = hashOf(text, from, from + END - 1);
    const of6 = hashOf(text, from, from + END);
    if (isSet(bits, bitShift, of5)) keys[count++] = of5;
    if (isSet(bits, bitShift, of6)) keys[count++] = of6;
  }
  // six and seven letters with one less, which is taken off below
  const shorter = hashes[from + END]! - Math.imul(hashes[from]!, POWERS[END - 1]!);
  const longer = hashes[from + END + 1]! - Math.imul(hashes[from]!, POWERS[END]!);
  for (let at = 0; at < END; at++) {
    if (at < 3) {
      const gram = at === 0 ? gramOf(b, c, d) : at === 1 ? gramOf(a, c, d) : gramOf(a, b, d);
      if ((heads[gram]! & nearly) === 0) continue;
    } else if (!mayBegin) break;
    const letter = hashes[from + at]! - hashes[from + at + 1]!;
    const of6 = (shorter + Math.imul(letter, POWERS[END - 1 - at]!)) | 0;
    const of7 = (longer + Math.imul(letter, POWERS[END - at]!)) | 0;
    // without its last one it was the first question
    if (at < END - 1 && isSet(bits, bitShift, of6)) keys[count++] = of6;
    if (isSet(bits, bitShift, of7)) keys[count++] = of7;
  }
  return count;
}

/** Adds the keys of the end behind the first `count`. @returns how many there are with them */
function askTail(
  text: Folded,
  to: number,
  nearly: number,
  { tails }: Gates,
  { bits, bitShift }: Postings,
  before: number,
): number {
  const { hashes, codes } = text;
  const w = codes[to - 4]!;
  const x = codes[to - 3]!;
  const y = codes[to - 2]!;
  const z = codes[to - 1]!;
  let count = before;
  const mayEnd = (tails[gramOf(x, y, z)]! & nearly) !== 0;
  if (mayEnd) {
    const end = (hashOf(text, to - END, to) + TAIL) | 0;
    const shortEnd = (hashOf(text, to - END + 1, to) + TAIL) | 0;
    if (isSet(bits, bitShift, shortEnd)) keys[count++] = shortEnd;
    if (isSet(bits, bitShift, end)) keys[count++] = end;
  }
  const before6 = (TAIL - Math.imul(hashes[to - END]!, POWERS[END - 1]!)) | 0;
  const before7 = (TAIL - Math.imul(hashes[to - END - 1]!, POWERS[END]!)) | 0;
  for (let at = 1; at <= END; at++) {
    if (at < 4) {
      const gram = at === 1 ? gramOf(w, x, y) : at === 2 ? gramOf(w, x, z) : gramOf(w, y, z);
      if ((tails[gram]! & nearly) === 0) continue;
    } else if (!mayEnd) break;
    const left = hashes[to]! + Math.imul(hashes[to - at]! - hashes[to - at + 1]!, POWERS[at - 1]!);
    const of6 = (left + before6) | 0;
    const of7 = (left + before7) | 0;
    if (at < END && isSet(bits, bitShift, of6)) keys[count++] = of6;
    if (isSet(bits, bitShift, of7)) keys[count++] = of7;
  }
  return count;
}
