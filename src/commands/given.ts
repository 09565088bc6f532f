/** Input from the management room: commands, answers to questions, pressed buttons. */
import { z } from 'zod';
import { defineAction } from '../actions/define.js';
import type { MatrixEvent } from '../matrix/types.js';
import type { NewAction } from '../store/records/actions.js';
import { buttonWords } from './buttons.js';
import { commandAction } from './command-action.js';
import { structuredCommand } from './descriptions.js';
import { ANSWER_WORDS } from './questions.js';
import { messageContentSchema, readMessage } from './text/message.js';
import { commandsIn, nearlyPrefix, type Address } from './text/prefix.js';

/** Maximum number of command lines per message. */
const MOST_LINES = 200;

/**
 * The commands in an event of the management room. Each is an action: committed before the homeserver gets its 200, and
 * carried out in order. Only text written by a person counts: notices come from bots (spec "m.notice"), captions and
 * emotes quote, an edit repeats what was carried out already, and a ghost relays anybody on the other side of a bridge.
 */
export function commandActions(
  event: MatrixEvent,
  address: Address,
  isGhost: (userId: string) => boolean = () => false,
): NewAction[] {
  if (isGhost(event.sender)) return [];
  if (event.type === 'm.reaction') return buttonActions(event);
  if (event.type !== 'm.room.message' || event.content.msgtype !== 'm.text') return [];
  const parsed = messageContentSchema.safeParse(event.content);
  if (!parsed.success || parsed.data['m.relates_to']?.rel_type === 'm.replace') return [];
  const read = readMessage(parsed.data);
  const { contradictory, unlinkedMentions, mentions, repliesTo, thread } = read;
  const around = {
    contradictory,
    unlinkedMentions: unlinkedMentions.slice(0, 20),
    mentions: mentions.slice(0, 200),
    repliesTo,
    thread,
  };
  const base = { eventId: event.event_id, roomId: event.room_id, sender: event.sender, around };
  const structured = structuredCommand(event.content, address.botUserId);
  if (structured !== undefined) {
    const plain = { ...around, contradictory: false, unlinkedMentions: [], mentions: [] };
    return [commandAction({ ...base, around: plain, words: structured }, 0)];
  }
  const text = commandsIn(read, address);
  if (text !== undefined)
    return text.commands.slice(0, MOST_LINES).map(({ words }, line) => commandAction({ ...base, words, line }, line));
  const only = read.lines.filter((line) => line.length > 0);
  const bare = only.length === 1 && only[0]?.length === 1 ? only[0][0] : undefined;
  if (bare !== undefined && ANSWER_WORDS.has(bare.text.toLowerCase().replace(/[.!]+$/, '')))
    return [commandAction({ ...base, words: [bare], bare: true }, 0)];
  const near = nearlyPrefix(read, address);
  return near === undefined ? [] : [commandAction({ ...base, words: [], misspelt: near.meant }, 0)];
}

/** A reaction to a message of ours is the command of its button, or the answer to its question. */
function buttonActions(event: MatrixEvent): NewAction[] {
  const relation = event.content['m.relates_to'] as Record<string, unknown> | undefined;
  const { rel_type: type, event_id: on, key } = relation ?? {};
  if (type !== 'm.annotation' || typeof on !== 'string' || typeof key !== 'string' || key.length > 60) return [];
  if (buttonWords(key) === undefined) return [];
  const payload = { eventId: event.event_id, roomId: event.room_id, sender: event.sender, on, key };
  return [buttonDefinition.create(payload, { key: `button:${event.event_id}` })];
}

export const buttonDefinition = defineAction({
  kind: 'button',
  urgent: true,
  payload: z.object({ eventId: z.string(), roomId: z.string(), sender: z.string(), on: z.string(), key: z.string() }),
  hasSideEffects: false,
  lane: () => 'commands',
  failuresToldElsewhere: true,
});
