import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { Rounds } from '../util/rounds.js';
import type { Memories } from './memories.js';

const LOOK_MS = 60_000;

/**
 * Follows erasures of people (`privacy erase`), which happen in the ledger, usually in another process. The
 * protections' memory is then reloaded from it, so that an erased person is not remembered here, or stored again at the
 * stop. The person's id is not recorded, so everything is reloaded.
 */
export class ErasuresFollowed {
  readonly #rounds = new Rounds({
    work: () => this.look(),
    everyMs: LOOK_MS,
    failed: (error) =>
      this.options.logger.warn({ error: messageOf(error) }, 'erasures could not be read; they are read again'),
  });
  #latest: number;

  constructor(
    private readonly options: {
      memories: Memories;
      ledger: Pick<Ledger, 'auditLog' | 'protectionRows'>;
      clock: Clock;
      logger: Logger;
    },
  ) {
    this.#latest = options.clock();
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Reloads from the ledger if somebody was erased since the last check. */
  async look(): Promise<void> {
    const { memories, ledger, clock } = this.options;
    const [erased] = await ledger.auditLog({ what: 'privacy.erased', since: this.#latest, limit: 1 });
    if (erased === undefined) return;
    await memories.reload(ledger, clock());
    this.#latest = erased.at + 1;
  }
}
