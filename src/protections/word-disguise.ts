import { hasOtherBorders } from './word-borders.js';

/**
 * Whether a word in a text is a disguised list word. Folding unifies similar letters (`l`, `I`, `1`, `i`; `5` and `s`),
 * so many honest words have the same fold. The disguise must therefore be one that nobody makes by accident. Only runs
 * when the folds are equal, so speed does not matter.
 */

const LETTER = /\p{L}/u;
/** Scripts with letters that resemble those of others. */
const SCRIPTS = [
  ['Latin', /\p{Script=Latin}/u],
  ['Cyrillic', /\p{Script=Cyrillic}/u],
  ['Greek', /\p{Script=Greek}/u],
  ['Armenian', /\p{Script=Armenian}/u],
  ['Cherokee', /\p{Script=Cherokee}/u],
  ['Hebrew', /\p{Script=Hebrew}/u],
  ['Arabic', /\p{Script=Arabic}/u],
] as const;

/**
 * @param written the word as in the text, including characters between its letters
 * @param word the word of the list
 * @param texts the whole message: a word entirely in another script is honest in a text of that script
 */
export function isDisguiseOf(written: string, word: string, texts: readonly string[]): boolean {
  const seen = plain(written);
  const meant = plain(word);
  const [seenLetters, meantLetters] = [bare(seen), bare(meant)];
  if (isOtherWord(written, word)) return false;
  // 88 and 1488 must match exactly: a price of 14.88 does not
  if (!LETTER.test(meantLetters)) return seen.replace(/\s+/g, ' ') === meant.replace(/\s+/g, ' ');
  if (seen === meant) return true;
  if (seenLetters === meantLetters) return !hasOtherBorders(withoutHidden(written), meant);
  // a symbol in place of a letter: ca$ino, FR€€, 🅵🆁🅴🅴
  if (/[$@!|+\p{Sc}\p{So}]/u.test(seen)) return true;
  // 455 is a number, whatever it resembles
  if (!LETTER.test(seenLetters)) return false;
  if (/^[a-z]+$/.test(seenLetters) && scriptsOf(meantLetters).has('Latin'))
    return isCapitalI(bare(written.normalize('NFKC')), meantLetters);
  const scripts = scriptsOf(seenLetters);
  const meantScripts = scriptsOf(meantLetters);
  const foreign = [...scripts].filter((script) => !meantScripts.has(script));
  if (scripts.size !== 1 || foreign.length === 0 || /[^\p{L}\p{M}]/u.test(seenLetters)) return true;
  return !isHonestIn(foreign[0] ?? '', written, texts, [...meantLetters].length);
}

