import { removeRule } from '../actions.js';
import type { MatrixEvent } from '../../matrix/types.js';
import { createHash } from 'node:crypto';
import { hashOf, ruleTypeOf, serverForms, serverKey } from '../../policy/index.js';
import { type RemoveRulePayload } from '../payloads.js';
import type { ActionHandler } from '../../actions/types.js';
import { UNTIL } from './expire-rule.js';
import type { HandlerDeps } from './parts.js';

const ALLOW = 'org.matrix.mjolnir.allow';
/** Recommendations under their names from before they were in the specification. */
const NEW_NAMES: Readonly<Record<string, string>> = {
  'org.matrix.mjolnir.ban': 'm.ban',
  'org.matrix.msc4204.takedown': 'm.takedown',
};

/**
 * `remove_rule`: empties EVERY rule event of this entity in a list, of all types and state keys: other tools may have
 * written it under keys of their own, and one that remains would still act. Legacy and hashed ones count.
 */
export function removeRuleHandler({ homeserver, ruleWritten }: HandlerDeps): ActionHandler {
  return removeRule.handler(async (payload) => {
    const stateKeys: string[] = [];
    const removed: Removed[] = [];
    // reading first also makes a retry harmless: empty events are not emptied again
    for (const event of await homeserver.state(payload.listRoomId)) {
      const entity = spellingIn(event, payload);
      if (event.state_key === undefined || entity === undefined) continue;
      await homeserver.sendState(payload.listRoomId, event.type, event.state_key, {});
      await ruleWritten?.({ roomId: payload.listRoomId, type: event.type, stateKey: event.state_key });
      stateKeys.push(event.state_key);
      removed.push({ ...removedOf(event), ...(entity === payload.entity ? {} : { entity }) });
    }
    return {
      state: 'done',
      result: { effect: stateKeys.length === 0 ? 'held' : 'removed', state_keys: stateKeys, removed },
    };
  });
}

/** A rule's content, which undoing the removal writes again. */
interface Removed {
  recommendation: string;
  reason?: string;
  hashed: boolean;
  /** as the list spelled it, where that is not what was asked for */
  entity?: string;
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

/** The entity, as it is spelled there, of a rule that is to go; undefined for every other event. */
function spellingIn({ type, content }: MatrixEvent, payload: RemoveRulePayload): string | undefined {
  const { kind, entity, recommendations, anySpelling } = payload;
  if (ruleTypeOf(type)?.kind !== kind) return undefined;
  const recommendation = typeof content.recommendation === 'string' ? content.recommendation : '';
  const wanted = recommendations === undefined ? recommendation !== ALLOW : recommendations.includes(recommendation);
  if (!wanted) return undefined;
  const alike = kind === 'server' && anySpelling === true;
  if (content.entity === undefined) {
    const hash = hashOf(content);
    return [entity, ...(alike ? serverForms(entity) : [])].find((form) => sha256(form) === hash);
  }
  const stated = typeof content.entity === 'string' ? content.entity : '';
  return stated === entity || (alike && serverKey(stated) === serverKey(entity)) ? stated : undefined;
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('base64').replace(/=+$/, '');
}
