/** The checks of what is protected: names that name somebody, rooms that exist. */
import type { Config } from '../../config/index.js';
import { loadRules } from '../../config/rules.js';
import { namesOfNobody } from '../../detection/index.js';
import { isRoomAlias } from '../../matrix/identifiers.js';
import type { HomeserverReader } from '../../matrix/types.js';
import { ok, warn, type CheckResult } from './result.js';
import { texts } from './texts.js';

/** Official names that honest people bear. Nothing when there are none, or when the rules cannot be read. */
export function checkOfficialNames(config: Config): CheckResult[] {
  const names = officialNamesOfNobody(config);
  return names.length === 0
    ? []
    : [warn('official names', texts.officialNames.found(names), texts.officialNames.remedy)];
}

/** See `namesOfNobody`; none when the rules cannot be read, which is an error of its own. */
export function officialNamesOfNobody(config: Pick<Config, 'protected_identities' | 'rules_dir'>): string[] {
  const names = config.protected_identities.flatMap(({ display_names: all }) => all);
  try {
    return namesOfNobody([...new Set(names)], loadRules(config.rules_dir));
  } catch {
    return [];
  }
}

/** Aliases of official rooms that lead nowhere. */
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
