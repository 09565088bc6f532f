import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { event, next } from '../support/events.js';
import { ADMIN, BOT, MANAGEMENT, Rooms, worldOf } from '../support/world.js';

const SPACE = '!space:a.test';
const SUB = '!sub:a.test';

describe('a protected space', () => {
  let rooms: Rooms;
  let world: Awaited<ReturnType<typeof worldOf>>;
  const child = (of: string, roomId: string, via: unknown = ['a.test']) =>
    event({
      type: 'm.space.child',
      state_key: roomId,
      room_id: of,
      sender: ADMIN,
      content: via === null ? {} : { via },
    });
  /** As the homeserver would do it: state changes, and the event is followed. */
  const put = (of: string, roomId: string, via?: unknown) =>
    void world.kept.apply(next(world.kept, rooms.put(child(of, roomId, via))));
  const ids = () => [...world.protection.roomIds].sort();

  beforeEach(async () => {
    rooms = new Rooms();
    for (const roomId of ['!one:a.test', '!two:a.test', '!three:a.test']) rooms.make(roomId, { inside: false });
    rooms.make(SPACE, { create: { type: 'm.space' }, state: [child(SPACE, '!one:a.test')] });
    rooms.make(SUB, {
      inside: false,
      create: { type: 'm.space' },
      state: [child(SUB, '!two:a.test'), child(SUB, SPACE), child(SUB, SUB)],
    });
    world = await worldOf(rooms);
    await world.begin();
    await world.protection.protect(SPACE);
    await world.spaces.reconcile(SPACE);
  });
  afterEach(() => world.close());

  it('protects its rooms as they come and go, and those of spaces in it, round in circles', async () => {
    expect(ids()).toEqual(['!one:a.test', SPACE]);
    put(SPACE, SUB);
    await world.spaces.reconcile(SPACE);
    expect(ids()).toEqual(['!one:a.test', SPACE, SUB, '!two:a.test'].sort());
    put(SPACE, '!one:a.test', null);
    await world.spaces.reconcile(SPACE);
    expect(ids()).toEqual([SPACE, SUB, '!two:a.test'].sort());
    expect(world.kept.has('!one:a.test')).toBe(false);
    expect(world.spaces.ownersOf(SUB)).toEqual([SPACE]);
  });

  it('stores them apart: a room that somebody named stays when it leaves the space', async () => {
    await world.protection.protect('!one:a.test');
    put(SPACE, '!one:a.test', null);
    await world.spaces.reconcile(SPACE);
    expect(ids()).toEqual(['!one:a.test', SPACE]);
    expect(world.settings.get()).toMatchObject({
      protected_rooms: [SPACE, '!one:a.test'],
      protected_spaces: [{ room_id: SPACE, rooms: [] }],
    });
  });

  it('lets all its rooms go when its own protection ends, and only then', async () => {
    await expect(world.protection.unprotect('!one:a.test')).rejects.toThrow('because it is a room of the space');
    await world.protection.unprotect(SPACE);
    expect(ids()).toEqual([]);
  });

  it('says once which rooms do not let us in, and takes them when they do', async () => {
    rooms.closed.add('!two:a.test');
    put(SPACE, '!two:a.test');
    expect(await world.spaces.reconcile(SPACE)).toBe('closed');
    await world.spaces.reconcile(SPACE);
    expect(await world.said()).toEqual([expect.stringContaining(`Invite ${BOT}`)]);
    expect(world.spaces.waitingFor('!two:a.test')).toEqual([SPACE]);
    rooms.closed.delete('!two:a.test');
    expect(await world.spaces.reconcile(SPACE)).toBe('settled');
    expect(ids()).toContain('!two:a.test');
  });

  it('goes on with the others when one does not answer, and is tried again', async () => {
    rooms.silent.add('!two:a.test');
    put(SPACE, '!two:a.test');
    put(SPACE, '!three:a.test');
    await expect(world.spaces.reconcile(SPACE)).rejects.toMatchObject({ transient: true });
    expect(ids()).toContain('!three:a.test');
    expect(await world.said()).toEqual([]);
    rooms.silent.clear();
    expect(await world.spaces.reconcile(SPACE)).toBe('settled');
    expect(ids()).toContain('!two:a.test');
  });

  it('never takes the management room or a list', async () => {
    rooms.make(MANAGEMENT);
    rooms.make('!list:a.test');
    await world.settings.update((draft) => void (draft.management_room = MANAGEMENT));
    await world.protection.lists.watch('!list:a.test');
    put(SPACE, MANAGEMENT);
    put(SPACE, '!list:a.test');
    await world.spaces.reconcile(SPACE);
    expect(ids()).toEqual(['!one:a.test', SPACE]);
    expect((await world.said()).join()).toContain('management room');
  });

  it('keeps its rooms when a space in it cannot be read at a restart', async () => {
    put(SPACE, SUB);
    await world.spaces.reconcile(SPACE);
    rooms.unreadable.add(SUB);
    world = await world.restart();
    await world.spaces.reconcile(SPACE);
    expect(ids()).toEqual(['!one:a.test', SPACE, SUB, '!two:a.test'].sort());
  });

  it('takes no child without servers to join by, and stops at a number of rooms', async () => {
    for (const via of [[], 'a.test', null, [5]]) put(SPACE, '!three:a.test', via);
    for (let each = 0; each < 600; each += 1) {
      rooms.make(`!many${each}:a.test`, { inside: false });
      put(SPACE, `!many${each}:a.test`);
    }
    await world.spaces.reconcile(SPACE);
    expect(ids()).not.toContain('!three:a.test');
    expect(ids()).toHaveLength(501);
    expect((await world.said()).join()).toContain('more than 500');
  });

  it('follows a room of it that was upgraded', async () => {
    rooms.make('!newer:a.test', { inside: false, create: { predecessor: { room_id: '!one:a.test' } } });
    rooms.put(
      event({
        type: 'm.room.tombstone',
        state_key: '',
        room_id: '!one:a.test',
        sender: ADMIN,
        content: { replacement_room: '!newer:a.test' },
      }),
    );
    await world.upgrades.follow('!one:a.test');
    await world.spaces.reconcile(SPACE);
    expect(ids()).toEqual(['!newer:a.test', SPACE]);
  });

  it('enters no room of itself in a dry run, says so, and still protects those that the bot is in', async () => {
    await world.close();
    rooms.make('!open:a.test');
    rooms.make(SPACE, {
      create: { type: 'm.space' },
      state: [child(SPACE, '!one:a.test'), child(SPACE, '!open:a.test')],
    });
    rooms.joined.delete('!one:a.test');
    world = await worldOf(rooms, undefined, { dry_run: true });
    await world.begin();
    await world.protection.protect(SPACE);
    await world.spaces.reconcile(SPACE);
    expect(ids()).toEqual(['!open:a.test', SPACE].sort());
    expect(rooms.joined.has('!one:a.test')).toBe(false);
    expect((await world.said()).join('\n')).toContain('in a dry run I do not join rooms on my own');
  });
});
