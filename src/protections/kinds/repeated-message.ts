import { Copies, isTooOften, repeatsLatest, sameAs } from '../copies.js';
import { durationWords } from '../durations.js';
import { printOf } from '../prints.js';
import { SAID, TEXT_BYTES, type RecentEvents } from '../recent.js';
import type { PersonRecord } from '../records.js';
import { BELIEVED } from '../rolling.js';
import { FIELDS, MOST_MESSAGES, ROOM, withOneMore, type Said } from '../said.js';
import { count, settingsWith, windowOf } from '../settings.js';
import { FOREIGN } from '../signs.js';
import { defineProtection, type Finding } from '../types.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';

/** Old dates of somebody who is new are believed for this many times the limits: what a server was cut off for. */
const BELIEVED_NEW = 2;
const NOTHING: Said = [];
const NONE: Finding[] = [];

const settings = settingsWith(['redact+ban'], {
  times: count(5, 'How often the same text within `window` is too often.', [], { min: 2, max: MOST_MESSAGES }),
  known_times: count(
    MOST_MESSAGES,
    'The same for people who have been in the room for more than 7 days; never less than `times`.',
    [],
    { min: 2, max: MOST_MESSAGES, atLeast: 'times' },
  ),
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
    'look-alike letters make no difference, nor does another word in each. Bots that have been there for so long may ' +
    'repeat their notices.',
  settings,
  asks: 'message',
  readsMessages: true,
  harm: 'm.spam.flooding',
  exempts: true,
  memory: (records) => new Copies(records),
  judge({ event, message }, memory, { settings, sentAt, stamp, now, catchingUp, recent, person }) {
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
    const isLate = now - sentAt > window && !catchingUp;
    const isShort = text !== undefined && text.length <= TEXT_BYTES;
    const kept = memory.kept(record) ?? NOTHING;
    if (isShort && !isLate && isEarly(kept, record, recent, { since, stamp, times, rooms })) {
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
    let limits = { times, rooms };
    let copies = sameAs(print, before, { room, since, limits });
    // repeated corrections of a text are still one text; an edit that puts it into another room is one more
    const isEdit = message.edits !== undefined;
    if (isEdit && copies.roomsBefore.has(room)) return NONE;
    const [first, second] = print.sketch;
    const said = withOneMore(before, since, stamp, room, print.exact, first, second);
    if (said === undefined) return NONE;
    // people who never repeat themselves are not persisted
    memory.set(record, said, now, repeatsLatest(said));
    if (isLate && !isTooOften(copies, room, limits)) {
      const believed = isKnown ? BELIEVED : BELIEVED_NEW;
      limits = { times: believed * times, rooms: believed * rooms };
      copies = memory.cameIn(print, { record, stamp, now, since: now - window, isEdit, limits });
    }
    if (!isTooOften(copies, room, limits)) return NONE;
    const { same, prints, roomsBefore } = copies;
    const inRooms = new Set(roomsBefore).add(room);
    const one = { roomId: event.room_id, eventId: event.event_id };
    const subject = { kind: 'user', id: event.sender } as const;
    const why =
      inRooms.size >= limits.rooms
        ? texts.why.repeatedInRooms(inRooms.size, durationWords(window))
        : texts.why.repeated(same, durationWords(window));
    const detail = { times: same, rooms: inRooms.size };
    // an offence is complete when the limit is reached; further copies belong to it
    const wasReached = same - 1 >= limits.times || roomsBefore.size >= limits.rooms;
    if (wasReached && same % limits.times !== 0) return [{ subject, why, events: [one], continues: true, detail }];
    const events = recent.of(event.sender, isLate ? 0 : sentAt - window, { prints });
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
