import type { MatrixEvent } from '../matrix/types.js';
import type { NewAction } from '../store/records/actions.js';
import type { Settings } from '../store/settings/types.js';
import type { WatchedLists } from '../tracking/lists.js';
import type { RoomStateCache } from '../tracking/rooms.js';
import { isProtected } from '../tracking/settings.js';
import { followUpgrade, readRoom, reconcileSpace, resumeRoom } from './actions.js';

export interface FollowContext {
  botUserId: string;
  settings: Readonly<Settings>;
  rooms: RoomStateCache;
  lists: WatchedLists;
  /** upgrades and spaces that are waiting for an invite to a room */
  upgrades: { waitingFor(roomId: string): string[] };
  spaces: { waitingFor(roomId: string): string[]; ownersOf(roomId: string): string[] };
}

/** What an applied event calls for besides bans: following upgrades, updating spaces, rejoining rooms. */
export function followActions(
  event: MatrixEvent,
  { botUserId, settings, rooms, lists, upgrades, spaces }: FollowContext,
): NewAction[] {
  const { room_id: roomId, event_id: cause, type, state_key: stateKey } = event;
  if (stateKey === undefined) return [];
  const known = isProtected(settings, roomId) || lists.has(roomId);
  if (type === 'm.room.tombstone' && (known || roomId === settings.management_room))
    return [followUpgrade(roomId, cause)];
  // We got power in a successor room, so the old one can be released.
  if (type === 'm.room.power_levels')
    return settings.followed_upgrades
      .filter(({ to, from }) => to === roomId && isProtected(settings, from))
      .map(({ from }) => followUpgrade(from, cause));
  if (type === 'm.space.child') return spaces.ownersOf(roomId).map((space) => reconcileSpace(space, cause));
  if (type !== 'm.room.member' || stateKey !== botUserId) return [];
  const { membership } = event.content;
  if (membership === 'invite') {
    // In separate lanes: the usual ones are blocked by actions that are waiting for this invite.
    const waiting = [
      ...upgrades.waitingFor(roomId).map((from) => followUpgrade(from, cause)),
      ...spaces.waitingFor(roomId).map((space) => reconcileSpace(space, cause)),
    ];
    return [
      ...(known ? [resumeRoom(roomId, cause)] : []),
      ...waiting.map((action) => ({ ...action, lane: `invited:${roomId}` })),
    ];
  }
  // We were brought back by somebody else (an admin, a client with our token), and do not know what happened meanwhile.
  const wasAway = (event.unsigned?.prev_content as { membership?: unknown } | undefined)?.membership !== 'join';
  return membership === 'join' && known && wasAway && rooms.has(roomId) ? [readRoom(roomId, cause)] : [];
}
