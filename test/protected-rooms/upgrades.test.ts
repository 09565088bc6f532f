import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { event, member } from '../support/events.js';
import { ADMIN, BOT, MANAGEMENT, Rooms, worldOf } from '../support/world.js';

const OLD = '!old:a.test';
const NEW = '!new:a.test';

describe('a room upgrade', () => {
  let rooms: Rooms;
  let world: Awaited<ReturnType<typeof worldOf>>;
  beforeEach(async () => {
    rooms = new Rooms();
    rooms.make(OLD);
    world = await worldOf(rooms);
    await world.begin();
    await world.protection.protect(OLD);
  });
  afterEach(() => world.close());

  const tombstone = (to: string, from = OLD, sender = ADMIN) =>
    rooms.put(
      event({
        type: 'm.room.tombstone',
        state_key: '',
        room_id: from,
        sender,
        content: { body: 'moved', replacement_room: to },
      }),
    );
  const successor = (options: Parameters<Rooms['make']>[1] = {}, roomId = NEW, from = OLD) =>
    rooms.make(roomId, { inside: false, ...options, create: { predecessor: { room_id: from }, ...options.create } });
  const isProtected = () => world.protection.roomIds;

  it.each(['11', '12'])('moves protection along, into version %s', async (version) => {
    successor({ create: { room_version: version } });
    tombstone(NEW);
    expect(await world.upgrades.follow(OLD)).toBe('followed');
    expect(isProtected()).toEqual([NEW]);
    expect(world.kept.has(NEW)).toBe(true);
    expect(world.kept.has(OLD)).toBe(false);
    // told a second time (after a crash, say) it changes nothing
    expect(await world.upgrades.follow(OLD)).toBe('not followed');
    expect(await world.said()).toEqual([]);
  });

  it('takes along which protections are on there, and how they are set', async () => {
    const SPACE = '!space:a.test';
    await world.settings.update((draft) => {
      draft.protections = {
        BasicFlooding: { enabled: false, rooms: { [OLD]: { enabled: true, values: { max: 4 } } }, values: {} },
        WordList: { enabled: true, rooms: { [OLD]: { enabled: false }, [SPACE]: { enabled: true } }, values: {} },
        // somebody has already set it for the new room
        LinkFilter: { enabled: false, rooms: { [OLD]: { enabled: true }, [NEW]: { enabled: false } }, values: {} },
      };
    });
    successor();
    tombstone(NEW);
    expect(await world.upgrades.follow(OLD)).toBe('followed');
    const { protections } = world.settings.get();
    expect(protections.BasicFlooding?.rooms).toEqual({ [NEW]: { enabled: true, values: { max: 4 } } });
    expect(protections.WordList?.rooms).toEqual({ [NEW]: { enabled: false }, [SPACE]: { enabled: true } });
    expect(protections.LinkFilter?.rooms).toEqual({ [NEW]: { enabled: false } });
  });

  it('leaves the old room protected until the new one lets us in, says what to do once, and moves then', async () => {
    successor();
    rooms.closed.add(NEW);
    tombstone(NEW);
    expect(await world.upgrades.follow(OLD)).toBe('closed');
    expect(await world.upgrades.follow(OLD)).toBe('closed');
    expect(isProtected()).toEqual([OLD]);
    expect(await world.said()).toEqual([expect.stringContaining(`Invite ${BOT}`)]);
    world.kept.apply(rooms.state.get(OLD)?.at(-1) as never);
    expect(world.upgrades.waitingFor(NEW)).toEqual([OLD]);
    rooms.closed.delete(NEW);
    expect(await world.upgrades.follow(OLD)).toBe('followed');
    expect(isProtected()).toEqual([NEW]);
  });

  it('leaves the old room protected as long as power is missing in the new one', async () => {
    const on = { enabled: true };
    await world.settings.update((draft) => {
      draft.protections = { WordList: { enabled: false, rooms: { [OLD]: on }, values: {} } };
    });
    const onIn = () => world.settings.get().protections.WordList?.rooms;
    successor({ power: { [ADMIN]: 100 } });
    tombstone(NEW);
    await world.upgrades.follow(OLD);
    expect(isProtected()).toEqual([OLD, NEW]);
    expect(onIn()).toEqual({ [OLD]: on, [NEW]: on });
    rooms.put(
      event({
        type: 'm.room.power_levels',
        state_key: '',
        room_id: NEW,
        sender: ADMIN,
        content: { users: { [ADMIN]: 100, [BOT]: 100 } },
      }),
    );
    await world.upgrades.follow(OLD);
    expect(isProtected()).toEqual([NEW]);
    expect(onIn()).toEqual({ [NEW]: on });
  });

  describe('is told and not followed', () => {
    const refused = async () => {
      const before = isProtected();
      expect(await world.upgrades.follow(OLD)).toBe('not followed');
      expect(isProtected()).toEqual(before);
      expect(await world.said()).toEqual([expect.stringContaining('do not follow')]);
    };

    it('when the new room does not say that it replaces the old one', async () => {
      rooms.make(NEW, { inside: false });
      tombstone(NEW);
      await refused();
      expect(rooms.left).toEqual([NEW]);
    });

    it('when somebody without power in the old room made the new one', async () => {
      successor({ creator: '@villain:evil.test', power: { '@villain:evil.test': 100, [BOT]: 100 } });
      tombstone(NEW);
      await refused();
      expect(rooms.joined.has(NEW)).toBe(false);
    });

    it('when they only name one of ours as a further creator', async () => {
      successor({ creator: '@villain:evil.test', create: { room_version: '12', additional_creators: [ADMIN] } });
      tombstone(NEW);
      await refused();
    });

    it('when it leads to itself', async () => {
      tombstone(OLD);
      await refused();
    });

    it('when it leads to the management room', async () => {
      await world.settings.update((draft) => void (draft.management_room = MANAGEMENT));
      rooms.make(MANAGEMENT, { create: { predecessor: { room_id: OLD } } });
      tombstone(MANAGEMENT);
      await refused();
    });

    it('when it leads to a list that is watched', async () => {
      successor({ inside: true });
      await world.protection.lists.watch(NEW);
      tombstone(NEW);
      await refused();
    });

    it('when it leads to a protected room that does not come from it', async () => {
      rooms.make(NEW);
      await world.protection.protect(NEW);
      tombstone(NEW);
      await refused();
      expect(rooms.left).toEqual([]);
    });

    it('when it leads back to a room that was left', async () => {
      successor();
      tombstone(NEW);
      await world.upgrades.follow(OLD);
      rooms.put(
        event({
          type: 'm.room.tombstone',
          state_key: '',
          room_id: NEW,
          sender: ADMIN,
          content: { replacement_room: OLD },
        }),
      );
      expect(await world.upgrades.follow(NEW)).toBe('not followed');
      expect(isProtected()).toEqual([NEW]);
      expect(await world.said()).toEqual([expect.stringContaining('left by an earlier upgrade')]);
    });

    it('when it leads on and on', async () => {
      let from = OLD;
      for (let step = 0; step < 10; step += 1) {
        successor({}, `!step${step}:a.test`, from);
        tombstone(`!step${step}:a.test`, from);
        expect(await world.upgrades.follow(from)).toBe('followed');
        from = `!step${step}:a.test`;
      }
      successor({}, NEW, from);
      tombstone(NEW, from);
      expect(await world.upgrades.follow(from)).toBe('not followed');
      expect(isProtected()).toEqual([from]);
    });
  });

  it('says nothing to a tombstone that names no room, or in a room that is nothing to us', async () => {
    rooms.put(
      event({ type: 'm.room.tombstone', state_key: '', room_id: OLD, sender: ADMIN, content: { replacement_room: 5 } }),
    );
    expect(await world.upgrades.follow(OLD)).toBe('not followed');
    expect(await world.upgrades.follow('!foreign:a.test')).toBe('not followed');
    expect(await world.said()).toEqual([]);
  });

  describe('of a list', () => {
    const LIST = '!list:a.test';
    const rule = (entity: string) =>
      event({
        type: 'm.policy.rule.user',
        state_key: entity,
        sender: ADMIN,
        content: { entity, recommendation: 'm.ban' },
      });

    it('keeps the old one in force until the new one holds its rules', async () => {
      rooms.make(LIST, { state: [rule('@spam:b.test')] });
      await world.protection.lists.watch(LIST);
      successor({}, NEW, LIST);
      tombstone(NEW, LIST);
      await world.upgrades.follow(LIST);
      expect(world.lists.policy.match('user', '@spam:b.test')?.action).toBe('ban');
      expect(world.settings.get().watched_lists.map(({ room_id }) => room_id)).toEqual([LIST, NEW]);
      expect(await world.said()).toEqual([expect.stringContaining('I watch both')]);
      rooms.put({ ...rule('@spam:b.test'), room_id: NEW });
      await world.upgrades.follow(LIST);
      expect(world.settings.get().watched_lists.map(({ room_id }) => room_id)).toEqual([NEW]);
      expect(world.lists.policy.match('user', '@spam:b.test')?.action).toBe('ban');
    });
  });

  it('of the management room moves it, and those who have not moved yet stay safe', async () => {
    rooms.make(MANAGEMENT, { state: [member('@late:a.test', 'join')] });
    await world.settings.update((draft) => void (draft.management_room = MANAGEMENT));
    world.ownRooms.read(MANAGEMENT, rooms.state.get(MANAGEMENT) ?? [], 1_000_000);
    successor({}, NEW, MANAGEMENT);
    tombstone(NEW, MANAGEMENT);
    await world.upgrades.follow(MANAGEMENT);
    expect(world.settings.get().management_room).toBe(NEW);
    expect(world.effects.guardContext().moderators).toContain('@late:a.test');
    expect(await world.said()).toEqual([expect.stringContaining('replaces')]);
  });
});
