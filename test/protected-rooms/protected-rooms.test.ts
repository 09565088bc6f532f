import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { event, member, next } from '../support/events.js';
import { ADMIN, BOT, MANAGEMENT, Rooms, worldOf } from '../support/world.js';

const ROOM = '!room:a.test';
const LIST = '!list:a.test';
const SPAM = '@spam:b.test';
const rule = (entity: string, kind = 'user', recommendation = 'm.ban', reason?: string) =>
  event({
    type: `m.policy.rule.${kind}`,
    state_key: `${kind} ${entity}`,
    room_id: LIST,
    sender: ADMIN,
    content: { entity, recommendation, ...(reason === undefined ? {} : { reason }) },
  });

describe('protection', () => {
  let rooms: Rooms;
  let world: Awaited<ReturnType<typeof worldOf>>;
  beforeEach(async () => {
    rooms = new Rooms();
    rooms.make(ROOM, { state: [member(SPAM, 'join')] });
    rooms.make(LIST, {
      state: [
        rule(SPAM, 'user', 'm.ban', 'a reason'),
        rule('evil.test', 'server'),
        event({
          type: 'm.policy.rule.user',
          state_key: 'hash',
          content: { hashes: { sha256: 'n4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=' }, recommendation: 'm.ban' },
        }),
      ],
    });
    rooms.make(MANAGEMENT);
    world = await worldOf(rooms);
    await world.begin();
    await world.protection.protect(ROOM);
    await world.protection.lists.watch(LIST);
  });
  afterEach(() => world.close());

  const bansPlanned = () =>
    world.planned.filter(({ kind }) => kind === 'ban').map(({ payload }) => (payload as { userId: string }).userId);
  const rules = () =>
    [...world.lists.policy.rules()].map(
      ({ roomId, kind, stateKey, type, action, recommendation, entity, sha256, reason, sender, eventId }) => ({
        roomId,
        kind,
        stateKey,
        type,
        action,
        recommendation,
        entity,
        sha256,
        reason,
        sender,
        eventId,
      }),
    );

  describe('of a list that cannot be read', () => {
    it('goes by its last known rules, also after restarts, and says so once', async () => {
      const before = rules();
      expect(before).toHaveLength(3);
      rooms.unreadable.add(LIST);
      world = await world.restart();
      expect(rules()).toEqual(before);
      expect(bansPlanned()).toEqual([SPAM]);
      world = await world.restart();
      expect(rules()).toEqual(before);
      expect(await world.said()).toEqual([expect.stringContaining('last known rules')]);
    });

    it('says it again when it was readable in between', async () => {
      rooms.unreadable.add(LIST);
      world = await world.restart();
      rooms.unreadable.clear();
      world = await world.restart();
      rooms.unreadable.add(LIST);
      world = await world.restart();
      expect(await world.said()).toHaveLength(2);
    });

    it('keeps what events changed until then', async () => {
      world.lists.apply({ ...rule('@later:b.test'), origin_server_ts: 5_000_000 });
      rooms.unreadable.add(LIST);
      world = await world.restart();
      expect(world.lists.policy.match('user', '@later:b.test')?.action).toBe('ban');
    });

    it('plans no lifted ban for want of its rules, even when none is known', async () => {
      rooms.unreadable.add(LIST);
      rooms.put(member(SPAM, 'ban', { room_id: ROOM, sender: BOT }));
      await world.lastKnown.flush();
      await world.ledger.commit((tx) => tx.setMeta(`list_rules:${LIST}`, '{broken'));
      world = await world.restart();
      world.bans.note(
        {
          kind: 'ban',
          payload: { roomId: ROOM, userId: SPAM, rule: { roomId: LIST, type: 'm.policy.rule.user', stateKey: 'x' } },
          caseId: null,
        } as never,
        { effect: 'banned' },
      );
      expect(world.effects.planAll()).toEqual([]);
    });

    it('forgets its rules when it is unwatched', async () => {
      await world.protection.lists.unwatch(LIST);
      rooms.unreadable.add(LIST);
      world = await world.restart();
      expect(rules()).toEqual([]);
      expect(await world.lastKnown.of(LIST)).toBeUndefined();
    });

    it('refuses to unwatch its own list, and changes nothing', async () => {
      await world.settings.update((draft) => void (draft.policy_list_room = LIST));
      const before = rules();
      await expect(world.protection.lists.unwatch(LIST)).rejects.toThrow('My own list cannot be unwatched');
      expect(world.settings.get().watched_lists.map(({ room_id }) => room_id)).toContain(LIST);
      expect(rules()).toEqual(before);
    });
  });

  describe('by rules that would hit us', () => {
    const moderators = () =>
      world.ownRooms.read(
        MANAGEMENT,
        [...(rooms.state.get(MANAGEMENT) ?? []), member('@mod:b.test', 'join', { room_id: MANAGEMENT })],
        1_000_000,
      );

    it('passes them over whole, says each once, and follows the rest', async () => {
      moderators();
      for (const one of [
        rule('@*:b.test'),
        rule('@mod:b.test'),
        rule('a.test', 'server'),
        rule(BOT),
        rule(ROOM, 'room'),
      ])
        rooms.put(one);
      await world.protection.lists.reload(LIST);
      expect(world.effects.rules.match('user', '@stranger:b.test')).toBeNull();
      expect(world.effects.rules.match('user', SPAM)?.action).toBe('ban');
      const said = await world.said();
      expect(said).toHaveLength(1);
      for (const words of ['@*:b.test', '@mod:b.test', 'a.test', BOT, ROOM]) expect(said[0]).toContain(words);
    });

    it('plans nothing for them before the moderators are known and everything right after', async () => {
      rooms.put(rule('@s*:b.test'));
      rooms.put(member('@stranger:b.test', 'join', { room_id: ROOM }));
      world = await world.restart();
      expect(bansPlanned()).toContain('@stranger:b.test');
      world.ownRooms.read(MANAGEMENT, [member('@smod:b.test', 'join', { room_id: MANAGEMENT })], 1_000_000);
      world.effects.replanIfContextChanged();
      expect(world.effects.rules.match('user', '@stranger:b.test')).toBeNull();
    });

    it('lifts no ban because its rule is passed over now, and follows it again when nobody stands in its way', async () => {
      rooms.put(rule('@s*:b.test'));
      rooms.put(member('@stranger:b.test', 'ban', { room_id: ROOM, sender: BOT }));
      world = await world.restart();
      const ruleOf = { roomId: LIST, type: 'm.policy.rule.user', stateKey: 'user @s*:b.test' };
      world.bans.note(
        { kind: 'ban', payload: { roomId: ROOM, userId: '@stranger:b.test', rule: ruleOf }, caseId: null } as never,
        { effect: 'banned' },
      );
      world.ownRooms.read(MANAGEMENT, [member('@smod:b.test', 'join', { room_id: MANAGEMENT })], 1_000_000);
      expect(world.effects.replanIfContextChanged().filter(({ kind }) => kind === 'unban')).toEqual([]);
      world.ownRooms.apply(next(world.ownRooms, member('@smod:b.test', 'leave', { room_id: MANAGEMENT })));
      world.effects.replanIfContextChanged();
      expect(world.effects.rules.match('user', '@stranger:b.test')?.action).toBe('ban');
    });
  });

  it('of a room where power is missing is told once, and again when it is taken away anew', async () => {
    const power = (level: number) =>
      event({
        type: 'm.room.power_levels',
        state_key: '',
        room_id: ROOM,
        sender: ADMIN,
        origin_server_ts: 5_000_000 + level,
        content: { users: { [ADMIN]: 100, [BOT]: level } },
      });
    for (const level of [0, 100, 10]) {
      world.kept.apply(next(world.kept, power(level)));
      world.protection.publishAlerts();
    }
    expect((await world.said()).filter((text) => text.includes('power level 50'))).toHaveLength(2);
  });

  it('of a room where power is missing is told also after a command that failed there', async () => {
    rooms.unreadable.add(ROOM);
    await expect(world.protection.protect(ROOM)).rejects.toThrow();
    rooms.unreadable.clear();
    const content = { users: { [ADMIN]: 100, [BOT]: 0 } };
    const sent = { state_key: '', room_id: ROOM, sender: ADMIN, origin_server_ts: 5_000_000, content };
    world.kept.apply(next(world.kept, event({ type: 'm.room.power_levels', ...sent })));
    world.protection.publishAlerts();
    expect((await world.said()).filter((text) => text.includes('power level 50'))).toHaveLength(1);
  });

  it('plans nothing in a room that we are not in, and resumes when we are back', async () => {
    world.planned.length = 0;
    rooms.joined.delete(ROOM);
    world.kept.apply(
      next(world.kept, rooms.put(member(BOT, 'leave', { room_id: ROOM, sender: ADMIN, origin_server_ts: 5_000_000 }))),
    );
    world.protection.publishAlerts();
    expect(world.effects.planAll()).toEqual([]);
    expect(world.effects.planForMember(ROOM, SPAM)).toEqual([]);
    expect((await world.said()).join()).toContain(ROOM);
    await world.protection.resume(ROOM);
    expect(bansPlanned()).toEqual([SPAM]);
  });

  describe('previewed', () => {
    const OTHER = '!other-list:a.test';

    it('names whom a list would hit and what is passed over, and watches nothing', async () => {
      rooms.make(OTHER, {
        inside: false,
        state: [
          rule('@s*:b.test'),
          rule('@new:c.test'),
          rule('c.test', 'server'),
          rule('evil.test', 'server'),
          rule(ADMIN),
        ],
      });
      rooms.put(member('@new:c.test', 'join', { room_id: ROOM }));
      await world.protection.reloadRoom(ROOM);
      const preview = await world.protection.lists.preview(OTHER);
      // SPAM is banned by the other list already, and so is evil.test
      expect(preview).toMatchObject({
        people: 1,
        rules: { user: 3, server: 2 },
        rooms: [{ roomId: ROOM, samples: ['@new:c.test'] }],
        servers: [{ server: 'c.test', members: 1 }],
      });
      expect(preview.skipped.map(({ rule: { entity } }) => entity)).toEqual([ADMIN]);
      expect(world.lists.has(OTHER)).toBe(false);
      expect(rooms.left).toEqual([OTHER]);
      expect(world.effects.rules.match('user', '@new:c.test')).toBeNull();
    });

    it('and watched, it is the same', async () => {
      rooms.make(OTHER, { state: [rule('@new:c.test')] });
      rooms.put(member('@new:c.test', 'join', { room_id: ROOM }));
      await world.protection.reloadRoom(ROOM);
      const { preview } = await world.protection.lists.watch(OTHER);
      expect(preview.rooms).toMatchObject([{ samples: ['@new:c.test'] }]);
      expect(bansPlanned()).toContain('@new:c.test');
    });
  });

  it('enters a list again through the server of its alias, which its id does not name', async () => {
    const far = '!idOfVersion12WithoutAServer';
    rooms.make(far, { inside: false });
    await world.protection.lists.watch(far, { via: ['far.test'], alias: '#far:far.test' });
    expect(rooms.via.get(far)).toEqual(['far.test']);
    for (const again of [() => world.protection.sync(), () => world.protection.resume(far)]) {
      rooms.joined.delete(far);
      rooms.via.clear();
      await again();
      expect(rooms.via.get(far)).toEqual(['far.test']);
    }
  });

  it('names the people whom a glob means without looking at whole rooms, one by one as many', () => {
    rooms.put(rule('@z*:b.test'));
    const before = new Set(world.effects.planAll().map(({ key }) => key));
    for (const userId of ['@zed:b.test', '@zoe:b.test', '@yan:b.test'])
      world.kept.apply(member(userId, 'join', { room_id: ROOM, origin_server_ts: 5_000_000 }));
    const effects = world.effects.planForChanges(
      world.lists.apply({ ...rule('@z*:b.test'), origin_server_ts: 6_000_000 }),
    );
    expect(effects.map(({ payload }) => (payload as { userId: string }).userId).sort()).toEqual([
      '@zed:b.test',
      '@zoe:b.test',
    ]);
    expect(
      world.effects
        .planAll()
        .filter(({ key }) => !before.has(key))
        .map(({ key }) => key)
        .sort(),
    ).toEqual(effects.map(({ key }) => key).sort());
  });
});
