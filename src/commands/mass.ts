import { kick, writeRule } from '../enforcement/actions.js';
import { interlock } from '../enforcement/interlock.js';
import { unmuteAction } from '../enforcement/handlers/mute.js';
import { unmutePayload } from '../enforcement/payloads.js';
import { visible } from '../detection/index.js';
import { canSendState, powerOf } from '../matrix/power.js';
import { urlPath } from '../matrix/url-path.js';
import type { MatrixEvent } from '../matrix/types.js';
import { parseServerAcl } from '../matrix/events.js';
import type { Block, Inline } from '../matrix/message.js';
import type { NewAction } from '../store/types.js';
import type { TrackedRoom } from '../tracking/rooms.js';
import { counted, effectOf, enumerated, notDone, roomName, undoHint } from './answers.js';
import { choice, duration, list, moment, number, protectedRooms, room, targets, text, yes } from './args/index.js';
import { timeOf } from './args/duration.js';
import { isServerName } from './args/entity.js';
import { defaultList } from './args/lists.js';
import { usageError, type Reading } from './args/reading.js';
import { howToAnswer, listName } from './bans.js';
import { INSIDE } from './effects.js';
import { boundPeople } from './people.js';
import { command, type Answer, type Arg, type Command } from './spec.js';
import type { Invocation, Services } from './types.js';

const PEOPLE_SHOWN = 20;

function muteAction(invocation: Invocation, roomId: string, userId: string, reason: string, until?: number): NewAction {
  const payload = { roomId, userId, ...(reason === '' ? {} : { reason }), ...(until === undefined ? {} : { until }) };
  return { kind: 'mute', lane: roomId, key: `command:${invocation.key}:mute:${roomId}:${userId}`, payload };
}

const mute = command({
  name: 'mute',
  group: 'People',
  role: 'moderator',
  summary: 'Takes the right to write from somebody in one protected room or all; with --for it comes back by itself.',
  args: { who: targets('USER…', { kinds: ['user'] }), rooms: protectedRooms(), reason: text() },
  options: { for: duration('for', 'Ends by itself after this time: 30m, 12h, 7d.') },
  examples: ['mute @loud:good.example', 'mute @loud:good.example #lobby:example.org --for 1h too loud'],
  async run(services, { args, options, invocation }) {
    const until = options.for === undefined ? undefined : services.clock() + options.for;
    const blocks: Block[] = [];
    for (const { entity: userId } of args.who.targets)
      blocks.push(
        ...(await muteOne(services, invocation, userId, args.rooms.rooms, args.rooms.named, args.reason, until)),
      );
    return blocks;
  },
});

async function muteOne(
  services: Services,
  invocation: Invocation,
  userId: string,
  rooms: readonly TrackedRoom[],
  named: boolean,
  reason: string,
  until: number | undefined,
): Promise<Block[]> {
  const answer = interlock({ about: 'user', userId }, services.facts());
  if (!answer.allowed) return [{ line: [`Not done: ${visible(answer.reason, 400)}`] }];
  const present = rooms.filter((kept) => named || INSIDE.includes(kept.members.get(userId)?.membership ?? ''));
  if (present.length === 0) return [{ line: [{ code: userId }, ' is in none of the protected rooms.'] }];
  const bot = services.homeserver.botUserId;
  const able = present.filter(
    (kept) => canSendState(bot, 'm.room.power_levels', kept) && powerOf(userId, kept) < powerOf(bot, kept),
  );
  const ended =
    able.length === 0
      ? []
      : await services.runAndWait(able.map(({ roomId }) => muteAction(invocation, roomId, userId, reason, until)));
  const done = ended.filter((action) => effectOf(action) === 'muted').length;
  const held = ended.filter((action) => effectOf(action) === 'held').length;
  const unable = present.filter((kept) => !able.includes(kept));
  const failed = ended.find(({ state }) => state !== 'done');
  const line: Inline[] = [
    { code: userId },
    done > 0
      ? ` is muted in ${counted(done, 'room')}${until === undefined ? '' : `, until ${timeOf(until)}`}.`
      : ' was not muted.',
    held > 0 ? ` Could not write before in ${counted(held, 'room')}.` : '',
    ...(unable.length === 0
      ? []
      : [
          ' I lack the power to change power levels in ',
          ...enumerated(unable.map(({ roomId }) => roomName(services, roomId))),
          '.',
        ]),
    failed === undefined ? '' : ` ${notDone(failed)}`,
    ...(done > 0 ? undoHint() : []),
  ];
  return [{ line }];
}

