/** The words of a name, and the distance between the words of two names. */
import { wordStarts } from './borders.js';
import { contract } from './fold/drawn.js';
import { fold } from './fold/fold.js';
import { Folded } from './fold/folded.js';
import { codesOf, foldedText, type Lexicon } from './lexicon.js';
import { remembering } from './remember.js';
import { weighedDistance } from './score/cost.js';

const scratch = new Folded();
const scratchContracted = new Folded();

/** Words of a text as written, split at visible separators: squared and circled letters are letters here. */
export const wordsOf = remembering((text): readonly string[] => {
  const folded = fold(text, scratch);
  if (folded.length === 0) return [];
  const { source, end } = folded;
  return wordStarts(folded).map((start, index, starts) =>
    text
      .slice(source[start]!, starts[index + 1] === undefined ? end : source[starts[index + 1]!]!)
      .replace(TRAILING, ''),
  );
});
/** Trailing characters that are not part of a word; a `!` or `@` may be a letter. */
const TRAILING = /[^\p{L}\p{N}\p{M}\p{So}$@!|+]+$/u;

/**
 * The largest distance between corresponding words. Infinity: one is another word. "Max Schmidt" is not "Anna Schmidt"
 * though few letters of the whole differ, and "Anna Schmitt" is somebody else. Undefined unless both have the same
 * number of words, since an added or missing space is a disguise.
 */
export function furthestWord(lexicon: Lexicon, text: string, official: string): number | undefined {
  const [a, b] = [wordsOf(text), wordsOf(official)];
  if (a.length < 2 || a.length !== b.length) return undefined;
  return a.reduce((furthest, word, index) => Math.max(furthest, wordDistance(lexicon, word, b[index]!)), 0);
}

export function wordDistance(lexicon: Lexicon, word: string, official: string): number {
  const meant = codesOf(foldedText(official));
  const seen = fold(word, scratch);
  if (seen.length > LONGEST_WORD || meant.length > LONGEST_WORD) return Infinity;
  const asIs = weighedDistance(seen, meant);
  const distance = seen.drawable ? Math.min(asIs, weighedDistance(contract(seen, scratchContracted), meant)) : asIs;
  if (distance === 0) return 0;
  if (lexicon.isPerson(word) && lexicon.isPerson(official)) return Infinity;
  // role words have so many forms that only completely different words count as another
  if (lexicon.roles.has(foldedText(official))) return distance > meant.length ? Infinity : Math.min(distance, 1);
  const bears =
    meant.length < SHORT_WORD || lexicon.isOrdinary(word, official) ? SHORT_WORD_SLIP : OTHER_WORD * meant.length;
  return distance > bears ? Infinity : distance;
}

/** Maximum letters for weighedDistance. */
const LONGEST_WORD = 64;
/** A short word among others tolerates one slip, anywhere, and so does one that the slip turns into another word. */
const SHORT_WORD = 4;
const SHORT_WORD_SLIP = 1.3;
/** A word that differs in more than half is another word. */
const OTHER_WORD = 0.55;

/**
 * In scripts that write without spaces a name has two words from so many letters on. Fewer may be one, which others
 * bear: キャサリン, 엘리자베스, สมชาย are given names.
 */
const UNSPACED: readonly (readonly [script: RegExp, letters: number])[] = [
  [/\p{Script=Han}/gu, 5],
  [/[\p{Script=Hiragana}\p{Script=Katakana}\u30fc]/gu, 8],
  [/\p{Script=Hangul}/gu, 6],
  [/(?!\p{M})[\p{Script=Thai}\p{Script=Lao}]/gu, 10],
  // these write all vowels as marks
  [/\p{Script=Khmer}/gu, 10],
  [/\p{Script=Myanmar}/gu, 12],
];
/** Two scripts, as ideographs and kana (さくら銀行), are two words in fewer letters. */
const TWO_SCRIPTS = 5;

/**
 * Two words or more (Jean-Luc is one), or the equivalent in a script without spaces: long enough not to be a
 * coincidence.
 */
export const isLongName = remembering((raw): boolean => {
  if (raw.split(/\s+/u).filter((word) => foldedText(word) !== '').length > 1) return true;
  const counts = UNSPACED.map(([script]) => raw.match(script)?.length ?? 0);
  if (UNSPACED.some(([, letters], index) => counts[index]! >= letters)) return true;
  return counts.filter((count) => count > 0).length > 1 && counts.reduce((sum, count) => sum + count) >= TWO_SCRIPTS;
});
