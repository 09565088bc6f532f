import { removeRule } from '../actions.js';
import type { MatrixEvent } from '../../matrix/types.js';
import { createHash } from 'node:crypto';
import { hashOf, ruleTypeOf } from '../../policy/index.js';
import { type RemoveRulePayload } from '../payloads.js';
import type { ActionHandler } from '../../actions/types.js';
import { UNTIL } from './expire-rule.js';
import type { HandlerDeps } from './parts.js';

const ALLOW = 'org.matrix.mjolnir.allow';
/** Recommendations as they were called before they were in the specification. */
const NEW_NAMES: Readonly<Record<string, string>> = {
  'org.matrix.mjolnir.ban': 'm.ban',
  'org.matrix.msc4204.takedown': 'm.takedown',
};

/**
 * `remove_rule`: empties EVERY rule event of this entity in a list, of all types and state keys: other tools may have
 * written it again under keys of their own, and one that is left over would go on acting. Old and hashed ones count.
 */
export function removeRuleHandler({ homeserver, ruleWritten }: HandlerDeps): ActionHandler {
  return removeRule.handler(async (payload) => {
    const stateKeys: string[] = [];
    const removed: Removed[] = [];
    // reading first also makes a second try harmless: what is empty already is not emptied again
    for (const event of await homeserver.state(payload.listRoomId)) {
      if (event.state_key === undefined || !states(event, payload)) continue;
      await homeserver.sendState(payload.listRoomId, event.type, event.state_key, {});
      await ruleWritten?.({ roomId: payload.listRoomId, type: event.type, stateKey: event.state_key });
      stateKeys.push(event.state_key);
      removed.push(removedOf(event));
    }
    return {
      state: 'done',
      result: { effect: stateKeys.length === 0 ? 'held' : 'removed', state_keys: stateKeys, removed },
    };
  });
}

/** What a rule said: whoever takes the removal back writes it again. */
interface Removed {
  recommendation: string;
  reason?: string;
  hashed: boolean;
  until?: number;
}

function removedOf({ content }: MatrixEvent): Removed {
  const { recommendation, reason, entity, [UNTIL]: until } = content;
  return {
    recommendation: NEW_NAMES[String(recommendation)] ?? String(recommendation),
    ...(typeof reason === 'string' ? { reason } : {}),
    hashed: entity === undefined,
    ...(typeof until === 'number' ? { until } : {}),
  };
}

/** Says whether the event is a rule for this entity that is to go. */
function states({ type, content }: MatrixEvent, { kind, entity, recommendations }: RemoveRulePayload): boolean {
  if (ruleTypeOf(type)?.kind !== kind) return false;
  const recommendation = typeof content.recommendation === 'string' ? content.recommendation : '';
  const wanted = recommendations === undefined ? recommendation !== ALLOW : recommendations.includes(recommendation);
  return wanted && (content.entity === entity || (content.entity === undefined && hashOf(content) === sha256(entity)));
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64').replace(/=+$/, '');
}
