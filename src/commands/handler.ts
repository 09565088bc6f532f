import { defineAction } from '../actions/define.js';
import { message } from '../notify/actions.js';
import { z } from 'zod';
import type { ActionHandler } from '../actions/types.js';
import { messageContent, paginate, type Block } from '../matrix/message.js';
import { MatrixError, type MatrixEvent } from '../matrix/types.js';
import type { NewAction } from '../store/types.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { mayCommand } from '../protected-rooms/management-room.js';
import type { TrackedRoom } from '../tracking/rooms.js';
import { isCommand, parseCommand } from './parse.js';
import { findCommand, unknownCommand } from './table.js';
import type { Services } from './types.js';

/**
 * A command that the homeserver fails is tried again so often, then the moderator hears of it: other commands wait
 * behind it. While the homeserver is not there at all it waits, since no answer could be sent either.
 */
const MOST_TRIES = 5;
/** A try that took so long was hanging: another one would hang as well. */
const HANGING_MS = 20_000;

const command = defineAction({
  kind: 'command',
  payload: z.object({ eventId: z.string(), roomId: z.string(), sender: z.string(), body: z.string() }),
  hasSideEffects: false,
  lane: () => 'commands',
  failuresToldElsewhere: true,
});
type Given = z.output<typeof command.payload>;

/**
 * A command is an action like others: written down before the homeserver gets its 200, carried out in the order given.
 */
export function commandAction(event: MatrixEvent): NewAction | undefined {
  const { body } = event.content;
  if (event.type !== 'm.room.message' || typeof body !== 'string' || !isCommand(body)) return undefined;
  // Notices are what bots say, and a caption or an emote quotes: only what a person wrote as text is meant as a
  // command.
  if (event.content.msgtype !== 'm.text') return undefined;
  const relates = event.content['m.relates_to'];
  // An edit repeats the text of what it replaces: the command was carried out already.
  if (typeof relates === 'object' && relates !== null && (relates as { rel_type?: unknown }).rel_type === 'm.replace')
    return undefined;
  return command.create(
    { eventId: event.event_id, roomId: event.room_id, sender: event.sender, body: body.slice(0, 10_000) },
    { key: `command:${event.event_id}` },
  );
}

/**
 * `command`: carries a moderator's command out; the answer goes out as actions of kind `message`, with the command's
 * end.
 */
export function commandHandler(
  services: Services,
  managementRoom: () => TrackedRoom | undefined,
  logger: Logger,
): ActionHandler {
  return command.handler(async (payload, action) => {
    const room = managementRoom();
    if (room === undefined || room.roomId !== payload.roomId)
      return { state: 'failed', error: 'Not from the management room.' };
    if (!mayCommand(room, payload.sender)) return { state: 'failed', error: 'The sender may not command.' };
    const blocks = await answerTo(services, payload, action.attempts, logger);
    return { state: 'done', follow: answers(payload, blocks) };
  });
}

async function answerTo(services: Services, payload: Given, attempts: number, logger: Logger): Promise<Block[]> {
  const { name, args, flags, options } = parseCommand(payload.body);
  const found = findCommand(name);
  if (found === undefined) return unknownCommand(name);
  const began = services.clock();
  try {
    return await found.run(services, {
      eventId: payload.eventId,
      roomId: payload.roomId,
      sender: payload.sender,
      args,
      flags,
      options,
    });
  } catch (error) {
    const cause = error instanceof HeimdallError ? error.cause : error;
    if (cause instanceof MatrixError && cause.transient && services.clock() - began < HANGING_MS) {
      if (cause.status === 0 || cause.status === 429 || attempts + 1 < MOST_TRIES) throw cause;
    }
    if (error instanceof HeimdallError)
      return [{ line: [`${error.message}${error.remedy === undefined ? '' : ` ${error.remedy}`}`] }];
    logger.error({ command: name, error: messageOf(error) }, 'command failed');
    return [{ line: [`That failed: ${messageOf(error)}`] }];
  }
}

/** Answers are replies to the command; a long one takes several messages. */
function answers(payload: Given, blocks: Block[]): NewAction[] {
  return paginate(blocks).map((page, index) =>
    message.create(
      { roomId: payload.roomId, content: messageContent(page, { inReplyTo: payload.eventId }) },
      { key: `answer:${payload.eventId}:${index}` },
    ),
  );
}
