import { z } from 'zod';
import type { ActionHandler } from '../actions/types.js';
import { permalink } from '../matrix/permalinks.js';
import { messageContent } from '../matrix/message.js';
import type { Homeserver } from '../matrix/types.js';
import { sendOnce } from './handlers.js';

/** `text` is ours: nothing in it was written by strangers. */
export const warnPayload = z.object({
  roomId: z.string(),
  userId: z.string(),
  text: z.string(),
  inReplyTo: z.string().optional(),
});
export type WarnPayload = z.infer<typeof warnPayload>;

/** `warn`: says in the room what somebody did and what follows. It names them, so that their client shows it to them. */
export function warnHandler(homeserver: Homeserver): ActionHandler {
  return {
    kind: 'warn',
    hasSideEffects: true,
    guard(action) {
      const { userId, roomId } = warnPayload.parse(action.payload);
      return { about: 'user', userId, roomId };
    },
    async perform(action, attempt) {
      const { roomId, userId, text, inReplyTo } = warnPayload.parse(action.payload);
      const content = {
        ...messageContent(
          [{ line: [{ link: permalink(userId), text: userId }, `: ${text}`] }],
          inReplyTo === undefined ? {} : { inReplyTo },
        ),
        'm.mentions': { user_ids: [userId] },
      };
      const eventId = await sendOnce(homeserver, attempt, roomId, content, action.key);
      return { state: 'done', result: { effect: 'warned', event_id: eventId } };
    },
  };
}
