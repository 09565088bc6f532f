/**
 * Which names are within a few slips of a text (k = 1 from 3 letters, 2 from 6, 3 from 13; optimal string alignment),
 * found without measuring every name; test/detection/string-index.test.ts proves it against brute force. A few names
 * are all checked: length and letters first, then the bit-parallel distance. Many are filed under keys (near-keys.ts),
 * and only those under one of the text's keys (near-questions.ts) are checked that way.
 */
import type { Folded } from '../fold/folded.js';
import { Filing } from './near-filing.js';
import { END, fileHead, fileRest, fileShort, fileTail, LONGEST_NEAR, SHORT, slipsFor } from './near-keys.js';
import { askLong, askShort, Gates, keys, OF_REST, OF_SHORT, ofLength } from './near-questions.js';
import { OsaQuery } from './osa.js';
import type { Postings } from './postings.js';
import type { Texts } from './texts.js';

export { LONGEST_NEAR };

const MOST_SLIPS = 3;
/** Names with fewer letters, or more than `LONGEST_NEAR`, are only matched exactly. */
const SHORTEST_NEAR = 3;
/** Up to this many names are all checked. */
const FEW = 64;
/** With more names most texts begin or end like one of them, and that question costs more than it saves. */
const SPARSE = 4096;
/** A name is filed as its number, and its length above that. */
const LENGTH_SHIFT = 24;
/** How many list entries are scanned one by one. */
const FEW_ENTRIES = 16;
const ID_MASK = (1 << LENGTH_SHIFT) - 1;

const SLIPS = Uint8Array.from({ length: LONGEST_NEAR + 1 }, (_, length) => slipsFor(length));

export class NearIndex {
  readonly #ids: number[] = [];
  readonly #known = new Set<number>();
  /** all names by length, while they are few */
  #lengths = new Uint8Array(0);
  #sets = new Int32Array(0);
  #short: Postings | undefined;
  #long: Postings | undefined;
  #gates = new Gates();
  /** whether most texts begin and end like no name */
  #isSparse = false;
  #prepared = false;
  /** the query in which a name was last measured */
  #seen = new Uint32Array(0);
  #round = 0;
  /** each name's letters that occur twice or more, as in `Texts.sets` */
  #twice = new Int32Array(0);
  /** the same for the query text */
  #textTwice = 0;
  #isCounted = false;
  readonly #query = new OsaQuery();
  #isQueryReady = false;

  /**
   * @param few up to this many names are all checked
   * @param sparse up to this many names a text's beginning and end are looked at before its keys
   */
  constructor(
    private readonly texts: Texts,
    private readonly few: number = FEW,
    private readonly sparse: number = SPARSE,
  ) {}

  /** Whether all names are checked one by one. */
  get isFew(): boolean {
    return this.#ids.length <= this.few;
  }

