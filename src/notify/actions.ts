import { z } from 'zod';
import { defineAction } from '../actions/define.js';

/** Messages to moderators. They are sent in a dry run too, because they affect nobody. */

const content = z.record(z.string(), z.unknown());

/** A message in one room; `thread`: the content of a second one, in the thread of the first. */
export const message = defineAction({
  kind: 'message',
  urgent: true,
  payload: z.object({
    roomId: z.string(),
    content,
    thread: content.optional(),
    buttons: z.array(z.string()).optional(),
  }),
  hasSideEffects: false,
  lane: () => 'messages',
  failuresToldElsewhere: true,
});

/** The button under something that is still running. */
export const CANCEL = '❌ cancel';

/** A reaction of ours on an event: a button for people to press. */
export const reaction = defineAction({
  kind: 'reaction',
  payload: z.object({ roomId: z.string(), on: z.string(), key: z.string() }),
  hasSideEffects: false,
  lane: ({ on }) => `reaction:${on}`,
  maxConcurrent: 2,
  failuresToldElsewhere: true,
});

/** A message to whichever room is the management room when it is sent. */
export const tell = defineAction({
  kind: 'tell',
  payload: z.object({ content }),
  hasSideEffects: false,
  lane: () => 'messages',
  failuresToldElsewhere: true,
});