/** A pronoun or auxiliary with its verb, which without the apostrophe may be another word: he'll, she'll, who're. */
const CONTRACTION =
  /^(?:i|you|he|she|it|we|they|that|this|who|what|there|here|where|when|how|why|let|is|are|was|were|do|does|did|has|have|had|can|could|would|should|will|wo|must|need|might)n?['’](?:ll|re|ve|d|m|s|t)$/i;
/** In words this short a letter of one language makes another word: Spanish año, German aß. */
const SHORT = 4;

/** Whether what is written is an honest word of its own, which only looks like the listed one when folded. */
function isOtherWord(written: string, word: string): boolean {
  if (CONTRACTION.test(written)) return !/['’]/.test(word);
  const [seen, meant] = [written.normalize('NFC').toLowerCase(), word.normalize('NFC').toLowerCase()];
  return [...meant].length <= SHORT && seen.includes('ñ') && !meant.includes('ñ');
}

/** The visible form: without compatibility variants (full-width, styled), case, and invisible characters. */
function plain(text: string): string {
  return withoutHidden(text).toLowerCase().replace(/ß/g, 'ss');
}

/** In usual letters, without invisible characters. */
function withoutHidden(text: string): string {
  return text.normalize('NFKC').replace(/\p{Default_Ignorable_Code_Point}/gu, '');
}

/** Only letters and digits, without marks. */
function bare(text: string): string {
  return text.normalize('NFD').replace(/[\p{M}\s\p{P}\p{S}]/gu, '');
}

function scriptsOf(text: string): Set<string> {
  const found = new Set<string>();
  for (const letter of text)
    if (LETTER.test(letter)) found.add(SCRIPTS.find(([, script]) => script.test(letter))?.[0] ?? 'other');
  return found;
}

/**
 * A word in plain letters that differs only by a capital I for an l. "FAIL" and "In" are honest: in a word of capitals,
 * or a short one, it proves nothing.
 */
function isCapitalI(written: string, word: string): boolean {
  if (written.length !== word.length || written.length < 4 || written === written.toUpperCase()) return false;
  for (let index = 0; index < word.length; index++) {
    if (written[index]!.toLowerCase() === word[index]) continue;
    if (written[index] !== 'I' || word[index] !== 'l') return false;
  }
  return true;
}

/**
 * A word entirely in one other script (Russian "рот" for "pot"): honest if the rest of the message is in that script,
 * or if there is nothing else and the word is short.
 */
function isHonestIn(script: string, written: string, texts: readonly string[], letters: number): boolean {
  const test = SCRIPTS.find(([name]) => name === script)?.[1];
  if (test === undefined) return true;
  let others = false;
  for (const text of texts) {
    for (const [word] of text.slice(0, 4000).matchAll(/[\p{L}\p{M}]+/gu)) {
      if (written.includes(word)) continue;
      if (test.test(word)) return true;
      others = true;
    }
  }
  return !others && letters < 5;
}

/** Splits text of scripts without spaces into words by a dictionary. Made when first needed, which takes a while. */
let segmenter: Intl.Segmenter | undefined;
/** How much of a text around a match is split. */
const AROUND = 24;
/** Longer entries are no part of another word by chance. */
const LONGEST_INSIDE = 3;
/** Unknown words in Katakana run together. */
const KATAKANA = /^[\p{Script=Katakana}ー]+$/u;

/**
 * Whether a match in a script without spaces is part of a longer word: ばか in ばかり.
 * @param begin where it begins in the text
 */
export function isInsideWord(text: string, begin: number, written: string): boolean {
  if ([...written].length > LONGEST_INSIDE) return false;
  const from = Math.max(0, begin - AROUND);
  const end = begin + written.length;
  segmenter ??= new Intl.Segmenter('und', { granularity: 'word' });
  for (const { segment, index } of segmenter.segment(text.slice(from, end + AROUND))) {
    const [start, stop] = [from + index, from + index + segment.length];
    if (start <= begin && stop >= end) return segment.length > written.length && !KATAKANA.test(segment);
  }
  return false;
}

const ASCII = /^[\0-\x7f]*$/;

/**
 * Whether a domain as written means a domain of the list: not if both are plain and different, because then each is
 * somebody's. A digit or a capital I in place of a letter is meant to deceive; a letter in place of a listed digit is
 * the original, of which the listed one is the imitation.
 */
export function isDisguiseOfDomain(written: string, domain: string): boolean {
  const [seen, meant] = [domainLetters(written), domainLetters(domain)];
  if (!ASCII.test(seen) || !ASCII.test(meant) || /[$@!|+]/.test(written)) return true;
  if (seen.length !== meant.length) return false;
  const isCapital = seen === seen.toUpperCase();
  for (let index = 0; index < seen.length; index++) {
    const [is, should] = [seen[index]!, meant[index]!];
    const isSame = is.toLowerCase() === should.toLowerCase();
    const isDeceptive = (/\d/.test(is) && /[a-z]/i.test(should)) || (is === 'I' && should === 'l' && !isCapital);
    if (!isSame && !isDeceptive) return false;
  }
  return true;
}

/** A domain's letters and digits, in their usual forms. */
function domainLetters(text: string): string {
  return text.normalize('NFKC').replace(/[\p{Default_Ignorable_Code_Point}\s\p{P}\p{S}]/gu, '');
}
