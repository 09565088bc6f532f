import { kick, writeRule } from '../enforcement/actions.js';
import { interlock } from '../enforcement/interlock.js';
import { urlPath } from '../matrix/url-path.js';
import type { MatrixEvent } from '../matrix/types.js';
import type { Block, Inline } from '../matrix/message.js';
import type { NewAction } from '../store/records/actions.js';
import type { TrackedRoom } from '../tracking/tracked-room.js';
import { howToAnswer, leftOutReasons, notDone, undoHint } from './answers.js';
import { choice, moment, number, protectedRooms, text, yes } from './args/index.js';
import { timeOf } from './args/duration.js';
import { defaultList } from './args/lists.js';
import { usageError, type Reading } from './args/reading.js';
import { roomMayBe } from './args/room-name.js';
import { muteAction, unmuteIn } from './mute.js';
import { workThrough } from './outcome.js';
import { boundPeople } from './people.js';
import { outcomeTexts } from './texts/outcome.js';
import { command, type Answer, type Arg, type Command } from './spec.js';
import type { Invocation, Services } from './types.js';
import { peopleTexts } from './texts/people.js';
import { banTexts } from './texts/bans.js';

const PEOPLE_SHOWN = 20;

type SinceDeed = 'kick' | 'ban' | 'mute' | 'unmute' | 'show';

const since = command({
  name: 'since',
  group: 'People',
  role: 'moderator',
  summary: 'Kicks, bans, mutes or shows those who joined rooms since a time, at most so many, the newest first.',
  args: {
    when: moment('WHEN'),
    what: choice('kick|ban|mute|unmute|show', ['kick', 'ban', 'mute', 'unmute', 'show']),
    limit: number('LIMIT', { max: 1000 }),
    rooms: someRooms(),
    reason: text(),
  },
  options: { yes },
  examples: ['since 1h show 20 #lobby:example.org', 'since 30m kick 50 #lobby:example.org raid --yes'],
  async run(services, { args, options, invocation }) {
    const what: SinceDeed = args.what ?? 'show';
    const found = await joinedSince(services, args.rooms, args.when, args.limit ?? 1);
    const facts = services.facts();
    const people = new Map<string, string[]>();
    const staying = new Map<string, string>();
    for (const { userId, roomId } of found) {
      const answer = interlock({ about: 'user', userId, roomId }, facts);
      if (!answer.allowed) staying.set(userId, answer.reason);
      else people.set(userId, [...(people.get(userId) ?? []), roomId]);
    }
    const who: Block[] = [
      { line: [peopleTexts.joinedSince(timeOf(args.when), people.size)] },
      ...(people.size === 0
        ? []
        : [{ list: [...people.keys()].slice(0, PEOPLE_SHOWN).map((userId): Inline[] => [{ code: userId }]) }]),
      ...(people.size > PEOPLE_SHOWN ? [{ line: [peopleTexts.more(people.size - PEOPLE_SHOWN)] }] : []),
      ...(staying.size === 0
        ? []
        : [
            {
              line: peopleTexts.leftOut(leftOutReasons(staying.values())),
            },
          ]),
    ];
    if (what === 'show' || people.size === 0) return who;
    if (options.yes !== true && invocation.confirmed === undefined)
      return {
        ask: {
          blocks: [{ line: [peopleTexts.askThem(what)] }, ...who, howToAnswer()],
          bound: [...people.keys()],
        },
      };
    const allowed = boundPeople(invocation);
    const meant = [...people].filter(([userId]) => allowed?.has(userId) !== false);
    return carryOut(services, invocation, what, meant, args.reason);
  },
});

async function carryOut(
  services: Services,
  invocation: Invocation,
  what: SinceDeed,
  people: readonly (readonly [string, readonly string[]])[],
  reason: string,
): Promise<Answer> {
  const actions = await sinceActions(services, invocation, what, people, reason);
  const { ended, atWork } = await workThrough(
    services,
    invocation,
    what === 'ban' ? outcomeTexts.rules : outcomeTexts.changes,
    actions,
  );
  if (atWork !== undefined) return [{ line: [atWork] }];
  const done = ended.filter(({ state }) => state === 'done');
  const words = { kick: 'kicks', ban: peopleTexts.banRules, mute: 'mutes', unmute: 'unmutes', show: '' };
  const bad = ended.find(({ state }) => state !== 'done');
  return [
    {
      line: [
        peopleTexts.sinceDone(people.length, done.length, actions.length, words[what]),
        bad === undefined ? '' : ` ${notDone(bad)}`,
        ...(what === 'kick' || done.length === 0 ? [] : undoHint()),
      ],
    },
  ];
}

