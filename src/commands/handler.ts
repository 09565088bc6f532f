import { randomUUID } from 'node:crypto';
import type { ActionHandler } from '../actions/types.js';
import { visible } from '../detection/index.js';
import type { Block } from '../matrix/message.js';
import { MatrixError } from '../matrix/types.js';
import type { NewAction } from '../store/records/actions.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { mayCommand } from '../protected-rooms/management-room.js';
import type { TrackedRoom } from '../tracking/tracked-room.js';
import { takeOptions } from './args/options.js';
import { Reading, usageError } from './args/reading.js';
import { roomMayBe } from './args/room-name.js';
import { BUTTONS, buttonWords } from './buttons.js';
import { workUnder } from './cancel.js';
import { atWork } from './outcome.js';
import {
  commandAction,
  commandDefinition,
  commandPayloadSchema,
  NOTHING_AROUND,
  type CommandPayload,
} from './command-action.js';
import { buttonDefinition } from './given.js';
import { askFirst, withQuestionButtons } from './questions.js';
import { hasRole } from './roles.js';
import { answers, answersOrFile } from './sending.js';
import type { Answer, Command } from './spec.js';
import { findCommand, helpFor, isReserved, unknownCommand } from './table.js';
import type { Word } from './text/words.js';
import type { Invocation, Services } from './types.js';
import { answerTexts } from './texts/answers.js';
import { argTexts } from './texts/args.js';

/**
 * How often a command is retried when the homeserver fails, before the moderator is told, since other commands wait
 * behind it. While the homeserver is unreachable it waits, since no answer could be sent either.
 */
const MOST_TRIES = 5;
/** An attempt that took this long was hanging, and another one would too. */
const HANGING_MS = 20_000;
const DAY_MS = 86_400_000;

export interface CommandHandlerOptions {
  services: Services;
  managementRoom: () => TrackedRoom | undefined;
  logger: Logger;
}

/** `button`: finds out which button was pressed. It does nothing for people without the role. */
export function buttonHandler({ services, managementRoom }: CommandHandlerOptions): ActionHandler {
  return buttonDefinition.handler(async ({ eventId, roomId, sender, on, key }) => {
    const room = managementRoom();
    if (room === undefined || room.roomId !== roomId || !mayCommand(room, sender)) return { state: 'done' };
    const said = buttonWords(key);
    const word = (text: string): Word => ({ text, quoted: false });
    const base = { eventId, roomId, sender, replyTo: on, around: { ...NOTHING_AROUND, repliesTo: on } };
    const works = said === 'no' || said === 'cancel' ? await atWork(services.ledger) : [];
    if (said === 'cancel' || (await workUnder(services, works, on)) !== undefined)
      return { state: 'done', follow: [commandAction({ ...base, words: [word('cancel')] }, 0)] };
    if (said === 'yes' || said === 'no')
      return { state: 'done', follow: [commandAction({ ...base, words: [word(said)], bare: true }, 0)] };
    const found = await services.ledger.caseByNotice(on);
    if (found === undefined || said === undefined || !BUTTONS.some(({ command }) => command === said))
      return { state: 'done' };
    const words = said.split(' ').map(word);
    const target = [word('case'), word(String(found.id))];
    const around = { ...NOTHING_AROUND, thread: on };
    return { state: 'done', follow: [commandAction({ ...base, around, words: [...words, ...target] }, 0)] };
  });
}

/**
 * `command`: carries out a moderator's command; the answer consists of `message` actions, committed with the command's
 * end.
 */
export function commandHandler(options: CommandHandlerOptions): ActionHandler {
  const { services, managementRoom } = options;
  return commandDefinition.handler(async (payload, action) => {
    const room = managementRoom();
    if (room === undefined || room.roomId !== payload.roomId)
      return { state: 'failed', error: answerTexts.notManagementRoom };
    const actor = payload.confirmed?.by ?? payload.sender;
    if (!mayCommand(room, actor)) return { state: 'done', follow: refusal(services, room, payload, actor) };
    const invocation = invocationOf(payload, action.key, actor);
    const answer = await answerTo(options, room, payload, invocation, action.attempts);
    if (Array.isArray(answer))
      return { state: 'done', follow: await answersOrFile(services.homeserver, invocation, answer) };
    await askFirst(services, payload, invocation, answer);
    return { state: 'done', follow: withQuestionButtons(answers(invocation, answer.ask.blocks)) };
  });
}

function invocationOf(payload: CommandPayload, key: string, actor: string): Invocation {
  const { eventId, roomId, replyTo, around, confirmed } = payload;
  return {
    eventId,
    key: key.replace(/^command:/, ''),
    roomId,
    sender: actor,
    replyTo: replyTo ?? eventId,
    thread: around.thread,
    confirmed: confirmed === undefined ? undefined : { bound: confirmed.bound },
  };
}

