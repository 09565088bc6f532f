/**
 * An official name, or its brand, inside a longer display name: the other words decide. It is read by structure, not
 * only by lists: a brand, a word that claims authority, and up to four unknown words.
 */
import { isInflected } from '../forms.js';
import { foldedText, plainLetters } from '../lexicon.js';
import type { Names } from '../names.js';
import { wordsOf } from '../words.js';
import type { Beside } from '../beside.js';
import type { Found, Hit } from '../search/found.js';
import type { DetectionRules } from '../rules.js';
import { displayTexts } from '../texts.js';
import { partAsWritten } from '../told.js';
import { visible } from '../visible.js';
import { isLookalikeSlip } from './dense.js';
import { differsInVietnameseMarks, isLongEnough, isNoAccident } from './disguise.js';
import { isDrawnAlike, isOddlyWritten, isPhonetic } from './odd.js';
import { ID_NUMBER, RARE, SLIGHT } from './lengths.js';
import { compareLooks } from './looks.js';
import type { Context, Sign } from './sign.js';
import { differsInTellingWord, isAnotherBrand } from './telling.js';

const SHORT = 4;
/** How many unknown words are allowed beside a brand and a word that claims authority. */
const MOST_UNKNOWN = 4;
/** The same beside a word that merely accompanies. */
const MOST_UNKNOWN_WEAK = 2;

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

type Weights = DetectionRules['weights'];

/**
 * Stops: "Chess Club – Support", "MetaMask Support ✓ (Anna)", an official name in disguise amid anything. Honest names:
 * members, fans and chapters hold it too (Chess Club Berlin, Anna (Chess Club)), so without a word that claims
 * authority it is `possible`.
 */
export function embeddedName(weights: Weights, found: Found, hit: Hit): Sign {
  const official = hit.name.formOf ?? hit.name.raw;
  const beside = besideOf(found, hit);
  const looks = compareLooks(hit.text, hit.name.raw);
  const isDisguised = found.turned === true || isNoAccident(looks, hit.text, official, around(found.text, hit));
  const claims = beside.strong > 0 || hit.name.hasAuthority === true;
  // only ornaments or a number beside it: the name itself; a department or news of it may be told by others
  const isAlone = beside.unknown + beside.weak + beside.lures === 0;
  const called = isDisguised || (!beside.disclaims && (isAlone || (claims && beside.unknown <= MOST_UNKNOWN)));
  return {
    disguise: 'embedded_name',
    view: 'token',
    weight: (called ? weights.display_embedded : weights.display_mention) + (isDisguised ? weights.brand_disguised : 0),
    openly: !isDisguised,
    // a chapter or member: further resemblance to the official account repeats the same sign
    ...(called ? {} : { ceiling: 'mention' as const }),
    sentence:
      isDisguised || isSpelledAlike(hit.text, official)
        ? displayTexts.holds(
            visible(found.text),
            visible(official),
            `${isDisguised ? ' in disguise' : ''}${besideWords(beside)}`,
          )
        : displayTexts.brandBeside(visible(found.text), asWritten(found, hit, official, beside), besideWords(beside)),
  };
}

/**
 * Stops: "Example Support", "ExampleSupport", "Example Technical Support (Anna)", "Оfficial Examp1e", "Exmaple Suport",
 * in any of the languages of rules/roles.yaml. Honest names: a brand beside other words ("Example fan", "Anna from
 * Example") says nothing, and a department or a claim to be the second account is `possible`.
 */
