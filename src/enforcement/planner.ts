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

/** One effect that a room needs: an action to record. */
export type Effect = NewAction;

export interface PlanOptions {
  facts: GuardContext;
  /** the server ACL that the rules produce, the same for all rooms; undefined: ACLs are left alone */
  acl?: ServerAclContent;
  /** how existing ACLs are handled; undefined: ours is merged with what the room's moderators set */
  acls?: AclSettings;
  /** bans in this room that Heimdall made, and for which rule: only these are ever lifted */
  ourBans?: (roomId: string) => ReadonlyMap<string, OurBan>;
  /** watched lists that could not be read: bans for their rules stay */
  unreadLists?: Pick<ReadonlySet<string>, 'has'>;
  /** all rules, including those not followed because they would hit us: a ban that one of them wanted stays */
  allRules?: Pick<Policy, 'match'>;
  /** what takedown rules do besides the ban; undefined: nothing */
  takedown?: TakedownPlan;
  /**
   * Part of every key. It differs for each start of the program and for a dry run, so that an action that changed
   * nothing (refused, simulated, failed) is requested again, while an effect that is in force is recognised.
   */
  epoch?: string;
}

/**
 * What a room needs to comply with the policy: bans of listed people who are joined, invited or knocking (never in
 * advance), lifting bans of ours that no rule wants any more, withdrawing invites by people who are taken down, and the
 * server ACL. Pure and minimal: nothing that is in force already, nothing that we lack the power for (`missingPower`
 * names that), nothing that the interlock would refuse.
 *
 * The start, live changes and `sync` all come through here. Keys are built from the current state's event ids, so
 * planning twice adds nothing. A room is planned again when its own ACL event comes back, which catches what changed in
 * the meantime.
 */
export function planRoom(room: RoomSnapshot, policy: Pick<Policy, 'match'>, options: PlanOptions): Effect[] {
  const acl = planAcl(room, options);
  const bans: Effect[] = [];
  const unbans: Effect[] = [];
  for (const [userId, member] of room.members) {
    if (member.membership === 'ban') unbans.push(...planBanned(room, userId, member, policy, options));
    else bans.push(...planPresent(room, userId, member, policy, options));
  }
  // the ACL first: a single event that keeps out whole servers
  const withdrawals = planWithdrawals(room, policy, options, withdrawalKey(room, options));
  return [...(acl === undefined ? [] : [acl]), ...bans, ...unbans, ...withdrawals];
}

/**
 * The same for one person whose member event changed: the hot path. Somebody who is not in the room has left only their
 * messages there, which a takedown redacts.
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
  // a rule that was removed and rewritten is a new request, hence its event id
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
  // No rule bans somebody who has joined the management room since: that would lock out a moderator.
  if (!options.facts.moderators.has(userId) && isWanted(ours, userId, policy, options)) return undefined;
  if (!canUnban(options.facts.botUserId, userId, room)) return undefined;
  const payload: UnbanPayload = { roomId: room.roomId, userId, banEventId: member.eventId };
  return unban.create(payload, { key: keyOf('unban', room, options, member.eventId) });
}

/** Whether a rule, followed or not, still calls for the ban, or may do so in a list that we cannot read. */
function isWanted(ours: OurBan, userId: string, policy: Pick<Policy, 'match'>, options: PlanOptions): boolean {
  const action = (options.allRules ?? policy).match('user', userId)?.action;
  if (action === 'ban' || action === 'takedown') return true;
  const list = ours.rule?.roomId;
  return list !== undefined && options.unreadLists?.has(list) === true;
}

/** The room's server ACL, when it differs from the one that the rules produce (`acl-planner`). */
export function planAcl(room: RoomSnapshot, options: PlanOptions): Effect | undefined {
  return planServerAcl(room, options, (...parts) => keyOf('acl', room, options, ...parts));
}

/**
 * Power is part of the key: what failed for lack of it is requested again once the power levels or our own membership
 * change.
 */
function keyOf(kind: string, room: RoomSnapshot, options: PlanOptions, ...parts: readonly string[]): string {
  const own = room.members.get(options.facts.botUserId);
  const standing = `${room.powerLevelsEventId ?? 'none'}/${own?.eventId ?? 'none'}`;
  return [kind, room.roomId, ...parts, standing, options.epoch ?? ''].join(':');
}

/** The permissions that the bot lacks in a room, in words for `verify` and the notice to moderators. */
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

/** The lowest power level that lets the bot do everything it needs in a room. */
export function powerNeeded(room: RoomSnapshot): number {
  return Math.max(
    levelFor('ban', room),
    levelFor('kick', room),
    levelFor('redact', room),
    levelForEvent('m.room.redaction', room),
    levelForState('m.room.server_acl', room),
  );
}
