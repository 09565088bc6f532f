/** Signs from localpart and server name together. */
import { fold } from '../fold/fold.js';
import { Folded } from '../fold/folded.js';
import { RARE } from './lengths.js';
import { foldedText } from '../lexicon.js';
import type { Profile } from '../known.js';
import type { Names } from '../names.js';
import { idTexts } from '../texts.js';
import { visible } from '../visible.js';
import type { Context, Sign } from './sign.js';

/** The minimum length of a name's piece on either side of the colon. */
const PIECE = 3;
/** The rest of a domain may be as short as an ending (`de`). */
const ENDING = 2;

const hostFold = new Folded();

/**
 * The user id as a whole. Stops: @Server:example.org, @server:example.org:8448, @server:EXAMPLE.org., and the official
 * localpart on a server that looks exactly like the official one. Honest names: nobody else has both at once.
 */
export function idSign(
  { localpart, serverName, host, known, profile, rules: { weights }, sighting }: Context,
  serverSign: Sign | undefined,
): Sign | undefined {
  const official = visible(known.identity.userId);
  if (localpart.toLowerCase() !== known.localpart.toLowerCase()) return undefined;
  if (host === profile.host && (serverName !== known.serverName || localpart !== known.localpart))
    return {
      disguise: 'id_variant',
      view: 'across',
      weight: weights.id_variant,
      sentence: idTexts.variant(visible(sighting.userId), official),
    };
  if (serverSign?.conclusive === true)
    return {
      disguise: 'id_twin',
      view: 'across',
      weight: weights.id_twin,
      conclusive: true,
      sentence: idTexts.twin(visible(sighting.userId), official, serverSign.sentence),
    };
  return undefined;
}

/**
 * Is a domain, or a rare brand, split over localpart and server? Stops: @matrix:org-official.test, @matr:ix.org,
 * @goo:gle.test. Honest names: the server's name must begin with just the rest, as a word of its own (`organic.test` is
 * not `org`), and both pieces must be more than a syllable.
 * @param at how many of the domain's letters the localpart spells
 */
export function splitSign(
  { sighting, host, profile, rules: { weights }, own }: Context,
  names: Names,
  domain: string,
  at: number,
): Sign | undefined {
  if (own) return undefined;
  const brand = profile.brands.find((each) => domain.startsWith(foldedText(each)));
  const brandText = brand === undefined ? '' : foldedText(brand);
  const isRare =
    brand !== undefined &&
    brandText.length >= RARE &&
    !names.lexicon.isCommon(brand) &&
    !names.lexicon.isOrdinary(brand);
  const official = beginsWith(host, domain.slice(at), ENDING)
    ? 'domain'
    : isRare && beginsWith(host, brandText.slice(at), PIECE)
      ? 'brand'
      : undefined;
  if (official === undefined) return undefined;
  return {
    disguise: 'split',
    view: 'across',
    weight: weights.split,
    sentence: idTexts.split(visible(sighting.userId), official, visible(nameOf(profile, domain, brand, official))),
  };
}

function nameOf(profile: Profile, domain: string, brand: string | undefined, official: 'domain' | 'brand'): string {
  return (official === 'brand' ? brand : profile.domains.find((each) => foldedText(each) === domain)) ?? domain;
}

/** Does the host begin with these letters, and a separator or its end after them? */
function beginsWith(host: string, letters: string, least: number): boolean {
  if (letters.length < least) return false;
  const { length, gaps } = fold(host, hostFold);
  return (
    length >= letters.length &&
    hostFold.text(0, letters.length) === letters &&
    (length === letters.length || gaps[letters.length] !== 0)
  );
}
