/**
 * Checks of protected identities: names that identify somebody, accounts that resemble each other, rooms that exist.
 */
import { toProtectedIdentity } from '../../config/identities.js';
import type { Config } from '../../config/index.js';
import { loadRules } from '../../config/rules.js';
import { createDetector, namesOfNobody, type Detector, type ProtectedIdentity } from '../../detection/index.js';
import type { Disguise } from '../../detection/types.js';
import { isRoomAlias } from '../../matrix/identifiers.js';
import type { HomeserverReader } from '../../matrix/types.js';
import { ok, warn, type CheckResult } from './result.js';
import { texts } from './texts.js';

/** Official names that honest people use. Empty if there are none, or if the rules cannot be read. */
export function checkOfficialNames(config: Config): CheckResult[] {
  const names = officialNamesOfNobody(config);
  return names.length === 0
    ? []
    : [warn('official names', texts.officialNames.found(names), texts.officialNames.remedy)];
}

/** See `namesOfNobody`; none when the rules cannot be read, which is an error of its own. */
function officialNamesOfNobody(config: Pick<Config, 'protected_identities' | 'rules_dir'>): string[] {
  const names = config.protected_identities.flatMap(({ display_names: all }) => all);
  try {
    return namesOfNobody([...new Set(names)], loadRules(config.rules_dir));
  } catch {
    return [];
  }
}

/** Two protected identities of which one would count as an impostor of the other. */
interface Neighbours {
  one: string;
  other: string;
}

/** Every identity is compared with every other, up to this many. */
const MOST_COMPARED = 100;

/** Protected identities that would be judged `likely` or worse if only the other one were protected. */
export function checkNeighbours(config: Pick<Config, 'protected_identities' | 'rules_dir'>): CheckResult[] {
  const pairs = neighboursAmong(config);
  return pairs.length === 0 ? [] : [warn('neighbours', texts.neighbours.found(pairs), texts.neighbours.remedy)];
}

/** See `checkNeighbours`; none when the rules cannot be read, which is an error of its own. */
function neighboursAmong(config: Pick<Config, 'protected_identities' | 'rules_dir'>): Neighbours[] {
  const identities = config.protected_identities.slice(0, MOST_COMPARED).map(toProtectedIdentity);
  if (identities.length < 2) return [];
  try {
    const rules = loadRules(config.rules_dir);
    const detectors = identities.map((identity) => createDetector([identity], rules));
    return identities.flatMap((one, at) =>
      identities.slice(at + 1).flatMap((other, further): Neighbours[] => {
        const resemble = isAccused(one, detectors[at + 1 + further]!) || isAccused(other, detectors[at]!);
        return resemble ? [{ one: one.userId, other: other.userId }] : [];
      }),
    );
  } catch {
    return [];
  }
}

/** Whether this identity would be `likely` or worse under any of its names. */
function isAccused({ userId, displayNames }: ProtectedIdentity, by: Detector): boolean {
  return [null, ...displayNames].some((displayName) => {
    const { verdict, evidence } = by.inspect({ userId, displayName });
    // two accounts of one organisation share its name and differ in their role, which is fine
    const isOtherRole = evidence.every(({ field, disguise }) => field === 'server_name' || OF_ONE_HOUSE.has(disguise));
    return (verdict === 'likely' || verdict === 'certain') && !isOtherRole;
  });
}

const OF_ONE_HOUSE: ReadonlySet<Disguise> = new Set<Disguise>(['brand', 'brand_beside', 'brand_role']);

/** Aliases of official rooms that do not resolve. */
export async function checkOfficialRooms(
  homeserver: Pick<HomeserverReader, 'resolveAlias'>,
  config: Pick<Config, 'protected_identities'>,
): Promise<CheckResult[]> {
  const aliases = [...new Set(config.protected_identities.flatMap(({ rooms }) => rooms))].filter(isRoomAlias);
  if (aliases.length === 0) return [];
  const missing: string[] = [];
  for (const alias of aliases) {
    const roomId = await homeserver.resolveAlias(alias).catch(() => undefined);
    if (roomId === undefined) missing.push(alias);
  }
  const { officialRooms } = texts;
  return missing.length === 0
    ? [ok('official rooms', officialRooms.ok(aliases.length))]
    : [warn('official rooms', officialRooms.found(missing), officialRooms.remedy)];
}