async function sinceActions(
  services: Services,
  invocation: Invocation,
  what: SinceDeed,
  people: readonly (readonly [string, readonly string[]])[],
  reason: string,
): Promise<NewAction[]> {
  const key = (...parts: string[]): string => [`command:${invocation.key}`, what, ...parts].join(':');
  if (what === 'ban') {
    const listRoomId = await defaultList(services);
    return people.map(([userId]) =>
      writeRule.create(
        { listRoomId, kind: 'user', entity: userId, reason: reason === '' ? banTexts.noReason : reason },
        { key: key(userId) },
      ),
    );
  }
  const pairs = people.flatMap(([userId, rooms]) => rooms.map((roomId) => [userId, roomId] as const));
  if (what === 'unmute')
    return (await Promise.all(pairs.map(([userId, roomId]) => unmuteIn(services, invocation, roomId, userId)))).flat();
  return pairs.map(([userId, roomId]) =>
    what === 'kick'
      ? kick.create({ roomId, userId, ...(reason === '' ? {} : { reason }) }, { key: key(roomId, userId) })
      : muteAction(invocation, roomId, userId, reason),
  );
}

/** One or several protected rooms, or `*` for all. */
function someRooms(): Arg<TrackedRoom[]> {
  const one = protectedRooms('[ROOM]');
  return {
    ...one,
    label: 'ROOM…',
    optional: false,
    async read(reading: Reading) {
      if (reading.peek()?.text === '*') {
        reading.take();
        return [...reading.services.protectedRooms.all()];
      }
      const rooms: TrackedRoom[] = [];
      for (;;) {
        const {
          named,
          rooms: [kept],
        } = await one.read(reading);
        if (!named || kept === undefined) break;
        rooms.push(kept);
      }
      if (rooms.length === 0)
        throw usageError(
          peopleTexts.inWhichRoom + roomMayBe(reading.left, reading.services),
          peopleTexts.inWhichRoomRemedy,
        );
      return rooms;
    },
  };
}

const PAGES = 50;
const PAGE = 100;
/** How many events in a row must claim to be older before we assume that all further ones are. */
const OLD_IN_A_ROW = 30;

/**
 * Who joined since a time, newest first. Timestamps are claims of the senders' servers, so the homeserver's order
 * decides: everything after the last event from that time or later counts, even a join that claims to be old.
 */
export async function joinedSince(
  services: Services,
  rooms: readonly TrackedRoom[],
  from: number,
  limit: number,
): Promise<{ userId: string; roomId: string }[]> {
  const found: { userId: string; roomId: string }[] = [];
  for (const kept of rooms) {
    const events = await memberEventsSince(services, kept.roomId, from);
    for (const { state_key: userId, content, unsigned } of events) {
      const before = (unsigned?.prev_content as { membership?: unknown } | undefined)?.membership;
      if (userId === undefined || content.membership !== 'join' || before === 'join') continue;
      if (
        kept.members.get(userId)?.membership === 'join' &&
        !found.some((one) => one.userId === userId && one.roomId === kept.roomId)
      )
        found.push({ userId, roomId: kept.roomId });
    }
  }
  const first = new Set<string>();
  return found.filter(({ userId }) => first.has(userId) || (first.size < limit && first.add(userId)));
}

async function memberEventsSince({ homeserver }: Services, roomId: string, from: number): Promise<MatrixEvent[]> {
  const events: MatrixEvent[] = [];
  let start: string | undefined;
  for (let page = 0; page < PAGES; page++) {
    const answer: { chunk?: MatrixEvent[]; end?: string } = await homeserver.request(
      'GET',
      urlPath`/_matrix/client/v3/rooms/${roomId}/messages`,
      {
        query: {
          dir: 'b',
          limit: PAGE,
          filter: JSON.stringify({ types: ['m.room.member'] }),
          ...(start === undefined ? {} : { from: start }),
        },
      },
    );
    events.push(...(answer.chunk ?? []));
    const old = events.slice(-OLD_IN_A_ROW);
    if (old.length === OLD_IN_A_ROW && old.every((event) => event.origin_server_ts < from)) break;
    if (answer.end === undefined || (answer.chunk ?? []).length === 0) break;
    start = answer.end;
  }
  const last = events.findLastIndex(
    (event) => event.origin_server_ts >= from && event.origin_server_ts <= Date.now() + 60_000,
  );
  return events.slice(0, last + 1);
}

export const sinceCommands: readonly Command[] = [since];
