/** A short piece of a literal run: its size in units, and an evenly distributed hash. */
export interface Gram {
  size: number;
  hash: number;
}

/** An item under its gram. */
interface Filed<T> {
  readonly item: T;
  readonly hash: number;
  /** the pairs that a matching text must have, by which most items are rejected cheaply */
  readonly pairs: number;
  /** the last lookup that visited it: a gram may occur in a text more than once */
  visited: number;
  /** the next one in the same bucket */
  next: Filed<T> | undefined;
}

/** The grams of one size. */
interface Table<T> {
  buckets: (Filed<T> | undefined)[];
  /**
   * 1 where a bucket may be occupied: an eighth of the memory of `buckets`, so that most lookups stay in the L1 cache
   */
  filled: Uint8Array;
  count: number;
}

const { imul } = Math;
const MULTIPLIER = 0x9e3779b1;
const LONGEST_GRAM = 4;
const SMALLEST_TABLE = 64;
/** The ratio of buckets to items, so that most lookups find nothing. */
const ROOM = 2;
/** Stands for the slots of a size that has no items. */
const NOTHING_FILLED = new Uint8Array(1);
/** The count of items with one gram stops here: the gram is a bad choice by then. */
const MOST_LOAD = 64;

/**
 * Items by a gram that a matching text must contain somewhere: four units of a literal run, or the whole run when it
 * is shorter.
 */
export class GramTable<T> {
  readonly #tables: (Table<T> | undefined)[] = [];
  #lookup = 0;

  /** The gram at this position of a non-empty run, or as close to it as the run's end allows. */
  gramAt(run: string, at: number): Gram {
    const size = Math.min(run.length, LONGEST_GRAM);
    return { size, hash: hashAt(run, Math.min(at, run.length - size), size) };
  }

  /** How many items are filed under a gram, up to a limit. */
  load({ size, hash }: Gram): number {
    const table = this.#tables[size];
    let load = 0;
    for (let filed = table?.buckets[slotOf(table, hash)]; filed !== undefined && load < MOST_LOAD; filed = filed.next)
      if (filed.hash === hash) load += 1;
    return load;
  }

  /** @param pairs `pairsOf` of everything that a matching text must contain */
  add({ size, hash }: Gram, item: T, pairs: number): void {
    let table = (this.#tables[size] ??= emptyTable(SMALLEST_TABLE));
    if ((table.count + 1) * ROOM > table.buckets.length) this.#tables[size] = table = grown(table);
    table.count += 1;
    put(table, { item, hash, pairs, visited: 0, next: undefined });
  }

  delete({ size, hash }: Gram, item: T): void {
    const table = this.#tables[size];
    if (table === undefined) return;
    const slot = slotOf(table, hash);
    let before: Filed<T> | undefined;
    let filed = table.buckets[slot];
    while (filed !== undefined && filed.item !== item) [before, filed] = [filed, filed.next];
    if (filed === undefined) return;
    if (before === undefined) table.buckets[slot] = filed.next;
    else before.next = filed.next;
    if (table.buckets[slot] === undefined) table.filled[slot] = 0;
    table.count -= 1;
    if (table.count === 0) this.#tables[size] = undefined;
  }

  /**
   * Visits each item whose gram and pairs the text contains, once (and, very rarely, one whose gram has the same hash).
   * @param pairs those of the text
   */
  find(text: string, pairs: number, visit: (item: T) => void): void {
    const lookup = (this.#lookup += 1);
    const [, ones, twos, threes, fours] = this.#tables;
    const filled1 = ones?.filled ?? NOTHING_FILLED;
    const filled2 = twos?.filled ?? NOTHING_FILLED;
    const filled3 = threes?.filled ?? NOTHING_FILLED;
    const filled4 = fours?.filled ?? NOTHING_FILLED;
    const [mask1, mask2, mask3, mask4] = [
      filled1.length - 1,
      filled2.length - 1,
      filled3.length - 1,
      filled4.length - 1,
    ];
    const { length } = text;
    // The hash of each gram continues the one of the next smaller gram there, so one walk computes all.
    for (let at = 0; at < length; at += 1) {
      let mixed = text.charCodeAt(at);
      let hash = finished(mixed);
      if (filled1[hash & mask1] !== 0) visitFiled(ones!, hash, pairs, lookup, visit);
      if (at + 1 >= length) return;
      mixed = imul(mixed, MULTIPLIER) + text.charCodeAt(at + 1);
      hash = finished(mixed);
      if (filled2[hash & mask2] !== 0) visitFiled(twos!, hash, pairs, lookup, visit);
      if (at + 2 >= length) continue;
      mixed = imul(mixed, MULTIPLIER) + text.charCodeAt(at + 2);
      hash = finished(mixed);
      if (filled3[hash & mask3] !== 0) visitFiled(threes!, hash, pairs, lookup, visit);
      if (at + 3 >= length) continue;
      mixed = imul(mixed, MULTIPLIER) + text.charCodeAt(at + 3);
      hash = finished(mixed);
      if (filled4[hash & mask4] !== 0) visitFiled(fours!, hash, pairs, lookup, visit);
    }
  }
}

function visitFiled<T>(table: Table<T>, hash: number, pairs: number, lookup: number, visit: (item: T) => void): void {
  for (let filed = table.buckets[slotOf(table, hash)]; filed !== undefined; filed = filed.next) {
    if ((filed.pairs & ~pairs) !== 0 || filed.hash !== hash || filed.visited === lookup) continue;
    filed.visited = lookup;
    visit(filed.item);
  }
}

/** Bits for the pairs of adjacent units in a text: any text that contains it has all of its bits. */
export function pairsOf(text: string): number {
  let pairs = 0;
  let unit = text.charCodeAt(0);
  for (let at = 1; at < text.length; at += 1) {
    const next = text.charCodeAt(at);
    pairs |= 1 << (imul(imul(unit, 0x9e3779b1) + next, 0x85ebca6b) >>> 27);
    unit = next;
  }
  return pairs;
}

function slotOf<T>(table: Table<T>, hash: number): number {
  return hash & (table.buckets.length - 1);
}

function emptyTable<T>(size: number): Table<T> {
  return { buckets: new Array<Filed<T> | undefined>(size).fill(undefined), filled: new Uint8Array(size), count: 0 };
}

function put<T>(table: Table<T>, filed: Filed<T>): void {
  const slot = slotOf(table, filed.hash);
  filed.next = table.buckets[slot];
  table.buckets[slot] = filed;
  table.filled[slot] = 1;
}

function grown<T>(table: Table<T>): Table<T> {
  const larger = emptyTable<T>(table.buckets.length * 4);
  larger.count = table.count;
  for (const first of table.buckets) {
    for (let filed = first; filed !== undefined;) {
      const { next } = filed;
      put(larger, filed);
      filed = next;
    }
  }
  return larger;
}

function hashAt(text: string, at: number, size: number): number {
  let mixed = text.charCodeAt(at);
  for (let next = at + 1; next < at + size; next += 1) mixed = imul(mixed, MULTIPLIER) + text.charCodeAt(next);
  return finished(mixed);
}

function finished(mixed: number): number {
  return imul(mixed, 0x85ebca6b) >>> 12;
}
