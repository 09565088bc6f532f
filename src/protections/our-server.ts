import { serverNameOf, withoutPort } from '../matrix/identifiers.js';
import type { Settings } from '../store/settings/types.js';
import { storedOf } from './current.js';
import { PROTECTIONS } from './table.js';
import type { AnyProtection } from './types.js';
import { settingsFor, type Setting } from './values.js';

const bare = (name: string): string => withoutPort(name).toLowerCase();

/** Whether a protection leaves a person alone, as one of our own server, whatever its list says. */
export function isSparedAsOurs({ sparesOurServer }: AnyProtection, userId: string, serverName: string): boolean {
  return sparesOurServer === true && bare(serverNameOf(userId) ?? '') === bare(serverName);
}

/** The entries of a setting that name our own server, and so have no effect. */
export function oursIn(
  { sparesOurServer }: AnyProtection,
  { note }: Setting,
  value: unknown,
  serverName: string,
): string[] {
  if (sparesOurServer !== true || note.unit !== 'servers' || !Array.isArray(value)) return [];
  return value.filter((entry): entry is string => typeof entry === 'string' && bare(entry) === bare(serverName));
}

/** Our own server in the stored settings, where it has no effect. */
export interface OursListed {
  /** `NAME.KEY` */
  setting: string;
  entry: string;
  /** the room or space whose own setting it is */
  roomId: string | undefined;
}

export function oursListed(settings: Readonly<Settings>, serverName: string): OursListed[] {
  return PROTECTIONS.flatMap((protection) => {
    const { values = {}, rooms = {} } = storedOf(settings, protection.name) ?? {};
    const places = [
      [undefined, values] as const,
      ...Object.entries(rooms).map(([id, place]) => [id, place.values] as const),
    ];
    return settingsFor(protection).flatMap((setting) =>
      places.flatMap(([roomId, own]) =>
        oursIn(protection, setting, own?.[setting.key], serverName).map((entry) => ({
          setting: `${protection.name}.${setting.key}`,
          entry,
          roomId,
        })),
      ),
    );
  });
}
