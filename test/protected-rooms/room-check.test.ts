import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MatrixError } from '../../src/matrix/types.js';
import { RoomCheck } from '../../src/protected-rooms/room-check.js';
import { member, next } from '../support/events.js';
import { BOT, Rooms, silent, worldOf } from '../support/world.js';

const ROOM = '!room:a.test';

describe('the daily comparison of a room', () => {
  let rooms: Rooms;
  let world: Awaited<ReturnType<typeof worldOf>>;
  let asked: string[];
  let admin = true;
  beforeEach(async () => {
    rooms = new Rooms();
    rooms.make(ROOM, { state: [member('@a:a.test', 'join'), member('@banned:a.test', 'ban')] });
    world = await worldOf(rooms);
    await world.begin();
    await world.protection.protect(ROOM);
    asked = [];
    admin = true;
  });
  afterEach(() => world.close());

  const joined = () =>
    (rooms.state.get(ROOM) ?? [])
      .filter((event) => event.type === 'm.room.member' && event.content.membership === 'join')
      .map((event) => event.state_key ?? '');
  const check = () => {
    const request = (_method: string, path: string): Promise<unknown> => {
      asked.push(path);
      if (path.startsWith('/_synapse'))
        return admin
          ? Promise.resolve({ joined_members: joined().length })
          : Promise.reject(new MatrixError(403, 'M_FORBIDDEN', 'no admin'));
      return Promise.resolve({ joined: Object.fromEntries(joined().map((userId) => [userId, {}])) });
    };
    return new RoomCheck({
      homeserver: { request: request as never, botUserId: BOT },
      rooms: world.kept,
      protection: world.protection,
      logger: silent,
    });
  };

  it.each([true, false])(
    'reads it again when members came without an event, with admin rights (%s)',
    async (rights) => {
      admin = rights;
      expect(await check().compare(ROOM)).toBe(false);
      rooms.put(member('@unseen:a.test', 'join', { room_id: ROOM }));
      expect(await check().compare(ROOM)).toBe(true);
      expect(world.kept.get(ROOM)?.members.has('@unseen:a.test')).toBe(true);
      expect(await check().compare(ROOM)).toBe(false);
    },
  );

  it('costs one small read when all is well, and nothing where we are not', async () => {
    await check().compare(ROOM);
    expect(asked).toHaveLength(1);
    world.kept.apply(next(world.kept, member(BOT, 'leave', { room_id: ROOM })));
    await check().compare(ROOM);
    expect(asked).toHaveLength(1);
  });
});