export function brandBeside(context: Context, names: Names, found: Found, hit: Hit): Sign | undefined {
  const {
    known,
    profile,
    rules: { weights },
  } = context;
  const beside = rolesBeside(names, found, hit);
  if (beside === undefined) return undefined;
  const isShared = profile.shared && hit.name.kind === 'brand';
  const looks = hit.cost === 0 ? compareLooks(hit.text, hit.name.raw) : undefined;
  const brand = hit.name.formOf ?? hit.name.raw;
  // a domain has no marks: those of the official names count
  const other = (hit.name.kind === 'brand' ? known.identity.displayNames : [brand]).find(
    (each) => hit.cost === 0 && isMarkedOtherwise(hit.text, each),
  );
  if (other !== undefined) return anotherBeside(weights, found, hit, other);
  const rare =
    !names.lexicon.isCommon(brand) &&
    !names.lexicon.isOrdinary(brand) &&
    (foldedText(brand).length >= RARE || (isLongEnough(brand) && UNSPACED.test(brand)));
  if (
    looks !== undefined &&
    hit.view === 'inside' &&
    (found.turned === true || isNoAccident(looks, hit.text, brand, around(found.text, hit)))
  )
    return {
      disguise: looks.disguise === 'same' ? 'brand_role' : looks.disguise,
      view: 'token',
      weight: weights.word_disguised + (beside.strong > 0 ? weights.brand_disguised : 0),
      sentence: displayTexts.brandInDisguise(
        visible(found.text),
        visible(brand),
        looks.details.length > 0 ? ` (${looks.details.join(', ')})` : '',
        besideWords(beside),
      ),
    };
  const weight = weightBeside(weights, names, found, hit, beside, rare, isShared);
  if (weight === undefined) return undefined;
  const nothing = beside.strong + beside.weak === 0;
  const isOther =
    hit.cost > 0 &&
    !isMeant(names.lexicon, wordAt(hit), hit.name.raw, beside.unknown) &&
    isAnotherBrand(names.lexicon, wordAt(hit), hit.name.raw);
  return {
    disguise: nothing ? 'brand_beside' : 'brand_role',
    view: 'token',
    weight: weight + (looks?.deliberate === true ? weights.brand_disguised : 0),
    byEdit: hit.cost > 0,
    openly: looks?.deliberate !== true,
    ...(isOther ? { mayBeOther: 'perhaps' as const } : {}),
    sentence: nothing
      ? displayTexts.brandAndMore(visible(found.text), visible(brand))
      : displayTexts.brandBeside(visible(found.text), asWritten(found, hit, brand, beside), besideWords(beside)),
  };
}

/**
 * Have both marks, and other ones (Lâm Khế, Lâm Khê)? Who writes none at all writes the very name in haste, and a name
 * without any (Moon Pay) is Vietnamese by chance.
 */
export function isMarkedOtherwise(text: string, official: string): boolean {
  return (
    differsInVietnameseMarks(text, official) && [text, official].every((each) => MARKED.test(each.normalize('NFD')))
  );
}
const MARKED = /\p{M}|đ/iu;

/** Another person's or body's name, by its marks, amid other words. */
export function anotherBeside(weights: Weights, found: Found, hit: Hit, official: string): Sign {
  return {
    disguise: 'accent',
    view: 'token',
    weight: weights.word_near,
    openly: true,
    ceiling: 'another_by_its_marks',
    sentence: displayTexts.marksBeside(visible(found.text), visible(hit.text), visible(official)),
  };
}

/** Does the part have the letters of the name, whatever their case, accents and what stands between them? */
function isSpelledAlike(part: string, official: string): boolean {
  const [seen, meant] = [part, official].map((text) => plainLetters(text).replace(/[^\p{L}\p{N}]/gu, ''));
  return seen === meant;
}

/** `"Kite"`, or `"Kiite", nearly "Kite",`. */
function asWritten({ text: whole }: Found, { cost, text }: Hit, brand: string, { claims }: Beside): string {
  const written = text.replace(/^[\s\p{P}\p{S}]+|[\s\p{P}\p{S}]+$/gu, '');
  if (cost === 0 && written.toLowerCase() === brand.toLowerCase()) return `"${visible(brand)}"`;
  return (
    displayTexts.insteadOf(partAsWritten(whole, written), cost > 0, visible(brand)) + (claims.length > 0 ? ',' : '')
  );
}

function besideWords({ strong, weak, claims }: Beside): string {
  if (strong + weak === 0 || claims.length === 0) return '';
  return displayTexts.beside(
    claims.map((word) => `"${visible(word)}"`),
    strong > 0,
  );
}

