import { missingPower } from '../../enforcement/planner.js';
import { isRoomAlias } from '../../matrix/identifiers.js';
import { canSendState } from '../../matrix/power.js';
import type { HomeserverEffects, HomeserverReader } from '../../matrix/types.js';
import type { SettingsStore } from '../../store/settings/types.js';
import { joinRoom, viaOf } from '../../tracking/joining.js';
import { RoomStateCache } from '../../tracking/rooms.js';
import { isSpace, type TrackedRoom } from '../../tracking/tracked-room.js';
import { messageOf } from '../../util/errors.js';
import type { OldList, OldRoom, OldSetup } from './old-setup.js';
import { protectionLines, takeProtection } from './protections.js';
import { migrateTexts } from './texts.js';
import { counted } from '../../util/counted.js';

export interface Takeover {
  homeserver: Pick<HomeserverReader, 'resolveAlias' | 'joinedRooms' | 'botUserId' | 'serverName' | 'state'> &
    Pick<HomeserverEffects, 'join'>;
  settings: SettingsStore;
  /** lets the other bot invite ours to a room; undefined without its token */
  invite: ((roomId: string) => Promise<void>) | undefined;
  say: (line: string) => void;
}

/** Reports what would be migrated, without joining or writing anything. */
export function showPlan(setup: OldSetup, { settings, say }: Pick<Takeover, 'settings' | 'say'>): void {
  const now = settings.get();
  for (const room of setup.rooms)
    say(
      refusedRoom(room, setup, settings) ??
        (now.protected_rooms.includes(room.roomId)
          ? migrateTexts.protectedAlready(room.said)
          : migrateTexts.wouldProtect(room.said)),
    );
  for (const list of setup.lists)
    say(
      refusedList(list, settings) ??
        `${now.watched_lists.some(({ room_id: id }) => id === list.roomId) ? 'Watched already:' : 'Would watch'} ` +
          `${listName(list)}`,
    );
  const target = defaultTarget(setup);
  if (typeof target === 'string') say(target);
  else if (target !== undefined) say(migrateTexts.wouldDefault(listName(target)));
  for (const old of setup.protections) protectionLines(old, settings, migrateTexts.wouldSet).forEach(say);
  for (const note of setup.notes) say(migrateTexts.notTaken(note));
  setup.remarks.forEach(say);
}

/** Migrates as far as possible now; repeating it finds nothing to do. @returns number of failures */
export async function takeOver(setup: OldSetup, takeover: Takeover): Promise<number> {
  let failed = 0;
  const attempt = async (said: string, work: () => Promise<string>): Promise<void> => {
    try {
      takeover.say(await work());
    } catch (error) {
      failed += 1;
      takeover.say(migrateTexts.notTakenBecause(said, messageOf(error)));
    }
  };
  for (const list of setup.lists) await attempt(listName(list), () => watch(list, takeover));
  for (const room of setup.rooms) await attempt(room.said, () => protect(room, setup, takeover));
  const target = defaultTarget(setup);
  if (typeof target === 'string') takeover.say(target);
  else if (target !== undefined) await attempt(listName(target), () => makeDefault(target, takeover));
  // everything is reported before anything is done: a protection may be configured both for a room and globally
  const said = setup.protections.map((old) => protectionLines(old, takeover.settings, migrateTexts.set));
  for (const [at, old] of setup.protections.entries()) {
    said[at]?.forEach(takeover.say);
    await takeProtection(old, takeover.settings);
  }
  for (const note of setup.notes) takeover.say(migrateTexts.notTaken(note));
  setup.remarks.forEach(takeover.say);
  return failed;
}

async function protect(room: OldRoom, setup: OldSetup, takeover: Takeover): Promise<string> {
  const { homeserver, settings } = takeover;
  const refused = refusedRoom(room, setup, settings);
  if (refused !== undefined) return refused;
  if (settings.get().protected_rooms.includes(room.roomId)) return migrateTexts.protectedAlready(room.said);
  const tracked = await enter(room, takeover);
  await settings.update((draft) => {
    if (!draft.protected_rooms.includes(room.roomId)) draft.protected_rooms.push(room.roomId);
    if (isSpace(tracked) && !draft.protected_spaces.some(({ room_id: id }) => id === room.roomId))
      draft.protected_spaces.push({ room_id: room.roomId, rooms: [] });
  });
  const missing = missingPower(tracked, homeserver.botUserId);
  return missing.length === 0
    ? migrateTexts.protecting(room.said)
    : migrateTexts.protectingLacks(room.said, homeserver.botUserId, missing);
}

