/**
 * The names filed under a key. A bit set with two bits per key comes before the lists, so that queries without a
 * result, as nearly all are, end there. Keys that share a bucket share a list, since the caller measures all candidates
 * anyway.
 */

/** Bits per distinct key in the bit set; at most one in sixteen is set. */
const BITS_A_KEY = 16;
const MOST_BITS = 25;
const LEAST_BITS = 10;
/** Bits per bucket. */
const BITS_A_BUCKET = 3;
const SPREAD = 0x9e3779b1;

export class Postings {
  /** for `isSet` */
  readonly bits: Uint32Array;
  readonly bitShift: number;
  readonly #shift: number;
  /** start of each bucket's list; the next bucket's start is its end */
  readonly #starts: Int32Array;
  /** names and their letter sets alternately, so that a list is contiguous in memory; in the order of the given ids */
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

  /** Start and end of the key's list in `lists`. */
  startOf(key: number): number {
    return 2 * this.#starts[Math.imul(key, SPREAD) >>> this.#shift]!;
  }

  endOf(key: number): number {
    return 2 * this.#starts[(Math.imul(key, SPREAD) >>> this.#shift) + 1]!;
  }
}

/** The size of the bit set, as a power of two. As small as possible, so that it stays in the processor's L1 cache. */
function bitsFor(keys: number): number {
  return Math.min(MOST_BITS, Math.max(LEAST_BITS, Math.ceil(Math.log2(keys * BITS_A_KEY + 1))));
}

/**
 * A lower estimate of the number of distinct keys: names with the same start or end share theirs, which may be nearly
 * all.
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
 * Whether something may be filed under this key; "no" is definite. A function over the fields, so that loops keep them
 * in registers.
 */
export function isSet(bits: Uint32Array, bitShift: number, key: number): boolean {
  const spread = Math.imul(key, SPREAD);
  const wanted = bitsOf(spread);
  return (bits[spread >>> bitShift]! & wanted) === wanted;
}

/** Two bits for a key, in the word selected by its upper bits. */
function bitsOf(spread: number): number {
  const mixed = spread ^ (spread >>> 15);
  return (1 << (mixed & 31)) | (1 << ((mixed >>> 5) & 31));
}
