import { levelForEvent, powerOf } from '../../matrix/power.js';
import type { ActionHandler } from '../../actions/types.js';
import type { NewAction } from '../../store/records/actions.js';
import { mute, unmute } from '../actions.js';
import type { UnmutePayload } from '../payloads.js';
import type { HandlerDeps } from './parts.js';
import { texts } from '../texts.js';

const POWER_LEVELS = 'm.room.power_levels';

/** The current power levels, with a copy of `users` that may be modified. */
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
 * `mute`: a person can read but not write: their power level drops below what a message needs. It can end by itself.
 */
export function muteHandler({ homeserver, rooms }: HandlerDeps): ActionHandler {
  return mute.handler(async ({ roomId, userId, until }, action) => {
    const room = rooms.get(roomId);
    if (room === undefined) return { state: 'failed', error: texts.notProtected };
    const level = Math.min(-1, levelForEvent('m.room.message', room) - 1, levelForEvent('m.room.encrypted', room) - 1);
    const { content, users } = await levelsNow(homeserver, roomId);
    const stood = Object.hasOwn(users, userId) && typeof users[userId] === 'number' ? users[userId] : null;
    if ((stood ?? powerOf(userId, room)) <= level) return { state: 'done', result: { effect: 'held' } };
    const next = { ...content, users: { ...users, [userId]: level } };
    const eventId = await homeserver.sendState(roomId, POWER_LEVELS, '', next);
    // its end belongs to no case, whose notice would wait for it
    const end = unmute.create(
      { roomId, userId, level, before: stood },
      { key: `unmute:${action.key}`, lane: `unmute:${action.key}`, notBefore: until },
    );
    return {
      state: 'done',
      result: { effect: 'muted', event_id: eventId, level, before: stood },
      follow: until === undefined ? [] : [end],
    };
  });
}

/** Unmutes somebody at once, for a command. */
export function unmuteAction(payload: UnmutePayload, cause: string, caseId: number | null): NewAction {
  return unmute.create(payload, { key: `unmute:${cause}`, lane: `unmute:${cause}`, caseId });
}

/** `unmute`: restores a muted person's power level, unless somebody has changed it since. */
export function unmuteHandler({ homeserver }: HandlerDeps): ActionHandler {
  return unmute.handler(async ({ roomId, userId, level, before }) => {
    const { content, users } = await levelsNow(homeserver, roomId);
    if (!Object.hasOwn(users, userId) || users[userId] !== level) return { state: 'done', result: { effect: 'moot' } };
    const next = Object.fromEntries(Object.entries(users).filter(([id]) => id !== userId || before !== null));
    if (before !== null) next[userId] = before;
    await homeserver.sendState(roomId, POWER_LEVELS, '', { ...content, users: next });
    return { state: 'done', result: { effect: 'unmuted' } };
  });
}
