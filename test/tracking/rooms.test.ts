import { describe, expect, it } from '@jest/globals';
import { RoomStateCache } from '../../src/tracking/rooms.js';
import { mayCommand } from '../../src/protected-rooms/management-room.js';
import { event, member, next } from '../support/events.js';

const ROOM = '!room:a.test';
const create = event({
  type: 'm.room.create',
  state_key: '',
  sender: '@creator:a.test',
  content: { room_version: '11' },
});

describe('a room that is read piece by piece', () => {
  it('is the room that is read at once, wherever its create event stands', async () => {
    const state = [
      member('@a:a.test', 'join'),
      event({ type: 'm.space.child', state_key: '!child:a.test', content: { via: ['a.test'] } }),
      member('@b:b.test', 'ban', { sender: '@a:a.test' }),
      member('@gone:a.test', 'leave'),
      event({
        type: 'm.room.create',
        state_key: '',
        sender: '@c:a.test',
        content: { room_version: '11', type: 'm.space' },
      }),
      event({ type: 'm.room.name', state_key: '', content: { name: 'Here' } }),
    ];
    const [whole, pieces] = [new RoomStateCache(), new RoomStateCache()];
    const seen: string[] = [];
    pieces.onRead = (_room, events) => void seen.push(...events.map(({ event_id: eventId }) => eventId));
    whole.read(ROOM, state, 5);
    await pieces.loadInPieces(
      ROOM,
      (take) => Promise.resolve(void [state.slice(0, 2), [], state.slice(2)].forEach((piece) => void take(piece))),
      () => 5,
    );
    const known = (rooms: RoomStateCache) => ({ ...rooms.get(ROOM), order: undefined });
    const ids = (rooms: RoomStateCache) => state.map((one) => rooms.eventIdAt(ROOM, one.type, one.state_key ?? ''));
    expect(known(pieces)).toEqual(known(whole));
    expect(ids(pieces)).toEqual(state.map(({ event_id: eventId }) => eventId));
    expect(ids(whole)).toEqual(ids(pieces));
    expect(pieces.get(ROOM)?.children.size).toBe(1);
    expect([...pieces.servers]).toEqual([...whole.servers]);
    expect(seen).toEqual(state.map(({ event_id: eventId }) => eventId));
  });

  it('stays as it was when the reading ends half way, and follows what came meanwhile', async () => {
    const rooms = new RoomStateCache();
    rooms.read(ROOM, [create, member('@a:a.test', 'join')], 1);
    const reading = rooms.loadInPieces(
      ROOM,
      (take) => {
        take([create, member('@z:a.test', 'join')]);
        rooms.apply(member('@b:a.test', 'join'));
        return Promise.reject(new Error('cut off'));
      },
      () => 2,
    );
    await expect(reading).rejects.toThrow('cut off');
    expect([...(rooms.get(ROOM)?.members.keys() ?? [])]).toEqual(['@a:a.test', '@b:a.test']);
    expect(rooms.get(ROOM)?.readAt).toBe(1);
  });

  it('finds those whom a rule means by what was read last', async () => {
    const rooms = new RoomStateCache();
    const everybody = () => rooms.usersMatching({ entity: '@*', sha256: undefined }).sort();
    rooms.read(ROOM, [create, member('@a:a.test', 'join'), member('@b:a.test', 'join')], 1);
    expect(everybody()).toEqual(['@a:a.test', '@b:a.test']);
    const piece = [create, member('@b:a.test', 'join'), member('@c:a.test', 'join')];
    await rooms.loadInPieces(
      ROOM,
      (take) => Promise.resolve(take(piece)),
      () => 2,
    );
    expect(everybody()).toEqual(['@b:a.test', '@c:a.test']);
  });
});

