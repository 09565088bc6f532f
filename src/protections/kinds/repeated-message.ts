import { durationWords } from '../durations.js';
import { printOf, type Print } from '../prints.js';
import { SAID, TEXT_BYTES, type RecentEvents } from '../recent.js';
import { OfPeople, type PersonRecord } from '../records.js';
import { numbersOf } from '../rolling.js';
import { count, settingsWith, windowOf } from '../settings.js';
import { FOREIGN } from '../signs.js';
import { alike, differInAWord } from '../sketch.js';
import { defineProtection, type Finding } from '../types.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';

/**
 * Stored per message: when it was sent, told apart from others of that moment, room, fingerprint, and the two halves of
 * its sketch. While somebody has said too little for a repetition to count, their texts are not compared: they stand
 * among the recent events alone.
 */
type Said = number[];
const [ROOM, PRINT, FIRST, SECOND, FIELDS] = [1, 2, 3, 4, 5];
/** How many messages of one person are remembered. */
const MOST_MESSAGES = 12;
/** Only long texts can count as nearly the same, if this many of sixteen parts are equal. */
const LONG = 40;
/** In another room shorter ones count too; within one room people naturally repeat things in similar words. */
const LONG_ELSEWHERE = 24;
const ALIKE = 10;
const NOTHING: Said = [];
const NONE: Finding[] = [];
const ONCE = { same: 1, prints: new Set<number>(), roomsBefore: new Set<number>() } as const;
/** a buffer reused for every message */
const scratch: Said = [];
const unread: number[] = [];
/** All parts are equal: the same caption under another picture, the same words in another order. */
const PARTS = 16;

const settings = settingsWith(['redact+ban'], {
  times: count(5, 'How often the same text within `window` is too often.', [], { min: 2, max: MOST_MESSAGES }),
  known_times: count(MOST_MESSAGES, 'The same for people who have been in the room for more than 7 days.', [], {
    min: 2,
    max: MOST_MESSAGES,
  }),
  rooms: count(3, 'In how many rooms the same text within `window` is too many.', [], { min: 2, max: MOST_MESSAGES }),
  window: windowOf('5m', 'In how long a time they are counted.'),
  min_letters: count(10, 'Shorter texts may be repeated: greetings, thanks, laughter.'),
});

