import { hashNext, hashOf, hashOfText } from '../detection/fold/folded.js';
import type { Message } from './message.js';
import { isBlankBefore, TextScan } from './text-scan.js';
import { withTurned } from './turned.js';

/** A compact form of a message: equal texts have equal fingerprints, nearly equal ones similar sketches. */
export interface Print {
  /**
   * hash of the letters only, ignoring case, spaces, marks, look-alike letters and numbers; for a picture of its URI;
   * never 0
   */
  exact: number;
  /**
   * the smallest trigram hash in each of sixteen bins, four bits each (one-permutation hashing); above these 32 bits of
   * each half, in a text of a few words, five bits for each of four words
   */
  sketch: readonly [number, number];
  letters: number;
}

/** How many letters are read; texts that differ only later count as equal. */
const MOST_LETTERS = 400;
/** Laughing in emoji is as honest as in letters, so a text of symbols must be longer to be worth comparing. */
const SIGNS_PER_LETTER = 3;
/** An ideograph counts as two letters. */
const [FIRST_IDEOGRAPH, LAST_IDEOGRAPH] = [0x4e00, 0x9fff];
/** A text of so few different letters is laughter or a cry: hahaha, jajaja, aaaah. */
const FEW_DIFFERENT = 3;
const SLOTS = 16;
const EMPTY = 0xffffffff;
const minima = new Uint32Array(SLOTS);
/** Texts of so many words are also compared word by word: trigrams are too few there, and a word is many of them. */
const LEAST_WORDS = 5;
const MOST_WORDS = 8;
const WORD_BITS = 5;
const WORD = (1 << WORD_BITS) - 1;
const ABOVE = 2 ** 32;
const words = new Uint8Array(MOST_WORDS);

/**
 * The fingerprint of a text (including by an edit), or of the picture or file that was posted; undefined if there is
 * neither.
 */
export function printOf(message: Message, leastLetters: number): Print | undefined {
  if (message.isEncrypted || !(message.isWriting || message.edits !== undefined)) return undefined;
  if (message.media.has('sticker')) return undefined;
  const media = mediaUrl(message);
  if (media === undefined) return printOfTexts(message.texts, message.scan, leastLetters);
  // a picture is identified by its URI, whatever its caption; different pictures by an equal caption
  const exact = hashOfText(media);
  const caption = captionOf(message);
  const said = caption === undefined ? undefined : printOfTexts([caption], new TextScan([caption]), leastLetters);
  return said === undefined || said.letters === 0 ? { exact, sketch: [exact, ~exact], letters: 0 } : { ...said, exact };
}

/** The fingerprint of a message that is nothing but this text. */
export function printOfText(text: string, leastLetters: number): Print | undefined {
  return printOfTexts([text], new TextScan(withTurned([text])), leastLetters);
}

/** A picture's caption, if it is more than its file name (spec "Media captions"). */
function captionOf({ content: { body, filename } }: Message): string | undefined {
  return typeof body === 'string' && typeof filename === 'string' && filename !== body ? body : undefined;
}

