import { z } from 'zod';
import { asking, eventsIn, eventsOf, type Query, type Request } from './responses.js';
import { urlPath } from './url-path.js';
import { MatrixError, type AdminRights, type AdminRoom, type AdminUser } from './types.js';

const userSchema = z.object({
  name: z.string(),
  displayname: z.string().nullish(),
  avatar_url: z.string().nullish(),
  creation_ts: z.number(),
  deactivated: z.union([z.boolean(), z.number()]).nullish(),
});
const count = z.number().catch(0);
const usersAnswer = z.object({
  users: z.array(z.unknown()),
  next_token: z.union([z.string(), z.number()]).nullish(),
  total: count,
});
const textOrNone = z.string().nullish().catch(null);
const roomSchema = z.object({
  room_id: z.string(),
  joined_local_members: z.number().nullish(),
  name: textOrNone,
  topic: textOrNone,
  canonical_alias: textOrNone,
  avatar: textOrNone,
  creator: textOrNone,
});
const roomsAnswer = z.object({ rooms: z.array(z.unknown()), next_batch: z.number().nullish(), total_rooms: count });
/** Synapse takes a while for a room with hundreds of thousands of members. */
const STATE_TIMEOUT_MS = 180_000;
const stateAnswer = z.object({ state: z.array(z.unknown()) });

/** Synapse's admin API. Our permission to use it may change, so it is tried at each use. */
export function createAdminApi(request: Request) {
  return { ...accountLists(request), ...roomLists(request), ...roomStates(request) };
}

function accountLists(request: Request) {
  const { ask } = asking(request);
  const rights = async (): Promise<AdminRights> => {
    try {
      await request('GET', '/_synapse/admin/v2/users', { query: { limit: 1 }, admin: true });
      return 'admin';
    } catch (error) {
      if (!(error instanceof MatrixError) || ![401, 403, 404].includes(error.status)) throw error;
      return error.status === 404 ? 'no_api' : 'none';
    }
  };
  return {
    /** Whether the token in use is a server admin's; also false where there is no such API. */
    async isAdmin(): Promise<boolean> {
      return (await rights()) === 'admin';
    },
    adminRights: rights,
    /** Accounts, newest first. v3 gives `creation_ts` in ms and hides locked accounts unless asked for. */
    async adminUsers(page: {
      from?: string;
      limit: number;
      oldestFirst?: boolean;
    }): Promise<{ users: AdminUser[]; next?: string; total: number }> {
      const query = {
        order_by: 'creation_ts',
        dir: page.oldestFirst === true ? 'f' : 'b',
        locked: true,
        limit: page.limit,
        ...(page.from === undefined ? {} : { from: page.from }),
      };
      const answer = await ask(usersAnswer, 'GET', '/_synapse/admin/v3/users', { query, admin: true });
      const users = answer.users.flatMap((raw) => {
        const user = userSchema.safeParse(raw);
        return user.success ? [adminUser(user.data)] : [];
      });
      return { users, total: answer.total, ...(answer.next_token == null ? {} : { next: String(answer.next_token) }) };
    },
  };
}

function roomLists(request: Request) {
  const { ask, find } = asking(request);
  return {
    /**
     * Rooms ordered by creator: an order that stays stable during paging, however rooms change. `from` counts rooms.
     */
    async adminRooms(page: {
      from: number;
      limit: number;
    }): Promise<{ rooms: AdminRoom[]; size: number; next?: number; total: number }> {
      const query = { order_by: 'creator', dir: 'f', from: page.from, limit: page.limit };
      const answer = await ask(roomsAnswer, 'GET', '/_synapse/admin/v1/rooms', { query, admin: true });
      const rooms = answer.rooms.flatMap((raw) => {
        const room = roomSchema.safeParse(raw);
        return room.success ? [adminRoom(room.data)] : [];
      });
      return {
        rooms,
        size: answer.rooms.length,
        total: answer.total_rooms,
        ...(answer.next_batch == null ? {} : { next: answer.next_batch }),
      };
    },
    /** One room; undefined when the homeserver does not know it. */
    async adminRoom(roomId: string): Promise<AdminRoom | undefined> {
      const room = await find(roomSchema, 'GET', urlPath`/_synapse/admin/v1/rooms/${roomId}`, { admin: true });
      return room === undefined ? undefined : adminRoom(room);
    },
  };
}

/** Also for rooms that the bot is not in. */
function roomStates(request: Request) {
  const { ask } = asking(request);
  const state = async (roomId: string, query: Query): Promise<unknown[]> => {
    const path = urlPath`/_synapse/admin/v1/rooms/${roomId}/state`;
    return (await ask(stateAnswer, 'GET', path, { query, admin: true, timeoutMs: STATE_TIMEOUT_MS })).state;
  };
  return {
    async adminRoomState(roomId: string) {
      return eventsOf(await state(roomId, {}), roomId);
    },
    async adminRoomMembers(roomId: string) {
      // Synapse before 1.127 ignores `type` and returns the whole state
      return eventsIn(await state(roomId, { type: 'm.room.member' }), roomId);
    },
  };
}

function adminUser(user: z.infer<typeof userSchema>): AdminUser {
  return {
    userId: user.name,
    displayName: user.displayname ?? null,
    avatarUrl: user.avatar_url ?? null,
    createdAt: user.creation_ts,
    deactivated: Boolean(user.deactivated),
  };
}

function adminRoom(room: z.infer<typeof roomSchema>): AdminRoom {
  return {
    roomId: room.room_id,
    localMembers: room.joined_local_members ?? null,
    name: room.name ?? null,
    topic: room.topic ?? null,
    canonicalAlias: room.canonical_alias ?? null,
    avatarUrl: room.avatar ?? null,
    creator: room.creator ?? null,
  };
}
