import { durationWords } from '../durations.js';
import { numbersOf, Rolling, stamped, within } from '../rolling.js';
import { count, duration, settingsWith } from '../settings.js';
import { defineProtection } from '../types.js';

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
  window: duration('60s', 'In how long a time they are counted.', [
    { name: 'timescaleSeconds', in: 'seconds' },
    { name: 'per', in: 'seconds' },
  ]),
});

const read = (data: unknown): Counter | undefined => {
  const [arrived, arrivedFrom, since, ...times] = numbersOf(data) ?? [];
  return arrived === undefined || arrivedFrom === undefined || since === undefined
    ? undefined
    : { times, arrived, arrivedFrom, since };
};

export const basicFlooding = defineProtection({
  name: 'BasicFlooding',
  aliases: ['BasicFloodingProtection', 'Flooding', 'MessageFlooding', 'AntiFlood'],
  about: 'Somebody sends more than 10 events in 60 seconds in one room. Edits, reactions and encrypted events count.',
  settings,
  asks: 'message',
  exempts: true,
  memory: () =>
    new Rolling<Counter>({
      lifeMs: 60_000,
      matters: ({ times }) => times.length >= 5,
      write: ({ times, arrived, arrivedFrom, since }) => [arrived, arrivedFrom, since, ...times],
      read,
    }),
  judge({ event, message }, memory, { settings: { max, window }, sentAt, now, catchingUp, recent }) {
    if (!message.isActivity) return [];
    memory.liveFor(window);
    const key = `${event.room_id}|${event.sender}`;
    const before = memory.get(key);
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
    memory.set(key, { ...counter, since: isNew ? 0 : counter.since }, now);
    if (!flood) return [];
    const { event_id: eventId, room_id: roomId, sender } = event;
    const subject = { kind: 'user', id: sender } as const;
    const why = `more than ${max} events in ${durationWords(window)}`;
    const detail = { events: counter.times.length, window: durationWords(window) };
    if (!isNew) return [{ subject, why, events: [{ roomId, eventId }], continues: true, detail }];
    const events = recent.of(sender, Math.min(sentAt, now) - window, { roomId });
    const all = events.length > max ? undefined : { roomId, count: max + 1, sinceMs: window };
    return [{ subject, why, events, ...(all === undefined ? {} : { also: all }), detail }];
  },
});
