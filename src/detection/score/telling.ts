/**
 * The telling word: in a name of several words one word tells its bearer from others (Wise Support, Wire Support; David
 * Levi, David Levin). Where that one is another word, the whole is another name.
 */
import { foldedText, type Lexicon } from '../lexicon.js';
import { wordDistance, wordsOf } from '../names.js';
import { nativeDistance, nativeOf } from '../native.js';

/** Of a word of so few letters every slip makes another one. */
const SHORT_WORD = 4;
/** In an alphabet other than Latin, of which we have no lists of words, from here a slip is one. */
const LONG_NATIVE = 8;
const THIRD = 1 / 3;
/** Scripts in which one letter more or less is another word. */
const DENSE =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gujarati}\p{Script=Gurmukhi}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}]/u;
const LATIN = /\p{Script=Latin}/u;

/**
 * Does a text that is a slip or two from an official name differ in a word that makes it another name? Undefined: it
 * cannot be told word by word.
 */
export function differsInTellingWord(lexicon: Lexicon, text: string, official: string): boolean | undefined {
  const [seen, meant] = [wordsOf(text), wordsOf(official)];
  // a script without spaces: which letter is the telling one, nobody can say
  if (seen.length !== meant.length || meant.length < 2) return DENSE.test(official) ? true : undefined;
  return seen.some((word, index) => {
    const other = meant[index]!;
    if ((lexicon.roles.get(foldedText(other)) ?? 0) > 0) return false;
    return differs(lexicon, word, other) && isAnotherWord(lexicon, word, other);
  });
}

function differs(lexicon: Lexicon, word: string, official: string): boolean {
  return distanceOf(lexicon, word, official) > 0;
}

function distanceOf(lexicon: Lexicon, word: string, official: string): number {
  const native = nativeOf(official);
  return (native && nativeDistance(native, word)) ?? wordDistance(lexicon, word, official);
}

function isAnotherWord(lexicon: Lexicon, word: string, official: string): boolean {
  const length = foldedText(official).length;
  if (length <= SHORT_WORD || foldedText(word).length < SHORT_WORD) return true;
  if (DENSE.test(official)) return true;
  if (!LATIN.test(official)) return length < LONG_NATIVE || distanceOf(lexicon, word, official) >= length * THIRD;
  return lexicon.isOrdinary(word, official) || lexicon.isPerson(word);
}
