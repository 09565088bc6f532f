import type { ActionRecord } from '../store/records/actions.js';
import { MOST_UNSTORED, type AttemptOutcome } from './attempts.js';
import { ActionsBehind, type LedgerBehind } from './behind.js';

/**
 * How long an end may wait to be stored together with others while its lane goes on, and when the lane cannot go on
 * before some of its ends are stored.
 */
const GATHER_MS = 20;
const GATHER_FULL_MS = 4;

export interface LaneFlowOptions {
  ledger: LedgerBehind;
  /** one attempt at an action */
  attempt: (action: ActionRecord) => Promise<AttemptOutcome>;
  /** stores its outcome */
  note: (action: ActionRecord, outcome: AttemptOutcome, patienceMs: number) => Promise<unknown>;
  /** whether this action, which is next in its lane, may begin now */
  mayFollow: (action: ActionRecord) => boolean;
}

/**
 * Carries out an action and those behind it in its lane, each as soon as the one before was answered. Their ends are
 * stored meanwhile, with those of other lanes.
 */
export class LaneFlow {
  readonly #options: LaneFlowOptions;

  constructor(options: LaneFlowOptions) {
    this.#options = options;
  }

  /** Resolves when the lane cannot go on and all ends are stored: true, there may be more in it. */
  async from(first: ActionRecord): Promise<true> {
    const { ledger, attempt, note } = this.#options;
    const behind = new ActionsBehind(ledger);
    const unstored = new Set<Promise<unknown>>();
    for (let action: ActionRecord | undefined = first; action !== undefined;) {
      const attempted = attempt(action);
      // while the homeserver works
      await behind.look(action).catch(() => undefined);
      const outcome = await attempted;
      const next = outcome.state === 'retry' ? undefined : this.#next(behind);
      const isFull = unstored.size >= MOST_UNSTORED - 1;
      const stored = note(action, outcome, next === undefined ? 0 : isFull ? GATHER_FULL_MS : GATHER_MS);
      unstored.add(stored);
      void stored.finally(() => unstored.delete(stored));
      if (isFull) await stored;
      // it was looked at before the wait
      action = next === undefined || !isFull ? next : this.#next(behind);
      if (action !== undefined) behind.take();
    }
    await Promise.all(unstored);
    return true;
  }

  #next(behind: ActionsBehind): ActionRecord | undefined {
    const next = behind.next();
    return next !== undefined && this.#options.mayFollow(next) ? next : undefined;
  }
}
