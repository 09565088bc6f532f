import { expect, it, jest } from '@jest/globals';
import { lockRoom, lockRoomHandler } from './lock-room.js';

it('the action of the recipes is kept with its key and lane, asks the interlock about its room, and may be repeated', async () => {
  const blockRoom = jest.fn<(roomId: string, blocked: boolean) => Promise<void>>().mockResolvedValue();
  const handler = lockRoomHandler({ blockRoom });
  const roomId = '!a:example.org';
  const action = lockRoom.create({ roomId }, { key: 'because' });
  expect(action).toMatchObject({ kind: 'lock_room', key: 'because', lane: roomId });
  expect(handler.guard?.(action as never)).toEqual({ about: 'room', roomId });
  expect(await handler.perform(action as never, {} as never)).toEqual({ state: 'done' });
  expect(await handler.perform(action as never, {} as never)).toEqual({ state: 'done' });
  expect(blockRoom.mock.calls).toEqual([
    [roomId, true],
    [roomId, true],
  ]);
});
