import { durationWords } from '../durations.js';
import { alike, hashOfText, printOf, type Print } from '../prints.js';
import { numbersOf, Rolling, stamped } from '../rolling.js';
import { count, settingsWith, windowOf } from '../settings.js';
import { defineProtection } from '../types.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';

/** Numbers stored per message: time, room, fingerprint, and the two halves of its sketch. */
const FIELDS = 5;
/** How many messages of one person are remembered. */
const MOST_MESSAGES = 12;
/** Only long texts can count as nearly the same, if this many of sixteen parts are equal. */
const LONG = 40;
/** In another room shorter ones count too; within one room people naturally repeat things in similar words. */
const LONG_ELSEWHERE = 24;
const ALIKE = 10;
const NOTHING: readonly number[] = [];
const ONCE = { same: 1, prints: new Set<number>(), roomsBefore: new Set<number>() } as const;
/** a buffer reused for every message */
const scratch: number[] = [];
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
  memory: () =>
    new Rolling<number[]>({
      lifeMs: 300_000,
      // people who never repeat themselves are not persisted
      matters: repeatsLatest,
      write: (messages) => messages,
      read: numbersOf,
    }),
  judge({ event, message }, memory, { settings, sentAt, now, recent, person }) {
    const { rooms, window, min_letters: letters } = settings;
    // a known bot says "the build has passed" as often as builds pass, in its own room
    const isKnown = person.hereForMs === undefined;
    const isKnownBot = isKnown && message.content.msgtype === 'm.notice';
    const times = isKnownBot ? Infinity : isKnown ? Math.max(settings.times, settings.known_times) : settings.times;
    const print = printOf(message, letters);
    if (print === undefined) return [];
    recent.stamp(print.exact);
    memory.liveFor(window);
    const before = memory.get(person.userId) ?? NOTHING;
    const stamp = stamped(sentAt, event.event_id);
    const room = hashOfText(event.room_id);
    const kept = withOneMore(before, { stamp, room, print, since: sentAt - window });
    if (kept === undefined) return [];
    const { same, prints, roomsBefore } = sameAs(print, before, { room, since: sentAt - window });
    // repeated corrections of a text are still one text; an edit that puts it into another room is one more
    if (message.edits !== undefined && roomsBefore.has(room)) return [];
    memory.set(person.userId, kept, now);
    if (same === 1) return [];
    const inRooms = new Set(roomsBefore).add(room);
    if (same < times && inRooms.size < rooms) return [];
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
    const here = events.length < same ? { also: { roomId: event.room_id, count: same, sinceMs: window } } : {};
    return [{ subject, why, events, ...here, detail }];
  },
});

/**
 * A person's messages with one more and without expired ones; undefined when it is included already. Copied to exact
 * size, because pushing reserves space for 16 more.
 */
function withOneMore(
  before: readonly number[],
  { stamp, room, print, since }: { stamp: number; room: number; print: Print; since: number },
): number[] | undefined {
  let length = 0;
  for (let at = 0; at < before.length; at += FIELDS) {
    if (before[at] === stamp) return undefined;
    if (before[at]! <= since) continue;
    for (let field = 0; field < FIELDS; field++) scratch[length++] = before[at + field]!;
  }
  scratch[length++] = stamp;
  scratch[length++] = room;
  scratch[length++] = print.exact;
  scratch[length++] = print.sketch[0];
  scratch[length++] = print.sketch[1];
  return scratch.slice(length > MOST_MESSAGES * FIELDS ? FIELDS : 0, length);
}

/** How often a person has repeated this message, in what words, and in which rooms before. */
function sameAs(
  print: Print,
  before: readonly number[],
  { room, since }: { room: number; since: number },
): { same: number; prints: ReadonlySet<number>; roomsBefore: ReadonlySet<number> } {
  let found: { same: number; prints: Set<number>; roomsBefore: Set<number> } | undefined;
  for (let at = 0; at < before.length; at += FIELDS) {
    if (before[at]! <= since || !isSame(print, before, at, before[at + 1] === room ? LONG : LONG_ELSEWHERE)) continue;
    found ??= { same: 1, prints: new Set([print.exact]), roomsBefore: new Set() };
    found.same++;
    found.prints.add(before[at + 2]!);
    found.roomsBefore.add(before[at + 1]!);
  }
  return found ?? ONCE;
}

/** Whether the latest of these messages equals, or nearly equals, an earlier one. */
function repeatsLatest(messages: readonly number[]): boolean {
  const latest = messages.length - FIELDS;
  for (let at = 0; at < latest; at += FIELDS)
    if (
      messages[at + 2] === messages[latest + 2] ||
      alike(messages[at + 3]!, messages[at + 4]!, messages[latest + 3]!, messages[latest + 4]!) >= ALIKE
    )
      return true;
  return false;
}

/** Whether the message stored at `at` equals this one. */
function isSame({ exact, letters, sketch }: Print, messages: readonly number[], at: number, long: number): boolean {
  if (messages[at + 2] === exact) return true;
  const parts = letters === 0 ? 0 : alike(messages[at + 3]!, messages[at + 4]!, sketch[0], sketch[1]);
  return parts === PARTS || (letters >= long && parts >= ALIKE);
}
