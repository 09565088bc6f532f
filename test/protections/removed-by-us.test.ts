import { expect, it } from '@jest/globals';
import { ROOMS, World } from './world.js';

it('whom Heimdall removed writes a first message again when they come back', () => {
  const world = new World({ FirstMessageIsLink: {}, FirstMessageIsWord: { words: ['free btc'] } });
  const [room_id] = ROOMS;
  const membership = (sender: string, now: string, before: string) =>
    world.send({
      type: 'm.room.member',
      sender,
      state_key: '@new:a.test',
      room_id,
      content: { membership: now },
      unsigned: { prev_content: { membership: before } },
    });
  const said = () =>
    world.send({
      type: 'm.room.message',
      sender: '@new:a.test',
      room_id,
      content: { msgtype: 'm.text', body: 'get free btc at https://evil.example/' },
    });
  world.join('@new:a.test', room_id);
  expect(said()).toHaveLength(2);
  expect(said()).toHaveLength(0);
  membership('@heimdall:a.test', 'leave', 'join');
  membership('@new:a.test', 'join', 'leave');
  expect(said()).toHaveLength(2);
});
