/** A short piece of a literal run: its size in units, and a number that spreads such pieces evenly. */
export interface Gram {
  size: number;
  hash: number;
}

interface Bucket<T> {
  entries: { hash: number; item: T }[];
  /** the last look-up that visited it: a gram may stand in a text more than once */
  visited: number;
}

/** The grams of one size. Grams that share a bucket are told apart by the test of what is found. */
interface Table<T> {
  buckets: (Bucket<T> | undefined)[];
  count: number;
}

const { imul } = Math;
const LONGEST_GRAM = 4;
const SMALLEST_TABLE = 64;
/** More buckets than entries by this factor, so that most look-ups find nothing. */
const ROOM = 4;

/**
 * Items by a gram that a matching text must contain somewhere: four units of a literal run, or the whole run when it
 * is shorter.
 */
export class GramTable<T> {
  readonly #tables: (Table<T> | undefined)[] = [];
  #lookup = 0;

  /** The gram at this place of a run that is not empty, or as near to it as the run's end allows. */
  gramAt(run: string, at: number): Gram {
    const size = Math.min(run.length, LONGEST_GRAM);
    return { size, hash: hashAt(run, Math.min(at, run.length - size), size) };
  }

  /** How many items are filed with a gram. */
  load({ size, hash }: Gram): number {
    const table = this.#tables[size];
    return table?.buckets[hash & (table.buckets.length - 1)]?.entries.length ?? 0;
  }

  add({ size, hash }: Gram, item: T): void {
    const table = (this.#tables[size] ??= emptyTable(SMALLEST_TABLE));
    table.count += 1;
    put(table, { hash, item });
    if (table.count * ROOM > table.buckets.length) this.#tables[size] = grown(table);
  }

  delete({ size, hash }: Gram, item: T): void {
    const table = this.#tables[size];
    const entries = table?.buckets[hash & (table.buckets.length - 1)]?.entries ?? [];
    const at = entries.findIndex((entry) => entry.item === item);
    if (table === undefined || at < 0) return;
    entries.splice(at, 1);
    table.count -= 1;
    if (entries.length === 0) table.buckets[hash & (table.buckets.length - 1)] = undefined;
    if (table.count === 0) this.#tables[size] = undefined;
  }

  /** Visits each item filed under a gram that the text contains, once. */
  find(text: string, visit: (item: T) => void): void {
    const lookup = this.#lookup += 1;
    for (let size = 1; size <= LONGEST_GRAM; size += 1) {
      const table = this.#tables[size];
      if (table === undefined) continue;
      const { buckets } = table;
      const mask = buckets.length - 1;
      for (let at = 0; at + size <= text.length; at += 1) {
        const bucket = buckets[hashAt(text, at, size) & mask];
        if (bucket === undefined || bucket.visited === lookup) continue;
        bucket.visited = lookup;
        for (const entry of bucket.entries) visit(entry.item);
      }
    }
  }
}

function emptyTable<T>(size: number): Table<T> {
  return { buckets: new Array<Bucket<T> | undefined>(size).fill(undefined), count: 0 };
}

function put<T>(table: Table<T>, entry: { hash: number; item: T }): void {
  const slot = entry.hash & (table.buckets.length - 1);
  const bucket = table.buckets[slot];
  if (bucket === undefined) table.buckets[slot] = { entries: [entry], visited: 0 };
  else bucket.entries.push(entry);
}

function grown<T>(table: Table<T>): Table<T> {
  const larger = emptyTable<T>(table.buckets.length * 4);
  larger.count = table.count;
  for (const bucket of table.buckets) {
    for (const entry of bucket?.entries ?? []) put(larger, entry);
  }
  return larger;
}

function hashAt(text: string, at: number, size: number): number {
  let mixed = text.charCodeAt(at);
  if (size > 1) mixed = imul(mixed, 0x9e3779b1) + text.charCodeAt(at + 1);
  if (size > 2) mixed = imul(mixed, 0x9e3779b1) + text.charCodeAt(at + 2);
  if (size > 3) mixed = imul(mixed, 0x9e3779b1) + text.charCodeAt(at + 3);
  return imul(mixed, 0x85ebca6b) >>> 12;
}
