import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import type { OurBan } from '../../src/enforcement/ban-register.js';
import { interlock } from '../../src/enforcement/interlock.js';
import type { BanPayload } from '../../src/enforcement/payloads.js';
import { planMember, planRoom, type Effect, type PlanOptions } from '../../src/enforcement/planner.js';
import type { MemberState, RoomSnapshot } from '../../src/enforcement/types.js';
import { createPolicy } from '../../src/policy/index.js';
import { buildServerAcl } from '../../src/policy/server-acl.js';
import type { Policy } from '../../src/policy/types.js';
import { addRule, BOT, factsOf, MODERATOR, OFFICIAL, room, roomsOf, type RuleText } from './fixtures.js';

/** A room as the homeserver would keep it: effects are applied, and event ids grow. */
class World {
  snapshot: RoomSnapshot;
  readonly members: Map<string, MemberState>;
  readonly ourBans = new Map<string, OurBan>();
  #events = 0;

  constructor(version: string) {
    const start = room({ version });
    this.members = new Map(start.members);
    this.snapshot = { ...start, members: this.members };
  }

  move(userId: string, membership: MemberState['membership'], sender = userId): void {
    if (membership === 'leave') this.members.delete(userId);
    else this.members.set(userId, { membership, sender, eventId: `$${++this.#events}` });
  }

  apply(effect: Effect): void {
    const { userId, content } = effect.payload as { userId: string; content: Record<string, unknown> };
    if (effect.kind === 'acl')
      this.snapshot = { ...this.snapshot, acl: { eventId: `$${++this.#events}`, content, sender: BOT } };
    if (effect.kind === 'ban') this.ourBans.set(userId, { rule: (effect.payload as BanPayload).rule, caseId: null });
    if (effect.kind === 'ban') this.move(userId, 'ban', BOT);
    if (effect.kind === 'unban') this.move(userId, 'leave', BOT);
    if (effect.kind === 'unban') this.ourBans.delete(userId);
  }

  options(policy: Policy): PlanOptions {
    const acl = buildServerAcl(policy.rules({ kind: 'server' }), {
      ownServer: 'example.org',
      mustAllow: ['mods.example', 'matrix.example', 'creators.example', 'variant.example'],
    }).content;
    return { facts: factsOf({ rooms: roomsOf(this.snapshot), policy }), acl, ourBans: () => this.ourBans };
  }

  plan(policy: Policy): Effect[] {
    return planRoom(this.snapshot, policy, this.options(policy));
  }

  /** Who is banned by whom, and the ACL, without event ids. */
  outcome(): unknown {
    return {
      bans: [...this.members]
        .filter(([, { membership }]) => membership === 'ban')
        .map(([userId, { sender }]) => `${userId} by ${sender}`)
        .sort(),
      acl: this.snapshot.acl?.content,
    };
  }
}

const USERS = ['@a:evil.example', '@b:evil.example', '@a:fine.example', '@b:fine.example', MODERATOR, OFFICIAL];
const person = fc.constantFrom(...USERS);
const ruleText: fc.Arbitrary<RuleText> = fc.record({
  kind: fc.constantFrom('user', 'server'),
  entity: fc.constantFrom(
    ...USERS,
    '@*:evil.example',
    '@a:*',
    '*',
    'evil.example',
    '*.example',
    'example.org',
    'fine.example:8448',
  ),
  recommendation: fc.constantFrom('m.ban', 'm.ban', 'm.takedown', 'org.matrix.mjolnir.allow', ''),
});
type Step =
  | { rule: RuleText; place: number }
  | { userId: string; membership: MemberState['membership']; by: 'self' | 'moderator' };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ rule: ruleText, place: fc.nat(3) }),
  fc.record({
    userId: person,
    membership: fc.constantFrom('join', 'invite', 'knock', 'leave', 'ban'),
    by: fc.constantFrom('self', 'moderator'),
  }),
);
const history = fc.array(step, { maxLength: 12 });

/** Banned people cannot move by themselves; nobody moves the officials. */
function take(world: World, policy: Policy, one: Step): void {
  if ('rule' in one) return addRule(policy, one.rule, String(one.place));
  const banned = world.members.get(one.userId)?.membership === 'ban';
  if (one.membership === 'ban' || banned) {
    if (one.by === 'self') return;
    world.move(one.userId, one.membership === 'ban' ? 'ban' : 'leave', MODERATOR);
    return;
  }
  world.move(one.userId, one.membership);
}

describe('planning', () => {
  it('wants nothing more once its effects took place, and nothing twice', () => {
    fc.assert(
      fc.property(history, fc.constantFrom('11', '12'), (steps, version) => {
        const world = new World(version);
        const policy = createPolicy();
        for (const one of steps) take(world, policy, one);
        const effects = world.plan(policy);
        expect(new Set(effects.map((effect) => effect.key)).size).toBe(effects.length);
        expect(world.plan(policy)).toEqual(effects);
        for (const effect of effects) world.apply(effect);
        expect(world.plan(policy)).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('step by step ends where planning once at the end does, for those who are still there', () => {
    fc.assert(
      fc.property(fc.array(ruleText, { maxLength: 8 }), fc.array(person, { maxLength: 6 }), (rules, people) => {
        const [early, late] = [new World('11'), new World('11')];
        for (const userId of people) for (const world of [early, late]) world.move(userId, 'join');
        const growing = createPolicy();
        rules.forEach((rule, index) => {
          addRule(growing, rule, String(index % 4));
          for (const effect of early.plan(growing)) early.apply(effect);
          // whoever was let out again comes back, so that both worlds have the same people
          for (const userId of people) if (!early.members.has(userId)) early.move(userId, 'join');
          for (const effect of early.plan(growing)) early.apply(effect);
        });
        for (const effect of late.plan(growing)) late.apply(effect);
        for (const effect of late.plan(growing)) late.apply(effect);
        expect((early.outcome() as { bans: unknown }).bans).toEqual((late.outcome() as { bans: unknown }).bans);
        const denied = (world: World) => world.snapshot.acl?.content.deny ?? [];
        expect(denied(early)).toEqual(denied(late));
      }),
      { numRuns: 300 },
    );
  });

  it('never wants what the interlock refuses, and touches no ban of other people', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const world = new World('12');
        const policy = createPolicy();
        for (const one of steps) {
          take(world, policy, one);
          const facts = world.options(policy).facts;
          for (const effect of world.plan(policy)) {
            const { userId, roomId, content } = effect.payload as {
              userId: string;
              roomId: string;
              content: Record<string, unknown>;
            };
            if (effect.kind === 'ban') expect(interlock({ about: 'user', userId }, facts).allowed).toBe(true);
            if (effect.kind === 'acl') expect(interlock({ about: 'acl', roomId, content }, facts).allowed).toBe(true);
            if (effect.kind === 'unban') expect(world.members.get(userId)?.sender).toBe(BOT);
            world.apply(effect);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("of one member is the part of the room's plan about that member", () => {
    fc.assert(
      fc.property(history, (steps) => {
        const world = new World('11');
        const policy = createPolicy();
        for (const one of steps) take(world, policy, one);
        const parts = [...world.members.keys()].flatMap((userId) =>
          planMember(world.snapshot, userId, policy, world.options(policy)),
        );
        const whole = world.plan(policy).filter((effect) => effect.kind !== 'acl');
        const byKey = (a: Effect, b: Effect) => (a.key < b.key ? -1 : 1);
        expect(parts.sort(byKey)).toEqual(whole.sort(byKey));
      }),
      { numRuns: 200 },
    );
  });
});
