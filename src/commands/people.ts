import { interlock } from '../enforcement/interlock.js';
import { redactionAction } from '../enforcement/handlers/redact-user.js';
import { visible } from '../detection/index.js';
import { serverNameOf } from '../matrix/identifiers.js';
import type { Block, Inline } from '../matrix/message.js';
import type { NewAction } from '../store/types.js';
import type { TrackedRoom } from '../tracking/rooms.js';
import { HeimdallError } from '../util/errors.js';
import { answerFor, effectOf, enumerated, howToAnswer } from './answers.js';
import { eventHere, flag, number, protectedRooms, targets, text, yes, type NamedEvent } from './args/index.js';
import type { Entity } from './args/entity.js';
import type { Reading } from './args/reading.js';
import { readTargets, type Targets } from './args/targets.js';
import { blastRadius, peopleHit, type PeopleHit } from './effects.js';
import { answerWithOutcome } from './outcome.js';
import { command, type Answer, type Arg, type Command } from './spec.js';
import type { Invocation, Services } from './types.js';

const MOST_EVENTS = 100_000;
const EXCEPTIONS_SHOWN = 10;
const user = targets('USER…', { kinds: ['user'] });

const kick = command({
  name: 'kick',
  group: 'People',
  role: 'moderator',
  summary:
    'Kicks somebody from one protected room or all, without a ban. A pattern or a server means all of its people.',
  args: {
    who: targets('USER|SERVER…', { kinds: ['user', 'server'], globs: true }),
    rooms: protectedRooms(),
    reason: text(),
  },
  options: { yes },
  examples: ['kick @loud:good.example too loud', 'kick @*:evil.example --yes', 'kick evil.example'],
  async run(services, { args, options, invocation }) {
    const { targets: whom } = args.who;
    const wide = whom.filter((target) => target.isGlob || target.kind === 'server');
    const hits = whom.map((target) => peopleHit(services, target, args.rooms.rooms));
    const allowed = boundPeople(invocation);
    const asks = wide.length > 0 && options.yes !== true && invocation.confirmed === undefined;
    if (asks) {
      const people = new Set(hits.flatMap((hit) => [...hit.people.keys()]));
      if (people.size === 0)
        return exceptions(hits, 'Not kicked:').concat({ line: ['Nobody in the protected rooms matches.'] });
      const blocks = wide.flatMap((target): Block[] => [
        { line: ['Kick everybody who matches ', { code: target.entity }, '?'] },
        ...blastRadius(services, peopleHit(services, target, args.rooms.rooms)),
      ]);
      return { ask: { blocks: [...blocks, howToAnswer()], bound: [...people] } };
    }
    const actions = hits.flatMap((hit) => kicks(services, invocation, hit, args.reason, allowed));
    const blocks: Block[] = [];
    if (actions.length > 0)
      blocks.push(...(await answerWithOutcome(services, invocation, 'kick', namesOf(whom), actions)));
    blocks.push(...exceptions(hits, wide.length > 0 ? 'Not kicked:' : 'Not done:'));
    if (blocks.length > 0) return blocks;
    return [
      {
        line: [
          ...enumerated(whom.map(({ entity }) => ({ code: entity }))),
          args.rooms.named ? ' is not in that room.' : ' is in none of the protected rooms.',
        ],
      },
    ];
  },
});

/** Whom a question named: only they are hit after its yes, though more may match by then. */
export function boundPeople({ confirmed }: Invocation): ReadonlySet<string> | undefined {
  const bound = confirmed?.bound;
  return Array.isArray(bound) ? new Set(bound.filter((one): one is string => typeof one === 'string')) : undefined;
}

function namesOf(whom: readonly Entity[]): string {
  const [first] = whom;
  return whom.length === 1 && first !== undefined ? first.entity : `${whom.length} accounts`;
}

function kicks(
  services: Services,
  invocation: Invocation,
  { people }: PeopleHit,
  reason: string,
  allowed: ReadonlySet<string> | undefined,
): NewAction[] {
  return [...people].flatMap(([userId, rooms]) =>
    allowed?.has(userId) === false
      ? []
      : rooms.map((roomId) => ({
          kind: 'kick',
          lane: roomId,
          key: `command:${invocation.key}:${roomId}:${userId}`,
          payload: { roomId, userId, ...(reason === '' ? {} : { reason }) },
        })),
  );
}

function exceptions(hits: readonly PeopleHit[], title = 'Not done for:'): Block[] {
  const staying = new Map(hits.flatMap((hit) => [...hit.staying]));
  if (staying.size === 0) return [];
  return [{ line: [title] }, { list: [...staying].slice(0, EXCEPTIONS_SHOWN).map(([, why]) => [visible(why, 400)]) }];
}

/** An event that was named, or that the command replies to; else people. */
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

