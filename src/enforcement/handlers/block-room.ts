import { blockRoom, unblockRoom } from '../actions.js';
import { isRoomAlias } from '../../matrix/identifiers.js';
import type { Policy } from '../../policy/types.js';
import { interlock } from '../interlock.js';
import type { ActionHandler } from '../../actions/types.js';
import type { GuardContext } from '../types.js';
import { asAdmin } from './account.js';
import type { HandlerDeps } from './parts.js';
import { texts } from '../texts.js';

/** `block_room`: nobody on this server can join the room. If it was blocked already, the block is not ours. */
export function blockRoomHandler({
  homeserver,
  policy,
  facts,
}: Pick<HandlerDeps, 'homeserver'> & { policy: Pick<Policy, 'match'>; facts: () => GuardContext }): ActionHandler {
  return blockRoom.handler(async ({ room, rule }, action) => {
    if (rule !== undefined && policy.match('room', room)?.action !== 'takedown')
      return { state: 'done', result: { effect: 'moot' } };
    const roomId = isRoomAlias(room) ? await homeserver.resolveAlias(room) : room;
    if (roomId === undefined) return { state: 'failed', error: texts.noRoomBehind(room) };
    // the alias may point to a room that must not be blocked, so the interlock is asked about the target too
    const answer = interlock({ about: 'room', roomId }, facts());
    if (!answer.allowed) return { state: 'refused', error: answer.reason };
    return asAdmin(action, async () => {
      if (await homeserver.isRoomBlocked(roomId)) return { state: 'done', result: { effect: 'held', room_id: roomId } };
      await homeserver.blockRoom(roomId, true);
      return { state: 'done', result: { effect: 'blocked', room_id: roomId } };
    });
  });
}

/** `unblock_room`: cannot harm anybody, so the interlock is not asked. */
export function unblockRoomHandler({ homeserver }: Pick<HandlerDeps, 'homeserver'>): ActionHandler {
  return unblockRoom.handler(async ({ roomId }, action) => {
    return asAdmin(action, async () => {
      if (!(await homeserver.isRoomBlocked(roomId))) return { state: 'done', result: { effect: 'held' } };
      await homeserver.blockRoom(roomId, false);
      return { state: 'done', result: { effect: 'unblocked' } };
    });
  });
}
