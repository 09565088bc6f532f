import { hostOfLink, isOwnMachine, matrixTarget } from '../links.js';
import type { Message } from '../message.js';
import { printOf } from '../prints.js';
import { durationWords } from '../durations.js';
import { BELIEVED, keptFrom, Rolling } from '../rolling.js';
import { count, settingsWith, windowOf } from '../settings.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';
import { defineProtection, type EventReference, type PersonFacts, type SeenEvent } from '../types.js';
import { serverNameOf } from '../../matrix/identifiers.js';
import { isJoin } from './join-wave.js';

/** How many accounts of one campaign are remembered. */
const MOST_MEMBERS = 200;
/** Shorter texts are greetings and questions, which honest newcomers share. */
const LETTERS = 40;
/** … unless they advertise a link, or very many accounts send the same, word for word. */
const LETTERS_WITH_LINK = 10;
const LETTERS_OF_MANY = 32;
const MANY = 1.6;
/** People who introduce themselves by one template write nearly the same. */
const NEARLY = 1.2;
/** How much a text must say beside its links. */
const SAID_BESIDE_LINKS = 8;
/** A longer text is no mere link. */
const MUCH = 2000;
const NAME_LETTERS = 4;
/** This many accounts survive a restart, or half of the limit. */
const KEPT_FROM = 3;

/**
 * Spam comes at once, thanks and applause at the end: who has been here for longer than this counts half, and a quarter
 * after having written something else.
 */
const AT_ONCE_MS = 3_600_000;

/** One account that did the same as others. */
interface Deed {
  /** when it was sent: the claim of a server */
  at: number;
  /** when it came in */
  cameAt: number;
  event: EventReference;
  /** how much the account counts: 1 at most */
  counts: number;
}

/** Accounts that did the same thing. */
interface Same {
  by: Map<string, Deed>;
  /** the room in which it became a campaign, and the number of accounts last announced */
  told: { roomId: string; members: number } | undefined;
}

/** A trait that many accounts may share. `weight`: how many more accounts it takes, if honest people share it too. */
interface Trait {
  key: string;
  what: keyof typeof texts.traits;
  weight: number;
}

const settings = settingsWith(
  ['notify'],
  {
    people: count(5, 'How many new accounts must do the same within `window`.', [], { min: 3, max: 100 }),
    window: windowOf('30m', 'In how long a time they are counted, over all rooms together.'),
  },
  { trusted_after: '24h' },
);

function read(data: unknown): Same | undefined {
  if (!Array.isArray(data)) return undefined;
  const [toldIn, members, ...entries] = data as unknown[];
  if (typeof toldIn !== 'string' || typeof members !== 'number') return undefined;
  const by: Same['by'] = new Map();
  for (const entry of entries) {
    const [user, at, roomId, eventId, counts] = Array.isArray(entry) ? (entry as unknown[]) : [];
    if (typeof user === 'string' && typeof at === 'number' && typeof roomId === 'string' && typeof eventId === 'string')
      by.set(user, { at, cameAt: at, event: { roomId, eventId }, counts: typeof counts === 'number' ? counts : 1 });
  }
  return { by, told: toldIn === '' ? undefined : { roomId: toldIn, members } };
}

export const campaign = defineProtection({
  name: 'Campaign',
  aliases: ['CampaignProtection', 'Campaigns'],
  about:
    'Five accounts that have been here for less than 24 hours do the same within 30 minutes, in any rooms: they send ' +
    'the same text (of 40 letters or more, or a shorter one with a link) or the same picture. Six are needed for ' +
    'nearly the same text, eight for a text of 32 letters or more, ten for the same link, or for the same server and ' +
    'form of name. Accounts that have been here for an hour count half. They become one case with a list, and one ' +
    'button bans them all.',
  settings,
  asks: 'any',
  readsMessages: true,
  harm: 'm.spam',
  exempts: true,
  memory: () =>
    new Rolling<Same>({
      lifeMs: 1_800_000,
      most: 20_000,
      write: ({ by, told }) => [
        told?.roomId ?? '',
        told?.members ?? 0,
        ...[...by].map(([user, { at, event, counts }]) => [user, at, event.roomId, event.eventId, counts]),
      ],
      read,
    }),
  judge(seen, memory, { settings: { people, window }, sentAt, now, catchingUp, person }) {
    if (person.hereForMs === undefined) return [];
    memory.liveFor(window);
    const { event_id: eventId, room_id: roomId, sender } = seen.event;
    const deed = {
      at: sentAt,
      cameAt: catchingUp ? sentAt : now,
      event: { roomId, eventId },
      counts: weightOf(person),
    };
    const traits = traitsOf(seen).map(({ key, what, weight }) => {
      const before = memory.get(key);
      const all = withDeed(before?.by, sender, deed, { sentSince: sentAt - window, cameSince: now - window });
      const by = counted(all) >= BELIEVED * people * weight ? all : sentWithin(all, sentAt - window);
      return { key, what, weight, all, by, told: by.size < people ? undefined : before?.told };
    });
    // accounts usually share several traits: it is one campaign, announced once
    const told = largest(
      traits.flatMap((one) => one.told ?? []),
      ({ members }) => members,
    );
    // announced when there are enough, then with each further account; for many, with each further tenth
    const isDue = ({ by, weight }: (typeof traits)[number]) =>
      told === undefined
        ? counted(by) >= people * weight
        : by.size >= told.members + Math.max(1, Math.floor(told.members / 10));
    const found = largest(traits.filter(isDue), ({ by }) => by.size);
    const next = found === undefined ? told : { roomId: told?.roomId ?? roomId, members: found.by.size };
    for (const { key, all, by } of traits)
      memory.set(key, { by: all, told: next }, now, by.size >= keptFrom(people, KEPT_FROM));
    if (found === undefined || next === undefined) return [];
    const { by, what } = found;
    const rooms = new Set([...by.values()].map((one) => one.event.roomId));
    return [
      {
        subject: { kind: 'room', id: next.roomId },
        why: texts.why.campaign(by.size, texts.traits[what], durationWords(window)),
        events: [],
        members: [...by.keys()],
        parts: [...by].map(([userId, one]) => ({ userId, events: what === 'name' ? [] : [one.event] })),
        detail: { accounts: by.size, rooms: rooms.size, servers: serversOf(by.keys()) },
      },
    ];
  },
});

