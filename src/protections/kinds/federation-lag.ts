import { serverNameOf } from '../../matrix/identifiers.js';
import { durationWords } from '../durations.js';
import { keptFrom, numbersOf, Rolling } from '../rolling.js';
import { isListedServer } from '../server-list.js';
import { count, duration, servers, settingsWith } from '../settings.js';
import { defineProtection } from '../types.js';
import { PROTECTION_TEXTS as texts } from '../texts.js';

interface Lag {
  /** consecutive late events */
  late: number;
  /** time of receipt of the first */
  from: number;
  /** when it was last announced; 0: never */
  toldAt: number;
}

/** Older events are not lag: bridges import a room's history with its original timestamps. */
const OLDEST_MS = 24 * 3_600_000;

/** This many late events survive a restart, or half of the limit. */
const KEPT_FROM = 5;

const settings = settingsWith(
  ['notify'],
  {
    max: duration('5m', 'How late an event may come in.', [
      { name: 'federatedHomeserverLagEnterWarningZone', in: 'milliseconds' },
    ]),
    events: count(10, 'How many events of a server must come late one after the other.'),
    lasting: duration('5m', 'For how long that must go on: what was held back and comes all at once is none.'),
    ignore: servers('Homeservers that are known to be slow: they are not told of.', [{ name: 'ignoreServers' }]),
  },
  { memoryAliases: [{ name: 'warnAgainAfter', in: 'milliseconds' }] },
);

export const federationLag = defineProtection({
  name: 'FederationLag',
  aliases: ['FederationLagProtection', 'DetectFederationLag', 'DetectFederationLagProtection'],
  about:
    'For 5 minutes, all events of a homeserver come in more than 5 minutes after they were sent (at least 10): ' +
    'what it sends cannot be moderated in time. You are told at most once within `memory`.',
  settings,
  asks: 'any',
  harm: 'm.other',
  exempts: false,
  judgesArrival: true,
  memory: () =>
    new Rolling<Lag>({
      lifeMs: 24 * 3_600_000,
      most: 20_000,
      matters: ({ toldAt }) => toldAt > 0,
      write: ({ toldAt, late, from }) => [toldAt, late, from],
      read: (data) => {
        const [toldAt, late = 0, from = 0] = numbersOf(data) ?? [];
        return toldAt === undefined ? undefined : { late, from, toldAt };
      },
    }),
  judge({ event }, memory, { settings, sentAt, now, catchingUp }) {
    const { max, events, lasting, ignore, memory: quietFor } = settings;
    const lag = now - sentAt;
    if (lag > OLDEST_MS || (lag <= max && memory.isEmpty)) return [];
    const server = serverNameOf(event.sender);
    if (server === undefined || isListedServer(ignore, server)) return [];
    memory.liveFor(quietFor);
    const before = memory.get(server);
    const isKept = (late = 0) => late >= keptFrom(events, KEPT_FROM);
    if (lag <= max) {
      if (before !== undefined && before.late > 0)
        memory.set(server, { ...before, late: 0 }, now, before.toldAt > 0 || isKept(before.late));
      return [];
    }
    // it may be late because of us
    if (catchingUp) return [];
    const run = before === undefined || before.late === 0 ? { late: 0, from: now } : before;
    const next = { late: run.late + 1, from: run.from, toldAt: before?.toldAt ?? 0 };
    const isDue =
      next.late >= events && now - next.from >= lasting && (next.toldAt === 0 || now - next.toldAt > quietFor);
    memory.set(server, isDue ? { ...next, toldAt: now } : next, now, isDue || next.toldAt > 0 || isKept(next.late));
    if (!isDue) return [];
    return [
      {
        subject: { kind: 'server', id: server },
        why: texts.why.lag(next.late, durationWords(max)),
        events: [],
        detail: { latest: texts.late(durationWords(lag)), room: event.room_id },
      },
    ];
  },
});
