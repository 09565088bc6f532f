/** What a localpart says: is it the official one, in what disguise, or does it spell something official? */
import type { Found, Hit } from '../search.js';
import { isLongName } from '../names.js';
import { visible } from '../visible.js';
import { compareLooks, mixesScripts } from './looks.js';
import { editSentence, sentenceOf, stronger, type Context, type Sign } from './sign.js';

const WHAT = 'The localpart';
/** Below this a localpart is a syllable (ops, bot, anna): only a disguise or our own server makes it mean somebody. */
const SHORT = 4;
/** Up to here a localpart is one word of the language more often than not (server). */
const SHORT_WORD = 6;

/** The strongest sign in the localpart, or undefined. */
export function localpartSign(context: Context, found: Found, hits: readonly Hit[]): Sign | undefined {
  let best: Sign | undefined;
  for (const hit of hits) best = stronger(best, signOf(context, found, hit));
  return best;
}

function signOf(context: Context, found: Found, hit: Hit): Sign | undefined {
  switch (hit.name.kind) {
    case 'localpart': return hit.view === 'whole' ? (hit.cost === 0 ? sameLocalpart(context, hit) : nearLocalpart(context, found, hit)) : localpartAmidRoles(context, found, hit);
    case 'id': return spelled(context, hit, 'spells_id', 'spelled_id', 'the official user id');
    case 'domain': return hit.view === 'whole' || hit.view === 'rest' || (hit.bounded && found.covered(hit).all) ? spelled(context, hit, 'spells_domain', 'spelled_domain', 'an official domain') : undefined;
    case 'display': return isLongName(hit.name.raw) ? spelled(context, hit, 'spells_name', 'spelled_name', 'the official display name') : brandSign(context, found, hit);
    case 'core': case 'brand': return brandSign(context, found, hit);
    default: return undefined;
  }
}

/**
 * Stops: the official localpart in Cyrillic, with digits, with zero-width characters, with dots in it.
 * Honest names: the plain localpart on another server is nobody's fault and stays `possible`; on our own server it can not exist
 * twice, so whatever folds to it was made to.
 */
function sameLocalpart({ localpart, known, own, disguisedServer, rules: { weights } }: Context, hit: Hit): Sign {
  const looks = compareLooks(localpart, hit.name.raw);
  const plain = looks.disguise === 'same' && localpart.length === hit.name.raw.length;
  const discount = known.generic && !own && !disguisedServer && plain ? weights.generic : 0;
  // full-width and mathematical letters are an ornament in a display name, but no localpart is written so by habit
  const deliberate = looks.counts.style > 0 || looks.deliberate && (looks.counts.invisible > 0 || mixesScripts(localpart) || localpart.length > SHORT);
  const short = localpart.length <= SHORT && !own && !deliberate && looks.disguise !== 'same' && looks.disguise !== 'case';
  let weight = weights.localpart_readable;
  if (looks.disguise === 'same' || looks.disguise === 'case') weight = weights.localpart_same;
  else if (deliberate) weight = weights.localpart_disguised + (own ? weights.own_twin : 0);
  else if (own) weight += weights.own_near;
  const disguise = looks.disguise === 'same' ? 'same_localpart' : looks.disguise;
  return { disguise, weight: weight + discount - (short ? 1 : 0), position: looks.position, sentence: looks.disguise === 'same' ? `The localpart is the official one, "${visible(localpart)}", on another server.` : sentenceOf(WHAT, localpart, hit.name.raw, looks) };
}

/** Stops: severr, sevrer, servеr with a letter no table knows. Honest names: `bearable` lets real words (silver, observer) pass. */
function nearLocalpart({ localpart, known, own, rules: { weights } }: Context, found: Found, hit: Hit): Sign | undefined {
  const alien = mixesScripts(localpart);
  if (found.letters.length <= SHORT && !alien) return undefined;
  if (!alien && merelyContains(found.letters, known.localpartText)) return undefined;
  return { disguise: 'edit', weight: weights.localpart_edit + (own ? weights.own_near : 0) + (known.generic && !alien && hit.cost > 1.1 ? weights.generic : 0) + (alien ? 0.6 : 0), byEdit: true, sentence: editSentence(WHAT, localpart, hit.name.raw) };
}

