/**
 * The names to search for, and three questions about a folded text, each answered without looking at every name:
 * which name is it, which names are within a few slips of it, and which names stand inside it.
 *
 * Slips are found with Pass-Join (Li et al. 2011): a name that may hold k slips is cut into k+1 pieces; a text within k slips
 * holds at least one piece unchanged, near its place. A swap of neighbours across a border touches two pieces; it is counted
 * for the left one, and the right one is also stored with the swapped letter in front, so the argument still holds. Short names are found by deletion instead (Mor & Fraenkel 1982). test/detection/string-index.test.ts proves both against brute force.
 */
import { hashNext, hashOf, joinHashes, type Folded } from '../fold/fold.js';
import { HashTable, spread } from './hash-table.js';
import { OsaQuery } from './osa.js';
import { PieceTable } from './piece-table.js';

/** A name inside a text: letters `start` to `end`. */
export interface Inside {
  id: number;
  start: number;
  end: number;
}

interface Bucket {
  ids: number[];
  /** the letters of each, made at the first question */
  sets: Int32Array | undefined;
}

const MOST_SLIPS = 3;
/** Names of this many letters and more are found by their pieces; pieces of shorter ones would be in everything. */
const PIECES = 9;
const LONGEST_NEAR = 64;
const LONG = 31;
/** Up to this many names of one length all are looked at. */
const FEW = 48;
const GRAM_BITS = 15;
/** Scripts in which two letters are a word begin here. */
const IDEOGRAPHS = 0x2e80;

/** How many slips a name of this many letters may hold and still be found. Two in six letters are found, and then weighed. */
export function slipsFor(length: number): number {
  if (length < 3) return 0;
  if (length < 6) return 1;
  return length < 13 ? 2 : MOST_SLIPS;
}

export class StringIndex {
  readonly #texts: Uint16Array[] = [];
  readonly #sets: number[] = [];
  readonly #whole = new HashTable();
  readonly #pieces = new PieceTable();
  readonly #deletions = new PieceTable();
  readonly #isNear = new Set<number>();
  /** names to be found by slips, by their length */
  readonly #byLength: (Bucket | undefined)[] = [];
  /** which lengths of names begin with three letters of this hash, one bit a length; bit 31: 31 and more */
  readonly #grams = new Uint32Array(1 << GRAM_BITS);
  readonly #long = new HashTable();
  /** names of two ideographs (公式), by their two code units */
  readonly #pairs = new Map<number, number>();
  #seen = new Uint32Array(0);
  #round = 0;
  readonly #query = new OsaQuery();
  #querySet = 0;
  #prepared = false;

  /** @param few up to this many names of one length all are looked at, instead of looking for pieces */
  constructor(private readonly few: number = FEW) {}

  get size(): number {
    return this.#texts.length;
  }

  text(id: number): Uint16Array {
    return this.#texts[id]!;
  }

  /** Adds a name (the same name twice is one) and returns its number. */
  add(codes: Uint16Array): number {
    const hash = hashOfCodes(codes, 0, codes.length);
    const known = this.#find(hash, codes);
    if (known >= 0) return known;
    const id = this.#texts.length;
    this.#texts.push(codes);
    this.#sets.push(setOf(codes, codes.length));
    this.#whole.add(hash, id);
    return id;
  }

