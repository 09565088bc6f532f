import type { NewAction } from '../store/records/actions.js';
import {
  blockRoom,
  deactivate,
  quarantineMedia,
  suspend,
  unblockRoom,
  unquarantineMedia,
  unsuspend,
} from './actions.js';
import type { TakedownConfig } from '../config/types.js';
import { serverNameOf } from '../matrix/identifiers.js';
import { canRedact } from '../matrix/power.js';
import { isGlob } from '../policy/index.js';
import type { Policy, PolicyMatch, PolicyRule } from '../policy/types.js';
import { redactionAction } from './handlers/redact-user.js';
import { interlock } from './interlock.js';
import type { AccountPayload, BlockRoomPayload, RedactionExtent, RuleReference } from './payloads.js';
import type { TakedownRegister } from './takedown-register.js';
import type { GuardContext, RoomSnapshot } from './types.js';

/** Additional input for planning takedowns; without it a takedown is just a ban. */
export interface TakedownPlan {
  settings: TakedownConfig;
  register: TakedownRegister;
  /** whether takedown rules of a list suspend accounts on this server, whatever the settings say */
  suspends?: (listRoomId: string | undefined) => boolean;
}

interface Options {
  facts: GuardContext;
  takedown?: TakedownPlan;
  unreadLists?: Pick<ReadonlySet<string>, 'has'>;
  allRules?: Pick<Policy, 'match'>;
  epoch?: string;
}

/** The rule: enough to find it again, and to tell later whether it is still in force. */
export function referenceOf(rule: PolicyRule): RuleReference {
  const { roomId, type, stateKey, entity, eventId } = rule;
  return { roomId, type, stateKey, entity, eventId };
}

/** How much is redacted for this match, and the key of the action; undefined when nothing is. */
export function extentOf(
  room: RoomSnapshot,
  userId: string,
  match: PolicyMatch,
  { takedown, epoch }: Options,
): (RedactionExtent & { key: string }) | undefined {
  if (takedown?.settings.redact !== true || match.action !== 'takedown') return undefined;
  const key = [
    'redact_user',
    room.roomId,
    userId,
    match.rule.eventId ?? '',
    room.powerLevelsEventId ?? '',
    epoch ?? '',
  ].join(':');
  return { limit: takedown.settings.redact_limit, hours: takedown.settings.redact_hours, key };
}

/**
 * The redaction of messages by somebody who is no longer in the room (banned before, or gone), once for each rule.
 * Members are banned first, and their redaction follows the ban.
 */
export function planRedaction(
  room: RoomSnapshot,
  userId: string,
  policy: Pick<Policy, 'match'>,
  options: Options,
): NewAction[] {
  if (options.takedown?.settings.redact !== true) return [];
  const match = policy.match('user', userId);
  const extent = match === null ? undefined : extentOf(room, userId, match, options);
  if (match === null || extent === undefined) return [];
  const rule = referenceOf(match.rule);
  if (options.takedown.register.hasRedacted(room.roomId, userId, rule) || !canRedact(options.facts.botUserId, room))
    return [];
  if (!interlock({ about: 'user', userId, roomId: room.roomId }, options.facts).allowed) return [];
  return [
    redactionAction(extent.key, {
      roomId: room.roomId,
      userId,
      rule,
      extent,
      ...(match.rule.reason === undefined ? {} : { reason: match.rule.reason }),
    }),
  ];
}

