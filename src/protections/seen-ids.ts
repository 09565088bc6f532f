/** How many further ids an id is remembered for. */
const REMEMBERED = 4096;
/** A bit set over a few bits of the ids: most ids are new, which this shows without a search. */
const FILTER_BITS = 16;
const LAST_UNITS = 5;

/** The ids of the latest events, in two generations, because a homeserver may send a transaction twice. */
export class SeenIds {
  #young = new Generation();
  #old = new Generation();

  /** Records an id; returns whether it was seen before. */
  note(id: string): boolean {
    const slot = slotOf(id);
    if (this.#young.has(id, slot) || this.#old.has(id, slot)) return true;
    if (this.#young.size >= REMEMBERED) {
      this.#old = this.#young;
      this.#young = new Generation();
    }
    this.#young.add(id, slot);
    return false;
  }
}

class Generation {
  readonly #ids = new Set<string>();
  readonly #filter = new Uint32Array(1 << (FILTER_BITS - 5));

  get size(): number {
    return this.#ids.size;
  }

  has(id: string, slot: number): boolean {
    return (this.#filter[slot >>> 5]! & (1 << (slot & 31))) !== 0 && this.#ids.has(id);
  }

  add(id: string, slot: number): void {
    this.#filter[slot >>> 5]! |= 1 << (slot & 31);
    this.#ids.add(id);
  }
}

/** Event ids are hashes (spec, room versions, "Event IDs"), older ones mostly end in a counter. */
function slotOf(id: string): number {
  let hash = 0;
  for (let at = Math.max(0, id.length - LAST_UNITS); at < id.length; at++)
    hash = Math.imul(hash ^ id.charCodeAt(at), 0x9e3779b1);
  return (hash ^ (hash >>> 15)) >>> (32 - FILTER_BITS);
}