describe('a kept room', () => {
  it('follows joins, bans and leaves; those who left are forgotten', () => {
    const rooms = new RoomStateCache();
    rooms.read(ROOM, [create, member('@a:a.test', 'join')], 1_000_000);
    rooms.apply(member('@b:a.test', 'join'));
    rooms.apply(next(rooms, member('@a:a.test', 'ban', { sender: '@mod:a.test' })));
    rooms.apply(next(rooms, member('@b:a.test', 'leave')));
    expect(
      [...(rooms.get(ROOM)?.members ?? [])].map(([userId, { membership, sender }]) => [userId, membership, sender]),
    ).toEqual([['@a:a.test', 'ban', '@mod:a.test']]);
  });

  it('is not set back by events from before it was read, but follows newer ones, whatever they are dated', () => {
    const rooms = new RoomStateCache();
    rooms.read(ROOM, [create, member('@a:a.test', 'ban', { origin_server_ts: 5000, sender: '@mod:a.test' })], 10_000);
    const doubted: string[] = [];
    rooms.onDoubt = ({ event_id: eventId }) => void doubted.push(eventId);
    const old = member('@a:a.test', 'join', { origin_server_ts: 9000, unsigned: { replaces_state: '$before' } });
    const left = next(rooms, member('@a:a.test', 'leave', { origin_server_ts: 6000 }));
    expect(rooms.apply(left)).toBe(true);
    expect(rooms.apply(old)).toBe(false);
    expect(rooms.get(ROOM)?.members.has('@a:a.test')).toBe(false);
    // only the homeserver can tell: until it has, nothing is taken at that place
    expect(doubted).toEqual([old.event_id]);
    expect(rooms.apply(member('@a:a.test', 'knock', { unsigned: { replaces_state: left.event_id } }))).toBe(false);
    expect(rooms.settle(ROOM, 'm.room.member', '@a:a.test', old)).toBe(true);
    expect(rooms.get(ROOM)?.members.get('@a:a.test')?.membership).toBe('join');
  });

  it.each([-9_007_199_254_740_991, 1, 99_999_999, 9_007_199_254_740_991])(
    'follows a join dated %d after a leave that was read',
    (at) => {
      const rooms = new RoomStateCache();
      rooms.read(ROOM, [create, member('@a:a.test', 'leave', { origin_server_ts: 5_000 })], 10_000);
      expect(rooms.apply(next(rooms, member('@a:a.test', 'join', { origin_server_ts: at })))).toBe(true);
      expect(rooms.get(ROOM)?.members.get('@a:a.test')?.membership).toBe('join');
    },
  );

  it('asks again when the homeserver does not say what an event replaces', () => {
    const rooms = new RoomStateCache();
    rooms.read(ROOM, [create, member('@a:a.test', 'leave')], 10_000);
    const doubted: string[] = [];
    rooms.onDoubt = ({ event_id: eventId }) => void doubted.push(eventId);
    const joined = member('@a:a.test', 'join');
    expect(rooms.apply(joined)).toBe(false);
    expect(doubted).toEqual([joined.event_id]);
    // of a reading that came between, the answer to an older question changes nothing
    rooms.read(ROOM, [create, member('@a:a.test', 'ban')], 20_000);
    expect(rooms.settle(ROOM, 'm.room.member', '@a:a.test', joined)).toBe(false);
    expect(rooms.get(ROOM)?.members.get('@a:a.test')?.membership).toBe('ban');
  });

  it('takes nobody back who left, because an event came twice', () => {
    const rooms = new RoomStateCache();
    rooms.read(ROOM, [create, member('@z:a.test', 'join')], 10_000);
    rooms.apply(next(rooms, member('@z:a.test', 'join')));
    const joined = member('@a:a.test', 'join');
    rooms.apply(joined);
    rooms.apply(next(rooms, member('@a:a.test', 'leave')));
    expect(rooms.apply(joined)).toBe(false);
    expect(rooms.get(ROOM)?.members.has('@a:a.test')).toBe(false);
  });

  it('misses nothing that happens while it is being read', () => {
    const rooms = new RoomStateCache();
    rooms.beginLoad(ROOM);
    rooms.apply(member('@late:a.test', 'join'));
    rooms.read(ROOM, [create], 1_000_000);
    expect(rooms.get(ROOM)?.members.get('@late:a.test')?.membership).toBe('join');
  });
});

