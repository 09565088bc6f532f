/** What a match is: a sighting that the detector has something to say about, and what is decided from it. */
import { createHash } from 'node:crypto';
import type { Detector, Sighting, Verdict } from '../detection/types.js';
import type { MatrixEvent } from '../matrix/types.js';
import type { NewAction } from '../store/records/actions.js';
import type { SeenIdentity } from './sightings.js';
import { impersonationTexts } from './texts.js';

/** What the deciders made of one event. Data only: nothing has happened yet. */
export interface Decision {
  /** the event that led to it, so that it is decided once; null when it came of no event (a reading, a command) */
  eventId: string | null;
  hits: Match[];
  actions: NewAction[];
  /** it is of the homeserver's past: its hits are for the scan of the past */
  past?: boolean;
  /** with it the past is over */
  endsPast?: boolean;
}

/** A sighting that the detector has something to say about. */
export interface Match {
  seen: SeenIdentity;
  verdict: Verdict;
  event?: MatrixEvent;
  /** why no response acts on it although it resembles (our staff, a bridge ghost); absent: nothing exempts it */
  exempt?: string;
}

/**
 * Judges identities and writes decisions down. The live pipeline is one; those who find people by asking need no more
 * of it.
 */
export interface HitRecorder {
  hitOf(seen: SeenIdentity): Match | undefined;
  commit(decisions: readonly Decision[]): Promise<void>;
}

/** The detector's word on an identity; undefined when there is nothing to say, and for ourselves. */
export function inspect(
  seen: SeenIdentity,
  by: { detector: Detector; botUserId: string; exempt: (userId: string) => string | undefined },
): Match | undefined {
  const { userId } = seen.sighting;
  if (userId === by.botUserId) return undefined;
  const verdict = by.detector.inspect(seen.sighting);
  if (verdict.verdict === 'none' || verdict.verdict === 'official') return undefined;
  const exempt = by.exempt(userId);
  return { seen, verdict, ...(exempt === undefined ? {} : { exempt }) };
}

/** The one sentence for reports and rules. */
export function impersonates(protectedId: string | null, caseId: number): string {
  return impersonationTexts.impersonates(protectedId, caseId);
}

/** The same identity seen again in the same room is the same finding. */
export function findingKey(seen: SeenIdentity): string {
  const identity: Sighting = seen.sighting;
  const content = JSON.stringify([
    identity.userId,
    identity.displayName ?? null,
    identity.avatarUrl ?? null,
    identity.roomName ?? null,
    ...(identity.avatarLike ?? []),
  ]);
  return (
    `verdict:${seen.where.roomId ?? seen.where.source}:` +
    `${createHash('sha256').update(content).digest('hex').slice(0, 32)}`
  );
}
