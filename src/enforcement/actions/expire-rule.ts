import type { NewAction } from '../../store/types.js';
import { expireRulePayload, type ExpireRulePayload } from '../payloads.js';
import type { ActionHandler, ActionOutcome } from '../types.js';
import type { HandlerParts } from './parts.js';

/** In a rule's content: when it ends, in ms since the epoch. It tells a rule with an end from one that was written anew. */
export const UNTIL = 'io.heimdall.until';

/** The end of a rule, written down with the rule itself. Its lane is its own: while it waits it holds back nothing. */
export function expiryOf(payload: ExpireRulePayload): NewAction {
  const place = `${payload.listRoomId}:${payload.type}:${payload.stateKey}:${payload.until}`;
  return { kind: 'expire_rule', lane: `expire:${place}`, key: `expire:${place}`, payload, notBefore: payload.until };
}

/**
 * `expire_rule`: removes a rule whose time is over; what it wanted is lifted when the removal comes back as an event.
 * A rule that was changed, renewed or removed meanwhile does not state this end any more, and stays as it is.
 */
export function expireRuleHandler({ homeserver }: HandlerParts): ActionHandler {
  return {
    kind: 'expire_rule',
    changesWorld: true,
    async perform(action): Promise<ActionOutcome> {
      const { listRoomId, entity, type, stateKey, until } = expireRulePayload.parse(action.payload);
      const now = await homeserver.stateContent(listRoomId, type, stateKey);
      if (now?.[UNTIL] !== until || now.entity !== entity) return { state: 'done', result: { effect: 'moot' } };
      await homeserver.sendState(listRoomId, type, stateKey, {});
      return { state: 'done', result: { effect: 'removed' } };
    },
  };
}
