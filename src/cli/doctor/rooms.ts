/** The checks of rooms: is the bot there, and may it do what protection needs. */
import { missingPower, powerNeeded } from '../../enforcement/planner.js';
import type { Config } from '../../config/index.js';
import { isRoomAlias } from '../../matrix/identifiers.js';
import { canSendState, levelForEvent, powerOf } from '../../matrix/power.js';
import { isJoinable } from '../../protected-rooms/management-room.js';
import type { Settings } from '../../store/types.js';
import { successorOf } from '../../tracking/settings.js';
import { MatrixError, type HomeserverReader, type MatrixEvent } from '../../matrix/types.js';
import { isSpace, RoomStateCache, type TrackedRoom } from '../../tracking/rooms.js';
import { messageOf } from '../../util/errors.js';
import { labelOf, roomLabel } from '../room-names.js';
import { fail, ok, warn, type CheckResult } from './result.js';
import { texts } from './texts.js';

/** Looks at the management room. `running`: a Heimdall runs, which accepts invites and makes a missing room. */
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
      stored !== undefined && leadsTo !== undefined && leadsTo !== stored ? [aliasMoved(room, leadsTo)] : [];
    const roomId = stored ?? leadsTo;
    if (roomId === undefined) return [missingRoom(homeserver.botUserId, config)];
    return [...moved, ...(await checkRoom(homeserver, room, roomId, running, stored === undefined))];
  } catch (error) {
    return [
      fail(
        'management room',
        `${room} cannot be looked at: ${messageOf(error)}`,
        `Create a private room ${room}, invite ${homeserver.botUserId}, and start Heimdall.`,
      ),
    ];
  }
}

/** The room that was taken once is held by its id, unless the configuration names another one by now. */
function storedRoom(config: Config, settings: Readonly<Settings> | undefined): string | undefined {
  if (settings == null || settings.management_room === null || !isRoomAlias(config.management_room)) return undefined;
  const name = settings.management_room_name;
  if (name !== null && name !== config.management_room) return undefined;
  return successorOf(settings, settings.management_room);
}

function aliasMoved(alias: string, leadsTo: string): CheckResult {
  return warn(
    'management room',
    `The alias ${alias} leads to another room (${leadsTo}) than the management room: Heimdall stays where it is.`,
    'If the move is meant, set management_room to the id of the new room and restart; else point the alias back.',
  );
}

function missingRoom(botUserId: string, config: Config): CheckResult {
  return warn(
    'management room',
    `There is no room ${config.management_room} yet.`,
    `Create a private room with that alias and invite ${botUserId}; else \`heimdall run\` makes one as soon as it knows whom to invite (\`admins\`, or the homeserver's admins).`,
  );
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
      `The bot is not in ${name} (${roomId}).`,
      `Invite ${botUserId} to ${name}${running ? '' : '; `heimdall run` accepts'}.`,
    ),
  ];
}

/** Without its own list no ban of Heimdall's acts. */
export async function checkOwnList(homeserver: HomeserverReader, settings: Readonly<Settings>): Promise<CheckResult[]> {
  const { policy_list_room: own, watched_lists: watched } = settings;
  // The first run makes it.
  if (own === null) return [];
  if (!watched.some(({ room_id }) => room_id === own))
    return [
      fail(
        'own list',
        `Heimdall's own list ${own} is not watched: the bans in it do not act.`,
        'Restart Heimdall, which watches it again.',
      ),
    ];
  const inside = (await joinedRooms(homeserver)).includes(own);
  if (!inside)
    return [
      fail(
        'own list',
        `The bot is not in its own list ${own}: bans cannot be written.`,
        `Invite ${homeserver.botUserId} to it.`,
      ),
    ];
  const room = new RoomStateCache().read(own, await homeserver.state(own), 0);
  return canSendState(homeserver.botUserId, 'm.policy.rule.user', room)
    ? [ok('own list', `The bot is in its own list ${own} and may write to it.`)]
    : [fail('own list', `The bot may not write to its own list ${own}.`, `Give ${homeserver.botUserId} power there.`)];
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
        `The bot may not speak in ${name}.`,
        `Give ${botUserId} power level ${levelForEvent('m.room.message', room)} there.`,
      ),
    );
  // the library's encryption is not there (docs/understand/decisions.md), and a ban on plain text cannot be switched
  // off again
  if (state.some(({ type, state_key }) => type === 'm.room.encryption' && state_key === ''))
    results.push(
      fail(
        'management room',
        `${name} is encrypted: Heimdall cannot read commands there.`,
        'Make a new private room without encryption, and set management_room to it.',
      ),
    );
  const others = [...room.members].filter(([userId, { membership }]) => membership === 'join' && userId !== botUserId);
  if (others.length === 0)
    results.push(
      warn(
        'management room',
        `Nobody but the bot is in ${name}: nobody can command it.`,
        'Set `admins` in the configuration, or make the bot a server admin: it invites them. Else set management_room to a room of your own.',
      ),
    );
  if (isNew && isJoinable(room))
    results.push(
      fail(
        'management room',
        `Anybody can join ${name}, so it is not accepted as the management room.`,
        'Make the room invite-only.',
      ),
    );
  else if (isJoinable(room))
    results.push(
      warn(
        'management room',
        `Anybody can join ${name}, so only members who may change its settings can command.`,
        'Make the room invite-only.',
      ),
    );
  return results.length > 0 ? results : [ok('management room', `The bot is in ${name} and may speak.`)];
}

/** Looks at each protected room, one after another; one that cannot be read holds up nothing. */
export async function checkProtectedRooms(
  homeserver: HomeserverReader,
  roomIds: readonly string[],
  settings?: Pick<Settings, 'protected_spaces'>,
): Promise<CheckResult[]> {
  if (roomIds.length === 0)
    return [
      warn(
        'protected rooms',
        'No room is protected yet: nobody is banned anywhere.',
        'Say `!heimdall rooms add ROOM` in the management room.',
      ),
    ];
  const joined = await joinedRooms(homeserver);
  const results: CheckResult[] = [];
  const bare: string[] = [];
  for (const roomId of roomIds) {
    const { result, room } = await checkProtectedRoom(homeserver, roomId, joined);
    results.push(result);
    const isBare = !settings?.protected_spaces.some(
      ({ room_id: space, rooms }) => space === roomId || rooms.includes(roomId),
    );
    if (room !== undefined && isSpace(room) && isBare) bare.push(nameOf(room));
  }
  if (bare.length > 0) results.push(warn('spaces', texts.space.found(bare), texts.space.remedy));
  const bad = results.filter(({ health }) => health !== 'ok');
  return bad.length > 0 ? bad : [ok('protected rooms', texts.rooms.ok(roomIds.length))];
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
      result: fail(
        'protected rooms',
        `${roomId} cannot be read: ${messageOf(error)}`,
        'Try again; if it stays so, remove the room and add it again.',
      ),
    };
  }
}

/** Lists whose rules are not read because the bot is not inside. */
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
