import { durationWords } from '../durations.js';
import { numbersOf, Rolling, stamped, within } from '../rolling.js';
import { count, settingsWith, windowOf } from '../settings.js';
import { defineProtection } from '../types.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';

interface Counter {
  /** when their latest events in the room were sent */
  times: number[];
  /** how many came in since `arrivedFrom`, whatever they say of when they were sent */
  arrived: number;
  arrivedFrom: number;
  /** events since the last offence */
  since: number;
}

/**
 * When an event was sent is the sender's word. Servers that were cut off deliver an honest day's chat in a second, so
 * the word is believed; but nobody is believed to have sent so many times the limit.
 */
const BELIEVED = 5;

const settings = settingsWith(['redact+ban'], {
  max: count(10, 'How many events within `window` are still no flood.', [
    { name: 'maxPerMinute' },
    { name: 'maxEvents' },
    { name: 'limit' },
  ]),
  known_max: count(30, 'The same for people and bots who have been in the room for more than 7 days.'),
  window: windowOf('60s', 'In how long a time they are counted.', [
    { name: 'timescaleSeconds', in: 'seconds' },
    { name: 'per', in: 'seconds' },
  ]),
});

/** Numbers before the times: `arrived`, `arrivedFrom`, `since`. One row of numbers takes half the room of an object. */
const BEFORE_TIMES = 3;

function unpacked(row: readonly number[] | undefined): Counter | undefined {
  const [arrived, arrivedFrom, since, ...times] = row ?? [];
  return arrived === undefined || arrivedFrom === undefined || since === undefined
    ? undefined
    : { times, arrived, arrivedFrom, since };
}

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
  memory: () =>
    new Rolling<readonly number[]>({
      lifeMs: 60_000,
      matters: ({ length }) => length >= BEFORE_TIMES + 5,
      write: (row) => row,
      read: numbersOf,
    }),
  judge({ event, message }, memory, { settings, sentAt, now, catchingUp, recent, person }) {
    if (!message.isActivity) return [];
    const { window } = settings;
    const max = person.hereForMs === undefined ? Math.max(settings.max, settings.known_max) : settings.max;
    memory.liveFor(window);
    const before = unpacked(memory.get(person.place));
    const stamp = stamped(sentAt, event.event_id);
    if (before?.times.includes(stamp) === true) return [];
    const again = before !== undefined && now - before.arrivedFrom <= window;
    const counter: Counter = {
      times: within(before?.times ?? [], stamp, window, max + 1),
      arrived: catchingUp ? 0 : again ? before.arrived + 1 : 1,
      arrivedFrom: again ? before.arrivedFrom : now,
      since: (before?.since ?? max) + 1,
    };
    const flood = counter.times.length > max || counter.arrived > BELIEVED * max;
    // what comes on top of a flood is more of it; only as much again is another offence
    const isNew = flood && counter.since > max;
    memory.set(person.place, [counter.arrived, counter.arrivedFrom, isNew ? 0 : counter.since, ...counter.times], now);
    if (!flood) return [];
    const { event_id: eventId, room_id: roomId, sender } = event;
    const subject = { kind: 'user', id: sender } as const;
    const why = texts.why.flood(max, durationWords(window));
    const detail = { events: counter.times.length, window: durationWords(window) };
    if (!isNew) return [{ subject, why, events: [{ roomId, eventId }], continues: true, detail }];
    const events = recent.of(sender, Math.min(sentAt, now) - window, { roomId });
    const all = events.length > max ? undefined : { roomId, count: max + 1, sinceMs: window };
    return [{ subject, why, events, ...(all === undefined ? {} : { also: all }), detail }];
  },
});
