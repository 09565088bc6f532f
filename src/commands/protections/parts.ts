import { visible } from '../../detection/index.js';
import type { Block, Inline } from '../../matrix/message.js';
import { settingsOf, storedOf } from '../../protections/current.js';
import { settingAboutOf } from '../../protections/descriptions.js';
import { elsewhere, nearestProtections, protectionNamed } from '../../protections/table.js';
import type { AnyProtection } from '../../protections/types.js';
import { raisedTo, shownValue, untouched, type Setting } from '../../protections/values.js';
import type { ProtectionSettings } from '../../store/settings/types.js';
import { HeimdallError } from '../../util/errors.js';
import type { NamedRoom } from '../args/index.js';
import { usageError } from '../args/reading.js';
import type { Invocation, Services } from '../types.js';
import { TEXTS } from './texts.js';

/** The protection that a word names. */
export function protectionOf(name: string | undefined): AnyProtection {
  const found = name === undefined ? undefined : protectionNamed(name);
  if (found !== undefined) return found;
  if (name === undefined) throw usageError(TEXTS.whichProtection, TEXTS.listed);
  const other = elsewhere(name);
  if (other !== undefined) throw usageError(TEXTS.elsewhere(visible(name), other), TEXTS.listed);
  const nearest = nearestProtections(name);
  throw usageError(TEXTS.noProtection(visible(name), nearest), TEXTS.listed);
}

/** A protected room or space; other rooms have no protections. */
export function placeOf(services: Services, { roomId, said }: NamedRoom): string {
  if (isProtectedPlace(services, roomId)) return roomId;
  throw new HeimdallError('HEIMDALL_E_ROOM', TEXTS.notProtected(visible(said)), TEXTS.notProtectedRemedy);
}

export function isProtectedPlace({ settings, protectedRooms, protection }: Services, roomId: string): boolean {
  const { protected_spaces: spaces } = settings.get();
  return (
    protectedRooms.has(roomId) ||
    protection.roomIds.includes(roomId) ||
    spaces.some((space) => space.room_id === roomId)
  );
}

/** A line for those protections that see nothing of what is written in this room; none when it is not encrypted. */
export async function blindThere(
  { homeserver }: Services,
  place: string | undefined,
  protections: readonly AnyProtection[],
): Promise<Block[]> {
  const names = protections.flatMap(({ name, readsMessages }) => (readsMessages === true ? [name] : []));
  if (place === undefined || names.length === 0) return [];
  const encryption = await homeserver.stateContent(place, 'm.room.encryption').catch(() => undefined);
  return encryption === undefined ? [] : [{ line: [TEXTS.encrypted(names)] }];
}

/** Changes a protection's settings, with an audit entry. */
export async function change(
  services: Services,
  { sender }: Invocation,
  protection: AnyProtection,
  what: string,
  work: (stored: ProtectionSettings) => void,
  data: Record<string, unknown> = {},
): Promise<void> {
  await services.settings.update((draft) => {
    const stored = structuredClone(storedOf(draft, protection.name) ?? untouched());
    work(stored);
    for (const name of Object.keys(draft.protections))
      if (protectionNamed(name) === protection) delete draft.protections[name];
    draft.protections[protection.name] = stored;
  });
  await services.ledger.commit((tx) =>
    tx.audit({
      at: services.clock(),
      actor: sender,
      what: `protection.${what}`,
      caseId: null,
      data: { protection: protection.name, ...data },
    }),
  );
}

export function placeWords(place: string | undefined): Inline[] {
  return place === undefined ? [] : [' in ', { code: place }];
}

/** A setting's value as it is in effect, in general or in a place with its own settings. */
export function valueWords(
  { settings }: Services,
  protection: AnyProtection,
  setting: Setting,
  place?: string,
): string {
  const stored = storedOf(settings.get(), protection.name) ?? untouched();
  const there = place === undefined ? undefined : stored.rooms[place]?.values;
  const value =
    there !== undefined && Object.hasOwn(there, setting.key) ? there[setting.key] : stored.values[setting.key];
  const shown = shownValue(setting, value);
  const raised = raisedTo(setting, settingsOf(settings.get(), protection, place));
  if (raised !== undefined) return TEXTS.raised(raised, setting.note.atLeast ?? '', shown);
  return visible(shown);
}

export function valueBlocks(
  services: Services,
  protection: AnyProtection,
  shown: readonly Setting[],
  notes = true,
): Block[] {
  const stored = storedOf(services.settings.get(), protection.name) ?? untouched();
  const list = shown.map((setting): Inline[] => [
    { code: `${protection.name}.${setting.key}` },
    ` = ${valueWords(services, protection, setting)}`,
    notes ? ` – ${settingAboutOf(protection, setting)}` : '',
  ]);
  const rooms = Object.entries(stored.rooms).flatMap(([roomId, { values = {} }]) =>
    shown
      // what a room sets counts there for what is never less, too
      .filter(({ key, note: { atLeast = key } }) => Object.hasOwn(values, key) || Object.hasOwn(values, atLeast))
      .map((setting): Inline[] => [
        { code: `${protection.name}.${setting.key}` },
        ` = ${valueWords(services, protection, setting, roomId)} in `,
        { code: roomId },
      ]),
  );
  return [{ list: [...list, ...rooms] }];
}
