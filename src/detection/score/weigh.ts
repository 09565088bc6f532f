/** Weighs a sighting against one protected identity: the sign of each field, and the resulting verdict. */
import { withoutEscapes } from '../fold/readings.js';
import type { Known } from '../known.js';
import { OF_PROFILE, OF_SERVER, type Names } from '../names.js';
import type { Look } from '../reader.js';
import type { DetectionRules } from '../rules.js';
import type { Found, Hit } from '../search/found.js';
import { isUnder } from '../server-name.js';
import { likenessTexts } from '../texts.js';
import { asWritten, inPlaceOf } from '../told.js';
import type { Verdict } from '../types.js';
import { visible } from '../visible.js';
import { idSign, splitSign } from './across.js';
import { displaySign, isOwnId } from './display.js';
import { belowLikely, levelOf } from './level.js';
import { isBorneByMany, localpartSign } from './localpart.js';
import { avatarSign } from './picture.js';
import { asOneSign } from './same-word.js';
import { rawSignals } from './scripts.js';
import { standsIn } from './server.js';
import { MOST_RAW, stronger, type Context, type Sign } from './sign.js';

/** @param owner number of the protected identity */
export function weigh(look: Look, owner: number, names: Names, rules: DetectionRules): Verdict {
  const known = names.known[owner]!;
  const { sighting, server, inLocalpart, inDisplay, inRoomName } = look;
  const onServer = serverSignOf(look, known);
  const context = contextOf(look, known, names, rules, onServer);
  const { localpart, display: named } = asOneSign(
    { localpart: localpartOf(look, context, names, owner), display: displayOf(inDisplay, context, names, owner) },
    known,
    { localpart: look.localpart, displayName: sighting.displayName ?? '', isReading: look.isReading },
    { inLocalpart, inDisplay },
  );
  const across = look.beginnings
    .filter(({ profile }) => profile === known.profile)
    .reduce<Sign | undefined>(
      (best, { domain, at }) => stronger(best, splitSign(context, names, domain, at)),
      idSign(context, onServer),
    );
  const avatar = avatarSign(rules, sighting, known, raisesQuestion(rules, localpart, onServer, named, across));
  const isAlone =
    (localpart === undefined || (named?.mayBeOther === 'perhaps' && isBorneByMany(localpart, known, names))) &&
    onServer === undefined &&
    avatar === undefined;
  const display: Sign | undefined =
    named?.mayBeOther !== undefined && isAlone ? { ...named, ceiling: 'may_be_another' } : named;
  const verdict = levelOf(
    rules,
    known,
    {
      localpart: withRaw(rules, localpart, look.localpart, inLocalpart),
      server_name: withRaw(rules, onServer, server.name.host, undefined),
      display_name: withRaw(rules, display, sighting.displayName ?? '', inDisplay),
      avatar,
      room_name: roomOf(rules, displayOf(inRoomName, context, names, owner)),
    },
    across,
  );
  return isCalledByItsOwnId(look, known) ? belowLikely(rules, verdict) : verdict;
}

/** The sign of a server name; with a localpart that claims authority it counts by itself. */
function serverSignOf({ server, isRole }: Look, { profile }: Known): Sign | undefined {
  const sign = server.signs.get(profile);
  return sign !== undefined && isRole && server.elsewhere.includes(profile) ? { ...sign, beside: false } : sign;
}

function contextOf(
  { sighting, localpart, serverName, server }: Look,
  known: Known,
  names: Names,
  rules: DetectionRules,
  onServer: Sign | undefined,
): Context {
  const { host } = server.name;
  const profile = names.profiles[known.profile]!;
  return {
    sighting,
    localpart,
    serverName,
    host,
    known,
    profile,
    rules,
    own: host === profile.host || profile.domains.some((domain) => isUnder(host, domain)),
    disguisedServer: standsIn(onServer),
  };
}

function localpartOf(look: Look, context: Context, names: Names, owner: number): Sign | undefined {
  const { inLocalpart, written, localpart } = look;
  if (inLocalpart === undefined) return undefined;
  const sign = localpartSign(context, names, inLocalpart, hitsOn(inLocalpart, owner, context.known.profile));
  // people are shown the original text, not its reading
  return sign === undefined || written === localpart ? sign : inPlaceOf(sign, localpart, written);
}

/** The sign of a display name, or of the name of a room in an invite. */
function displayOf(found: Found | undefined, context: Context, names: Names, owner: number): Sign | undefined {
  return found === undefined
    ? undefined
    : displaySign(context, names, found, hitsOn(found, owner, context.known.profile));
}

/** Rooms may share names, so these never lead to `certain`. */
function roomOf({ weights }: DetectionRules, sign: Sign | undefined): Sign | undefined {
  return sign === undefined
    ? undefined
    : { ...sign, conclusive: false, weight: Math.min(sign.weight, weights.room_name) };
}

/** The hits on names of this identity or its profile; servers are compared apart. */
function hitsOn(found: Found, owner: number, profile: number): Hit[] {
  return found.hits.filter(({ name }) =>
    OF_PROFILE.has(name.kind) ? !OF_SERVER.has(name.kind) && name.owner === profile : name.owner === owner,
  );
}

/** Whether the names alone are enough for `possible`. */
function raisesQuestion({ thresholds }: DetectionRules, ...signs: readonly (Sign | undefined)[]): boolean {
  return signs.reduce((sum, sign) => sum + Math.max(0, sign?.weight ?? 0), 0) >= thresholds.possible;
}

/** Hidden or mixed characters in the text itself raise the weight of its resemblance. */
function withRaw(
  { weights }: DetectionRules,
  resemblance: Sign | undefined,
  text: string,
  found: Found | undefined,
): Sign | undefined {
  if (resemblance === undefined) return undefined;
  const sign = asWritten(resemblance, found, text);
  const raw = rawSignals(text)
    .slice(0, MOST_RAW)
    .map(([disguise, words]): Sign => ({
      disguise,
      view: 'raw',
      weight: weights.raw_signal,
      sentence: likenessTexts.holds(visible(text), words),
    }));
  return raw.length === 0 ? sign : { ...sign, raw };
}

function isCalledByItsOwnId({ serverName, inDisplay, sighting }: Look, known: Known): boolean {
  return (
    serverName === known.serverName &&
    isOwnId(withoutEscapes(inDisplay?.text ?? sighting.displayName ?? ''), withoutEscapes(sighting.userId))
  );
}
