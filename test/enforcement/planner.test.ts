import { describe, expect, it } from '@jest/globals';
import type { OurBan } from '../../src/enforcement/ban-register.js';
import { missingPower, planMember, planRoom, type Effect, type PlanOptions } from '../../src/enforcement/planner.js';
import type { RoomSnapshot } from '../../src/enforcement/types.js';
import { BOT, CREATOR, factsOf, LIST, member, MODERATOR, OFFICIAL, policyOf, ROOM, room, roomsOf } from './fixtures.js';

const BAD = '@bad:evil.example';
const ACL = { allow: ['*'], deny: ['evil.example'], allow_ip_literals: false };

function plan(
  snapshot: RoomSnapshot,
  policy = policyOf({ entity: BAD, reason: 'spam' }),
  options: Partial<PlanOptions> = {},
): Effect[] {
  return planRoom(snapshot, policy, { facts: factsOf({ rooms: roomsOf(snapshot), policy }), ...options });
}
const banned = (effects: Effect[]) =>
  effects.filter((effect) => effect.kind === 'ban').map((effect) => (effect.payload as { userId: string }).userId);
const bannedByUs =
  (
    userId: string,
    rule: OurBan['rule'] = { roomId: LIST, type: 'm.policy.rule.user', stateKey: '0', entity: userId },
  ) =>
  () =>
    new Map([[userId, { rule, caseId: null }]]);

function roomWithBan(userId: string, sender = BOT): RoomSnapshot {
  const snapshot = room();
  return { ...snapshot, members: new Map([...snapshot.members, [userId, member(userId, 'ban', sender)]]) };
}

describe('the plan of a room', () => {
  it.each(['join', 'invite', 'knock'] as const)(
    "bans a listed person whose membership is %s, with the rule's reason",
    (membership) => {
      expect(plan(room({ members: { [BAD]: membership } }))).toMatchObject([
        {
          kind: 'ban',
          lane: ROOM,
          payload: {
            roomId: ROOM,
            userId: BAD,
            reason: 'spam',
            rule: { roomId: LIST, type: 'm.policy.rule.user', stateKey: '0', entity: BAD, eventId: '$rule-0' },
          },
        },
      ]);
    },
  );

  it('bans nobody in advance, nobody who left and nobody who is banned', () => {
    expect(plan(room())).toEqual([]);
    expect(plan(room({ members: { [BAD]: 'leave' } }))).toEqual([]);
    expect(plan(room({ members: { [BAD]: 'ban' } }))).toEqual([]);
  });

  it('bans by glob and by takedown, and spares whom an allow rule exempts', () => {
    const policy = policyOf(
      { entity: '@*:evil.example', recommendation: 'm.takedown' },
      { entity: '@good:evil.example', recommendation: 'org.matrix.mjolnir.allow' },
    );
    expect(
      banned(
        plan(room({ members: { [BAD]: 'join', '@good:evil.example': 'join', '@other:fine.example': 'join' } }), policy),
      ),
    ).toEqual([BAD]);
  });

  it('never bans us, an official account, a moderator or a creator, whatever the list says', () => {
    const members = { [OFFICIAL]: 'join', [MODERATOR]: 'join', [CREATOR]: 'join', [BAD]: 'join' } as const;
    expect(banned(plan(room({ members }), policyOf({ entity: '@*:*' })))).toEqual([BAD]);
    expect(banned(plan(room({ members, version: '12' }), policyOf({ entity: '@*:*' })))).toEqual([BAD]);
  });

  it('leaves alone what we have no power for, and names it', () => {
    const powerless = room({ members: { [BAD]: 'join' }, powerLevels: { users: { [BOT]: 0 } } });
    expect(plan(powerless, undefined, { acl: ACL })).toEqual([]);
    expect(missingPower(powerless, BOT)).toHaveLength(4);
    expect(missingPower(room(), BOT)).toEqual([]);
    expect(missingPower({ ...room(), members: new Map() }, BOT)).toEqual(['be in the room']);
  });

  it('gives the same keys when nothing happened meanwhile, others for a new join, a new rule, new power and a new epoch', () => {
    const keyOf = (snapshot: RoomSnapshot, policy = policyOf({ entity: BAD }), epoch?: string) =>
      plan(snapshot, policy, { epoch })[0]?.key;
    const first = room({ members: { [BAD]: 'join' } });
    const again = {
      ...first,
      members: new Map([...first.members, [BAD, { ...member(BAD, 'join'), eventId: '$second-join' }]]),
    };
    expect(keyOf(room({ members: { [BAD]: 'join' } }))).toBe(keyOf(first));
    const keys = [
      keyOf(first),
      keyOf(again),
      keyOf(first, policyOf({ entity: BAD, eventId: '$new-rule' })),
      keyOf({ ...first, powerLevelsEventId: '$new-power' }),
      keyOf(first, undefined, 'dry'),
    ];
    expect(new Set(keys).size).toBe(5);
  });
});

