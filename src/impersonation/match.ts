/** Matches: sightings that the detector reacts to, and what is decided from them. */
import { createHash } from 'node:crypto';
import type { Detector, Sighting, Verdict } from '../detection/types.js';
import type { MatrixEvent } from '../matrix/types.js';
import type { NewAction } from '../store/records/actions.js';
import type { SeenIdentity } from './sightings.js';
import { impersonationTexts } from './texts.js';

/** What the deciders concluded from one event. Data only: nothing has happened yet. */
export interface Decision {
  /** the event it came from, so that it is decided once; null when there was none (a room read, a command) */
  eventId: string | null;
  hits: Match[];
  actions: NewAction[];
  /** it belongs to the homeserver's past: its hits are left to the scan of the past */
  past?: boolean;
  /** the past ends with this event */
  endsPast?: boolean;
}

/** A sighting with a verdict. */
export interface Match {
  seen: SeenIdentity;
  verdict: Verdict;
  event?: MatrixEvent;
  /** why no response acts on it despite the resemblance (our staff, a bridge ghost); absent: it is not exempt */
  exempt?: string;
}

/**
 * Judges identities and records decisions. The live pipeline is one; code that finds people by asking the homeserver
 * needs no more than this.
 */
export interface HitRecorder {
  hitOf(seen: SeenIdentity): Match | undefined;
  commit(decisions: readonly Decision[]): Promise<void>;
}

/** The detector's verdict on an identity; undefined for no resemblance, and for ourselves. */
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

/** The one-sentence reason used in reports and rules. */
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