/** Who did the same lately, with one more: in the same map, because hardly anybody ever does. */
function withDeed(
  before: Same['by'] | undefined,
  sender: string,
  deed: Deed,
  { sentSince, cameSince }: { sentSince: number; cameSince: number },
): Same['by'] {
  const by = before ?? new Map<string, Deed>();
  for (const [userId, { at, cameAt }] of by) if (at <= sentSince && cameAt <= cameSince) by.delete(userId);
  if (!by.has(sender) && by.size < MOST_MEMBERS) by.set(sender, deed);
  return by;
}

/** Without those who say that they did it before. */
function sentWithin(all: Same['by'], since: number): Same['by'] {
  let by = all;
  for (const [userId, { at }] of all) {
    if (at > since) continue;
    if (by === all) by = new Map(all);
    by.delete(userId);
  }
  return by;
}

/** How many accounts there are, by how much each counts. */
function counted(by: Same['by']): number {
  let sum = 0;
  for (const { counts } of by.values()) sum += counts;
  return sum;
}

function weightOf({ hereForMs, firstEventId }: PersonFacts): number {
  if (hereForMs === undefined || hereForMs <= AT_ONCE_MS) return 1;
  return firstEventId === undefined ? 0.5 : 0.25;
}

function largest<T>(list: readonly T[], size: (one: T) => number): T | undefined {
  return list.reduce<T | undefined>(
    (best, one) => (best === undefined || size(one) > size(best) ? one : best),
    undefined,
  );
}

function traitsOf({ event, message }: SeenEvent): Trait[] {
  if (event.type === 'm.room.member')
    return isJoin(event.content, event.unsigned) ? nameTrait(event.sender, event.content.displayname) : [];
  const traits: Trait[] = saysLittle(message) && message.links.length > 0 ? [] : textTraits(message);
  for (const link of message.links.slice(0, 3)) {
    const host = matrixTarget(link) === undefined ? hostOfLink(link) : undefined;
    if (host !== undefined && !isOwnMachine(host))
      traits.push({ key: `l${pathOf(link, host)}`, what: 'link', weight: 2 });
  }
  return traits;
}

/** Whether a message says hardly anything beside its links. */
function saysLittle({ links, texts }: Message): boolean {
  let said = 0;
  for (const text of texts) said += text.length;
  if (said > MUCH) return false;
  for (const link of links) if (texts.some((text) => text.includes(link))) said -= link.length;
  return said < SAID_BESIDE_LINKS;
}

function textTraits(message: Message): Trait[] {
  const print = printOf(message, LETTERS);
  if (print === undefined) return shortTextTrait(message);
  const what = message.media.size > 0 ? 'picture' : 'text';
  const traits: Trait[] = [{ key: `t${print.exact}`, what, weight: 1 }];
  if (print.letters === 0) return traits;
  // equal halves of sketches mean nearly identical texts; their words, above 32 bits, do not count here
  const weight = message.links.length > 0 ? 1 : NEARLY;
  for (const half of [0, 1] as const) traits.push({ key: `s${half}:${print.sketch[half] | 0}`, what, weight });
  return traits;
}

/** A text that is too short for honest newcomers not to share it by chance. */
function shortTextTrait(message: Message): Trait[] {
  // a bare domain may be what they ask about: "is matrix.org down?"
  const link = message.links.find((one) => one.includes('/'));
  const print = printOf(message, link === undefined ? LETTERS_OF_MANY : LETTERS_WITH_LINK);
  if (print === undefined) return [];
  // friends may propose several places of one site: numbers of a link count here
  const to = link === undefined ? '' : `l${link.split(/[?#]/, 1)[0]!.slice(0, 200).toLowerCase()}`;
  return [{ key: `t${print.exact}${to}`, what: 'text', weight: link === undefined ? MANY : 1 }];
}

/** A link without the parts that vary between accounts: its query, and numbers in its path. */
function pathOf(link: string, host: string): string {
  const [, path = ''] = /^(?:[a-z]+:\/\/)?[^/?#]*([^?#]{0,100})/i.exec(link) ?? [];
  return `${host}${path.replace(/\d+/g, '#')}`;
}

/** The shape of a name: its letters, with numbers generalised, together with the server. */
function nameTrait(userId: string, displayName: unknown): Trait[] {
  const server = serverNameOf(userId);
  const name = typeof displayName === 'string' && displayName !== '' ? displayName : userId.slice(1).split(':')[0]!;
  const shape = name.slice(0, 60).toLowerCase().replace(/\d+/g, '#').replace(/\s+/g, ' ');
  if (server === undefined || shape.replace(/[^\p{L}]/gu, '').length < NAME_LETTERS) return [];
  return [{ key: `n${server} ${shape}`, what: 'name', weight: 2 }];
}

function serversOf(users: Iterable<string>): string {
  const servers = new Set([...users].flatMap((id) => serverNameOf(id) ?? []));
  return servers.size <= 3 ? [...servers].join(', ') : texts.differentServers(servers.size);
}
