import { bridgeUserMatcher } from '../../config/bridge-users.js';
import { interlock } from '../../enforcement/interlock.js';
import type { Block, Inline } from '../../matrix/message.js';
import { eventPermalink } from '../../matrix/permalinks.js';
import type { MatrixEvent } from '../../matrix/types.js';
import { settingsOf } from '../../protections/current.js';
import { simulate as run, type SimulatedHits } from '../../protections/simulate.js';
import type { Finding } from '../../protections/types.js';
import { HeimdallError } from '../../util/errors.js';
import { durationOf, lengthOf, timeOf } from '../args/duration.js';
import { room, word } from '../args/index.js';
import { usageError } from '../args/reading.js';
import { command } from '../spec.js';
import type { Services } from '../types.js';
import { placeOf, protectionOf } from './parts.js';
import { TEXTS } from './texts.js';

const DEFAULT_MS = 7 * 86_400_000;
const LONGEST_MS = 90 * 86_400_000;
const PAGE = 500;
/** Limits on events and time per room, to spare the homeserver. */
const MOST_EVENTS = 20_000;
const LONGEST_READING_MS = 30_000;
/** How many people an answer names. */
const SHOWN = 30;

export const simulate = command({
  name: 'protections simulate',
  aliases: ['protection simulate', 'simulate'],
  group: 'Protections',
  role: 'moderator',
  summary: TEXTS.simulateSummary,
  args: { name: word('NAME'), place: room('ROOM'), time: word('[TIME]', 'duration') },
  options: {},
  examples: [
    'protections simulate BasicFlooding #lobby:example.org',
    'protections simulate WordList #lobby:example.org 3d',
  ],
  async run(services, { args }) {
    const protection = protectionOf(args.name);
    if (args.place === undefined) throw usageError(TEXTS.whichRoom, TEXTS.simulateUsage);
    const roomId = placeOf(services, args.place);
    const lookBack = args.time === undefined ? DEFAULT_MS : durationOf(args.time);
    if (lookBack === undefined || lookBack <= 0 || lookBack > LONGEST_MS)
      throw usageError(TEXTS.badTime, TEXTS.simulateUsage);
    if (protection.asks === 'elsewhere' || protection.judgesArrival === true)
      throw new HeimdallError('HEIMDALL_E_USAGE', TEXTS.noSimulation(protection.name), TEXTS.nothingDone);
    const tracked = services.protectedRooms.get(roomId);
    if (tracked === undefined) throw new HeimdallError('HEIMDALL_E_ROOM', TEXTS.unreadRoom(roomId), TEXTS.nothingDone);
    const settings = settingsOf(services.settings.get(), protection, roomId);
    const { events, complete } = await historyOf(services, roomId, services.clock() - lookBack);
    const ghost = bridgeUserMatcher(services.config.bridge_users, services.homeserver.serverName);
    const simulated = run({ protection, settings }, events, {
      room: tracked,
      until: services.clock(),
      isBridgeUser: (userId) => ghost(userId) !== undefined,
      mayHit: (subject) => mayHit(services, subject),
    });
    const first = Math.max(0, Math.min(events[0]?.origin_server_ts ?? 0, services.clock()));
    return [
      {
        line: [
          TEXTS.simulated({
            name: protection.name,
            events: simulated.events,
            redacted: simulated.redacted,
            time: lengthOf(lookBack),
            hits: simulated.hits.length,
          }),
          ...(complete ? [] : [TEXTS.notAll(timeOf(first))]),
        ],
      },
      ...(simulated.hits.length === 0
        ? []
        : [{ list: simulated.hits.slice(0, SHOWN).map((hits) => hitLine(roomId, hits)) }]),
      ...(simulated.hits.length > SHOWN ? [{ line: [TEXTS.moreHits(simulated.hits.length - SHOWN)] }] : []),
      { line: [TEXTS.nothingDone] },
    ] satisfies Block[];
  },
});

function mayHit(services: Services, { kind, id }: Finding['subject']): boolean {
  return kind !== 'user' || interlock({ about: 'user', userId: id }, services.facts()).allowed;
}

/** The room's events since a time, oldest first; `complete` is false when there were too many, or it took too long. */
async function historyOf(
  { homeserver, clock }: Services,
  roomId: string,
  since: number,
): Promise<{ events: MatrixEvent[]; complete: boolean }> {
  const events: MatrixEvent[] = [];
  const began = clock();
  let from: string | undefined;
  for (;;) {
    const page = await homeserver.historyOf(roomId, undefined, {
      limit: PAGE,
      ...(from === undefined ? {} : { from }),
    });
    const wanted = page.events.filter((event) => event.origin_server_ts >= since);
    events.push(...wanted.filter(({ sender }) => sender !== homeserver.botUserId));
    // one sender's wrong clock must not end the search: a whole page must be older
    const isOver = page.next === undefined || (page.events.length > 0 && wanted.length === 0);
    if (isOver) return { events: events.reverse(), complete: true };
    if (events.length >= MOST_EVENTS || clock() - began > LONGEST_READING_MS)
      return { events: events.reverse(), complete: false };
    from = page.next;
  }
}

function hitLine(roomId: string, { subject, at, why, eventId, deeds }: SimulatedHits): Inline[] {
  const times = TEXTS.times(at.length);
  return [
    { code: subject.id },
    ` – ${times}: ${why}. ${TEXTS.wouldHave(deeds)} `,
    { link: eventPermalink(roomId, eventId), text: timeOf(at[0] ?? 0) },
  ];
}
