/** Checks of rooms: is the bot in them, and does it have the power that protection needs. */
import { missingPower, powerNeeded } from '../../enforcement/planner.js';
import type { Config } from '../../config/index.js';
import { isRoomAlias } from '../../matrix/identifiers.js';
import { canSendState, levelForEvent, powerOf } from '../../matrix/power.js';
import { isJoinable } from '../../protected-rooms/management-room.js';
import type { Settings } from '../../store/settings/types.js';
import { successorOf } from '../../tracking/settings.js';
import { MatrixError, type HomeserverReader, type MatrixEvent } from '../../matrix/types.js';
import { RoomStateCache } from '../../tracking/rooms.js';
import { isSpace, type TrackedRoom } from '../../tracking/tracked-room.js';
import { messageOf } from '../../util/errors.js';
import { labelOf, roomLabel } from '../room-names.js';
import { fail, ok, warn, type CheckResult } from './result.js';
import { texts } from './texts.js';

/** Checks the management room. `running`: a Heimdall is running, which accepts invites and creates a missing room. */
export async function checkManagementRoom(
  homeserver: HomeserverReader,
  config: Config,
  running: boolean,
  settings?: Readonly<Settings>,
): Promise<CheckResult[]> {
  const room = config.management_room;
  try {
    const leadsTo = isRoomAlias(room) ? await homeserver.resolveAlias(room) : room;
    const stored = storedRoom(config, settings);
    const moved =
      stored !== undefined && leadsTo !== undefined && leadsTo !== stored
        ? [
            warn(
              'management room',
              texts.room.aliasMoved(room, await roomLabel(homeserver, leadsTo)),
              texts.room.aliasMovedRemedy,
            ),
          ]
        : [];
    const roomId = stored ?? leadsTo;
    if (roomId === undefined) return [missingRoom(homeserver.botUserId, config)];
    return [...moved, ...(await checkRoom(homeserver, room, roomId, running, stored === undefined))];
  } catch (error) {
    return [
      fail(
        'management room',
        texts.room.unreadable(room, messageOf(error)),
        texts.room.unreadableRemedy(room, homeserver.botUserId),
      ),
    ];
  }
}

/** The room is remembered by its id, unless the configuration names another one by now. */
function storedRoom(config: Config, settings: Readonly<Settings> | undefined): string | undefined {
  if (settings == null || settings.management_room === null || !isRoomAlias(config.management_room)) return undefined;
  const name = settings.management_room_name;
  if (name !== null && name !== config.management_room) return undefined;
  return successorOf(settings, settings.management_room);
}

function missingRoom(botUserId: string, config: Config): CheckResult {
  return warn('management room', texts.room.missing(config.management_room), texts.room.missingRemedy(botUserId));
}

async function checkRoom(
  homeserver: HomeserverReader,
  name: string,
  roomId: string,
  running: boolean,
  isNew: boolean,
): Promise<CheckResult[]> {
  const botUserId = homeserver.botUserId;
  if ((await joinedRooms(homeserver)).includes(roomId))
    return managementRoomResults(name, roomId, await homeserver.state(roomId), botUserId, isNew);
  return [
    (running ? fail : warn)(
      'management room',
      texts.room.out(name, roomId),
      texts.room.outRemedy(botUserId, name, running),
    ),
  ];
}

/** Without its own list no ban by Heimdall takes effect. `stateOf`: the state that determines who may write there. */
export async function checkOwnList(
  homeserver: HomeserverReader,
  settings: Readonly<Settings>,
  stateOf = (roomId: string): Promise<MatrixEvent[]> => homeserver.state(roomId),
): Promise<CheckResult[]> {
  const { policy_list_room: own, watched_lists: watched } = settings;
  // The first run creates it.
  if (own === null) return [];
  const { ownList } = texts;
  const label = await roomLabel(homeserver, own);
  if (!watched.some(({ room_id }) => room_id === own))
    return [fail('own list', ownList.notWatched(label), ownList.notWatchedRemedy)];
  if (!(await joinedRooms(homeserver)).includes(own))
    return [fail('own list', ownList.out(label), ownList.outRemedy(homeserver.botUserId))];
  const room = new RoomStateCache().read(own, await stateOf(own), 0);
  return canSendState(homeserver.botUserId, 'm.policy.rule.user', room)
    ? [ok('own list', ownList.ok(label))]
    : [fail('own list', ownList.mayNotWrite(label), ownList.mayNotWriteRemedy(homeserver.botUserId))];
}

