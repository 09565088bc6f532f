/** How a case's actions of one kind ended, counted. */
/** An action that is done, without what does not tell its effect. */
export type EndedEffect = Pick<ActionRecord, 'id' | 'kind' | 'caseId' | 'payload' | 'result'>;

export interface ActionSummary {
  kind: string;
  state: ActionState;
  count: number;
  /** the latest of them */
  lastId: number;
  lastError: string | null;
}

/**
 * `due`: to be done at `nextTryAt`; `done`: it holds; `refused`: the interlock said no; `simulated`: dry run;
 * `failed`: tried, and given up; `cancelled`: no longer wanted.
 */
export type ActionState = 'due' | 'done' | 'refused' | 'simulated' | 'failed' | 'cancelled';

/** One effect on the world. */
export interface ActionRecord {
  id: number;
  caseId: number | null;
  kind: string;
  /** actions of one lane go out one after another, lanes go in parallel; a room id for room effects */
  lane: string;
  key: string;
  payload: unknown;
  state: ActionState;
  /** how often it was sent: retries, and the end as `done` or `failed` */
  attempts: number;
  nextTryAt: number;
  createdAt: number;
  endedAt: number | null;
  /** what came of it, e.g. `{event_id}`; or null */
  result: unknown;
  lastError: string | null;
}

/** What a commit brought that is to be carried out. */
export interface NewWork {
  /** actions that stand first in their lanes, one a lane */
  firsts: readonly ActionRecord[];
  /** whether anything else may be due now that was not before */
  more: boolean;
}

export interface LaneEffects {
  lane: string;
  /** by id */
  read: () => EndedEffect[];
}

export interface NewAction {
  caseId?: number | null;
  kind: string;
  lane: string;
  /** idempotency key: a second action with the same key is not added */
  key: string;
  payload: unknown;
  /** not before this time; default: at once */
  notBefore?: number;
  /** so long after it was written down, when there is no `notBefore` */
  inMs?: number;
  /**
   * The action is one that can be asked for again and again (an edit that shows how things stand): under this key there
   * is one row for ever. What is due stays due and covers what was asked for meanwhile; what had ended is due again.
   */
  renew?: boolean;
}

/** What a commit does with actions. */
export interface ActionWrites {
  /** Adds actions; returns the ones that were new. */
  addActions(actions: readonly NewAction[]): Promise<ActionRecord[]>;
  /** The actions of these kinds that belong to the case's present life, oldest first; the newest 100 of them. */
  effectsOf(caseId: number, kinds: readonly string[]): Promise<ActionRecord[]>;
  /** Moves what is due in a lane to another one, oldest first, at most `limit`. */
  moveLane(from: string, to: string, limit: number): Promise<number>;
}

/** The actions as the executor and those who ask for them see them. Those that write do so in a commit of their own. */
export interface ActionQueue {
  /**
   * The next actions to carry out at `now`: the oldest unended action of each lane (by id), if its time has come,
   * leaving out the lanes in `busyLanes` and heads of the kinds in `exceptKinds`, or of all but `onlyKinds`. Oldest
   * first. An action that waits for its next try holds back its lane, nothing else.
   */
  dueActions(
    now: number,
    busyLanes: ReadonlySet<string>,
    limit: number,
    exceptKinds?: readonly string[],
    onlyKinds?: readonly string[],
  ): Promise<ActionRecord[]>;
  /** The first moment after `now` at which an action that waits comes due; null when none waits for a later one. */
  nextDueAt(now: number): Promise<number | null>;
  /**
   * Ends an action. `follow` are actions that come of it, added in the same commit. An action that had ended already
   * stays as it is and nothing follows, except that a cancelled one takes over what really happened.
   */
  endAction(
    id: number,
    end: {
      state: Exclude<ActionState, 'due'>;
      result?: unknown;
      error?: string;
      at: number;
      follow?: readonly NewAction[];
      /** of an action that was asked for again since it had this: then it stays due */
      createdAt?: number;
    },
  ): Promise<void>;
  /** Leaves an action due, to be tried again at `nextTryAt`. */
  retryAction(id: number, retry: { nextTryAt: number; error: string }): Promise<void>;
  /** Cancels due actions of a case (e.g. when it is dismissed) whose kinds are given; returns how many. */
  cancelActions(caseId: number, kinds: readonly string[], at: number): Promise<number>;
  /** Cancels those of these actions that are due; returns how many. */
  cancelByKey(keys: readonly string[], at: number): Promise<number>;
  countDueActions(): Promise<number>;
  /** The actions whose idempotency keys begin so, in the order of their ids. */
  actionsByKeyPrefix(prefix: string): Promise<ActionRecord[]>;
  /** How many actions could be carried out at `now`, leaving out these kinds, counted up to `limit`. */
  countWorkable(now: number, exceptKinds: readonly string[], limit: number): Promise<number>;
  /** What is due in a lane, whenever its time may be, oldest first. */
  dueInLane(lane: string, limit: number): Promise<ActionRecord[]>;
  /** Ends all that is due in a lane. */
  endLane(
    lane: string,
    end: { state: Exclude<ActionState, 'due'>; result?: unknown; error?: string; at: number },
  ): Promise<void>;
  /** Actions of a kind that were tried and have to be tried again. */
  troubleOf(kind: string): Promise<{ count: number; since: number | null; lastError: string | null }>;
  /** The highest id that an action has; 0 when there is none. */
  lastActionId(): Promise<number>;
  /** The actions that stand under these idempotency keys, in the order of their ids. */
  actionsByKey(keys: readonly string[]): Promise<ActionRecord[]>;
  /**
   * Actions of these kinds in this state, by id, page by page: `afterId` is the last id of the page before (0 at
   * first).
   */
  actionsOfKind(
    kinds: readonly string[],
    state: ActionState,
    page: { afterId: number; limit: number },
  ): Promise<ActionRecord[]>;
  /**
   * What actions of these kinds did that are done, page by page as above, by lane; a lane may come on several pages,
   * and goes on there. Only what tells their effect, and that is read when it is asked for: a start on a hundred
   * thousand of them has it in a moment.
   */
  effectsByLane(
    kinds: readonly string[],
    page: { afterId: number; limit: number },
  ): Promise<{ lanes: LaneEffects[]; lastId: number; isLast: boolean }>;
  /** The last action of this kind in each lane that is done and has a result, by id. */
  latestOfKind(kind: string): Promise<ActionRecord[]>;
  /** All actions of a kind in one lane that are done and had an effect (a result), oldest first. */
  doneOfKind(kind: string, lane: string): Promise<ActionRecord[]>;
  /** A case's actions, counted by kind and state. */
  actionSummary(caseId: number): Promise<ActionSummary[]>;
  /** What a dry run only simulated, by kind of action; the same thing simulated again counts once. */
  simulatedActions(): Promise<{ kind: string; count: number }[]>;
  /** Oldest first; with a limit the newest ones. */
  actionsOf(caseId: number, limit?: number): Promise<ActionRecord[]>;
}
