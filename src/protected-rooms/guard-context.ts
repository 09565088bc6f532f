import type { Config } from '../config/types.js';
import type { GuardContext } from '../enforcement/types.js';
import type { WatchedLists } from '../tracking/lists.js';
import type { RoomStateCache } from '../tracking/rooms.js';

export interface GuardContextSources {
  config: Config;
  botUserId: string;
  protectedRooms: RoomStateCache;
  settings: { get(): { policy_list_room: string | null; management_room: string | null } };
  /** the management room, and the rooms that it replaced */
  managementRooms: () => { members: ReadonlyMap<string, { membership: string }> }[];
  lists: WatchedLists;
}

/** What the interlock looks at, read anew at each question. */
export function guardContext({
  config,
  botUserId,
  protectedRooms,
  settings,
  managementRooms,
  lists,
}: GuardContextSources): () => GuardContext {
  const protectedIdentities = config.protected_identities.map(({ user_id, variants, rooms }) => ({
    userId: user_id,
    variants,
    rooms,
  }));
  return () => {
    const { policy_list_room: list, management_room: management } = settings.get();
    return {
      botUserId,
      serverName: config.homeserver.server_name,
      protectedIdentities,
      moderators: new Set(
        managementRooms().flatMap(({ members }) =>
          [...members].filter(([, { membership }]) => membership === 'join').map(([userId]) => userId),
        ),
      ),
      ownRooms: new Set([list, management].filter((room): room is string => room !== null)),
      mustAllowServers: config.server_acl.must_allow,
      policy: lists.policy,
      rooms: protectedRooms,
    };
  };
}
