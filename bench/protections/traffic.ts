/**
 * Honest talk in a hundred rooms, as Synapse sends it to an application service: every event with the keys of the old
 * client format, Element's `m.mentions` in every message, event ids of 44 characters. What people write is made of
 * random words, so that nobody repeats anything; the proportions are those of public rooms:
 *
 * - of a hundred events 82 are plain messages (a quarter of them one or two words, a sixth longer than 15), 7 answers,
 *   3 messages with formatted text, 2 edits and 6 reactions; one message in twelve has a link, one in nine names
 *   somebody;
 * - a room has fifty regulars, of whom a few write most; one message in ten is in another room than the writer's own;
 *   three in a hundred are by people who have joined within the day; a third of the people are from twenty other
 *   homeservers;
 * - a hundred events take half a minute.
 *
 * Nobody does what a protection is there for, so there are no pictures either: all are on, and one forbids them.
 */
import { randomOf } from '../detection/attacks.js';

const REGULARS = 50;
const SERVERS = 20;
/** how long a hundred events take */
export const SPAN_MS = 30_000;
/** how many people have joined within the day, each in the room of their number */
export const NEWCOMERS = 40;

const WORDS =
  'server room build patch bridge release log error config docker update client network backup domain key list rule member invite works fails needs looks seems maybe today yesterday again thanks please somebody anybody nothing before behind under without the a to is it of and that for on this with have you but not be so just if what my can they at we are was there do like or as from get when would about how one some out all will then has no'.split(
    ' ',
  );
const SHORT = [
  'ok',
  'thanks',
  'lol',
  'yes',
  'no idea',
  'same here',
  'brb',
  'good morning',
  'hm',
  'nice one',
  '+1',
  '😂',
];

/** A source of numbers that is the same for everybody who starts at the same place. */
class Dice {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomOf(Math.imul(seed + 1, 0x9e3779b1));
  }

  below(end: number): number {
    return Math.floor(this.#random() * end);
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

export interface TrafficOptions {
  rooms: readonly string[];
  /** the first event's time, ms since the epoch */
  began: number;
  /** whether one event in a hundred is somebody's first join, each from a server of their own */
  joins?: boolean;
}

/** A hundred events, those with this number. */
export function traffic(number: number, options: TrafficOptions): Record<string, unknown>[] {
  const events = Array.from({ length: 100 }, (_, index) => eventAt(number * 100 + index, options));
  if (options.joins === true) events[50] = joinAt(number * 100 + 50, options);
  return events;
}

function joinAt(serial: number, { rooms, began }: TrafficOptions): Record<string, unknown> {
  const dice = new Dice(serial);
  const name = Array.from({ length: 1 + dice.below(3) }, () => dice.of(WORDS)).join(dice.of(['', '-', '.']));
  const sender = `@${name}:h${serial.toString(36)}.example.net`;
  return {
    age: 85,
    content: { displayname: name, membership: 'join' },
    event_id: idOf(serial),
    origin_server_ts: began + Math.floor((serial * SPAN_MS) / 100),
    room_id: dice.of(rooms),
    sender,
    state_key: sender,
    type: 'm.room.member',
    unsigned: { age: 85 },
    user_id: sender,
  };
}

function eventAt(serial: number, { rooms, began }: TrafficOptions): Record<string, unknown> {
  const dice = new Dice(serial);
  const home = dice.below(rooms.length);
  const somewhere = dice.below(10) === 0 ? (home + 1 + dice.below(3)) % rooms.length : home;
  const rank = Math.floor(REGULARS * (dice.below(1_000) / 1_000) ** 3);
  const kind = dice.below(100);
  const newcomer = dice.below(100) < 3 ? dice.below(NEWCOMERS) : undefined;
  const sender = newcomer === undefined ? person(home, rank) : newcomerId(newcomer);
  const other = idOf(serial - 1 - dice.below(50));
  const content =
    kind < 6
      ? { 'm.relates_to': { event_id: other, key: dice.of(['👍', '❤️', '😂', '🎉']), rel_type: 'm.annotation' } }
      : contentOf(kind, dice, other, person(home, dice.below(REGULARS)));
  return {
    age: 85,
    content,
    event_id: idOf(serial),
    origin_server_ts: began + Math.floor((serial * SPAN_MS) / 100),
    room_id: rooms[newcomer === undefined ? somewhere : newcomer % rooms.length],
    sender,
    type: kind < 6 ? 'm.reaction' : 'm.room.message',
    unsigned: { age: 85 },
    user_id: sender,
  };
}

function contentOf(kind: number, dice: Dice, other: string, somebody: string): Record<string, unknown> {
  const body = textOf(dice, somebody);
  const plain = { body, 'm.mentions': {}, msgtype: 'm.text' };
  if (kind < 9)
    return {
      ...plain,
      format: 'org.matrix.custom.html',
      formatted_body: `<strong>${body}</strong> <code>${dice.of(WORDS)}</code>`,
    };
  if (kind < 11)
    return {
      ...plain,
      body: `* ${body}`,
      'm.new_content': plain,
      'm.relates_to': { event_id: other, rel_type: 'm.replace' },
    };
  if (kind < 18)
    return {
      ...plain,
      'm.mentions': { user_ids: [somebody] },
      'm.relates_to': { 'm.in_reply_to': { event_id: other } },
    };
  return plain;
}

function textOf(dice: Dice, somebody: string): string {
  const length = dice.below(12);
  if (length < 3) return dice.of(SHORT);
  const words = Array.from({ length: length < 10 ? 3 + dice.below(12) : 15 + dice.below(25) }, () => dice.of(WORDS));
  const sentence = `${words.join(' ')}${dice.of(['', '', '.', '?', '!', ' :)'])}`;
  const extra = dice.below(36);
  if (extra < 4) return `${somebody.slice(1, somebody.indexOf(':'))}: ${sentence}`;
  if (extra < 7) return `${sentence} https://${dice.of(WORDS)}-${dice.of(WORDS)}.example.org/${dice.below(100_000)}`;
  if (extra < 10) return `${sentence.replace(' ', ', ')} (${dice.of(WORDS)}). ${dice.of(WORDS)} ${dice.of(WORDS)}`;
  return sentence;
}

function person(room: number, rank: number): string {
  return `@${WORDS[rank]}${room}:${server(room + rank)}`;
}

export function newcomerId(number: number): string {
  return `@new${number}:${server(number)}`;
}

function server(number: number): string {
  return number % 3 === 0 ? `matrix${number % SERVERS}.example.net` : 'example.org';
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** An id as of room version 4 and later: 43 letters of URL-safe base64. */
function idOf(serial: number): string {
  const dice = new Dice(serial ^ 0x5bd1e995);
  return `$${Array.from({ length: 43 }, () => LETTERS[dice.below(64)]).join('')}`;
}
