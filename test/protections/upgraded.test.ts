import { describe, expect, it } from '@jest/globals';
import { ROOMS, World } from './world.js';

const [OLD, NEW] = ROOMS;
const DAY = 86_400_000;

describe('people of a room that was upgraded', () => {
  const people = Array.from({ length: 8 }, (_, number) => `@person${number}:a.test`);
  const link = (world: World, sender: string) =>
    world.send({
      type: 'm.room.message',
      sender,
      room_id: NEW,
      content: { msgtype: 'm.text', body: 'see https://example.org/' },
    });

  it('are as well known in the new one', () => {
    const world = new World({ FirstMessageIsLink: {} });
    for (const userId of people) world.join(userId, OLD);
    world.now += 8 * DAY;
    world.moves(OLD, NEW, people);
    for (const userId of people) expect(link(world, userId)).toHaveLength(0);
    // the others are new
    expect(link(world, '@other:a.test')).toHaveLength(1);
  });

  it('are as new in the new one, and have written before if they had', () => {
    const world = new World({ FirstMessageIsLink: {} });
    const [quiet = '', wrote = ''] = people;
    for (const userId of [quiet, wrote]) world.join(userId, OLD);
    world.send({ type: 'm.room.message', sender: wrote, room_id: OLD, content: { msgtype: 'm.text', body: 'hello' } });
    world.now += DAY;
    world.moves(OLD, NEW, [quiet, wrote]);
    expect(link(world, wrote)).toHaveLength(0);
    expect(link(world, quiet)).toHaveLength(1);
  });

  it('begin anew there once they were removed', () => {
    const world = new World({ FirstMessageIsLink: {} });
    const [userId = ''] = people;
    world.join(userId, OLD);
    world.now += 8 * DAY;
    world.moves(OLD, NEW, [userId]);
    world.join(userId, NEW);
    world.send({
      type: 'm.room.member',
      sender: '@mod:a.test',
      state_key: userId,
      room_id: NEW,
      content: { membership: 'leave' },
      unsigned: { prev_content: { membership: 'join' } },
    });
    world.join(userId, NEW);
    expect(link(world, userId)).toHaveLength(1);
  });

  it('are no wave when they all come', () => {
    const world = new World({ JoinWaveShortCircuit: { max: 4 } });
    for (const userId of people.slice(0, 4)) world.join(userId, OLD);
    world.now += 8 * DAY;
    world.moves(OLD, NEW, people.slice(0, 4));
    expect(people.slice(0, 7).flatMap((userId) => world.join(userId, NEW))).toHaveLength(0);
    // strangers are
    expect(['@a:evil.test', '@b:evil.test'].flatMap((userId) => world.join(userId, NEW))).toHaveLength(1);
  });
});
