/** Signs from a localpart: whether it is the official one, in which disguise, or spells something official. */
import type { Found, Hit } from '../search/found.js';
import type { Known } from '../known.js';
import type { Names } from '../names.js';
import { furthestWord, isLongName } from '../words.js';
import { localpartTexts } from '../texts.js';
import type { Disguise } from '../types.js';
import { visible } from '../visible.js';
import { bearableByWord } from './cost.js';
import { RARE, SHORT, SLIGHT } from './lengths.js';
import { amidRoles, brandSign, localpartAmidRoles, merelyContains } from './localpart-brand.js';
import { compareLooks } from './looks.js';
import { isForeignWord, mixesScripts } from './scripts.js';
import { editSentence, sentenceOf, stronger, viewOf, type Context, type Sign } from './sign.js';

const WHAT = 'The localpart';
/** A shorter spelled name with two slips is another name. */
const LONG_SPELLED = 9;
/** The strongest sign in the localpart, or undefined. */
export function localpartSign(context: Context, names: Names, found: Found, hits: readonly Hit[]): Sign | undefined {
  let best: Sign | undefined;
  let official: Sign | undefined;
  for (const hit of hits) {
    const sign = signOf(context, names, found, hit);
    if (sign?.readsAsLocalpart === true) official = stronger(official, sign);
    best = stronger(best, sign);
  }
  if (best === undefined || official === undefined) return best;
  // whoever bears the official localpart elsewhere bears what it spells, too
  const isSpelled = official.disguise === 'same_localpart' && !context.own && SPELLED.has(best.disguise);
  return isSpelled ? official : { ...best, readsAsLocalpart: true };
}

const SPELLED: ReadonlySet<Disguise> = new Set(['spelled_name', 'spelled_domain', 'spelled_id']);

/**
 * Whether it is the plain official localpart or brand, and a common one: a word (info, support) or a few letters, such
 * as a club's initials. Beside the name of another body it adds nothing.
 */
export function isBorneByMany(
  { disguise, raw }: Sign,
  { common, localpart, localpartText }: Known,
  names: Names,
): boolean {
  return (
    (disguise === 'same_localpart' || disguise === 'brand') &&
    raw === undefined &&
    (common || localpartText.length < RARE || names.lexicon.isOrdinary(localpart))
  );
}

function signOf(context: Context, names: Names, found: Found, hit: Hit): Sign | undefined {
  switch (hit.name.kind) {
    case 'localpart':
      return hit.view === 'whole'
        ? hit.cost === 0
          ? sameLocalpart(context, hit)
          : nearLocalpart(context, names, found, hit)
        : localpartAmidRoles(context, names, found, hit);
    case 'id':
      return spelled(context, names, hit, 'spells_id', 'spelled_id', 'the official user id');
    case 'domain':
      return hit.view === 'whole' || hit.view === 'rest' || (hit.bounded && found.covered(hit).all)
        ? spelled(
            context,
            names,
            hit,
            'spells_domain',
            'spelled_domain',
            'an official domain',
            amidRoles(found, hit, false),
          )
        : undefined;
    case 'display':
      return isLongName(hit.name.raw)
        ? spelled(context, names, hit, 'spells_name', 'spelled_name', 'the official display name')
        : brandSign(context, names, found, hit);
    case 'core':
    case 'brand':
      return brandSign(context, names, found, hit);
    default:
      return undefined;
  }
}

/**
 * Stops: the official localpart in Cyrillic, with digits, with zero-width characters, with dots in it.
 * Honest names: the plain localpart on another server is nobody's fault and stays `possible`; on our own server it can
 * not exist twice, so whatever folds to it was made to.
 */
