/** Classifies disguises: those that nobody makes by accident, and those that honest people write. */
import { remembering } from '../remember.js';
import { STYLED, type Looks } from './looks.js';
import { mixesScripts } from './scripts.js';

/** The minimum letters for a disguised name to identify its owner. */
const LONG_ENOUGH = 5;
/** Per this many letters one may merely resemble the right one, if all are of another script. */
const LEAST_TWINS = 2;
/** How many letters an ideograph or a syllable counts for. */
const IDEOGRAPH = 5 / 3;
const IDEOGRAPHIC =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Ethiopic}\p{Script=Canadian_Aboriginal}\p{Script=Yi}]/u;
const LATIN = /\p{Script=Latin}/u;
/** Vowel marks count as letters in scripts without other vowels. */
const LETTER = /[\p{L}\p{N}]|(?=\p{M})[\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]/gu;

/** Letters of a name, with an ideograph or syllable counting as nearly two. */
export const weighedLength = remembering((name): number => {
  let length = 0;
  for (const [character] of name.matchAll(LETTER)) length += IDEOGRAPHIC.test(character) ? IDEOGRAPH : 1;
  return length;
});

/** Whether the name is long enough (five letters, three ideographs) for its disguise not to be a coincidence. */
export function isLongEnough(name: string): boolean {
  return weighedLength(name) >= LONG_ENOUGH - 0.01;
}

/**
 * Whether it is a disguise that nobody makes by accident: two scripts in one word, entirely in another script's
 * letters, styled, enclosed, reversed or invisible characters, another form of the same letters. Digits for letters,
 * accents, spacing and capitals are habits.
 * @param text the resembling part
 * @param around the rest of the text: a word in another script among text in that script is a word of its language
 */
export function isNoAccident({ counts, deliberate }: Looks, text: string, official: string, around = ''): boolean {
  if (counts.invisible + counts.reversed + counts.form > 0) return true;
  if (counts.style > 0 && !isStyled(around)) return true;
  if (counts.homoglyph + counts.shape === 0) return false;
  if (mixesScripts(text)) return true;
  if (!LATIN.test(official)) return deliberate;
  // entirely in another script: indistinguishable letters, except for a few that resemble others (т for t)
  return (
    counts.shape * LEAST_TWINS <= text.length &&
    !LATIN.test(text) &&
    isLongEnough(official) &&
    (around.match(/\p{L}/gu) ?? []).every((letter) => LATIN.test(letter))
  );
}

/** Whether the only disguise is that all letters are of another script. */
export function isWhollyForeign({ counts }: Looks, text: string): boolean {
  return (
    counts.homoglyph + counts.shape > 0 &&
    counts.invisible + counts.reversed + counts.style === 0 &&
    !LATIN.test(text) &&
    !mixesScripts(text)
  );
}

/** Whether the whole text is in styled letters, which is its author's habit. */
function isStyled(text: string): boolean {
  const letters = text.match(/[\p{L}\u{1f110}-\u{1f189}\u{1f1e6}-\u{1f1ff}]/gu) ?? [];
  return letters.length > 0 && letters.every((letter) => letter !== letter.normalize('NFKC') || STYLED.test(letter));
}

/** Onset, vowels and coda of a Vietnamese syllable, without marks. */
const SYLLABLE =
  /^(?:b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh|n|ph|p|qu|r|s|th|tr|t|v|x)?[aeiouy]{1,3}(?:ch|ng|nh|c|m|n|p|t)?$/;

/**
 * Whether a name of several words consists of Vietnamese syllables, where marks are distinctive: Dũng, Dung and Dụng
 * are three people.
 */
const isVietnamese = remembering((name): boolean => {
  const words = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('đ', 'd')
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
  return words.length > 1 && words.every((word) => SYLLABLE.test(word));
});

/** Tone marks, and the marks of ă â ê ô ơ ư, on vowels. */
const VIETNAMESE_MARKS = /^(?:[aeiouy][\u0300-\u0303\u0306\u0309\u031b\u0323]+|[^\p{M}])*$/iu;

/** Whether all marks in a text are used in Vietnamese. No Vietnamese name is spelled with ñ or ü. */
function hasVietnameseMarks(text: string): boolean {
  return VIETNAMESE_MARKS.test(text.normalize('NFD'));
}

/** Is a text a name of Vietnamese syllables with other marks on them, or none? Đ is a D with a mark. */
export function differsInVietnameseMarks(text: string, official: string): boolean {
  return (
    isVietnamese(official) &&
    hasVietnameseMarks(text) &&
    /^[\p{Script=Latin}\p{M} ]+$/u.test(text.trim()) &&
    !STYLED_OR_WIDE.test(text) &&
    unmarked(text) === unmarked(official) &&
    unspaced(text) !== unspaced(official)
  );
}
const STYLED_OR_WIDE = /[\u0250-\u02af\u1d00-\u1dbf\uff21-\uff5a]/u;

function unspaced(text: string): string {
  return text.normalize('NFC').replace(/\s/gu, '').toLowerCase();
}

/** Letters without marks, in small letters; đ is a letter of its own in Unicode. */
function unmarked(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\p{M}\s]/gu, '')
    .toLowerCase()
    .replaceAll('đ', 'd');
}

/** Indic scripts, which write vowels as marks: नि and नी start different words. */
const WRITES_VOWELS_AS_MARKS = /[\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]/u;

function writesVowelsAsMarks(text: string): boolean {
  const letters = text.match(/[\p{L}\p{M}]/gu) ?? [];
  return letters.length > 0 && letters.every((letter) => WRITES_VOWELS_AS_MARKS.test(letter));
}

/** Whether two names that differ only in marks are different names in their language. */
export function areMarksLetters(text: string, official: string): boolean {
  return (
    differsInVietnameseMarks(text, official) ||
    (writesVowelsAsMarks(official) && writesVowelsAsMarks(text) && marksOf(text) !== marksOf(official))
  );
}

function marksOf(text: string): string {
  return (text.normalize('NFD').match(/\p{M}/gu) ?? []).join('');
}
