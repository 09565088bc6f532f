/** What a display name says. The same rules read the name of a room that somebody invites to. */
import { isInflected } from '../forms.js';
import { foldedText } from '../lexicon.js';
import { furthestWord, isLongName, wordsOf, type Names } from '../names.js';
import type { Found, Hit } from '../search.js';
import { hostOf } from '../server-name.js';
import { visible } from '../visible.js';
import { brandBeside, embeddedName } from './brand.js';
import { bearableByWord } from './cost.js';
import { isLookalikeSlip } from './dense.js';
import { areMarksLetters, isLongEnough, isNoAccident, isWhollyForeign } from './disguise.js';
import { RARE, SLIGHT } from './localpart.js';
import { compareLooks, type Looks } from './looks.js';
import { isOwnId, officialDomain, officialId } from './official-id.js';
import { isForeignWord, mixesScripts } from './scripts.js';
import { isOddlyWritten, isPhonetic } from './odd.js';
import { editSentence, sentenceOf, stronger, viewOf, type Context, type Sign } from './sign.js';
import { differsInTellingWord } from './telling.js';

export { isOwnId } from './official-id.js';

const WHAT = 'The display name';
const SHORT = 4;
/** Letters of a name of two words below which many others are near. */
const SHORT_TOGETHER = 9;

/** Signs that make two of two words. */
const JOINS = /[\p{L}\p{M}]\s*[&＆]\s*\p{L}|[\p{L}\p{M}]\s+[+×/]\s+\p{L}/u;

/** The strongest sign in the display name, or undefined. */
export function displaySign(context: Context, names: Names, found: Found, hits: readonly Hit[]): Sign | undefined {
  // the name of one's own server names nobody else, and one's own id says nothing that the id does not say
  if (hostOf(found.text.trim()) === context.host || isOwnId(found.text, context.sighting.userId)) return undefined;
  let best: Sign | undefined;
  let readsAsName = false;
  // of equal signs the one that names the official display name is told
  for (const isName of [true, false]) {
    for (const hit of hits) {
      if ((hit.name.kind === 'display') !== isName) continue;
      const sign = signOf(context, names, found, hit);
      if (sign?.readsAsName === true) readsAsName = true;
      best = stronger(best, sign);
    }
  }
  if (best !== undefined && readsAsName)
    // a domain that the official name spells itself says no less than the name
    best = { ...best, readsAsName, ...(best.disguise === 'spelled_domain' ? { atMost: undefined } : {}) };
  return best?.disguise === 'embedded_id' ? withName(best, found, hits) : best;
}

/** The official user id together with an official name: nobody bears both by chance. */
function withName(sign: Sign, found: Found, hits: readonly Hit[]): Sign {
  const id = hits.find(({ name, cost }) => name.kind === 'id' && cost === 0);
  const isBeside = hits.some(
    (hit) =>
      hit.name.kind === 'display' &&
      hit.name.namesNobody !== true &&
      hit.view === 'inside' &&
      hit.bounded &&
      (id === undefined || hit.to <= id.from || hit.from >= id.to),
  );
  return isBeside &&
    sign.atMost === undefined &&
    !(id === undefined ? found.beside({ ...hits[0]!, from: 0, to: 0 }) : found.beside(id)).disclaims
    ? { ...sign, conclusive: true, weight: sign.weight + NAME_BESIDE }
    : sign;
}
const NAME_BESIDE = 2;

function signOf(context: Context, names: Names, found: Found, hit: Hit): Sign | undefined {
  switch (hit.name.kind) {
    case 'display':
      if (hit.name.namesNobody === true) return genericName(context, found, hit);
      return isLongName(hit.name.raw) ? longName(context, names, found, hit) : oneWord(context, names, found, hit);
    case 'core':
    case 'brand':
      if (hit.view === 'whole' && hit.name.shortened === true && wordsOf(hit.name.raw).length === 1) return undefined;
      return hit.view === 'whole' ? oneWord(context, names, found, hit) : brandBeside(context, names, found, hit);
    case 'id':
      return officialId(context, found, hit);
    case 'domain':
      return officialDomain(context, found, hit);
    case 'localpart':
      return localpartAsName(context, names, found, hit);
    default:
      return undefined;
  }
}

/**
 * An official name of words for roles and plain words only ("Server Notices") is borne by accounts everywhere: a
 * moderator may look at its very twin, nothing more.
 */
