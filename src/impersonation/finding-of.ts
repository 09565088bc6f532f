import type { VerdictLevel } from '../detection/types.js';
import type { VerdictFinding } from '../store/findings.js';
import type { NewFinding } from '../store/records/findings.js';
import type { Match } from './match.js';

/**
 * A hit on an account in the form the ledger stores, under the caller's key; `data` is its content. The live watch and
 * scans write the same form.
 */
export function findingOf(
  { seen, verdict, event }: Match,
  key: string,
  level: VerdictLevel,
): { finding: NewFinding & { verdict: NonNullable<NewFinding['verdict']> }; data: VerdictFinding } {
  const data: VerdictFinding = {
    sighting: seen.sighting,
    verdict,
    where: seen.where,
    ...(event === undefined ? {} : { event: { ...event } }),
  };
  const finding = {
    subjectKind: 'user' as const,
    subject: seen.sighting.userId,
    key,
    kind: 'verdict',
    roomId: seen.where.roomId ?? null,
    eventId: seen.where.eventId ?? null,
    seenAt: seen.where.at,
    data,
    verdict: { level, score: verdict.score, protected: verdict.protected },
  };
  return { finding, data };
}
