/** An official user id or domain in a display name. */
import { fold } from '../fold/fold.js';
import { Folded, GAP_COLON, GAP_DOT, GAP_SPACE } from '../fold/folded.js';
import { foldedText } from '../lexicon.js';
import type { Found, Hit } from '../search/found.js';
import { heldTexts } from '../texts.js';
import { visible } from '../visible.js';
import { compareLooks } from './looks.js';
import { editSentence, viewOf, type Context, type Sign } from './sign.js';

const WHAT = 'The display name';
/** What may surround a user id or domain without being a word: link prefixes and brackets. */
const LINK = /^(?:https?:\/\/)?(?:matrix\.to\/#\/|matrix:u\/)?/i;
/** How many unknown words are allowed beside a domain and a word that claims authority. */
const MOST_UNKNOWN = 4;

const textFold = new Folded();
const nameFold = new Folded();

/** How well the separators match: the dots of a domain, the colon of an id. */
interface Joints {
  dots: boolean;
  colon: boolean;
}

/**
 * Words that happen to spell a domain or an id (Kite im Wind, Server matrix.org) have no dot or colon where the
 * official one has; a blank beside it makes two words of it as well.
 */
function jointsOf(text: string, official: string): Joints {
  const [seen, meant] = [fold(text, textFold), fold(official, nameFold)];
  const joints = { dots: true, colon: true };
  for (let index = 1; index < meant.length && index < seen.length; index++) {
    if ((meant.gaps[index]! & GAP_COLON) !== 0) joints.colon &&= isJoint(text, seen, index, GAP_COLON);
    else if ((meant.gaps[index]! & GAP_DOT) !== 0) joints.dots &&= isJoint(text, seen, index, GAP_DOT);
  }
  return joints;
}

/** The separator without spaces, or with spaces on both sides, unlike a full stop. */
function isJoint(text: string, { gaps, source }: Folded, index: number, sign: number): boolean {
  const gap = gaps[index]!;
  if ((gap & sign) === 0) return false;
  if ((gap & GAP_SPACE) === 0) return true;
  const between = text.slice(source[index - 1]!, source[index]!);
  return sign === GAP_DOT && /\s[^\s]*\s/u.test(between);
}

/**
 * Stops: "@server:example.org" as a display name, bare, in a link, or disguised. Honest names: one's own user id is
 * one's own name; "Server example.org" is two words.
 */
export function officialId({ rules: { weights } }: Context, found: Found, hit: Hit): Sign | undefined {
  if (hit.cost > 0 || (hit.view !== 'whole' && hit.view !== 'inside') || (hit.view === 'inside' && !hit.bounded))
    return undefined;
  const part = hit.view === 'inside' ? hit.text : found.text;
  const at = /[@\uff20\ufe6b]\s*$/u.test(found.text.slice(0, hit.from)) || /^\s*[@\uff20\ufe6b]/u.test(part);
  const { dots, colon } = jointsOf(part, hit.name.raw);
  const spelled = colon || (at && /[:\uff1a\ufe55\ua789\u2236\u02d0]/u.test(part));
  if (!spelled)
    return {
      disguise: 'spelled_id',
      view: 'token',
      weight: weights.display_mention,
      openly: true,
      ceiling: 'words_of_the_id',
      sentence: heldTexts.wordsOfId(WHAT, visible(found.text), visible(hit.name.raw)),
    };
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
  const exact = looks.twin && dots && colon;
  return {
    disguise: 'embedded_id',
    view: hit.view === 'whole' ? viewOf(hit, looks) : 'token',
    weight: whole && exact ? weights.embedded_id : weights.embedded_id_text,
    conclusive: whole && exact,
    sentence: heldTexts.id(
      WHAT,
      visible(found.text),
      whole,
      visible(hit.name.raw),
      looks.disguise !== 'same' && looks.disguise !== 'case',
    ),
  };
}

/** Whether the display name is the account's own id, with or without its `@`, or a link to it. */
export function isOwnId(text: string, userId: string): boolean {
  const bare = text.trim().replace(LINK, '').replace(/^@?/, '@');
  return bare.toLowerCase() === userId.toLowerCase();
}

/**
 * Stops: "example.org", "Support example.org", "еxample․org". Honest names: an id on that server (mine, or somebody
 * else's) names its bearer, not the domain; people say where they are from ("Anna (example.org)"), which is `possible`;
 * links to matrix.to and `matrix.…` hosts say nothing, and words without a dot between them are words.
 */
export function officialDomain({ own, rules: { weights } }: Context, found: Found, hit: Hit): Sign | undefined {
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
  const part = hit.view === 'whole' ? found.text : hit.text;
  const { dots } = jointsOf(part, hit.name.raw);
  if (!dots)
    return whole
      ? {
          disguise: 'spelled_domain',
          view: 'token',
          weight: weights.display_mention,
          openly: true,
          ceiling: 'words_of_the_domain',
          sentence: heldTexts.spelledDomain(WHAT, visible(found.text), visible(hit.name.raw)),
        }
      : undefined;
  if (hit.view === 'inside' && (!isFreeStanding(found.text, hit) || !hit.bounded)) return undefined;
  const looks = compareLooks(part, hit.name.raw);
  const isDisguised = looks.deliberate || looks.counts.lookalike + looks.counts.leet > 0;
  return {
    disguise: 'embedded_domain',
    view: viewOf(hit, looks),
    weight: domainWeight(weights, found, hit, own, isDisguised),
    openly: !isDisguised,
    sentence: heldTexts.domain(WHAT, visible(found.text), visible(hit.name.raw), isDisguised),
  };
}

function domainWeight(
  weights: Context['rules']['weights'],
  found: Found,
  hit: Hit,
  own: boolean,
  isDisguised: boolean,
): number {
  if (isDisguised) return weights.embedded_domain + weights.brand_disguised;
  const { strong, weak, unknown, disclaims } =
    hit.view === 'inside'
      ? found.beside(hit)
      : { strong: found.strong, weak: found.weak, unknown: 0, disclaims: false };
  if (!disclaims && (strong > 0 ? unknown <= MOST_UNKNOWN : unknown + weak === 0)) return weights.embedded_domain;
  return own ? weights.embedded_domain_home : weights.embedded_domain_text;
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
