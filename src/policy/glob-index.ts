import { isWildcard, type Glob } from './glob.js';
import { GramCounts } from './gram-counts.js';
import { finished, HASH_BITS, mixedWith, otherPairBit, pairBit } from './piece-hash.js';
import { keyOf, PieceTable } from './piece-table.js';

/** A glob in the index with its value. */
export interface GlobEntry<T> {
  readonly glob: Glob;
  readonly value: T;
}

interface Filed<T> extends GlobEntry<T> {
  /** what the glob is filed by: `PREFIX`, `SUFFIX`, or the units of a piece from within; UNFILED: nothing */
  kind: number;
  /** units of the piece */
  size: number;
  record: number;
}

/** Pieces from within have at most so many units. */
const LONGEST_GRAM = 6;
/** By so many units the longer ones are found. */
const BEGIN = 3;
const [UNFILED, PREFIX, SUFFIX] = [0, 7, 8] as const;
/** Longer prefixes and suffixes are cut: this many units are selective enough. */
const LONGEST_AFFIX = 64;
/** Of a hash so many bits are looked up first: a few kilobytes, which stay in the L1 cache. */
const BEGIN_BITS = 14;
const BEGIN_SHIFT = HASH_BITS - BEGIN_BITS;
const NOTHING_BEGINS = new Uint8Array(2 ** BEGIN_BITS);

/**
 * Globs indexed by their required text, so that finding the globs that match a text does not scan all of them. A glob
 * is filed once: by its literal prefix, its literal suffix, or a few characters of an inner run, whichever is rarest in
 * texts. Globs of wildcards only are checked each time (equal ones share an entry, so there are few). Most candidates
 * are then rejected by the rest of their required text.
 */
export class GlobIndex<T> {
  readonly #entries = new Map<string, Filed<T>>();
  readonly #pieces = new PieceTable<Filed<T>>();
  readonly #unfiled = new Set<Filed<T>>();
  /** how many globs are filed by each kind of piece */
  readonly #kinds = new Uint32Array(SUFFIX + 1);
  readonly #prefixes = new Sizes();
  readonly #suffixes = new Sizes();
  /** by the first three units of pieces from within: their sizes, a bit each (those of pieces that went stay) */
  #begins: Uint8Array = NOTHING_BEGINS;
  readonly #counts = new GramCounts();
  /** of the text scanned last: its units, its pairs, and the key of each piece that globs may be filed by */
  #units = new Uint16Array(256);
  #pairs = 0;
  #morePairs = 0;
  #found = new Int32Array(mostPieces(256));
  #foundCount = 0;

  get size(): number {
    return this.#entries.size;
  }

  /** The value of the glob with this canonical form. */
  get(canonical: string): T | undefined {
    return this.#entries.get(canonical)?.value;
  }

  /** Samples a text, so that globs added later are filed better. */
  observe(text: string): void {
    this.#counts.observeLiteral(text);
  }

  /** Adds a glob; none with the same canonical form may exist. */
  add(glob: Glob, value: T): void {
    const filed: Filed<T> = { glob, value, kind: UNFILED, size: 0, record: 0 };
    this.#entries.set(glob.canonical, filed);
    this.#file(filed);
    this.#counts.observeGlob(glob.canonical);
    this.#kinds[filed.kind] = this.#kinds[filed.kind]! + 1;
    if (filed.kind === UNFILED) this.#unfiled.add(filed);
    else if (filed.kind === PREFIX) this.#prefixes.add(filed.size);
    else if (filed.kind === SUFFIX) this.#suffixes.add(filed.size);
  }

  delete(canonical: string): void {
    const filed = this.#entries.get(canonical);
    if (filed === undefined) return;
    this.#entries.delete(canonical);
    this.#kinds[filed.kind] = this.#kinds[filed.kind]! - 1;
    if (filed.kind === UNFILED) this.#unfiled.delete(filed);
    else this.#pieces.delete(filed.record);
    if (filed.kind === PREFIX) this.#prefixes.delete(filed.size);
    else if (filed.kind === SUFFIX) this.#suffixes.delete(filed.size);
  }

