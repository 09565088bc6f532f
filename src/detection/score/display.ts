/** Signs from a display name. The same rules apply to the name of a room in an invite. */
import type { Names } from '../names.js';
import type { Found, Hit } from '../search/found.js';
import { hostOf } from '../server-name.js';
import { displayTexts } from '../texts.js';
import { visible } from '../visible.js';
import { isLongName, wordsOf } from '../words.js';
import { brandBeside } from './brand.js';
import { isNoAccident } from './disguise.js';
import { RARE } from './lengths.js';
import { longName } from './long-name.js';
import { compareLooks } from './looks.js';
import { isOwnId, officialDomain, officialId } from './official-id.js';
import { oneWord } from './one-word.js';
import { readsAs } from './reads-as.js';
import { isForeignWord, mixesScripts } from './scripts.js';
import { editSentence, sentenceOf, stronger, viewOf, type Context, type Sign } from './sign.js';

export { isOwnId } from './official-id.js';

const WHAT = 'The display name';
const SHORT = 4;

/** The strongest sign in the display name, or undefined. */
export function displaySign(context: Context, names: Names, found: Found, hits: readonly Hit[]): Sign | undefined {
  // one's own server name does not refer to anybody else, and one's own id adds nothing
  if (hostOf(found.text.trim()) === context.host || isOwnId(found.text, context.sighting.userId)) return undefined;
  let best: Sign | undefined;
  let readsAsName = false;
  // of equal signs the one about the official display name is reported
  for (const isName of [true, false]) {
    for (const hit of hits) {
      if ((hit.name.kind === 'display') !== isName) continue;
      const sign = signOf(context, names, found, hit);
      if (sign?.readsAsName === true) readsAsName = true;
      best = stronger(best, sign);
    }
  }
  if (best !== undefined && readsAsName)
    // a domain that is part of the official name means as much as the name
    best = { ...best, readsAsName, ...(best.disguise === 'spelled_domain' ? { ceiling: undefined } : {}) };
  return best?.disguise === 'embedded_id' ? withName(best, found, hits) : best;
}

/** The official user id together with an official name, which is never a coincidence. */
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
    sign.ceiling === undefined &&
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
      if (hit.view === 'whole' && hit.name.shortened !== undefined && wordsOf(hit.name.raw).length === 1)
        return undefined;
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
 * An official name of words for roles and plain words only ("Server Notices") is common everywhere: an identical name
 * may be reviewed by a moderator, nothing more.
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
    ceiling: 'names_nobody',
    openly: true,
  };
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
    sentence:
      found.text === known.localpart
        ? displayTexts.localpart(visible(found.text), visible(known.identity.userId))
        : sentenceOf(WHAT, found.text, hit.name.raw, looks),
  };
}
