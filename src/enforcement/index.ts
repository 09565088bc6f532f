import type { Homeserver } from '../matrix/types.js';
import type { Policy } from '../policy/types.js';
import { aclHandler } from './actions/acl.js';
import { banHandler } from './actions/ban.js';
import { kickHandler } from './actions/kick.js';
import { redactHandler } from './actions/redact.js';
import { removeRuleHandler } from './actions/remove-rule.js';
import { reportEventHandler, reportHandler } from './actions/report.js';
import { SentMemberships } from './actions/sent-memberships.js';
import { unbanHandler } from './actions/unban.js';
import { writeRuleHandler } from './actions/write-rule.js';
import type { ActionHandler, RoomSnapshots } from './types.js';

/** The door of enforcement: plan what a room needs, carry out what is due, and the interlock before all of it. */
export { BanRegister, type OurBan } from './ban-register.js';
export { canonicalJson } from './canonical-json.js';
export { createExecutor, type ActionEnd, type Executor, type ExecutorOptions, type Trouble } from './executor.js';
export { interlock, serversThatStay } from './interlock.js';
export type * from './payloads.js';
export { missingPower, planAcl, planMember, planRoom, type Effect, type PlanOptions } from './planner.js';
export { ruleStateKey } from './actions/write-rule.js';
export { transactionIdOf } from './actions/parts.js';
export type * from './types.js';

/** The handlers of every kind of action that enforcement knows. */
export function enforcementHandlers(parts: { homeserver: Homeserver; rooms: RoomSnapshots; policy: Pick<Policy, 'match'> }): ActionHandler[] {
  const all = { ...parts, sent: new SentMemberships() };
  return [banHandler(all), unbanHandler(all), kickHandler(all), redactHandler(all), aclHandler(all), writeRuleHandler(all), removeRuleHandler(all), reportHandler(all), reportEventHandler(all)];
}
