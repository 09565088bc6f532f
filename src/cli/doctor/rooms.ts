/** The checks of rooms: is the bot there, and may it do what protection needs. */
import { missingPower } from '../../enforcement/planner.js';
import type { Config } from '../../config/index.js';
import { isRoomAlias } from '../../matrix/identifiers.js';
import { levelForEvent, powerOf } from '../../matrix/power.js';
import { MatrixError, type Homeserver, type MatrixEvent } from '../../matrix/types.js';
import { RoomStateCache, type TrackedRoom } from '../../tracking/rooms.js';
import { messageOf } from '../../util/errors.js';
import { fail, ok, warn, type CheckResult } from './result.js';

/** Looks at the management room. `running`: a Heimdall runs, which accepts invites and makes a missing room. */
export async function checkManagementRoom(
  homeserver: Homeserver,
  config: Config,
  running: boolean,
): Promise<CheckResult[]> {
  const room = config.management_room;
  const botUserId = homeserver.botUserId;
  try {
    const roomId = isRoomAlias(room) ? await homeserver.resolveAlias(room) : room;
    if (roomId === undefined)
      return [
        warn(
          'management room',
          `There is no room ${room} yet.`,
          `Create a private room with that alias and invite ${botUserId}; else \`heimdall run\` makes one.`,
        ),
      ];
    if ((await joinedRooms(homeserver)).includes(roomId))
      return managementRoomResults(room, roomId, await homeserver.state(roomId), botUserId);
    return [
      (running ? fail : warn)(
        'management room',
        `The bot is not in ${room} (${roomId}).`,
        `Invite ${botUserId} to ${room}${running ? '' : '; `heimdall run` accepts'}.`,
      ),
    ];
  } catch (error) {
    return [
      fail(
        'management room',
        `${room} can not be looked at: ${messageOf(error)}`,
        `Create a private room ${room}, invite ${botUserId}, and start Heimdall.`,
      ),
    ];
  }
}

function managementRoomResults(name: string, roomId: string, state: MatrixEvent[], botUserId: string): CheckResult[] {
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
  // the library's encryption is not there (docs/understand/decisions.md), and a ban on plain text can not be switched
  // off again
  if (state.some(({ type, state_key }) => type === 'm.room.encryption' && state_key === ''))
    results.push(
      fail(
        'management room',
        `${name} is encrypted: Heimdall can not read commands there.`,
        'Make a new private room without encryption, and set management_room to it.',
      ),
    );
  if (room.joinRule === 'public')
    results.push(
      warn(
        'management room',
        `Anybody can join ${name}, so only members who may change its settings can command.`,
        'Make the room invite-only.',
      ),
    );
  return results.length > 0 ? results : [ok('management room', `The bot is in ${name} and may speak.`)];
}

/** Looks at each protected room, one after another; one that can not be read holds up nothing. */
export async function checkProtectedRooms(homeserver: Homeserver, roomIds: readonly string[]): Promise<CheckResult[]> {
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
  for (const roomId of roomIds) results.push(await checkProtectedRoom(homeserver, roomId, joined));
  const bad = results.filter(({ health }) => health !== 'ok');
  return bad.length > 0
    ? bad
    : [ok('protected rooms', `The bot has the power it needs in all ${roomIds.length} of them.`)];
}

async function checkProtectedRoom(
  homeserver: Homeserver,
  roomId: string,
  joined: readonly string[],
): Promise<CheckResult> {
  const botUserId = homeserver.botUserId;
  if (!joined.includes(roomId))
    return fail(
      'protected rooms',
      `The bot is not in ${roomId}.`,
      `Invite ${botUserId} there, or say \`!heimdall rooms remove ${roomId}\`.`,
    );
  try {
    const room: TrackedRoom = new RoomStateCache().read(roomId, await homeserver.state(roomId), 0);
    const missing = missingPower(room, botUserId);
    if (missing.length === 0) return ok('protected rooms', roomId);
    return fail(
      'protected rooms',
      `In ${nameOf(room)} the bot lacks the power to ${missing.join(', ')}.`,
      `Give ${botUserId} the power level of a moderator (50, or what that room asks) there.`,
    );
  } catch (error) {
    return fail(
      'protected rooms',
      `${roomId} can not be read: ${messageOf(error)}`,
      'Try again; if it stays so, remove the room and add it again.',
    );
  }
}

function nameOf(room: TrackedRoom): string {
  return room.canonicalAlias === null ? room.roomId : `${room.canonicalAlias} (${room.roomId})`;
}

/** A bot that is not registered yet is in no room. */
async function joinedRooms(homeserver: Homeserver): Promise<string[]> {
  try {
    return await homeserver.joinedRooms();
  } catch (error) {
    if (error instanceof MatrixError && !error.transient) return [];
    throw error;
  }
}
