import { z } from 'zod';
import { defineAction } from '../actions/define.js';
import type { NewAction } from '../store/records/actions.js';
import { LINE } from './types.js';

const linkSchema = z.object({ id: z.string(), eventId: z.string().optional(), via: z.array(z.string()) });
const wordSchema = z.object({
  text: z.string(),
  untrimmed: z.string().optional(),
  written: z.string().optional(),
  line: z.boolean().optional(),
  quoted: z.boolean(),
  link: linkSchema.optional(),
  label: z.string().optional(),
  glued: z.boolean().optional(),
});
const aroundSchema = z.object({
  contradictory: z.boolean(),
  unlinkedMentions: z.array(z.string()),
  mentions: z.array(z.string()),
  repliesTo: z.string().optional(),
  thread: z.string().optional(),
});
export const commandPayloadSchema = z.object({
  eventId: z.string(),
  roomId: z.string(),
  sender: z.string(),
  words: z.array(wordSchema),
  around: aroundSchema,
  /** which line of the message */
  line: z.number().int().optional(),
  /** the event to answer, if it is not the command's own */
  replyTo: z.string().optional(),
  /** was given without a prefix, so it is either an answer to a question or ignored */
  bare: z.boolean().optional(),
  /** the prefix was misspelt; this is the closest one */
  misspelt: z.string().optional(),
  confirmed: z.object({ by: z.string(), bound: z.unknown() }).optional(),
});
export type CommandPayload = z.infer<typeof commandPayloadSchema>;

export const commandDefinition = defineAction({
  kind: 'command',
  urgent: true,
  payload: commandPayloadSchema,
  hasSideEffects: false,
  lane: () => 'commands',
  failuresToldElsewhere: true,
});

export const NOTHING_AROUND = { contradictory: false, unlinkedMentions: [], mentions: [] };

export function commandAction(payload: CommandPayload, line: number): NewAction {
  return commandDefinition.create(payload, { key: `command:${payload.eventId}${line === 0 ? '' : `${LINE}${line}`}` });
}
