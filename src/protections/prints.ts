import { hashNext, hashOf, hashOfText } from '../detection/fold/folded.js';
import type { Message } from './message.js';
import { plainLetters, type PlainLetters } from './plain-letters.js';
import { beginSketch, sketched, sketchIn, wordIn } from './sketch.js';
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

/**
 * The fingerprint of a text (including by an edit), or of the picture or file that was posted; undefined if there is
 * neither.
 */
export function printOf(message: Message, leastLetters: number): Print | undefined {
  if (message.isEncrypted || !(message.isWriting || message.edits !== undefined)) return undefined;
  if (message.media.has('sticker')) return undefined;
  const media = mediaUrl(message);
  if (media === undefined) {
    const plain = message.onlyText === undefined ? undefined : plainLetters(message.onlyText);
    if (plain !== undefined) return printOfPlain(plain, message.texts, leastLetters);
    return printOfTexts(message.texts, message.scan, leastLetters);
  }
  // a picture is identified by its URI, whatever its caption; different pictures by an equal caption
  const exact = hashOfText(media);
  const caption = captionOf(message);
  const said = caption === undefined ? undefined : printOfTexts([caption], new TextScan([caption]), leastLetters);
  return said === undefined || said.letters === 0 ? { exact, sketch: [exact, ~exact], letters: 0 } : { ...said, exact };
}

/** The fingerprint of a message that is nothing but this text. */
export function printOfText(text: string, leastLetters: number): Print | undefined {
  const plain = plainLetters(text);
  if (plain !== undefined) return printOfPlain(plain, [text], leastLetters);
  return printOfTexts([text], new TextScan(withTurned([text])), leastLetters);
}

function printOfPlain(
  { hash, letters, different }: PlainLetters,
  texts: readonly string[],
  leastLetters: number,
): Print | undefined {
  if (letters > 0 && different <= FEW_DIFFERENT) return undefined;
  if (letters < leastLetters) return printOfSigns(texts, leastLetters);
  return { exact: hash === 0 ? 1 : hash, sketch: sketched(), letters };
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
  const different: number[] = [];
  beginSketch();
  for (const { folded, starts, count } of scan.pieces) {
    const { codes, origin, source } = folded;
    for (let word = 0; word + 1 < count && letters < MOST_LETTERS; word++) {
      const from = starts[word]!;
      const to = Math.min(starts[word + 1]!, from + MOST_LETTERS - letters);
      if (isNumber(origin, source, from, starts[word + 1]!)) continue;
      wordIn(isBlankBefore(folded, from), hashOf(folded, from, to));
      for (let index = from; index < to; index++) {
        const code = codes[index]!;
        if (code >= FIRST_IDEOGRAPH && code <= LAST_IDEOGRAPH) ideographs++;
        if (different.length <= FEW_DIFFERENT && !different.includes(code)) different.push(code);
        hash = hashNext(hash, code);
        if (letters++ >= 2) sketchIn(first, second, code);
        first = second;
        second = code;
      }
    }
  }
  if (letters > 0 && different.length <= FEW_DIFFERENT) return undefined;
  if (letters + ideographs < leastLetters) return printOfSigns(texts, leastLetters);
  return { exact: hash === 0 ? 1 : hash, sketch: sketched(), letters };
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
