import type { z } from 'zod';
import type { ActionRecord, NewAction } from '../store/records/actions.js';
import type { ActionHandler, ActionOutcome, AttemptContext, InterlockQuestion } from './types.js';

/** Everything about one kind of action. A new kind is one such object and its handler. */
export interface ActionDefinition<Schema extends z.ZodType> {
  /** the name that the ledger keeps: `ban`, `mail`, … */
  kind: string;
  /**
   * The payload's shape. An earlier version of the program may have written the action, so it is validated again when
   * it is read.
   */
  payload: Schema;
  /** false only for actions that affect nobody, such as a message to moderators; these run in a dry run too */
  hasSideEffects: boolean;
  /** actions in one lane are carried out in order; lanes run in parallel */
  lane: (payload: z.output<Schema>) => string;
  /** the account that the action affects, if any: its case then lists the action */
  subject?: (payload: z.output<Schema>) => string | undefined;
  /** the question for the interlock before every attempt; absent when the action can affect nobody */
  guard?: (payload: z.output<Schema>) => InterlockQuestion | undefined;
  /** how many run at the same time, for kinds whose remote end may hang for a minute */
  maxConcurrent?: number;
  /** true for actions that protect people or that people are waiting for: they go before everything else that is due */
  urgent?: boolean;
  /** true where no action in its lanes is ever renewed, see ActionHandler */
  pipelined?: boolean;
  /** what stays in order within a lane when an action in it hangs, see ActionHandler; absent: everything */
  inOrderWith?: (payload: z.output<Schema>) => string;
  /** true when failures are announced elsewhere, in better words than the action's error */
  failuresToldElsewhere?: boolean;
}

/** Where and when one action of a kind is carried out. */
interface Placement {
  /** idempotency key: a second action with the same key is not added */
  key: string;
  /** default: the lane of its kind */
  lane?: string;
  caseId?: number | null;
  /** ms since the epoch; default: at once */
  notBefore?: number;
  /** delay after it is added, when there is no `notBefore` */
  inMs?: number;
  /** a single row under this key, due again whenever it is requested (NewAction.renew) */
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
 * `create` throws a ZodError for a payload that is not of the kind's shape: that is a bug, and must show before
 * anything is stored.
 */
export function defineAction<Schema extends z.ZodType>(definition: ActionDefinition<Schema>): Action<Schema> {
  const { kind, payload: schema, guard, inOrderWith } = definition;
  // the interlock and the handler ask for the same; an action that begins with its commit still has what `create` got
  const parsed = new WeakMap<object, z.output<Schema>>();
  const parse = (payload: unknown): z.output<Schema> => {
    const output = schema.parse(payload);
    if (typeof payload === 'object' && payload !== null) parsed.set(payload, output);
    return output;
  };
  const payloadOf = ({ payload }: ActionRecord): z.output<Schema> => parsed.get(payload as object) ?? parse(payload);
  return {
    ...definition,
    create(payload, { key, lane, caseId, notBefore, inMs, renew }) {
      return {
        kind,
        lane: lane ?? definition.lane(parse(payload)),
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
        pipelined: definition.pipelined,
        urgent: definition.urgent,
        inOrderWith: inOrderWith === undefined ? undefined : (action) => inOrderWith(payloadOf(action)),
        guard: guard === undefined ? undefined : (action) => guard(payloadOf(action)),
        perform: async (action, attempt) => perform(payloadOf(action), action, attempt),
      };
    },
  };
}
