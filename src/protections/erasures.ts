import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { Rounds } from '../util/rounds.js';
import type { Memories } from './memories.js';

const LOOK_MS = 60_000;

/**
 * Follows erasures of people (`privacy erase`), which are made in the ledger, mostly by another process: what the
 * protections remember is then taken up from there anew, so that nobody who was erased is remembered here, or written
 * down again at the stop. Which person it was stands nowhere, so all of it is taken up.
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

  /** Takes up what is left in the ledger, when somebody was erased since the last look. */
  async look(): Promise<void> {
    const { memories, ledger, clock } = this.options;
    const [erased] = await ledger.auditLog({ what: 'privacy.erased', since: this.#latest, limit: 1 });
    if (erased === undefined) return;
    await memories.reload(ledger, clock());
    this.#latest = erased.at + 1;
  }
}
