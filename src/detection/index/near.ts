/**
 * Which names are within a few slips of a text (k = 1 from 3 letters, 2 from 6, 3 from 13; optimal string alignment), found without
 * measuring every name. Three ways, each of which can not miss a name; test/detection/string-index.test.ts proves them against brute force.
 *
 * - **Few names** are all looked at: length and letters first, then the bit-parallel distance.
 * - **Short names** (up to 8 letters) by deletion (Mor & Fraenkel 1982): two texts within k slips are the same when up to k letters are
 *   taken from each. A name is filed under everything that is left of it.
 * - **Long names** by their ends. Of three slips (13 letters and more) at most one can lie in the first six letters, or at most one in the last
 *   six; the two ends are not neighbours, so a swap lies in one of them. Of two slips (9 to 12 letters) at most one lies in the first six, or
 *   none in the rest. Ends with one slip are again found by deletion. A swap of the sixth and the seventh letter touches the first six and
 *   the rest; it is counted for the first six, and the rest is also filed as it looks after such a swap.
 */
import { hashNext, hashOf, hashWithout, hashWithoutTwo, type Folded } from '../fold/fold.js';
import { OsaQuery } from './osa.js';
import { Postings } from './postings.js';
import { hashOfCodes, type Texts } from './texts.js';

const MOST_SLIPS = 3;
const LONGEST_NEAR = 64;
/** Up to this many names are all looked at. */
const FEW = 64;
/** Up to this many letters names are found by deletion. */
const SHORT = 8;
/** Letters of each end by which longer names are found. */
const END = 6;
/** From here on a name bears three slips. */
const THREE_SLIPS = 13;
/** Sets keys for the end of a name apart from those for its beginning. */
const TAIL = 0x51ed270b;

/** No text has more keys: one, ten with a letter less, and 45 with two letters less. */
const MOST_KEYS = 64;

/** How many slips a name of this many letters may hold and still be found. Two in six letters are found, and then weighed. */
export function slipsFor(length: number): number {
  if (length < 3) return 0;
  if (length < 6) return 1;
  return length < THREE_SLIPS ? 2 : MOST_SLIPS;
}
const SLIPS = Uint8Array.from({ length: LONGEST_NEAR + 1 }, (_, length) => slipsFor(length));

export class NearIndex {
  readonly #ids: number[] = [];
  readonly #known = new Set<number>();
  /** all names by length, while they are few */
  #lengths = new Uint8Array(0);
  #sets = new Int32Array(0);
  #short: Postings | undefined;
  #long: Postings | undefined;
  #prepared = false;
  /** in which question a name was measured last */
  #seen = new Uint32Array(0);
  #round = 0;
  /** keys of a text under which something is filed */
  readonly #keys = new Int32Array(MOST_KEYS);
  readonly #query = new OsaQuery();
  #isQueryReady = false;

  /** @param few up to this many names all are looked at */
  constructor(private readonly texts: Texts, private readonly few: number = FEW) {}

  /** Are all names looked at, one by one? */
  get isFew(): boolean {
    return this.#ids.length <= this.few;
  }

