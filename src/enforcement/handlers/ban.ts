import type { ActionRecord } from '../../store/records/actions.js';
import { ban } from '../actions.js';
import type { Policy } from '../../policy/types.js';
import { type BanPayload } from '../payloads.js';
import type { ActionHandler, ActionOutcome } from '../../actions/types.js';
import { readMembership, wasJustRead, type HandlerDeps } from './parts.js';
import { redactionAction } from './redact-user.js';

type Effect = 'banned' | 'held' | 'moot';

/**
 * `ban`: bans one person in one room. `effect` in the result gives the outcome: `banned` by us, `held` already, or
 * `moot` (the person left, or the rule that wanted it is gone). Where a takedown calls for it, what the person wrote in
 * the room is redacted after the ban, in a separate lane.
 */
export function banHandler({
  homeserver,
  rooms,
  sent,
  policy,
  clock,
}: HandlerDeps & { policy: Pick<Policy, 'match'> }): ActionHandler {
  return ban.handler(async (payload, action, { mayHaveBeenSent, attempts = 0 }) => {
    const { roomId, userId, reason, rule, redact } = payload;
    const done = (effect: Effect): ActionOutcome => ({
      state: 'done',
      result: { effect },
      follow: redactionAfter(action, payload),
    });
    const room = rooms.get(roomId);
    const member = room?.members.get(userId);
    const ours = (sender: string | undefined) =>
      mayHaveBeenSent && sender === homeserver.botUserId ? 'banned' : 'held';
    if (member?.membership === 'ban') return done(ours(member.sender));
    if (sent.isUnderway(roomId, userId, 'ban', member)) return done('held');
    if (rule !== undefined && !isWanted(policy, userId)) return { state: 'done', result: { effect: 'moot' } };
    if (rule !== undefined && room !== undefined && (member === undefined || member.membership === 'leave'))
      return done('moot');
    // What an earlier process sent shows in what this one has just read; what this one sent may have come after that.
    const isKnown = !mayHaveBeenSent || (attempts === 0 && member !== undefined && wasJustRead(room, clock));
    if (!isKnown && (await readMembership(homeserver, roomId, userId)) === 'ban') return done('banned');
    await homeserver.ban(roomId, userId, reason, { redactEvents: redact !== undefined });
    sent.note(roomId, userId, 'ban', member);
    return done('banned');
  });
}

/** Rules may change while a ban waits in its lane: a ban that no rule wants any more is not carried out. */
function isWanted(policy: Pick<Policy, 'match'>, userId: string): boolean {
  const action = policy.match('user', userId)?.action;
  return action === 'ban' || action === 'takedown';
}

/** It uses the planner's key: when the ban's own event comes back first, the planner requests the same action. */
function redactionAfter(action: ActionRecord, { roomId, userId, reason, rule, redact }: BanPayload) {
  return redact === undefined
    ? []
    : [redactionAction(redact.key, { roomId, userId, reason, rule, extent: redact }, action.caseId)];
}
