/**
 * Which names are within a few slips of a text (k = 1 from 3 letters, 2 from 6, 3 from 13; optimal string alignment),
 * found without measuring every name. Three ways, each of which cannot miss a name;
 * test/detection/string-index.test.ts proves them against brute force.
 *
 * - **Few names** are all looked at: length and letters first, then the bit-parallel distance.
 * - **Short names** (up to 8 letters) by deletion (Mor & Fraenkel 1982): two texts within k slips are the same when up
 *   to k letters are
 *   taken from each. A name is filed under everything that is left of it.
 * - **Long names** by their ends. Of three slips (13 letters and more) at most one can lie in the first six letters, or
 *   at most one in the last
 *   six; the two ends are not neighbours, so a swap lies in one of them. Of two slips (9 to 12 letters) at most one
 *   lies in the first six, or
 *   none in the rest. Ends with one slip are again found by deletion. A swap of the sixth and the seventh letter
 *   touches the first six and
 *   the rest; it is counted for the first six, and the rest is also filed as it looks after such a swap.
 */
import { hashNext, hashOf, POWERS, type Folded } from '../fold/fold.js';
import { OsaQuery } from './osa.js';
import { isSet, Postings } from './postings.js';
import { hashOfCodes, type Texts } from './texts.js';

const MOST_SLIPS = 3;
/** Names of more letters are found to the letter only. */
export const LONGEST_NEAR = 64;
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

/** A name is filed as its number, and its length above that. */
const LENGTH_SHIFT = 24;
/** Places in a list that are looked at one by one. */
const FEW_ENTRIES = 16;
const ID_MASK = (1 << LENGTH_SHIFT) - 1;

/** No text has more keys: one, ten with a letter less, and 45 with two letters less. */
const MOST_KEYS = 64;
/** keys of a text under which something is filed */
const keys = new Int32Array(MOST_KEYS);
const gone = new Int32Array(SHORT + 2);

