/**
 * Names in a script other than Latin, compared with texts in the same script by their own letters. The broad fold is
 * for crossing scripts (и, п and л all pass for n); within one script it would take other people's names for the
 * protected one (Лина, Нила). UTS 39 confusables remain equal here too.
 */
import { fold } from './fold/fold.js';
import { Folded } from './fold/folded.js';
import { IS_WIDE, TABLE_END, unitOf } from './fold/table.js';
import { bearableByWord, weighedDistance } from './score/cost.js';
import { isLookalikeSlip } from './score/dense.js';
import { isLongEnough } from './score/disguise.js';

const SCRIPTS = [
  'Cyrillic',
  'Greek',
  'Arabic',
  'Armenian',
  'Georgian',
  'Hebrew',
  'Thai',
  'Lao',
  'Khmer',
  'Myanmar',
  'Ethiopic',
  'Devanagari',
  'Bengali',
  'Tamil',
  'Telugu',
  'Kannada',
  'Malayalam',
  'Gujarati',
  'Gurmukhi',
  'Sinhala',
  'Oriya',
  'Tibetan',
  'Thaana',
  'Syriac',
  'Mongolian',
  'Cherokee',
  'Canadian_Aboriginal',
  'Tifinagh',
  'Han',
  'Hiragana',
  'Katakana',
  'Hangul',
  'Bopomofo',
] as const;
const PATTERNS = SCRIPTS.map((name) => ({ name, pattern: new RegExp(`\\p{Script_Extensions=${name}}`, 'u') }));
/** Two forms of the same syllables. */
const KANA: readonly string[] = ['Hiragana', 'Katakana'];

export interface Native {
  /** matches a text with only letters of the name's scripts, and without digits or symbols that may replace letters */
  script: RegExp;
  letters: Uint16Array;
  raw: string;
}

/** Longer texts are judged by their fold. */
const MOST_LETTERS = 67;
const MOST_UNITS = 512;
/** Where letters that are twins of Latin ones go, among the box drawings: no letter is there. */
const BORROWED = 0x2500;
const FIRST_SYLLABLE = 0xac00;
const scratch = new Folded();

/** Undefined for names with Latin letters, or without letters, which are compared by their fold. */
export function nativeOf(raw: string): Native | undefined {
  const letters = raw.match(/\p{L}/gu) ?? [];
  if (letters.length === 0 || /\p{Script=Latin}/u.test(raw)) return undefined;
  const used = PATTERNS.filter(({ pattern }) => letters.some((letter) => pattern.test(letter)));
  const isKana = used.some(({ name }) => KANA.includes(name));
  const scripts = PATTERNS.filter((script) => used.includes(script) || (isKana && KANA.includes(script.name)));
  if (!letters.every((letter) => scripts.some(({ pattern }) => pattern.test(letter)))) return undefined;
  const classes = scripts.map(({ name }) => `\\p{Script_Extensions=${name}}`).join('');
  const { codes, length } = nativeFold(raw);
  return {
    script: new RegExp(`^(?:[${classes}\\p{M}\\p{Z}\\p{Cf}\\p{P}\\p{So}](?<![@!|$+]))*$`, 'u'),
    letters: codes.slice(0, length),
    raw,
  };
}

/**
 * Weighted distance by the name's own letters; Infinity if it exceeds what such a name tolerates, undefined if the text
 * is not entirely in the name's scripts and must be judged by its fold.
 */
export function nativeDistance({ script, letters, raw }: Native, text: string): number | undefined {
  if (text.length > MOST_UNITS || !script.test(text)) return undefined;
  const folded = nativeFold(text);
  if (folded.length > MOST_LETTERS || letters.length > MOST_LETTERS) return undefined;
  const distance = weighedDistance(folded, letters);
  return distance <= bearableByWord(letters.length) || isShapedLike(text, raw) ? distance : Infinity;
}

/** A name of a few ideographs or syllables tolerates one that resembles the right one (日鹭银行 of 白鹭银行). */
function isShapedLike(text: string, raw: string): boolean {
  return UNSPACED.test(raw) && isLongEnough(raw) && isLookalikeSlip(text, raw);
}
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/**
 * Whether a text has the words of a native name in any order, by the name's own letters. Undefined: it is not entirely
 * in the name's scripts.
 */
export function hasWordsOf(official: string, text: string): boolean | undefined {
  const native = nativeOf(official);
  if (native === undefined || text.length > MOST_UNITS || !native.script.test(text)) return undefined;
  return sortedWords(official) === sortedWords(text);
}

function sortedWords(text: string): string {
  return text
    .split(/[\s\p{P}\p{S}]+/u)
    .map((word) => nativeFold(word).text())
    .filter((word) => word !== '')
    .sort()
    .join(' ');
}

/**
 * Folds a text to units other than Latin letters (which would count as borrowed), but keeps letters that merely
 * resemble others in shape.
 */
function nativeFold(written: string): Folded {
  // capitals have twins of their own: В is a B, в is none; and so may a letter with its mark have where the letter has
  // not (Hangul has no marks); a final sigma is a sigma
  const text = written
    .toLowerCase()
    .replaceAll('ς', 'σ')
    .replace(/[\u3041-\u3096]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) + 0x60))
    .normalize('NFC')
    .replace(/[^\uac00-\ud7a3]+/g, (part) => part.normalize('NFD'));
  const folded = fold(text, scratch);
  for (let at = 0; at < folded.length; at++) {
    const codePoint = text.codePointAt(folded.source[at]!)!;
    // a syllable spelled jamo by jamo
    if (folded.codes[at]! >= FIRST_SYLLABLE) continue;
    if (codePoint > 0x7f && codePoint < TABLE_END && IS_WIDE[codePoint] === 1) folded.codes[at] = unitOf(codePoint);
    else if (folded.codes[at]! < 0x80) folded.codes[at] = BORROWED + folded.codes[at]!;
  }
  return folded;
}