  /** Lets `find` find this text. */
  add(id: number): void {
    const length = this.texts.lengthOf(id);
    if (slipsFor(length) === 0 || length > LONGEST_NEAR || this.#known.has(id)) return;
    this.#known.add(id);
    this.#ids.push(id);
    this.#prepared = false;
  }

  /** Appends the numbers of all names within `slipsFor(their length)` slips of the text, the text itself included, to `found`. */
  find(text: Folded, found: number[]): void {
    if (text.length > LONGEST_NEAR + MOST_SLIPS || text.length < 2) return;
    if (!this.#prepared) this.#prepare();
    this.#isQueryReady = false;
    if (this.isFew) return this.#findAmongFew(text, found);
    if (++this.#round > 0xfffffff0) {
      this.#round = 1;
      this.#seen.fill(0);
    }
    if (this.#short !== undefined) this.#findShort(text, this.#short, found);
    if (this.#long !== undefined && text.length > END) this.#findLong(text, this.#long, found);
  }

  /** May a part of a text be within a few slips of a name? No is certain, and said before the part is cut out. */
  mayFind({ codes }: Folded, start: number, end: number): boolean {
    if (!this.#prepared) this.#prepare();
    if (!this.isFew || end - start > LONGEST_NEAR) return true;
    let set = 0;
    for (let index = start; index < end; index++) set |= 1 << (codes[index]! & 31);
    for (let entry = 0; entry < this.#lengths.length; entry++) if (this.#isClose(entry, end - start, set)) return true;
    return false;
  }

  /** Have one of few names and a text nearly the same length and letters? */
  #isClose(entry: number, textLength: number, textSet: number): boolean {
    const length = this.#lengths[entry]!;
    const slips = SLIPS[length]!;
    const difference = length - textLength;
    return difference <= slips && -difference <= slips && bitCount(textSet ^ this.#sets[entry]!) <= 2 * slips;
  }

  #findAmongFew(text: Folded, found: number[]): void {
    for (let entry = 0; entry < this.#lengths.length; entry++) {
      if (this.#isClose(entry, text.length, text.letterSet)) this.#measure(text, this.#ids[entry]!, SLIPS[this.#lengths[entry]!]!, found);
    }
  }

  #findShort(text: Folded, short: Postings, found: number[]): void {
    const { length, codes, hashes } = text;
    if (length > SHORT + 2) return;
    // which keys there are comes first, and what is under them after: nearly always nothing
    const keys = this.#keys;
    let count = 0;
    if (length <= SHORT && short.has(hashes[length]!)) keys[count++] = hashes[length]!;
    for (let first = 0; first < length && length > 2; first++) {
      // of two equal letters side by side one is enough to leave out
      if (first > 0 && codes[first] === codes[first - 1]) continue;
      if (length <= SHORT + 1) {
        const key = hashWithout(text, 0, length, first);
        if (short.has(key)) keys[count++] = key;
      }
      if (length < 6) continue;
      for (let second = first + 1; second < length; second++) {
        const key = hashWithoutTwo(text, length, first, second);
        if (short.has(key)) keys[count++] = key;
      }
    }
    this.#takeKeys(short, count, text, found);
  }

  #findLong(text: Folded, long: Postings, found: number[]): void {
    const { length, hashes } = text;
    const keys = this.#keys;
    let count = 0;
    if (long.has(hashes[END - 1]!)) keys[count++] = hashes[END - 1]!;
    if (long.has(hashes[END]!)) keys[count++] = hashes[END]!;
    // the last one's absence was the first question of each
    for (let at = 0; at < END; at++) {
      const [shorter, longer] = [hashWithout(text, 0, END, at), hashWithout(text, 0, END + 1, at)];
      if (at < END - 1 && long.has(shorter)) keys[count++] = shorter;
      if (long.has(longer)) keys[count++] = longer;
    }
    for (let size = Math.max(SHORT + 1, length - 2); size < THREE_SLIPS && size <= length + 2; size++) {
      const key = restKey(hashOf(text, length - (size - END), length), size);
      if (long.has(key)) keys[count++] = key;
    }
    if (length >= THREE_SLIPS - MOST_SLIPS) {
      const [without, end] = [(hashOf(text, length - END + 1, length) + TAIL) | 0, (hashOf(text, length - END, length) + TAIL) | 0];
      if (long.has(without)) keys[count++] = without;
      if (long.has(end)) keys[count++] = end;
      for (let at = 1; at <= END; at++) {
        const [shorter, longer] = [(hashWithout(text, length - END, length, length - at) + TAIL) | 0, (hashWithout(text, length - END - 1, length, length - at) + TAIL) | 0];
        if (at < END && long.has(shorter)) keys[count++] = shorter;
        if (long.has(longer)) keys[count++] = longer;
      }
    }
    this.#takeKeys(long, count, text, found);
  }

  #takeKeys(postings: Postings, count: number, text: Folded, found: number[]): void {
    for (let index = 0; index < count; index++) this.#takeAll(postings, this.#keys[index]!, text, found);
  }

  /** Measures every name under a key that has not been measured yet and has nearly the same letters. */
  #takeAll(postings: Postings, key: number, text: Folded, found: number[]): void {
    const { lists } = postings;
    const end = postings.endOf(key);
    for (let entry = postings.startOf(key); entry < end; entry += 2) {
      const different = bitCount(text.letterSet ^ lists[entry + 1]!);
      if (different > 2 * MOST_SLIPS) continue;
      const id = lists[entry]!;
      if (this.#seen[id] === this.#round) continue;
      this.#seen[id] = this.#round;
      const slips = SLIPS[this.texts.lengthOf(id)]!;
      if (different <= 2 * slips) this.#measure(text, id, slips, found);
    }
  }

  #measure(text: Folded, id: number, slips: number, found: number[]): void {
    const difference = this.texts.lengthOf(id) - text.length;
    if (difference > slips || -difference > slips) return;
    if (!this.#isQueryReady) this.#query.prepare(text.codes, text.length);
    this.#isQueryReady = true;
    if (this.#query.distance(this.texts.letters(id), slips) <= slips) found.push(id);
  }

  /** Files all names; done once, at the first question. */
  #prepare(): void {
    this.#prepared = true;
    if (this.isFew) {
      this.#lengths = Uint8Array.from(this.#ids, (id) => this.texts.lengthOf(id));
      this.#sets = Int32Array.from(this.#ids, (id) => this.texts.sets[id]!);
      return;
    }
    this.#seen = new Uint32Array(this.texts.size);
    const [short, long] = [new Filing(), new Filing()];
    for (const id of this.#ids) {
      const codes = this.texts.letters(id);
      if (codes.length <= SHORT) fileShort(short, codes, id);
      else fileLong(long, codes, id);
    }
    this.#short = short.done(this.texts.sets);
    this.#long = long.done(this.texts.sets);
  }
}

/** Keys and names before they are put in order. */
class Filing {
  #keys = new Int32Array(1024);
  #ids = new Int32Array(1024);
  #count = 0;
  /** keys of the name that is being filed */
  readonly #own = new Set<number>();

  /** Files a name under a key; the same key twice in a row of calls for one name counts once. */
  add(key: number, id: number): void {
    if (this.#count > 0 && this.#ids[this.#count - 1] !== id) this.#own.clear();
    if (this.#own.has(key)) return;
    this.#own.add(key);
    if (this.#count === this.#keys.length) {
      const larger = (old: Int32Array<ArrayBuffer>) => {
        const array = new Int32Array(old.length * 2);
        array.set(old);
        return array;
      };
      [this.#keys, this.#ids] = [larger(this.#keys), larger(this.#ids)];
    }
    this.#keys[this.#count] = key;
    this.#ids[this.#count++] = id;
  }

  done(sets: readonly number[]): Postings | undefined {
    return this.#count === 0 ? undefined : new Postings(this.#keys.subarray(0, this.#count), this.#ids.subarray(0, this.#count), sets);
  }
}

/** A short name under everything that is left of it when up to `slips` letters go. */
function fileShort(filing: Filing, codes: Uint16Array, id: number): void {
  const { length } = codes;
  filing.add(hashOfCodes(codes, 0, length), id);
  for (let first = 0; first < length; first++) {
    filing.add(hashLeaving(codes, 0, length, first, -1), id);
    for (let second = first + 1; slipsFor(length) > 1 && second < length; second++) filing.add(hashLeaving(codes, 0, length, first, second), id);
  }
}

/** A long name under its beginning and its end, with a letter less each, or under its beginning and what follows that. */
function fileLong(filing: Filing, codes: Uint16Array, id: number): void {
  const { length } = codes;
  filing.add(hashOfCodes(codes, 0, END), id);
  for (let at = 0; at < END; at++) filing.add(hashLeaving(codes, 0, END, at, -1), id);
  if (length < THREE_SLIPS) {
    filing.add(restKey(hashOfCodes(codes, END, length), length), id);
    const swapped = codes.slice(END);
    swapped[0] = codes[END - 1]!;
    filing.add(restKey(hashOfCodes(swapped, 0, swapped.length), length), id);
    return;
  }
  filing.add((hashOfCodes(codes, length - END, length) + TAIL) | 0, id);
  for (let at = length - END; at < length; at++) filing.add((hashLeaving(codes, length - END, length, at, -1) + TAIL) | 0, id);
}

/** The key of what follows the first six letters of a name of this many. */
function restKey(hash: number, length: number): number {
  return (Math.imul(hash, TAIL) ^ Math.imul(length, 0x85ebca6b)) | 0;
}

function hashLeaving(codes: Uint16Array, from: number, to: number, first: number, second: number): number {
  let hash = 0;
  for (let index = from; index < to; index++) if (index !== first && index !== second) hash = hashNext(hash, codes[index]!);
  return hash;
}

function bitCount(bits: number): number {
  let rest = bits - ((bits >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
