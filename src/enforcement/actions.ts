import { defineAction } from '../actions/define.js';
import type { NewAction } from '../store/records/actions.js';
import {
  NO_LIST,
  accountPayload,
  changePayload,
  aclPayload,
  banPayload,
  blockRoomPayload,
  createListPayload,
  expireRulePayload,
  kickPayload,
  lockdownEndPayload,
  lockdownPayload,
  mutePayload,
  redactPayload,
  redactUserPayload,
  removeRulePayload,
  reportEventPayload,
  reportPayload,
  unbanPayload,
  unblockRoomPayload,
  unmutePayload,
  unquarantinePayload,
  writeRulePayload,
} from './payloads.js';

/**
 * What Heimdall does to rooms, people, lists and accounts, one definition per kind. The handlers are in `handlers/`.
 */

type InRoom = { roomId: string; userId: string };

const inRoom = ({ roomId }: { roomId: string }): string => roomId;
const subject = ({ userId }: { userId: string }): string => userId;
const guardInRoom = ({ roomId, userId }: InRoom) => ({ about: 'user', userId, roomId }) as const;
/**
 * What is written and removed for one entity stays in order; for servers it all does, because a removal may cover other
 * spellings. While there is no list, the first one makes it.
 */
const ruleOf = ({ listRoomId, kind, entity }: { listRoomId: string; kind: string; entity: string }): string => {
  if (listRoomId === NO_LIST) return NO_LIST;
  return kind === 'server' ? `${listRoomId} ${kind}` : `${listRoomId} ${kind} ${entity}`;
};
/** Somebody's bans, unbans and kicks stay in order; those of others need not wait for them. */
const person = ({ userId }: { userId: string }): string => userId;
const guardUser = ({ userId }: { userId: string }) => ({ about: 'user', userId }) as const;
const account = ({ userId }: { userId: string }): string => `account:${userId}`;

export const ban = defineAction({
  kind: 'ban',
  urgent: true,
  payload: banPayload,
  hasSideEffects: true,
  lane: inRoom,
  pipelined: true,
  inOrderWith: person,
  subject,
  guard: guardInRoom,
});
export const unban = defineAction({
  kind: 'unban',
  urgent: true,
  payload: unbanPayload,
  hasSideEffects: true,
  lane: inRoom,
  pipelined: true,
  inOrderWith: person,
  subject,
});
export const kick = defineAction({
  kind: 'kick',
  urgent: true,
  payload: kickPayload,
  hasSideEffects: true,
  lane: inRoom,
  pipelined: true,
  inOrderWith: person,
  guard: guardInRoom,
});
export const redact = defineAction({
  kind: 'redact',
  payload: redactPayload,
  hasSideEffects: true,
  lane: ({ roomId, sender }) => `redact:${roomId}:${sender ?? ''}`,
  guard: ({ roomId, sender }) => (sender === undefined ? undefined : { about: 'user', userId: sender, roomId }),
});
/** It may take long, and a room that cannot be read must not delay anything else: one lane per person and room. */
export const redactUser = defineAction({
  kind: 'redact_user',
  payload: redactUserPayload,
  hasSideEffects: true,
  lane: ({ roomId, userId }) => `redact:${roomId}:${userId}`,
  subject,
  guard: guardInRoom,
  maxConcurrent: 4,
});
export const suspend = defineAction({
  kind: 'suspend',
  payload: accountPayload,
  hasSideEffects: true,
  lane: account,
  subject,
  guard: guardUser,
});
export const unsuspend = defineAction({
  kind: 'unsuspend',
  payload: accountPayload,
  hasSideEffects: true,
  lane: account,
  subject,
});
export const lock = defineAction({
  kind: 'lock',
  payload: accountPayload,
  hasSideEffects: true,
  lane: account,
  subject,
  guard: guardUser,
});
export const unlock = defineAction({
  kind: 'unlock',
  payload: accountPayload,
  hasSideEffects: true,
  lane: account,
  subject,
});
export const deactivate = defineAction({
  kind: 'deactivate',
  payload: accountPayload,
  hasSideEffects: true,
  lane: account,
  subject,
  guard: guardUser,
});
export const quarantineMedia = defineAction({
  kind: 'quarantine_media',
  payload: accountPayload,
  hasSideEffects: true,
  lane: account,
  subject,
  guard: guardUser,
});
export const unquarantineMedia = defineAction({
  kind: 'unquarantine_media',
  payload: unquarantinePayload,
  hasSideEffects: true,
  lane: account,
  subject,
});
export const setServerAcl = defineAction({
  kind: 'acl',
  urgent: true,
  payload: aclPayload,
  hasSideEffects: true,
  lane: inRoom,
  pipelined: true,
  inOrderWith: () => 'the ACL',
  guard: ({ roomId, content }) => ({ about: 'acl', roomId, content }),
});
export const blockRoom = defineAction({
  kind: 'block_room',
  payload: blockRoomPayload,
  hasSideEffects: true,
  lane: ({ room }) => `block:${room}`,
  guard: ({ room }) => ({ about: 'room', roomId: room }),
});
export const unblockRoom = defineAction({
  kind: 'unblock_room',
  payload: unblockRoomPayload,
  hasSideEffects: true,
  lane: ({ room }) => `block:${room}`,
});
export const createList = defineAction({
  kind: 'create_list',
  payload: createListPayload,
  hasSideEffects: true,
  lane: ({ aliasLocalpart }) => `create_list:${aliasLocalpart}`,
});
export const writeRule = defineAction({
  kind: 'write_rule',
  urgent: true,
  payload: writeRulePayload,
  hasSideEffects: true,
  lane: () => 'policy_list',
  inOrderWith: ruleOf,
  guard: ({ kind, entity, recommendation, hashed }) => {
    if (recommendation === 'org.matrix.mjolnir.allow') return undefined;
    if (hashed === true && kind === 'user') return { about: 'user', userId: entity };
    return { about: 'rule', kind, entity };
  },
});
export const removeRule = defineAction({
  kind: 'remove_rule',
  urgent: true,
  payload: removeRulePayload,
  hasSideEffects: true,
  // removing an allow rule is nothing that was done to the person
  subject: ({ kind, entity, recommendations }) =>
    kind === 'user' && recommendations === undefined ? entity : undefined,
  lane: () => 'policy_list',
  inOrderWith: ruleOf,
});
/** It has its own lane, so that nothing waits behind it until it is due. */
export const expireRule = defineAction({
  kind: 'expire_rule',
  payload: expireRulePayload,
  hasSideEffects: true,
  lane: ({ listRoomId, type, stateKey, until }) => `expire:${listRoomId}:${type}:${stateKey}:${until}`,
});
export const report = defineAction({
  kind: 'report',
  payload: reportPayload,
  hasSideEffects: true,
  lane: ({ userId }) => `report:${userId}`,
  guard: guardUser,
});
export const reportEvent = defineAction({
  kind: 'report_event',
  payload: reportEventPayload,
  hasSideEffects: true,
  lane: ({ userId }) => `report:${userId}`,
  guard: guardUser,
});

