import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { pause } from '../util/timers.js';

/**
 * More that could be done at once than this slows the homeserver down, for at most so long a transaction (it gives up
 * after 60 s).
 */
export const BACKLOG_LIMIT = 20_000;
const CALM_MS = 20_000;
/** So long a look at the backlog holds: it cannot grow by much meanwhile. */
const LOOK_APART_MS = 100;
const PAUSE_MS = 250;

/**
 * Kinds that wait for somebody else (a mail server, admin rights that never come) or that only show how things stand:
 * that many of them are due is no sign of overload, and answering later would not make them less.
 */
const NO_SIGN_OF_OVERLOAD: readonly string[] = [
  'mail',
  'mail_gathered',
  'gather_mail',
  'notice_edit',
  'case_thread',
  'case_buttons',
  'describe_commands',
  'backfill_members',
  'check_avatar',
  'check_room',
];

/**
 * Under overload the 200 comes later, so that the homeserver sends less: what waits lies in the ledger, not in memory,
 * and the backlog stays within what the executor can work off. Only what could be carried out now counts: what waits
 * for its next try, or behind one that does, never slows the watch. What is returned resolves when a transaction may be
 * answered.
 */
export function backpressure(ledger: Pick<Ledger, 'countWorkable'>, clock: Clock): () => Promise<void> {
  let calmAt = -Infinity;
  return async () => {
    if (Math.abs(clock() - calmAt) < LOOK_APART_MS) return;
    const until = clock() + CALM_MS;
    while ((await ledger.countWorkable(clock(), NO_SIGN_OF_OVERLOAD, BACKLOG_LIMIT + 1)) > BACKLOG_LIMIT) {
      if (clock() >= until) return;
      await pause(PAUSE_MS);
    }
    calmAt = clock();
  };
}
