import type { z } from 'zod';
import type { ActionRecord, NewAction } from '../store/records/actions.js';
import type { ActionHandler, ActionOutcome, AttemptContext, InterlockQuestion } from './types.js';

/** All that is to be known of one kind of action. A new kind is one such object and its handler. */
export interface ActionDefinition<Schema extends z.ZodType> {
  /** the name that the ledger keeps: `ban`, `mail`, … */
  kind: string;
  /**
   * The payload's shape. An action may have been written by an earlier version of the program, so it is checked again
   * when it is read back.
   */
  payload: Schema;
  /** false only for what changes nobody's standing, such as a message to moderators: it runs in a dry run too */
  hasSideEffects: boolean;
  /** actions of one lane are carried out in order; lanes run side by side */
  lane: (payload: z.output<Schema>) => string;
  /** the account that this is done to, when it is done to one: its case then lists the action */
  subject?: (payload: z.output<Schema>) => string | undefined;
  /** what to ask the interlock before every attempt; absent when the action can hit nobody */
  guard?: (payload: z.output<Schema>) => InterlockQuestion | undefined;
  /** how many run at the same time: for kinds whose far end may hang for a minute */
  maxConcurrent?: number;
  /** true for what protects people, or what they wait for: it goes before all else that is due */
  urgent?: boolean;
  /** true where no row of its lanes is ever renewed, see ActionHandler */
  oneUnderway?: boolean;
  /** true when somebody else tells the moderators that it failed, in better words than an action's error */
  failuresToldElsewhere?: boolean;
}

/** Where and when one action of a kind is carried out. */
export interface Placement {
  /** idempotency key: a second action with the same key is not added */
  key: string;
  /** default: the lane of its kind */
  lane?: string;
  caseId?: number | null;
  /** ms since the epoch; default: at once */
  notBefore?: number;
  /** so long after it was written down, when there is no `notBefore` */
  inMs?: number;
  /** one row for ever under this key, due again whenever it is asked for (NewAction.renew) */
  renew?: boolean;
}

/** A kind of action that can be created and carried out. */
export interface Action<Schema extends z.ZodType> extends ActionDefinition<Schema> {
  /** An action of this kind, for `LedgerTransaction.addActions` or a handler's `follow`. */
  create(payload: z.input<Schema>, placement: Placement): NewAction;
  /** The handler for the executor; `perform` gets the payload parsed. */
  handler(
    perform: (payload: z.output<Schema>, action: ActionRecord, attempt: AttemptContext) => Promise<ActionOutcome>,
  ): ActionHandler;
}

/**
 * Defines one kind of action.
 *
 * `create` throws a ZodError for a payload that is not of the kind's shape: that is a fault of the program, and must
 * show before anything is written down.
 */
export function defineAction<Schema extends z.ZodType>(definition: ActionDefinition<Schema>): Action<Schema> {
  const { kind, payload: schema, guard } = definition;
  return {
    ...definition,
    create(payload, { key, lane, caseId, notBefore, inMs, renew }) {
      return {
        kind,
        lane: lane ?? definition.lane(schema.parse(payload)),
        key,
        payload,
        ...(caseId === undefined ? {} : { caseId }),
        ...(notBefore === undefined ? {} : { notBefore }),
        ...(inMs === undefined ? {} : { inMs }),
        ...(renew === undefined ? {} : { renew }),
      };
    },
    handler(perform) {
      return {
        kind,
        hasSideEffects: definition.hasSideEffects,
        maxConcurrent: definition.maxConcurrent,
        failuresToldElsewhere: definition.failuresToldElsewhere,
        oneUnderway: definition.oneUnderway,
        urgent: definition.urgent,
        guard: guard === undefined ? undefined : (action) => guard(schema.parse(action.payload)),
        perform: async (action, attempt) => perform(schema.parse(action.payload), action, attempt),
      };
    },
  };
}
