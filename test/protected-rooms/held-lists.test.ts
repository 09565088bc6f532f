import { describe, expect, it } from '@jest/globals';
import { AclRegister, sentOf } from '../../src/enforcement/acl-register.js';
import { BanRegister } from '../../src/enforcement/ban-register.js';
import type { AclPayload } from '../../src/enforcement/payloads.js';
import type { GuardContext } from '../../src/enforcement/types.js';
import type { MatrixEvent } from '../../src/matrix/types.js';
import { createPolicy } from '../../src/policy/index.js';
import { EnforcementPlanner } from '../../src/protected-rooms/enforcement-planner.js';
import { heldBefore, HeldLists } from '../../src/protected-rooms/held-lists.js';
import { Standoffs } from '../../src/protected-rooms/standoffs.js';
import type { NewAction } from '../../src/store/records/actions.js';
import { WatchedLists } from '../../src/tracking/lists.js';
import { RoomStateCache } from '../../src/tracking/rooms.js';
import { event, member, next } from '../support/events.js';

const BOT = '@heimdall:a.test';
const ROOM = '!room:a.test';
const OWN = '!own:a.test';
const FOREIGN = '!foreign:b.test';

/** A room in which so many people are banned for rules of a list. */
async function world(count: number, most = 50) {
  let now = 1_000_000;
  const people = Array.from({ length: count }, (_, index) => `@spam${index}:b.test`);
  const rule = (userId: string, room_id: string, content?: Record<string, unknown>): MatrixEvent =>
    event({
      type: 'm.policy.rule.user',
      state_key: userId,
      room_id,
      content: content ?? { entity: userId, recommendation: 'm.ban' },
    });
  let state = new Map([
    [FOREIGN, people.map((userId) => rule(userId, FOREIGN))],
    [OWN, [rule('@own:b.test', OWN)]],
  ]);
  const rooms = new RoomStateCache();
  const lists = new WatchedLists(createPolicy(), {
    state: (roomId) => Promise.resolve(state.get(roomId) ?? []),
    botUserId: BOT,
  });
  const bans = new BanRegister();
  const acls = new AclRegister();
  const told: ReadonlyMap<string, number>[] = [];
  const stopped: string[] = [];
  const held = new HeldLists({
    most,
    clock: () => now,
    isForeign: (roomId) => lists.has(roomId) && roomId !== OWN,
    onChange: (all) => void told.push(new Map(all)),
  });
  const facts = (): GuardContext => ({
    botUserId: BOT,
    serverName: 'a.test',
    protectedIdentities: [],
    moderators: new Set(),
    ownRooms: new Set(),
    policy: { match: () => null },
    rooms,
  });
  const effects = new EnforcementPlanner({
    rooms,
    lists,
    bans,
    facts,
    unreadLists: () => new Set(),
    mayExempt: (roomId) => roomId === OWN,
    held,
    serverAcl: {
      settings: { mode: 'deny', existing: 'merge', ip_literals: 'deny', must_allow: [] },
      register: acls,
    },
    standoffs: new Standoffs(
      () => now,
      (place) => void stopped.push(place),
    ),
    epoch: 'test',
  });
  const create = event({ type: 'm.room.create', state_key: '', sender: BOT, content: { room_version: '12' } });
  const banned = [...people, '@own:b.test'].map((userId) => member(userId, 'ban', { sender: BOT, room_id: ROOM }));
  rooms.read(ROOM, [create, member(BOT, 'join'), ...banned], 1);
  for (const [list, whom] of [
    [FOREIGN, people],
    [OWN, ['@own:b.test']],
  ] as const)
    for (const userId of whom)
      bans.note(
        {
          kind: 'ban',
          payload: { roomId: ROOM, userId, rule: { roomId: list, type: 'm.policy.rule.user', stateKey: userId } },
          caseId: null,
        } as never,
        { effect: 'banned' },
      );
  await lists.read(FOREIGN);
  await lists.read(OWN);
  const lifted = (actions: { kind: string }[]) => actions.filter(({ kind }) => kind === 'unban').length;
  return {
    rooms,
    lists,
    effects,
    held,
    told,
    stopped,
    people,
    rule,
    lifted,
    setState: (changed: Map<string, MatrixEvent[]>) => void (state = changed),
    pass: (ms: number) => void (now += ms),
    serverRule: (entity: string, room_id: string) =>
      event({ type: 'm.policy.rule.server', state_key: entity, room_id, content: { entity, recommendation: 'm.ban' } }),
    /** Carries a planned server ACL out; resolves with whom it shuts out. */
    denied: (actions: NewAction[]) => {
      const payload = actions.findLast(({ kind }) => kind === 'acl')?.payload as AclPayload | undefined;
      if (payload !== undefined) {
        acls.note(ROOM, sentOf(payload));
        const content = { ...payload.content };
        rooms.apply(
          next(rooms, event({ type: 'm.room.server_acl', state_key: '', room_id: ROOM, sender: BOT, content })),
        );
      }
      return [...((rooms.get(ROOM)?.acl?.content.deny ?? []) as string[])].sort();
    },
  };
}