function managementRoomResults(
  name: string,
  roomId: string,
  state: MatrixEvent[],
  botUserId: string,
  isNew: boolean,
): CheckResult[] {
  const room = new RoomStateCache().read(roomId, state, 0);
  const results: CheckResult[] = [];
  if (powerOf(botUserId, room) < levelForEvent('m.room.message', room))
    results.push(
      fail(
        'management room',
        texts.room.mute(name),
        texts.rooms.give(botUserId, levelForEvent('m.room.message', room)),
      ),
    );
  // encryption is not supported (docs/understand/decisions.md), and cannot be disabled in a room again
  if (state.some(({ type, state_key }) => type === 'm.room.encryption' && state_key === ''))
    results.push(fail('management room', texts.room.encrypted(name), texts.room.encryptedRemedy));
  const others = [...room.members].filter(([userId, { membership }]) => membership === 'join' && userId !== botUserId);
  if (others.length === 0) results.push(nobodyElse(name, room, botUserId));
  if (isNew && isJoinable(room)) results.push(fail('management room', texts.room.openNew(name), texts.room.openRemedy));
  else if (isJoinable(room)) results.push(warn('management room', texts.room.open(name), texts.room.openRemedy));
  return results.length > 0 ? results : [ok('management room', texts.room.ok(name))];
}

function nobodyElse(name: string, { members }: TrackedRoom, botUserId: string): CheckResult {
  const invited = [...members].flatMap(([userId, { membership }]) =>
    membership === 'invite' && userId !== botUserId ? [userId] : [],
  );
  return invited.length === 0
    ? warn('management room', texts.room.empty(name), texts.room.emptyRemedy)
    : warn('management room', texts.room.invited(name, invited), texts.room.invitedRemedy);
}

/** Checks the protected rooms one after another; an unreadable one does not block the others. */
export async function checkProtectedRooms(
  homeserver: HomeserverReader,
  roomIds: readonly string[],
  settings?: Pick<Settings, 'protected_spaces'>,
): Promise<CheckResult[]> {
  if (roomIds.length === 0) return [warn('protected rooms', texts.rooms.none, texts.rooms.noneRemedy)];
  const joined = await joinedRooms(homeserver);
  const results: CheckResult[] = [];
  const read: TrackedRoom[] = [];
  for (const roomId of roomIds) {
    const { result, room } = await checkProtectedRoom(homeserver, roomId, joined);
    results.push(result);
    if (room !== undefined) read.push(room);
  }
  results.push(...checkSpaces(read, settings?.protected_spaces ?? []));
  const bad = results.filter(({ health }) => health !== 'ok');
  return bad.length > 0 ? bad : [ok('protected rooms', texts.rooms.ok(roomIds.length))];
}

/** Spaces that are protected like single rooms. */
export function checkSpaces(
  rooms: readonly TrackedRoom[],
  protectedSpaces: Settings['protected_spaces'],
): CheckResult[] {
  const isProtected = (roomId: string) =>
    protectedSpaces.some(({ room_id: space, rooms: below }) => space === roomId || below.includes(roomId));
  const bare = rooms.filter((room) => isSpace(room) && !isProtected(room.roomId)).map(nameOf);
  return bare.length === 0 ? [] : [warn('spaces', texts.space.found(bare), texts.space.remedy)];
}

async function checkProtectedRoom(
  homeserver: HomeserverReader,
  roomId: string,
  joined: readonly string[],
): Promise<{ result: CheckResult; room?: TrackedRoom }> {
  const { rooms } = texts;
  const botUserId = homeserver.botUserId;
  if (!joined.includes(roomId)) {
    const label = await roomLabel(homeserver, roomId);
    return { result: fail('protected rooms', rooms.out(label), rooms.outRemedy(botUserId, roomId)) };
  }
  try {
    const room: TrackedRoom = new RoomStateCache().read(roomId, await homeserver.state(roomId), 0);
    const missing = missingPower(room, botUserId);
    const result =
      missing.length === 0
        ? ok('protected rooms', roomId)
        : fail('protected rooms', rooms.lacks(nameOf(room), missing), rooms.give(botUserId, powerNeeded(room)));
    return { result, room };
  } catch (error) {
    return {
      result: fail('protected rooms', texts.rooms.unreadable(roomId, messageOf(error)), texts.rooms.unreadableRemedy),
    };
  }
}

/** Lists whose rules are not read because the bot is not in them. */
export async function checkWatchedLists(
  homeserver: HomeserverReader,
  { watched_lists: watched, policy_list_room: own }: Pick<Settings, 'watched_lists' | 'policy_list_room'>,
): Promise<CheckResult[]> {
  const others = watched.filter(({ room_id: roomId }) => roomId !== own);
  if (others.length === 0) return [];
  const joined = await joinedRooms(homeserver);
  const out = others.filter(({ room_id: roomId }) => !joined.includes(roomId));
  if (out.length === 0) return [ok('watched lists', texts.lists.ok(others.length))];
  const labels = await Promise.all(out.map(({ room_id: roomId }) => roomLabel(homeserver, roomId)));
  return [fail('watched lists', texts.lists.found(labels), texts.lists.remedy)];
}

function nameOf(room: TrackedRoom): string {
  return labelOf(room.roomId, room.canonicalAlias ?? room.name);
}

/** A bot that is not registered yet is in no room. */
async function joinedRooms(homeserver: HomeserverReader): Promise<string[]> {
  try {
    return await homeserver.joinedRooms();
  } catch (error) {
    if (error instanceof MatrixError && !error.transient) return [];
    throw error;
  }
}
