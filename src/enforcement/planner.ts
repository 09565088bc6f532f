import type { NewAction } from '../store/records/actions.js';
import { ban, unban } from './actions.js';
import { canBan, canRedact, canSendState, canUnban, levelFor, levelForEvent, levelForState } from '../matrix/power.js';
import type { Policy, PolicyMatch, ServerAclContent } from '../policy/types.js';
import { planAcl as planServerAcl, type AclSettings } from './acl-planner.js';
import type { OurBan } from './ban-register.js';
import { interlock } from './interlock.js';
import { planWithdrawals, planWithdrawalsOf } from './invite-planner.js';
import type { BanPayload, UnbanPayload } from './payloads.js';
import { extentOf, planAccount, planRedaction, referenceOf, type TakedownPlan } from './takedown-planner.js';
import type { GuardContext, MemberState, RoomSnapshot } from './types.js';
import { texts } from './texts.js';

/** One effect that a room needs: an action to be written down. */
export type Effect = NewAction;

export interface PlanOptions {
  facts: GuardContext;
  /** the server ACL that the rules make, the same for all rooms; undefined: ACLs are left alone */
  acl?: ServerAclContent;
  /** how ACLs are handled that rooms have already; undefined: ours is put beside what their people set */
  acls?: AclSettings;
  /** bans in this room that Heimdall made, and for which rule: only these are ever lifted */
  ourBans?: (roomId: string) => ReadonlyMap<string, OurBan>;
  /** lists that are watched but could not be read: bans made for their rules stay */
  unreadLists?: ReadonlySet<string>;
  /** all rules, also those that are not followed because they would hit us: a ban that one of them wanted stays */
  allRules?: Pick<Policy, 'match'>;
  /** what takedown rules do beyond the ban; undefined: nothing */
  takedown?: TakedownPlan;
  /**
   * Stands in every key. Another word for each start of the program and for dry run: an effect that ended without
   * effect (refused, simulated, failed) is then wanted again, and one that took place is seen to hold already.
   */
  epoch?: string;
}

/**
 * What a room needs so that it is as the policy wants: bans of listed people who are joined, invited or knocking (never
 * in advance), lifted bans that we made and nobody wants any more, withdrawn invites of those who are taken down, and
 * the server ACL. Pure and minimal: nothing that
 * already holds, nothing that we have no power for (`missingPower` names that), nothing that the interlock would
 * refuse.
 *
 * Start, live changes and `sync` all come through here. Keys are made of the current state's event ids, so planning
 * twice adds nothing. Plan a room again when its own ACL event comes back: what changed meanwhile is found then.
 */
export function planRoom(room: RoomSnapshot, policy: Pick<Policy, 'match'>, options: PlanOptions): Effect[] {
  const acl = planAcl(room, options);
  const bans: Effect[] = [];
  const unbans: Effect[] = [];
  for (const [userId, member] of room.members) {
    if (member.membership === 'ban') unbans.push(...planBanned(room, userId, member, policy, options));
    else bans.push(...planPresent(room, userId, member, policy, options));
  }
  // the ACL first: one event that closes the door on whole servers
  const withdrawals = planWithdrawals(room, policy, options, withdrawalKey(room, options));
  return [...(acl === undefined ? [] : [acl]), ...bans, ...unbans, ...withdrawals];
}

/**
 * The same for one person whose member event changed: the hot path. Of somebody who is not in the room there is only
 * what they wrote: a takedown redacts it.
 */
export function planMember(
  room: RoomSnapshot,
  userId: string,
  policy: Pick<Policy, 'match'>,
  options: PlanOptions,
): Effect[] {
  const member = room.members.get(userId);
  const withdrawals = planWithdrawalsOf(room, userId, policy, options, withdrawalKey(room, options));
  if (member === undefined) return [...planRedaction(room, userId, policy, options), ...withdrawals];
  const own = (member.membership === 'ban' ? planBanned : planPresent)(room, userId, member, policy, options);
  return withdrawals.length === 0 ? own : [...own, ...withdrawals];
}

function withdrawalKey(room: RoomSnapshot, options: PlanOptions): (...parts: readonly string[]) => string {
  return (...parts) => keyOf('withdraw_invite', room, options, ...parts);
}

