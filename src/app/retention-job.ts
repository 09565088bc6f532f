import type { ActionRecord } from '../store/records/actions.js';
import type { RetentionDays } from '../store/records/retention.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { Rounds } from '../util/rounds.js';

const DAY_MS = 24 * 3_600_000;
/** Guard against a clock that jumps ahead by months, which would remove everything. */
const MOST_DRIFT_MS = 3_600_000;

/** Deletes expired data from the ledger once a day, and soon after the start. */
export class RetentionJob {
  readonly #rounds = new Rounds({
    work: () => this.#prune(),
    everyMs: DAY_MS,
    failed: (error) =>
      this.options.logger.error({ error: messageOf(error) }, 'pruning failed; it is tried again tomorrow'),
  });

  /** the initial difference between the wall clock and the monotonic one */
  readonly #offset: number;

  constructor(
    private readonly options: {
      ledger: Pick<Ledger, 'prune'>;
      days: RetentionDays;
      /** whether the effect of an ended action is in force and ours to undo */
      isStanding: (action: ActionRecord) => boolean;
      clock: Clock;
      logger: Logger;
    },
  ) {
    this.#offset = options.clock() - performance.now();
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  async #prune(): Promise<void> {
    const { ledger, days, isStanding, clock, logger } = this.options;
    const jumped = clock() - performance.now() - this.#offset;
    if (Math.abs(jumped) > MOST_DRIFT_MS) {
      logger.error({ jumped_ms: Math.round(jumped) }, 'the clock was set: nothing is removed before the next start');
      return;
    }
    const rows = await ledger.prune(clock(), { days, isStanding });
    if (rows > 0) logger.info({ rows }, 'what is past its retention was removed');
  }
}
