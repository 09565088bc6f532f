import type { InterlockAnswer } from '../actions/types.js';
import { interlock } from '../enforcement/interlock.js';
import { redactionAction } from '../enforcement/handlers/redact-user.js';
import { isUserId, serverNameOf } from '../matrix/identifiers.js';
import type { Block } from '../matrix/message.js';
import { compileGlob, isGlob } from '../policy/index.js';
import type { NewAction } from '../store/types.js';
import { HeimdallError } from '../util/errors.js';
import { answerFor, effectOf } from './answers.js';
import { entryOf } from './bans.js';
import { answerWithOutcome } from './outcome.js';
import { linkTarget } from './parse.js';
import { isRoomWord, protectedRoomsOf, requireForce, roomIdOf } from './target.js';
import type { Command, Invocation, Services } from './types.js';

const INSIDE: readonly string[] = ['join', 'invite', 'knock'];
const MOST_EVENTS = 100_000;
const EXCEPTIONS_SHOWN = 10;

/** The user that a word names: an id or a link to one. */
function userOf(word: string | undefined): string {
  const userId = word === undefined ? '' : (linkTarget(word)?.id ?? word);
  if (isUserId(userId)) return userId;
  throw new HeimdallError(
    'HEIMDALL_E_USAGE',
    userId === '' ? 'Whom?' : `${userId} is no user id.`,
    'A user id looks like @name:server.',
  );
}

const kick: Command = {
  name: 'kick',
  group: 'People',
  usage: 'kick USER [ROOM] [REASON] [--force]',
  summary: 'Puts somebody out of one protected room or all, without a ban. * and ? need --force.',
  async run(services, invocation) {
    const [word, ...words] = invocation.args;
    const whom = word !== undefined && isGlob(word) ? word : userOf(word);
    requireForce(whom, 'user', invocation);
    const answer = isGlob(whom) ? undefined : interlock({ about: 'user', userId: whom }, services.facts());
    if (answer?.allowed === false) return [{ line: [`Not done: ${answer.reason}`] }];
    const rooms = await protectedRoomsOf(services, isRoomWord(words[0]) ? words.shift() : undefined);
    const reason = words.join(' ');
    const glob = isGlob(whom) ? compileGlob(whom) : undefined;
    const staying = new Map<string, string>();
    const actions: NewAction[] = [];
    for (const room of rooms) {
      for (const [userId, { membership }] of glob === undefined ? entryOf(room.members, whom) : room.members) {
        if (!INSIDE.includes(membership) || glob?.test(userId) === false) continue;
        const answer = mayHit(services, userId, room.roomId);
        if (!answer.allowed) staying.set(userId, answer.reason);
        else
          actions.push({
            kind: 'kick',
            lane: room.roomId,
            key: `command:${invocation.eventId}:${room.roomId}:${userId}`,
            payload: { roomId: room.roomId, userId, ...(reason === '' ? {} : { reason }) },
          });
      }
    }
    const exceptions: Block[] =
      staying.size === 0
        ? []
        : [{ line: ['Not kicked:'] }, { list: [...staying].slice(0, EXCEPTIONS_SHOWN).map(([, why]) => [why]) }];
    if (actions.length > 0)
      return [...(await answerWithOutcome(services, invocation, 'kick', whom, actions)), ...exceptions];
    return exceptions.length > 0
      ? exceptions
      : [
          {
            line: [
              { code: whom },
              rooms.length === 1 ? ' is not in that room.' : ' is in none of the protected rooms.',
            ],
          },
        ];
  },
};

/** The interlock's word beforehand, so that a pattern leaves out who must stay and says so; the executor asks again. */
function mayHit(services: Services, userId: string, roomId: string): InterlockAnswer {
  return interlock({ about: 'user', userId, roomId }, services.facts());
}

const redact: Command = {
  name: 'redact',
  group: 'People',
  usage: 'redact USER [ROOM] [LIMIT] | redact EVENT [ROOM]',
  summary:
    'Redacts the latest messages of somebody in one protected room or all, or one event (a link, or its id and the room). It can not be undone.',
  async run(services, invocation) {
    const [word = '', ...words] = invocation.args;
    const eventId = linkTarget(word)?.eventId ?? (word.startsWith('$') ? word : undefined);
    if (eventId !== undefined) return redactEvent(services, invocation, eventId, linkTarget(word)?.id ?? words[0]);
    const userId = userOf(word);
    const rooms = await protectedRoomsOf(services, isRoomWord(words[0]) ? words.shift() : undefined);
    const limit = limitOf(services, words[0]);
    const answer = interlock({ about: 'user', userId }, services.facts());
    if (!answer.allowed) return [{ line: [`Not done: ${answer.reason}`] }];
    if (rooms.length === 0) return [{ line: ['No room is protected yet: add one with !heimdall rooms add ROOM.'] }];
    const actions = rooms.map(({ roomId }) =>
      redactionAction(`command:${invocation.eventId}:${roomId}`, { roomId, userId, extent: { limit, hours: null } }),
    );
    return answerWithOutcome(services, invocation, 'redact', userId, actions);
  },
};

