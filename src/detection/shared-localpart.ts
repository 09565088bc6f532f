/**
 * Official accounts that share a localpart: every server has its @support. Whoever resembles only that of an account
 * resembles it as much as that of each namesake, so one of them is weighed for all. Without this, an impostor of one
 * @support would be weighed against thousands.
 */
import { OF_PROFILE, type Names } from './names.js';
import type { Look } from './reader.js';

/** Fewer candidates are not worth the search. */
const FEW = 4;

/**
 * The candidates without those that have an earlier namesake with the same verdict: nothing but their localpart is
 * resembled, and neither their server nor its name has anything to do with it. An equal verdict against a later
 * candidate never replaces an earlier one.
 * @param candidates in order
 */
export function withoutNamesakes(look: Look, candidates: readonly number[], names: Names): readonly number[] {
  const { sighting, server, inLocalpart, inDisplay, inRoomName, beginnings } = look;
  const { host, isAddress } = server.name;
  // pictures are an identity's own; the index of servers has no addresses
  if (candidates.length <= FEW || isAddress || sighting.avatarUrl != null || sighting.avatarLike !== undefined)
    return candidates;
  const owners = new Set<number>();
  const profiles = new Set<number>(server.signs.keys());
  for (const { profile } of beginnings) profiles.add(profile);
  for (const domain of domainsOf(host)) for (const profile of names.profilesAt(domain)) profiles.add(profile);
  for (const found of [inLocalpart, inDisplay, inRoomName])
    for (const { name } of found?.hits ?? []) {
      if (OF_PROFILE.has(name.kind)) profiles.add(name.owner);
      else if (name.kind !== 'localpart') owners.add(name.owner);
    }
  const seen = new Set<string>();
  return candidates.filter((candidate) => {
    const { profile, localpart, serverName } = names.known[candidate]!;
    if (owners.has(candidate) || profiles.has(profile) || serverName === look.serverName) return true;
    if (seen.has(localpart)) return false;
    seen.add(localpart);
    return true;
  });
}

/** The host, and every domain that it is under. */
function* domainsOf(host: string): Generator<string> {
  yield host;
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) yield host.slice(dot + 1);
}