  /**
   * Visits each glob that could match the text, once: its required text is present, and the visitor has to test the
   * rest. Given the canonical form of a glob instead of a text, it visits the globs that could cover it. The visitor
   * must not ask this index.
   */
  candidates(text: string, visit: (entry: GlobEntry<T>) => void): void {
    if (this.#pieces.size > 0) {
      this.#scan(text);
      this.#pieces.begin();
      for (let index = 0; index < this.#foundCount; index += 1)
        this.#pieces.visit(this.#found[index]!, this.#pairs, this.#morePairs, visit);
    }
    for (const entry of this.#unfiled) visit(entry);
  }

  /** Visits the value of each glob that matches the text, once. */
  matches(text: string, visit: (value: T) => void): void {
    if (this.#entries.size === 0) return;
    this.candidates(text, (entry) => {
      if (entry.glob.test(text)) visit(entry.value);
    });
  }

  entries(): IterableIterator<GlobEntry<T>> {
    return this.#entries.values();
  }

  /** Finds a text's pairs, and which of its pieces globs may be filed by. */
  #scan(text: string): void {
    const { length } = text;
    if (length > this.#units.length) {
      this.#units = new Uint16Array(2 * length);
      this.#found = new Int32Array(mostPieces(2 * length));
    }
    for (let at = 0; at < length; at += 1) this.#units[at] = text.charCodeAt(at);
    this.#foundCount = 0;
    if (this.#prefixes.longest > 0) this.#scanPrefixes(length);
    if (this.#suffixes.longest > 0) this.#scanSuffixes(length);
    this.#scanInside(length);
  }

  #scanPrefixes(length: number): void {
    const { counts, longest } = this.#prefixes;
    const units = this.#units;
    const end = Math.min(length, longest);
    let mixed = 0;
    for (let at = 0; at < end; at += 1) {
      mixed = mixedWith(mixed, units[at]!);
      if (counts[at + 1] !== 0) this.#note(keyOf(PREFIX, finished(mixed)));
    }
  }

  #scanSuffixes(length: number): void {
    const { counts, longest } = this.#suffixes;
    const units = this.#units;
    const end = Math.min(length, longest);
    let mixed = 0;
    for (let size = 1; size <= end; size += 1) {
      mixed = mixedWith(mixed, units[length - size]!);
      if (counts[size] !== 0) this.#note(keyOf(SUFFIX, finished(mixed)));
    }
  }

  #scanInside(length: number): void {
    const units = this.#units;
    const begins = this.#begins;
    const hasOnes = this.#kinds[1] !== 0;
    const hasTwos = this.#kinds[2] !== 0;
    let pairs = 0;
    let more = 0;
    for (let at = 0; at < length; at += 1) {
      let mixed = units[at]!;
      if (hasOnes) this.#note(keyOf(1, finished(mixed)));
      if (at + 1 >= length) break;
      mixed = mixedWith(mixed, units[at + 1]!);
      let hash = finished(mixed);
      pairs |= pairBit(hash);
      more |= otherPairBit(hash);
      if (hasTwos) this.#note(keyOf(2, hash));
      if (at + 2 >= length) continue;
      mixed = mixedWith(mixed, units[at + 2]!);
      hash = finished(mixed);
      const sizes = begins[hash >>> BEGIN_SHIFT]!;
      for (let size = BEGIN; sizes >>> size !== 0; size += 1) {
        if (((sizes >>> size) & 1) !== 0) this.#note(keyOf(size, hash));
        if (at + size >= length) break;
        mixed = mixedWith(mixed, units[at + size]!);
        hash = finished(mixed);
      }
    }
    this.#pairs = pairs;
    this.#morePairs = more;
  }

  #note(key: number): void {
    if (!this.#pieces.mayHave(key)) return;
    this.#found[this.#foundCount] = key;
    this.#foundCount += 1;
  }

  /** Files a glob by what the fewest texts are likely to have; among equals by the least crowded piece. */
  #file(filed: Filed<T>): void {
    const text = filed.glob.canonical;
    const { length } = text;
    let bestShare = Infinity;
    let bestLoad = Infinity;
    let bestKey = 0;
    let start = 0;
    for (let from = 0, to = 0; from < length; from = to + 1) {
      to = from;
      while (to < length && !isWildcard(text.charCodeAt(to))) to += 1;
      if (to === from) continue;
      const share = this.#counts.shareOf(text, from, to);
      if (share > bestShare) continue;
      const isAffix = from === 0 || to === length;
      const size = Math.min(to - from, isAffix ? LONGEST_AFFIX : LONGEST_GRAM);
      const at = from === 0 ? 0 : Math.min(this.#counts.rarestAt, to - size);
      const kind = from === 0 ? PREFIX : to === length ? SUFFIX : size;
      const key = keyOf(kind, kind === SUFFIX ? hashBack(text, size) : hashFrom(text, at, size));
      const load = this.#pieces.load(key);
      if (share === bestShare && load >= bestLoad) continue;
      bestShare = share;
      bestLoad = load;
      bestKey = key;
      filed.kind = kind;
      filed.size = size;
      start = at;
    }
    if (filed.kind === UNFILED) return;
    if (filed.kind >= BEGIN && filed.kind <= LONGEST_GRAM) {
      if (this.#begins === NOTHING_BEGINS) this.#begins = new Uint8Array(2 ** BEGIN_BITS);
      const slot = hashFrom(text, start, BEGIN) >>> BEGIN_SHIFT;
      this.#begins[slot] = this.#begins[slot]! | (1 << filed.size);
    }
    let pairs = 0;
    let more = 0;
    for (let at = 1; at < length; at += 1) {
      const first = text.charCodeAt(at - 1);
      const second = text.charCodeAt(at);
      if (isWildcard(first) || isWildcard(second)) continue;
      const hash = finished(mixedWith(first, second));
      pairs |= pairBit(hash);
      more |= otherPairBit(hash);
    }
    filed.record = this.#pieces.add(bestKey, filed, pairs, more);
  }
}

/** How many pieces of a text of this length there are by which globs may be filed. */
function mostPieces(length: number): number {
  return length * LONGEST_GRAM + 2 * LONGEST_AFFIX;
}

/** Counts of sizes up to `LONGEST_AFFIX`. */
class Sizes {
  readonly counts = new Uint32Array(LONGEST_AFFIX + 1);
  longest = 0;

  add(size: number): void {
    this.counts[size] = this.counts[size]! + 1;
    this.longest = Math.max(this.longest, size);
  }

  delete(size: number): void {
    this.counts[size] = this.counts[size]! - 1;
    while (this.longest > 0 && this.counts[this.longest] === 0) this.longest -= 1;
  }
}

function hashFrom(text: string, at: number, size: number): number {
  let mixed = 0;
  for (let next = at; next < at + size; next += 1) mixed = mixedWith(mixed, text.charCodeAt(next));
  return finished(mixed);
}

/** Of the last units, read backwards. */
function hashBack(text: string, size: number): number {
  let mixed = 0;
  for (let back = 1; back <= size; back += 1) mixed = mixedWith(mixed, text.charCodeAt(text.length - back));
  return finished(mixed);
}