/**
 * A short localpart with something in front or behind is another word (servers, xserver) or the next person of that name (server2).
 * A doubled letter (serverr) is no other word.
 */
function merelyContains(letters: string, official: string): boolean {
  if (official.length > SHORT_WORD || letters.length <= official.length) return false;
  const [added, beside] = letters.startsWith(official) ? [letters.slice(official.length), official.slice(-1)] : letters.endsWith(official) ? [letters.slice(0, -official.length), official.slice(0, 1)] : ['', ''];
  return added !== '' && [...added].some((letter) => letter !== beside);
}

/** Stops: server-support, official_server. Honest names: containing the word is nothing (serverless, observer); only words for roles beside it count. */
function localpartAmidRoles({ localpart, known, own, rules: { weights } }: Context, found: Found, hit: Hit): Sign | undefined {
  const amid = hit.view === 'rest' ? { all: true, strong: found.strong, weak: found.weak } : hit.view === 'inside' && hit.bounded ? found.covered(hit) : undefined;
  if (amid === undefined || !amid.all || amid.strong + amid.weak === 0 || hit.cost > 0) return undefined;
  if (known.localpartText.length <= SHORT && !own) return undefined;
  return { disguise: 'affix', weight: weights.localpart_affix + (own ? weights.own_near : 0) + (known.generic ? weights.generic : 0), sentence: `${WHAT} "${visible(localpart)}" is the official "${visible(hit.name.raw)}" with words for a role.` };
}

function spelled({ localpart, own, rules: { weights } }: Context, hit: Hit, weight: 'spells_id' | 'spells_domain' | 'spells_name', disguise: string, what: string): Sign | undefined {
  if (hit.view === 'word' || hit.view === 'order' || (hit.view === 'inside' && !hit.bounded)) return undefined;
  // the plain brand or a bridge's ghost of a domain's user is weaker than the whole localpart being it
  const inText = hit.view === 'inside' ? -0.8 : 0;
  return { disguise, weight: weights[weight] + inText + (own ? weights.own_near : 0) + (hit.cost > 0 ? -1 : 0), byEdit: hit.cost > 0, sentence: `${WHAT} "${visible(localpart)}" spells ${what}, "${visible(hit.name.raw)}".` };
}

/** Stops: example-support, examp1e, official.example. Honest names: a brand by itself is `possible` at most, and less when a community shares it. */
function brandSign({ localpart, own, profile, rules: { weights } }: Context, found: Found, hit: Hit): Sign | undefined {
  const shared = profile.shared ? weights.brand_shared : 0;
  const slip = hit.cost > 0 ? weights.brand_near / 2 : 0;
  const short = (hit.name.raw.length <= SHORT ? -1 : 0) + (hit.name.kind === 'core' ? weights.core_only : 0);
  if (hit.view === 'whole') {
    const looks = hit.cost === 0 ? compareLooks(localpart, hit.name.raw) : undefined;
    const deliberate = looks?.deliberate === true || (hit.cost > 0 && mixesScripts(localpart));
    const weight = deliberate ? weights.localpart_disguised : weights.localpart_brand + shared + short;
    return { disguise: hit.cost > 0 ? 'edit' : looks?.disguise === 'same' || looks === undefined ? 'brand' : looks.disguise, weight, byEdit: hit.cost > 0, sentence: looks === undefined ? editSentence(WHAT, localpart, hit.name.raw) : sentenceOf(WHAT, localpart, hit.name.raw, looks) };
  }
  const amid = hit.view === 'rest' ? { all: true, strong: found.strong, weak: found.weak } : hit.view === 'inside' ? found.covered(hit) : undefined;
  if (amid === undefined || !amid.all || amid.strong + amid.weak === 0 || (hit.view === 'inside' && hit.name.raw.length <= SHORT && !hit.bounded)) return undefined;
  return { disguise: 'brand_role', weight: weights.localpart_brand_role + slip + (hit.name.kind === 'core' ? weights.core_only / 2 : 0) + shared / 2 + (own ? weights.own_near : 0), byEdit: hit.cost > 0, sentence: `${WHAT} "${visible(localpart)}" is the name "${visible(hit.name.raw)}" with words for a role.` };
}