function weightBeside(
  weights: Weights,
  names: Names,
  found: Found,
  hit: Hit,
  beside: Beside,
  rare: boolean,
  isShared: boolean,
): number | undefined {
  const { strong, weak, unknown, disclaims } = beside;
  const isCore = hit.name.kind === 'core' && !rare ? weights.core_only : 0;
  const plain =
    hit.name.kind === 'brand' && names.lexicon.plain.has(foldedText(hit.name.raw)) ? 2 * weights.generic : 0;
  if (disclaims) return strong > 0 && plain === 0 ? weights.word_same : undefined;
  const shared = isShared || names.lexicon.isNetworkBot(found.text, hit.text) ? weights.brand_shared : 0;
  const more = strong + weak > 1 ? weights.brand_more_roles : 0;
  if (strong > 0) {
    if (hit.cost > 0 && unknown <= MOST_UNKNOWN && isMeant(names.lexicon, wordAt(hit), hit.name.raw, unknown))
      return weights.brand_strong_role + more + shared + plain;
    if (hit.cost > 0)
      // a slip in a short brand makes another brand
      return hit.name.raw.length <= SHORT || (unknown > 0 && hit.cost > SLIGHT) || plain < 0
        ? undefined
        : Math.max(
            weights.word_near,
            unknown > 0 ? weights.word_near : weights.brand_strong_role + more + weights.brand_near + shared,
          );
    // without the word for its kind of body the rest may be a place, after which others are named too
    const isPlace = hit.name.shortened === 'trade' || (hit.name.shortened === 'body' && unknown > 0);
    return unknown <= MOST_UNKNOWN && !isPlace
      ? weights.brand_strong_role + more + shared + plain
      : weights.brand_weak_role + shared + plain;
  }
  if (weak > 0) {
    if (unknown > (hit.cost > 0 ? 0 : MOST_UNKNOWN_WEAK)) return undefined;
    if (hit.cost > 0 && hit.name.raw.length <= SHORT) return undefined;
    return weights.brand_weak_role + more + (hit.cost > 0 ? weights.brand_near : 0) + shared + plain + isCore / 2;
  }
  // "The Google", "Google 24", "Google App": as much as the name alone, if the name is a rare one
  return rare && hit.view === 'inside' && hit.cost === 0 && found.covered(hit).all && !ID_NUMBER.test(found.text)
    ? weights.word_same + shared
    : undefined;
}

/**
 * Whether a near match of the brand is a variant of it, or the brand with odd-looking letters, and not another name.
 */
function isMeant(lexicon: Names['lexicon'], word: string, brand: string, unknown: number): boolean {
  return (
    isLookalikeSlip(word, brand) ||
    isPhonetic(word) ||
    isInflected(wordsOf(word), wordsOf(brand), foldedText) ||
    (/^[ -~]+$/.test(brand) && brand.length > SHORT && isOddlyWritten(word)) ||
    (unknown === 0 &&
      brand.length >= RARE &&
      isDrawnAlike(word, brand) &&
      !lexicon.isWord(word) &&
      !lexicon.isWord(brand) &&
      // "Term Labs" has another word for "Tern"
      (wordsOf(brand).length < 2 || differsInTellingWord(lexicon, word, brand) !== 'surely'))
  );
}

/** The part of the text that resembles the brand, on its own. */
function wordAt({ view, text, from, to }: Hit): string {
  return (view === 'word' ? text.slice(from, to) : text).replace(
    /^[^\p{L}\p{N}\p{Cn}]+|[^\p{L}\p{N}\p{M}\p{Cn}]+$/gu,
    '',
  );
}

function besideOf(found: Found, hit: Hit): Beside {
  return hit.view === 'rest'
    ? { strong: found.strong, weak: found.weak, unknown: 0, lures: 0, disclaims: false, claims: found.claims }
    : found.beside(hit);
}

/** The words beside a brand; undefined if the brand is not a separate word. */
function rolesBeside(names: Names, found: Found, hit: Hit): Beside | undefined {
  if (hit.view === 'rest') return besideOf(found, hit);
  if (hit.view === 'inside') {
    if (hit.bounded || isDisguisedAmidLetters(hit)) return found.beside(hit);
    const amid = found.covered(hit);
    return amid.all && hit.name.raw.length > SHORT
      ? { ...amid, unknown: 0, lures: 0, disclaims: false, claims: found.beside(hit).claims }
      : undefined;
  }
  if (hit.view !== 'word') return undefined;
  // a brand with a slip: other words are only allowed beside an exact word that claims authority
  const beside = found.beside(hit);
  return beside.unknown > 0 && found.strong === 0 ? undefined : beside;
}

/**
 * Where words are not set apart (我爱长城银行) nobody sees where a name ends; one with unseen letters in it was put there
 * to be read.
 */
function isDisguisedAmidLetters({ name, text, cost }: Hit): boolean {
  const brand = name.formOf ?? name.raw;
  return (
    cost === 0 &&
    UNSPACED.test(brand) &&
    isLongEnough(brand) &&
    text.includes(' ') === brand.includes(' ') &&
    compareLooks(text, name.raw).counts.invisible > 0
  );
}

/** The text without the resembling part. */
function around(text: string, { from, to }: Hit): string {
  return text.slice(0, from) + text.slice(to);
}