async function watch(list: OldList, takeover: Takeover): Promise<string> {
  const { settings } = takeover;
  const refused = refusedList(list, settings);
  if (refused !== undefined) return refused;
  if (settings.get().watched_lists.some(({ room_id: id }) => id === list.roomId))
    return migrateTexts.watchedAlready(listName(list));
  await enter(list, takeover);
  await settings.update((draft) => {
    if (draft.watched_lists.some(({ room_id: id }) => id === list.roomId)) return;
    draft.watched_lists.push({
      room_id: list.roomId,
      ...(list.shortcode === undefined ? {} : { shortcode: list.shortcode }),
      ...(isRoomAlias(list.said) ? { alias: list.said } : {}),
      ...(list.options === undefined ? {} : { options: list.options }),
    });
  });
  return migrateTexts.watching(listName(list));
}

/** A list that the bot cannot write to would make every `ban` fail, so the default is kept. */
async function makeDefault(list: OldList, { homeserver, settings }: Takeover): Promise<string> {
  const { default_list: now, watched_lists: watched } = settings.get();
  if (now === list.roomId) return migrateTexts.defaultAlready(listName(list));
  if (now !== null) return migrateTexts.otherDefault(now);
  if (!watched.some(({ room_id: id }) => id === list.roomId)) return migrateTexts.defaultNotWatched(listName(list));
  const room = new RoomStateCache().read(list.roomId, await homeserver.state(list.roomId), 0);
  if (!canSendState(homeserver.botUserId, 'm.policy.rule.user', room))
    return migrateTexts.defaultNoPower(listName(list), homeserver.botUserId, list.shortcode ?? list.roomId);
  await settings.update((draft) => void (draft.default_list ??= list.roomId));
  return migrateTexts.defaultIs(listName(list));
}

/** Joins a room, if necessary through an invite by the other bot, and reads it. */
async function enter(room: OldRoom, { homeserver, invite }: Takeover): Promise<TrackedRoom> {
  const via = [...new Set([...room.via, ...viaOf(room.roomId), homeserver.serverName])];
  try {
    await joinRoom(homeserver, room.roomId, via);
  } catch (error) {
    if (invite === undefined) throw error;
    try {
      await invite(room.roomId);
    } catch {
      throw error; // the reason and the remedy are reported there
    }
    await joinRoom(homeserver, room.roomId, via);
  }
  return new RoomStateCache().read(room.roomId, await homeserver.state(room.roomId), 0);
}

/** The management room and lists are never protected rooms, nor vice versa. */
function refusedRoom(room: OldRoom, setup: OldSetup, settings: SettingsStore): string | undefined {
  const { watched_lists: watched, policy_list_room: own } = settings.get();
  const isList =
    own === room.roomId ||
    [...watched.map(({ room_id: id }) => id), ...setup.lists.map(({ roomId }) => roomId)].includes(room.roomId);
  return isList ? migrateTexts.roomIsList(room.said) : undefined;
}

function refusedList(list: OldList, settings: SettingsStore): string | undefined {
  const { management_room: management, protected_rooms: rooms } = settings.get();
  if (list.roomId === management) return migrateTexts.listIsManagementRoom(list.said);
  if (rooms.includes(list.roomId)) return migrateTexts.listIsProtected(list.said);
  return undefined;
}

/** The list with the default shortcode; a sentence if there is not exactly one. */
function defaultTarget({ defaultList, lists }: OldSetup): OldList | string | undefined {
  if (defaultList === undefined) return undefined;
  const named = lists.filter(({ shortcode }) => shortcode?.toLowerCase() === defaultList.toLowerCase());
  if (named.length === 1) return named[0];
  return migrateTexts.defaultNamed(JSON.stringify(defaultList.slice(0, 100)), named.length === 0);
}

function listName({ said, shortcode, rules }: OldList): string {
  return (
    `${shortcode === undefined ? '' : `${JSON.stringify(shortcode.slice(0, 100))} `}${said}` +
    `${rules === undefined ? '' : ` (${counted(rules, 'rule')})`}`
  );
}
