/** What a display name says. The same rules read the name of a room that somebody invites to. */
import { foldedText, isLongName, wordsOf, type Names } from '../names.js';
import type { Found, Hit } from '../search.js';
import { visible } from '../visible.js';
import { compareLooks, mixesScripts, type Looks } from './looks.js';
import { editSentence, sentenceOf, stronger, type Context, type Sign } from './sign.js';

const WHAT = 'The display name';
const SHORT = 4;
/** What may stand around a user id or domain without being a word: link beginnings and brackets. */
const LINK = /^(?:https?:\/\/)?(?:matrix\.to\/#\/|matrix:u\/)?/i;

/** The strongest sign in the display name, or undefined. */
export function displaySign(context: Context, names: Names, found: Found, hits: readonly Hit[]): Sign | undefined {
  let best: Sign | undefined;
  for (const hit of hits) best = stronger(best, signOf(context, names, found, hit));
  return best;
}

function signOf(context: Context, names: Names, found: Found, hit: Hit): Sign | undefined {
  switch (hit.name.kind) {
    case 'display': return isLongName(hit.name.raw) ? longName(context, found, hit) : oneWord(context, names, found, hit);
    case 'core': case 'brand': return hit.view === 'whole' ? oneWord(context, names, found, hit) : brandAmidRoles(context, names, found, hit);
    case 'id': return officialId(context, found, hit);
    case 'domain': return officialDomain(context, found, hit);
    case 'localpart': return localpartAsName(context, found, hit);
    default: return undefined;
  }
}

/**
 * Stops: an official name of two words or more, exact, disguised, misspelled, reordered or inside a longer one.
 * Honest names: two words with an authority's name in them are borne by chance by nobody; slips alone never make it certain.
 */
function longName({ rules: { weights } }: Context, found: Found, hit: Hit): Sign | undefined {
  const official = hit.name.raw;
  if (hit.view === 'order' && hit.cost === 0) return { disguise: 'reordered', weight: weights.display_order, sentence: `${WHAT} "${visible(found.text)}" has the words of "${visible(official)}" in another order.` };
  if (hit.view === 'inside' && hit.bounded) return { disguise: 'embedded_name', weight: weights.display_embedded, sentence: `${WHAT} "${visible(found.text)}" holds "${visible(official)}".` };
  if (hit.view !== 'whole') return undefined;
  if (hit.cost > 0 && isPartOf(found.text, official)) return undefined;
  // two slips in a short name may be another name
  const near = hit.cost <= found.letters.length / 6 ? weights.display_near : weights.word_near;
  if (hit.cost > 0) return { disguise: 'edit', weight: near, byEdit: true, sentence: editSentence(WHAT, found.text, official) };
  const looks = compareLooks(found.text, official);
  return { disguise: looks.disguise === 'same' ? 'same_name' : looks.disguise, weight: looks.twin ? weights.display_twin : weights.display_readable, conclusive: looks.twin, position: looks.position, sentence: sentenceOf(WHAT, found.text, official, looks) };
}

/** "Christiansen" is not "Christiansen LLC": to leave out a whole word is no slip. */
function isPartOf(text: string, official: string): boolean {
  const words = new Set(wordsOf(official).map(foldedText));
  return wordsOf(text).every((word) => words.has(foldedText(word)));
}

/**
 * Stops: a one-word brand, disguised or with a slip in it. Honest names: people are called Element and Server, so the plain word stays
 * below `likely`, a word of the language below `possible`, and accents count as honest spelling.
 */
function oneWord({ profile, rules: { weights } }: Context, names: Names, found: Found, hit: Hit): Sign | undefined {
  if (hit.view !== 'whole') return hit.name.kind === 'display' ? brandAmidRolesOf(weights, profile.shared, names, found, hit) : undefined;
  const plain = (names.plain.has(foldedText(hit.name.raw)) ? weights.generic : 0) + (hit.name.kind === 'core' ? weights.core_only : 0);
  const shared = profile.shared ? weights.brand_shared / 2 : 0;
  const alien = mixesScripts(found.text);
  if (hit.cost > 0) {
    if (found.letters.length <= SHORT && !alien) return undefined;
    return { disguise: 'edit', weight: weights.word_near + (alien ? 0.6 : plain), byEdit: true, sentence: editSentence(WHAT, found.text, hit.name.raw) };
  }
  const looks = compareLooks(found.text, hit.name.raw);
  const disguise = looks.disguise === 'same' ? 'same_name' : looks.disguise;
  return { disguise, weight: wordWeight(looks, found, weights, plain, shared), position: looks.position, sentence: sentenceOf(WHAT, found.text, hit.name.raw, looks) };
}

function wordWeight(looks: Looks, found: Found, weights: Context['rules']['weights'], plain: number, shared: number): number {
  if (looks.deliberate && (mixesScripts(found.text) || looks.counts.invisible > 0 || found.letters.length > SHORT)) return weights.word_disguised;
  const short = found.letters.length <= SHORT ? -1 : 0;
  const readable = looks.counts.leet + looks.counts.lookalike + looks.counts.shape + looks.counts.style > 0;
  return (readable ? weights.word_readable : weights.word_same + shared) + plain + short;
}

function brandAmidRoles({ profile, rules: { weights } }: Context, names: Names, found: Found, hit: Hit): Sign | undefined {
  return brandAmidRolesOf(weights, profile.shared, names, found, hit);
}

/**
 * Stops: "Example Support", "ExampleSupport", "Оfficial Examp1e", "Exmaple Suport", in any of the languages of rules/roles.yaml.
 * Honest names: a brand beside other words ("Example fan", "Anna from Example") says nothing.
 */
function brandAmidRolesOf(weights: Context['rules']['weights'], sharedBrand: boolean, names: Names, found: Found, hit: Hit): Sign | undefined {
  const amid = rolesBeside(names, found, hit);
  const count = amid.strong + amid.weak;
  if (count === 0) return undefined;
  const looks = hit.cost === 0 ? compareLooks(hit.text, hit.name.raw) : undefined;
  if (hit.name.raw.length <= SHORT && hit.cost > 0) return undefined;
  const base = amid.strong > 0 ? weights.brand_strong_role : weights.brand_weak_role;
  const plain = (names.plain.has(foldedText(hit.name.raw)) ? 2 * weights.generic : 0) + (hit.name.kind === 'core' ? weights.core_only : 0);
  const weight = base + (count > 1 ? weights.brand_more_roles : 0) + (looks?.deliberate === true ? weights.brand_disguised : 0) + (hit.cost > 0 ? weights.brand_near : 0) + (sharedBrand ? weights.brand_shared : 0) + plain;
  return { disguise: 'brand_role', weight, byEdit: hit.cost > 0, sentence: `${WHAT} "${visible(found.text)}" puts "${visible(hit.text.trim())}", like "${visible(hit.name.raw)}", beside ${count > 1 ? 'words' : 'a word'} for a role.` };
}

function rolesBeside(names: Names, found: Found, hit: Hit): { strong: number; weak: number } {
  if (hit.view === 'rest') return { strong: found.strong, weak: found.weak };
  if (hit.view === 'inside') {
    const amid = found.covered(hit);
    return amid.all && (hit.bounded || hit.name.raw.length > SHORT) ? amid : { strong: 0, weak: 0 };
  }
  if (hit.view !== 'word') return { strong: 0, weak: 0 };
  // a brand with a slip in it, amid words of which each is, with a slip at most, a word for a role
  const others = wordsOf(found.text).filter((word) => foldedText(word) !== foldedText(hit.text));
  const authorities = others.map((word) => names.authorityOf(foldedText(word)));
  if (authorities.includes(undefined)) return { strong: 0, weak: 0 };
  return { strong: authorities.filter((authority) => authority === 2).length, weak: authorities.filter((authority) => authority === 1).length };
}

/**
 * Stops: "@server:example.org" as a display name, bare, in a link, or disguised. Honest names: one's own user id is one's own name.
 */
function officialId({ sighting, rules: { weights } }: Context, found: Found, hit: Hit): Sign | undefined {
  if (hit.cost > 0 || hit.view === 'word' || hit.view === 'order' || hit.view === 'rest' || (hit.view === 'inside' && !hit.bounded)) return undefined;
  if (isOwnId(found.text, sighting.userId)) return undefined;
  const rest = hit.view === 'inside' ? foldedText(found.text.slice(0, hit.from).replace(/[@\s]*$/, '').replace(LINK, '')) + foldedText(found.text.slice(hit.to)) : '';
  const whole = rest === '';
  const looks = compareLooks(hit.text.replace(/^@/, ''), hit.name.raw.slice(1));
  // without the colon or the @ it is a likeness of the id, not the id
  const exact = looks.twin;
  const weight = whole && exact ? weights.embedded_id : weights.embedded_id_text;
  return { disguise: 'embedded_id', weight, conclusive: whole && exact, sentence: `${WHAT} "${visible(found.text)}" ${whole ? 'is' : 'holds'} the official user id "${visible(hit.name.raw)}"${looks.disguise === 'same' ? '' : ' in disguise'}.` };
}

/** Is the display name the account's own id, with or without its `@`, or a link to it? */
export function isOwnId(text: string, userId: string): boolean {
  const bare = text.trim().replace(LINK, '').replace(/^@?/, '@');
  return bare.toLowerCase() === userId.toLowerCase();
}

/**
 * Stops: "example.org", "Support example.org", "еxample․org". Honest names: an id on that server (mine, or somebody else's) names its bearer,
 * not the domain; people on the server itself may say where they are from; links to matrix.to and `matrix.…` hosts say nothing.
 */
function officialDomain({ sighting, own, rules: { weights } }: Context, found: Found, hit: Hit): Sign | undefined {
  const whole = hit.view === 'whole' || hit.view === 'rest';
  if (hit.view === 'word' || hit.view === 'order') return undefined;
  if (whole && hit.cost > 0) return hit.view === 'whole' && hit.name.raw.length > 6 && found.text.includes('.') ? { disguise: 'edit', weight: weights.word_near, byEdit: true, sentence: editSentence(WHAT, found.text, hit.name.raw) } : undefined;
  if (isOwnId(found.text, sighting.userId)) return undefined;
  const part = hit.view === 'inside' ? hit.text : found.text;
  const looks = compareLooks(part, hit.name.raw);
  if (looks.counts.spacing > 0 && !/[.\u3002\uff0e\uff61\u2024]|\bdot\b/i.test(part)) return undefined;
  if (hit.view === 'inside' && (!isFreeStanding(found.text, hit) || !hit.bounded)) return undefined;
  const amid = hit.view === 'inside' ? found.covered(hit) : { all: true, strong: found.strong, weak: found.weak };
  const disguised = looks.deliberate || looks.counts.lookalike + looks.counts.leet > 0;
  const base = amid.all ? weights.embedded_domain : own && !disguised ? weights.embedded_domain_home : weights.embedded_domain_text;
  return { disguise: 'embedded_domain', weight: base + (disguised ? weights.brand_disguised : 0), sentence: `${WHAT} "${visible(found.text)}" holds the official domain "${visible(hit.name.raw)}"${disguised ? ' in disguise' : ''}.` };
}

/** Not the server part of an id or alias, not the end of a longer name (notexample.org), not a label before another ending of a word. */
function isFreeStanding(text: string, { from, to }: Hit): boolean {
  const before = text.slice(0, from);
  const after = text.slice(to);
  if (/[@#!+$%][^\s:]*:(?:[^\s:@]*\.)?$/u.test(before) || /^[^\s:]+:$/u.test(before.trim())) return false;
  if (/matrix\.to\/#?\/?$/i.test(before) || /[\p{L}\p{N}-]$/u.test(before) || /@$/.test(before)) return false;
  return !/^[\p{L}\p{N}]/u.test(after) || /[^\p{L}\p{N}]$/u.test(text.slice(from, to));
}

/** Stops: "sеrvеr" as a name. Honest names: the plain word, accents and capitals are left in peace; only letters that were swapped in count. */
function localpartAsName({ rules: { weights }, known }: Context, found: Found, hit: Hit): Sign | undefined {
  if (hit.view !== 'whole') return undefined;
  if (hit.cost > 0) return mixesScripts(found.text) && found.letters.length > SHORT ? { disguise: 'edit', weight: weights.localpart_as_name, byEdit: true, sentence: editSentence(WHAT, found.text, known.localpart) } : undefined;
  const looks = compareLooks(found.text, hit.name.raw);
  if (!looks.deliberate || known.localpartText.length < SHORT) return undefined;
  return { disguise: looks.disguise, weight: weights.localpart_as_name, position: looks.position, sentence: sentenceOf(WHAT, found.text, hit.name.raw, looks) };
}
