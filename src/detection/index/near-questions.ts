/**
 * The keys that a text is asked for under, and of those the ones under which something is filed. Nearly always there is
 * none, which three letters of a key tell first: of some seventy keys two or three are left, while names are hundreds.
 */
import { hashOf, POWERS, type Folded } from '../fold/folded.js';
import { END, restKey, SHORT, TAIL, THREE_SLIPS } from './near-keys.js';
import { isSet, type Postings } from './postings.js';

/** What begins or ends with three letters: what is left of short names, beginnings, ends, what follows a beginning. */
export const OF_SHORT = 1;
export const OF_HEAD = 2;
export const OF_TAIL = 4;
export const OF_REST = 8;
/** Three letters as a number, by their classes modulo 32. */
const GRAMS = 1 << 15;
const gramOf = (first: number, second: number, third: number) =>
  ((first & 31) << 10) | ((second & 31) << 5) | (third & 31);

/** Fewer letters have too few keys to be worth the question, and what is left of them no three letters. */
const GATED = 5;
/** No text has more keys: one, ten with a letter less, and 45 with two letters less. */
const MOST_KEYS = 64;
/** keys of a text under which something is filed */
export const keys = new Int32Array(MOST_KEYS);

/** The first and the last three letters of all that is filed. */
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
}

/**
 * Fills `keys` with those for short names.
 * @returns how many there are
 */
export function askShort({ length, codes, hashes }: Folded, { heads }: Gates, { bits, bitShift }: Postings): number {
  if (length > SHORT + 2) return 0;
  const whole = hashes[length]!;
  const isGated = length >= GATED;
  const [a, b, c, d, e] = [codes[0]!, codes[1]!, codes[2]!, codes[3]!, codes[4]!];
  let count = 0;
  const mayBegin = !isGated || (heads[gramOf(a, b, c)]! & OF_SHORT) !== 0;
  if (mayBegin && length <= SHORT && isSet(bits, bitShift, whole)) keys[count++] = whole;
  if (length < 3) return count;
  for (let first = 0; first < length; first++) {
    // letters behind the third change nothing of how the key begins
    if (first === 3 && !mayBegin) break;
    // of two equal letters side by side one is enough to leave out
    if (first > 0 && codes[first] === codes[first - 1]) continue;
    const may =
      first >= 3 ||
      !isGated ||
      (heads[first === 0 ? gramOf(b, c, d) : first === 1 ? gramOf(a, c, d) : gramOf(a, b, d)]! & OF_SHORT) !== 0;
    // without a letter the hash is another by what `without` says; without two by that of the second, and that of the
    // first moved on by a place
    if (may && length <= SHORT + 1) {
      const one = (whole + without(hashes, length, first)) | 0;
      if (isSet(bits, bitShift, one)) keys[count++] = one;
    }
    if (length < 6 || first + 1 === length) continue;
    const moved = (whole + Math.imul(hashes[first]! - hashes[first + 1]!, POWERS[length - first - 2]!)) | 0;
    let second = first + 1;
    for (; first < 3 && second <= 3; second++) {
      if ((heads[gramWithout(first, second, a, b, c, d, e)]! & OF_SHORT) === 0) continue;
      const two = (moved + without(hashes, length, second)) | 0;
      if (isSet(bits, bitShift, two)) keys[count++] = two;
    }
    if (!may) continue;
    for (; second < length; second++) {
      const two = (moved + without(hashes, length, second)) | 0;
      if (isSet(bits, bitShift, two)) keys[count++] = two;
    }
  }
  return count;
}

/** How the hash of a text changes when it loses a letter. */
function without(hashes: Int32Array, length: number, at: number): number {
  return Math.imul(hashes[at]! - hashes[at + 1]!, POWERS[length - at - 1]!);
}

/** The three letters that are left of five without two of the first four. */
function gramWithout(first: number, second: number, a: number, b: number, c: number, d: number, e: number): number {
  if (first === 0) return second === 1 ? gramOf(c, d, e) : second === 2 ? gramOf(b, d, e) : gramOf(b, c, e);
  if (first === 1) return second === 2 ? gramOf(a, d, e) : gramOf(a, c, e);
  return gramOf(a, b, e);
}

/**
 * Fills `keys` with those for long names.
 * @returns how many there are
 */