const unmute = command({
  name: 'unmute',
  group: 'People',
  role: 'moderator',
  summary: 'Gives somebody whom I muted the right to write back, unless somebody changed the power level since.',
  args: { who: targets('USER…', { kinds: ['user'] }), rooms: protectedRooms() },
  options: {},
  examples: ['unmute @loud:good.example'],
  async run(services, { args, invocation }) {
    const blocks: Block[] = [];
    for (const { entity: userId } of args.who.targets) {
      const actions = (
        await Promise.all(args.rooms.rooms.map((kept) => unmuteIn(services, invocation, kept.roomId, userId)))
      ).flat();
      const ended = actions.length === 0 ? [] : await services.runAndWait(actions);
      const back = ended.filter((action) => effectOf(action) === 'unmuted').length;
      const moot = ended.filter((action) => effectOf(action) === 'moot').length;
      const bad = ended.find(({ state }) => state !== 'done');
      blocks.push({
        line: [
          { code: userId },
          back > 0 ? ` may write again in ${counted(back, 'room')}.` : ' was not muted by me.',
          moot > 0 && back === 0 ? ` In ${counted(moot, 'room')} the power level was changed since; it stays.` : '',
          bad === undefined ? '' : ` ${notDone(bad)}`,
        ],
      });
    }
    return blocks;
  },
});