export const repeatedMessage = defineProtection({
  name: 'RepeatedMessage',
  aliases: ['RepeatedMessageProtection', 'DuplicateMessages', 'CopyPaste'],
  about:
    'Somebody sends the same or nearly the same text (or the same picture) in 3 rooms, or 5 times, within 5 ' +
    'minutes; people who have been in the room for more than 7 days, 12 times. Case, blanks, numbers and ' +
    'look-alike letters make no difference. Bots that have been there for so long may repeat their notices.',
  settings,
  asks: 'message',
  harm: 'm.spam.flooding',
  exempts: true,
  memory: (records) =>
    new OfPeople<Said>(records, {
      about: 'everywhere',
      lifeMs: 300_000,
      write: (said) => [...said],
      read: (data) => {
        const row = numbersOf(data);
        return row === undefined ? undefined : row.slice(0, row.length - (row.length % FIELDS));
      },
      unread: withUnread,
    }),
  judge({ event, message }, memory, { settings, sentAt, stamp, now, recent, person }) {
    const { rooms, window, min_letters: letters } = settings;
    // a known bot says "the build has passed" as often as builds pass, in its own room
    const isKnown = person.hereForMs === undefined;
    const isKnownBot = isKnown && message.content.msgtype === 'm.notice';
    const times = isKnownBot ? Infinity : isKnown ? Math.max(settings.times, settings.known_times) : settings.times;
    const text = message.onlyText;
    // in ASCII a character is a letter at most
    if (text !== undefined && text.length < letters && (message.signs & FOREIGN) === 0) return NONE;
    const { record } = person;
    const { hash: room } = record.room;
    const since = sentAt - window;
    const kept = memory.kept(record) ?? NOTHING;
    if (
      text !== undefined &&
      text.length <= TEXT_BYTES &&
      isEarly(kept, record, recent, { since, stamp, times, rooms })
    ) {
      memory.liveFor(window);
      if (kept.length > 0 && isOver(kept, since)) memory.forget(record);
      recent.keepText(text, letters);
      record.home.said = recent.add(SAID, record.home.said);
      return NONE;
    }
    const print = printOf(message, letters);
    if (print === undefined) return NONE;
    recent.stamp(print.exact);
    memory.liveFor(window);
    const before = memory.get(record) ?? NOTHING;
    const { same, prints, roomsBefore } = sameAs(print, before, { room, since });
    // repeated corrections of a text are still one text; an edit that puts it into another room is one more
    if (message.edits !== undefined && roomsBefore.has(room)) return NONE;
    const [first, second] = print.sketch;
    const said = withOneMore(before, since, stamp, room, print.exact, first, second);
    if (said === undefined) return NONE;
    // people who never repeat themselves are not persisted
    memory.set(record, said, now, repeatsLatest(said));
    if (same === 1) return NONE;
    const inRooms = new Set(roomsBefore).add(room);
    if (same < times && inRooms.size < rooms) return NONE;
    const one = { roomId: event.room_id, eventId: event.event_id };
    const subject = { kind: 'user', id: event.sender } as const;
    const why =
      inRooms.size >= rooms
        ? texts.why.repeatedInRooms(inRooms.size, durationWords(window))
        : texts.why.repeated(same, durationWords(window));
    const detail = { times: same, rooms: inRooms.size };
    // an offence is complete when the limit is reached; further copies belong to it
    const wasReached = same - 1 >= times || roomsBefore.size >= rooms;
    if (wasReached && same % times !== 0) return [{ subject, why, events: [one], continues: true, detail }];
    const events = recent.of(event.sender, sentAt - window, { prints });
    // after a restart the copies before it are known by their numbers alone: what they sent here last is taken with it
    const here =
      events.length < same ? { also: { roomId: event.room_id, count: same, sinceMs: now - sentAt + window } } : {};
    return [{ subject, why, events, ...here, detail }];
  },
});

/**
 * Whether less than half of what makes an offence has come, however alike somebody's messages are: too few, and all in
 * one room. Then there is nothing to compare, and nothing to be known after a restart.
 */
function isEarly(
  kept: Said,
  record: PersonRecord,
  recent: RecentEvents,
  { since, stamp, times, rooms }: { since: number; stamp: number; times: number; rooms: number },
): boolean {
  if (rooms <= 2) return false;
  let count = 1;
  for (let at = 0; at < kept.length; at += FIELDS) {
    if (kept[at]! < since) continue;
    if (kept[at + ROOM] !== record.room.hash || kept[at] === stamp) return false;
    count++;
  }
  let event = record.home.said;
  for (let read = 0; read < MOST_MESSAGES && recent.has(event) && recent.cameInAt(event) >= since; read++) {
    const sent = recent.stampOf(event);
    if (sent >= since) {
      if (recent.personOf(event) !== record || sent === stamp) return false;
      count++;
    }
    event = recent.before(SAID, event);
  }
  return 2 * count < times;
}

function isOver(kept: Said, since: number): boolean {
  for (let at = 0; at < kept.length; at += FIELDS) if (kept[at]! >= since) return false;
  return true;
}

