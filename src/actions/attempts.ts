import { MatrixError } from '../matrix/types.js';
import type { ActionRecord } from '../store/records/actions.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import { actionTexts } from './texts.js';
import type { ActionHandler, ActionOutcome, InterlockAnswer, InterlockQuestion } from './types.js';

/**
 * A homeserver that has answered 5xx to this request for about ten hours is expected to go on; no answer at all is
 * retried for ever.
 */
const MOST_ATTEMPTS = 50;

/**
 * Of how many actions in a pipelined lane the outcome may be unstored at a time. After a crash so many at the head of
 * the lane may have been sent.
 */
export const MOST_UNSTORED = 4;

export interface AttemptsOptions {
  handlers: readonly ActionHandler[];
  /** the interlock, asked before every attempt of an action that can affect somebody */
  guard: (question: InterlockQuestion) => InterlockAnswer;
  /** true: nothing that changes the world is sent; it ends as `simulated` */
  dryRun: boolean;
}

/** The outcome of one attempt, dry runs included. */
export type AttemptOutcome = ActionOutcome | { state: 'simulated'; error: string };

/** One attempt at one action: the interlock, the handler, and what an earlier process may have done already. */
export class Attempts {
  readonly #options: AttemptsOptions;
  readonly #handlers: ReadonlyMap<string, ActionHandler>;
  #inherited: (action: ActionRecord) => boolean = () => true;
  /** how many actions from an earlier process have been handled by now in each lane */
  readonly #takenOver = new Map<string, number>();

  constructor(options: AttemptsOptions) {
    this.#options = options;
    this.#handlers = new Map(options.handlers.map((handler) => [handler.kind, handler]));
  }

  /** Sets which actions an earlier process left behind and may have sent; until then all count as such. */
  inherit(inherited: (action: ActionRecord) => boolean): void {
    this.#inherited = inherited;
  }

  /** Never rejects: every error is an outcome. */
  async make(action: ActionRecord): Promise<AttemptOutcome> {
    const handler = this.#handlers.get(action.kind);
    if (handler === undefined) return { state: 'failed', error: actionTexts.unknownKind(action.kind) };
    const { guard, dryRun } = this.#options;
    const inherited = this.#inherited(action);
    try {
      const question = handler.guard?.(action);
      const answer = question === undefined ? undefined : guard(question);
      if (answer?.allowed === false) return { state: 'refused', error: answer.reason };
      if (handler.hasSideEffects && dryRun) return { state: 'simulated', error: actionTexts.dryRun };
      const anotherMayHaveSent = inherited && !(handler.pipelined === true && this.#isBeyondSent(action.lane));
      const mayHaveBeenSent = action.attempts > 0 || anotherMayHaveSent;
      return await handler.perform(action, { mayHaveBeenSent, attempts: action.attempts });
    } catch (error) {
      return outcomeOf(error, action);
    } finally {
      if (inherited) this.#takenOver.set(action.lane, (this.#takenOver.get(action.lane) ?? 0) + 1);
    }
  }

  #isBeyondSent(lane: string): boolean {
    return (this.#takenOver.get(lane) ?? 0) >= MOST_UNSTORED;
  }
}

function outcomeOf(error: unknown, action: ActionRecord): ActionOutcome {
  // A short outage of the ledger must not lose an effect.
  if (error instanceof HeimdallError && error.code === 'HEIMDALL_E_DATABASE')
    return { state: 'retry', error: error.message };
  if (!(error instanceof MatrixError)) return { state: 'failed', error: messageOf(error) };
  const text = `${error.errcode}: ${error.message}`;
  if (!error.transient) return { state: 'failed', error: text };
  if (error.status >= 500 && action.attempts + 1 >= MOST_ATTEMPTS)
    return { state: 'failed', error: actionTexts.givenUp(action.attempts + 1, text) };
  // a Retry-After of 0 gives no pause; without the back-off this would be a busy loop
  return { state: 'retry', afterMs: error.retryAfterMs || undefined, error: text };
}
