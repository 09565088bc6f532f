import { durationWords } from '../durations.js';
import { keptFrom, numbersOf, Rolling, within } from '../rolling.js';
import { count, settingsWith, windowOf } from '../settings.js';
import { defineProtection } from '../types.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';

/** This many changes of one person survive a restart, or half of the limit. */
const KEPT_FROM = 5;

const settings = settingsWith(['kick'], {
  max: count(10, 'How many changes within `window` are still all right.', [{ name: 'maxChangesPerUser' }]),
  window: windowOf('10m', 'In how long a time they are counted.', [{ name: 'timescaleMinutes', in: 'minutes' }]),
});

export const membershipChange = defineProtection({
  name: 'MembershipChange',
  aliases: ['MembershipChangeProtection'],
  about:
    'Somebody joins, leaves, or changes name or picture more than 10 times in 10 minutes in one room. What ' +
    'others do to them does not count.',
  settings,
  asks: 'member',
  harm: 'm.spam.flooding',
  exempts: true,
  memory: () =>
    new Rolling<number[]>({
      lifeMs: 600_000,
      write: (times) => times,
      read: numbersOf,
    }),
  judge({ event }, memory, { settings: { max, window }, stamp, now }) {
    const { room_id: roomId, sender, state_key: who } = event;
    if (who !== sender) return [];
    memory.liveFor(window);
    const key = `${roomId}|${sender}`;
    const before = memory.get(key) ?? [];
    if (before.includes(stamp)) return [];
    const times = within(before, stamp, window, max + 1);
    // somebody who has just left cannot be kicked: their next join completes the offence
    const isDue = times.length > max && event.content.membership !== 'leave';
    memory.set(key, isDue ? [] : times, now, times.length >= keptFrom(max, KEPT_FROM));
    if (!isDue) return [];
    return [
      {
        subject: { kind: 'user', id: sender },
        why: texts.why.membershipChanges(max, durationWords(window)),
        events: [],
        detail: { changes: times.length, window: durationWords(window) },
      },
    ];
  },
});
