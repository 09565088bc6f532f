import type { NewAction } from '../../store/records/actions.js';
import { expireRule } from '../actions.js';
import { MatrixError, type Homeserver } from '../../matrix/types.js';
import { type ExpireRulePayload } from '../payloads.js';
import type { ActionHandler } from '../../actions/types.js';
import type { HandlerDeps } from './parts.js';

/** In a rule's content: when it ends, in ms since the epoch. It distinguishes this rule from one that was rewritten. */
export const UNTIL = 'io.heimdall.until';

/** The end of a rule, recorded together with the rule. It has its own lane, so that nothing waits behind it. */
export function expiryOf(payload: ExpireRulePayload): NewAction {
  return expireRule.create(payload, { key: expireRule.lane(payload), notBefore: payload.until });
}

/** The limit on upgrades that are followed while a rule was running. */
const MOST_UPGRADES = 5;

/**
 * `expire_rule`: removes a rule that has expired; its effects are lifted when the removal comes back as an event. A
 * rule that was changed, renewed or removed in the meantime no longer states this end and is left alone. Where the list
 * was upgraded and its rules were copied, the rule ends in the new room too.
 */
export function expireRuleHandler({ homeserver, ruleWritten }: HandlerDeps): ActionHandler {
  const endIn = async (
    roomId: string,
    { listRoomId, entity, type, stateKey, until }: ExpireRulePayload,
  ): Promise<boolean> => {
    // an unreadable successor can be ignored; an unreadable list cannot
    const reading = homeserver.stateContent(roomId, type, stateKey);
    const now = await (roomId === listRoomId ? reading : reading.catch(gone));
    // A hashed rule has no entity; the matching end at the same state key is enough.
    if (now?.[UNTIL] !== until || (now.entity !== undefined && now.entity !== entity)) return false;
    await homeserver.sendState(roomId, type, stateKey, {});
    await ruleWritten?.({ roomId, type, stateKey });
    return true;
  };
  return expireRule.handler(async (payload) => {
    const rooms = await withSuccessors(homeserver, payload.listRoomId);
    let removed = 0;
    // the newest first: it is the one that is watched
    for (const roomId of rooms.reverse()) if (await endIn(roomId, payload)) removed += 1;
    return { state: 'done', result: { effect: removed > 0 ? 'removed' : 'moot' } };
  });
}

/** The room and its successors in order, up to the first that we cannot read. */
async function withSuccessors(homeserver: Homeserver, roomId: string): Promise<string[]> {
  const rooms = [roomId];
  while (rooms.length <= MOST_UPGRADES) {
    const next = (await homeserver.stateContent(rooms.at(-1) ?? roomId, 'm.room.tombstone').catch(gone))
      ?.replacement_room;
    if (typeof next !== 'string' || !next.startsWith('!') || rooms.includes(next)) break;
    rooms.push(next);
  }
  return rooms;
}

function gone(error: unknown): undefined {
  if (error instanceof MatrixError && !error.transient) return undefined;
  throw error;
}
