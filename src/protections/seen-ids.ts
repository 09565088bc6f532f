import { EventId } from './event-id.js';

/** How many further ids an id is remembered for. */
const REMEMBERED = 4096;
/** Four times as many places, so that the one beside a taken one is mostly free. */
const PLACES = 4 * REMEMBERED;

/**
 * The ids of the latest events, in two generations, because a homeserver may send a transaction twice. Kept as two
 * hashes each, 64 bits in all: nothing to be collected, and no id will be taken for another.
 */
export class SeenIds {
  #young = new Generation();
  #old = new Generation();
  readonly #read = new EventId();

  /** Records an id; returns whether it was seen before. */
  note(id: string | EventId): boolean {
    const { hash, secondHash } = typeof id === 'string' ? this.#read.read(id) : id;
    if (this.#old.has(hash, secondHash)) return true;
    if (!this.#young.add(hash, secondHash)) return true;
    if (this.#young.size >= REMEMBERED) {
      [this.#young, this.#old] = [this.#old, this.#young];
      this.#young.clear();
    }
    return false;
  }
}

class Generation {
  size = 0;
  /** pairs of hashes; both 0: free */
  readonly #pairs = new Int32Array(2 * PLACES);

  has(hash: number, second: number): boolean {
    return !this.#isFree(this.#placeOf(hash, second));
  }

  /** Adds an id; false if it is there already. */
  add(hash: number, second: number): boolean {
    const place = this.#placeOf(hash, second);
    if (!this.#isFree(place)) return false;
    this.#pairs[place] = hash;
    this.#pairs[place + 1] = second;
    this.size++;
    return true;
  }

  clear(): void {
    this.#pairs.fill(0);
    this.size = 0;
  }

  #isFree(place: number): boolean {
    return this.#pairs[place] === 0 && this.#pairs[place + 1] === 0;
  }

  /** The place of an id, or the free one where it would be. */
  #placeOf(hash: number, second: number): number {
    let place = (2 * (Math.imul(hash ^ second, 0x9e3779b1) >>> 18)) % (2 * PLACES);
    while (!this.#isFree(place) && !(this.#pairs[place] === hash && this.#pairs[place + 1] === second))
      place = (place + 2) % (2 * PLACES);
    return place;
  }
}
