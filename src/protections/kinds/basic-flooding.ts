import { durationWords } from '../durations.js';
import { COUNTED, type RecentEvents } from '../recent.js';
import { OfPeople, type PersonRecord } from '../records.js';
import { BELIEVED, numbersOf } from '../rolling.js';
import { count, settingsWith, windowOf } from '../settings.js';
import { defineProtection } from '../types.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';

const settings = settingsWith(['redact+ban'], {
  max: count(10, 'How many events within `window` are still no flood.', [
    { name: 'maxPerMinute' },
    { name: 'maxEvents' },
    { name: 'limit' },
  ]),
  known_max: count(
    30,
    'The same for people and bots who have been in the room for more than 7 days; never less than `max`.',
    undefined,
    { atLeast: 'max' },
  ),
  window: windowOf('60s', 'In how long a time they are counted.', [
    { name: 'timescaleSeconds', in: 'seconds' },
    { name: 'per', in: 'seconds' },
  ]),
});

/**
 * The memory about a person in a room, as one array of numbers, which takes half the space of an object: the number of
 * events received since a given time, whatever their timestamps; that time; the number since the last offence; and when
 * the latest ones were sent.
 */
const ARRIVED = 0;
const ARRIVED_FROM = 1;
const SINCE = 2;
const TIMES = 3;
/** in place of the number since the last offence: there was none */
const NEVER = 1_000_000;
/** Later events are counted at once. */
const LATE_MS = 30_000;
/** a buffer reused for every event, and copied to size */
const scratch: number[] = [];

export const basicFlooding = defineProtection({
  name: 'BasicFlooding',
  aliases: ['BasicFloodingProtection', 'Flooding', 'MessageFlooding', 'AntiFlood'],
  about:
    'Somebody sends more than 10 events in 60 seconds in one room; of those who have been there for more than ' +
    '7 days, more than 30. Edits, reactions and encrypted events count.',
  settings,
  asks: 'message',
  harm: 'm.spam.flooding',
  exempts: true,
  memory: (records) =>
    new OfPeople<number[]>(records, {
      about: 'room',
      lifeMs: 60_000,
      write: (row) => [...row],
      read: (data) => {
        const row = numbersOf(data);
        return row !== undefined && row.length >= TIMES ? row : undefined;
      },
      unread: rowOfEvents,
    }),
  judge({ event, message }, memory, { settings, sentAt, stamp, now, catchingUp, recent, person }) {
    if (!message.isActivity) return [];
    const { window } = settings;
    const max = person.hereForMs === undefined ? Math.max(settings.max, settings.known_max) : settings.max;
    memory.liveFor(window);
    const { record } = person;
    const isOrdinary = !catchingUp && now - sentAt <= LATE_MS;
    const kept = isOrdinary ? memory.kept(record) : undefined;
    if (isOrdinary && (kept === undefined || isOver(kept, stamp, { window, now, max }))) {
      if (kept !== undefined) memory.forget(record);
      if (isFarFrom(max, stamp, window, record, recent)) {
        record.counted = recent.add(COUNTED, record.counted);
        return [];
      }
    }
    const before = memory.get(record);
    const since = (before?.[SINCE] ?? max) + 1;
    const row = counted(before, stamp, { window, now, most: max + 1, catchingUp });
    if (row === undefined) return [];
    const times = row.length - TIMES;
    const flood = times > max || row[ARRIVED]! > BELIEVED * max;
    // further events of a flood belong to it; only a full limit more is another offence
    const isNew = flood && since > max;
    row[SINCE] = isNew ? 0 : since;
    // half of the limit survives a restart
    memory.set(record, row, now, 2 * times >= max);
    if (!flood) return [];
    const { event_id: eventId, room_id: roomId, sender } = event;
    const subject = { kind: 'user', id: sender } as const;
    const why = texts.why.flood(max, durationWords(window));
    const detail = { events: times, window: durationWords(window) };
    if (!isNew) return [{ subject, why, events: [{ roomId, eventId }], continues: true, detail }];
    const events = recent.of(sender, Math.min(sentAt, now) - window, { roomId });
    // after a restart those before it are known by number only; more may come until they are redacted
    const all = { roomId, count: BELIEVED * (max + 1), sinceMs: now - sentAt + window };
    return [{ subject, why, events, ...(events.length > max ? {} : { also: all }), detail }];
  },
});

/** Whether what is kept of somebody says no more than nothing would: all of it is too long ago. */
function isOver(
  row: readonly number[],
  stamp: number,
  { window, now, max }: { window: number; now: number; max: number },
): boolean {
  return row.at(-1)! <= stamp - window && now - row[ARRIVED_FROM]! > window && row[SINCE]! >= max;
}

/**
 * Whether somebody's events since then, with one more, are less than half of a flood, so that there is nothing to be
 * found, nor to be known after a restart: then they stand among the recent events alone.
 */
function isFarFrom(max: number, stamp: number, window: number, record: PersonRecord, recent: RecentEvents): boolean {
  const since = stamp - window;
  let count = 1;
  for (let event = record.counted; recent.has(event); event = recent.before(COUNTED, event)) {
    if (recent.cameInAt(event) < since) break;
    if (2 * ++count >= max || recent.stampOf(event) === stamp) return false;
  }
  return 2 * count < max;
}

/** The array of those events, which are later than what is kept. */
function rowOfEvents(
  record: PersonRecord,
  recent: RecentEvents,
  kept: number[] | undefined,
  lifeMs: number,
): number[] | undefined {
  const { counted } = record;
  if (counted === 0) return kept;
  const row: number[] = [];
  let from = 0;
  const since = recent.has(counted) ? recent.cameInAt(counted) - lifeMs : 0;
  for (let event = counted; recent.has(event) && recent.cameInAt(event) >= since;) {
    row.push(recent.stampOf(event));
    from = recent.cameInAt(event);
    event = recent.before(COUNTED, event);
  }
  record.counted = 0;
  if (row.length === 0) return kept;
  const times = [...(kept?.slice(TIMES) ?? []), ...row.reverse()];
  return [row.length, from, kept?.[SINCE] ?? NEVER, ...times];
}

/**
 * The array with one more event, the same one if there is space; undefined when it contains the event already. Most
 * people's have space, because as many events expire as come.
 */
function counted(
  before: number[] | undefined,
  stamp: number,
  { window, now, most, catchingUp }: { window: number; now: number; most: number; catchingUp: boolean },
): number[] | undefined {
  let length = TIMES;
  if (before !== undefined) {
    for (let at = TIMES; at < before.length; at++) {
      const time = before[at]!;
      if (time === stamp) return undefined;
      if (time > stamp - window) scratch[length++] = time;
    }
  }
  const again = before !== undefined && now - before[ARRIVED_FROM]! <= window;
  scratch[ARRIVED] = catchingUp ? 0 : again ? before[ARRIVED]! + 1 : 1;
  scratch[ARRIVED_FROM] = again ? before[ARRIVED_FROM]! : now;
  scratch[SINCE] = 0;
  scratch[length++] = stamp;
  // the latest are kept
  const tooMany = Math.max(0, length - TIMES - most);
  if (tooMany > 0) scratch.copyWithin(TIMES, TIMES + tooMany, length);
  length -= tooMany;
  if (before?.length !== length) return scratch.slice(0, length);
  for (let at = 0; at < length; at++) before[at] = scratch[at]!;
  return before;
}