describe('a foreign list that would lift many bans', () => {
  it('lifts up to the limit, and beyond it none: emptied at once', async () => {
    for (const [count, expected] of [
      [50, 50],
      [51, 0],
    ] as const) {
      const { effects, lists, lifted, setState, told } = await world(count);
      expect(lifted(effects.planAll())).toBe(0);
      setState(new Map());
      expect(lifted(effects.planForChanges(await lists.read(FOREIGN)))).toBe(expected);
      expect(told.at(-1)?.get(FOREIGN)).toBe(expected === 0 ? 51 : undefined);
      // nor later, by whatever way it is planned
      if (expected === 0) expect(lifted(effects.planAll())).toBe(0);
    }
  });

  it('lifts no more than that when it is emptied rule by rule', async () => {
    const { effects, lists, lifted, people, rule } = await world(80);
    let all = 0;
    for (const userId of people) {
      const [before] = [...lists.policy.rules({ roomId: FOREIGN })].filter(({ stateKey }) => stateKey === userId);
      const gone = { ...rule(userId, FOREIGN, {}), unsigned: { replaces_state: before?.eventId } };
      all += lifted(effects.planForChanges(lists.apply(gone)));
    }
    expect(all).toBe(50);
    expect(lifted(effects.planAll())).toBe(0);
  });

  it('still lifts what changes slowly', async () => {
    const { effects, lists, lifted, people, rule, pass } = await world(80);
    let all = 0;
    for (const userId of people) {
      pass(60_000);
      const [before] = [...lists.policy.rules({ roomId: FOREIGN })].filter(({ stateKey }) => stateKey === userId);
      const gone = { ...rule(userId, FOREIGN, {}), unsigned: { replaces_state: before?.eventId } };
      all += lifted(effects.planForChanges(lists.apply(gone)));
    }
    expect(all).toBe(80);
  });

  it('lifts all when a moderator says so, or when it is watched no more', async () => {
    const released = await world(60);
    released.setState(new Map());
    released.effects.planForChanges(await released.lists.read(FOREIGN));
    expect(released.lifted(released.effects.planReleased(FOREIGN))).toBe(60);
    expect(released.held.all().size).toBe(0);
    const unwatched = await world(60);
    const changes = unwatched.lists.drop(FOREIGN);
    expect(unwatched.lifted(unwatched.effects.planForChanges(changes))).toBe(60);
  });

  it('holds after a restart what it held before, and bans as always meanwhile', async () => {
    const { effects, held, lists, lifted, setState, rooms } = await world(20);
    held.restore(heldBefore(JSON.stringify([[FOREIGN, 60]])));
    setState(new Map());
    expect(lifted(effects.planForChanges(await lists.read(FOREIGN)))).toBe(0);
    lists.apply(
      event({
        type: 'm.policy.rule.user',
        state_key: 'new',
        room_id: FOREIGN,
        content: { entity: '@new:b.test', recommendation: 'm.ban' },
      }),
    );
    rooms.apply(member('@new:b.test', 'join'));
    expect(effects.planForMember(ROOM, '@new:b.test').map(({ kind }) => kind)).toEqual(['ban']);
    expect(heldBefore('{broken')).toEqual([]);
  });

  it('holds fast only its own servers: what other lists take back goes', async () => {
    const { effects, held, lists, setState, serverRule, denied } = await world(0);
    const wanted = Array.from({ length: 51 }, (_, index) => `s${index}.test`);
    const foreign = wanted.map((name) => serverRule(name, FOREIGN));
    setState(
      new Map([
        [FOREIGN, foreign],
        [OWN, [serverRule('own.test', OWN), serverRule('stays.test', OWN)]],
      ]),
    );
    for (const list of [FOREIGN, OWN]) effects.planForChanges(await lists.read(list));
    expect(denied(effects.planAll())).toHaveLength(53);
    setState(new Map([[OWN, [serverRule('own.test', OWN), serverRule('stays.test', OWN)]]]));
    effects.planForChanges(await lists.read(FOREIGN));
    expect(held.isHeld(FOREIGN)).toBe(true);
    setState(new Map([[OWN, [serverRule('stays.test', OWN)]]]));
    const left = [...wanted, 'stays.test'].sort();
    expect(denied(effects.planForChanges(await lists.read(OWN)))).toEqual(left);
    // also after a restart
    const noted = JSON.stringify(held.noted());
    held.forget(FOREIGN);
    held.restore(heldBefore(noted));
    expect(denied(effects.planAll())).toEqual(left);
    expect(denied(effects.planReleased(FOREIGN))).toEqual(['stays.test']);
  });

  it('frees nobody of ours by an allow rule for everybody', async () => {
    const { effects, lists, lifted, rule } = await world(1);
    const all = rule('all', FOREIGN, { entity: '*', recommendation: 'org.matrix.mjolnir.allow' });
    // its own one ban goes, and nothing of ours
    expect(lifted(effects.planForChanges(lists.apply(all)))).toBe(1);
    expect(effects.rules.match('user', '@own:b.test')?.action).toBe('ban');
  });
});

