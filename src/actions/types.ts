import type { EntityKind } from '../policy/types.js';
import type { ActionRecord, NewAction } from '../store/records/actions.js';

/** What one try of an action came to. `retry` without `afterMs` takes the executor's back-off. */
export type ActionOutcome =
  | { state: 'done'; result?: unknown; follow?: NewAction[] }
  | { state: 'failed' | 'refused'; error: string }
  | { state: 'retry'; afterMs?: number; error: string };

/** What a handler is told of its try. */
export interface AttemptContext {
  /**
   * True when an earlier try may have got through: one that failed without an answer, or one of a process that ended
   * before it could note what came of it. Then read back before anything is sent that would be seen twice.
   */
  mayHaveBeenSent: boolean;
  /** how often it was tried before; default: never */
  attempts?: number;
}

/**
 * How one kind of action is carried out. A thrown `MatrixError` that is `transient` means retry, any other error
 * failed.
 */
export interface ActionHandler {
  /** the action's kind: `ban`, `mail`, … */
  kind: string;
  /** false only for what is no effect on the world (e.g. a note to ourselves): those run in a dry run too */
  hasSideEffects: boolean;
  /** what to ask the interlock before every try; undefined when the action can hit nobody */
  guard?: ((action: ActionRecord) => InterlockQuestion | undefined) | undefined;
  /** how many of this kind run at the same time; undefined: as many as there are places */
  maxConcurrent?: number | undefined;
  /** true when the moderators hear of its failures elsewhere */
  failuresToldElsewhere?: boolean | undefined;
  /** true for what goes before all else that is due */
  urgent?: boolean | undefined;
  /**
   * true where no row of its lanes is ever made due again (`renew`). Of what a process left behind in such a lane, the
   * first alone can have been on its way, since each waits for the end of the one before: only that is read back.
   */
  oneUnderway?: boolean | undefined;
  perform(action: ActionRecord, attempt: AttemptContext): Promise<ActionOutcome>;
}

/** What an action is about to hit. */
export type InterlockQuestion =
  /** a person is banned, kicked, reported, muted, …, in one room or (no roomId) everywhere */
  | { about: 'user'; userId: string; roomId?: string }
  /** a ban or takedown rule with this entity, literal or glob, is to stand in a list */
  | { about: 'rule'; kind: EntityKind; entity: string }
  /** a room gets this server ACL */
  | { about: 'acl'; roomId: string; content: Record<string, unknown> }
  /** a whole room is reported, blocked or quarantined */
  | { about: 'room'; roomId: string };

export type InterlockAnswer = { allowed: true } | { allowed: false; reason: string };