  /** Lets `near` find this name. */
  addNear(id: number): void {
    const codes = this.text(id);
    const slips = slipsFor(codes.length);
    if (slips === 0 || codes.length > LONGEST_NEAR || this.#isNear.has(id)) return;
    this.#isNear.add(id);
    const bucket = (this.#byLength[codes.length] ??= { ids: [], sets: undefined });
    bucket.ids.push(id);
    bucket.sets = undefined;
    const set = this.#sets[id]!;
    if (codes.length < PIECES) return this.#addDeletions(codes, id, set, slips);
    for (let piece = 0; piece <= slips; piece++) {
      const from = pieceStart(codes.length, slips, piece);
      const to = pieceStart(codes.length, slips, piece + 1);
      this.#pieces.add(pieceKey(hashOfCodes(codes, from, to), codes.length, piece), id, set);
      if (piece === 0) continue;
      const swapped = codes.slice(from, to);
      swapped[0] = codes[from - 1]!;
      if (swapped[0] !== codes[from]) this.#pieces.add(pieceKey(hashOfCodes(swapped, 0, swapped.length), codes.length, piece), id, set);
    }
  }

  /** Files a short name under everything that is left of it when up to `slips` letters go. */
  #addDeletions(codes: Uint16Array, id: number, set: number, slips: number): void {
    const keys = new Set<number>();
    const without = (left: Uint16Array, more: number) => {
      keys.add(hashOfCodes(left, 0, left.length));
      for (let at = 0; more > 0 && at < left.length; at++) without(left.filter((_, index) => index !== at), more - 1);
    };
    without(codes, slips);
    for (const key of keys) this.#deletions.add(key, id, set);
  }

  /** Lets `inside` find this name (three letters or more, or two ideographs). */
  addInside(id: number): void {
    const codes = this.text(id);
    if (codes.length === 2 && codes[0]! >= IDEOGRAPHS && codes[1]! >= IDEOGRAPHS) this.#pairs.set((codes[0]! << 16) | codes[1]!, id);
    if (codes.length < 3) return;
    const slot = gramSlot(hashOfCodes(codes, 0, 3));
    this.#grams[slot] = this.#grams[slot]! | (1 << Math.min(codes.length, LONG));
    if (codes.length >= LONG) this.#long.add(hashOfCodes(codes, 0, LONG), id);
  }

  /** The name that the letters `from` to `to` spell, or -1. */
  exact(text: Folded, from = 0, to = text.length): number {
    const hash = hashOf(text, from, to);
    for (let entry = this.#whole.first(hash); entry >= 0; entry = this.#whole.after(entry)) {
      const id = this.#whole.value(entry);
      if (isAt(this.text(id), text.codes, from, to)) return id;
    }
    return -1;
  }

  /** Appends the numbers of all names within `slipsFor(their length)` slips of the text, the text itself included, to `found`. */
  near(text: Folded, found: number[]): void {
    if (text.length > LONGEST_NEAR + MOST_SLIPS) return;
    this.#round++;
    this.#prepared = false;
    this.#querySet = setOf(text.codes, text.length);
    if (this.#seen.length < this.size) this.#seen = new Uint32Array(this.size);
    let crowdedShort = false;
    for (let length = Math.max(3, text.length - MOST_SLIPS); length <= text.length + MOST_SLIPS; length++) {
      const bucket = this.#byLength[length];
      const slips = slipsFor(length);
      if (bucket === undefined || Math.abs(length - text.length) > slips) continue;
      if (bucket.ids.length <= this.few) this.#nearOfFew(bucket, text, slips, found);
      else if (length < PIECES) crowdedShort = true;
      else this.#nearOfLength(text, length, slips, found);
    }
    if (crowdedShort) this.#nearOfShort(text, found);
  }

  /** Where few names have a length, it is cheaper to look at each one's letters than to look for pieces. */
  #nearOfFew(bucket: Bucket, text: Folded, slips: number, found: number[]): void {
    bucket.sets ??= Int32Array.from(bucket.ids, (id) => this.#sets[id]!);
    const { ids, sets } = bucket;
    for (let entry = 0; entry < sets.length; entry++) {
      if (bitCount(this.#querySet ^ sets[entry]!) > 2 * slips) continue;
      const id = ids[entry]!;
      this.#seen[id] = this.#round;
      this.#measure(text, id, slips, found);
    }
  }

  /** Short names by deletion: two texts within k slips are alike when up to k letters are taken from each. */
  #nearOfShort(text: Folded, found: number[]): void {
    const { length } = text;
    this.#deletions.prepare();
    if (length < PIECES) this.#takeAll(this.#deletions, hashOf(text, 0, length), text, found);
    for (let first = 0; first < length; first++) {
      const before = hashOf(text, 0, first);
      if (length <= PIECES) this.#takeAll(this.#deletions, joinHashes(before, hashOf(text, first + 1, length), length - first - 1), text, found);
      if (length < 5) continue;
      for (let second = first + 1; second < length; second++) {
        const middle = joinHashes(before, hashOf(text, first + 1, second), second - first - 1);
        this.#takeAll(this.#deletions, joinHashes(middle, hashOf(text, second + 1, length), length - second - 1), text, found);
      }
    }
  }

  /** Measures every name under a key that has not been measured yet and has nearly the same letters. */
  #takeAll(table: PieceTable, key: number, text: Folded, found: number[]): void {
    const slot = table.slot(key);
    if (slot < 0) return;
    const { ids, sets } = table;
    const end = table.endOf(slot);
    for (let entry = table.startOf(slot); entry < end; entry++) {
      const id = ids[entry]!;
      const slips = slipsFor(this.#texts[id]!.length);
      if (this.#seen[id] === this.#round || bitCount(this.#querySet ^ sets[entry]!) > 2 * slips) continue;
      this.#seen[id] = this.#round;
      this.#measure(text, id, slips, found);
    }
  }

  #nearOfLength(text: Folded, length: number, slips: number, found: number[]): void {
    this.#pieces.prepare();
    const difference = text.length - length;
    // a piece that is unchanged is moved by what was put in before it, and the rest must make up for the difference in length
    const least = Math.ceil((difference - slips) / 2);
    const most = Math.floor((difference + slips) / 2);
    for (let piece = 0; piece <= slips; piece++) {
      const from = pieceStart(length, slips, piece);
      const size = pieceStart(length, slips, piece + 1) - from;
      const lastFrom = Math.min(from + most, text.length - size);
      for (let at = Math.max(0, from + least); at <= lastFrom; at++) this.#takeAll(this.#pieces, pieceKey(hashOf(text, at, at + size), length, piece), text, found);
    }
  }

  #measure(text: Folded, id: number, slips: number, found: number[]): void {
    if (!this.#prepared) this.#query.prepare(text.codes, text.length);
    this.#prepared = true;
    if (this.#query.distance(this.#texts[id]!, slips) <= slips) found.push(id);
  }

  /** Appends every name that stands in the text to `found`, by where it starts. */
  inside(text: Folded, found: Inside[]): void {
    const { codes, length } = text;
    for (let start = 0; start + 1 < length; start++) {
      if (codes[start]! >= IDEOGRAPHS) {
        const pair = this.#pairs.get((codes[start]! << 16) | codes[start + 1]!);
        if (pair !== undefined) found.push({ id: pair, start, end: start + 2 });
      }
      if (start + 3 > length) break;
      let lengths = this.#grams[gramSlot(hashOf(text, start, start + 3))]!;
      if (lengths === 0) continue;
      if (lengths > 0x7fffffff) this.#longInside(text, start, found);
      lengths &= 0x7fffffff;
      while (lengths !== 0) {
        const size = 31 - Math.clz32(lengths & -lengths);
        lengths &= lengths - 1;
        if (start + size > length) break;
        const id = this.exact(text, start, start + size);
        if (id >= 0) found.push({ id, start, end: start + size });
      }
    }
  }

  #longInside(text: Folded, start: number, found: Inside[]): void {
    if (start + LONG > text.length) return;
    const hash = hashOf(text, start, start + LONG);
    for (let entry = this.#long.first(hash); entry >= 0; entry = this.#long.after(entry)) {
      const id = this.#long.value(entry);
      const end = start + this.text(id).length;
      if (end <= text.length && isAt(this.text(id), text.codes, start, end)) found.push({ id, start, end });
    }
  }

  #find(hash: number, codes: Uint16Array): number {
    for (let entry = this.#whole.first(hash); entry >= 0; entry = this.#whole.after(entry)) {
      const id = this.#whole.value(entry);
      if (isAt(this.text(id), codes, 0, codes.length)) return id;
    }
    return -1;
  }
}

function isAt(name: Uint16Array, codes: Uint16Array, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let index = 0; index < name.length; index++) if (name[index] !== codes[from + index]) return false;
  return true;
}

function hashOfCodes(codes: Uint16Array, from: number, to: number): number {
  let hash = 0;
  for (let index = from; index < to; index++) hash = hashNext(hash, codes[index]!);
  return hash;
}

function pieceStart(length: number, slips: number, piece: number): number {
  return Math.floor((length * piece) / (slips + 1));
}

function pieceKey(hash: number, length: number, piece: number): number {
  return (Math.imul(hash, 0x9e3779b1) ^ Math.imul(length * 4 + piece + 1, 0x85ebca6b)) | 0;
}

function gramSlot(hash: number): number {
  return spread(hash) & ((1 << GRAM_BITS) - 1);
}

/** Which letters occur, as 32 bits: two names within k slips differ in 2k bits at most. */
function setOf(codes: Uint16Array, length: number): number {
  let set = 0;
  for (let index = 0; index < length; index++) set |= 1 << (codes[index]! & 31);
  return set;
}

function bitCount(bits: number): number {
  let rest = bits - ((bits >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
