import type { EntityKind } from '../policy/types.js';
import type { ActionRecord, NewAction } from '../store/records/actions.js';

/** The outcome of one attempt. `retry` without `afterMs` uses the executor's back-off. */
export type ActionOutcome =
  | { state: 'done'; result?: unknown; follow?: NewAction[] }
  | { state: 'failed' | 'refused'; error: string }
  | { state: 'retry'; afterMs?: number; error: string };

/** What a handler knows about its attempt. */
export interface AttemptContext {
  /**
   * True when an earlier attempt may have succeeded: it failed without a response, or its process ended before
   * recording the outcome. The handler must then check before sending anything that would be visible twice.
   */
  mayHaveBeenSent: boolean;
  /** number of earlier attempts; default: none */
  attempts?: number;
}

/**
 * How one kind of action is carried out. A thrown `MatrixError` that is `transient` means retry, any other error
 * failed.
 */
export interface ActionHandler {
  /** the action's kind: `ban`, `mail`, … */
  kind: string;
  /** false only for actions without outside effect (e.g. a note to ourselves); these run in a dry run too */
  hasSideEffects: boolean;
  /** the question for the interlock before every attempt; undefined when the action can affect nobody */
  guard?: ((action: ActionRecord) => InterlockQuestion | undefined) | undefined;
  /** how many of this kind run at the same time; undefined: no limit of its own */
  maxConcurrent?: number | undefined;
  /** true when its failures are announced elsewhere */
  failuresToldElsewhere?: boolean | undefined;
  /** true for actions that go before everything else that is due */
  urgent?: boolean | undefined;
  /**
   * true where no action in its lanes is ever made due again (`renew`). The next one then begins when the one before
   * was answered, while that answer is still being stored. Of the actions that a process left behind in such a lane,
   * only the first few (`MOST_UNSTORED`) can have been sent, so only those are checked.
   */
  pipelined?: boolean | undefined;
  /**
   * Actions of one lane for which it returns the same stay in order even when one of them gets no answer; others no
   * longer wait for it after a while. Undefined: they always wait.
   */
  inOrderWith?: ((action: ActionRecord) => string) | undefined;
  perform(action: ActionRecord, attempt: AttemptContext): Promise<ActionOutcome>;
}

/** What an action is about to affect. */
export type InterlockQuestion =
  /** a person is banned, kicked, reported, muted, …, in one room or (without roomId) everywhere */
  | { about: 'user'; userId: string; roomId?: string }
  /** a ban or takedown rule with this entity, literal or glob, is to stand in a list */
  | { about: 'rule'; kind: EntityKind; entity: string }
  /** a room gets this server ACL */
  | { about: 'acl'; roomId: string; content: Record<string, unknown> }
  /** a whole room is reported, blocked or quarantined */
  | { about: 'room'; roomId: string };

export type InterlockAnswer = { allowed: true } | { allowed: false; reason: string };
