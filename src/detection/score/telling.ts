/**
 * The telling word: in a name of several words one word tells its bearer from others (Wise Support, Wire Support; David
 * Levi, David Levin). Where that one is another word, the whole is another name.
 */
import { foldedText, type Lexicon } from '../lexicon.js';
import { wordDistance, wordsOf } from '../words.js';
import { nativeDistance, nativeOf } from '../native.js';
import { isDrawnOfTwo } from './odd.js';
import { mixesScripts } from './scripts.js';

/** Of a word of so few letters every slip makes another one. */
const SHORT_WORD = 4;
/**
 * Of one of so few a slip that the eye does not forgive may make another one (Huron, Heron), which no list need know.
 */
const SHORTISH_WORD = 8;
/** What a doubled letter costs, or one that looks like the right one; more is another letter. */
const FORGIVEN = 0.65;
/** In a person's name, and wherever nothing else resembles, also a vowel makes another (Abernathy, Cerbul, Corbul). */
const FORGIVEN_ALONE = 0.55;
/** In an alphabet other than Latin, of which we have no lists of words, from here a slip is one. */
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

/** Is a text that is a slip or two from an official name another name, by the word in which the two differ? */
export function differsInTellingWord(lexicon: Lexicon, text: string, official: string): Telling {
  const [seen, meant] = [withInitials(wordsOf(text)), withInitials(wordsOf(official))];
  if (seen.length !== meant.length || meant.length < 2)
    // a script without spaces: which letter is the telling one, nobody can say
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
 * Is what is nearly a brand, beside words for roles, the name of another body? `Wire` is not `Wise`, and `Ember Island`
 * not `Amber Island`; a name in two scripts is a disguise.
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

/** Words by what a writer sets between them; signs for letters (M0der4+!0n) end none. */
function spacedWords(text: string): number {
  return text.trim().split(/\s+/u).length;
}

/** "Quail Bank" is not "Quillbank": all that it has and the official name has not are words. */
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

/**
 * A word for a role tells nobody from others; of a short one that is a given name too (Tim, a team) it is not known.
 */
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
