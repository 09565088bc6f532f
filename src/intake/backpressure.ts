import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';

/**
 * More waiting actions than this slow the homeserver down, for at most so long a transaction (it gives up after 60 s).
 */
export const BACKLOG_LIMIT = 20_000;
const CALM_MS = 20_000;
/** So long a look at the backlog holds: it can not grow by much meanwhile. */
const LOOK_APART_MS = 100;
const PAUSE_MS = 250;

/**
 * Under overload the 200 comes later, so that the homeserver sends less: what waits lies in the ledger, not in memory,
 * and the backlog stays within what the executor can work off. What is returned resolves when a transaction may be
 * answered.
 */
export function backpressure(ledger: Pick<Ledger, 'countDueActions'>, clock: Clock): () => Promise<void> {
  let calmAt = -Infinity;
  return async () => {
    if (Math.abs(clock() - calmAt) < LOOK_APART_MS) return;
    const until = clock() + CALM_MS;
    while ((await ledger.countDueActions()) > BACKLOG_LIMIT) {
      if (clock() >= until) return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    calmAt = clock();
  };
}
