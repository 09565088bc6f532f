/**
 * Which names are filed under a key. Two bits for every key stand before the lists, so that a question whose answer is
 * "none", as nearly all are, ends there. Keys that share a bucket share a list: whoever asks measures what he is given
 * anyway.
 */

/** Bits a different key in the bit set before the lists; one in sixteen is set at most. */
const BITS_A_KEY = 16;
const MOST_BITS = 25;
const LEAST_BITS = 10;
/** Bits for each bucket. */
const BITS_A_BUCKET = 3;
const SPREAD = 0x9e3779b1;

export class Postings {
  /** for `isSet` */
  readonly bits: Uint32Array;
  readonly bitShift: number;
  readonly #shift: number;
  /** where each bucket's list begins; the next bucket's beginning is its end */
  readonly #starts: Int32Array;
  /**
   * names and their letter sets in turns, so that a list is read without leaving its stretch of memory; in the order of
   * the ids given
   */
  readonly lists: Int32Array;

  /**
   * @param keys a key each for `ids`; the same length
   * @param setOf which letters the name has
   */
  constructor(keys: Int32Array, ids: Int32Array, setOf: (id: number) => number) {
    const count = keys.length;
    const bits = bitsFor(differentKeys(keys));
    const buckets = bits - BITS_A_BUCKET;
    this.bitShift = 32 - bits + 5;
    this.#shift = 32 - buckets;
    this.bits = new Uint32Array(1 << (bits - 5));
    this.#starts = new Int32Array((1 << buckets) + 1);
    for (const key of keys) {
      const spread = Math.imul(key, SPREAD);
      const word = spread >>> this.bitShift;
      this.bits[word] = this.bits[word]! | bitsOf(spread);
      const next = (spread >>> this.#shift) + 1;
      this.#starts[next] = this.#starts[next]! + 1;
    }
    for (let bucket = 1; bucket < this.#starts.length; bucket++)
      this.#starts[bucket] = this.#starts[bucket]! + this.#starts[bucket - 1]!;
    const places = this.#starts.slice();
    this.lists = new Int32Array(2 * count);
    for (let entry = 0; entry < count; entry++) {
      const bucket = Math.imul(keys[entry]!, SPREAD) >>> this.#shift;
      const place = 2 * places[bucket]!;
      places[bucket] = places[bucket]! + 1;
      this.lists[place] = ids[entry]!;
      this.lists[place + 1] = setOf(ids[entry]!);
    }
  }

  /** Where the key's list begins and ends in `lists`. */
  startOf(key: number): number {
    return 2 * this.#starts[Math.imul(key, SPREAD) >>> this.#shift]!;
  }

  endOf(key: number): number {
    return 2 * this.#starts[(Math.imul(key, SPREAD) >>> this.#shift) + 1]!;
  }
}

/**
 * How many bits the set has, as a power of two. Small sets stay in the processor's nearest memory: as little as is
 * enough.
 */
function bitsFor(keys: number): number {
  return Math.min(MOST_BITS, Math.max(LEAST_BITS, Math.ceil(Math.log2(keys * BITS_A_KEY + 1))));
}

/**
 * About how many different keys there are (never more): names that begin or end alike share theirs, and those may be
 * nearly all.
 */
function differentKeys(keys: Int32Array): number {
  const bits = bitsFor(keys.length);
  const seen = new Uint8Array(1 << bits);
  let different = 0;
  for (const key of keys) {
    const bit = Math.imul(key, SPREAD) >>> (32 - bits);
    if (seen[bit] === 0) different++;
    seen[bit] = 1;
  }
  return different;
}

/**
 * May something be filed under this key of a Postings? No is certain. A function over its fields: loops keep them in
 * registers.
 */
export function isSet(bits: Uint32Array, bitShift: number, key: number): boolean {
  const spread = Math.imul(key, SPREAD);
  const wanted = bitsOf(spread);
  return (bits[spread >>> bitShift]! & wanted) === wanted;
}

/** Two bits for a key, in the word that its upper bits choose. */
function bitsOf(spread: number): number {
  const mixed = spread ^ (spread >>> 15);
  return (1 << (mixed & 31)) | (1 << ((mixed >>> 5) & 31));
}