function printOfTexts(texts: readonly string[], scan: TextScan, leastLetters: number): Print | undefined {
  let hash = 0;
  let letters = 0;
  let ideographs = 0;
  let first = 0;
  let second = 0;
  let wordCount = 0;
  const different: number[] = [];
  minima.fill(EMPTY);
  words.fill(0);
  for (const { folded, starts, count } of scan.pieces) {
    const { codes, origin, source } = folded;
    for (let word = 0; word + 1 < count && letters < MOST_LETTERS; word++) {
      const from = starts[word]!;
      const to = Math.min(starts[word + 1]!, from + MOST_LETTERS - letters);
      if (isNumber(origin, source, from, starts[word + 1]!)) continue;
      // what has no blank in it is one word: t.me/a
      if (wordCount <= MOST_WORDS) {
        if (wordCount === 0 || isBlankBefore(folded, from)) wordCount++;
        if (wordCount <= MOST_WORDS) words[wordCount - 1] = mixed(words[wordCount - 1]!, hashOf(folded, from, to));
      }
      for (let index = from; index < to; index++) {
        const code = codes[index]!;
        if (code >= FIRST_IDEOGRAPH && code <= LAST_IDEOGRAPH) ideographs++;
        if (different.length <= FEW_DIFFERENT && !different.includes(code)) different.push(code);
        hash = hashNext(hash, code);
        if (letters++ >= 2) sketchIn(Math.imul(Math.imul(first, 31) + second, 31) + code);
        first = second;
        second = code;
      }
    }
  }
  if (letters > 0 && different.length <= FEW_DIFFERENT) return undefined;
  if (letters + ideographs < leastLetters) return printOfSigns(texts, leastLetters);
  const hasWords = wordCount >= LEAST_WORDS && wordCount <= MOST_WORDS;
  const half = (which: 0 | 1): number => {
    const grams = packed((which * SLOTS) / 2);
    return hasWords ? (grams >>> 0) + ABOVE * packedWords((which * MOST_WORDS) / 2) : grams;
  };
  return { exact: hash === 0 ? 1 : hash, sketch: [half(0), half(1)], letters };
}

/**
 * The fingerprint of a long run of symbols and numbers without letters (emoji, a numeric address): of the exact text.
 */
function printOfSigns(texts: readonly string[], leastLetters: number): Print | undefined {
  const [signs] = texts.filter((text) => text !== '');
  if (signs === undefined || signs.length < SIGNS_PER_LETTER * leastLetters) return undefined;
  const exact = hashOfText(signs.slice(0, MOST_LETTERS));
  return { exact, sketch: [exact, ~exact], letters: 0 };
}

/**
 * Each trigram falls into one of sixteen bins, whose smallest hash represents it (Li, Owen and Zhang, "One Permutation
 * Hashing", 2012): one hash per trigram, where sixteen functions would need sixteen.
 */
function sketchIn(gram: number): void {
  let mixed = Math.imul(gram ^ (gram >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  mixed = (mixed ^ (mixed >>> 15)) >>> 0;
  const bin = mixed >>> 28;
  if (mixed < minima[bin]!) minima[bin] = mixed;
}

/**
 * An empty bin gets the value of the next non-empty one, combined with the distance, which is similar in similar texts.
 */
function packed(from: number): number {
  let bits = 0;
  for (let slot = 0; slot < SLOTS / 2; slot++) {
    let steps = 0;
    while (steps < SLOTS && minima[(from + slot + steps) % SLOTS] === EMPTY) steps++;
    const value = Math.imul(minima[(from + slot + steps) % SLOTS]! + steps, 0x9e3779b1) >>> 28;
    bits |= value << (4 * slot);
  }
  return bits;
}

/**
 * How many of the sixteen parts of two sketches are equal, each given as two halves; in unrelated texts one in sixteen
 * matches by chance.
 */
export function alike(first: number, second: number, otherFirst: number, otherSecond: number): number {
  return sameParts(first ^ otherFirst) + sameParts(second ^ otherSecond);
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

/** Whether two texts of a few words, given as the halves of their sketches, differ in one word at most. */
export function differInAWord(first: number, second: number, otherFirst: number, otherSecond: number): boolean {
  if (first < ABOVE || otherFirst < ABOVE) return false;
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

function wordsOf(...halves: readonly number[]): number[] {
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

function isNumber(origin: string, source: Uint16Array, from: number, to: number): boolean {
  for (let index = from; index < to; index++) {
    const unit = origin.charCodeAt(source[index]!);
    if (unit < 0x30 || unit > 0x39) return false;
  }
  return true;
}

/** The URI of a picture, video or file, which a forwarded copy shares. */
function mediaUrl({ content, media }: Message): string | undefined {
  if (media.size === 0) return undefined;
  const file = content.file as { url?: unknown } | null | undefined;
  const url = typeof content.url === 'string' ? content.url : file?.url;
  return typeof url === 'string' && url.startsWith('mxc://') ? url.slice(0, 500) : undefined;
}
