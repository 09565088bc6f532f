/**
 * The keys under which a name is filed, so that a text within a few slips shares one of them. Two methods, neither of
 * which can miss a name:
 *
 * - **Short names** (up to 8 letters) by deletion (Mor & Fraenkel 1982): two texts within k slips are the same when up
 * to k letters are taken from each. A name is filed under everything that is left of it.
 * - **Long names** by their ends. Of three slips (13 letters and more) at most one can lie in the first six letters, or
 * at most one in the last six; the two ends are not neighbours, so a swap lies in one of them. Of two slips (9 to 12
 * letters) at most one lies in the first six, or none in the rest. Ends with one slip are again found by deletion. A
 * swap of the sixth and the seventh letter touches the first six and the rest; it is counted for the first six, and the
 * rest is also filed as it looks after such a swap.
 */
import { hashOfCodes } from './texts.js';

/** Longer names are only matched exactly. */
export const LONGEST_NEAR = 64;
/** Up to this many letters names are found by deletion. */
export const SHORT = 8;
/** Letters of each end by which longer names are filed. */
export const END = 6;
/** From this length on a name tolerates three slips. */
export const THREE_SLIPS = 13;
/** Distinguishes keys for the end of a name from those for its start. */
export const TAIL = 0x51ed270b;

/**
 * How many slips a name of this many letters tolerates in the search. Two in six letters are found, and then weighted.
 */
export function slipsFor(length: number): number {
  if (length < 3) return 0;
  if (length < 6) return 1;
  return length < THREE_SLIPS ? 2 : 3;
}

/** Receives a key of a name, with the letters it is made of. */
type File = (key: number, codes: Uint16Array) => void;

/** A short name: everything that remains after removing up to `slipsFor` letters. */
export function fileShort(codes: Uint16Array, file: File): void {
  const { length } = codes;
  file(hashOfCodes(codes, 0, length), codes);
  for (let first = 0; first < length; first++) {
    const one = without(codes, first);
    file(hashOfCodes(one, 0, one.length), one);
    for (let second = first; slipsFor(length) > 1 && second < one.length; second++) {
      const two = without(one, second);
      file(hashOfCodes(two, 0, two.length), two);
    }
  }
}

/** The start of a long name, with each letter removed. */
export function fileHead(codes: Uint16Array, file: File): void {
  withLetterLess(codes.subarray(0, END), (letters) => {
    file(hashOfCodes(letters, 0, letters.length), letters);
  });
}

/** The end of a name that tolerates three slips, with each letter removed. */
export function fileTail(codes: Uint16Array, file: File): void {
  if (codes.length < THREE_SLIPS) return;
  withLetterLess(codes.subarray(codes.length - END), (letters) => {
    file((hashOfCodes(letters, 0, letters.length) + TAIL) | 0, letters);
  });
}

/** The part after the start of a name that tolerates two slips. */
export function fileRest(codes: Uint16Array, file: File): void {
  const { length } = codes;
  if (length >= THREE_SLIPS) return;
  const rest = codes.slice(END);
  file(restKey(hashOfCodes(rest, 0, rest.length), length), rest);
  const swapped = rest.slice();
  swapped[0] = codes[END - 1]!;
  file(restKey(hashOfCodes(swapped, 0, swapped.length), length), swapped);
}

/** The key of the part after the first six letters of a name with this many. */
export function restKey(hash: number, length: number): number {
  return (Math.imul(hash, TAIL) ^ Math.imul(length, 0x85ebca6b)) | 0;
}

function withLetterLess(codes: Uint16Array, take: (letters: Uint16Array) => void): void {
  take(codes);
  for (let at = 0; at < codes.length; at++) take(without(codes, at));
}

function without(codes: Uint16Array, gone: number): Uint16Array {
  const left = new Uint16Array(codes.length - 1);
  left.set(codes.subarray(0, gone));
  left.set(codes.subarray(gone + 1), gone);
  return left;
}