export function askLong(text: Folded, gates: Gates, postings: Postings): number {
  const { length, codes } = text;
  if (gates !== asked.gates) {
    asked.gates = gates;
    asked.headCount = asked.tailCount = UNKNOWN;
  }
  if (asked.headCount === UNKNOWN || !isAt(head, codes, 0)) {
    for (let index = 0; index <= END; index++) head[index] = codes[index]!;
    asked.headCount = askHead(text, gates, postings);
  }
  let count = 0;
  for (let index = 0; index < asked.headCount; index++) keys[count++] = headKeys[index]!;
  const { bits, bitShift } = postings;
  const ending = gates.tails[gramOf(codes[length - 3]!, codes[length - 2]!, codes[length - 1]!)]!;
  if ((ending & OF_REST) !== 0)
    for (let size = Math.max(SHORT + 1, length - 2); size < THREE_SLIPS && size <= length + 2; size++) {
      const key = restKey(hashOf(text, length - (size - END), length), size);
      if (isSet(bits, bitShift, key)) keys[count++] = key;
    }
  if (length < THREE_SLIPS - 3) return count;
  const from = length - END - 1;
  if (asked.tailCount === UNKNOWN || !isAt(tail, codes, from)) {
    for (let index = 0; index <= END; index++) tail[index] = codes[from + index]!;
    asked.tailCount = askTail(text, gates, postings);
  }
  for (let index = 0; index < asked.tailCount; index++) keys[count++] = tailKeys[index]!;
  return count;
}

/**
 * The ends that were asked for last: a server's name and its label begin alike, and so do many a localpart and display
 * name.
 */
const UNKNOWN = -1;
const asked = { gates: undefined as Gates | undefined, headCount: UNKNOWN, tailCount: UNKNOWN };
const head = new Uint16Array(END + 1);
const tail = new Uint16Array(END + 1);
const headKeys = new Int32Array(2 * END + 2);
const tailKeys = new Int32Array(2 * END + 2);

function isAt(letters: Uint16Array, codes: Uint16Array, from: number): boolean {
  for (let index = 0; index <= END; index++) if (letters[index] !== codes[from + index]) return false;
  return true;
}

function askHead({ codes, hashes }: Folded, { heads }: Gates, { bits, bitShift }: Postings): number {
  const [shorter, longer] = [hashes[END]!, hashes[END + 1]!];
  const [a, b, c, d] = [codes[0]!, codes[1]!, codes[2]!, codes[3]!];
  let count = 0;
  const mayBegin = (heads[gramOf(a, b, c)]! & OF_HEAD) !== 0;
  if (mayBegin) {
    if (isSet(bits, bitShift, hashes[END - 1]!)) headKeys[count++] = hashes[END - 1]!;
    if (isSet(bits, bitShift, shorter)) headKeys[count++] = shorter;
  }
  for (let at = 0; at < END; at++) {
    if (at < 3) {
      const gram = at === 0 ? gramOf(b, c, d) : at === 1 ? gramOf(a, c, d) : gramOf(a, b, d);
      if ((heads[gram]! & OF_HEAD) === 0) continue;
    } else if (!mayBegin) break;
    const letter = hashes[at]! - hashes[at + 1]!;
    const of6 = (shorter + Math.imul(letter, POWERS[END - 1 - at]!)) | 0;
    const of7 = (longer + Math.imul(letter, POWERS[END - at]!)) | 0;
    // without its last one it was the first question
    if (at < END - 1 && isSet(bits, bitShift, of6)) headKeys[count++] = of6;
    if (isSet(bits, bitShift, of7)) headKeys[count++] = of7;
  }
  return count;
}

function askTail(text: Folded, { tails }: Gates, { bits, bitShift }: Postings): number {
  const { length, hashes, codes } = text;
  const [w, x, y, z] = [codes[length - 4]!, codes[length - 3]!, codes[length - 2]!, codes[length - 1]!];
  let count = 0;
  const mayEnd = (tails[gramOf(x, y, z)]! & OF_TAIL) !== 0;
  if (mayEnd) {
    const end = (hashOf(text, length - END, length) + TAIL) | 0;
    const shortEnd = (hashOf(text, length - END + 1, length) + TAIL) | 0;
    if (isSet(bits, bitShift, shortEnd)) tailKeys[count++] = shortEnd;
    if (isSet(bits, bitShift, end)) tailKeys[count++] = end;
  }
  const before6 = (TAIL - Math.imul(hashes[length - END]!, POWERS[END - 1]!)) | 0;
  const before7 = (TAIL - Math.imul(hashes[length - END - 1]!, POWERS[END]!)) | 0;
  for (let at = 1; at <= END; at++) {
    if (at < 4) {
      const gram = at === 1 ? gramOf(w, x, y) : at === 2 ? gramOf(w, x, z) : gramOf(w, y, z);
      if ((tails[gram]! & OF_TAIL) === 0) continue;
    } else if (!mayEnd) break;
    const left = hashes[length]! + Math.imul(hashes[length - at]! - hashes[length - at + 1]!, POWERS[at - 1]!);
    const of6 = (left + before6) | 0;
    const of7 = (left + before7) | 0;
    if (at < END && isSet(bits, bitShift, of6)) tailKeys[count++] = of6;
    if (isSet(bits, bitShift, of7)) tailKeys[count++] = of7;
  }
  return count;
}
