/** A short piece of a literal run: its size in units and its number in that size's table. */
export interface Gram {
  size: number;
  key: number;
}

interface Bucket<T> {
  items: T[];
  /** the last look-up that visited it: a gram may stand in a text more than once */
  visited: number;
}

const LONGEST_GRAM = 3;

/**
 * Items by a gram that a matching text must contain somewhere: three units of a literal run, or the whole run when it
 * is shorter. Each item is filed under one gram of its run, the one that the fewest others use.
 */
export class GramTable<T> {
  /** one table a gram size */
  readonly #tables = Array.from({ length: LONGEST_GRAM }, () => new Map<number, Bucket<T>>());
  #lookup = 0;

  /** The gram of this run under which the fewest items are filed, and how many these are; undefined for an empty run. */
  rarest(run: string): { gram: Gram; load: number } | undefined {
    const size = Math.min(run.length, LONGEST_GRAM);
    let best: { gram: Gram; load: number } | undefined;
    for (let at = 0; size > 0 && at + size <= run.length && best?.load !== 0; at += 1) {
      const key = keyAt(run, at, size);
      const load = this.#tables[size - 1]?.get(key)?.items.length ?? 0;
      if (best === undefined || load < best.load) best = { gram: { size, key }, load };
    }
    return best;
  }

  add(gram: Gram, item: T): void {
    const table = this.#tables[gram.size - 1];
    const bucket = table?.get(gram.key);
    if (bucket === undefined) table?.set(gram.key, { items: [item], visited: 0 });
    else bucket.items.push(item);
  }

  delete(gram: Gram, item: T): void {
    const table = this.#tables[gram.size - 1];
    const items = table?.get(gram.key)?.items;
    if (items === undefined) return;
    const at = items.indexOf(item);
    if (at >= 0) items.splice(at, 1);
    if (items.length === 0) table?.delete(gram.key);
  }

  /** Visits each item filed under a gram that the text contains, once. */
  find(text: string, visit: (item: T) => void): void {
    this.#lookup += 1;
    for (let size = 1; size <= LONGEST_GRAM; size += 1) {
      const table = this.#tables[size - 1];
      if (table === undefined || table.size === 0) continue;
      for (let at = 0; at + size <= text.length; at += 1) {
        const bucket = table.get(keyAt(text, at, size));
        if (bucket === undefined || bucket.visited === this.#lookup) continue;
        bucket.visited = this.#lookup;
        for (const item of bucket.items) visit(item);
      }
    }
  }
}

/** A small whole number for `size` units; two grams may share one, for what is found is tested anyway. */
function keyAt(text: string, at: number, size: number): number {
  let key = text.charCodeAt(at);
  for (let index = 1; index < size; index += 1) key = (Math.imul(key, 0x3d) + text.charCodeAt(at + index)) & 0x3fffffff;
  return key;
}
