/** Signs from a display name when the official one has two words or more. */
import { isInflected } from '../forms.js';
import { foldedText } from '../lexicon.js';
import type { Names } from '../names.js';
import type { Found, Hit } from '../search/found.js';
import { displayTexts } from '../texts.js';
import { partAsWritten } from '../told.js';
import { visible } from '../visible.js';
import { furthestWord, wordsOf } from '../words.js';
import { anotherBeside, embeddedName, isMarkedOtherwise } from './brand.js';
import { isLookalikeSlip } from './dense.js';
import { areMarksLetters, differsInVietnameseMarks, isLongEnough, isNoAccident } from './disguise.js';
import { SLIGHT } from './lengths.js';
import { compareLooks } from './looks.js';
import { holdsStrangeLetter, isOddlyWritten, isPhonetic } from './odd.js';
import { readsAs } from './reads-as.js';
import { isForeignWord, mixesScripts } from './scripts.js';
import { editSentence, type Context, type Sign } from './sign.js';
import { differsInTellingWord } from './telling.js';

const WHAT = 'The display name';
/** Two-word names with fewer letters have many close neighbours. */
const SHORT_TOGETHER = 9;
/** Symbols that join two names; the second expression takes longer. */
const MAY_JOIN = /[&＆+×/]/u;
const JOINS = /[\p{L}\p{M}]\s*[&＆]\s*\p{L}|[\p{L}\p{M}]\s+[+×/]\s+\p{L}/u;

/**
 * Stops: an official name of two words or more, exact, disguised, misspelled, reordered or inside a longer one.
 * Honest names: two words with an authority's name in them are borne by chance by nobody; slips alone never make it
 * certain.
 */
export function longName(
  { known, rules: { weights } }: Context,
  names: Names,
  found: Found,
  hit: Hit,
): Sign | undefined {
  const official = hit.name.formOf ?? hit.name.raw;
  if (hit.view === 'order') {
    if (hit.cost > 0 || found.letters === foldedText(hit.name.raw)) return undefined;
    return {
      disguise: 'reordered',
      view: 'token',
      weight: weights.display_order,
      openly: true,
      sentence: displayTexts.reordered(visible(found.text), visible(official)),
    };
  }
  // scripts without spaces have no word boundaries; there role words beside the whole name are enough (公式さくら銀行)
  if (hit.cost === 0 && (hit.view === 'rest' || hit.view === 'inside') && isMarkedOtherwise(hit.text, official))
    return anotherBeside(weights, found, hit, official);
  const amidRoles = hit.view === 'rest' && hit.cost === 0 && found.text.includes(hit.text);
  if (amidRoles || (hit.view === 'inside' && hit.bounded)) return embeddedName(weights, found, hit);
  if (hit.view === 'rest' && hit.cost > 0) return nearAmidRoles(weights, names, found, hit);
  if (hit.view !== 'whole') return undefined;
  if (hit.cost > 0) return nearName(weights, names, found, hit);
  const looks = compareLooks(found.text, hit.name.raw);
  const asName = readsAs(known.identity.userId, found, hit, looks);
  // "Anna & Bell" are two people
  const isAsked = /[?？؟]\s*$/u.test(found.text) && !/[?？؟]/u.test(official);
  const isPair =
    MAY_JOIN.test(found.text) && JOINS.test(found.text) && !JOINS.test(official) && wordsOf(official).length === 2;
  if (isPair)
    return {
      ...asName,
      weight: weights.display_near,
      openly: true,
      readsAsName: false,
      ...(wordsOf(official).some((word) => names.lexicon.isPerson(word)) ? { ceiling: 'two_people' as const } : {}),
    };
  // Dũng is not Dung
  const { accent, leet, lookalike, homoglyph, shape, invisible } = looks.counts;
  const isSpelling = accent > 0 && leet + lookalike + homoglyph + shape + invisible === 0;
  if (isSpelling ? areMarksLetters(found.text, official) : differsInVietnameseMarks(found.text, official))
    return { ...asName, weight: weights.word_near, openly: true, ceiling: 'another_by_its_marks', readsAsName: false };
  const deliberate =
    isLongEnough(official) &&
    (found.turned === true || found.padded === true || isNoAccident(looks, found.text, official));
  const twin = hit.name.formOf === undefined && (looks.twin || deliberate);
  return {
    ...asName,
    weight: twin ? weights.display_twin : weights.display_readable,
    conclusive: twin,
    // asking for somebody is not claiming to be them
    ...(isAsked ? { ceiling: 'question' as const } : {}),
  };
}

