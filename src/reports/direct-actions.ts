import { z } from 'zod';
import { defineAction } from '../actions/define.js';

const person = z.string().startsWith('@');
const room = z.string().startsWith('!');

/** Accepts an invite to a direct chat. */
export const joinChat = defineAction({
  kind: 'join_chat',
  payload: z.object({ roomId: room, userId: person }),
  hasSideEffects: true,
  lane: () => 'join_chat',
  maxConcurrent: 1,
  failuresToldElsewhere: true,
});

/** Answers a message in a direct chat. */
export const answerChat = defineAction({
  kind: 'answer_chat',
  payload: z.object({
    roomId: room,
    userId: person,
    body: z.string(),
    links: z.array(z.string()),
    encrypted: z.boolean(),
  }),
  hasSideEffects: true,
  lane: ({ userId }) => `answer_chat:${userId}`,
  maxConcurrent: 4,
  failuresToldElsewhere: true,
});

/** `!report` as a reply in a protected room. */
export const reportInRoom = defineAction({
  kind: 'report_in_room',
  payload: z.object({
    roomId: room,
    userId: person,
    eventId: z.string(),
    target: z.string(),
    reason: z.string(),
    at: z.number(),
  }),
  hasSideEffects: false,
  lane: ({ userId }) => `report_in_room:${userId}`,
  maxConcurrent: 4,
  failuresToldElsewhere: true,
});
