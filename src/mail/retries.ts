import { doublingMs } from '../util/timers.js';

/** First pause; docs/operate/mail.md promises the second attempt after 4 s. */
const FIRST_PAUSE_MS = 4_000;
const LONGEST_PAUSE_MS = 6 * 3_600_000;
/** RFC 5321, 4.5.4.1: give up after 4 to 5 days. */
export const GIVE_UP_AFTER_MS = 4 * 24 * 3_600_000;

/** The pause after a failed attempt, when `attempts` failed before it: 4, 8, 16 s, … up to 6 h. */
export function pauseAfter(attempts: number): number {
  return doublingMs(FIRST_PAUSE_MS, LONGEST_PAUSE_MS, attempts);
}
