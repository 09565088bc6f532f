import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { pause } from '../util/timers.js';

/**
 * A larger backlog of ready actions slows the homeserver down, by at most this much per transaction (it gives up after
 * 60 s).
 */
export const BACKLOG_LIMIT = 20_000;
const CALM_MS = 20_000;
/** How long a count of the backlog is reused: it cannot grow by much in that time. */
const LOOK_APART_MS = 100;
const PAUSE_MS = 250;

/**
 * Kinds that wait for something external (a mail server, admin rights that may never come) or only update displays:
 * many of them being due is no sign of overload, and answering later would not reduce them.
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
 * Under overload the 200 is delayed, so that the homeserver sends less. Waiting work is in the ledger, not in memory,
 * and the backlog stays within what the executor can handle. Only actions that could run now count: those waiting for a
 * retry, or behind one, never slow the watch. The returned function resolves when a transaction may be answered.
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
