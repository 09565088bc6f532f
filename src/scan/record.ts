import { createHash } from 'node:crypto';
import { recordSighting } from '../cases/record.js';
import type { Sighting, Verdict } from '../detection/types.js';
import { verdictRank } from '../store/index.js';
import type { LedgerTransaction } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { findingOf } from '../impersonation/finding-of.js';
import type { Match } from '../impersonation/match.js';
import type { SeenIdentity } from '../impersonation/sightings.js';

/**
 * Writes one hit of a scan down: in the subject's case, and in the list of what this scan found. Asks for nothing.
 * @returns true if this changed the list
 */
export async function recordScanHit(tx: LedgerTransaction, scan: string, hit: Match, clock: Clock): Promise<boolean> {
  const { seen, verdict } = hit;
  const level = verdict.verdict;
  if (level === 'none' || level === 'official') return false;
  const key = findingKey(seen, verdict);
  const { finding } = findingOf(hit, key, level);
  const recorded = await recordSighting(tx, { finding, sighting: seen.sighting, audited: { by: 'scan' } }, clock());
  const { id, state } = recorded.case;
  const stronger = recorded.fresh && verdictRank(level) > verdictRank(recorded.previousVerdict);
  return tx.noteScanHit(scan, {
    caseId: id,
    level,
    score: verdict.score,
    findingKey: key,
    isNew: state !== 'dismissed' && !recorded.covered && (recorded.opened || recorded.again || stronger),
  });
}

/**
 * A scan's findings have separate keys: with those of the live watch, a scan that only lists would keep the watch from
 * acting on the same identity later. The level is part of the key, since changed rules may raise the verdict on the
 * same identity.
 */
function findingKey(seen: SeenIdentity, verdict: Verdict): string {
  const { userId, displayName, avatarUrl }: Sighting = seen.sighting;
  const identity = createHash('sha256')
    .update(JSON.stringify([userId, displayName ?? null, avatarUrl ?? null]))
    .digest('hex')
    .slice(0, 32);
  return `scan:${verdict.verdict}:${seen.where.roomId ?? seen.where.source}:${identity}`;
}
