import type { NewAction } from '../store/records/actions.js';
import { kick } from './actions.js';
import { canKick } from '../matrix/power.js';
import type { Policy } from '../policy/types.js';
import { interlock } from './interlock.js';
import type { TakedownPlan } from './takedown-planner.js';
import type { GuardContext, MemberState, RoomSnapshot } from './types.js';
import { texts } from './texts.js';

interface Options {
  facts: GuardContext;
  takedown?: TakedownPlan;
}

/** Builds an action's key from the parts that identify it. */
type KeyOf = (...parts: readonly string[]) => string;

/** All invites in a room sent by people whom a takedown rule matches; they are withdrawn. */
export function planWithdrawals(
  room: RoomSnapshot,
  policy: Pick<Policy, 'match'>,
  options: Options,
  keyOf: KeyOf,
): NewAction[] {
  if (options.takedown?.settings.withdraw_invites !== true) return [];
  const rules = new Map<string, string | undefined>();
  const actions: NewAction[] = [];
  for (const [userId, member] of room.members) {
    if (member.membership !== 'invite') continue;
    const { sender } = member;
    if (!rules.has(sender)) rules.set(sender, ruleAgainst(sender, room, policy, options.facts));
    actions.push(...withdrawal(room, userId, member, rules.get(sender), policy, options, keyOf));
  }
  return actions;
}

/** The same for one person whose member event changed: the invite to them and the ones they sent. */
export function planWithdrawalsOf(
  room: RoomSnapshot,
  userId: string,
  policy: Pick<Policy, 'match'>,
  options: Options,
  keyOf: KeyOf,
): NewAction[] {
  if (options.takedown?.settings.withdraw_invites !== true) return [];
  const member = room.members.get(userId);
  const toThem =
    member?.membership === 'invite'
      ? withdrawal(
          room,
          userId,
          member,
          ruleAgainst(member.sender, room, policy, options.facts),
          policy,
          options,
          keyOf,
        )
      : [];
  const rule = ruleAgainst(userId, room, policy, options.facts);
  if (rule === undefined) return toThem;
  const byThem: NewAction[] = [];
  for (const [invited, one] of room.members)
    if (one.membership === 'invite' && one.sender === userId)
      byThem.push(...withdrawal(room, invited, one, rule, policy, options, keyOf));
  return [...toThem, ...byThem];
}

/** The event id of the takedown rule that matches this person; undefined when there is none, or they are exempt. */
function ruleAgainst(
  userId: string,
  room: RoomSnapshot,
  policy: Pick<Policy, 'match'>,
  facts: GuardContext,
): string | undefined {
  const match = policy.match('user', userId);
  if (match?.action !== 'takedown') return undefined;
  return interlock({ about: 'user', userId, roomId: room.roomId }, facts).allowed
    ? (match.rule.eventId ?? '')
    : undefined;
}

/** Our own people keep an invite, whoever sent it, because withdrawing it would affect them. */
function withdrawal(
  room: RoomSnapshot,
  userId: string,
  { eventId, sender }: MemberState,
  rule: string | undefined,
  policy: Pick<Policy, 'match'>,
  { facts }: Options,
  keyOf: KeyOf,
): NewAction[] {
  if (rule === undefined || !canKick(facts.botUserId, userId, room)) return [];
  if (!interlock({ about: 'user', userId, roomId: room.roomId }, facts).allowed) return [];
  const action = policy.match('user', userId)?.action;
  if (action === 'ban' || action === 'takedown') return []; // the ban ends the invite
  return [
    kick.create(
      { roomId: room.roomId, userId, invitedBy: sender, reason: texts.inviteOfTakenDown },
      { key: keyOf(eventId, rule) },
    ),
  ];
}
