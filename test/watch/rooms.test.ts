import { describe, expect, it } from '@jest/globals';
import { KeptRooms } from '../../src/watch/rooms.js';
import { mayCommand } from '../../src/watch/management-room.js';
import { event, member } from './events.js';

const ROOM = '!room:a.test';
const create = event({ type: 'm.room.create', state_key: '', sender: '@creator:a.test', content: { room_version: '11' } });

describe('a kept room', () => {
  it('follows joins, bans and leaves; those who left are forgotten', () => {
    const rooms = new KeptRooms();
    rooms.read(ROOM, [create, member('@a:a.test', 'join')], 1_000_000);
    rooms.apply(member('@b:a.test', 'join'));
    rooms.apply(member('@a:a.test', 'ban', { sender: '@mod:a.test' }));
    rooms.apply(member('@b:a.test', 'leave'));
    expect([...(rooms.get(ROOM)?.members ?? [])].map(([userId, { membership, sender }]) => [userId, membership, sender])).toEqual([['@a:a.test', 'ban', '@mod:a.test']]);
  });

  it('is not set back by events from before it was read, but follows newer ones', () => {
    const rooms = new KeptRooms();
    rooms.read(ROOM, [create, member('@a:a.test', 'ban', { origin_server_ts: 5000, sender: '@mod:a.test' })], 10_000);
    expect(rooms.apply(member('@a:a.test', 'join', { origin_server_ts: 4000 }))).toBe(false);
    expect(rooms.get(ROOM)?.members.get('@a:a.test')?.membership).toBe('ban');
    expect(rooms.apply(member('@a:a.test', 'leave', { origin_server_ts: 6000 }))).toBe(true);
    expect(rooms.get(ROOM)?.members.has('@a:a.test')).toBe(false);
  });

  it('is not held by a join dated in the future', () => {
    const rooms = new KeptRooms();
    rooms.read(ROOM, [create, member('@a:a.test', 'join', { origin_server_ts: 99_999_999 })], 10_000);
    rooms.apply(member('@a:a.test', 'ban', { origin_server_ts: 11_000, sender: '@mod:a.test' }));
    expect(rooms.get(ROOM)?.members.get('@a:a.test')?.membership).toBe('ban');
  });

  it('misses nothing that happens while it is being read', () => {
    const rooms = new KeptRooms();
    rooms.expect(ROOM);
    rooms.apply(member('@late:a.test', 'join'));
    rooms.read(ROOM, [create], 1_000_000);
    expect(rooms.get(ROOM)?.members.get('@late:a.test')?.membership).toBe('join');
  });
});

describe('who may command', () => {
  const room = (joinRule: string) => {
    const rooms = new KeptRooms();
    return rooms.read(ROOM, [
      create,
      event({ type: 'm.room.join_rules', state_key: '', content: { join_rule: joinRule } }),
      event({ type: 'm.room.power_levels', state_key: '', content: { users: { '@mod:a.test': 50 } } }),
      member('@mod:a.test', 'join'), member('@member:a.test', 'join'), member('@invited:a.test', 'invite'),
    ], 1_000_000);
  };
  const asked = ['@mod:a.test', '@member:a.test', '@invited:a.test', '@stranger:a.test'];

  it('is every member of a private room, and nobody outside', () => {
    for (const rule of ['invite', 'private', 'knock']) expect(asked.filter((userId) => mayCommand(room(rule), userId))).toEqual(['@mod:a.test', '@member:a.test']);
  });

  it('is only who may send state where anybody can walk in', () => {
    for (const rule of ['public', 'restricted', 'knock_restricted']) expect(asked.filter((userId) => mayCommand(room(rule), userId))).toEqual(['@mod:a.test']);
  });
});
