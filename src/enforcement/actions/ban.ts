import type { Policy } from '../../policy/types.js';
import { banPayload } from '../payloads.js';
import type { ActionHandler, ActionOutcome } from '../types.js';
import { readMembership, type HandlerParts } from './parts.js';

/**
 * `ban`: bans one person in one room. `effect` in the result says what came of it: `banned` by us, `held` already, or
 * `moot` (the person left, or the rule that wanted it is gone).
 */
export function banHandler({ homeserver, rooms, sent, policy }: HandlerParts & { policy: Pick<Policy, 'match'> }): ActionHandler {
  return {
    kind: 'ban',
    changesWorld: true,
    guard(action) {
      const { roomId, userId } = banPayload.parse(action.payload);
      return { about: 'user', userId, roomId };
    },
    async perform(action, { mayHaveBeenSent }): Promise<ActionOutcome> {
      const { roomId, userId, reason, rule } = banPayload.parse(action.payload);
      const room = rooms.get(roomId);
      const member = room?.members.get(userId);
      const ours = (sender: string | undefined) => (mayHaveBeenSent && sender === homeserver.botUserId ? 'banned' : 'held');
      if (member?.membership === 'ban') return done(ours(member.sender));
      if (sent.isUnderway(roomId, userId, 'ban', member)) return done('held');
      if (rule !== undefined && !isWanted(policy, userId)) return done('moot');
      if (rule !== undefined && room !== undefined && (member === undefined || member.membership === 'leave')) return done('moot');
      if (mayHaveBeenSent && (await readMembership(homeserver, roomId, userId)) === 'ban') return done('banned');
      await homeserver.ban(roomId, userId, reason);
      sent.note(roomId, userId, 'ban', member);
      return done('banned');
    },
  };
}

/** A ban for a rule waits in its lane while rules change: what no rule wants any more is not carried out. */
function isWanted(policy: Pick<Policy, 'match'>, userId: string): boolean {
  const action = policy.match('user', userId)?.action;
  return action === 'ban' || action === 'takedown';
}

function done(effect: 'banned' | 'held' | 'moot'): ActionOutcome {
  return { state: 'done', result: { effect } };
}
