import { interlock } from '../enforcement/interlock.js';
import { redactionAction } from '../enforcement/handlers/redact-user.js';
import { serverNameOf } from '../matrix/identifiers.js';
import type { Block } from '../matrix/message.js';
import type { TrackedRoom } from '../tracking/tracked-room.js';
import { answerFor, howToAnswer } from './answers.js';
import { enumerated } from './texts/enumerated.js';
import { type NamedEvent, eventHere, flag, number, protectedRooms, text, yes } from './args/index.js';
import type { Entity } from './args/entity.js';
import type { Reading } from './args/reading.js';
import { type Targets, readTargets } from './args/targets.js';
import { eventOf } from './event.js';
import { peopleHit } from './effects.js';
import { answerWithOutcome } from './outcome.js';
import { type Answer, type Arg, type Command, command } from './spec.js';
import type { Invocation, Services } from './types.js';
import { boundPeople, exceptions, namesOf } from './people.js';
import { peopleTexts } from './texts/people.js';
import { answerTexts } from './texts/answers.js';

const MOST_EVENTS = 100_000;

/** A named event, or the one that the command replies to; else people. */
type RedactWhat = { event: NamedEvent } | { people: Targets };

function redactTarget(): Arg<RedactWhat> {
  return {
    kind: 'entity',
    label: 'USER…|EVENT',
    optional: false,
    async read(reading: Reading) {
      const event = (await eventHere(reading)) ?? (await repliedEvent(reading));
      if (event !== undefined) return { event };
      return { people: await readTargets(reading, { kinds: ['user'], globs: true }) };
    },
  };
}

/** A reply to somebody's message refers to that message; a reply to a notice of ours to its case. */
async function repliedEvent(reading: Reading): Promise<NamedEvent | undefined> {
  const { around, services, invocation } = reading;
  if (around.repliesTo === undefined || reading.peek() !== undefined || around.contradictory) return undefined;
  if ((await services.ledger.caseByNotice(around.repliesTo)) !== undefined) return undefined;
  return { roomId: invocation.roomId, eventId: around.repliesTo };
}

const redact = command({
  name: 'redact',
  aliases: ['redact-recent'],
  group: 'People',
  role: 'moderator',
  summary:
    'Redacts the latest messages of somebody in one protected room or all, or one event (a link, or its ID and ' +
    'the room). It cannot be undone.',
  args: {
    what: redactTarget(),
    rooms: protectedRooms(),
    limit: number('[LIMIT]', { max: MOST_EVENTS }),
    reason: text(),
  },
  options: { quarantine: flag('quarantine', 'Also quarantines the media of accounts of this server.'), yes },
  examples: ['redact @spammer:evil.example', 'redact @spammer:evil.example #lobby:example.org 20', 'redact case 12'],
  async run(services, { args, options, invocation }) {
    if ('event' in args.what) return redactEvent(services, invocation, args.what.event, args.reason);
    const { targets: whom } = args.what.people;
    const { rooms } = args.rooms;
    if (rooms.length === 0) return [{ line: [answerTexts.noRoomsYet] }];
    const people = await peopleToRedact(services, whom, rooms);
    const wide = whom.some(({ isGlob }) => isGlob);
    if (wide && options.yes !== true && invocation.confirmed === undefined)
      return {
        ask: {
          blocks: [
            { line: [peopleTexts.askRedact(people.users.length)] },
            { line: enumerated(people.users.map((userId) => ({ code: userId }))) },
            ...exceptions([{ people: new Map(), staying: people.staying }]),
            howToAnswer(),
          ],
          bound: people.users,
        },
      };
    const allowed = boundPeople(invocation);
    const users = people.users.filter((userId) => allowed?.has(userId) !== false);
    const limit = args.limit ?? services.config.takedown.redact_limit;
    const actions = users.flatMap((userId) =>
      rooms.map(({ roomId }) =>
        redactionAction(`command:${invocation.key}:${roomId}${users.length > 1 ? `:${userId}` : ''}`, {
          roomId,
          userId,
          extent: { limit, hours: null },
          ...(args.reason === '' ? {} : { reason: args.reason }),
        }),
      ),
    );
    const blocks = exceptions([{ people: new Map(), staying: people.staying }]);
    if (actions.length === 0) return blocks.length > 0 ? blocks : [{ line: [peopleTexts.nobodyMatches] }];
    const outcome = await answerWithOutcome(services, invocation, 'redact', namesOf(whom), actions);
    return [
      ...outcome,
      ...blocks,
      ...(options.quarantine === true ? await quarantine(services, invocation, users) : []),
    ];
  },
});

async function peopleToRedact(
  services: Services,
  whom: readonly Entity[],
  rooms: readonly TrackedRoom[],
): Promise<{ users: string[]; staying: Map<string, string> }> {
  const users = new Set<string>();
  const staying = new Map<string, string>();
  for (const target of whom) {
    if (target.isGlob) {
      const hit = peopleHit(services, target, rooms);
      for (const userId of hit.people.keys()) users.add(userId);
      for (const [userId, why] of hit.staying) staying.set(userId, why);
      continue;
    }
    const answer = interlock({ about: 'user', userId: target.entity }, services.facts());
    if (answer.allowed) users.add(target.entity);
    else staying.set(target.entity, answer.reason);
  }
  return { users: [...users], staying };
}

async function quarantine(services: Services, invocation: Invocation, users: readonly string[]): Promise<Block[]> {
  const local = users.filter((userId) => serverNameOf(userId) === services.homeserver.serverName);
  if (local.length === 0) return [{ line: [peopleTexts.foreignMedia] }];
  const ended = await services.runAndWait(
    local.map((userId) => ({
      kind: 'quarantine_media',
      lane: `account:${userId}`,
      key: `command:${invocation.key}:quarantine:${userId}`,
      payload: { userId },
    })),
  );
  const done = ended.filter(({ state }) => state === 'done').length;
  return [{ line: [peopleTexts.quarantined(done, local.length)] }];
}

async function redactEvent(
  services: Services,
  invocation: Invocation,
  named: NamedEvent,
  reason: string,
): Promise<Answer> {
  const { roomId, eventId } = named;
  const event = await eventOf(services, named);
  if (event.unsigned?.redacted_because !== undefined) return [{ line: peopleTexts.alreadyRedacted(event.sender) }];
  const [redacted] = await services.runAndWait([
    {
      kind: 'redact',
      lane: `redact:${roomId}:${event.sender}`,
      key: `command:${invocation.key}:redact`,
      payload: { roomId, eventId, sender: event.sender, ...(reason === '' ? {} : { reason }) },
    },
  ]);
  return answerFor(redacted, () => [{ line: peopleTexts.redacted(event.sender) }]);
}

export const redactCommands: readonly Command[] = [redact];