function sameLocalpart({ localpart, known, own, disguisedServer, rules: { weights } }: Context, hit: Hit): Sign {
  const looks = compareLooks(localpart, hit.name.raw);
  const plain = looks.disguise === 'same' && localpart.length === hit.name.raw.length;
  const discount = known.generic && !own && !disguisedServer && plain ? weights.generic : 0;
  // full-width and mathematical letters are an ornament in a display name, but nobody habitually writes a localpart
  // that way
  const deliberate =
    looks.counts.style > 0 ||
    (looks.deliberate && (looks.counts.invisible > 0 || mixesScripts(localpart) || localpart.length > SHORT));
  const short =
    localpart.length <= SHORT && !own && !deliberate && looks.disguise !== 'same' && looks.disguise !== 'case';
  let weight = weights.localpart_readable;
  if (looks.disguise === 'same' || looks.disguise === 'case') weight = weights.localpart_same;
  else if (deliberate) weight = weights.localpart_disguised + (own ? weights.own_twin : 0);
  else if (own) weight += weights.own_near;
  const disguise = looks.disguise === 'same' ? 'same_localpart' : looks.disguise;
  return {
    disguise,
    view: viewOf(hit, looks),
    weight: weight + discount - (short ? 1 : 0),
    position: looks.position,
    readsAsLocalpart: true,
    sentence:
      looks.disguise === 'same'
        ? localpartTexts.same(visible(localpart))
        : sentenceOf(WHAT, localpart, hit.name.raw, looks),
  };
}

/**
 * Stops: severr, sevrer, gogle, svch0sts, servеr with a letter no table knows. Honest names: a text that is a word
 * itself (sever, silver, Hanna) is that word; around a name that is a word (server, felix) only slight slips count, and
 * none that merely adds; names of up to four letters (ops, anna) are a slip away from everything, so theirs only adds
 * to a second field.
 */
function nearLocalpart(
  { localpart, known, own, rules: { weights } }: Context,
  names: Names,
  found: Found,
  hit: Hit,
): Sign | undefined {
  const alien = mixesScripts(localpart);
  const length = known.localpartText.length;
  const sign = (weight: number): Sign => ({
    disguise: 'edit',
    view: 'fold',
    weight,
    byEdit: true,
    sentence: editSentence(WHAT, localpart, hit.name.raw),
  });
  if (alien) return sign(weights.localpart_edit + (own ? weights.own_near : 0) + weights.alien_slip);
  if (names.lexicon.isOrdinary(localpart, known.localpart)) return undefined;
  if (length <= SHORT || found.letters.length < SHORT) return hit.cost <= 1 ? sign(weights.short_slip) : undefined;
  if (hit.cost > bearableByWord(length) && names.lexicon.isWord(known.localpart)) return undefined;
  if (isForeignWord(localpart, known.localpart)) return undefined;
  if ((known.common || length < RARE) && merelyContains(found.letters, known.localpartText)) return undefined;
  return sign(
    weights.localpart_edit + (own ? weights.own_near : 0) + (known.generic && hit.cost > 1.1 ? weights.generic : 0),
  );
}

/** Honest names: a surname is no slip of a firm's name (Farina, Fay Inc). */
function spelled(
  { localpart, own, rules: { weights } }: Context,
  names: Names,
  hit: Hit,
  weight: 'spells_id' | 'spells_domain' | 'spells_name',
  disguise: Sign['disguise'],
  what: string,
  amid?: { strong: number; weak: number },
): Sign | undefined {
  if (hit.view === 'word' || hit.view === 'order' || (hit.view === 'inside' && !hit.bounded)) return undefined;
  if (
    hit.cost > 0 &&
    (names.lexicon.isOrdinary(localpart, hit.name.raw) ||
      isForeignWord(localpart, hit.name.raw) ||
      furthestWord(names.lexicon, localpart, hit.name.raw) === Infinity ||
      (localpart.length < LONG_SPELLED && hit.cost > SLIGHT))
  )
    return undefined;
  // the plain brand, or a bridge's ghost of a domain's user, is weaker than the whole localpart being it
  const inText = hit.view === 'inside' && (amid?.strong ?? 0) + (amid?.weak ?? 0) === 0 ? -0.8 : 0;
  // a dot and an ending make it a domain, even with a slip (gogle.com)
  const slip = hit.cost === 0 ? 0 : weight === 'spells_domain' && localpart.includes('.') ? -0.5 : -1;
  return {
    disguise,
    view: viewOf(hit),
    weight: weights[weight] + inText + (own ? weights.own_near : 0) + slip,
    byEdit: hit.cost > 0,
    sentence: localpartTexts.spells(visible(localpart), what, visible(hit.name.raw)),
  };
}