const ABOUT_A_PERSON = [
  ban,
  unban,
  redactUser,
  suspend,
  unsuspend,
  lock,
  unlock,
  deactivate,
  quarantineMedia,
  unquarantineMedia,
];

/** The account that an action affects, if its case should list the action; undefined otherwise. */
export function subjectOf(action: Pick<NewAction, 'kind' | 'payload'>): string | undefined {
  for (const { kind, payload, subject } of ABOUT_A_PERSON) {
    if (kind !== action.kind) continue;
    const parsed = payload.safeParse(action.payload);
    return parsed.success ? (subject as (payload: unknown) => string | undefined)(parsed.data) : undefined;
  }
  return undefined;
}
export const mute = defineAction({
  kind: 'mute',
  payload: mutePayload,
  hasSideEffects: true,
  lane: inRoom,
  pipelined: true,
  inOrderWith: () => 'the power levels',
  subject,
  guard: guardInRoom,
});
/** It has its own lane, so that nothing waits behind it. */
export const unmute = defineAction({
  kind: 'unmute',
  payload: unmutePayload,
  hasSideEffects: true,
  lane: ({ roomId, userId }) => `unmute:${roomId}:${userId}`,
});
export const lockdown = defineAction({
  kind: 'lockdown',
  payload: lockdownPayload,
  hasSideEffects: true,
  lane: inRoom,
  pipelined: true,
  inOrderWith: () => 'the join rules',
});
/** Likewise; ending it by a command must not wait behind the end that is due later. */
export const lockdownEnd = defineAction({
  kind: 'lockdown_end',
  payload: lockdownEndPayload,
  hasSideEffects: true,
  lane: ({ roomId, eventId }) => `lockdown_end:${roomId}:${eventId}`,
});

/** What a moderator's command changes by one call of the homeserver's API: aliases, the directory, a lock, … */
export const change = defineAction({
  kind: 'change',
  payload: changePayload,
  hasSideEffects: true,
  lane: ({ userId, roomId }) => (userId === undefined ? (roomId ?? 'change') : `account:${userId}`),
  guard: ({ userId }) => (userId === undefined ? undefined : { about: 'user', userId }),
});
