import { bridgeUserMatcher } from '../config/bridge-users.js';
import { interlock } from '../enforcement/interlock.js';
import type { GuardContext } from '../enforcement/types.js';
import type { InterlockAnswer, InterlockQuestion } from '../actions/types.js';
import { ModeratorAlerts } from '../notify/alerts.js';
import { message } from '../notify/actions.js';
import { createPolicy, type MayExempt } from '../policy/index.js';
import { guardContext } from '../protected-rooms/guard-context.js';
import { PolicyListSnapshots } from '../tracking/list-snapshots.js';
import { WatchedLists } from '../tracking/lists.js';
import { OfficialRooms } from '../tracking/official-rooms.js';
import { RoomStateCache } from '../tracking/rooms.js';
import type { TrackedRoom } from '../tracking/tracked-room.js';
import type { AppContext } from './context.js';

/** What we know about rooms, lists and people, and how moderators are told. */
export interface Tracking {
  protectedRooms: RoomStateCache;
  /** management room and own lists */
  ownRooms: RoomStateCache;
  managementRoom: () => TrackedRoom | undefined;
  lists: WatchedLists;
  lastKnown: PolicyListSnapshots;
  officialRooms: OfficialRooms;
  /** whether this account is a ghost of one of our bridges */
  isGhost: (userId: string) => boolean;
  bridgeUser: (userId: string) => string | undefined;
  /** a foreign list's allow rules only exempt from its own rules, unless it is trusted */
  isOursToFree: (roomId: string) => boolean;
  mayExempt: MayExempt;
  /** the interlock's current facts */
  facts: () => GuardContext;
  /** asked before every effect that can affect somebody */
  guard: (question: InterlockQuestion) => InterlockAnswer;
  alerts: ModeratorAlerts;
  /** A message in the management room, once per key; there is nobody to tell before that room has been read. */
  tellModerators: (
    key: string,
    words: { content: Record<string, unknown>; thread?: Record<string, unknown> },
  ) => Promise<void>;
}

export function buildTracking({ config, logger, foundation, lifecycle }: AppContext): Tracking {
  const { homeserver, settings, ledger, outbox, clock } = foundation;
  const protectedRooms = new RoomStateCache();
  const ownRooms = new RoomStateCache();
  const lists = new WatchedLists(createPolicy(), homeserver);
  const managementRoom = () => ownRooms.get(settings.get().management_room ?? '');
  const isOursToFree = (roomId: string): boolean => {
    const { policy_list_room: own, default_list: byDefault, watched_lists: watched } = settings.get();
    const list = watched.find((one) => one.room_id === roomId);
    return roomId === own || roomId === byDefault || lists.isMade(roomId) || list?.own === true;
  };
  const mayExempt = (roomId: string | undefined): boolean =>
    roomId === undefined ||
    isOursToFree(roomId) ||
    settings.get().watched_lists.some((list) => list.room_id === roomId && list.trust_allow === true);
  const facts = guardContext({
    config,
    botUserId: homeserver.botUserId,
    protectedRooms,
    settings,
    managementRooms: () => [...ownRooms.all()],
    lists,
    mayExempt,
  });
  const officialRooms = new OfficialRooms({
    homeserver,
    identities: config.protected_identities,
    protectedRooms,
    clock,
    logger,
  });
  const lastKnown = new PolicyListSnapshots({
    ledger,
    policy: lists.policy,
    shortcodeOf: (roomId) => lists.shortcodeOf(roomId),
    logger,
  });
  lifecycle.add('memory', 'last known rules', { stop: () => lastKnown.flush() });
  lifecycle.add('watchers', 'official rooms', { stop: () => officialRooms.stop() });
  const bridgeUser = bridgeUserMatcher(config.bridge_users, config.homeserver.server_name);
  return {
    protectedRooms,
    ownRooms,
    managementRoom,
    lists,
    lastKnown,
    officialRooms,
    bridgeUser,
    isGhost: (userId) => bridgeUser(userId) !== undefined,
    isOursToFree,
    mayExempt,
    facts,
    guard: (question) => interlock(question, facts()),
    alerts: new ModeratorAlerts({ ledger, logger }),
    async tellModerators(key, words) {
      const room = managementRoom();
      if (room !== undefined) await outbox.add([message.create({ roomId: room.roomId, ...words }, { key })]);
    },
  };
}
