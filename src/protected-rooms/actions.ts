import { z } from 'zod';
import { defineAction } from '../actions/define.js';
import type { NewAction } from '../store/records/actions.js';

/**
 * Durable work on rooms that we protect or follow. It affects nobody, so it runs in a dry run too, except for joining
 * rooms. Failures are announced as an alert about the room, in better words than an action's error.
 */

function roomAction(kind: string) {
  return defineAction({
    kind,
    payload: z.object({ roomId: z.string() }),
    hasSideEffects: false,
    lane: ({ roomId }) => `${kind}:${roomId}`,
    failuresToldElsewhere: true,
  });
}

export const readRoomAction = roomAction('read_room');
export const resumeRoomAction = roomAction('resume_room');
export const followUpgradeAction = roomAction('follow_upgrade');
export const reconcileSpaceAction = roomAction('reconcile_space');

/** Rereads a watched list, because something in it was redacted. */
export const readListAction = defineAction({
  kind: 'read_list',
  payload: z.object({ roomId: z.string() }),
  hasSideEffects: false,
  lane: ({ roomId }) => `list:${roomId}`,
});

/** Once per room and cause, for instance the event that called for it. */
function once(action: ReturnType<typeof roomAction>, roomId: string, cause: string): NewAction {
  return action.create({ roomId }, { key: `${action.kind}:${roomId}:${cause}` });
}

/** Rereads a protected room because of a gap. */
export function readRoom(roomId: string, cause: string): NewAction {
  return once(readRoomAction, roomId, cause);
}

/** Rejoins a protected room that lets us in again. */
export function resumeRoom(roomId: string, cause: string): NewAction {
  return once(resumeRoomAction, roomId, cause);
}

/** Follows a room upgrade: protection, lists and the management room move to the successor. Once per tombstone. */
export function followUpgrade(roomId: string, cause: string): NewAction {
  return once(followUpgradeAction, roomId, cause);
}

/** Updates which rooms of a protected space are protected. */
export function reconcileSpace(roomId: string, cause: string): NewAction {
  return once(reconcileSpaceAction, roomId, cause);
}

/** Rereads a list: room versions differ in how a redaction names the event it empties. */
export function readList(roomId: string, redactionId: string): NewAction {
  return readListAction.create({ roomId }, { key: `read_list:${redactionId}` });
}