function planPresent(
  room: RoomSnapshot,
  userId: string,
  member: MemberState,
  policy: Pick<Policy, 'match'>,
  options: PlanOptions,
): Effect[] {
  const match = member.membership === 'leave' ? null : policy.match('user', userId);
  if (match === null || match.action === 'allow') return [];
  const ban = planBan(room, userId, member, match, options);
  return [...(ban === undefined ? [] : [ban]), ...planAccount(userId, match, options)];
}

function planBanned(
  room: RoomSnapshot,
  userId: string,
  member: MemberState,
  policy: Pick<Policy, 'match'>,
  options: PlanOptions,
): Effect[] {
  const unban = planUnban(room, userId, member, policy, options);
  return unban === undefined ? planRedaction(room, userId, policy, options) : [unban];
}

function planBan(
  room: RoomSnapshot,
  userId: string,
  member: MemberState,
  match: PolicyMatch,
  options: PlanOptions,
): Effect | undefined {
  if (!canBan(options.facts.botUserId, userId, room)) return undefined;
  if (!interlock({ about: 'user', userId, roomId: room.roomId }, options.facts).allowed) return undefined;
  const rule = referenceOf(match.rule);
  const redact = extentOf(room, userId, match, options);
  const payload: BanPayload = {
    roomId: room.roomId,
    userId,
    rule,
    ...(match.rule.reason === undefined ? {} : { reason: match.rule.reason }),
    ...(redact === undefined ? {} : { redact }),
  };
  // a rule taken back and written anew is a new wish, hence its event id
  return ban.create(payload, { key: keyOf('ban', room, options, member.eventId, rule.eventId ?? '') });
}

function planUnban(
  room: RoomSnapshot,
  userId: string,
  member: MemberState,
  policy: Pick<Policy, 'match'>,
  options: PlanOptions,
): Effect | undefined {
  if (member.sender !== options.facts.botUserId) return undefined;
  const ours = options.ourBans?.(room.roomId).get(userId);
  if (ours === undefined) return undefined;
  const action = (options.allRules ?? policy).match('user', userId)?.action;
  if (action === 'ban' || action === 'takedown') return undefined;
  const list = ours.rule?.roomId;
  if (list !== undefined && options.unreadLists?.has(list) === true) return undefined;
  if (!canUnban(options.facts.botUserId, userId, room)) return undefined;
  const payload: UnbanPayload = { roomId: room.roomId, userId, banEventId: member.eventId };
  return unban.create(payload, { key: keyOf('unban', room, options, member.eventId) });
}

/** The room's server ACL, when it is another one than the rules make (`acl-planner`). */
export function planAcl(room: RoomSnapshot, options: PlanOptions): Effect | undefined {
  return planServerAcl(room, options, (...parts) => keyOf('acl', room, options, ...parts));
}

/**
 * Power is part of the key: what failed for want of it is wanted again once the power levels or our own membership
 * change.
 */
function keyOf(kind: string, room: RoomSnapshot, options: PlanOptions, ...parts: readonly string[]): string {
  const own = room.members.get(options.facts.botUserId);
  const standing = `${room.powerLevelsEventId ?? 'none'}/${own?.eventId ?? 'none'}`;
  return [kind, room.roomId, ...parts, standing, options.epoch ?? ''].join(':');
}

/** What the bot may not do in a room although Heimdall needs it, in words for `verify` and the notice to moderators. */
export function missingPower(room: RoomSnapshot, botUserId: string): string[] {
  const nobody = '';
  const lacks: [boolean, string][] = [
    [canBan(botUserId, nobody, room), texts.power.ban],
    [canUnban(botUserId, nobody, room), texts.power.kick],
    [canRedact(botUserId, room), texts.power.redact],
    [canSendState(botUserId, 'm.room.server_acl', room), texts.power.acl],
  ];
  if (room.members.get(botUserId)?.membership !== 'join') return [texts.power.join];
  return lacks.filter(([may]) => !may).map(([, deed]) => deed);
}

/** The lowest power level with which the bot can do all it needs in a room. */
export function powerNeeded(room: RoomSnapshot): number {
  return Math.max(
    levelFor('ban', room),
    levelFor('kick', room),
    levelFor('redact', room),
    levelForEvent('m.room.redaction', room),
    levelForState('m.room.server_acl', room),
  );
}