function genericName({ known, rules: { weights } }: Context, found: Found, hit: Hit): Sign | undefined {
  if (hit.view !== 'whole' || hit.cost > 0) return undefined;
  const official = hit.name.formOf ?? hit.name.raw;
  const looks = compareLooks(found.text, hit.name.raw);
  const long = isLongName(hit.name.raw);
  return {
    ...readsAs(known.identity.userId, found, hit, looks),
    weight: !long
      ? weights.word_same
      : isNoAccident(looks, found.text, official)
        ? weights.display_near
        : weights.display_generic,
    atMost: 'likely',
    openly: true,
  };
}

/** What every sign of a display name that folds to an official one has in common. */
function readsAs(userId: string, found: Found, hit: Hit, looks: Looks): Omit<Sign, 'weight'> {
  const official = hit.name.formOf ?? hit.name.raw;
  return {
    disguise:
      hit.name.formOf !== undefined && looks.disguise === 'same'
        ? 'form'
        : looks.disguise === 'same'
          ? 'same_name'
          : looks.disguise,
    view: viewOf(hit, looks),
    position: looks.position,
    sentence:
      hit.name.kind === 'display' && found.text === official
        ? `${WHAT} "${visible(found.text)}" is exactly the official display name of ${visible(userId)}.`
        : hit.name.kind !== 'display' && found.text === official
          ? `${WHAT} "${visible(found.text)}" is the brand of ${visible(userId)}.`
          : sentenceOf(WHAT, found.text, official, looks, hit.name.formOf !== undefined),
    readsAsName: hit.name.kind === 'display',
  };
}

/**
 * Stops: an official name of two words or more, exact, disguised, misspelled, reordered or inside a longer one.
 * Honest names: two words with an authority's name in them are borne by chance by nobody; slips alone never make it
 * certain.
 */
