/** A short piece of a literal run: its size in units, and a number that spreads such pieces evenly. */
export interface Gram {
  size: number;
  hash: number;
}

/** The items of one gram. */
interface Cell<T> {
  hash: number;
  items: T[];
  /** the last look-up that visited it: a gram may stand in a text more than once */
  visited: number;
  /** another gram in the same bucket */
  next: Cell<T> | undefined;
}

/** The grams of one size. */
interface Table<T> {
  buckets: (Cell<T> | undefined)[];
  /**
   * 1 where a bucket may hold something: an eighth of the memory of `buckets`, so that most look-ups stay in the
   * nearest cache
   */
  filled: Uint8Array;
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
    return cellOf(this.#tables[size], hash)?.items.length ?? 0;
  }

  add({ size, hash }: Gram, item: T): void {
    const table = (this.#tables[size] ??= emptyTable(SMALLEST_TABLE));
    const cell = cellOf(table, hash);
    if (cell !== undefined) {
      cell.items.push(item);
      return;
    }
    table.count += 1;
    put(table, { hash, items: [item], visited: 0, next: undefined });
    if (table.count * ROOM > table.buckets.length) this.#tables[size] = grown(table);
  }

  delete({ size, hash }: Gram, item: T): void {
    const table = this.#tables[size];
    const cell = cellOf(table, hash);
    const at = cell?.items.indexOf(item) ?? -1;
    if (table === undefined || cell === undefined || at < 0) return;
    cell.items.splice(at, 1);
    if (cell.items.length > 0) return;
    const slot = hash & (table.buckets.length - 1);
    table.buckets[slot] = withoutCell(table.buckets[slot], cell);
    if (table.buckets[slot] === undefined) table.filled[slot] = 0;
    table.count -= 1;
    if (table.count === 0) this.#tables[size] = undefined;
  }

  /**
   * Visits each item filed under a gram that the text contains, once (and, hardly ever, one whose gram has the same
   * number).
   */
  find(text: string, visit: (item: T) => void): void {
    const lookup = (this.#lookup += 1);
    for (let size = 1; size <= LONGEST_GRAM; size += 1) {
      const table = this.#tables[size];
      if (table === undefined) continue;
      const { filled } = table;
      const mask = filled.length - 1;
      for (let at = 0; at + size <= text.length; at += 1) {
        const hash = hashAt(text, at, size);
        if (filled[hash & mask] === 0) continue;
        const cell = cellOf(table, hash);
        if (cell === undefined || cell.visited === lookup) continue;
        cell.visited = lookup;
        for (const item of cell.items) visit(item);
      }
    }
  }
}

function cellOf<T>(table: Table<T> | undefined, hash: number): Cell<T> | undefined {
  if (table === undefined) return undefined;
  let cell = table.buckets[hash & (table.buckets.length - 1)];
  while (cell !== undefined && cell.hash !== hash) cell = cell.next;
  return cell;
}

function withoutCell<T>(first: Cell<T> | undefined, gone: Cell<T>): Cell<T> | undefined {
  if (first === gone) return gone.next;
  for (let cell = first; cell !== undefined; cell = cell.next) if (cell.next === gone) cell.next = gone.next;
  return first;
}

function emptyTable<T>(size: number): Table<T> {
  return { buckets: new Array<Cell<T> | undefined>(size).fill(undefined), filled: new Uint8Array(size), count: 0 };
}

function put<T>(table: Table<T>, cell: Cell<T>): void {
  const slot = cell.hash & (table.buckets.length - 1);
  cell.next = table.buckets[slot];
  table.buckets[slot] = cell;
  table.filled[slot] = 1;
}

function grown<T>(table: Table<T>): Table<T> {
  const larger = emptyTable<T>(table.buckets.length * 4);
  larger.count = table.count;
  for (const first of table.buckets) {
    for (let cell = first; cell !== undefined;) {
      const { next } = cell;
      put(larger, cell);
      cell = next;
    }
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
