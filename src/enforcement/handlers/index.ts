import type { Policy } from '../../policy/types.js';
import type { AclRegister } from '../acl-register.js';
import type { ActionHandler } from '../../actions/types.js';
import type { GuardContext } from '../types.js';
import {
  deactivateHandler,
  lockHandler,
  quarantineHandler,
  suspendHandler,
  unlockHandler,
  unsuspendHandler,
} from './account.js';
import { aclHandler } from './acl.js';
import { banHandler } from './ban.js';
import { blockRoomHandler, unblockRoomHandler } from './block-room.js';
import { changeHandler } from './change.js';
import { createListHandler } from './create-list.js';
import { expireRuleHandler } from './expire-rule.js';
import { kickHandler } from './kick.js';
import { lockdownEndHandler, lockdownHandler } from './lockdown.js';
import { muteHandler, unmuteHandler } from './mute.js';
import type { HandlerDeps } from './parts.js';
import { redactHandler } from './redact.js';
import { redactUserHandler } from './redact-user.js';
import { removeRuleHandler } from './remove-rule.js';
import { reportEventHandler, reportHandler } from './report.js';
import { SentMemberships } from './sent-memberships.js';
import { unbanHandler } from './unban.js';
import { unquarantineHandler } from './unquarantine.js';
import { writeRuleHandler } from './write-rule.js';

export type HandlerOptions = Omit<HandlerDeps, 'sent'> & {
  policy: Pick<Policy, 'match'>;
  facts: () => GuardContext;
  acls: AclRegister;
};

/** One handler per kind of effect on rooms, lists, accounts and the homeserver's reports. */
export function createActionHandlers(options: HandlerOptions): ActionHandler[] {
  const parts = { ...options, sent: new SentMemberships() };
  const people = [
    banHandler(parts),
    unbanHandler(parts),
    kickHandler(parts),
    muteHandler(parts),
    unmuteHandler(parts),
    redactHandler(parts),
    redactUserHandler(parts),
  ];
  const accounts = [
    suspendHandler(parts),
    unsuspendHandler(parts),
    lockHandler(parts),
    unlockHandler(parts),
    deactivateHandler(parts),
    quarantineHandler(parts),
    unquarantineHandler(parts),
  ];
  const rooms = [
    aclHandler(parts),
    blockRoomHandler(parts),
    unblockRoomHandler(parts),
    lockdownHandler(parts),
    lockdownEndHandler(parts),
    changeHandler(parts),
  ];
  const lists = [writeRuleHandler(parts), removeRuleHandler(parts), expireRuleHandler(parts), createListHandler(parts)];
  return [...people, ...accounts, ...rooms, ...lists, reportHandler(parts), reportEventHandler(parts)];
}
