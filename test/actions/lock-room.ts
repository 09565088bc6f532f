import { z } from 'zod';
import { defineAction } from '../../src/actions/define.js';
import type { ActionHandler } from '../../src/actions/types.js';
import type { HomeserverEffects } from '../../src/matrix/types.js';

export const lockRoom = defineAction({
  kind: 'lock_room',
  payload: z.object({ roomId: z.string() }),
  hasSideEffects: true,
  // actions in one lane are carried out in order
  lane: ({ roomId }) => roomId,
  // the interlock is asked this before the handler is
  guard: ({ roomId }) => ({ about: 'room', roomId }),
});

export function lockRoomHandler(homeserver: Pick<HomeserverEffects, 'blockRoom'>): ActionHandler {
  return lockRoom.handler(async ({ roomId }) => {
    await homeserver.blockRoom(roomId, true);
    return { state: 'done' };
  });
}
