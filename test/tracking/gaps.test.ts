import { describe, expect, it, jest } from '@jest/globals';
import { event, member } from '../support/events.js';
import { pipelineFor } from '../intake/pipelines.js';

const ROOM = '!room:a.test';
const BOT = '@heimdall:a.test';

/** A member event that is followed: what comes after it must replace it. */
const renamed = (before: { event_id: string }) =>
  member('@a:b.test', 'join', { unsigned: { replaces_state: before.event_id } });

describe('the live watch', () => {
  const started = async (over: Parameters<typeof pipelineFor>[0] = {}) => {
    const world = await pipelineFor(over);
    const joined = member('@a:b.test', 'join');
    world.rooms.read(
      ROOM,
      [
        event({ type: 'm.room.create', state_key: '', sender: BOT, content: { room_version: '11' } }),
        member(BOT, 'join'),
        joined,
      ],
      1_000_000,
    );
    return { ...world, joined, follow: () => world.pipeline.handle([renamed(joined)]) };
  };

  it('reads a room once when its members show that something was missed', async () => {
    const { pipeline, asked, follow, close } = await started();
    await follow();
    for (const replaced of ['$one', '$two', '$three'])
      await pipeline.handle([
        member('@a:b.test', 'join', { unsigned: { replaces_state: replaced, prev_content: { membership: 'ban' } } }),
      ]);
    expect(await asked()).toEqual(['read_room']);
    await close();
  });

  it('reads it also when the ledger could not take that at first, whichever transaction comes next', async () => {
    const unsigned = { replaces_state: '$missed', prev_content: { membership: 'ban' } };
    for (const next of ['the same', 'another'] as const) {
      const { pipeline, ledger, asked, follow, close } = await started();
      await follow();
      const shows = member('@a:b.test', 'join', { unsigned });
      jest.spyOn(ledger, 'commitAtOnce').mockReturnValueOnce(false);
      jest.spyOn(ledger, 'commit').mockRejectedValueOnce(new Error('disk full'));
      jest.spyOn(ledger, 'ping').mockRejectedValueOnce(new Error('disk full'));
      await expect(pipeline.handle([shows])).rejects.toThrow('disk full');
      expect(await asked()).toEqual([]);
      await pipeline.handle([next === 'the same' ? shows : member('@b:b.test', 'join')]);
      expect([next, await asked()]).toEqual([next, ['read_room']]);
      await close();
    }
  });

  it('reads it also when deciding on a later event of the same transaction failed', async () => {
    let broken = true;
    const others = () => {
      if (broken) throw new Error('broken');
      return [];
    };
    const { pipeline, asked, follow, close } = await started({ extraActions: () => others() });
    broken = false;
    await follow();
    broken = true;
    const unsigned = { replaces_state: '$missed', prev_content: { membership: 'ban' } };
    const shows = member('@a:b.test', 'join', { unsigned });
    await expect(pipeline.handle([shows])).rejects.toThrow('broken');
    broken = false;
    await pipeline.handle([shows]);
    expect(await asked()).toEqual(['read_room']);
    await close();
  });

  it('reads nothing for renames, and waits with a room that was read just now', async () => {
    const { pipeline, asked, rooms, joined, close } = await started();
    let before = joined;
    for (const displayname of ['One', 'Two', 'Three']) {
      const renamed = member('@a:b.test', 'join', {
        content: { displayname },
        unsigned: { replaces_state: before.event_id, prev_content: before.content },
      });
      await pipeline.handle([renamed]);
      before = renamed;
    }
    expect(await asked()).toEqual([]);
    rooms.read(
      ROOM,
      [
        event({ type: 'm.room.create', state_key: '', sender: BOT, content: { room_version: '11' } }),
        member(BOT, 'join'),
      ],
      Date.now(),
    );
    await pipeline.handle([
      member('@a:b.test', 'leave', {
        origin_server_ts: Date.now(),
        unsigned: { replaces_state: '$missed', prev_content: { membership: 'join' } },
      }),
    ]);
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
