import { hashNext } from '../detection/fold/folded.js';
import type { Message } from './message.js';
import { TextScan } from './text-scan.js';

/** What a message says, made small: the same text has the same print, a nearly same one a similar sketch. */
export interface Print {
  /**
   * of the letters alone: case, blanks, marks, look-alike letters and numbers make no difference; of a picture its
   * address; never 0
   */
  exact: number;
  /** the smallest hash of its letters in threes in each of sixteen bins, four bits of each (one-permutation hashing) */
  sketch: readonly [number, number];
  letters: number;
}

/** Letters that are looked at; what differs later only is the same text. */
const MOST_LETTERS = 400;
/** Laughter in emoji is as honest as laughter in letters: of signs it takes more for a text that is worth comparing. */
const SIGNS_PER_LETTER = 3;
/** An ideograph says as much as two letters. */
const [FIRST_IDEOGRAPH, LAST_IDEOGRAPH] = [0x4e00, 0x9fff];
const SLOTS = 16;
const EMPTY = 0xffffffff;
const minima = new Uint32Array(SLOTS);

/**
 * The print of what somebody wrote (also by an edit), or of the picture or file that they showed; undefined when there
 * is neither.
 */
export function printOf(message: Message, leastLetters: number): Print | undefined {
  if (message.isEncrypted || !(message.isWriting || message.edits !== undefined)) return undefined;
  if (message.media.has('sticker')) return undefined;
  const media = mediaUrl(message);
  if (media === undefined) return printOfTexts(message.texts, message.scan, leastLetters);
  // the same picture is known by its address, under whatever caption; other pictures by a caption that is the same
  const exact = hashOfText(media);
  const caption = captionOf(message);
  const said = caption === undefined ? undefined : printOfTexts([caption], new TextScan([caption]), leastLetters);
  return said === undefined || said.letters === 0 ? { exact, sketch: [exact, ~exact], letters: 0 } : { ...said, exact };
}

/** What stands under a picture, where it is more than the name of its file (spec "Media captions"). */
function captionOf({ content: { body, filename } }: Message): string | undefined {
  return typeof body === 'string' && typeof filename === 'string' && filename !== body ? body : undefined;
}

function printOfTexts(texts: readonly string[], scan: TextScan, leastLetters: number): Print | undefined {
  let hash = 0;
  let letters = 0;
  let ideographs = 0;
  let first = 0;
  let second = 0;
  minima.fill(EMPTY);
  for (const { folded, starts, count } of scan.pieces) {
    const { codes, origin, source } = folded;
    for (let word = 0; word + 1 < count && letters < MOST_LETTERS; word++) {
      const from = starts[word]!;
      const to = Math.min(starts[word + 1]!, from + MOST_LETTERS - letters);
      if (isNumber(origin, source, from, starts[word + 1]!)) continue;
      for (let index = from; index < to; index++) {
        const code = codes[index]!;
        if (code >= FIRST_IDEOGRAPH && code <= LAST_IDEOGRAPH) ideographs++;
        hash = hashNext(hash, code);
        if (letters++ >= 2) sketchIn(Math.imul(Math.imul(first, 31) + second, 31) + code);
        first = second;
        second = code;
      }
    }
  }
  if (letters + ideographs < leastLetters) return printOfSigns(texts, leastLetters);
  return { exact: hash === 0 ? 1 : hash, sketch: [packed(0), packed(SLOTS / 2)], letters };
}

/**
 * The print of a long row of signs and numbers without letters (emoji, an address of numbers): exactly as it stands.
 */
function printOfSigns(texts: readonly string[], leastLetters: number): Print | undefined {
  const [signs] = texts.filter((text) => text !== '');
  if (signs === undefined || signs.length < SIGNS_PER_LETTER * leastLetters) return undefined;
  const exact = hashOfText(signs.slice(0, MOST_LETTERS));
  return { exact, sketch: [exact, ~exact], letters: 0 };
}

/**
 * Three letters fall into one of sixteen bins, in which the smallest hash stands for all (Li, Owen and Zhang,
 * "One Permutation Hashing", 2012): one hash for three letters, where sixteen functions would take sixteen.
 */
function sketchIn(gram: number): void {
  let mixed = Math.imul(gram ^ (gram >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  mixed = (mixed ^ (mixed >>> 15)) >>> 0;
  const bin = mixed >>> 28;
  if (mixed < minima[bin]!) minima[bin] = mixed;
}

/** An empty bin takes what stands in the next that is not, with how far that was: alike in texts that are alike. */
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
 * How many of the sixteen parts of two sketches are the same, each given as its two halves; of unlike texts one part in
 * sixteen is by chance.
 */
export function alike(first: number, second: number, otherFirst: number, otherSecond: number): number {
  return sameParts(first ^ otherFirst) + sameParts(second ^ otherSecond);
}

/** How many groups of four bits are 0. */
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

/** The address of a picture, video or file: a copy of it has the same one. */
function mediaUrl({ content, media }: Message): string | undefined {
  if (media.size === 0) return undefined;
  const file = content.file as { url?: unknown } | null | undefined;
  const url = typeof content.url === 'string' ? content.url : file?.url;
  return typeof url === 'string' && url.startsWith('mxc://') ? url.slice(0, 500) : undefined;
}

export function hashOfText(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++) hash = hashNext(hash, text.charCodeAt(index));
  return hash === 0 ? 1 : hash;
}
