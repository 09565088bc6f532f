import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defineAction } from '../actions/define.js';
import type { ActionHandler } from '../actions/types.js';
import { canSendState } from '../matrix/power.js';
import type { Homeserver } from '../matrix/types.js';
import type { TrackedRoom } from '../tracking/tracked-room.js';
import type { Arg, Command } from './spec.js';
import { COMMANDS, findCommand } from './table.js';
import { wordsOf, type Word } from './text/words.js';

/** State that tells clients a command with its parameters, so that they can complete it (MSC4391, unstable). */
export const DESCRIPTION = 'org.matrix.msc4391.command_description';
/** In a message: the command that the client has read from its own form. */
const INVOCATIONS = ['org.matrix.msc4391.command', 'm.bot.command'] as const;

type Schema =
  | { schema_type: 'primitive'; type: string }
  | { schema_type: 'literal'; literal_type: 'string'; value: string }
  | { schema_type: 'union'; variants: Schema[] }
  | { schema_type: 'array'; items: Schema };

const primitive = (type: string): Schema => ({ schema_type: 'primitive', type });

const ROOM: Schema = { schema_type: 'union', variants: [primitive('room_id'), primitive('room_alias')] };

function schemaOf({ kind, label, choices }: Arg<unknown>): Schema {
  if (choices !== undefined)
    return {
      schema_type: 'union',
      variants: choices.map((value) => ({ schema_type: 'literal', literal_type: 'string', value })),
    };
  const one =
    kind === 'user'
      ? primitive('user_id')
      : kind === 'server'
        ? primitive('server_name')
        : kind === 'number'
          ? primitive('integer')
          : kind === 'room'
            ? ROOM
            : primitive('string');
  return label.includes('…') && kind === 'user' ? { schema_type: 'array', items: one } : one;
}

/** What a command takes, as clients are told: its state key, and the content of the state event. */
export function descriptionOf(command: Command, botUserId: string): { stateKey: string; content: object } {
  const text = (body: string) => ({ 'm.text': [{ body }] });
  const args = Object.entries(command.args).filter(([, { label }]) => label !== '');
  const tail = args.findLast(([, { kind }]) => kind === 'reason' || kind === 'text');
  const parameters = [
    ...args.map(([key, arg]) => ({
      key,
      schema: schemaOf(arg),
      description: text(arg.label),
      ...(arg.optional ? { optional: true } : {}),
    })),
    ...Object.values(command.options).map((option) => ({
      key: optionKey(option.label),
      schema: primitive(option.takesValue ? 'string' : 'boolean'),
      description: text(option.summary),
      optional: true,
    })),
  ];
  return {
    stateKey: createHash('sha256').update(command.name).update(botUserId).digest('base64'),
    content: {
      command: command.name,
      ...(command.aliases === undefined ? {} : { aliases: command.aliases.filter((name) => /^[a-z]/.test(name)) }),
      description: text(command.summary),
      parameters,
      ...(tail === undefined ? {} : { 'fi.mau.tail_parameter': tail[0] }),
    },
  };
}

/** `--for TIME` is the parameter `for`; none of the arguments is called like an option with its dashes. */
function optionKey(label: string): string {
  return (label.split(' ')[0] ?? label).replace(/^--/, 'option-');
}

const roomReference = z.object({
  id: z.string().optional(),
  room_id: z.string().optional(),
  event_id: z.string().optional(),
  via: z.array(z.string()).catch([]),
});
const invocationSchema = z.object({
  command: z.string().min(1).max(60),
  arguments: z.record(z.string(), z.unknown()).catch({}),
});

/**
 * The command that a client has put into a message beside its text; undefined when there is none that is meant for us.
 * The text is then the client's own words, and is not read.
 */
