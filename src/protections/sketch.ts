/**
 * A sketch of a text: each of its trigrams falls into one of sixteen bins, whose smallest hash represents it (Li, Owen
 * and Zhang, "One Permutation Hashing", 2012): one hash per trigram, where sixteen functions would need sixteen.
 */

const SLOTS = 16;
/** How many parts a sketch has, and the bits of each. */
export const PARTS = SLOTS;
export const PART_BITS = 4;
const EMPTY = 0xffffffff;
const minima = new Uint32Array(SLOTS);
/** Texts of so many words are also compared word by word: trigrams are too few there, and a word is many of them. */
const LEAST_WORDS = 5;
const MOST_WORDS = 8;
const WORD_BITS = 5;
const WORD = (1 << WORD_BITS) - 1;
const ABOVE = 2 ** 32;
const words = new Uint8Array(MOST_WORDS);
let wordCount = 0;

/** Begins a new sketch. */
export function beginSketch(): void {
  for (let slot = 0; slot < SLOTS; slot++) minima[slot] = EMPTY;
  for (let word = 0; word < MOST_WORDS; word++) words[word] = 0;
  wordCount = 0;
}

/** Adds a word, or a part of one by its hash: what has no blank in it is one word, `t.me/a`. */
export function wordIn(isBlankBefore: boolean, hash: number): void {
  if (wordCount > MOST_WORDS) return;
  if (wordCount === 0 || isBlankBefore) wordCount++;
  if (wordCount <= MOST_WORDS) words[wordCount - 1] = mixed(words[wordCount - 1]!, hash);
}

/** Adds the trigram of three letters. */
export function sketchIn(first: number, second: number, third: number): void {
  const gram = Math.imul(Math.imul(first, 31) + second, 31) + third;
  let spread = Math.imul(gram ^ (gram >>> 15), 0x2c1b3c6d);
  spread = Math.imul(spread ^ (spread >>> 12), 0x297a2d39);
  spread = (spread ^ (spread >>> 15)) >>> 0;
  const bin = spread >>> 28;
  if (spread < minima[bin]!) minima[bin] = spread;
}

/** The sketch as two halves, four bits for each bin; above them the words, if there are few. */
export function sketched(): readonly [number, number] {
  const [first, second] = [packed(0), packed(SLOTS / 2)];
  if (wordCount < LEAST_WORDS || wordCount > MOST_WORDS) return [first, second];
  return [(first >>> 0) + ABOVE * packedWords(0), (second >>> 0) + ABOVE * packedWords(MOST_WORDS / 2)];
}

/**
 * An empty bin gets the value of the next non-empty one, combined with the distance, which is similar in similar texts.
 */
function packed(from: number): number {
  let bits = 0;
  for (let slot = 0; slot < SLOTS / 2; slot++) {
    let steps = 0;
    while (steps < SLOTS && minima[(from + slot + steps) & (SLOTS - 1)] === EMPTY) steps++;
    const value = Math.imul(minima[(from + slot + steps) & (SLOTS - 1)]! + steps, 0x9e3779b1) >>> 28;
    bits |= value << (4 * slot);
  }
  return bits;
}

/** Five bits of a word, never 0, of its parts' hashes. */
function mixed(before: number, hash: number): number {
  return 1 + ((Math.imul(hash ^ before ^ (hash >>> 15), 0x2c1b3c6d) >>> 16) % WORD);
}

function packedWords(from: number): number {
  let bits = 0;
  for (let word = 0; word < MOST_WORDS / 2; word++) bits |= words[from + word]! << (WORD_BITS * word);
  return bits;
}

/**
 * How many of the sixteen parts of two sketches are equal, each given as two halves; in unrelated texts one in sixteen
 * matches by chance.
 */
export function alike(first: number, second: number, otherFirst: number, otherSecond: number): number {
  return sameParts(first ^ otherFirst) + sameParts(second ^ otherSecond);
}

/** Whether a sketch, given its first half, holds the words of its text, too. */
export function hasWords(first: number): boolean {
  return first >= ABOVE;
}

/** Whether two texts of a few words, given as the halves of their sketches, differ in one word at most. */
export function differInAWord(first: number, second: number, otherFirst: number, otherSecond: number): boolean {
  if (!hasWords(first) || !hasWords(otherFirst)) return false;
  const [mine, others] = [wordsOf(first, second), wordsOf(otherFirst, otherSecond)];
  const most = Math.max(mine.length, others.length);
  let common = 0;
  for (const word of mine) {
    const at = others.indexOf(word);
    if (at < 0) continue;
    others.splice(at, 1);
    common++;
  }
  return common >= most - 1;
}

/** The words in the halves of a sketch, as small numbers. */
export function wordsOf(...halves: readonly number[]): number[] {
  const found: number[] = [];
  for (const half of halves)
    for (let bits = Math.floor(half / ABOVE); bits > 0; bits >>>= WORD_BITS) found.push(bits & WORD);
  return found;
}

/** The number of groups of four bits that are 0. */
function sameParts(difference: number): number {
  const any = difference | (difference >>> 1) | (difference >>> 2) | (difference >>> 3);
  let bits = ~any & 0x11111111;
  bits = (bits & 0x01010101) + ((bits >>> 4) & 0x01010101);
  return (Math.imul(bits, 0x01010101) >>> 24) & 0xff;
}