describe('what was missed', () => {
  const replaces = (eventId: string | undefined, before?: string) => ({
    unsigned: {
      ...(eventId === undefined ? {} : { replaces_state: eventId }),
      ...(before === undefined ? {} : { prev_content: { membership: before } }),
    },
  });
  const kept = () => {
    const rooms = new RoomStateCache();
    const joined = member('@a:a.test', 'join');
    rooms.read(ROOM, [create, joined], 1_000_000);
    return { rooms, joined };
  };

  it('is nothing while events follow each other: joins, renames, leaves and returns', () => {
    const { rooms, joined } = kept();
    const events = [
      member('@a:a.test', 'join', { content: { displayname: 'New' }, ...replaces(joined.event_id, 'join') }),
      member('@b:a.test', 'join'),
      member('@c:a.test', 'join', replaces('$left-long-ago', 'leave')),
    ];
    for (const one of events) {
      expect(rooms.detectGap(one)).toBe(false);
      rooms.apply(one);
      // the same event again, as after a restart of the homeserver
      expect(rooms.detectGap(one)).toBe(false);
    }
  });

  it('is a change that replaces another event than the one that is kept, and is said once until the room is read again', () => {
    const { rooms } = kept();
    rooms.apply(next(rooms, member('@a:a.test', 'join')));
    const gap = member('@a:a.test', 'join', replaces('$never-seen', 'ban'));
    expect(rooms.detectGap(gap)).toBe(true);
    rooms.apply(gap);
    expect(rooms.detectGap(member('@a:a.test', 'join', replaces('$another', 'ban')))).toBe(false);
    rooms.read(ROOM, [create, gap], 2_000_000);
    rooms.apply(next(rooms, member('@a:a.test', 'join')));
    expect(rooms.detectGap(member('@a:a.test', 'join', replaces('$third', 'join')))).toBe(true);
  });

  it('is somebody whose being here was never heard of', () => {
    const { rooms } = kept();
    expect(rooms.detectGap(member('@unknown:a.test', 'leave', replaces('$join', 'join')))).toBe(true);
  });

  it('is not shown by events from before the reading', () => {
    const rooms = new RoomStateCache();
    rooms.read(ROOM, [create, member('@a:a.test', 'join', { origin_server_ts: 5000 })], 10_000);
    expect(
      rooms.detectGap(member('@a:a.test', 'ban', { origin_server_ts: 4000, ...replaces('$before', 'join') })),
    ).toBe(false);
  });

  it('is no matter for events that the homeserver holds for not allowed, and those change nothing', () => {
    const { rooms, joined } = kept();
    const soft = member('@a:a.test', 'leave', {
      unsigned: { 'io.element.synapse.soft_failed': true, replaces_state: '$other' },
    });
    expect(rooms.detectGap(soft)).toBe(false);
    expect(rooms.apply(soft)).toBe(false);
    expect(rooms.get(ROOM)?.members.get('@a:a.test')?.eventId).toBe(joined.event_id);
  });
});

describe('the people in kept rooms', () => {
  it('are found by the rule that means them, in step with what happens in all rooms', () => {
    const rooms = new RoomStateCache();
    const other = '!other:a.test';
    rooms.read(ROOM, [create, member('@spam1:b.test', 'join'), member('@good:b.test', 'join')], 1_000_000);
    rooms.read(other, [{ ...create, room_id: other }, member('@spam1:b.test', 'join', { room_id: other })], 1_000_000);
    const meant = () => rooms.usersMatching({ entity: '@spam*:b.test', sha256: undefined }).sort();
    expect(meant()).toEqual(['@spam1:b.test']);
    rooms.apply(member('@spam2:b.test', 'join'));
    expect(meant()).toEqual(['@spam1:b.test', '@spam2:b.test']);
    rooms.apply(next(rooms, member('@spam1:b.test', 'leave')));
    expect(meant()).toEqual(['@spam1:b.test', '@spam2:b.test']);
    rooms.drop(other);
    expect(meant()).toEqual(['@spam2:b.test']);
    rooms.read(ROOM, [create], 2_000_000);
    expect(meant()).toEqual([]);
  });
});

describe('who may command', () => {
  const room = (joinRule: string) => {
    const rooms = new RoomStateCache();
    return rooms.read(
      ROOM,
      [
        create,
        event({ type: 'm.room.join_rules', state_key: '', content: { join_rule: joinRule } }),
        event({ type: 'm.room.power_levels', state_key: '', content: { users: { '@mod:a.test': 50 } } }),
        member('@mod:a.test', 'join'),
        member('@member:a.test', 'join'),
        member('@invited:a.test', 'invite'),
      ],
      1_000_000,
    );
  };
  const asked = ['@mod:a.test', '@member:a.test', '@invited:a.test', '@stranger:a.test'];

  it('is every member of a private room, and nobody outside', () => {
    for (const rule of ['invite', 'private', 'knock'])
      expect(asked.filter((userId) => mayCommand(room(rule), userId))).toEqual(['@mod:a.test', '@member:a.test']);
  });

  it('is only who may send state where anybody can walk in', () => {
    for (const rule of ['public', 'restricted', 'knock_restricted'])
      expect(asked.filter((userId) => mayCommand(room(rule), userId))).toEqual(['@mod:a.test']);
  });
});
