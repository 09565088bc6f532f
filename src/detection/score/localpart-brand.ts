/** What a localpart says that has a brand, or the official localpart, amid other words. */
import type { Found, Hit } from '../search/found.js';
import { foldedText } from '../lexicon.js';
import type { Names } from '../names.js';
import { localpartTexts } from '../texts.js';
import { visible } from '../visible.js';
import { bearableByWord } from './cost.js';
import { ID_NUMBER, RARE, SHORT, SLIGHT } from './lengths.js';
import { compareLooks } from './looks.js';
import { isForeignWord, mixesScripts } from './scripts.js';
import { editSentence, sentenceOf, viewOf, type Context, type Sign } from './sign.js';

const WHAT = 'The localpart';

/**
 * With something in front or behind, a word is another word (servers, xserver) or the next person of that name
 * (server2). A doubled letter (serverr) is no other word.
 */
export function merelyContains(letters: string, official: string): boolean {
  if (letters.length <= official.length) return false;
  const [added, beside] = letters.startsWith(official)
    ? [letters.slice(official.length), official.slice(-1)]
    : letters.endsWith(official)
      ? [letters.slice(0, -official.length), official.slice(0, 1)]
      : ['', ''];
  return added !== '' && [...added].some((letter) => letter !== beside);
}

/** The rest of the text beside a name, if it consists of role words, fillers, bait and digits; undefined otherwise. */
export function amidRoles(found: Found, hit: Hit, glued: boolean): { strong: number; weak: number } | undefined {
  if (hit.view === 'rest') return { strong: found.strong, weak: found.weak };
  if (hit.view === 'inside' && hit.bounded) {
    const beside = found.beside(hit);
    if (beside.unknown === 0 && beside.strong + beside.weak > 0 && !beside.disclaims) return beside;
  }
  if (hit.view !== 'inside' || !(hit.bounded || glued)) return undefined;
  const amid = found.covered(hit);
  return amid.all ? amid : undefined;
}

/**
 * Stops: server-support, official_server; and googlesupport, the-google, google2024, since a rare name is meant
 * wherever it stands. Honest names: containing a word is nothing (serverless, observer); only words for roles beside it
 * count, set apart from it.
 */
export function localpartAmidRoles(
  { localpart, known, own, rules: { weights } }: Context,
  names: Names,
  found: Found,
  hit: Hit,
): Sign | undefined {
  const rare = !known.common && known.localpartText.length >= RARE;
  const amid = amidRoles(found, hit, rare || own);
  if (amid === undefined || hit.cost > (rare ? SLIGHT : 0)) return undefined;
  // on its own server an added word is deliberate (the-server), a number means another person of that name
  const isMeant = rare || (own && hit.bounded && hasWordBeside(found, hit));
  if (!rare && !hit.bounded && names.lexicon.isOrdinary(localpart, known.localpart)) return undefined;
  if (amid.strong + amid.weak === 0 && (!isMeant || ID_NUMBER.test(localpart))) return undefined;
  if (known.localpartText.length <= SHORT && !own) return undefined;
  const network = names.lexicon.isNetworkBot(localpart, hit.text) ? weights.brand_shared : 0;
  const generic = known.generic && !own ? weights.generic : 0;
  return {
    disguise: 'affix',
    view: 'token',
    openly: true,
    weight: weights.localpart_affix + network + (own ? weights.own_near : 0) + generic,
    byEdit: hit.cost > 0,
    sentence: localpartTexts.beside(
      visible(localpart),
      visible(hit.name.raw),
      amid.strong + amid.weak > 0 ? 'words for a role' : 'something',
    ),
  };
}

/** Whether there are letters, not only digits, beside the part. */
function hasWordBeside({ text }: Found, { view, from, to }: Hit): boolean {
  return view !== 'inside' || /\p{L}/u.test(text.slice(0, from) + text.slice(to));
}

/**
 * Stops: example-support, examp1e, official.example, exampleapp. Honest names: a brand by itself is `possible` at most,
 * and less when a community shares it; around a brand that is a word or a name only slight slips count, and bare
 * additions (example2) do not.
 */
export function brandSign(
  { localpart, own, known, profile, rules: { weights } }: Context,
  names: Names,
  found: Found,
  hit: Hit,
): Sign | undefined {
  const brand = hit.name.raw;
  const common = names.lexicon.isCommon(brand);
  const shared = profile.shared ? weights.brand_shared : 0;
  const slip = hit.cost > 0 ? weights.brand_near / 2 : 0;
  const core = hit.name.kind === 'core' && common ? weights.core_only : 0;
  const rare = !common && found.letters.length >= RARE && brand.length >= RARE;
  if (hit.view === 'whole') {
    const looks = hit.cost === 0 ? compareLooks(localpart, brand) : undefined;
    const mixed = hit.cost > 0 && mixesScripts(localpart);
    if (
      hit.cost > 0 &&
      !mixed &&
      (names.lexicon.isOrdinary(localpart, brand) ||
        brand.length <= SHORT ||
        isForeignWord(localpart, brand) ||
        (hit.cost > bearableByWord(brand.length) && names.lexicon.isWord(brand)) ||
        (common && merelyContains(found.letters, foldedText(brand))))
    )
      return undefined;
    const weight =
      looks?.deliberate === true || mixed
        ? weights.localpart_disguised
        : weights.localpart_brand + shared + core + (brand.length <= SHORT ? -1 : 0);
    return {
      disguise: hit.cost > 0 ? 'edit' : looks?.disguise === 'same' || looks === undefined ? 'brand' : looks.disguise,
      view: viewOf(hit, looks),
      weight,
      byEdit: hit.cost > 0,
      sentence:
        looks === undefined
          ? editSentence(WHAT, localpart, brand)
          : localpart === brand
            ? localpartTexts.brand(visible(localpart), visible(known.identity.userId))
            : sentenceOf(WHAT, localpart, brand, looks),
    };
  }
  const amid = amidRoles(found, hit, brand.length > SHORT || own);
  if (
    amid === undefined ||
    (amid.strong + amid.weak === 0 && !(rare && hit.cost <= SLIGHT && !ID_NUMBER.test(localpart)))
  )
    return undefined;
  const roles = amid.strong + amid.weak > 0 ? weights.localpart_brand_role + slip : weights.localpart_brand;
  const network = names.lexicon.isNetworkBot(localpart, hit.text) ? weights.brand_shared : shared / 2;
  return {
    disguise: 'brand_role',
    view: 'token',
    openly: true,
    weight: roles + core / 2 + network + (own ? weights.own_near : 0),
    byEdit: hit.cost > 0,
    sentence: localpartTexts.brandBeside(
      visible(localpart),
      visible(brand),
      amid.strong + amid.weak > 0 ? 'words for a role' : 'something',
    ),
  };
}