function limitOf(services: Services, word: string | undefined): number {
  if (word === undefined) return services.config.takedown.redact_limit;
  const limit = /^\d{1,6}$/.test(word) ? Number(word) : 0;
  if (limit < 1 || limit > MOST_EVENTS)
    throw new HeimdallError(
      'HEIMDALL_E_USAGE',
      `${word} is no number of messages.`,
      `Write: redact USER [ROOM] [LIMIT], with a limit from 1 to ${MOST_EVENTS}.`,
    );
  return limit;
}

async function redactEvent(
  services: Services,
  invocation: Invocation,
  eventId: string,
  roomWord: string | undefined,
): Promise<Block[]> {
  if (roomWord === undefined)
    throw new HeimdallError(
      'HEIMDALL_E_USAGE',
      'In which room?',
      'Write: redact EVENT ROOM, or give the link to the event.',
    );
  const roomId = await roomIdOf(services, roomWord);
  const event = await services.homeserver.event(roomId, eventId).catch(() => undefined);
  if (event === undefined)
    throw new HeimdallError(
      'HEIMDALL_E_NO_EVENT',
      'I can not see that event.',
      `I must be in the room: invite ${services.homeserver.botUserId}.`,
    );
  const [redacted] = await services.runAndWait([
    {
      kind: 'redact',
      lane: `redact:${roomId}:${event.sender}`,
      key: `command:${invocation.eventId}:redact`,
      payload: { roomId, eventId, sender: event.sender },
    },
  ]);
  return answerFor(redacted, () => [{ line: ['Redacted an event of ', { code: event.sender }, '.'] }]);
}

const suspend: Command = {
  name: 'suspend',
  group: 'People',
  usage: 'suspend USER [REASON]',
  summary: 'Suspends an account of this server: it can read and log out, nothing else. Needs a server admin.',
  run: (services, invocation) =>
    changeAccount(services, invocation, 'suspend', {
      suspended: 'is suspended now. To give it back: !heimdall unsuspend',
      held: 'was suspended or deactivated already.',
    }),
};

const unsuspend: Command = {
  name: 'unsuspend',
  group: 'People',
  usage: 'unsuspend USER',
  summary: 'Gives a suspended account of this server back.',
  run: (services, invocation) =>
    changeAccount(services, invocation, 'unsuspend', {
      unsuspended: 'is no longer suspended.',
      held: 'was not suspended.',
    }),
};

const deactivate: Command = {
  name: 'deactivate',
  group: 'People',
  usage: 'deactivate USER [REASON] [--confirm]',
  summary: 'Deactivates an account of this server for good. Needs --confirm and a server admin.',
  async run(services, invocation) {
    const userId = userOf(invocation.args[0]);
    const answer = interlock({ about: 'user', userId }, services.facts());
    if (!answer.allowed) return [{ line: [`Not done: ${answer.reason}`] }];
    if (!invocation.flags.has('confirm')) {
      return [
        {
          line: [
            'This would deactivate ',
            { code: userId },
            ': it is logged out everywhere, leaves all rooms, and its name can never be used again. It can not be undone; !heimdall suspend can. If it is meant, say it again with --confirm.',
          ],
        },
      ];
    }
    return changeAccount(services, invocation, 'deactivate', {
      deactivated: 'is deactivated.',
      held: 'was deactivated already.',
    });
  },
};

async function changeAccount(
  services: Services,
  invocation: Invocation,
  kind: string,
  words: Record<string, string>,
): Promise<Block[]> {
  const userId = userOf(invocation.args[0]);
  if (serverNameOf(userId) !== services.homeserver.serverName)
    throw new HeimdallError(
      'HEIMDALL_E_USAGE',
      `${userId} is no account of this server.`,
      'For others there is !heimdall ban.',
    );
  const reason = invocation.args.slice(1).join(' ');
  const [action] = await services.runAndWait([
    {
      kind,
      lane: `account:${userId}`,
      key: `command:${invocation.eventId}:${kind}`,
      payload: { userId, ...(reason === '' ? {} : { reason }) },
    },
  ]);
  return answerFor(action, () => [{ line: [{ code: userId }, ` ${words[effectOf(action)] ?? effectOf(action)}`] }]);
}

export const peopleCommands: readonly Command[] = [kick, redact, suspend, unsuspend, deactivate];
