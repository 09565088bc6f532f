/**
 * Which names hold a piece: for each piece's key the names in one stretch of memory, each beside the set of its letters, so that
 * a frequent piece is passed over at the speed of a list.
 */
import { spread } from './hash-table.js';

export class PieceTable {
  #keys: number[] = [];
  #ids: number[] = [];
  #sets: number[] = [];
  #slots: { keys: Int32Array; starts: Int32Array; ends: Int32Array } | undefined;
  /** names and their letter sets, piece after piece; valid after `prepare` */
  ids = new Int32Array(0);
  sets = new Int32Array(0);

  /** @param set which letters the name has, as 32 bits */
  add(key: number, id: number, set: number): void {
    this.#keys.push(key);
    this.#ids.push(id);
    this.#sets.push(set);
    this.#slots = undefined;
  }

  /** Sorts what was added by piece; done once, at the first question. */
  prepare(): void {
    if (this.#slots !== undefined) return;
    const count = this.#keys.length;
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(8, 2 * count)));
    const slots = { keys: new Int32Array(capacity), starts: new Int32Array(capacity), ends: new Int32Array(capacity) };
    this.#slots = slots;
    const slotOf = this.#keys.map((key) => {
      let slot = spread(key) & (capacity - 1);
      while (slots.ends[slot] !== 0 && slots.keys[slot] !== key) slot = (slot + 1) & (capacity - 1);
      slots.keys[slot] = key;
      slots.ends[slot] = slots.ends[slot]! + 1;
      return slot;
    });
    let at = 0;
    for (let slot = 0; slot < capacity; slot++) {
      const size = slots.ends[slot]!;
      slots.starts[slot] = at;
      slots.ends[slot] = size === 0 ? 0 : at;
      at += size;
    }
    this.ids = new Int32Array(count);
    this.sets = new Int32Array(count);
    for (let entry = 0; entry < count; entry++) {
      const slot = slotOf[entry]!;
      const place = slots.ends[slot]!;
      this.ids[place] = this.#ids[entry]!;
      this.sets[place] = this.#sets[entry]!;
      slots.ends[slot] = place + 1;
    }
  }

  /** The slot of a key, or -1; `startOf` and `endOf` then say where its names are. */
  slot(key: number): number {
    const { keys, ends } = this.#slots!;
    const mask = keys.length - 1;
    let slot = spread(key) & mask;
    while (ends[slot] !== 0) {
      if (keys[slot] === key) return slot;
      slot = (slot + 1) & mask;
    }
    return -1;
  }

  startOf(slot: number): number {
    return this.#slots!.starts[slot]!;
  }

  endOf(slot: number): number {
    return this.#slots!.ends[slot]!;
  }
}
