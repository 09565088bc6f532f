import type { Policy } from '../../policy/types.js';
import type { ActionHandler } from '../types.js';
import { aclHandler } from './acl.js';
import { banHandler } from './ban.js';
import { kickHandler } from './kick.js';
import type { HandlerParts } from './parts.js';
import { redactHandler } from './redact.js';
import { removeRuleHandler } from './remove-rule.js';
import { reportEventHandler, reportHandler } from './report.js';
import { SentMemberships } from './sent-memberships.js';
import { unbanHandler } from './unban.js';
import { writeRuleHandler } from './write-rule.js';

/** One handler for each kind of effect on rooms, lists and the homeserver's reports. */
export function createActionHandlers(options: Omit<HandlerParts, 'sent'> & { policy: Pick<Policy, 'match'> }): ActionHandler[] {
  const parts = { ...options, sent: new SentMemberships() };
  return [banHandler(parts), unbanHandler(parts), kickHandler(parts), redactHandler(parts), aclHandler(parts), writeRuleHandler(parts), removeRuleHandler(parts), reportHandler(parts), reportEventHandler(parts)];
}
