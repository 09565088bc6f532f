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

/** Setup's steps on the homeserver. Each can be repeated: existing things are left as they are. */

const LOOK_AGAIN_MS = 2_000;

/** Waits until the homeserver accepts our token, after it has read the registration. */
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
      const unread = error instanceof MatrixError && error.errcode === 'M_UNKNOWN_TOKEN';
      const reason = unread ? setupTexts.notReadYet : messageOf(error);
      if (Date.now() >= until)
        throw new HeimdallError('HEIMDALL_E_SETUP', setupTexts.notKnown(reason), setupTexts.notKnownRemedy);
      if (reason !== told) waiting(reason);
      told = reason;
      await pause(LOOK_AGAIN_MS);
    }
  }
}

/** Makes the bot a server admin with the admin's token; returns the outcome. */
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

/** The management room: joined if it exists, otherwise created, with the moderators invited. */
export async function managementRoom(
  homeserver: Homeserver,
  config: Config,
): Promise<{ words: string; roomId: string }> {
  const { management_room: room, admins } = config;
  const roomId = isRoomAlias(room) ? await homeserver.resolveAlias(room) : room;
  if (roomId === undefined) {
    const made = await makeRoom(homeserver, config);
    return { words: setupTexts.madeRoom(room, made, admins), roomId: made };
  }
  if ((await homeserver.joinedRooms()).includes(roomId)) {
    const inside = await membersIn(homeserver, roomId);
    const missing = admins.filter((userId) => !inside.has(userId));
    for (const userId of missing) await homeserver.invite(roomId, userId).catch(ignoreRefusal);
    await refuseOpen(homeserver, room, roomId);
    return { words: setupTexts.roomExists(room, missing), roomId };
  }
  try {
    await homeserver.join(roomId);
  } catch (error) {
    throw new HeimdallError(
      'HEIMDALL_E_SETUP',
      setupTexts.notLetIn(room, homeserver.botUserId, messageOf(error)),
      setupTexts.notLetInRemedy(homeserver.botUserId),
    );
  }
  await refuseOpen(homeserver, room, roomId);
  return { words: setupTexts.joined(room), roomId };
}

async function makeRoom(homeserver: Homeserver, config: Config): Promise<string> {
  const { management_room: room, admins, bot, appservice } = config;
  try {
    return await homeserver.createRoom({
      room_alias_name: room.slice(1, room.indexOf(':')),
      name: `${bot.display_name}: moderators`,
      topic: setupTexts.roomTopic,
      preset: 'private_chat',
      invite: admins,
    });
  } catch (error) {
    if (!(error instanceof MatrixError) || error.transient) throw error;
    // the alias is outside of the namespace known to the homeserver
    const old = error.errcode === 'M_EXCLUSIVE';
    throw new HeimdallError(
      'HEIMDALL_E_SETUP',
      setupTexts.notMade(room, messageOf(error)),
      old ? setupTexts.oldRegistrationRemedy(appservice.registration) : setupTexts.notMadeRemedy(homeserver.botUserId),
      { cause: error },
    );
  }
}

/** `run` would not accept a room that anybody can join, because all its members may give commands. */
async function refuseOpen(homeserver: Homeserver, room: string, roomId: string): Promise<void> {
  const rules = await homeserver.stateContent(roomId, 'm.room.join_rules');
  if (rules?.join_rule === 'public')
    throw new HeimdallError('HEIMDALL_E_SETUP', setupTexts.roomOpen(room), setupTexts.roomOpenRemedy);
}

/** Protects rooms; one line per room, with missing permissions. */
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
        // its rooms follow at the next start, and whenever they change
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

/** An option: a room id with its name. */
interface Choice {
  roomId: string;
  label: string;
}

/**
 * Rooms offered for protection: public ones, else those a server admin can list (many homeservers, Synapse among them,
 * publish no room by default).
 */
export async function roomsToChoose(homeserver: Homeserver, except: string): Promise<Choice[]> {
  const found = await publicRooms(homeserver).catch(() => []);
  const rooms = found.length > 0 ? found : await namedRooms(homeserver).catch(() => []);
  return rooms
    .filter(({ id }) => id !== except)
    .sort((one, other) => other.people - one.people)
    .slice(0, MOST_SHOWN)
    .map(({ id, alias, name, people }) => ({
      roomId: alias ?? id,
      label: `${labelOf(id, alias ?? name)}, ${texts.setup.people(people)}`,
    }));
}

interface Found {
  id: string;
  alias: string | undefined;
  name: string | undefined;
  people: number;
}

async function publicRooms(homeserver: Homeserver): Promise<Found[]> {
  const answer = publicRoomsSchema.parse(
    await homeserver.request('GET', '/_matrix/client/v3/publicRooms', { query: { limit: MOST_SHOWN } }),
  );
  return answer.chunk.map((room) => ({
    id: room.room_id,
    alias: room.canonical_alias ?? undefined,
    name: room.name ?? undefined,
    people: room.num_joined_members ?? 0,
  }));
}

/** Direct chats have no name. */
async function namedRooms(homeserver: Homeserver): Promise<Found[]> {
  const { rooms } = await homeserver.adminRooms({ from: 0, limit: MOST_LISTED });
  return rooms.flatMap(({ roomId, canonicalAlias, name, localMembers }) =>
    canonicalAlias === null && name === null
      ? []
      : [{ id: roomId, alias: canonicalAlias ?? undefined, name: name ?? undefined, people: localMembers ?? 0 }],
  );
}

const MOST_LISTED = 500;
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
