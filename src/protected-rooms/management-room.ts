import { isRoomAlias, serverNameOf } from '../matrix/identifiers.js';
import { canSendState } from '../matrix/power.js';
import { MatrixError, type HomeserverEffects, type HomeserverReader } from '../matrix/types.js';
import type { TrackedRoom } from '../tracking/rooms.js';

/** How long a missing alias is waited for before we make the room: its people may be about to. */
const GRACE_MS = 15_000;

export type ManagementRoomSearch = { roomId: string } | { waiting: string };

export interface ManagementRoomOptions {
  homeserver: HomeserverReader & Pick<HomeserverEffects, 'join' | 'createRoom'>;
  /** alias or id, from the configuration */
  room: string;
  botName: string;
  dryRun: boolean;
}

/**
 * Finds, joins or makes the management room. One try; the caller repeats it until there is a room.
 * `waitedMs` says for how long it has been tried.
 */
export async function findManagementRoom(
  options: ManagementRoomOptions,
  waitedMs: number,
): Promise<ManagementRoomSearch> {
  const { homeserver, room } = options;
  const roomId = isRoomAlias(room) ? await homeserver.resolveAlias(room) : room;
  if (roomId === undefined) return makeOrWait(options, waitedMs);
  try {
    return { roomId: await homeserver.join(roomId, viaOf(room)) };
  } catch (error) {
    if (!(error instanceof MatrixError) || error.transient) throw error;
    return { waiting: `The management room ${room} does not let us in. Invite ${homeserver.botUserId} to it.` };
  }
}

async function makeOrWait(options: ManagementRoomOptions, waitedMs: number): Promise<ManagementRoomSearch> {
  const { homeserver, room } = options;
  if (serverNameOf(room) !== homeserver.serverName)
    return {
      waiting: `The management room ${room} is not known on this server. Create it and invite ${homeserver.botUserId}.`,
    };
  if (options.dryRun)
    return {
      waiting: `The management room ${room} does not exist, and a dry run makes no rooms. Create it and invite ${homeserver.botUserId}.`,
    };
  if (waitedMs < GRACE_MS)
    return { waiting: `The management room ${room} does not exist yet. It will be made in a moment.` };
  const made = await homeserver.createRoom({
    room_alias_name: room.slice(1, room.indexOf(':')),
    name: `${options.botName}: management room`,
    topic: 'Cases and commands. Everybody in this room may command Heimdall.',
    preset: 'private_chat',
    invite: await adminsOf(homeserver),
  });
  return { roomId: made };
}

/**
 * The server's admins are invited to a room that we make; without admin rights, nobody: then an admin joins through the
 * admin API.
 */
async function adminsOf(
  homeserver: HomeserverReader & Pick<HomeserverEffects, 'join' | 'createRoom'>,
): Promise<string[]> {
  try {
    const answer = await homeserver.request<{ users?: { name?: unknown }[] }>('GET', '/_synapse/admin/v2/users', {
      query: { admins: true, limit: 20 },
      admin: true,
    });
    return (answer.users ?? []).flatMap(({ name }) =>
      typeof name === 'string' && name !== homeserver.botUserId ? [name] : [],
    );
  } catch (error) {
    if (error instanceof MatrixError) return [];
    throw error;
  }
}

function viaOf(room: string): string[] {
  const server = serverNameOf(room);
  return server === undefined ? [] : [server];
}

/**
 * Join rules under which somebody inside must let a person in. `restricted` is not among them: its space may be open to
 * all.
 */
const INVITE_ONLY: ReadonlySet<string> = new Set(['invite', 'private', 'knock']);

/**
 * Says whether a person may command. The room is private, so its members may; if anybody can walk in, only those with
 * the power to send state.
 */
export function mayCommand(room: TrackedRoom, userId: string): boolean {
  if (room.members.get(userId)?.membership !== 'join') return false;
  return INVITE_ONLY.has(room.joinRule) || canSendState(userId, 'm.room.topic', room);
}
