import { kick } from '../actions.js';
import { MatrixError } from '../../matrix/types.js';
import type { ActionHandler, ActionOutcome } from '../../actions/types.js';
import { readMembership, type HandlerDeps } from './parts.js';

const INSIDE: readonly unknown[] = ['join', 'invite', 'knock'];

/** `kick`: removes a person from a room, or withdraws an invite. Nothing to do if they are not in it. */
export function kickHandler({ homeserver, rooms, sent }: HandlerDeps): ActionHandler {
  return kick.handler(async ({ roomId, userId, reason, invitedBy }) => {
    const room = rooms.get(roomId);
    const member = room?.members.get(userId);
    if (sent.isUnderway(roomId, userId, 'leave', member)) return done('held');
    if (room !== undefined && !INSIDE.includes(member?.membership)) return done('held');
    // Read from the homeserver: the invite may have been accepted since the snapshot.
    if (invitedBy !== undefined && !(await isInvitedBy(homeserver, roomId, userId, invitedBy))) return done('held');
    try {
      await homeserver.kick(roomId, userId, reason);
    } catch (error) {
      if (
        !(error instanceof MatrixError) ||
        error.status !== 403 ||
        INSIDE.includes(await readMembership(homeserver, roomId, userId))
      )
        throw error;
      return done('held');
    }
    sent.note(roomId, userId, 'leave', member);
    return done('kicked');
  });
}

async function isInvitedBy(
  homeserver: HandlerDeps['homeserver'],
  roomId: string,
  userId: string,
  invitedBy: string,
): Promise<boolean> {
  const event = await homeserver.stateEvent(roomId, 'm.room.member', userId);
  return event?.content.membership === 'invite' && event.sender === invitedBy;
}

function done(effect: 'kicked' | 'held'): ActionOutcome {
  return { state: 'done', result: { effect } };
}
