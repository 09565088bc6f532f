import { HASH_BITS } from './piece-hash.js';

const { imul } = Math;
const NONE = -1;
const SMALLEST = 64;
/** The ratio of heads to items, so that most lookups find nothing. */
const ROOM = 2;
const BITS_AN_ITEM = 16;
/** The count of items under one piece stops here: the piece is a bad choice by then. */
const MOST_LOAD = 64;
/** A record in `#records`: its key, its pairs, its other pairs, and the next record with the same head. */
const [KEY, PAIRS, MORE, NEXT, RECORD] = [0, 1, 2, 3, 4] as const;

/** The key of a piece: its kind, and its hash. */
export function keyOf(kind: number, hash: number): number {
  return (kind << HASH_BITS) | hash;
}

/** Items by the key of a piece, in flat arrays: a lookup touches little memory, and no objects are made. */
export class PieceTable<T> {
  #heads = new Int32Array(SMALLEST).fill(NONE);
  #records = new Int32Array((SMALLEST / ROOM) * RECORD);
  /** by record: the last lookup that visited it, since a piece may occur in a text more than once */
  #visited = new Int32Array(SMALLEST / ROOM);
  readonly #items: (T | undefined)[] = [];
  /** the first record that is free again */
  #free = NONE;
  #count = 0;
  #lookup = 0;
  /** a bit for each key; bits of those that went stay for a while */
  #bits = new Uint32Array(((SMALLEST / ROOM) * BITS_AN_ITEM) / 32);
  #gone = 0;

  get size(): number {
    return this.#count;
  }

  /** How many items there are under a key, up to a limit. */
  load(key: number): number {
    let load = 0;
    for (let at = this.#heads[this.#slotOf(key)]!; at !== NONE && load < MOST_LOAD; at = this.#records[at + NEXT]!)
      if (this.#records[at + KEY] === key) load += 1;
    return load;
  }

  /**
   * @param pairs,more `pairBit` and `otherPairBit` of everything that a matching text must contain, by which most
   * candidates are rejected cheaply
   * @returns the record, for `delete`
   */
  add(key: number, item: T, pairs: number, more: number): number {
    if ((this.#count + 1) * ROOM > this.#heads.length) this.#rebuild(this.#heads.length * 4);
    let at = this.#free;
    if (at === NONE) at = this.#count * RECORD;
    else this.#free = this.#records[at + NEXT]!;
    this.#count += 1;
    this.#items[at / RECORD] = item;
    this.#records[at + KEY] = key;
    this.#records[at + PAIRS] = pairs;
    this.#records[at + MORE] = more;
    this.#link(at);
    return at;
  }

  delete(record: number): void {
    const records = this.#records;
    const slot = this.#slotOf(records[record + KEY]!);
    if (this.#heads[slot] === record) this.#heads[slot] = records[record + NEXT]!;
    else {
      let before = this.#heads[slot]!;
      while (records[before + NEXT] !== record) before = records[before + NEXT]!;
      records[before + NEXT] = records[record + NEXT]!;
    }
    records[record + KEY] = NONE;
    records[record + NEXT] = this.#free;
    this.#free = record;
    this.#items[record / RECORD] = undefined;
    this.#count -= 1;
    this.#gone += 1;
    if (this.#gone > this.#heads.length) this.#rebuild(this.#heads.length);
  }

  /** "No" is definite, and the usual answer. */
  mayHave(key: number): boolean {
    const bit = mixed(key);
    return ((this.#bits[(bit >>> 5) & (this.#bits.length - 1)]! >>> (bit & 31)) & 1) !== 0;
  }

  /** What `visit` visits from now on belongs to another text. */
  begin(): void {
    this.#lookup += 1;
    if (this.#lookup < 2 ** 31) return;
    this.#lookup = 1;
    this.#visited.fill(0);
  }

  /** Visits the items under a key whose pairs the text has, except those that were visited for this text. */
  visit(key: number, pairs: number, more: number, visit: (item: T) => void): void {
    const records = this.#records;
    for (let at = this.#heads[this.#slotOf(key)]!; at !== NONE; at = records[at + NEXT]!) {
      if (records[at + KEY] !== key) continue;
      if ((records[at + PAIRS]! & ~pairs) !== 0 || (records[at + MORE]! & ~more) !== 0) continue;
      if (this.#visited[at / RECORD] === this.#lookup) continue;
      this.#visited[at / RECORD] = this.#lookup;
      visit(this.#items[at / RECORD]!);
    }
  }

  #link(at: number): void {
    const key = this.#records[at + KEY]!;
    const slot = this.#slotOf(key);
    this.#records[at + NEXT] = this.#heads[slot]!;
    this.#heads[slot] = at;
    const bit = mixed(key);
    const word = (bit >>> 5) & (this.#bits.length - 1);
    this.#bits[word] = this.#bits[word]! | (1 << (bit & 31));
  }

  #rebuild(room: number): void {
    const used = this.#records;
    this.#heads = new Int32Array(room).fill(NONE);
    this.#bits = new Uint32Array(((room / ROOM) * BITS_AN_ITEM) / 32);
    this.#gone = 0;
    if ((room / ROOM) * RECORD > used.length) {
      this.#records = new Int32Array((room / ROOM) * RECORD);
      this.#records.set(used);
      this.#visited = new Int32Array(room / ROOM);
    }
    for (let at = 0; at < used.length; at += RECORD) if (this.#items[at / RECORD] !== undefined) this.#link(at);
  }

  #slotOf(key: number): number {
    return mixed(key) & (this.#heads.length - 1);
  }
}

function mixed(key: number): number {
  return key ^ imul(key >>> HASH_BITS, 0x3f1d);
}