/** A reply to somebody's message means that message; a reply to a notice of ours means its case. */
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
    'Redacts the latest messages of somebody in one protected room or all, or one event (a link, or its ID and the room). It cannot be undone.',
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
    if (rooms.length === 0) return [{ line: ['No room is protected yet: add one with !heimdall rooms add ROOM.'] }];
    const people = await peopleToRedact(services, whom, rooms);
    const wide = whom.some(({ isGlob }) => isGlob);
    if (wide && options.yes !== true && invocation.confirmed === undefined)
      return {
        ask: {
          blocks: [
            { line: [`Redact the latest messages of ${people.users.length} people who match? It cannot be undone.`] },
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
    if (actions.length === 0)
      return blocks.length > 0 ? blocks : [{ line: ['Nobody in the protected rooms matches.'] }];
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
  if (local.length === 0) return [{ line: ['Media of accounts of other servers cannot be quarantined by account.'] }];
  const ended = await services.runAndWait(
    local.map((userId) => ({
      kind: 'quarantine_media',
      lane: `account:${userId}`,
      key: `command:${invocation.key}:quarantine:${userId}`,
      payload: { userId },
    })),
  );
  const done = ended.filter(({ state }) => state === 'done').length;
  return [{ line: [`Media quarantined of ${done} of ${local.length} accounts.`] }];
}

async function redactEvent(
  services: Services,
  invocation: Invocation,
  { roomId, eventId }: NamedEvent,
  reason: string,
): Promise<Answer> {
  const event = await services.homeserver.event(roomId, eventId).catch(() => undefined);
  if (event === undefined)
    throw new HeimdallError(
      'HEIMDALL_E_NO_EVENT',
      'I cannot see that event.',
      `I must be in the room: invite ${services.homeserver.botUserId}.`,
    );
  if (event.unsigned?.redacted_because !== undefined)
    return [{ line: ['That event of ', { code: event.sender }, ' is redacted already.'] }];
  const [redacted] = await services.runAndWait([
    {
      kind: 'redact',
      lane: `redact:${roomId}:${event.sender}`,
      key: `command:${invocation.key}:redact`,
      payload: { roomId, eventId, sender: event.sender, ...(reason === '' ? {} : { reason }) },
    },
  ]);
  return answerFor(redacted, () => [{ line: ['Redacted an event of ', { code: event.sender }, '.'] }]);
}

/** A command about accounts of this server that the admin API changes. */
function accountCommand(spec: {
  name: string;
  aliases?: string[];
  role?: 'moderator' | 'admin';
  summary: string;
  kind: string;
  words: Record<string, string>;
  back?: string;
}): Command {
  return command({
    name: spec.name,
    ...(spec.aliases === undefined ? {} : { aliases: spec.aliases }),
    group: 'Accounts',
    role: spec.role ?? 'moderator',
    summary: spec.summary,
    args: { who: user, reason: text() },
    options: {},
    examples: [`${spec.name} @someone:example.org`],
    async run(services, { args, invocation }) {
      const blocks: Block[] = [];
      for (const target of args.who.targets)
        blocks.push(
          ...(await changeAccount(services, invocation, spec.kind, target.entity, args.reason, spec.words, spec.back)),
        );
      return blocks;
    },
  });
}

const suspend = accountCommand({
  name: 'suspend',
  summary: 'Suspends an account of this server: it can read and log out, nothing else. Needs a server admin.',
  kind: 'suspend',
  words: { suspended: 'is suspended now.', held: 'was suspended or deactivated already.' },
  back: 'unsuspend',
});

const unsuspend = accountCommand({
  name: 'unsuspend',
  summary: 'Gives a suspended account of this server back.',
  kind: 'unsuspend',
  words: { unsuspended: 'is no longer suspended.', held: 'was not suspended.' },
});

const deactivate = command({
  name: 'deactivate',
  group: 'Accounts',
  role: 'admin',
  summary: 'Deactivates an account of this server for good. Asks first; needs a server admin.',
  args: { who: targets('USER', { kinds: ['user'], single: true }), reason: text() },
  options: { yes },
  examples: ['deactivate @spammer:example.org --yes'],
  async run(services, { args, options, invocation }) {
    const userId = args.who.targets[0]?.entity ?? '';
    const answer = interlock({ about: 'user', userId }, services.facts());
    if (!answer.allowed) return [{ line: [`Not done: ${visible(answer.reason, 400)}`] }];
    mustBeLocal(services, userId);
    if (options.yes !== true && invocation.confirmed === undefined)
      return {
        ask: {
          blocks: [
            {
              line: [
                'Deactivate ',
                { code: userId },
                '? It is logged out everywhere, leaves all rooms, and its name can never be used again. It cannot be undone; !heimdall suspend can.',
              ],
            },
            howToAnswer(),
          ],
        },
      };
    return changeAccount(services, invocation, 'deactivate', userId, args.reason, {
      deactivated: 'is deactivated.',
      held: 'was deactivated already.',
    });
  },
});

export function mustBeLocal({ homeserver }: Services, userId: string): void {
  if (serverNameOf(userId) === homeserver.serverName) return;
  throw new HeimdallError(
    'HEIMDALL_E_USAGE',
    `${visible(userId)} is not an account of this server.`,
    'For others there is !heimdall ban. Nothing was done.',
  );
}

export async function changeAccount(
  services: Services,
  invocation: Invocation,
  kind: string,
  userId: string,
  reason: string,
  words: Record<string, string>,
  back?: string,
): Promise<Block[]> {
  mustBeLocal(services, userId);
  const [action] = await services.runAndWait([
    {
      kind,
      lane: `account:${userId}`,
      key: `command:${invocation.key}:${kind}:${userId}`,
      payload: { userId, ...(reason === '' ? {} : { reason }) },
    },
  ]);
  return answerFor(action, () => {
    const effect = effectOf(action);
    const undo: Inline[] =
      back === undefined || effect === 'held' ? [] : [' To undo, reply ', { code: '!heimdall undo' }, ' to this.'];
    return [{ line: [{ code: userId }, ` ${words[effect] ?? effect}`, ...undo] }];
  });
}

export const peopleCommands: readonly Command[] = [kick, redact, suspend, unsuspend, deactivate];
