import type { ActionRecord, NewAction } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { pause } from '../util/timers.js';
import type { AttemptOutcome } from './attempts.js';
import { backOffMs } from './back-off.js';
import type { ActionHandler } from './types.js';

/** An action's end, as stored in the ledger. */
export type ActionEnd = Parameters<Ledger['endAction']>[1];

/** An action that could not be carried out, as announced to people: once per lane until that lane works again. */
export interface ActionFailure {
  action: ActionRecord;
  error: string;
  /** true when it was given up; false while it is being retried */
  givenUp: boolean;
}

export interface ActionEndsOptions {
  ledger: Pick<Ledger, 'endAction' | 'retryAction'>;
  handlers: readonly ActionHandler[];
  clock: Clock;
  logger: Logger;
  /** 0 ≤ x < 1, for the jitter of the back-off */
  random?: () => number;
  onTrouble?: (trouble: ActionFailure) => void;
  /** follow-ups of an action's end besides the handler's own; stored in the same commit */
  followUp?: (action: ActionRecord, end: ActionEnd) => NewAction[];
  /** called after an action's end has been committed */
  onEnd?: (action: ActionRecord, end: ActionEnd) => void;
}

/** The pause after the ledger could not be read or written. */
export const LEDGER_PAUSE_MS = 1_000;
const TELL_AFTER_ATTEMPTS = 3;

/** Records the outcome of each attempt: the action's end with its follow-ups, or the time of the next attempt. */
export class ActionEnds {
  readonly #options: ActionEndsOptions;
  /** kinds whose failures are announced elsewhere */
  readonly #untold: ReadonlySet<string>;
  readonly #lanesInTrouble = new Set<string>();
  /** true: a failed write is not retried, and the next process attempts that action again */
  readonly #isStopped: () => boolean;

  constructor(options: ActionEndsOptions, isStopped: () => boolean) {
    this.#options = options;
    this.#isStopped = isStopped;
    this.#untold = new Set(
      options.handlers.filter(({ failuresToldElsewhere }) => failuresToldElsewhere === true).map(({ kind }) => kind),
    );
  }

  /**
   * Resolves when the outcome is stored; true: with something that will have to be done.
   *
   * @param patienceMs how long it may wait to be stored together with others
   */
  async note(action: ActionRecord, outcome: AttemptOutcome, patienceMs = 0): Promise<boolean> {
    if (outcome.state === 'retry') {
      await this.#retryLater(action, outcome);
      return true;
    }
    const { ledger, clock, followUp, onEnd, logger } = this.#options;
    const end: ActionEnd =
      outcome.state === 'done'
        ? { state: 'done', result: outcome.result, follow: outcome.follow, at: clock() }
        : { state: outcome.state, error: outcome.error, at: clock() };
    end.createdAt = action.createdAt;
    const more = followUp?.(action, end) ?? [];
    if (more.length > 0) end.follow = [...(end.follow ?? []), ...more];
    await this.#write(() => ledger.endAction(action.id, end, patienceMs));
    if (end.state === 'done') this.#lanesInTrouble.delete(action.lane);
    if (end.state === 'failed') this.#tell(action, end.error ?? 'failed', true);
    if (end.state === 'refused')
      logger.info({ action: action.id, kind: action.kind, reason: end.error }, 'interlock refused an action');
    onEnd?.(action, end);
    return (end.follow?.length ?? 0) > 0;
  }

  async #retryLater(action: ActionRecord, outcome: { afterMs?: number; error: string }): Promise<void> {
    const { ledger, clock, random, logger } = this.#options;
    const wait = outcome.afterMs ?? backOffMs(action.attempts, random);
    const nextTryAt = Math.ceil(clock() + wait);
    logger.debug(
      { action: action.id, kind: action.kind, wait_ms: wait, error: outcome.error },
      'action is tried again later',
    );
    await this.#write(() => ledger.retryAction(action.id, { nextTryAt, error: outcome.error }));
    if (action.attempts + 1 >= TELL_AFTER_ATTEMPTS) this.#tell(action, outcome.error, false);
  }

  /** Writes to the ledger until it succeeds; the lane stays busy meanwhile, so that nothing is sent twice. */
  async #write(work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        this.#options.logger.error({ error: messageOf(error) }, 'ledger cannot be written; the executor tries again');
        if (this.#isStopped()) return;
        await pause(LEDGER_PAUSE_MS);
      }
    }
  }

  #tell(action: ActionRecord, error: string, givenUp: boolean): void {
    this.#options.logger.warn(
      { action: action.id, kind: action.kind, attempts: action.attempts + 1, given_up: givenUp, error },
      'action failed',
    );
    if (!givenUp && this.#lanesInTrouble.has(action.lane)) return;
    if (!givenUp) this.#lanesInTrouble.add(action.lane);
    if (!this.#untold.has(action.kind)) this.#options.onTrouble?.({ action, error, givenUp });
  }
}