function longName({ known, rules: { weights } }: Context, names: Names, found: Found, hit: Hit): Sign | undefined {
  const official = hit.name.formOf ?? hit.name.raw;
  if (hit.view === 'order') {
    if (hit.cost > 0 || found.letters === foldedText(hit.name.raw)) return undefined;
    return {
      disguise: 'reordered',
      view: 'token',
      weight: weights.display_order,
      openly: true,
      sentence: `${WHAT} "${visible(found.text)}" has the words of "${visible(official)}" in another order.`,
    };
  }
  // scripts that write without spaces have no borders; there words for roles beside the whole name are enough (公式さくら銀行)
  const amidRoles = hit.view === 'rest' && hit.cost === 0 && found.text.includes(hit.text);
  if (amidRoles || (hit.view === 'inside' && hit.bounded)) return embeddedName(weights, found, hit);
  if (hit.view === 'rest' && hit.cost > 0) return nearAmidRoles(weights, names, found, hit);
  if (hit.view !== 'whole') return undefined;
  if (hit.cost > 0) return nearName(weights, names, found, hit);
  const looks = compareLooks(found.text, hit.name.raw);
  const asName = readsAs(known.identity.userId, found, hit, looks);
  // "Anna & Bell" are two people
  const isAsked = /[?？؟]\s*$/u.test(found.text) && !/[?？؟]/u.test(official);
  const isPair = JOINS.test(found.text) && !JOINS.test(official) && wordsOf(official).length === 2;
  if (isPair)
    return {
      ...asName,
      weight: weights.display_near,
      openly: true,
      readsAsName: false,
      ...(wordsOf(official).some((word) => names.lexicon.isPerson(word)) ? { atMost: 'possible' as const } : {}),
    };
  // Dũng is not Dung
  const { accent, leet, lookalike, homoglyph, shape, invisible } = looks.counts;
  if (accent > 0 && leet + lookalike + homoglyph + shape + invisible === 0 && areMarksLetters(found.text, official))
    return { ...asName, weight: weights.word_near, openly: true, atMost: 'possible', readsAsName: false };
  const deliberate =
    isLongEnough(official) &&
    (found.turned === true || found.padded === true || isNoAccident(looks, found.text, official));
  const twin = hit.name.formOf === undefined && (looks.twin || deliberate);
  return {
    ...asName,
    weight: twin ? weights.display_twin : weights.display_readable,
    conclusive: twin,
    // who asks for somebody does not claim to be it
    ...(isAsked ? { atMost: 'likely' as const } : {}),
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
  if (!cased && (near === undefined || near.atMost !== undefined)) return undefined;
  return {
    disguise: 'brand_role',
    view: 'token',
    weight: cased ? weights.brand_strong_role : near!.weight,
    byEdit: true,
    openly: true,
    sentence:
      `${WHAT} "${visible(found.text)}" has "${visible(hit.text)}", ${cased ? 'a form of' : 'nearly'} "` +
      `${visible(official)}", ` +
      `beside ${found.claims.map((word) => `"${visible(word)}"`).join(', ')}, which claims authority.`,
  };
}

function nearName(weights: Context['rules']['weights'], names: Names, found: Found, hit: Hit): Sign | undefined {
  const official = hit.name.raw;
  // names of one other script are measured by their own letters already
  const furthest = hit.name.native === undefined ? furthestWord(names.lexicon, found.text, official) : undefined;
  if (
    // the same letters, only read with pairs drawn together
    isSameFold(found, hit) ||
    [official, hit.name.formOf ?? official].some((each) => isPartOf(found.text, each) || isPartOf(each, found.text)) ||
    furthest === Infinity ||
    isForeignWord(found.text, official) ||
    isOtherName(names, found, hit)
  )
    return undefined;
  // a letter in the shape of the right one, where the name is not a person's of two words
  const isAlike =
    (hit.name.hasRole === true || wordsOf(official).length !== 2) && isLookalikeSlip(found.text, official);
  const isOther =
    isAlike || mixesScripts(found.text) || isOddSpelling(names, found.text, official)
      ? 'no'
      : differsInTellingWord(names.lexicon, found.text, official);
  // two slips in a short name, or in one of its words, may be another name ("Bilford Support" is not "Blizzard
  // Support")
  const near = isOther === 'no' && hit.cost <= found.letters.length / 6 && (furthest ?? 0) <= SLIGHT;
  return {
    disguise: 'edit',
    view: 'fold',
    weight: near ? weights.display_near : weights.word_near,
    byEdit: true,
    ...(isOther === 'surely' ? { atMost: 'possible' as const } : {}),
    sentence: editSentence(WHAT, found.text, hit.name.formOf ?? official),
  };
}

/**
 * Is the slip a letter of no alphabet, in a name that is no person's? Rebels fɔr Future is no other name; Kɔfi Mensah
 * may be.
 */
function isOddSpelling(names: Names, text: string, official: string): boolean {
  if (isPhonetic(text)) return true;
  const isPersons = wordsOf(official).some((word) => names.lexicon.isPerson(word));
  return /^[ -~]+$/.test(official) && isOddlyWritten(text) && !isPersons;
}

/** Does the text fold to the name, so that only the reading with pairs drawn together finds a slip? */
function isSameFold({ letters }: Found, { name: { raw, native } }: Hit): boolean {
  return native === undefined && letters === foldedText(raw);
}

/**
 * "Farina" is not "Fay Inc": a name of two words that are short together bears slips only as two words, and no text
 * that is a name itself. An ideograph is a word.
 */
function isOtherName(names: Names, { text, letters }: Found, { cost, name }: Hit): boolean {
  return (
    names.lexicon.isOrdinary(text, name.raw) ||
    (letters.length < SHORT_TOGETHER && !UNSPACED.test(name.raw) && (cost > 1 || wordsOf(text).length < 2))
  );
}
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** "Christiansen" is not "Christiansen LLC": to leave out a whole word is no slip. */
function isPartOf(text: string, official: string): boolean {
  const [seen, meant] = [wordsOf(text), wordsOf(official)];
  if (seen.length >= meant.length) return false;
  const words = new Set(meant.map(foldedText));
  return seen.every((word) => words.has(foldedText(word)));
}

/** From here a slip of a plain word (servicse) is made by nobody who is called so. */
const LONG_PLAIN = 7;

/**
 * Stops: a one-word brand, disguised or with a slip in it. Honest names: people are called Element and Server, so the
 * plain word stays below `likely`, and accents count as honest spelling; a text that is a word or a person's name
 * itself (Hanna, Silver) is no slip, and around a brand that is a word only slight slips count.
 */
function oneWord(context: Context, names: Names, found: Found, hit: Hit): Sign | undefined {
  const {
    known,
    profile,
    rules: { weights },
  } = context;
  const official = hit.name.raw;
  if (hit.view !== 'whole') return hit.name.kind === 'display' ? brandBeside(context, names, found, hit) : undefined;
  const isPlain = names.lexicon.plain.has(foldedText(official));
  const isName = hit.name.kind === 'display';
  const shared = profile.shared && hit.name.kind === 'brand' ? weights.brand_shared / 2 : 0;
  const plain = (isPlain ? weights.generic : 0) + coreOnly(weights, names, hit);
  if (hit.cost > 0) return nearWord(weights, names, found, hit, plain, isPlain);
  const looks = compareLooks(found.text, official);
  const asName = readsAs(known.identity.userId, found, hit, looks);
  if (found.turned === true || found.padded === true || isNoAccident(looks, found.text, official))
    return {
      ...asName,
      weight: isLongEnough(official) ? weights.word_disguised : weights.word_readable,
      // a word wholly in another script may be a word of that script after all
      ...(isWhollyForeign(looks, found.text) ? { atMost: 'likely' as const } : {}),
    };
  const readable =
    looks.counts.leet + looks.counts.lookalike + looks.counts.shape + looks.counts.style + looks.counts.homoglyph > 0;
  if (isName) return { ...asName, weight: readable ? weights.word_readable : weights.word_same, openly: !readable };
  // a given name is borne by whoever has it; nobody is called S3rvices
  const person = !isPlain && !readable && names.lexicon.isPerson(official) ? weights.generic : 0;
  const discount = isPlain && readable && foldedText(official).length >= LONG_PLAIN ? 0 : plain + person;
  const short = found.letters.length <= SHORT && !isLongEnough(official) ? -1 : 0;
  return {
    ...asName,
    weight: (readable ? weights.word_readable : weights.word_same + shared) + discount + short,
    openly: !readable,
  };
}

function nearWord(
  weights: Context['rules']['weights'],
  names: Names,
  found: Found,
  hit: Hit,
  plain: number,
  isPlain: boolean,
): Sign | undefined {
  const official = hit.name.raw;
  const length = foldedText(official).length;
  if (isSameFold(found, hit)) return undefined;
  const slip = (weight: number): Sign => ({
    disguise: 'edit',
    view: 'fold',
    weight,
    byEdit: true,
    sentence: editSentence(WHAT, found.text, hit.name.formOf ?? official),
  });
  if (mixesScripts(found.text)) return slip(weights.word_near + weights.alien_slip);
  if (names.lexicon.isOrdinary(found.text, official) || isForeignWord(found.text, official)) return undefined;
  if (length <= SHORT || found.letters.length < SHORT)
    return hit.cost <= 1 ? slip(weights.short_slip + plain) : undefined;
  if (hit.cost > bearableByWord(length) && names.lexicon.isWord(official)) return undefined;
  return slip(weights.word_near + (isPlain && length >= LONG_PLAIN ? 0 : plain));
}

/**
 * What is left of an official name without its words for roles counts less when people bear it: "Anna" of "Anna
 * (Moderator)". A rare one ("Novapost" of "Novapost Support") means its bearer.
 */
function coreOnly(weights: Context['rules']['weights'], names: Names, { name: { kind, raw } }: Hit): number {
  return kind === 'core' &&
    (names.lexicon.isOrdinary(raw) ||
      names.lexicon.isCommon(raw) ||
      (foldedText(raw).length < RARE && !(UNSPACED.test(raw) && isLongEnough(raw))))
    ? weights.core_only
    : 0;
}

/**
 * Stops: "sеrvеr" as a name, and a rare localpart (svchost) or a slip of it. Honest names: a plain word, accents and
 * capitals are left in peace; of words only letters that were swapped in count.
 */
function localpartAsName(
  { rules: { weights }, known }: Context,
  names: Names,
  found: Found,
  hit: Hit,
): Sign | undefined {
  if (hit.view !== 'whole') return undefined;
  const rare = !known.common && !names.lexicon.isOrdinary(known.localpart) && known.localpartText.length >= RARE;
  if (hit.cost > 0) {
    const alien = mixesScripts(found.text) && found.letters.length > SHORT;
    if (
      !alien &&
      (!rare || names.lexicon.isOrdinary(found.text, known.localpart) || isForeignWord(found.text, known.localpart))
    )
      return undefined;
    return {
      disguise: 'edit',
      view: 'fold',
      weight: alien ? weights.localpart_as_name : weights.localpart_same_as_name,
      byEdit: true,
      sentence: editSentence(WHAT, found.text, known.localpart),
    };
  }
  const looks = compareLooks(found.text, hit.name.raw);
  if (known.localpartText.length < SHORT || !(looks.deliberate || rare)) return undefined;
  return {
    disguise: looks.disguise === 'same' ? 'localpart_as_name' : looks.disguise,
    view: viewOf(hit, looks),
    weight: looks.deliberate ? weights.localpart_as_name : weights.localpart_same_as_name,
    position: looks.position,
    sentence: sentenceOf(WHAT, found.text, hit.name.raw, looks),
  };
}
