import { z } from 'zod';
import { defineAction } from '../../actions/define.js';
import type { ActionHandler } from '../../actions/types.js';
import { parseEvent } from '../../matrix/events.js';
import { MatrixError } from '../../matrix/types.js';
import type { QuarantinedPictures } from './quarantined.js';

/** Moderators are not told about a picture that cannot be fetched in three attempts. */
const TRIES = 3;
const RETRY_MS = 10_000;

/**
 * Checks the pictures of one event. One person's pictures share a lane, so that somebody who posts a thousand delays
 * nobody else.
 */
export const lookAtPictures = defineAction({
  kind: 'look_at_pictures',
  payload: z.object({ pictures: z.array(z.string()), event: z.record(z.string(), z.unknown()) }),
  // it has no outside effect, so it runs in a dry run too
  hasSideEffects: false,
  lane: ({ event }) => `pictures:${String(event.sender)}`,
  maxConcurrent: 2,
  failuresToldElsewhere: true,
});

/** `look_at_pictures`: fetches an event's pictures and compares them with quarantined ones. */
export function lookAtPicturesHandler(quarantined: QuarantinedPictures): ActionHandler {
  return lookAtPictures.handler(async ({ pictures, event: raw }, action) => {
    const event = parseEvent(raw);
    if (event === undefined) return { state: 'done', result: { looked: false } };
    try {
      const { found, follow } = await quarantined.look(pictures, event);
      return { state: 'done', result: { looked: true, found }, follow };
    } catch (error) {
      if (!(error instanceof MatrixError)) throw error;
      if (!error.transient || action.attempts + 1 >= TRIES)
        return { state: 'done', result: { looked: false, error: error.errcode } };
      return { state: 'retry', afterMs: Math.max(error.retryAfterMs ?? 0, RETRY_MS), error: error.message };
    }
  });
}