export function structuredCommand(content: Record<string, unknown>, botUserId: string): Word[] | undefined {
  const mentioned = (content['m.mentions'] as { user_ids?: unknown } | undefined)?.user_ids;
  if (!Array.isArray(mentioned) || !mentioned.includes(botUserId)) return undefined;
  const raw = INVOCATIONS.map((key) => content[key]).find((value) => value !== undefined);
  const parsed = invocationSchema.safeParse(raw);
  if (!parsed.success) return undefined;
  const name = wordsOf([parsed.data.command]);
  const found = findCommand(name);
  if (found === undefined || found.used !== name.length) return undefined;
  const given = parsed.data.arguments;
  const args = Object.entries(found.command.args).flatMap(([key, { kind }]) => {
    const words = wordsOfValue(given[key], ['reason', 'text', 'entity', 'glob'].includes(kind));
    // a reason is a reason, and none of its words an option or a list
    return kind === 'reason' || kind === 'text' ? words.map((word) => ({ ...word, quoted: true })) : words;
  });
  const options = Object.values(found.command.options).flatMap(({ label, takesValue }): Word[] => {
    const value = given[optionKey(label)];
    const said: Word = { text: label.split(' ')[0] ?? label, quoted: false };
    if (takesValue) return typeof value === 'string' && value !== '' ? [said, ...wordsOfValue(value, true)] : [];
    return value === true ? [said] : [];
  });
  return [...name, ...args, ...options];
}

/** One argument as the words that a person would have written. */
function wordsOfValue(value: unknown, several: boolean): Word[] {
  if (Array.isArray(value)) return value.slice(0, 50).flatMap((one) => wordsOfValue(one, several));
  if (typeof value === 'number' || typeof value === 'boolean') return [{ text: String(value), quoted: false }];
  if (typeof value === 'string') {
    if (several) return wordsOf([value]);
    return value.trim() === '' ? [] : [{ text: value.trim(), quoted: false }];
  }
  const reference = roomReference.safeParse(value);
  const id = reference.success ? (reference.data.id ?? reference.data.room_id) : undefined;
  if (!reference.success || id === undefined) return [];
  const { event_id: eventId, via } = reference.data;
  return [{ text: id, quoted: false, link: { id, via, ...(eventId === undefined ? {} : { eventId }) } }];
}

/** Tells clients of the commands. */
export const describeCommands = defineAction({
  kind: 'describe_commands',
  payload: z.object({}),
  hasSideEffects: false,
  lane: () => 'describe_commands',
  failuresToldElsewhere: true,
});

/**
 * `describe_commands`: brings the descriptions in the management room up to date; those of commands that are gone are
 * emptied. Without the power to set state there nothing is done: commands work without.
 */
export function describeCommandsHandler(options: {
  homeserver: Pick<Homeserver, 'botUserId' | 'state' | 'sendState'>;
  managementRoom: () => TrackedRoom | undefined;
}): ActionHandler {
  const { homeserver, managementRoom } = options;
  return describeCommands.handler(async () => {
    const room = managementRoom();
    const { botUserId } = homeserver;
    if (room === undefined || !canSendState(botUserId, DESCRIPTION, room))
      return { state: 'done', result: { effect: 'held' } };
    const there = new Map<string, string>();
    for (const { type, sender, state_key: key, content } of await homeserver.state(room.roomId))
      if (type === DESCRIPTION && sender === botUserId && key !== undefined) there.set(key, JSON.stringify(content));
    const wanted = COMMANDS.map((command) => descriptionOf(command, botUserId));
    let sent = 0;
    for (const { stateKey, content } of wanted) {
      if (sameJson(there.get(stateKey), content)) continue;
      await homeserver.sendState(room.roomId, DESCRIPTION, stateKey, content as Record<string, unknown>);
      sent += 1;
    }
    const keys = new Set(wanted.map(({ stateKey }) => stateKey));
    for (const [key, content] of there)
      if (!keys.has(key) && content !== '{}') await homeserver.sendState(room.roomId, DESCRIPTION, key, {});
    return { state: 'done', result: { effect: 'described', sent } };
  });
}

/** Homeservers may give keys in another order. */
function sameJson(there: string | undefined, content: object): boolean {
  return there !== undefined && sorted(JSON.parse(there)) === sorted(content);
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}
