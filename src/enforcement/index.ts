/** The door of enforcement: plan what a room needs, carry out what is due, and the interlock before all of it. */
export { wantedAcl, type AclSettings } from './acl-planner.js';
export { AclRegister } from './acl-register.js';
export { createActionHandlers } from './handlers/index.js';
export { BanRegister, type OurBan } from './ban-register.js';
export { canonicalJson } from '../matrix/canonical-json.js';
export {
  createExecutor,
  type ActionEnd,
  type Executor,
  type ExecutorOptions,
  type Trouble,
} from '../actions/executor.js';
export { interlock, serversThatStay, untouchable } from './interlock.js';
export type * from './payloads.js';
export { missingPower, planAcl, planMember, planRoom, powerNeeded, type Effect, type PlanOptions } from './planner.js';
export { planTakedowns, type TakedownPlan } from './takedown-planner.js';
export { TakedownRegister, type Standing } from './takedown-register.js';
export { ruleStateKey } from './handlers/write-rule.js';
export { transactionIdOf } from './handlers/parts.js';
export type * from './types.js';
