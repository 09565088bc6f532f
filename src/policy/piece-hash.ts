/** Hashes of pieces of text. The hash of a piece continues that of the same piece without its last unit. */
const { imul } = Math;
/** A finished hash has this many bits. */
export const HASH_BITS = 20;

/** @param mixed of what comes before; 0: nothing */
export function mixedWith(mixed: number, unit: number): number {
  return (imul(mixed, 0x9e3779b1) + unit) | 0;
}

/** The hash of everything that was mixed, evenly distributed. */
export function finished(mixed: number): number {
  return imul(mixed, 0x85ebca6b) >>> (32 - HASH_BITS);
}

/** The bit of a pair of adjacent units; any text that contains another has all of its bits. */
export function pairBit(hash: number): number {
  return 1 << (hash >>> (HASH_BITS - 5));
}

/** A second one that does not depend on the first. */
export function otherPairBit(hash: number): number {
  return 1 << ((hash >>> (HASH_BITS - 10)) & 31);
}
