/** A map from 32-bit hashes to chains of small numbers, in flat arrays: lookups allocate no objects. */
export class HashTable {
  #heads = new Int32Array(16).fill(-1);
  #hashes = new Int32Array(8);
  #values = new Int32Array(8);
  #next = new Int32Array(8);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(hash: number, value: number): void {
    if (this.#size === this.#hashes.length) this.#grow();
    const entry = this.#size++;
    this.#hashes[entry] = hash;
    this.#values[entry] = value;
    this.#link(entry);
  }

  /** The first entry with this hash, or -1; continue with `after`. */
  first(hash: number): number {
    let entry = this.#heads[spread(hash) & (this.#heads.length - 1)]!;
    while (entry >= 0 && this.#hashes[entry] !== hash) entry = this.#next[entry]!;
    return entry;
  }

  /** The next entry with the same hash, or -1. */
  after(entry: number): number {
    const hash = this.#hashes[entry]!;
    let other = this.#next[entry]!;
    while (other >= 0 && this.#hashes[other] !== hash) other = this.#next[other]!;
    return other;
  }

  value(entry: number): number {
    return this.#values[entry]!;
  }

  #link(entry: number): void {
    const slot = spread(this.#hashes[entry]!) & (this.#heads.length - 1);
    this.#next[entry] = this.#heads[slot]!;
    this.#heads[slot] = entry;
  }

  /** Doubles the capacity; at most half of the heads are used. */
  #grow(): void {
    const room = this.#hashes.length * 2;
    const larger = (old: Int32Array) => {
      const array = new Int32Array(room);
      array.set(old);
      return array;
    };
    this.#hashes = larger(this.#hashes);
    this.#values = larger(this.#values);
    this.#next = larger(this.#next);
    this.#heads = new Int32Array(room * 2).fill(-1);
    for (let entry = 0; entry < this.#size; entry++) this.#link(entry);
  }
}

/** Mixes the bits, so that the low ones can select a slot. */
export function spread(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}
