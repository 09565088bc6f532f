/** A map from 32-bit hashes to chains of small numbers, in two flat arrays: no objects on the way to an answer. */
export class HashTable {
  #heads: Int32Array;
  #mask: number;
  #hashes: number[] = [];
  #values: number[] = [];
  #next: number[] = [];
  #frozen: { hashes: Int32Array; values: Int32Array; next: Int32Array } | undefined;

  constructor() {
    this.#heads = new Int32Array(8).fill(-1);
    this.#mask = 7;
  }

  get size(): number {
    return this.#hashes.length;
  }

  add(hash: number, value: number): void {
    const entry = this.#hashes.length;
    if (entry > this.#heads.length >> 1) this.#grow();
    const slot = spread(hash) & this.#mask;
    this.#hashes.push(hash);
    this.#values.push(value);
    this.#next.push(this.#heads[slot]!);
    this.#heads[slot] = entry;
    this.#frozen = undefined;
  }

  /** The first entry with this hash, or -1; go on with `after`. */
  first(hash: number): number {
    const { hashes, next } = this.#flat();
    let entry = this.#heads[spread(hash) & this.#mask]!;
    while (entry >= 0 && hashes[entry] !== hash) entry = next[entry]!;
    return entry;
  }

  /** The next entry with the same hash, or -1. */
  after(entry: number): number {
    const { hashes, next } = this.#flat();
    const hash = hashes[entry]!;
    let other = next[entry]!;
    while (other >= 0 && hashes[other] !== hash) other = next[other]!;
    return other;
  }

  value(entry: number): number {
    return this.#flat().values[entry]!;
  }

  #flat() {
    this.#frozen ??= { hashes: Int32Array.from(this.#hashes), values: Int32Array.from(this.#values), next: Int32Array.from(this.#next) };
    return this.#frozen;
  }

  #grow(): void {
    const heads = new Int32Array(this.#heads.length * 4).fill(-1);
    this.#mask = heads.length - 1;
    for (let entry = 0; entry < this.#hashes.length; entry++) {
      const slot = spread(this.#hashes[entry]!) & this.#mask;
      this.#next[entry] = heads[slot]!;
      heads[slot] = entry;
    }
    this.#heads = heads;
  }
}

/** Mixes the bits, so that the low ones can pick a slot. */
export function spread(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}
