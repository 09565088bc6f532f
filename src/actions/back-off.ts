import { doublingMs } from '../util/timers.js';

const FIRST_MS = 1_000;
const LAST_MS = 15 * 60_000;
const JITTER = 0.3;

/**
 * The pause after a failed attempt, when `attempts` failed before it: 1, 2, 4 s … 15 min, plus up to 30 % jitter
 * against a thundering herd.
 */
export function backOffMs(attempts: number, random: () => number = Math.random): number {
  const pause = doublingMs(FIRST_MS, LAST_MS, attempts);
  return Math.round(pause * (1 + JITTER * random()));
}
