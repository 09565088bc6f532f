import { z } from 'zod';
import { defineAction } from '../actions/define.js';
import type { ActionHandler } from '../actions/types.js';
import { messageContent } from '../matrix/message.js';
import { permalink } from '../matrix/permalinks.js';
import type { Homeserver } from '../matrix/types.js';
import { sendOnce } from './send-once.js';

/** A warning to somebody in a protected room. `text` is ours: no part of it was written by strangers. */
export const warn = defineAction({
  kind: 'warn',
  payload: z.object({ roomId: z.string(), userId: z.string(), text: z.string(), inReplyTo: z.string().optional() }),
  hasSideEffects: true,
  lane: ({ roomId }) => `warn:${roomId}`,
  subject: ({ userId }) => userId,
  guard: ({ roomId, userId }) => ({ about: 'user', userId, roomId }),
});

/** Says in the room what somebody did and what follows. It mentions them, so that their client notifies them. */
export function warnHandler(homeserver: Homeserver): ActionHandler {
  return warn.handler(async ({ roomId, userId, text, inReplyTo }, action, attempt) => {
    const blocks = [{ line: [{ link: permalink(userId), text: userId }, `: ${text}`] }];
    const content = {
      ...messageContent(blocks, inReplyTo === undefined ? {} : { inReplyTo }),
      'm.mentions': { user_ids: [userId] },
    };
    const eventId = await sendOnce(homeserver, attempt, roomId, content, action.key);
    return { state: 'done', result: { effect: 'warned', event_id: eventId } };
  });
}
