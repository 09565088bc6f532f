import { levelForEvent, powerOf } from '../../matrix/power.js';
import type { NewAction } from '../../store/types.js';
import { mutePayload, unmutePayload } from '../payloads.js';
import type { ActionHandler, ActionOutcome } from '../../actions/types.js';
import type { HandlerDeps } from './parts.js';

const POWER_LEVELS = 'm.room.power_levels';

/** The content of the power levels as it stands, with a copy of `users` that may be changed. */
async function levelsNow(
  homeserver: HandlerDeps['homeserver'],
  roomId: string,
): Promise<{ content: Record<string, unknown>; users: Record<string, unknown> }> {
  const content = (await homeserver.stateContent(roomId, POWER_LEVELS)) ?? {};
  const { users } = content;
  const copy = typeof users === 'object' && users !== null && !Array.isArray(users) ? { ...users } : {};
  return { content, users: copy as Record<string, unknown> };
}

/**
 * `mute`: a person keeps reading and may not write: their power level goes below what a message needs. It can end by
 * itself.
 */
export function muteHandler({ homeserver, rooms }: HandlerDeps): ActionHandler {
  return {
    kind: 'mute',
    hasSideEffects: true,
    guard(action) {
      const { roomId, userId } = mutePayload.parse(action.payload);
      return { about: 'user', userId, roomId };
    },
    async perform(action): Promise<ActionOutcome> {
      const { roomId, userId, until } = mutePayload.parse(action.payload);
      const room = rooms.get(roomId);
      if (room === undefined) return { state: 'failed', error: 'The room is not protected.' };
      const level = Math.min(
        -1,
        levelForEvent('m.room.message', room) - 1,
        levelForEvent('m.room.encrypted', room) - 1,
      );
      const { content, users } = await levelsNow(homeserver, roomId);
      const stood = Object.hasOwn(users, userId) && typeof users[userId] === 'number' ? users[userId] : null;
      if ((stood ?? powerOf(userId, room)) <= level) return { state: 'done', result: { effect: 'held' } };
      const eventId = await homeserver.sendState(roomId, POWER_LEVELS, '', {
        ...content,
        users: { ...users, [userId]: level },
      });
      const result = { effect: 'muted', event_id: eventId, level, before: stood };
      if (until === undefined) return { state: 'done', result };
      return {
        state: 'done',
        result,
        follow: [unmuteAction({ roomId, userId, level, before: stood }, action.key, null, until)],
      };
    },
  };
}

/** The end of a mute; its lane is its own, so that it holds back nothing while it waits. */
export function unmuteAction(
  payload: { roomId: string; userId: string; level: number; before: number | null },
  cause: string,
  caseId: number | null,
  notBefore?: number,
): NewAction {
  return {
    caseId,
    kind: 'unmute',
    lane: `unmute:${payload.roomId}:${payload.userId}`,
    key: `unmute:${cause}`,
    payload,
    ...(notBefore === undefined ? {} : { notBefore }),
  };
}

/** `unmute`: gives a muted person the level that they had, unless somebody has changed it since. */
export function unmuteHandler({ homeserver }: HandlerDeps): ActionHandler {
  return {
    kind: 'unmute',
    hasSideEffects: true,
    async perform(action): Promise<ActionOutcome> {
      const { roomId, userId, level, before } = unmutePayload.parse(action.payload);
      const { content, users } = await levelsNow(homeserver, roomId);
      if (!Object.hasOwn(users, userId) || users[userId] !== level)
        return { state: 'done', result: { effect: 'moot' } };
      const next = Object.fromEntries(Object.entries(users).filter(([id]) => id !== userId || before !== null));
      if (before !== null) next[userId] = before;
      await homeserver.sendState(roomId, POWER_LEVELS, '', { ...content, users: next });
      return { state: 'done', result: { effect: 'unmuted' } };
    },
  };
}
