/** A set of hashes with one bit each, checked before a table: "no" is definite, and the usual answer. */
import { spread } from './hash-table.js';

const BITS_A_HASH = 16;
const LEAST_BITS = 10;
const MOST_BITS = 25;

export class HashScreen {
  readonly #bits: Uint32Array;
  readonly #shift: number;

  constructor(hashes: readonly number[]) {
    const bits = Math.min(MOST_BITS, Math.max(LEAST_BITS, Math.ceil(Math.log2(hashes.length * BITS_A_HASH + 1))));
    this.#bits = new Uint32Array(1 << (bits - 5));
    this.#shift = 32 - bits;
    for (const hash of hashes) {
      const bit = spread(hash) >>> this.#shift;
      this.#bits[bit >>> 5] = this.#bits[bit >>> 5]! | (1 << (bit & 31));
    }
  }

  mayHave(hash: number): boolean {
    const bit = spread(hash) >>> this.#shift;
    return ((this.#bits[bit >>> 5]! >>> (bit & 31)) & 1) !== 0;
  }
}
