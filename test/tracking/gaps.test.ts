import { describe, expect, it } from '@jest/globals';
import { event, member } from '../support/events.js';
import { pipelineFor } from '../intake/pipelines.js';

const ROOM = '!room:a.test';
const BOT = '@heimdall:a.test';

describe('the live watch', () => {
  const started = async () => {
    const world = await pipelineFor();
    const joined = member('@a:b.test', 'join');
    world.rooms.read(ROOM, [event({ type: 'm.room.create', state_key: '', sender: BOT, content: { room_version: '11' } }), member(BOT, 'join'), joined], 1_000_000);
    return { ...world, joined };
  };

  it('reads a room once when its members show that something was missed', async () => {
    const { pipeline, asked, close } = await started();
    for (const replaced of ['$one', '$two', '$three']) await pipeline.handle([member('@a:b.test', 'join', { unsigned: { replaces_state: replaced, prev_content: { membership: 'ban' } } })]);
    expect(await asked()).toEqual(['read_room']);
    await close();
  });

  it('reads nothing for renames, and waits with a room that was read just now', async () => {
    const { pipeline, asked, rooms, joined, close } = await started();
    let before = joined;
    for (const displayname of ['One', 'Two', 'Three']) {
      const renamed = member('@a:b.test', 'join', { content: { displayname }, unsigned: { replaces_state: before.event_id, prev_content: before.content } });
      await pipeline.handle([renamed]);
      before = renamed;
    }
    expect(await asked()).toEqual([]);
    rooms.read(ROOM, [event({ type: 'm.room.create', state_key: '', sender: BOT, content: { room_version: '11' } }), member(BOT, 'join')], Date.now());
    await pipeline.handle([member('@a:b.test', 'leave', { origin_server_ts: Date.now(), unsigned: { replaces_state: '$missed', prev_content: { membership: 'join' } } })]);
    expect(await asked()).toEqual([]);
    await close();
  });

  it('follows no event that the homeserver holds for not allowed', async () => {
    const { pipeline, rooms, close } = await started();
    await pipeline.handle([member('@a:b.test', 'leave', { unsigned: { 'io.element.synapse.soft_failed': true } })]);
    expect(rooms.get(ROOM)?.members.get('@a:b.test')?.membership).toBe('join');
    await close();
  });
});