/** A person's messages with the unread ones, which are later; those without any fingerprint are left out. */
function withUnread(
  record: PersonRecord,
  recent: RecentEvents,
  kept: Said | undefined,
  lifeMs: number,
): Said | undefined {
  const { said } = record;
  if (said === 0) return kept;
  const since = recent.has(said) ? recent.cameInAt(said) - lifeMs : 0;
  let count = 0;
  for (let event = said; count < MOST_MESSAGES && recent.has(event) && recent.cameInAt(event) >= since;) {
    unread[count++] = event;
    event = recent.before(SAID, event);
  }
  record.said = 0;
  let length = 0;
  for (const field of kept ?? NOTHING) scratch[length++] = field;
  while (count > 0) {
    const event = unread[--count]!;
    const print = recent.readText(event);
    const person = recent.personOf(event);
    if (print === undefined || person === undefined) continue;
    scratch[length++] = recent.stampOf(event);
    scratch[length++] = person.room.hash;
    scratch[length++] = print.exact;
    scratch[length++] = print.sketch[0];
    scratch[length++] = print.sketch[1];
  }
  return length === 0 ? undefined : scratch.slice(Math.max(0, length - MOST_MESSAGES * FIELDS), length);
}

/**
 * A person's messages with one more and without expired ones, in the same list if there is space; undefined when it is
 * included already. Copied to exact size, because pushing reserves space for 16 more.
 */
function withOneMore(
  before: Said,
  since: number,
  stamp: number,
  room: number,
  print: number,
  first: number,
  second: number,
): Said | undefined {
  let length = 0;
  for (let at = 0; at < before.length; at += FIELDS) {
    if (before[at] === stamp) return undefined;
    if (before[at]! < since) continue;
    for (let field = 0; field < FIELDS; field++) scratch[length++] = before[at + field]!;
  }
  scratch[length++] = stamp;
  scratch[length++] = room;
  scratch[length++] = print;
  scratch[length++] = first;
  scratch[length++] = second;
  const from = length > MOST_MESSAGES * FIELDS ? FIELDS : 0;
  if (before.length !== length - from) return scratch.slice(from, length);
  for (let at = 0; at < before.length; at++) before[at] = scratch[from + at]!;
  return before;
}

/** How often a person has repeated this message, in what words, and in which rooms before. */
function sameAs(
  print: Print,
  before: readonly number[],
  { room, since }: { room: number; since: number },
): { same: number; prints: ReadonlySet<number>; roomsBefore: ReadonlySet<number> } {
  let found: { same: number; prints: Set<number>; roomsBefore: Set<number> } | undefined;
  for (let at = 0; at < before.length; at += FIELDS) {
    const where = before[at + ROOM]!;
    if (before[at]! < since || !isSame(print, before, at, where !== room)) continue;
    found ??= { same: 1, prints: new Set([print.exact]), roomsBefore: new Set() };
    found.same++;
    found.prints.add(before[at + PRINT]!);
    found.roomsBefore.add(where);
  }
  return found ?? ONCE;
}

/** Whether the latest of these messages equals, or nearly equals, an earlier one. */
function repeatsLatest(messages: readonly number[]): boolean {
  const latest = messages.length - FIELDS;
  const [print, first, second] = [messages[latest + PRINT], messages[latest + FIRST]!, messages[latest + SECOND]!];
  for (let at = 0; at < latest; at += FIELDS) {
    const [otherFirst, otherSecond] = [messages[at + FIRST]!, messages[at + SECOND]!];
    if (messages[at + PRINT] === print || alike(otherFirst, otherSecond, first, second) >= ALIKE) return true;
    if (differInAWord(otherFirst, otherSecond, first, second)) return true;
  }
  return false;
}

/** Whether the message stored at `at` equals this one. */
function isSame(
  { exact, letters, sketch }: Print,
  messages: readonly number[],
  at: number,
  elsewhere: boolean,
): boolean {
  if (messages[at + PRINT] === exact) return true;
  if (letters === 0) return false;
  const [first, second] = [messages[at + FIRST]!, messages[at + SECOND]!];
  const parts = alike(first, second, sketch[0], sketch[1]);
  if (parts === PARTS) return true;
  if (letters < (elsewhere ? LONG_ELSEWHERE : LONG)) return false;
  return parts >= ALIKE || (elsewhere && differInAWord(first, second, sketch[0], sketch[1]));
}
