import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { Config } from '../../config/types.js';
import { missingPower, powerNeeded } from '../../enforcement/planner.js';
import { isRoomAlias } from '../../matrix/identifiers.js';
import { MatrixError, type Homeserver } from '../../matrix/types.js';
import { urlPath } from '../../matrix/url-path.js';
import type { SettingsStore } from '../../store/settings/types.js';
import { joinRoom } from '../../tracking/joining.js';
import { RoomStateCache } from '../../tracking/rooms.js';
import { isSpace } from '../../tracking/tracked-room.js';
import { HeimdallError, messageOf } from '../../util/errors.js';
import { labelOf } from '../room-names.js';
import { texts } from '../texts.js';
import { setupTexts } from './texts.js';

/** What setup does on the homeserver. Each step may be done again: what stands already is left as it is. */

const LOOK_AGAIN_MS = 2_000;

/** Waits until the homeserver takes our token, which it does once it has read the registration. */
export async function waitForRestart(
  homeserver: Homeserver,
  seconds: number,
  waiting: (reason: string) => void,
): Promise<void> {
  const until = Date.now() + seconds * 1000;
  let told = '';
  for (;;) {
    try {
      await homeserver.registerBot();
      const known = await homeserver.whoami();
      if (known !== homeserver.botUserId)
        throw new HeimdallError(
          'HEIMDALL_E_SETUP',
          setupTexts.otherServer(known, homeserver.botUserId),
          setupTexts.otherServerRemedy,
        );
      return;
    } catch (error) {
      if (error instanceof HeimdallError) throw error;
      const reason = messageOf(error);
      if (Date.now() >= until)
        throw new HeimdallError('HEIMDALL_E_SETUP', setupTexts.notKnown(reason), setupTexts.notKnownRemedy);
      if (reason !== told) waiting(reason);
      told = reason;
      await pause(LOOK_AGAIN_MS);
    }
  }
}

/** Makes the bot a server admin with the admin's token; says what came of it. */
export async function makeAdmin(homeserver: Homeserver): Promise<string> {
  try {
    await homeserver.request('PUT', urlPath`/_synapse/admin/v1/users/${homeserver.botUserId}/admin`, {
      body: { admin: true },
      admin: true,
    });
    return setupTexts.isAdmin(homeserver.botUserId);
  } catch (error) {
    return setupTexts.notAdmin(homeserver.botUserId, messageOf(error));
  }
}

/** The management room: joined when it is there, made with the moderators invited when it is not. */
export async function managementRoom(homeserver: Homeserver, config: Config): Promise<string> {
  const { management_room: room, admins } = config;
  const roomId = isRoomAlias(room) ? await homeserver.resolveAlias(room) : room;
  if (roomId === undefined) {
    const made = await homeserver.createRoom({
      room_alias_name: room.slice(1, room.indexOf(':')),
      name: `${config.bot.display_name}: moderators`,
      topic: setupTexts.roomTopic,
      preset: 'private_chat',
      invite: admins,
    });
    return setupTexts.madeRoom(room, made, admins);
  }
  if ((await homeserver.joinedRooms()).includes(roomId)) {
    const inside = await membersIn(homeserver, roomId);
    const missing = admins.filter((userId) => !inside.has(userId));
    for (const userId of missing) await homeserver.invite(roomId, userId).catch(ignoreRefusal);
    return setupTexts.roomExists(room, missing);
  }
  try {
    await homeserver.join(roomId);
    return setupTexts.joined(room);
  } catch (error) {
    throw new HeimdallError(
      'HEIMDALL_E_SETUP',
      setupTexts.notLetIn(room, homeserver.botUserId, messageOf(error)),
      setupTexts.notLetInRemedy(homeserver.botUserId),
    );
  }
}

/** Protects rooms; one line a room, with the permissions that are missing. */
export async function protectRooms(
  homeserver: Homeserver,
  settings: SettingsStore,
  rooms: readonly string[],
): Promise<string[]> {
  const lines: string[] = [];
  for (const room of rooms) {
    try {
      const roomId = await joinRoom(homeserver, room);
      const tracked = await new RoomStateCache().load(roomId, () => homeserver.state(roomId), Date.now);
      const space = isSpace(tracked);
      await settings.update((draft) => {
        if (!draft.protected_rooms.includes(roomId)) draft.protected_rooms.push(roomId);
        // its rooms come along at the next start, and as they come and go
        if (space && !draft.protected_spaces.some(({ room_id: id }) => id === roomId))
          draft.protected_spaces.push({ room_id: roomId, rooms: [] });
      });
      const missing = missingPower(tracked, homeserver.botUserId);
      lines.push(
        missing.length === 0
          ? texts.setup.protects(room, space)
          : texts.setup.lacks(room, space, homeserver.botUserId, missing, powerNeeded(tracked)),
      );
    } catch (error) {
      lines.push(setupTexts.notProtected(room, messageOf(error)));
    }
  }
  return lines;
}

/** Rooms of this server that anybody can find, for the question which of them to protect. */
export async function publicRooms(homeserver: Homeserver): Promise<{ roomId: string; label: string }[]> {
  try {
    const answer = publicRoomsSchema.parse(
      await homeserver.request('GET', '/_matrix/client/v3/publicRooms', { query: { limit: MOST_SHOWN } }),
    );
    return answer.chunk.map((room) => ({
      roomId: room.canonical_alias ?? room.room_id,
      label:
        `${labelOf(room.room_id, room.canonical_alias ?? room.name)}, ` +
        `${texts.setup.people(room.num_joined_members ?? 0)}`,
    }));
  } catch {
    return [];
  }
}

const MOST_SHOWN = 30;
const publicRoomsSchema = z.object({
  chunk: z.array(
    z.object({
      room_id: z.string(),
      canonical_alias: z.string().nullish(),
      name: z.string().nullish(),
      num_joined_members: z.number().nullish(),
    }),
  ),
});

async function membersIn(homeserver: Homeserver, roomId: string): Promise<Set<string>> {
  const inside = (await homeserver.members(roomId)).filter(({ content }) =>
    ['join', 'invite'].includes(String(content.membership)),
  );
  return new Set(inside.map(({ state_key: userId }) => userId ?? ''));
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof MatrixError) || error.transient) throw error;
}
