import { writeRule } from '../actions.js';
import { createHash } from 'node:crypto';
import { canonicalJson } from '../../matrix/canonical-json.js';
import type { ActionHandler } from '../../actions/types.js';
import { expiryOf, UNTIL } from './expire-rule.js';
import { MatrixError } from '../../matrix/types.js';
import { NO_LIST } from '../payloads.js';
import type { HandlerDeps } from './parts.js';

/**
 * The state key of a rule that Heimdall writes: one key for each entity and recommendation, so writing it twice makes
 * one rule.
 */
export function ruleStateKey(entity: string, recommendation: string): string {
  return createHash('sha256')
    .update(entity + recommendation)
    .digest('base64');
}

/** Replaces an entity that must not be read as a pattern, under both names of the key (MSC4205). */
function hashesOf(entity: string): Record<string, unknown> {
  const hashes = { sha256: createHash('sha256').update(entity, 'utf8').digest('base64') };
  return { hashes, 'org.matrix.msc4205.hashes': hashes };
}

/** `write_rule`: writes a policy rule to a list. The bans follow when the rule's event comes back. */
export function writeRuleHandler({ homeserver, ruleWritten, ownList }: HandlerDeps): ActionHandler {
  return writeRule.handler(
    async (
      { listRoomId: named, kind, entity, recommendation, reason, until, hashed },
      _action,
      { mayHaveBeenSent },
    ) => {
      const listRoomId = named === NO_LIST && ownList !== undefined ? await listMadeNow(ownList) : named;
      const type = `m.policy.rule.${kind}`;
      const stateKey = ruleStateKey(entity, recommendation);
      const content = {
        ...(hashed === true ? hashesOf(entity) : { entity }),
        recommendation,
        reason: reason ?? '',
        ...(until === undefined ? {} : { [UNTIL]: until }),
      };
      const place = { room_id: listRoomId, type, state_key: stateKey };
      // in the same commit as the rule's end, so that a temporary rule always has its end
      const follow = (eventId?: string) =>
        until === undefined ? [] : [expiryOf({ listRoomId, kind, entity, type, stateKey, until, eventId })];
      const now = mayHaveBeenSent ? await homeserver.stateContent(listRoomId, type, stateKey) : undefined;
      if (now !== undefined && canonicalJson(now) === canonicalJson(content))
        return { state: 'done', result: { effect: 'held', ...place }, follow: follow() };
      const eventId = await homeserver.sendState(listRoomId, type, stateKey, content);
      await ruleWritten?.({ roomId: listRoomId, type, stateKey }, { event_id: eventId, content });
      return { state: 'done', result: { effect: 'written', event_id: eventId, ...place }, follow: follow(eventId) };
    },
  );
}

/** The rule waits, and is not lost, while the homeserver does not let us create the list. */
async function listMadeNow(ownList: () => Promise<string>): Promise<string> {
  try {
    return await ownList();
  } catch (error) {
    if (error instanceof MatrixError && !error.transient) throw new MatrixError(503, error.errcode, error.message);
    throw error;
  }
}
