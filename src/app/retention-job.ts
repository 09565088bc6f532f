import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';

const DAY_MS = 24 * 3_600_000;

/** Once a day, and soon after the start, what is past its retention leaves the ledger. */
export class RetentionJob {
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: { ledger: Pick<Ledger, 'prune'>; clock: Clock; logger: Logger }) {}

  start(): void {
    void this.#round();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #round(): Promise<void> {
    const { ledger, clock, logger } = this.options;
    // set first: a stop while we prune must find the timer
    this.#timer = setTimeout(() => void this.#round(), DAY_MS).unref();
    try {
      const rows = await ledger.prune(clock());
      if (rows > 0) logger.info({ rows }, 'what is past its retention was removed');
    } catch (error) {
      logger.error({ error: messageOf(error) }, 'pruning failed; it is tried again tomorrow');
    }
  }
}
