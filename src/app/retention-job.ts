import type { ActionRecord } from '../store/records/actions.js';
import type { RetentionDays } from '../store/records/retention.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';

const DAY_MS = 24 * 3_600_000;
/** A clock that jumps ahead by months would have everything removed. */
const MOST_DRIFT_MS = 3_600_000;

/** Once a day, and soon after the start, what is past its retention leaves the ledger. */
export class RetentionJob {
  #timer: NodeJS.Timeout | undefined;

  /** the difference between the wall clock and one that nobody sets, as it was at first */
  readonly #offset: number;

  constructor(
    private readonly options: {
      ledger: Pick<Ledger, 'prune'>;
      days: RetentionDays;
      /** whether what an ended action did stands and is ours to undo */
      isStanding: (action: ActionRecord) => boolean;
      clock: Clock;
      logger: Logger;
    },
  ) {
    this.#offset = options.clock() - performance.now();
  }

  start(): void {
    void this.#round();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #round(): Promise<void> {
    const { ledger, days, isStanding, clock, logger } = this.options;
    // set first: a stop while we prune must find the timer
    this.#timer = setTimeout(() => void this.#round(), DAY_MS).unref();
    const jumped = clock() - performance.now() - this.#offset;
    if (Math.abs(jumped) > MOST_DRIFT_MS) {
      logger.error({ jumped_ms: Math.round(jumped) }, 'the clock was set: nothing is removed before the next start');
      return;
    }
    try {
      const rows = await ledger.prune(clock(), { days, isStanding });
      if (rows > 0) logger.info({ rows }, 'what is past its retention was removed');
    } catch (error) {
      logger.error({ error: messageOf(error) }, 'pruning failed; it is tried again tomorrow');
    }
  }
}