/**
 * How many slips a name of this many letters may hold and still be found. Two in six letters are found, and then
 * weighed.
 */
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
  /** of each name the letters that it holds twice or more, as `Texts.sets` */
  #twice = new Int32Array(0);
  /** the same of the text that is asked for */
  #textTwice = 0;
  #isCounted = false;
  readonly #query = new OsaQuery();
  #isQueryReady = false;

  /** @param few up to this many names all are looked at */
  constructor(
    private readonly texts: Texts,
    private readonly few: number = FEW,
  ) {}

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
    // which keys there are comes first, and what is under them after: nearly always nothing
    if (this.#short !== undefined) this.#takeKeys(this.#short, this.#findShort(text, this.#short), text, found);
    if (this.#long !== undefined && text.length > END)
      this.#takeKeys(this.#long, this.#findLong(text, this.#long), text, found);
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
      if (this.#isClose(entry, text.length, text.letterSet))
        this.#measure(text, this.#ids[entry]!, SLIPS[this.#lengths[entry]!]!, found);
    }
  }

  #findShort({ length, codes, hashes }: Folded, { bits, bitShift }: Postings): number {
    if (length > SHORT + 2) return 0;
    const whole = hashes[length]!;
    let count = 0;
    if (length <= SHORT && isSet(bits, bitShift, whole)) keys[count++] = whole;
    if (length < 3) return count;
    // without a letter the hash is another by `gone`; without two by that of the second, and that of the first moved on
    // by a place
    for (let at = 0; at < length; at++) gone[at] = Math.imul(hashes[at]! - hashes[at + 1]!, POWERS[length - at - 1]!);
    for (let first = 0; first < length; first++) {
      // of two equal letters side by side one is enough to leave out
      if (first > 0 && codes[first] === codes[first - 1]) continue;
      const one = (whole + gone[first]!) | 0;
      if (length <= SHORT + 1 && isSet(bits, bitShift, one)) keys[count++] = one;
      if (length < 6 || first + 1 === length) continue;
      const moved = (whole + Math.imul(hashes[first]! - hashes[first + 1]!, POWERS[length - first - 2]!)) | 0;
      for (let second = first + 1; second < length; second++) {
        const two = (moved + gone[second]!) | 0;
        if (isSet(bits, bitShift, two)) keys[count++] = two;
      }
    }
    return count;
  }

  #findLong(text: Folded, { bits, bitShift }: Postings): number {
    const { length, hashes } = text;
    const [shorter, longer] = [hashes[END]!, hashes[END + 1]!];
    let count = 0;
    if (isSet(bits, bitShift, hashes[END - 1]!)) keys[count++] = hashes[END - 1]!;
    if (isSet(bits, bitShift, shorter)) keys[count++] = shorter;
    for (let at = 0; at < END; at++) {
      const letter = hashes[at]! - hashes[at + 1]!;
      const [of6, of7] = [
        (shorter + Math.imul(letter, POWERS[END - 1 - at]!)) | 0,
        (longer + Math.imul(letter, POWERS[END - at]!)) | 0,
      ];
      // without its last one it was the first question
      if (at < END - 1 && isSet(bits, bitShift, of6)) keys[count++] = of6;
      if (isSet(bits, bitShift, of7)) keys[count++] = of7;
    }
    for (let size = Math.max(SHORT + 1, length - 2); size < THREE_SLIPS && size <= length + 2; size++) {
      const key = restKey(hashOf(text, length - (size - END), length), size);
      if (isSet(bits, bitShift, key)) keys[count++] = key;
    }
    if (length < THREE_SLIPS - MOST_SLIPS) return count;
    const end = (hashOf(text, length - END, length) + TAIL) | 0;
    const shortEnd = (hashOf(text, length - END + 1, length) + TAIL) | 0;
    if (isSet(bits, bitShift, shortEnd)) keys[count++] = shortEnd;
    if (isSet(bits, bitShift, end)) keys[count++] = end;
    const [before6, before7] = [
      (TAIL - Math.imul(hashes[length - END]!, POWERS[END - 1]!)) | 0,
      (TAIL - Math.imul(hashes[length - END - 1]!, POWERS[END]!)) | 0,
    ];
    for (let at = 1; at <= END; at++) {
      const without = hashes[length]! + Math.imul(hashes[length - at]! - hashes[length - at + 1]!, POWERS[at - 1]!);
      const [of6, of7] = [(without + before6) | 0, (without + before7) | 0];
      if (at < END && isSet(bits, bitShift, of6)) keys[count++] = of6;
      if (isSet(bits, bitShift, of7)) keys[count++] = of7;
    }
    return count;
  }

  #takeKeys(postings: Postings, count: number, text: Folded, found: number[]): void {
    for (let index = 0; index < count; index++) this.#takeAll(postings, keys[index]!, text, found);
  }

  /** Measures every name under a key that has not been measured yet and has nearly the same length and letters. */
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
   * May the two be that close, by how often they hold which letter? A slip takes away one letter, or puts in one, or
   * both: of what the one holds and the other does not there are no more than slips. Counted up to twice, which nearly
   * all that is not close ends at.
   */
  #hasLetters(text: Folded, id: number, slips: number): boolean {
    if (!this.#isCounted) this.#textTwice = twiceIn(text.codes, text.length);
    this.#isCounted = true;
    const [textSet, textTwice, set, twice] = [text.letterSet, this.#textTwice, this.texts.sets[id]!, this.#twice[id]!];
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

  /** Files all names; done once, at the first question. */
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
    this.#seen = new Uint32Array(this.texts.size);
    const [short, long] = [new Filing(), new Filing()];
    // by length, so that of a long list only the part with a text's own length is looked at
    for (const id of [...this.#ids].sort((a, b) => this.texts.lengthOf(a) - this.texts.lengthOf(b))) {
      const codes = this.texts.letters(id);
      const filed = id | (codes.length << LENGTH_SHIFT);
      if (codes.length <= SHORT) fileShort(short, codes, filed);
      else fileLong(long, codes, filed);
    }
    this.#short = short.done(this.texts.sets);
    this.#long = long.done(this.texts.sets);
  }
}

/** The first entry of a list that is not below `least`; found by halves where the list is long. */
function firstOf(lists: Int32Array, start: number, end: number, least: number): number {
  let [low, high] = [start, end];
  while (high - low > FEW_ENTRIES) {
    const middle = ((low + high) >>> 1) & ~1;
    if (lists[middle]! < least) low = middle + 2;
    else high = middle;
  }
  while (low < high && lists[low]! < least) low += 2;
  return low;
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
    return this.#count === 0
      ? undefined
      : new Postings(
          this.#keys.subarray(0, this.#count),
          this.#ids.subarray(0, this.#count),
          (filed) => sets[filed & ID_MASK]!,
        );
  }
}

/** A short name under everything that is left of it when up to `slips` letters go. */
function fileShort(filing: Filing, codes: Uint16Array, id: number): void {
  const { length } = codes;
  filing.add(hashOfCodes(codes, 0, length), id);
  for (let first = 0; first < length; first++) {
    filing.add(hashLeaving(codes, 0, length, first, -1), id);
    for (let second = first + 1; slipsFor(length) > 1 && second < length; second++)
      filing.add(hashLeaving(codes, 0, length, first, second), id);
  }
}

/**
 * A long name under its beginning and its end, with a letter less each, or under its beginning and what follows that.
 */
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
  for (let at = length - END; at < length; at++)
    filing.add((hashLeaving(codes, length - END, length, at, -1) + TAIL) | 0, id);
}

/** The key of what follows the first six letters of a name of this many. */
function restKey(hash: number, length: number): number {
  return (Math.imul(hash, TAIL) ^ Math.imul(length, 0x85ebca6b)) | 0;
}

function hashLeaving(codes: Uint16Array, from: number, to: number, first: number, second: number): number {
  let hash = 0;
  for (let index = from; index < to; index++)
    if (index !== first && index !== second) hash = hashNext(hash, codes[index]!);
  return hash;
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