describe('lifting bans', () => {
  const policy = policyOf();

  it('happens when we made the ban and no rule wants it any more', () => {
    expect(plan(roomWithBan(BAD), policy, { ourBans: bannedByUs(BAD) })).toMatchObject([
      { kind: 'unban', lane: ROOM, payload: { roomId: ROOM, userId: BAD, banEventId: `$ban-${BAD}` } },
    ]);
  });

  it('happens when an allow rule exempts the person now', () => {
    const allowed = policyOf({ entity: BAD }, { entity: BAD, recommendation: 'org.matrix.mjolnir.allow' });
    expect(plan(roomWithBan(BAD), allowed, { ourBans: bannedByUs(BAD) })).toMatchObject([{ kind: 'unban' }]);
  });

  it('does not happen to bans of people, whether they made it first or anew', () => {
    expect(plan(roomWithBan(BAD, MODERATOR), policy, { ourBans: bannedByUs(BAD) })).toEqual([]);
    expect(plan(roomWithBan(BAD), policy, { ourBans: () => new Map() })).toEqual([]);
    expect(plan(roomWithBan(BAD), policy)).toEqual([]);
  });

  it('happens when the person has come to the management room, whatever rule wants the ban', () => {
    const banned = roomWithBan(BAD);
    const wanting = policyOf({ entity: BAD });
    const facts = (moderators: string[]) => ({
      ...factsOf({ rooms: roomsOf(banned), policy: wanting }),
      moderators: new Set(moderators),
    });
    const unreadLists = new Set([LIST]);
    for (const more of [{}, { unreadLists }]) {
      const options = { ourBans: bannedByUs(BAD), ...more };
      expect(plan(banned, wanting, { ...options, facts: facts([BAD]) })).toMatchObject([{ kind: 'unban' }]);
      expect(plan(banned, wanting, { ...options, facts: facts(['@other:example.org']) })).toEqual([]);
    }
    expect(plan(roomWithBan(BAD, MODERATOR), wanting, { ourBans: bannedByUs(BAD), facts: facts([BAD]) })).toEqual([]);
  });

  it('does not happen while another rule wants the ban', () => {
    expect(plan(roomWithBan(BAD), policyOf({ entity: '@*:evil.example' }), { ourBans: bannedByUs(BAD) })).toEqual([]);
  });

  it('does not happen because the list could not be read', () => {
    expect(plan(roomWithBan(BAD), policy, { ourBans: bannedByUs(BAD), unreadLists: new Set([LIST]) })).toEqual([]);
    expect(
      plan(roomWithBan(BAD), policy, { ourBans: bannedByUs(BAD), unreadLists: new Set(['!other:x']) }),
    ).toHaveLength(1);
  });
});

describe('the server ACL of a room', () => {
  const acls = (effects: Effect[]) => effects.filter((effect) => effect.kind === 'acl').map((effect) => effect.payload);

  it('is sent where there is none or another one, and not where it stands', () => {
    expect(acls(plan(room(), policyOf(), { acl: ACL }))).toMatchObject([{ roomId: ROOM, content: ACL }]);
    expect(acls(plan(room({ acl: { ...ACL, deny: [] } }), policyOf(), { acl: ACL }))).toHaveLength(1);
    expect(acls(plan(room({ acl: ACL }), policyOf(), { acl: ACL }))).toEqual([]);
  });

  it("is opened when our last rule goes, but one that the room's people set stays", () => {
    const nothing = { ...ACL, deny: [] };
    expect(acls(plan(room({ acl: ACL }), policyOf(), { acl: nothing }))).toMatchObject([
      { roomId: ROOM, content: nothing },
    ]);
    expect(
      acls(plan({ ...room(), acl: { eventId: '$a', content: ACL, sender: '@admin:x' } }, policyOf(), { acl: nothing })),
    ).toEqual([]);
    expect(acls(plan(room(), policyOf(), { acl: nothing }))).toEqual([]);
  });

  it('never leaves when it would shut us out', () => {
    expect(acls(plan(room(), policyOf(), { acl: { ...ACL, deny: ['example.org'] } }))).toEqual([]);
    expect(acls(plan(room(), policyOf(), { acl: { ...ACL, allow: [] } }))).toEqual([]);
  });

  it('goes out before the bans', () => {
    expect(plan(room({ members: { [BAD]: 'join' } }), undefined, { acl: ACL }).map((effect) => effect.kind)).toEqual([
      'acl',
      'ban',
    ]);
  });
});

describe('the plan of one member', () => {
  it("is the part of the room's plan that is about that person", () => {
    const policy = policyOf({ entity: '@*:evil.example' });
    const snapshot = room({ members: { [BAD]: 'join', '@worse:evil.example': 'join', '@fine:x.example': 'join' } });
    const options = { facts: factsOf({ rooms: roomsOf(snapshot), policy }) };
    const parts = [...snapshot.members.keys()].flatMap((userId) => planMember(snapshot, userId, policy, options));
    expect(parts).toEqual(planRoom(snapshot, policy, options));
    expect(planMember(snapshot, '@stranger:x', policy, options)).toEqual([]);
  });
});
