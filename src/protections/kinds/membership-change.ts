import { durationWords } from '../durations.js';
import { BELIEVED, keptFrom, numbersOf, Rolling, within } from '../rolling.js';
import { count, settingsWith, windowOf } from '../settings.js';
import { defineProtection } from '../types.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';

/** This many changes of one person survive a restart, or half of the limit. */
const KEPT_FROM = 5;

/** When somebody's changes were sent, which is the claim of a server, and when they came in. */
interface Changes {
  sent: readonly number[];
  came: readonly number[];
}
const NONE: readonly number[] = [];

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
    new Rolling<Changes>({
      lifeMs: 600_000,
      write: ({ sent }) => sent,
      read: (data) => {
        const sent = numbersOf(data);
        return sent === undefined ? undefined : { sent, came: NONE };
      },
    }),
  judge({ event }, memory, { settings: { max, window }, stamp, now, catchingUp }) {
    const { room_id: roomId, sender, state_key: who } = event;
    if (who !== sender) return [];
    memory.liveFor(window);
    const key = `${roomId}|${sender}`;
    const before = memory.get(key) ?? { sent: NONE, came: NONE };
    if (before.sent.includes(stamp)) return [];
    const times = within(before.sent, stamp, window, max + 1);
    const came = catchingUp ? NONE : within(before.came, now, window, BELIEVED * max + 1);
    // somebody who has just left cannot be kicked: their next join completes the offence
    const isDue = (times.length > max || came.length > BELIEVED * max) && event.content.membership !== 'leave';
    memory.set(
      key,
      isDue ? { sent: NONE, came: NONE } : { sent: times, came },
      now,
      times.length >= keptFrom(max, KEPT_FROM),
    );
    if (!isDue) return [];
    return [
      {
        subject: { kind: 'user', id: sender },
        why: texts.why.membershipChanges(max, durationWords(window)),
        events: [],
        detail: { changes: times.length > max ? times.length : came.length, window: durationWords(window) },
      },
    ];
  },
});