/** Members without the role are told so once a day; people outside the room are ignored. */
function refusal(services: Services, room: TrackedRoom, payload: CommandPayload, actor: string): NewAction[] {
  if (payload.bare === true || room.members.get(actor)?.membership !== 'join') return [];
  const day = Math.floor(services.clock() / DAY_MS);
  const blocks: Block[] = [
    {
      line: [answerTexts.joinableRoom],
    },
  ];
  const invocation = invocationOf(payload, payload.eventId, actor);
  return answers(invocation, blocks).map((action, index) => ({ ...action, key: `may_not:${actor}:${day}:${index}` }));
}

async function answerTo(
  { services, logger }: CommandHandlerOptions,
  room: TrackedRoom,
  payload: CommandPayload,
  invocation: Invocation,
  attempts: number,
): Promise<Answer> {
  if (payload.misspelt !== undefined) return [{ line: answerTexts.misspelt(payload.misspelt) }];
  const found = findCommand(payload.words);
  if (found === undefined) return unknownCommand(payload.words[0]?.text ?? '');
  const began = services.clock();
  try {
    if (!hasRole(room, invocation.sender, found.command.role, services.config))
      return payload.bare === true ? [] : [{ line: [answerTexts.lacksRole(found.command.role)] }];
    return await runCommand(services, found.command, payload, found.used, invocation);
  } catch (error) {
    const cause = error instanceof HeimdallError ? error.cause : error;
    if (cause instanceof MatrixError && cause.transient && services.clock() - began < HANGING_MS) {
      if (cause.status === 0 || cause.status === 429 || attempts + 1 < MOST_TRIES) throw cause;
    }
    if (error instanceof HeimdallError)
      return [{ line: [`${error.message}${error.remedy === undefined ? '' : ` ${error.remedy}`}`] }];
    logger.error({ command: found.command.name, error: messageOf(error) }, 'command failed');
    return [{ line: [answerTexts.commandFailed(visible(messageOf(error)))] }];
  }
}

/**
 * Carries out a command given outside the management room, for instance on a web page that asked for confirmation;
 * resolves with its answer. `line` is the command without a prefix, in plain words.
 */
export async function carryOutFor(options: CommandHandlerOptions, sender: string, line: string): Promise<Block[]> {
  const room = options.managementRoom();
  if (room === undefined || !mayCommand(room, sender))
    throw new HeimdallError('HEIMDALL_E_USAGE', answerTexts.mayNotCommand, answerTexts.askModerator);
  const eventId = `$web-${randomUUID()}`;
  const words = line.split(' ').map((text) => ({ text, quoted: false }));
  const payload: CommandPayload = { eventId, roomId: room.roomId, sender, words, around: NOTHING_AROUND };
  const invocation = invocationOf(payload, eventId, sender);
  const answer = await answerTo(options, room, payload, invocation, MOST_TRIES);
  if (Array.isArray(answer)) return answer;
  const confirmed = { ...invocation, confirmed: { bound: answer.ask.bound } };
  const second = await answerTo(options, room, payload, confirmed, MOST_TRIES);
  return Array.isArray(second) ? second : second.ask.blocks;
}

/** Parses a command's options and arguments and carries it out. All input must be understood. */
export async function runCommand(
  services: Services,
  command: Command,
  { words, around, bare }: Pick<CommandPayload, 'words' | 'around' | 'bare'>,
  used: number,
  invocation: Invocation,
): Promise<Answer> {
  const given = words.slice(used);
  if (given.length === 1 && /^(?:--|—|–)help$/i.test(given[0]?.text ?? '')) return helpFor(command);
  const { words: left, values } = takeOptions(given, command.options);
  const surroundings = { ...around, repliesTo: around.repliesTo, thread: around.thread };
  const reading = new Reading(services, invocation, left, surroundings, isReserved);
  const args: Record<string, unknown> = {};
  for (const [name, arg] of Object.entries(command.args)) args[name] = await arg.read(reading);
  const [extra] = reading.left;
  if (extra !== undefined) {
    const takesRoom = Object.values(command.args).some(({ kind }) => kind === 'room');
    throw usageError(
      answerTexts.notUnderstood(visible(extra.text)) + (takesRoom ? roomMayBe(reading.left, services) : ''),
      answerTexts.writeUsage(command.usage) + (takesRoom ? ` ${argTexts.roomsAreNamedBy}` : ''),
    );
  }
  return command.run(services, { args, options: values, invocation, around: surroundings, bare: bare === true });
}

/** Whether somebody may confirm a waiting command, which requires the command's own role. */
export function roleFor(
  payload: unknown,
  userId: string,
  room: TrackedRoom | undefined,
  config: Services['config'],
): boolean {
  const parsed = commandPayloadSchema.safeParse(payload);
  const found = parsed.success ? findCommand(parsed.data.words) : undefined;
  return (
    room !== undefined &&
    found !== undefined &&
    mayCommand(room, userId) &&
    hasRole(room, userId, found.command.role, config)
  );
}
