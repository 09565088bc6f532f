import { z } from 'zod';
import { defineAction } from '../actions/define.js';
import type { NewAction } from '../store/records/actions.js';

/**
 * Durable work on rooms that we protect or follow. It changes nobody's standing, so it runs in a dry run; joining a
 * room is left out then. What comes of it is told as an alert about the room, in better words than an action's error.
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

/** A watched list is read again, because something in it was redacted. */
export const readListAction = defineAction({
  kind: 'read_list',
  payload: z.object({ roomId: z.string() }),
  hasSideEffects: false,
  lane: ({ roomId }) => `list:${roomId}`,
});

/** Once for each room and cause, for instance the event that asked for it. */
function once(action: ReturnType<typeof roomAction>, roomId: string, cause: string): NewAction {
  return action.create({ roomId }, { key: `${action.kind}:${roomId}:${cause}` });
}

/** A protected room is read again: something in it was missed. */
export function readRoom(roomId: string, cause: string): NewAction {
  return once(readRoomAction, roomId, cause);
}

/** We were let into a protected room again. */
export function resumeRoom(roomId: string, cause: string): NewAction {
  return once(resumeRoomAction, roomId, cause);
}

/** A room was upgraded: protection, lists and the management room move along. Once for each tombstone. */
export function followUpgrade(roomId: string, cause: string): NewAction {
  return once(followUpgradeAction, roomId, cause);
}

/** The rooms of a protected space are looked through, and protected or let go. */
export function reconcileSpace(roomId: string, cause: string): NewAction {
  return once(reconcileSpaceAction, roomId, cause);
}

/** A list is read again: a redaction does not say what it emptied in a form that all room versions share. */
export function readList(roomId: string, redactionId: string): NewAction {
  return readListAction.create({ roomId }, { key: `read_list:${redactionId}` });
}
