import type { ActionRecord, ActionState } from '../store/records/actions.js';
import { doublingMs } from '../util/timers.js';

/**
 * An effect is owed until it is done. An attempt that changed nothing (simulated, refused, failed, cancelled), or whose
 * effect was undone, leaves it owed the next time something calls for it.
 */

/** Outcomes that changed nothing outside. */
const CAME_TO_NOTHING: ReadonlySet<ActionState> = new Set(['simulated', 'refused', 'failed', 'cancelled']);

/** How many attempts in a row may change nothing before they are spaced out. */
const TRIES_AT_ONCE = 5;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 24 * 3_600_000;

export interface OwedOptions {
  /** whether the effect is in force now; undefined: it cannot be undone (a mail, a report) */
  stands?: boolean;
  /** in a dry run an effect is simulated only once */
  dryRun: boolean;
  now: number;
}

/** Says whether an effect is owed. `past` holds the attempts in the case's current round, oldest first. Pure. */
export function isOwed(
  past: readonly Pick<ActionRecord, 'state' | 'endedAt'>[],
  { stands, dryRun, now }: OwedOptions,
): boolean {
  if (stands === true) return false;
  const last = past.at(-1);
  if (last === undefined) return true;
  if (last.state === 'due') return false;
  if (last.state === 'done' && stands === undefined) return false;
  if (last.state === 'simulated' && dryRun) return false;
  return now >= (last.endedAt ?? 0) + pauseAfter(past);
}

/** An account that may not be banned, or a list that cannot be written to, must not cost more with every rename. */
function pauseAfter(past: readonly Pick<ActionRecord, 'state'>[]): number {
  const inARow = past.length - 1 - past.findLastIndex(({ state }) => !CAME_TO_NOTHING.has(state));
  if (inARow < TRIES_AT_ONCE) return 0;
  return doublingMs(FIRST_PAUSE_MS, LONGEST_PAUSE_MS, inARow - TRIES_AT_ONCE);
}
