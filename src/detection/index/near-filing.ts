import { Postings } from './postings.js';

/** Keys and names before sorting. */
export class Filing {
  #keys = new Int32Array(1024);
  #ids = new Int32Array(1024);
  #count = 0;
  /** keys of the name being filed */
  readonly #own = new Set<number>();

  /** Files a name under a key; a repeated key for one name counts once. */
  add(key: number, id: number): void {
    if (this.#count > 0 && this.#ids[this.#count - 1] !== id) this.#own.clear();
    if (this.#own.has(key)) return;
    this.#own.add(key);
    if (this.#count === this.#keys.length) {
      const larger = (old: Int32Array<ArrayBuffer>) => {
        const array = new Int32Array(old.length * 2);
        array.set(old);
        return array;
      };
      [this.#keys, this.#ids] = [larger(this.#keys), larger(this.#ids)];
    }
    this.#keys[this.#count] = key;
    this.#ids[this.#count++] = id;
  }

  done(sets: readonly number[], idMask: number): Postings | undefined {
    return this.#count === 0
      ? undefined
      : new Postings(
          this.#keys.subarray(0, this.#count),
          this.#ids.subarray(0, this.#count),
          (filed) => sets[filed & idMask]!,
        );
  }
}
