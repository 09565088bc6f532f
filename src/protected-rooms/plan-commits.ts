import type { NewAction } from '../store/records/actions.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { Rounds } from '../util/rounds.js';

export interface PlanCommitsOptions {
  store: (actions: readonly NewAction[]) => Promise<void>;
  /** everything that all rooms need */
  planAll: () => NewAction[];
  logger: Logger;
}

/** How soon it is tried again. */
const AGAIN_MS = 1_000;

/**
 * Stores what a change of rooms or lists calls for. What was read has changed memory by then, and reading it again
 * shows no change: so if it could not be stored, everything is planned anew as soon as something can be.
 */
export class PlanCommits {
  readonly #options: PlanCommitsOptions;
  #isOwed = false;
  readonly #rounds: Rounds;

  constructor(options: PlanCommitsOptions) {
    this.#options = options;
    this.#rounds = new Rounds({
      work: () => this.commit([]),
      failed: (error) =>
        options.logger.warn({ error: messageOf(error) }, 'what rooms need could not be stored; it is tried again'),
    });
  }

  async commit(actions: readonly NewAction[]): Promise<void> {
    const { store, planAll } = this.#options;
    const isOwed = this.#isOwed;
    this.#isOwed = false;
    try {
      await store(isOwed ? [...planAll(), ...actions] : actions);
    } catch (error) {
      this.#isOwed = true;
      this.#rounds.soon(AGAIN_MS);
      throw error;
    }
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }
}
