import type { GuardContext, MemberState, RoomSnapshot, RoomSnapshots } from '../../src/enforcement/types.js';
import { parseCreate, parsePowerLevels } from '../../src/matrix/events.js';
import type { Membership } from '../../src/matrix/types.js';
import { createPolicy } from '../../src/policy/index.js';
import type { Policy } from '../../src/policy/types.js';

export const BOT = '@heimdall:example.org';
export const OFFICIAL = '@server:matrix.example';
export const VARIANT = '@server-en:variant.example';
export const MODERATOR = '@mod:mods.example';
export const CREATOR = '@creator:creators.example';
export const ROOM = '!protected:example.org';
export const LIST = '!list:example.org';

export interface RoomOptions {
  roomId?: string;
  version?: string;
  creator?: string;
  additionalCreators?: string[];
  powerLevels?: Record<string, unknown>;
  members?: Record<string, Membership>;
  acl?: Record<string, unknown>;
}

/** A protected room in which the bot has power 100 unless `powerLevels` says otherwise. */
export function room(options: RoomOptions = {}): RoomSnapshot {
  const roomId = options.roomId ?? ROOM;
  const create = {
    room_version: options.version ?? '11',
    ...(options.additionalCreators === undefined ? {} : { additional_creators: options.additionalCreators }),
  };
  return {
    roomId,
    create: parseCreate({ sender: options.creator ?? CREATOR, content: create }),
    powerLevels: parsePowerLevels(options.powerLevels ?? { users: { [BOT]: 100 } }),
    powerLevelsEventId: '$power',
    members: new Map(
      Object.entries({ [BOT]: 'join', [options.creator ?? CREATOR]: 'join', ...options.members }).map(
        ([userId, membership]) => [userId, member(userId, membership as Membership)],
      ),
    ),
    acl: options.acl === undefined ? undefined : { eventId: '$acl', content: options.acl, sender: BOT },
  };
}

export function member(userId: string, membership: Membership, sender = userId): MemberState {
  return { membership, eventId: `$${membership}-${userId}`, sender };
}

export function roomsOf(...rooms: RoomSnapshot[]): RoomSnapshots {
  const byId = new Map(rooms.map((one) => [one.roomId, one]));
  return { get: (roomId) => byId.get(roomId), all: () => byId.values() };
}

export interface RuleText {
  kind?: 'user' | 'room' | 'server';
  entity: string;
  recommendation?: string;
  reason?: string;
  eventId?: string;
}

/** A policy with these rules in one list. */
export function policyOf(...rules: RuleText[]): Policy {
  const policy = createPolicy();
  rules.forEach((rule, index) => addRule(policy, rule, String(index)));
  return policy;
}

export function addRule(
  policy: Policy,
  { kind = 'user', entity, recommendation = 'm.ban', reason, eventId }: RuleText,
  stateKey: string,
): void {
  policy.apply({
    type: `m.policy.rule.${kind}`,
    state_key: stateKey,
    room_id: LIST,
    event_id: eventId ?? `$rule-${stateKey}`,
    content: { entity, recommendation, reason },
  });
}

export function factsOf(changes: Partial<GuardContext> = {}): GuardContext {
  return {
    botUserId: BOT,
    serverName: 'example.org',
    protectedIdentities: [{ userId: OFFICIAL, variants: [VARIANT], rooms: ['#official:matrix.example'] }],
    moderators: new Set([MODERATOR]),
    ownRooms: new Set(['!management:example.org', LIST]),
    policy: policyOf(),
    rooms: roomsOf(room()),
    ...changes,
  };
}
