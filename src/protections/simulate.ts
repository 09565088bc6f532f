import type { MatrixEvent } from '../matrix/types.js';
import { isSoftFailed } from '../matrix/events.js';
import type { TrackedRoom } from '../tracking/tracked-room.js';
import type { ActiveProtection } from './current.js';
import { Judging } from './judging.js';
import { stepOf } from './ladder.js';
import { Memories } from './memories.js';
import type { Deed } from './settings.js';
import type { Finding } from './types.js';

/** What a protection would have done to one person, room or homeserver. */
export interface SimulatedHits {
  subject: Finding['subject'];
  /** times of the offences, ms since the epoch */
  at: number[];
  /** the first finding */
  why: string;
  /** the event that completed the first offence */
  eventId: string;
  /** the response to the last offence */
  deeds: Deed[];
}

export interface Simulated {
  /** number of events checked */
  events: number;
  /** how many of them were redacted, and so cannot be judged */
  redacted: number;
  hits: SimulatedHits[];
}

export interface SimulationOptions {
  room: Pick<TrackedRoom, 'powerLevels' | 'create'>;
  /** the upper bound of send times, whatever events claim; ms since the epoch */
  until: number;
  isBridgeUser: (userId: string) => boolean;
  /** people protected by the interlock are exempt */
  mayHit: (subject: Finding['subject']) => boolean;
}

/**
 * Runs one protection over a room's history, oldest event first, as if each event had arrived when it was sent. It uses
 * current power levels; people who joined before the start of the history count as known.
 */
export function simulate(
  active: ActiveProtection,
  history: readonly MatrixEvent[],
  { room, until, isBridgeUser, mayHit }: SimulationOptions,
): Simulated {
  const judging = new Judging({
    memories: new Memories(),
    isBridgeUser,
    isRuledOut: () => false,
    failed: () => undefined,
  });
  const found = new Map<string, SimulatedHits>();
  let redacted = 0;
  let now = 0;
  for (const event of history) {
    if (isSoftFailed(event)) continue;
    if (event.unsigned?.redacted_because !== undefined) redacted += 1;
    // times are the senders' claims, and never turn the clock back; when events came in is not known
    const sentAt = Math.max(0, Math.min(event.origin_server_ts, until));
    now = Math.max(now, sentAt);
    const times = { sentAt, now, catchingUp: true };
    for (const { finding } of judging.of(event, room, [active], times))
      if (finding.continues !== true && mayHit(finding.subject)) note(found, finding, event, sentAt, active);
  }
  return { events: history.length, redacted, hits: [...found.values()].sort((a, b) => b.at.length - a.at.length) };
}

function note(
  found: Map<string, SimulatedHits>,
  finding: Finding,
  { event_id: eventId }: MatrixEvent,
  at: number,
  { settings }: ActiveProtection,
): void {
  const key = `${finding.subject.kind} ${finding.subject.id}`;
  const hits = found.get(key) ?? { subject: finding.subject, at: [], why: finding.why, eventId, deeds: [] };
  hits.at.push(at);
  const standing = hits.at.filter((time) => time > at - settings.memory).length;
  hits.deeds = stepOf(settings.response, standing);
  found.set(key, hits);
}