  /** Adds this text to the search. */
  add(id: number): void {
    const length = this.texts.lengthOf(id);
    if (slipsFor(length) === 0 || length > LONGEST_NEAR || this.#known.has(id)) return;
    this.#known.add(id);
    this.#ids.push(id);
    this.#prepared = false;
  }

  /**
   * Appends the numbers of all names within `slipsFor(their length)` slips of the text, the text itself included, to
   * `found`.
   */
  find(text: Folded, found: number[]): void {
    if (text.length > LONGEST_NEAR + MOST_SLIPS || text.length < 2) return;
    if (!this.#prepared) this.#prepare();
    this.#isQueryReady = false;
    this.#isCounted = false;
    if (this.isFew) return this.#findAmongFew(text, found);
    if (++this.#round > 0xfffffff0) {
      this.#round = 1;
      this.#seen.fill(0);
    }
    // the existing keys come first, and their entries afterwards: nearly always there are none
    const { length } = text;
    if (this.#isSparse && !this.#gates.mayHaveKeys(text.codes, 0, length)) return;
    if (this.#short !== undefined)
      this.#takeKeys(this.#short, askShort(text, 0, length, this.#gates, this.#short), text, found);
    if (this.#long !== undefined && length > END)
      this.#takeKeys(this.#long, askLong(text, 0, length, this.#gates, this.#long), text, found);
  }

  /** Whether a part of a text may be within a few slips of a name, without extracting the part. "No" is definite. */
  mayFind(text: Folded, start: number, end: number): boolean {
    if (!this.#prepared) this.#prepare();
    if (end - start > LONGEST_NEAR || end - start < SHORTEST_NEAR) return true;
    if (!this.isFew) return this.#mayFindAmongMany(text, start, end);
    const set = setOf(text.codes, start, end);
    for (let entry = 0; entry < this.#lengths.length; entry++) if (this.#isClose(entry, end - start, set)) return true;
    return false;
  }

  #mayFindAmongMany(text: Folded, start: number, end: number): boolean {
    const short = this.#short;
    const long = this.#long;
    if (this.#isSparse && !this.#gates.mayHaveKeys(text.codes, start, end)) return false;
    return (
      (short !== undefined &&
        this.#hasAny(short, askShort(text, start, end, this.#gates, short), text.codes, start, end)) ||
      (long !== undefined &&
        end - start > END &&
        this.#hasAny(long, askLong(text, start, end, this.#gates, long), text.codes, start, end))
    );
  }

  /** Whether a name of similar length and letters is filed under any of the keys. */
  #hasAny(postings: Postings, count: number, codes: Uint16Array, start: number, end: number): boolean {
    if (count === 0) return false;
    const { lists } = postings;
    const set = setOf(codes, start, end);
    const length = end - start;
    const tooLong = (length + MOST_SLIPS + 1) << LENGTH_SHIFT;
    for (let index = 0; index < count; index++) {
      const last = postings.endOf(keys[index]!);
      let entry = firstOf(lists, postings.startOf(keys[index]!), last, (length - MOST_SLIPS) << LENGTH_SHIFT);
      for (; entry < last && lists[entry]! < tooLong; entry += 2)
        if (bitCount(set ^ lists[entry + 1]!) <= 2 * SLIPS[lists[entry]! >>> LENGTH_SHIFT]!) return true;
    }
    return false;
  }

  /** Whether one of a few names has similar length and letters to the text. */
  #isClose(entry: number, textLength: number, textSet: number): boolean {
    const length = this.#lengths[entry]!;
    const slips = SLIPS[length]!;
    const difference = length - textLength;
    return difference <= slips && -difference <= slips && bitCount(textSet ^ this.#sets[entry]!) <= 2 * slips;
  }

  #findAmongFew(text: Folded, found: number[]): void {
    for (let entry = 0; entry < this.#lengths.length; entry++) {
      if (this.#isClose(entry, text.length, text.letterSet))
        this.#measure(text, this.#ids[entry]!, SLIPS[this.#lengths[entry]!]!, found);
    }
  }

  #takeKeys(postings: Postings, count: number, text: Folded, found: number[]): void {
    for (let index = 0; index < count; index++) this.#takeAll(postings, keys[index]!, text, found);
  }

  /** Measures every name under a key that has not been measured yet and has similar length and letters. */
  #takeAll(postings: Postings, key: number, text: Folded, found: number[]): void {
    const { lists } = postings;
    const { length, letterSet } = text;
    const end = postings.endOf(key);
    // shorter names come first; many share an ending (.example, "(Official)"), few of them have this length
    const tooLong = (length + MOST_SLIPS + 1) << LENGTH_SHIFT;
    for (
      let entry = firstOf(lists, postings.startOf(key), end, (length - MOST_SLIPS) << LENGTH_SHIFT);
      entry < end;
      entry += 2
    ) {
      const filed = lists[entry]!;
      if (filed >= tooLong) return;
      const difference = (filed >>> LENGTH_SHIFT) - length;
      const different = bitCount(letterSet ^ lists[entry + 1]!);
      if (different > 2 * MOST_SLIPS) continue;
      const slips = SLIPS[filed >>> LENGTH_SHIFT]!;
      const id = filed & ID_MASK;
      if (different > 2 * slips || difference > slips || -difference > slips || this.#seen[id] === this.#round)
        continue;
      this.#seen[id] = this.#round;
      this.#measure(text, id, slips, found);
    }
  }

  /**
   * Whether the two can be that close, by letter counts. A slip removes a letter, adds one, or both, so each side has
   * at most as many letters that the other lacks as there are slips. Counts go up to two, which rejects nearly
   * everything that is not close.
   */
  #hasLetters(text: Folded, id: number, slips: number): boolean {
    if (!this.#isCounted) this.#textTwice = twiceIn(text.codes, text.length);
    this.#isCounted = true;
    const textSet = text.letterSet;
    const textTwice = this.#textTwice;
    const set = this.texts.sets[id]!;
    const twice = this.#twice[id]!;
    return (
      bitCount(textSet & ~set) + bitCount(textTwice & ~twice) <= slips &&
      bitCount(set & ~textSet) + bitCount(twice & ~textTwice) <= slips
    );
  }

  #measure(text: Folded, id: number, slips: number, found: number[]): void {
    if (!this.#hasLetters(text, id, slips)) return;
    if (!this.#isQueryReady) this.#query.prepare(text.codes, text.length);
    this.#isQueryReady = true;
    if (this.#query.distance(this.texts.letters(id), slips) <= slips) found.push(id);
  }

  /** Files all names; done once, at the first query. */
  #prepare(): void {
    this.#prepared = true;
    this.#twice = new Int32Array(this.texts.size);
    for (const id of this.#ids) {
      const letters = this.texts.letters(id);
      this.#twice[id] = twiceIn(letters, letters.length);
    }
    if (this.isFew) {
      this.#lengths = Uint8Array.from(this.#ids, (id) => this.texts.lengthOf(id));
      this.#sets = Int32Array.from(this.#ids, (id) => this.texts.sets[id]!);
      return;
    }
    this.#isSparse = this.#ids.length <= this.sparse;
    this.#seen = new Uint32Array(this.texts.size);
    const [short, long] = [new Filing(), new Filing()];
    const gates = (this.#gates = new Gates());
    // by length, so that only the part of a long list with the text's length is scanned
    for (const id of [...this.#ids].sort((a, b) => this.texts.lengthOf(a) - this.texts.lengthOf(b))) {
      const codes = this.texts.letters(id);
      const filed = id | (codes.length << LENGTH_SHIFT);
      if (codes.length <= SHORT) {
        fileShort(codes, (key, letters) => {
          short.add(key, filed);
          gates.addHead(letters, OF_SHORT);
        });
        continue;
      }
      const kind = ofLength(codes.length);
      fileHead(codes, (key, letters) => {
        long.add(key, filed);
        gates.addHead(letters, kind);
      });
      fileRest(codes, (key, letters) => {
        long.add(key, filed);
        gates.addTail(letters, OF_REST);
      });
      fileTail(codes, (key, letters) => {
        long.add(key, filed);
        gates.addTail(letters, kind);
      });
    }
    this.#short = short.done(this.texts.sets, ID_MASK);
    this.#long = long.done(this.texts.sets, ID_MASK);
  }
}

/** The first entry of a list that is not below `least`, by binary search in long lists. */
function firstOf(lists: Int32Array, start: number, end: number, least: number): number {
  let low = start;
  let high = end;
  while (high - low > FEW_ENTRIES) {
    const middle = ((low + high) >>> 1) & ~1;
    if (lists[middle]! < least) low = middle + 2;
    else high = middle;
  }
  while (low < high && lists[low]! < least) low += 2;
  return low;
}

/** Which letters (modulo 32) occur. */
function setOf(codes: Uint16Array, start: number, end: number): number {
  let set = 0;
  for (let index = start; index < end; index++) set |= 1 << (codes[index]! & 31);
  return set;
}

/** Which letters (modulo 32) occur twice or more. */
function twiceIn(codes: Uint16Array, length: number): number {
  let once = 0;
  let twice = 0;
  for (let index = 0; index < length; index++) {
    const letter = 1 << (codes[index]! & 31);
    twice |= once & letter;
    once |= letter;
  }
  return twice;
}

function bitCount(bits: number): number {
  let rest = bits - ((bits >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
