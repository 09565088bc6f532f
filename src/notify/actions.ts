import { z } from 'zod';
import { defineAction } from '../actions/define.js';

/** Messages to moderators. They go out in a dry run too: they change nobody's standing. */

const content = z.record(z.string(), z.unknown());

/** A message in one room; `thread`: the content of a second one, in the thread of the first. */
export const message = defineAction({
  kind: 'message',
  payload: z.object({ roomId: z.string(), content, thread: content.optional() }),
  hasSideEffects: false,
  lane: () => 'messages',
  failuresToldElsewhere: true,
});

/** A message in the management room, wherever that is when its turn comes. */
export const tell = defineAction({
  kind: 'tell',
  payload: z.object({ content }),
  hasSideEffects: false,
  lane: () => 'messages',
  failuresToldElsewhere: true,
});
