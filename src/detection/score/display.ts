/** What a display name says. The same rules read the name of a room that somebody invites to. */
import { foldedText } from '../lexicon.js';
import { furthestWord, isLongName, wordsOf, type Names } from '../names.js';
import type { Found, Hit } from '../search.js';
import { hostOf } from '../server-name.js';
import { visible } from '../visible.js';
import { bearableByWord } from './cost.js';
import { ID_NUMBER, RARE, SLIGHT } from './localpart.js';
import { compareLooks, type Looks } from './looks.js';
import { isForeignWord, mixesScripts } from './scripts.js';
import { editSentence, sentenceOf, stronger, viewOf, type Context, type Sign } from './sign.js';

const WHAT = 'The display name';
const SHORT = 4;
/** At most every so many-th letter. */
const FEW_OF = 6;
/** Letters of a name of two words below which many others are near. */
const SHORT_TOGETHER = 9;
/** What may stand around a user id or domain without being a word: link beginnings and brackets. */
const LINK = /^(?:https?:\/\/)?(?:matrix\.to\/#\/|matrix:u\/)?/i;

/** The strongest sign in the display name, or undefined. */
export function displaySign(context: Context, names: Names, found: Found, hits: readonly Hit[]): Sign | undefined {
  // the name of one's own server names nobody else, and one's own id says nothing that the id does not say
  if (hostOf(found.text.trim()) === context.host || isOwnId(found.text, context.sighting.userId)) return undefined;
  let best: Sign | undefined;
  for (const hit of hits) best = stronger(best, signOf(context, names, found, hit));
  return best;
}

function signOf(context: Context, names: Names, found: Found, hit: Hit): Sign | undefined {
  switch (hit.name.kind) {
    case 'display':
      return isLongName(hit.name.raw) ? longName(context, names, found, hit) : oneWord(context, names, found, hit);
    case 'core':
    case 'brand':
      return hit.view === 'whole' ? oneWord(context, names, found, hit) : brandAmidRoles(context, names, found, hit);
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
 * Stops: an official name of two words or more, exact, disguised, misspelled, reordered or inside a longer one.
 * Honest names: two words with an authority's name in them are borne by chance by nobody; slips alone never make it
 * certain.
 */
function longName({ rules: { weights } }: Context, names: Names, found: Found, hit: Hit): Sign | undefined {
  const official = hit.name.raw;
  if (hit.view === 'order' && hit.cost === 0)
    return {
      disguise: 'reordered',
      view: 'token',
      weight: weights.display_order,
      sentence: `${WHAT} "${visible(found.text)}" has the words of "${visible(official)}" in another order.`,
    };
  // scripts that write without spaces have no borders; there words for roles beside the whole name are enough (公式さくら銀行)
  const amidRoles = hit.view === 'rest' && hit.cost === 0 && found.text.includes(hit.text);
  if (amidRoles || (hit.view === 'inside' && hit.bounded))
    return {
      disguise: 'embedded_name',
      view: 'token',
      weight: weights.display_embedded,
      sentence: `${WHAT} "${visible(found.text)}" holds "${visible(official)}".`,
    };
  if (hit.view !== 'whole') return undefined;
  // names of one other script are measured by their own letters already
  const furthest =
    hit.cost > 0 && hit.name.native === undefined ? furthestWord(names.lexicon, found.text, official) : undefined;
  if (
    hit.cost > 0 &&
    (isPartOf(found.text, official) ||
      furthest === Infinity ||
      isForeignWord(found.text, official) ||
      isOtherName(names, found, hit))
  )
    return undefined;
  // two slips in a short name, or in one of its words, may be another name ("Bilford Support" is not "Blizzard
  // Support")
  const near =
    hit.cost <= found.letters.length / 6 && (furthest ?? 0) <= SLIGHT ? weights.display_near : weights.word_near;
  if (hit.cost > 0)
    return {
      disguise: 'edit',
      view: 'fold',
      weight: near,
      byEdit: true,
      sentence: editSentence(WHAT, found.text, official),
    };
  const looks = compareLooks(found.text, official);
  const twin = looks.twin || isStraightMix(looks, found);
  return {
    disguise: looks.disguise === 'same' ? 'same_name' : looks.disguise,
    view: viewOf(hit, looks),
    weight: twin ? weights.display_twin : weights.display_readable,
    conclusive: twin,
    position: looks.position,
    sentence: sentenceOf(WHAT, found.text, official, looks),
  };
}

/**
 * A few letters of another script inside its words, and nothing else different ("Banκ of America"): as good as a twin.
 * Letters that are Latin themselves (đ, ł, ø) stand in honest names, so they are not enough.
 */
function isStraightMix({ counts }: Looks, { text, letters }: Found): boolean {
  return (
    counts.shape > 0 &&
    counts.shape * FEW_OF <= letters.length &&
    counts.leet + counts.accent + counts.spacing + counts.reversed === 0 &&
    mixesScripts(text)
  );
}

/**
 * "Farina" is not "Fay Inc": a name of two words that are short together bears slips only as two words, and no text
 * that is a name itself.
 */
function isOtherName(names: Names, { text, letters }: Found, { cost, name }: Hit): boolean {
  return (
    names.lexicon.isOrdinary(text, name.raw) ||
    (letters.length < SHORT_TOGETHER && (cost > 1 || wordsOf(text).length < 2))
  );
}

/** "Christiansen" is not "Christiansen LLC": to leave out a whole word is no slip. */
function isPartOf(text: string, official: string): boolean {
  const words = new Set(wordsOf(official).map(foldedText));
  return wordsOf(text).every((word) => words.has(foldedText(word)));
}

/** How people spell their own names. */
const HONEST: ReadonlySet<string> = new Set(['same', 'case', 'accent', 'spacing']);
/** From here a slip of a plain word (servicse) is made by nobody who is called so. */
const LONG_PLAIN = 7;

/**
 * Stops: a one-word brand, disguised or with a slip in it. Honest names: people are called Element and Server, so the
 * plain word stays below `likely`, a word of the language below `possible`, and accents count as honest spelling; a
 * text that is a word or a person's name itself (Hanna, Silver) is no slip, and around a brand that is a word only
 * slight slips count.
 */
function oneWord({ profile, rules: { weights } }: Context, names: Names, found: Found, hit: Hit): Sign | undefined {
  const official = hit.name.raw;
  if (hit.view !== 'whole')
    return hit.name.kind === 'display' ? brandAmidRolesOf(weights, profile.shared, names, found, hit) : undefined;
  const isPlain = names.lexicon.plain.has(foldedText(official));
  const plain = (isPlain ? weights.generic : 0) + coreOnly(weights, names, hit);
  const shared = profile.shared ? weights.brand_shared / 2 : 0;
  const alien = mixesScripts(found.text);
  if (hit.cost > 0) {
    const length = foldedText(official).length;
    const slip = (weight: number): Sign => ({
      disguise: 'edit',
      view: 'fold',
      weight,
      byEdit: true,
      sentence: editSentence(WHAT, found.text, official),
    });
    if (alien) return slip(weights.word_near + weights.alien_slip);
    if (names.lexicon.isOrdinary(found.text, official) || isForeignWord(found.text, official)) return undefined;
    if (length <= SHORT || found.letters.length < SHORT)
      return hit.cost <= 1 ? slip(weights.short_slip + plain) : undefined;
    if (hit.cost > bearableByWord(length) && names.lexicon.isWord(official)) return undefined;
    return slip(weights.word_near + (isPlain && length >= LONG_PLAIN ? 0 : plain));
  }
  const looks = compareLooks(found.text, official);
  const honest = HONEST.has(looks.disguise);
  // a given name is borne by whoever has it; nobody is called S3rvices
  const person = !isPlain && honest && names.lexicon.isPerson(official) ? weights.generic : 0;
  const discount = isPlain && !honest && foldedText(official).length >= LONG_PLAIN ? 0 : plain + person;
  const disguise = looks.disguise === 'same' ? 'same_name' : looks.disguise;
  return {
    disguise,
    view: viewOf(hit, looks),
    weight: wordWeight(looks, found, weights, discount, shared),
    position: looks.position,
    sentence: sentenceOf(WHAT, found.text, official, looks),
  };
}

/**
 * What is left of an official name without its words for roles counts less when people bear it: "Anna" of "Anna
 * (Moderator)". A rare one ("Novapost" of "Novapost Support") means its bearer.
 */
function coreOnly(weights: Context['rules']['weights'], names: Names, { name: { kind, raw } }: Hit): number {
  return kind === 'core' &&
    (names.lexicon.isOrdinary(raw) || names.lexicon.isCommon(raw) || foldedText(raw).length < RARE)
    ? weights.core_only
    : 0;
}

function wordWeight(
  looks: Looks,
  found: Found,
  weights: Context['rules']['weights'],
  plain: number,
  shared: number,
): number {
  if (looks.deliberate && (mixesScripts(found.text) || looks.counts.invisible > 0 || found.letters.length > SHORT))
    return weights.word_disguised;
  const short = found.letters.length <= SHORT ? -1 : 0;
  const readable = looks.counts.leet + looks.counts.lookalike + looks.counts.shape + looks.counts.style > 0;
  return (readable ? weights.word_readable : weights.word_same + shared) + plain + short;
}

function brandAmidRoles(
  { profile, rules: { weights } }: Context,
  names: Names,
  found: Found,
  hit: Hit,
): Sign | undefined {
  return brandAmidRolesOf(weights, profile.shared, names, found, hit);
}

/**
 * Stops: "Example Support", "ExampleSupport", "Оfficial Examp1e", "Exmaple Suport", in any of the languages of
 * rules/roles.yaml. Honest names: a brand beside other words ("Example fan", "Anna from Example") says nothing.
 */
function brandAmidRolesOf(
  weights: Context['rules']['weights'],
  sharedBrand: boolean,
  names: Names,
  found: Found,
  hit: Hit,
): Sign | undefined {
  const amid = rolesBeside(names, found, hit);
  if (amid === undefined) return undefined;
  const count = amid.strong + amid.weak;
  const rare =
    !names.lexicon.isCommon(hit.name.raw) &&
    !names.lexicon.isOrdinary(hit.name.raw) &&
    foldedText(hit.name.raw).length >= RARE;
  // "The Google", "Google 24", "Google App": as much as the name alone, if the name is a rare one
  if (count === 0 && rare && hit.view === 'inside' && hit.cost === 0 && !ID_NUMBER.test(found.text))
    return {
      disguise: 'brand_beside',
      view: 'token',
      weight: weights.word_same + (sharedBrand ? weights.brand_shared : 0),
      sentence: `${WHAT} "${visible(found.text)}" is "${visible(hit.name.raw)}" with something beside it.`,
    };
  if (count === 0) return undefined;
  const looks = hit.cost === 0 ? compareLooks(hit.text, hit.name.raw) : undefined;
  if (hit.name.raw.length <= SHORT && hit.cost > 0) return undefined;
  const base = amid.strong > 0 ? weights.brand_strong_role : weights.brand_weak_role;
  const plain =
    (names.lexicon.plain.has(foldedText(hit.name.raw)) ? 2 * weights.generic : 0) + coreOnly(weights, names, hit);
  const network = names.lexicon.isNetworkBot(found.text, hit.text);
  const weight =
    base +
    (count > 1 ? weights.brand_more_roles : 0) +
    (looks?.deliberate === true ? weights.brand_disguised : 0) +
    (hit.cost > 0 ? weights.brand_near : 0) +
    (sharedBrand || network ? weights.brand_shared : 0) +
    plain;
  return {
    disguise: 'brand_role',
    view: 'token',
    weight,
    byEdit: hit.cost > 0,
    sentence: `${WHAT} "${visible(found.text)}" puts "${visible(hit.text.trim())}", like "${visible(hit.name.raw)}", beside ${count > 1 ? 'words' : 'a word'} for a role.`,
  };
}

/** The words for roles beside a name; undefined when there is anything else beside it. */
function rolesBeside(names: Names, found: Found, hit: Hit): { strong: number; weak: number } | undefined {
  if (hit.view === 'rest') return { strong: found.strong, weak: found.weak };
  if (hit.view === 'inside') {
    const amid = found.covered(hit);
    return amid.all && (hit.bounded || hit.name.raw.length > SHORT) ? amid : undefined;
  }
  if (hit.view !== 'word') return undefined;
  // a brand with a slip in it, amid words of which each is, with a slip at most, a word for a role
  const others = wordsOf(found.text).filter((word) => foldedText(word) !== foldedText(hit.text));
  const authorities = others.map((word) => names.lexicon.authorityOf(foldedText(word)));
  if (authorities.includes(undefined)) return undefined;
  return {
    strong: authorities.filter((authority) => authority === 2).length,
    weak: authorities.filter((authority) => authority === 1).length,
  };
}

/**
 * Stops: "@server:example.org" as a display name, bare, in a link, or disguised. Honest names: one's own user id is
 * one's own name.
 */
function officialId({ rules: { weights } }: Context, found: Found, hit: Hit): Sign | undefined {
  if (
    hit.cost > 0 ||
    hit.view === 'word' ||
    hit.view === 'order' ||
    hit.view === 'rest' ||
    (hit.view === 'inside' && !hit.bounded)
  )
    return undefined;
  const rest =
    hit.view === 'inside'
      ? foldedText(
          found.text
            .slice(0, hit.from)
            .replace(/[@\s]*$/, '')
            .replace(LINK, ''),
        ) + foldedText(found.text.slice(hit.to))
      : '';
  const whole = rest === '';
  const looks = compareLooks(hit.text.replace(/^@/, ''), hit.name.raw.slice(1));
  // without the colon or the @ it is a likeness of the id, not the id
  const exact = looks.twin;
  const weight = whole && exact ? weights.embedded_id : weights.embedded_id_text;
  return {
    disguise: 'embedded_id',
    view: hit.view === 'whole' ? viewOf(hit, looks) : 'token',
    weight,
    conclusive: whole && exact,
    sentence: `${WHAT} "${visible(found.text)}" ${whole ? 'is' : 'holds'} the official user id "${visible(hit.name.raw)}"${looks.disguise === 'same' ? '' : ' in disguise'}.`,
  };
}

/** Is the display name the account's own id, with or without its `@`, or a link to it? */
export function isOwnId(text: string, userId: string): boolean {
  const bare = text.trim().replace(LINK, '').replace(/^@?/, '@');
  return bare.toLowerCase() === userId.toLowerCase();
}

/**
 * Stops: "example.org", "Support example.org", "еxample․org". Honest names: an id on that server (mine, or somebody
 * else's) names its bearer, not the domain; people on the server itself may say where they are from; links to matrix.to
 * and `matrix.…` hosts say nothing.
 */
function officialDomain({ own, rules: { weights } }: Context, found: Found, hit: Hit): Sign | undefined {
  const whole = hit.view === 'whole' || hit.view === 'rest';
  if (hit.view === 'word' || hit.view === 'order') return undefined;
  if (whole && hit.cost > 0)
    return hit.view === 'whole' && hit.name.raw.length > 6 && found.text.includes('.')
      ? {
          disguise: 'edit',
          view: 'fold',
          weight: weights.word_near,
          byEdit: true,
          sentence: editSentence(WHAT, found.text, hit.name.raw),
        }
      : undefined;
  const part = hit.view === 'inside' ? hit.text : found.text;
  const looks = compareLooks(part, hit.name.raw);
  if (looks.counts.spacing > 0 && !/[.\u3002\uff0e\uff61\u2024]|\bdot\b/i.test(part)) return undefined;
  if (hit.view === 'inside' && (!isFreeStanding(found.text, hit) || !hit.bounded)) return undefined;
  const amid = hit.view === 'inside' ? found.covered(hit) : { all: true, strong: found.strong, weak: found.weak };
  const disguised = looks.deliberate || looks.counts.lookalike + looks.counts.leet > 0;
  const base = amid.all
    ? weights.embedded_domain
    : own && !disguised
      ? weights.embedded_domain_home
      : weights.embedded_domain_text;
  return {
    disguise: 'embedded_domain',
    view: viewOf(hit, looks),
    weight: base + (disguised ? weights.brand_disguised : 0),
    sentence: `${WHAT} "${visible(found.text)}" holds the official domain "${visible(hit.name.raw)}"${disguised ? ' in disguise' : ''}.`,
  };
}

/**
 * Not the server part of an id or alias, not the end of a longer name (notexample.org), not a label before another
 * ending of a word.
 */
function isFreeStanding(text: string, { from, to }: Hit): boolean {
  const before = text.slice(0, from);
  const after = text.slice(to);
  if (/[@#!+$%][^\s:]*:(?:[^\s:@]*\.)?$/u.test(before) || /^[^\s:]+:$/u.test(before.trim())) return false;
  if (/matrix\.to\/#?\/?$/i.test(before) || /[\p{L}\p{N}-]$/u.test(before) || /@$/.test(before)) return false;
  return !/^[\p{L}\p{N}]/u.test(after) || /[^\p{L}\p{N}]$/u.test(text.slice(from, to));
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
