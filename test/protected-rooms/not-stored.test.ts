import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { MatrixEvent } from '../../src/matrix/types.js';
import { event, member } from '../support/events.js';
import { ADMIN, BOT, Rooms, worldOf } from '../support/world.js';

const ROOM = '!room:a.test';
const LIST = '!list:b.test';
const SPAMMER = '@spam:b.test';
const OTHER = '@other:b.test';
const PLACE = { roomId: LIST, type: 'm.policy.rule.user', stateKey: SPAMMER };

/** Reading a list changes what is known, and reading it again shows no change. */
describe('what a change calls for, when the ledger cannot store it', () => {
  let rooms: Rooms;
  let world: Awaited<ReturnType<typeof worldOf>>;

  beforeEach(async () => {
    rooms = new Rooms();
    rooms.make(LIST);
    rooms.make(ROOM);
    for (const userId of [SPAMMER, OTHER]) rooms.put(member(userId, 'join', { room_id: ROOM }));
    world = await worldOf(rooms);
    await world.begin();
    await world.protection.protect(ROOM);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await world.close();
  });

  const putRule = (userId = SPAMMER): MatrixEvent =>
    rooms.put(
      event({
        type: 'm.policy.rule.user',
        state_key: userId,
        room_id: LIST,
        sender: ADMIN,
        content: { entity: userId, recommendation: 'm.ban' },
      }),
    );
  const plannedKinds = () => world.planned.splice(0).map(({ kind }) => kind);
  const stored = async () => JSON.stringify(await world.ledger.actionsByKeyPrefix('ban:'));

  it('is planned when a list is read again', async () => {
    await world.protection.lists.watch(LIST);
    putRule();
    world.outbox.isFull = true;
    await expect(world.protection.lists.reload(LIST)).rejects.toThrow('disk full');
    world.outbox.isFull = false;
    await world.protection.lists.reload(LIST);
    expect(plannedKinds()).toContain('ban');
  });

  it('is planned by itself, when nothing else happens', async () => {
    await world.protection.lists.watch(LIST);
    putRule();
    world.outbox.isFull = true;
    await expect(world.protection.lists.reload(LIST)).rejects.toThrow('disk full');
    world.outbox.isFull = false;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(plannedKinds()).toContain('ban');
  });

  it('is planned when the command is given again: watch', async () => {
    putRule();
    world.outbox.isFull = true;
    await expect(world.protection.lists.watch(LIST)).rejects.toThrow('disk full');
    world.outbox.isFull = false;
    await world.protection.lists.watch(LIST);
    expect(plannedKinds()).toContain('ban');
  });

  it('is planned although the command changes nothing any more: unwatch', async () => {
    putRule();
    await world.protection.lists.watch(LIST);
    plannedKinds();
    const rule = { roomId: LIST, type: PLACE.type, stateKey: SPAMMER };
    rooms.put(member(SPAMMER, 'ban', { room_id: ROOM, sender: BOT }));
    await world.protection.reloadRoom(ROOM);
    world.bans.note({ kind: 'ban', payload: { roomId: ROOM, userId: SPAMMER, rule }, caseId: null } as never, {
      effect: 'banned',
    });
    world.outbox.isFull = true;
    await expect(world.protection.lists.unwatch(LIST)).rejects.toThrow('disk full');
    world.outbox.isFull = false;
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(plannedKinds()).toContain('unban');
  });

  it('a list that could not be written down as watched does not act', async () => {
    putRule();
    jest.spyOn(world.settings, 'update').mockRejectedValueOnce(new Error('disk full'));
    await expect(world.protection.lists.watch(LIST)).rejects.toThrow('disk full');
    expect(world.lists.has(LIST)).toBe(false);
    expect(world.effects.planAll().map(({ kind }) => kind)).not.toContain('ban');
  });

  describe('after a single state entry was read', () => {
    let rule: MatrixEvent;
    beforeEach(async () => {
      await world.protection.lists.watch(LIST);
      await world.lastKnown.flush();
      rule = putRule();
      world.lists.doubt(LIST, PLACE.type, PLACE.stateKey);
      jest.spyOn(world.ledger, 'commitAtOnce').mockReturnValue(false);
    });

    it('is planned at the next try', async () => {
      jest.spyOn(world.ledger, 'commit').mockRejectedValueOnce(new Error('disk full'));
      await expect(world.pipeline.settle(PLACE, rule)).rejects.toThrow('disk full');
      await world.pipeline.settle(PLACE, rule);
      expect(await stored()).toContain(SPAMMER);
    });

    it('is planned although a transaction that had begun before is stored', async () => {
      let store!: () => void;
      const commit = jest.spyOn(world.ledger, 'commit');
      commit.mockImplementationOnce(() => new Promise<never>((resolve) => (store = resolve as () => void)));
      commit.mockRejectedValueOnce(new Error('disk full'));
      const transaction = world.pipeline.handle([putRule(OTHER)]);
      while (commit.mock.calls.length === 0) await new Promise(setImmediate);
      await expect(world.pipeline.settle(PLACE, rule)).rejects.toThrow('disk full');
      store();
      await transaction;
      await world.pipeline.handle([]);
      expect(await stored()).toContain(SPAMMER);
    });
  });
});
