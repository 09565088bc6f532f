import { MatrixError } from '../matrix/types.js';
import type { ActionRecord } from '../store/records/actions.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import { actionTexts } from './texts.js';
import type { ActionHandler, ActionOutcome, InterlockAnswer, InterlockQuestion } from './types.js';

/**
 * A homeserver that answers 5xx to this request for some ten hours will go on doing so; no answer at all is waited out
 * for ever.
 */
const MOST_ATTEMPTS = 50;

export interface AttemptsOptions {
  handlers: readonly ActionHandler[];
  /** the interlock, asked before every try of an action that can hit somebody */
  guard: (question: InterlockQuestion) => InterlockAnswer;
  /** true: nothing that changes the world is sent; it ends as `simulated` */
  dryRun: boolean;
}

/** What one try came to, dry runs included. */
export type AttemptOutcome = ActionOutcome | { state: 'simulated'; error: string };

/** One try of one action: its handler, the interlock before it, and what an earlier process may have done already. */
export class Attempts {
  readonly #options: AttemptsOptions;
  readonly #handlers: ReadonlyMap<string, ActionHandler>;
  #inherited: (action: ActionRecord) => boolean = () => true;
  /** lanes in which something that was left behind has been worked on by now */
  readonly #takenOver = new Set<string>();

  constructor(options: AttemptsOptions) {
    this.#options = options;
    this.#handlers = new Map(options.handlers.map((handler) => [handler.kind, handler]));
  }

  /** Says which actions an earlier process left behind, which may have sent them; until then all count as such. */
  inherit(inherited: (action: ActionRecord) => boolean): void {
    this.#inherited = inherited;
  }

  /** Never rejects: whatever happens is an outcome. */
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
      const anotherMayHaveSent = inherited && !(handler.oneUnderway === true && this.#takenOver.has(action.lane));
      const mayHaveBeenSent = action.attempts > 0 || anotherMayHaveSent;
      return await handler.perform(action, { mayHaveBeenSent, attempts: action.attempts });
    } catch (error) {
      return outcomeOf(error, action);
    } finally {
      if (inherited) this.#takenOver.add(action.lane);
    }
  }
}

function outcomeOf(error: unknown, action: ActionRecord): ActionOutcome {
  // The ledger out of reach for a moment is no reason to lose an effect.
  if (error instanceof HeimdallError && error.code === 'HEIMDALL_E_DATABASE')
    return { state: 'retry', error: error.message };
  if (!(error instanceof MatrixError)) return { state: 'failed', error: messageOf(error) };
  const text = `${error.errcode}: ${error.message}`;
  if (!error.transient) return { state: 'failed', error: text };
  if (error.status >= 500 && action.attempts + 1 >= MOST_ATTEMPTS)
    return { state: 'failed', error: actionTexts.givenUp(action.attempts + 1, text) };
  // a Retry-After of 0 says nothing; without the back-off it would be a loop
  return { state: 'retry', afterMs: error.retryAfterMs || undefined, error: text };
}
