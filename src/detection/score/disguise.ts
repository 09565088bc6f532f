/** How much of a disguise is it: what nobody makes by accident, and what honest people write. */
import { STYLED, type Looks } from './looks.js';
import { mixesScripts } from './scripts.js';

/** Letters from which a disguised name means its bearer. */
const LONG_ENOUGH = 5;
/** Of so many letters one may merely have the shape of the right one where all are of another script. */
const LEAST_TWINS = 2;
/** An ideograph or a syllable says as much as so many letters. */
const IDEOGRAPH = 5 / 3;
const IDEOGRAPHIC =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Ethiopic}\p{Script=Canadian_Aboriginal}\p{Script=Yi}]/u;
const LATIN = /\p{Script=Latin}/u;
/** Vowels that are written as marks count as letters in scripts that have no others. */
const LETTER = /[\p{L}\p{N}]|(?=\p{M})[\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]/gu;

/** Letters of a name, an ideograph or syllable counted as nearly two. */
export function weighedLength(name: string): number {
  let length = 0;
  for (const [character] of name.matchAll(LETTER)) length += IDEOGRAPHIC.test(character) ? IDEOGRAPH : 1;
  return length;
}

/** Is the name long enough (five letters, three ideographs) for its disguise to be no chance? */
export function isLongEnough(name: string): boolean {
  return weighedLength(name) >= LONG_ENOUGH - 0.01;
}

/**
 * Is it a disguise that nobody makes by accident: two scripts in one word, another script's letters for all of it,
 * styled, enclosed, turned, invisible characters, another form of the same letters? Digits for letters, accents,
 * spacing and capitals are habits.
 * @param text what resembles
 * @param around the rest of the text: a word wholly in another script amid that script is a word of its language
 */
export function isNoAccident({ counts, deliberate }: Looks, text: string, official: string, around = ''): boolean {
  if (counts.invisible + counts.reversed + counts.form > 0) return true;
  if (counts.style > 0 && !isStyled(around)) return true;
  if (counts.homoglyph + counts.shape === 0) return false;
  if (mixesScripts(text)) return true;
  if (!LATIN.test(official)) return deliberate;
  // wholly in another script: letters that cannot be told apart, but for a few in the shape of others (т for t)
  return (
    counts.shape * LEAST_TWINS <= text.length &&
    !LATIN.test(text) &&
    isLongEnough(official) &&
    (around.match(/\p{L}/gu) ?? []).every((letter) => LATIN.test(letter))
  );
}

/** Is the name disguised by letters of one other script for all of it, and by nothing else? */
export function isWhollyForeign({ counts }: Looks, text: string): boolean {
  return (
    counts.homoglyph + counts.shape > 0 &&
    counts.invisible + counts.reversed + counts.style === 0 &&
    !LATIN.test(text) &&
    !mixesScripts(text)
  );
}

/** Is all of a text written in styled letters? Then it is its writer's habit. */
function isStyled(text: string): boolean {
  const letters = text.match(/[\p{L}\u{1f110}-\u{1f189}\u{1f1e6}-\u{1f1ff}]/gu) ?? [];
  return letters.length > 0 && letters.every((letter) => letter !== letter.normalize('NFKC') || STYLED.test(letter));
}

/** Onset, vowels and coda of a Vietnamese syllable, without marks. */
const SYLLABLE =
  /^(?:b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh|n|ph|p|qu|r|s|th|tr|t|v|x)?[aeiouy]{1,3}(?:ch|ng|nh|c|m|n|p|t)?$/;

/**
 * Is a name of several words written in Vietnamese syllables? There the marks are letters: Dũng, Dung and Dụng are
 * three people.
 */
function isVietnamese(name: string): boolean {
  const words = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('đ', 'd')
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
  return words.length > 1 && words.every((word) => SYLLABLE.test(word));
}

/** Tones, and what makes ă â ê ô ơ ư, on vowels. */
const VIETNAMESE_MARKS = /^(?:[aeiouy][\u0300-\u0303\u0306\u0309\u031b\u0323]+|[^\p{M}])*$/iu;

/** Are all marks of a text such as Vietnamese writes? Nobody spells another Vietnamese name with ñ or ü. */
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

/** Scripts of India and its neighbours, which write vowels as marks: नि and नी begin other words. */
const WRITES_VOWELS_AS_MARKS = /[\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]/u;

function writesVowelsAsMarks(text: string): boolean {
  const letters = text.match(/[\p{L}\p{M}]/gu) ?? [];
  return letters.length > 0 && letters.every((letter) => WRITES_VOWELS_AS_MARKS.test(letter));
}

/** Do two names that differ by marks only differ by letters, as their language sees it? */
export function areMarksLetters(text: string, official: string): boolean {
  return (
    differsInVietnameseMarks(text, official) ||
    (writesVowelsAsMarks(official) && writesVowelsAsMarks(text) && marksOf(text) !== marksOf(official))
  );
}

function marksOf(text: string): string {
  return (text.normalize('NFD').match(/\p{M}/gu) ?? []).join('');
}
