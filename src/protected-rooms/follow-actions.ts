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
  /** upgrades and spaces that wait for an invite to a room */
  upgrades: { waitingFor(roomId: string): string[] };
  spaces: { waitingFor(roomId: string): string[]; ownersOf(roomId: string): string[] };
}

/** What an event that was just applied asks for, apart from bans: rooms that move, spaces that change, ways back in. */
export function followActions(
  event: MatrixEvent,
  { botUserId, settings, rooms, lists, upgrades, spaces }: FollowContext,
): NewAction[] {
  const { room_id: roomId, event_id: cause, type, state_key: stateKey } = event;
  if (stateKey === undefined) return [];
  const known = isProtected(settings, roomId) || lists.has(roomId);
  if (type === 'm.room.tombstone' && (known || roomId === settings.management_room))
    return [followUpgrade(roomId, cause)];
  // Power came to us in a room that replaces one: now the old one can be let go.
  if (type === 'm.room.power_levels')
    return settings.followed_upgrades
      .filter(({ to, from }) => to === roomId && isProtected(settings, from))
      .map(({ from }) => followUpgrade(from, cause));
  if (type === 'm.space.child') return spaces.ownersOf(roomId).map((space) => reconcileSpace(space, cause));
  if (type !== 'm.room.member' || stateKey !== botUserId) return [];
  const { membership } = event.content;
  if (membership === 'invite') {
    // In lanes of their own: what waits for this very invite stands in the way in the ordinary ones.
    const waiting = [
      ...upgrades.waitingFor(roomId).map((from) => followUpgrade(from, cause)),
      ...spaces.waitingFor(roomId).map((space) => reconcileSpace(space, cause)),
    ];
    return [
      ...(known ? [resumeRoom(roomId, cause)] : []),
      ...waiting.map((action) => ({ ...action, lane: `invited:${roomId}` })),
    ];
  }
  // Back by another hand (an admin, a client with our token): what happened meanwhile is unknown.
  const wasAway = (event.unsigned?.prev_content as { membership?: unknown } | undefined)?.membership !== 'join';
  return membership === 'join' && known && wasAway && rooms.has(roomId) ? [readRoom(roomId, cause)] : [];
}
