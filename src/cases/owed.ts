import type { ActionRecord, ActionState } from '../store/records/actions.js';
import { doublingMs } from '../util/timers.js';

/**
 * An effect is owed until it is done. What ended without having come about (simulated in a dry run, refused, failed,
 * cancelled), or was undone, is owed again when something asks for it anew.
 */

/** Ends that changed nothing in the world. */
const CAME_TO_NOTHING: ReadonlySet<ActionState> = new Set(['simulated', 'refused', 'failed', 'cancelled']);

/** So often in a row an effect may come to nothing before it is asked for less often. */
const TRIES_AT_ONCE = 5;
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 24 * 3_600_000;

export interface OwedOptions {
  /** whether the effect stands in the world; undefined: it cannot be undone (a mail, a report) */
  stands?: boolean;
  /** in a dry run what was simulated is not simulated again and again */
  dryRun: boolean;
  now: number;
}

/**
 * Says whether an effect is owed. `past` are the attempts at it in the case's present life, oldest first. Pure.
 */
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

/** Somebody who cannot be hit, or a list that cannot be written to, must not cost more with every rename. */
function pauseAfter(past: readonly Pick<ActionRecord, 'state'>[]): number {
  const inARow = past.length - 1 - past.findLastIndex(({ state }) => !CAME_TO_NOTHING.has(state));
  if (inARow < TRIES_AT_ONCE) return 0;
  return doublingMs(FIRST_PAUSE_MS, LONGEST_PAUSE_MS, inARow - TRIES_AT_ONCE);
}