/** What the settings call for when a local account is taken down: nothing by default. */
export function planAccount(userId: string, match: PolicyMatch, options: Options): NewAction[] {
  const { facts, takedown } = options;
  if (takedown === undefined || match.action !== 'takedown' || serverNameOf(userId) !== facts.serverName) return [];
  const { settings, register } = takedown;
  const byList = settings.local_accounts === 'none' && takedown.suspends?.(match.rule.roomId) === true;
  const asked: [typeof suspend, boolean][] = [
    [suspend, (settings.local_accounts === 'suspend' || byList) && !register.suspended.has(userId)],
    // first what needs the account, then its deactivation
    [quarantineMedia, settings.quarantine_media && !register.quarantined.has(userId)],
    [deactivate, settings.local_accounts === 'deactivate' && !register.deactivated.has(userId)],
  ];
  const wanted = asked.filter(([, is]) => is);
  if (wanted.length === 0 || !interlock({ about: 'user', userId }, facts).allowed) return [];
  const payload: AccountPayload = {
    userId,
    rule: referenceOf(match.rule),
    ...(match.rule.reason === undefined ? {} : { reason: match.rule.reason }),
  };
  return wanted.map(([action]) =>
    action.create(payload, { key: [action.kind, userId, payload.rule?.eventId ?? '', options.epoch ?? ''].join(':') }),
  );
}

/**
 * What takedown rules call for outside of rooms: actions on the accounts that they name, blocked rooms, and the end of
 * both where no takedown rule wants them any more. Only rules in `asking` may start something new.
 */
export function planTakedowns(
  policy: Pick<Policy, 'match'>,
  options: Options,
  asking: Iterable<PolicyRule>,
): NewAction[] {
  const { takedown } = options;
  if (takedown === undefined) return [];
  return [
    ...newTakedowns(policy, options, takedown, asking),
    ...liftedTakedowns(options.allRules ?? policy, options, takedown),
  ];
}

function newTakedowns(
  policy: Pick<Policy, 'match'>,
  options: Options,
  { settings, register, suspends }: TakedownPlan,
  asking: Iterable<PolicyRule>,
): NewAction[] {
  const accounts = settings.local_accounts !== 'none' || settings.quarantine_media || suspends !== undefined;
  if (!accounts && !settings.block_rooms) return [];
  const actions: NewAction[] = [];
  for (const { action, kind, entity } of asking) {
    if (action !== 'takedown' || kind === 'server' || entity === undefined || isGlob(entity)) continue;
    const match = policy.match(kind, entity);
    if (match?.action !== 'takedown') continue;
    if (kind === 'user') actions.push(...planAccount(entity, match, options));
    else if (settings.block_rooms && /^[!#]/.test(entity) && !register.blocked.has(entity))
      actions.push(...planBlock(entity, match, options));
  }
  return actions;
}

function planBlock(room: string, match: PolicyMatch, { facts, epoch }: Options): NewAction[] {
  if (!interlock({ about: 'room', roomId: room }, facts).allowed) return [];
  const payload: BlockRoomPayload = { room, rule: referenceOf(match.rule) };
  return [blockRoom.create(payload, { key: ['block_room', room, payload.rule?.eventId ?? '', epoch ?? ''].join(':') })];
}

/** Only what Heimdall did for a rule is lifted, and not while the rule's list cannot be read. */
function liftedTakedowns(
  policy: Pick<Policy, 'match'>,
  { unreadLists, epoch }: Options,
  { register }: TakedownPlan,
): NewAction[] {
  const over = (kind: 'user' | 'room', entity: string, rule: RuleReference | undefined): boolean =>
    rule !== undefined &&
    !(rule.roomId !== undefined && unreadLists?.has(rule.roomId) === true) &&
    policy.match(kind, entity)?.action !== 'takedown';
  const actions: NewAction[] = [];
  for (const [userId, { rule, actionId }] of register.suspended) {
    if (over('user', userId, rule))
      actions.push(unsuspend.create({ userId, rule }, { key: `unsuspend:${actionId}:${epoch ?? ''}` }));
  }
  for (const [userId, { rule, actionId, media }] of register.quarantined) {
    if (over('user', userId, rule))
      actions.push(
        unquarantineMedia.create({ userId, media: [...media] }, { key: `unquarantine:${actionId}:${epoch ?? ''}` }),
      );
  }
  for (const [room, { rule, actionId, roomId }] of register.blocked) {
    if (over('room', room, rule))
      actions.push(unblockRoom.create({ room, roomId }, { key: `unblock_room:${actionId}:${epoch ?? ''}` }));
  }
  return actions;
}