/** The end of the last mute of somebody in a room, if there is one. */
export async function unmuteIn(
  services: Services,
  invocation: Invocation,
  roomId: string,
  userId: string,
): Promise<NewAction[]> {
  const mutes = await services.ledger.doneOfKind('mute', roomId);
  const last = mutes
    .filter((action) => (action.payload as { userId?: unknown }).userId === userId && effectOf(action) === 'muted')
    .at(-1);
  const { level, before } = (last?.result ?? {}) as { level?: unknown; before?: unknown };
  const payload = unmutePayload.safeParse({ roomId, userId, level, before });
  return payload.success ? [unmuteAction(payload.data, `command:${invocation.key}:${roomId}:${userId}`, null)] : [];
}

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
      { line: [`Joined since ${timeOf(args.when)}: ${counted(people.size, 'person', 'people')}.`] },
      ...(people.size === 0
        ? []
        : [{ list: [...people.keys()].slice(0, PEOPLE_SHOWN).map((userId): Inline[] => [{ code: userId }]) }]),
      ...(people.size > PEOPLE_SHOWN ? [{ line: [`… and ${people.size - PEOPLE_SHOWN} more.`] }] : []),
      ...(staying.size === 0
        ? []
        : [
            {
              line: [
                'Left out: ',
                ...enumerated(
                  [...staying.values()].map((why) => visible(why, 300)),
                  5,
                ),
              ],
            },
          ]),
    ];
    if (what === 'show' || people.size === 0) return who;
    if (options.yes !== true && invocation.confirmed === undefined)
      return {
        ask: {
          blocks: [{ line: [`${what[0]?.toUpperCase()}${what.slice(1)} them?`] }, ...who, howToAnswer()],
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
  const ended = actions.length === 0 ? [] : await services.runAndWait(actions);
  const done = ended.filter(({ state }) => state === 'done');
  const words = { kick: 'kicks', ban: 'ban rules', mute: 'mutes', unmute: 'unmutes', show: '' };
  const bad = ended.find(({ state }) => state !== 'done');
  return [
    {
      line: [
        `${counted(people.length, 'person', 'people')}: ${done.length} of ${actions.length} ${words[what]} done.`,
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
        { listRoomId, kind: 'user', entity: userId, reason: reason === '' ? 'no reason given' : reason },
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
        throw usageError('In which room?', 'Name one or several protected rooms, or * for all. Nothing was done.');
      return rooms;
    },
  };
}

const PAGES = 50;
const PAGE = 100;
/** So many events in a row must claim to be older before we believe that all further ones are. */
const OLD_IN_A_ROW = 30;

/**
 * Who joined since a time, the newest first. Times are what senders' servers claim, so the homeserver's order decides:
 * all that came after the last event from that time or later counts, also a join that claims to be old.
 */
async function joinedSince(
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

const importBans = command({
  name: 'import',
  group: 'Lists',
  role: 'admin',
  summary: "Writes a room's bans and the servers that its server ACL denies into a list, as rules.",
  args: { room: room('ROOM'), list: list('LIST') },
  options: { yes },
  examples: ['import #lobby:example.org raids'],
  async run(services, { args, options, invocation }) {
    const { roomId, said } = args.room ?? { roomId: '', said: '' };
    const listRoomId = args.list ?? (await defaultList(services));
    const state = await services.homeserver.state(roomId);
    const wanted = rulesOf(state).filter(
      ({ kind, entity }) =>
        !services.lists.policy
          .rulesMatching(kind, entity)
          .some((rule) => rule.entity === entity && rule.roomId === listRoomId),
    );
    if (wanted.length === 0) return [{ line: [{ code: said }, ' has no bans that the list does not hold.'] }];
    const users = wanted.filter(({ kind }) => kind === 'user').length;
    if (options.yes !== true && invocation.confirmed === undefined)
      return {
        ask: {
          blocks: [
            {
              line: [
                `Write ${counted(users, 'ban')} of people and ${counted(wanted.length - users, 'denied server')} of `,
                { code: said },
                ' to ',
                listName(services, listRoomId),
                '? They then act in all protected rooms.',
              ],
            },
            { line: enumerated(wanted.map(({ entity }) => ({ code: visible(entity) }))) },
            howToAnswer(),
          ],
        },
      };
    const ended = await services.runAndWait(
      wanted.map(({ kind, entity, reason }, index) =>
        writeRule.create({ listRoomId, kind, entity, reason }, { key: `command:${invocation.key}:import:${index}` }),
      ),
    );
    const done = ended.filter(({ state: end }) => end === 'done').length;
    const refused = ended.filter(({ state: end }) => end === 'refused');
    return [
      { line: [`${done} of ${wanted.length} rules written to `, listName(services, listRoomId), '.', ...undoHint()] },
      ...(refused.length === 0
        ? []
        : [{ line: [`Left out ${refused.length}: ${visible(refused[0]?.lastError ?? '', 300)}`] }]),
    ];
  },
});

function rulesOf(state: readonly MatrixEvent[]): { kind: 'user' | 'server'; entity: string; reason: string }[] {
  const rules: { kind: 'user' | 'server'; entity: string; reason: string }[] = [];
  for (const { type, state_key: key, content } of state) {
    if (type === 'm.room.member' && content.membership === 'ban' && key?.startsWith('@') === true && !/[*?]/.test(key))
      rules.push({
        kind: 'user',
        entity: key,
        reason: typeof content.reason === 'string' ? content.reason.slice(0, 500) : 'imported',
      });
    if (type === 'm.room.server_acl' && key === '')
      for (const entity of parseServerAcl(content).deny)
        if (isServerName(entity) || /^[A-Za-z0-9.*?:-]+\.[A-Za-z*?]+$/.test(entity))
          rules.push({ kind: 'server', entity, reason: 'imported' });
  }
  return rules;
}

export const massCommands: readonly Command[] = [mute, unmute, since, importBans];
