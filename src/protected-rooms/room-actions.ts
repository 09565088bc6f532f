import { z } from 'zod';
import type { ActionHandler, ActionOutcome } from '../actions/types.js';
import { MatrixError, type MatrixEvent } from '../matrix/types.js';
import type { NewAction, Settings } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import type { WatchedLists } from '../tracking/lists.js';
import type { ProtectedRooms } from './protected-rooms.js';
import type { RoomStateCache } from '../tracking/rooms.js';
import { isProtected } from '../tracking/settings.js';
import type { Spaces } from './spaces.js';
import type { Upgrades } from './upgrades.js';

/** The kinds of this file: what comes of them is told by `Concerns`, in better words than an action's error. */
export const ROOM_KINDS: ReadonlySet<string> = new Set(['read_room', 'resume_room', 'follow_upgrade', 'settle_space']);

const roomPayload = z.object({ roomId: z.string() });

/** A room that does not let us in is asked again, seldom: an invite asks at once. */
const CLOSED_MS = 3_600_000;

function roomAction(kind: string, roomId: string, cause: string): NewAction {
  return { kind, lane: `${kind}:${roomId}`, key: `${kind}:${roomId}:${cause}`, payload: { roomId } };
}

/** A room was upgraded: protection, lists and the management room move along. Once for each tombstone. */
export function followUpgrade(roomId: string, cause: string): NewAction {
  return roomAction('follow_upgrade', roomId, cause);
}

/** The rooms of a protected space are looked through, and protected or let go. */
export function reconcileSpace(roomId: string, cause: string): NewAction {
  return roomAction('settle_space', roomId, cause);
}

export interface FollowFacts {
  botUserId: string;
  settings: Readonly<Settings>;
  rooms: RoomStateCache;
  lists: WatchedLists;
  upgrades: Upgrades;
  spaces: Spaces;
}

/** What an event that was just applied asks for, apart from bans: rooms that move, spaces that change, ways back in. */
export function followActions(
  event: MatrixEvent,
  { botUserId, settings, rooms, lists, upgrades, spaces }: FollowFacts,
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
      ...(known ? [roomAction('resume_room', roomId, cause)] : []),
      ...waiting.map((action) => ({ ...action, lane: `invited:${roomId}` })),
    ];
  }
  // Back by another hand (an admin, a client with our token): what happened meanwhile is unknown.
  const wasAway = (event.unsigned?.prev_content as { membership?: unknown } | undefined)?.membership !== 'join';
  return membership === 'join' && known && wasAway && rooms.has(roomId) ? [readRoom(roomId, cause)] : [];
}

/** A protected room is read again: something in it was missed. */
export function readRoom(roomId: string, cause: string): NewAction {
  return roomAction('read_room', roomId, cause);
}

/**
 * The handlers of these actions. None changes anybody's standing, so they run in a dry run; joining a room by ourselves
 * they leave then.
 */
export function roomHandlers(parts: {
  protection: ProtectedRooms;
  upgrades: Upgrades;
  spaces: Spaces;
  clock: Clock;
}): ActionHandler[] {
  const { protection, upgrades, spaces, clock } = parts;
  /** Once an hour, and not in the way of what comes meanwhile: the lane stays free. */
  const askAgain = (action: NewAction): ActionOutcome => ({
    state: 'done',
    follow: [{ ...action, lane: `later:${action.lane}`, notBefore: clock() + CLOSED_MS }],
  });
  const hour = () => `again:${Math.floor(clock() / CLOSED_MS)}`;
  return [
    handler('read_room', async (roomId) => {
      await protection.reloadRoom(roomId);
      return { state: 'done' };
    }),
    handler('resume_room', async (roomId) => {
      await protection.resume(roomId);
      return { state: 'done' };
    }),
    handler('follow_upgrade', async (roomId) =>
      (await upgrades.follow(roomId)) === 'closed' ? askAgain(followUpgrade(roomId, hour())) : { state: 'done' },
    ),
    handler('settle_space', async (roomId) =>
      (await spaces.reconcile(roomId)) === 'closed' ? askAgain(reconcileSpace(roomId, hour())) : { state: 'done' },
    ),
  ];
}

function handler(kind: string, work: (roomId: string) => Promise<ActionOutcome>): ActionHandler {
  return {
    kind,
    hasSideEffects: false,
    async perform(action) {
      try {
        return await work(roomPayload.parse(action.payload).roomId);
      } catch (error) {
        // A HeimdallError around a refusal of the moment is worth another try as much as the refusal itself.
        const cause = error instanceof Error && error.cause instanceof MatrixError ? error.cause : error;
        throw cause;
      }
    },
  };
}
