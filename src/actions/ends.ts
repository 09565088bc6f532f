import type { ActionRecord, NewAction } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { pause } from '../util/timers.js';
import type { AttemptOutcome } from './attempts.js';
import { backOffMs } from './back-off.js';
import type { ActionHandler } from './types.js';

/** An action's end as the ledger takes it. */
export type ActionEnd = Parameters<Ledger['endAction']>[1];

/** An action that could not be carried out, for people: told once for a lane until that lane works again. */
export interface ActionFailure {
  action: ActionRecord;
  error: string;
  /** true when it is given up; false when it is still being tried */
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
  /** what an action's end asks for besides what its handler says; written down in the same commit */
  followUp?: (action: ActionRecord, end: ActionEnd) => NewAction[];
  /** after an action's end stands in the ledger */
  onEnd?: (action: ActionRecord, end: ActionEnd) => void;
}

/** How long the ledger is left alone after it could not be read or written. */
export const LEDGER_PAUSE_MS = 1_000;
const TELL_AFTER_ATTEMPTS = 3;

/** Writes down what came of each try: the action's end with what follows from it, or when it is tried again. */
export class ActionEnds {
  readonly #options: ActionEndsOptions;
  /** kinds whose failures the moderators hear of elsewhere */
  readonly #untold: ReadonlySet<string>;
  readonly #lanesInTrouble = new Set<string>();
  /** true: a ledger that does not take an end is not asked again, and the next process tries that action anew */
  readonly #isStopped: () => boolean;

  constructor(options: ActionEndsOptions, isStopped: () => boolean) {
    this.#options = options;
    this.#isStopped = isStopped;
    this.#untold = new Set(
      options.handlers.filter(({ failuresToldElsewhere }) => failuresToldElsewhere === true).map(({ kind }) => kind),
    );
  }

  async note(action: ActionRecord, outcome: AttemptOutcome): Promise<void> {
    if (outcome.state === 'retry') return this.#retryLater(action, outcome);
    const { ledger, clock, followUp, onEnd, logger } = this.#options;
    const end: ActionEnd =
      outcome.state === 'done'
        ? { state: 'done', result: outcome.result, follow: outcome.follow, at: clock() }
        : { state: outcome.state, error: outcome.error, at: clock() };
    end.createdAt = action.createdAt;
    const more = followUp?.(action, end) ?? [];
    if (more.length > 0) end.follow = [...(end.follow ?? []), ...more];
    await this.#write(() => ledger.endAction(action.id, end));
    if (end.state === 'done') this.#lanesInTrouble.delete(action.lane);
    if (end.state === 'failed') this.#tell(action, end.error ?? 'failed', true);
    if (end.state === 'refused')
      logger.info({ action: action.id, kind: action.kind, reason: end.error }, 'interlock refused an action');
    onEnd?.(action, end);
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

  /** Writes to the ledger until it takes it; the lane stays busy meanwhile, so what was sent is not sent again. */
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
