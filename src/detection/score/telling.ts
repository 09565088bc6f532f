/**
 * The telling word: in a name of several words one word distinguishes its owner from others (Wise Support, Wire
 * Support; David Levi, David Levin). If that word differs, the whole is another name.
 */
import { foldedText, type Lexicon } from '../lexicon.js';
import { wordDistance, wordsOf } from '../words.js';
import { nativeDistance, nativeOf } from '../native.js';
import { isDrawnOfTwo } from './odd.js';
import { mixesScripts } from './scripts.js';

/** In a word this short every slip makes another word. */
const SHORT_WORD = 4;
/** In a word this short a conspicuous slip may make another word (Huron, Heron), whether listed or not. */
const SHORTISH_WORD = 8;
/** The cost of a doubled letter, or one that looks like the right one; more means another letter. */
const FORGIVEN = 0.65;
/** In a person's name, and wherever nothing else resembles, also a vowel makes another (Abernathy, Cerbul, Corbul). */
const FORGIVEN_ALONE = 0.55;
/** In non-Latin alphabets, for which we have no word lists, slips count from this length on. */
const LONG_NATIVE = 8;
const THIRD = 1 / 3;
/** Scripts in which one letter more or less is another word. */
const DENSE =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gujarati}\p{Script=Gurmukhi}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Oriya}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Ethiopic}]/u;
const LATIN = /\p{Script=Latin}/u;

/**
 * `surely`: another word or name; `perhaps`: so short, or a person's, that it may be one; `alone`: it may be one where
 * nothing else resembles (no list knows all words, nor all places).
 */
export type Telling = 'surely' | 'perhaps' | 'alone' | 'no';

/** Whether a text within a slip or two of an official name is another name, by the word in which they differ. */
export function differsInTellingWord(lexicon: Lexicon, text: string, official: string): Telling {
  const [seen, meant] = [withInitials(wordsOf(text)), withInitials(wordsOf(official))];
  if (seen.length !== meant.length || meant.length < 2)
    // a script without spaces: the telling letter is unknown
    return DENSE.test(official) || isOfOtherWords(lexicon, seen, meant)
      ? 'surely'
      : // a slip and a word more (Caja Norte, Cajamonte) are two guesses at once
        meant.length > 1 && spacedWords(text) > spacedWords(official)
        ? 'perhaps'
        : 'no';
  let answer: Telling = 'no';
  const isPersons =
    meant.length === 2 && meant.some((word) => lexicon.isPerson(word)) && !meant.some((word) => isRole(lexicon, word));
  for (const [index, word] of seen.entries()) {
    const other = meant[index]!;
    if (isRole(lexicon, other) || !differs(lexicon, word, other)) continue;
    const isDrawn = isDrawnOfTwo(word, other) && !lexicon.isWord(word);
    if (!isDrawn && isAnotherWord(lexicon, word, other)) return 'surely';
    const any = mayBeAnotherWord(lexicon, word, other, isPersons);
    const may = isDrawn && any === 'perhaps' ? 'alone' : any;
    if (may !== 'no' && answer !== 'perhaps') answer = may;
  }
  return answer;
}

/**
 * Whether a near match of a brand, beside role words, is the name of another body. `Wire` is not `Wise`, and `Ember
 * Island` not `Amber Island`; a name in two scripts is a disguise.
 */
export function isAnotherBrand(lexicon: Lexicon, text: string, brand: string): boolean {
  if (mixesScripts(text) || !/^[\p{L}\p{M}\s'’-]+$/u.test(text)) return false;
  const [seen, meant] = [wordsOf(text), wordsOf(brand)];
  if (seen.length === 1 && meant.length === 1) return isAnotherWord(lexicon, seen[0]!, meant[0]!);
  return differsInTellingWord(lexicon, text, brand) === 'surely';
}

/** Letters that stand by themselves side by side are one word: "D.O.T. Lane" has two. */
function withInitials(words: readonly string[]): string[] {
  const joined: string[] = [];
  let isInitial = false;
  for (const word of words) {
    const isOne = /^\p{L}\p{M}*$/u.test(word);
    if (isOne && isInitial) joined.push(`${joined.pop()!}${word}`);
    else joined.push(word);
    isInitial = isOne;
  }
  return joined;
}

/** Words by their separators; symbols for letters (M0der4+!0n) do not end a word. */
function spacedWords(text: string): number {
  return text.trim().split(/\s+/u).length;
}

/** "Quail Bank" is not "Quillbank": everything that it has and the official name lacks is a word. */
function isOfOtherWords(lexicon: Lexicon, seen: readonly string[], meant: readonly string[]): boolean {
  const known = new Set(meant.map(foldedText));
  const own = seen.filter((word) => !known.has(foldedText(word)));
  return own.length > 1 && own.every((word) => lexicon.isOrdinary(word) || lexicon.isPerson(word));
}

/**
 * A short word with another letter in it, or any word of a person's name (Sandborg, Sundborg); not one with its own
 * letters swapped or doubled (Heorn, Herron).
 */
function mayBeAnotherWord(lexicon: Lexicon, word: string, official: string, isPersons: boolean): Telling {
  if (/[^\p{L}]/u.test(word.normalize('NFC'))) return 'no';
  const [seen, meant] = [foldedText(word), foldedText(official)];
  if ([...seen].sort().join('') === [...meant].sort().join('')) return 'no';
  const distance = distanceOf(lexicon, word, official);
  const isShort = Math.max(seen.length, meant.length) <= SHORTISH_WORD;
  if (isPersons ? distance > FORGIVEN_ALONE : isShort && distance > FORGIVEN) return 'perhaps';
  return distance > FORGIVEN_ALONE ? 'alone' : 'no';
}

/** A role word distinguishes nobody; for a short one that is also a given name (Tim, a team) this is unknown. */
function isRole(lexicon: Lexicon, word: string): boolean {
  const letters = foldedText(word);
  return (lexicon.roles.get(letters) ?? 0) > 0 && !(letters.length <= SHORT_WORD && lexicon.isPerson(word));
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
  // the plural of a word is a word
  return [word, word.replace(/e?s$/i, '')].some((each) => lexicon.isOrdinary(each, official) || lexicon.isPerson(each));
}