/**
 * Stops: a name of several words with a slip in it, or in the case that its language puts it in, beside a word that
 * claims authority ("Anna Schmitd Support", ლომისი ბანკის მხარდაჭერა). Honest names: one whose telling word is another.
 */
function nearAmidRoles(weights: Context['rules']['weights'], names: Names, found: Found, hit: Hit): Sign | undefined {
  if (found.strong === 0 || found.beside({ ...hit, from: 0, to: 0 }).disclaims) return undefined;
  const official = hit.name.formOf ?? hit.name.raw;
  const rest = { ...found, text: hit.text, letters: foldedText(hit.text) };
  const cased = isInflected(wordsOf(hit.text), wordsOf(hit.name.raw), foldedText);
  const near = cased ? undefined : nearName(weights, names, rest, { ...hit, view: 'whole' });
  if (!cased && (near === undefined || near.ceiling !== undefined)) return undefined;
  return {
    disguise: 'brand_role',
    view: 'token',
    weight: cased ? weights.brand_strong_role : near!.weight,
    byEdit: true,
    ...(near?.mayBeOther === undefined ? {} : { mayBeOther: near.mayBeOther }),
    openly: true,
    sentence: displayTexts.nearBeside(
      visible(found.text),
      partAsWritten(found.text, hit.text),
      cased ? 'a form of' : 'nearly',
      visible(official),
      found.claims.map((word) => `"${visible(word)}"`),
    ),
  };
}

function nearName(weights: Context['rules']['weights'], names: Names, found: Found, hit: Hit): Sign | undefined {
  const official = hit.name.raw;
  // names in another script have been measured by their own letters already
  const furthest = hit.name.native === undefined ? furthestWord(names.lexicon, found.text, official) : undefined;
  if (
    // the same letters, only with pairs contracted
    isSameFold(found, hit) ||
    [official, hit.name.formOf ?? official].some((each) => isPartOf(found.text, each) || isPartOf(each, found.text)) ||
    furthest === Infinity ||
    isForeignWord(found.text, official) ||
    isOtherName(names, found, hit)
  )
    return undefined;
  // a letter that looks like the right one, if the name is not a person's of two words
  const isAlike =
    (hit.name.hasRole === true || wordsOf(official).length !== 2) && isLookalikeSlip(found.text, official);
  const isOther =
    isAlike || mixesScripts(found.text) || isOddSpelling(names, found.text, official)
      ? 'no'
      : differsInTellingWord(names.lexicon, found.text, official);
  // two slips in a short name, or in one of its words, may be another name ("Bilford Support" is not "Blizzard
  // Support")
  const near =
    (isOther === 'no' || isOther === 'alone') && hit.cost <= found.letters.length / 6 && (furthest ?? 0) <= SLIGHT;
  return {
    disguise: 'edit',
    view: 'fold',
    weight: near ? weights.display_near : weights.word_near,
    byEdit: true,
    ...(isOther === 'surely' ? { ceiling: 'another_name' as const } : {}),
    ...(isOther === 'perhaps' || isOther === 'alone' ? { mayBeOther: isOther } : {}),
    sentence: editSentence(WHAT, found.text, hit.name.formOf ?? official),
  };
}

/**
 * Whether the slip is a letter of no alphabet, in a name that is not a person's. Rebels fɔr Future is not another name;
 * Kɔfi Mensah may be.
 */
function isOddSpelling(names: Names, text: string, official: string): boolean {
  if (isPhonetic(text) || holdsStrangeLetter(text)) return true;
  const isPersons = wordsOf(official).some((word) => names.lexicon.isPerson(word));
  return /^[ -~]+$/.test(official) && isOddlyWritten(text) && !isPersons;
}

/** Whether the text folds to the name, so that only the contracted reading has a slip. */
export function isSameFold({ letters }: Found, { name: { raw, native } }: Hit): boolean {
  return native === undefined && letters === foldedText(raw);
}

/**
 * "Farina" is not "Fay Inc": a short two-word name tolerates slips only as two words, and only in text that is not a
 * name itself. An ideograph is a word.
 */
function isOtherName(names: Names, { text, letters }: Found, { cost, name }: Hit): boolean {
  return (
    names.lexicon.isOrdinary(text, name.raw) ||
    (letters.length < SHORT_TOGETHER && !UNSPACED.test(name.raw) && (cost > 1 || wordsOf(text).length < 2))
  );
}
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** "Christiansen" is not "Christiansen LLC": omitting a whole word is not a slip. */
function isPartOf(text: string, official: string): boolean {
  const [seen, meant] = [wordsOf(text), wordsOf(official)];
  if (seen.length >= meant.length) return false;
  const words = new Set(meant.map(foldedText));
  return seen.every((word) => words.has(foldedText(word)));
}
