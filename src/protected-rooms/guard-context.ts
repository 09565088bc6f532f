import type { Config } from '../config/types.js';
import type { GuardContext } from '../enforcement/types.js';
import type { Settings, SettingsStore } from '../store/settings/types.js';
import type { WatchedLists } from '../tracking/lists.js';
import { exempting, type MayExempt } from '../policy/index.js';
import type { RoomStateCache } from '../tracking/rooms.js';
import type { TrackedRoom } from '../tracking/tracked-room.js';
import { mayCommand } from './management-room.js';

export interface GuardContextSources {
  config: Config;
  botUserId: string;
  protectedRooms: RoomStateCache;
  settings: Pick<SettingsStore, 'get'>;
  /** the management room, and the rooms that it replaced */
  managementRooms: () => TrackedRoom[];
  lists: WatchedLists;
  /** whether a list's allow rules exempt people from other lists' bans */
  mayExempt: MayExempt;
}

/** The facts for the interlock, read afresh at each question. */
export function guardContext({
  config,
  botUserId,
  protectedRooms,
  settings,
  managementRooms,
  lists,
  mayExempt,
}: GuardContextSources): () => GuardContext {
  const policy = exempting(lists.policy, mayExempt);
  const setsOf = settingsSets();
  return () => {
    return {
      botUserId,
      serverName: config.homeserver.server_name,
      // read each time: `official` commands change them while we run
      protectedIdentities: config.protected_identities.map(({ user_id, variants, rooms }) => ({
        userId: user_id,
        variants,
        rooms,
      })),
      // Somebody who simply joined a public management room is not a moderator and not exempt.
      moderators: new Set(
        managementRooms().flatMap((room) => [...room.members.keys()].filter((userId) => mayCommand(room, userId))),
      ),
      mustAllowServers: config.server_acl.must_allow,
      policy,
      rooms: protectedRooms,
      ...setsOf(settings.get()),
    };
  };
}

/** The rooms that the settings name; settings are replaced, never changed, so a set serves until then. */
function settingsSets(): (settings: Readonly<Settings>) => Pick<GuardContext, 'ownRooms' | 'namedRooms'> {
  let last: { of: Readonly<Settings>; sets: Pick<GuardContext, 'ownRooms' | 'namedRooms'> } | undefined;
  return (of) => {
    if (last?.of !== of) {
      const { policy_list_room: list, management_room: management, protected_rooms: named } = of;
      const ownRooms = new Set([list, management].filter((room) => room !== null));
      last = { of, sets: { ownRooms, namedRooms: new Set(named) } };
    }
    return last.sets;
  };
}
