import { unban } from '../actions.js';
import { MatrixError } from '../../matrix/types.js';
import type { ActionHandler, ActionOutcome } from '../../actions/types.js';
import { readMembership, type HandlerDeps } from './parts.js';
import { texts } from '../texts.js';

/**
 * `unban`: lifts a ban; with `banEventId` only that one, so that a newer ban by somebody else stays. It cannot harm
 * anybody, so the interlock is not asked.
 */
export function unbanHandler({ homeserver, rooms, sent }: HandlerDeps): ActionHandler {
  return unban.handler(async ({ roomId, userId, reason, banEventId }) => {
    const room = rooms.get(roomId);
    const member = room?.members.get(userId);
    if (sent.isUnderway(roomId, userId, 'leave', member)) return done('held');
    if (room !== undefined && member?.membership !== 'ban' && !sent.isUnderway(roomId, userId, 'ban', member))
      return done('held');
    if (banEventId !== undefined && member?.membership === 'ban' && member.eventId !== banEventId)
      return { state: 'failed', error: texts.bannedAnew };
    try {
      await homeserver.unban(roomId, userId, reason);
    } catch (error) {
      // Synapse answers 403 both for "not banned" and for "no power": reading the state distinguishes them
      if (
        !(error instanceof MatrixError) ||
        error.status !== 403 ||
        (await readMembership(homeserver, roomId, userId)) === 'ban'
      )
        throw error;
      return done('held');
    }
    sent.note(roomId, userId, 'leave', member);
    return done('unbanned');
  });
}

function done(effect: 'unbanned' | 'held'): ActionOutcome {
  return { state: 'done', result: { effect } };
}
