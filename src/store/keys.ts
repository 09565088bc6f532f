import { createHash } from 'node:crypto';

/**
 * PostgreSQL refuses index entries above 2,704 bytes; remote servers' ids may be longer than the specification allows.
 */
const MAX_KEY_BYTES = 2000;

/** A key short enough for an index in both databases: itself, or its hash if it is too long. */
export function indexKey(text: string): string {
  // a code unit takes at most three bytes
  if (text.length * 3 <= MAX_KEY_BYTES || Buffer.byteLength(text) <= MAX_KEY_BYTES) return text;
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

const RANKS: Record<string, number> = { possible: 1, likely: 2, certain: 3 };

/** How strong a verdict is: 0 for none, an unknown word, or no verdict at all. */
export function verdictRank(level: string | null | undefined): number {
  return level == null ? 0 : (RANKS[level] ?? 0);
}

/** A case's verdict. */
export interface VerdictStanding {
  verdict: string | null;
  score: number;
  protected: string | null;
}

export const NO_VERDICT: VerdictStanding = { verdict: null, score: 0, protected: null };

/**
 * The stronger of two verdicts: by level, then by score; the existing one wins a draw. So the order in which findings
 * arrive does not matter.
 */
export function stronger(standing: VerdictStanding, coming: VerdictStanding): VerdictStanding {
  const difference = verdictRank(coming.verdict) - verdictRank(standing.verdict);
  if (difference !== 0) return difference > 0 ? coming : standing;
  return verdictRank(coming.verdict) > 0 && coming.score > standing.score ? coming : standing;
}

/** The verdict of a finding, sanitised for storage: levels that accuse nobody count as no verdict. */
export function standingOf(
  verdict: { level: string; score: number; protected: string | null } | undefined,
): VerdictStanding {
  if (!verdict || verdictRank(verdict.level) === 0) return NO_VERDICT;
  return {
    verdict: verdict.level,
    score: Number.isFinite(verdict.score) ? verdict.score : 0,
    protected: verdict.protected,
  };
}

/**
 * Integer milliseconds that both databases can store. `origin_server_ts` can be anything that a remote server wrote.
 */
export function clampTimestamp(time: number): number {
  if (!Number.isFinite(time)) return 0;
  return Math.min(Math.max(Math.trunc(time), 0), Number.MAX_SAFE_INTEGER);
}