describe('somebody who undoes what we do', () => {
  it('has it their way after a few rounds, for an hour, and it is told once', async () => {
    const { effects, rooms, lists, stopped, pass } = await world(0);
    lists.apply(
      event({
        type: 'm.policy.rule.server',
        state_key: 's',
        room_id: OWN,
        content: { entity: 'evil.test', recommendation: 'm.ban' },
      }),
    );
    const open = { allow: ['*'], deny: [], allow_ip_literals: true };
    const round = () => {
      const acl = {
        type: 'm.room.server_acl',
        state_key: '',
        room_id: ROOM,
        sender: '@draupnir:b.test',
        content: open,
      };
      rooms.apply(next(rooms, event(acl)));
      return effects.planForRoom(ROOM).filter(({ kind }) => kind === 'acl').length;
    };
    const rounds = Array.from({ length: 20 }, round);
    expect(rounds.filter((sent) => sent > 0).length).toBe(5);
    expect(stopped).toHaveLength(1);
    pass(3_600_001);
    expect(round()).toBe(1);
  });

  it('is nobody who changes it now and then, and another rule is another matter', async () => {
    const { effects, rooms, lists, stopped, pass } = await world(0);
    for (let turn = 0; turn < 20; turn += 1) {
      pass(60_000);
      lists.apply(
        event({
          type: 'm.policy.rule.server',
          state_key: `s${turn}`,
          room_id: OWN,
          content: { entity: `evil${turn}.test`, recommendation: 'm.ban' },
        }),
      );
      const content = { allow: ['*'], deny: [], allow_ip_literals: true };
      const acl = { type: 'm.room.server_acl', state_key: '', room_id: ROOM, sender: '@mod:b.test', content };
      rooms.apply(next(rooms, event(acl)));
      expect(effects.planForRoom(ROOM).filter(({ kind }) => kind === 'acl')).toHaveLength(1);
    }
    expect(stopped).toEqual([]);
  });
});
