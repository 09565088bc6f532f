/** A completed action, reduced to what determines its effect. */
export type EndedEffect = Pick<ActionRecord, 'id' | 'kind' | 'caseId' | 'payload' | 'result'>;

/** A case's actions of one kind with one outcome. */
export interface ActionSummary {
  kind: string;
  state: ActionState;
  /** in how many lanes they were: of bans, in how many rooms, however often somebody was banned in one */
  count: number;
  /** the latest of them */
  lastId: number;
  lastError: string | null;
}

/**
 * `due`: scheduled for `nextTryAt`; `done`: succeeded; `refused`: by the interlock; `simulated`: dry run; `failed`:
 * given up after attempts; `cancelled`: no longer wanted.
 */
export type ActionState = 'due' | 'done' | 'refused' | 'simulated' | 'failed' | 'cancelled';

/** One external effect. */
export interface ActionRecord {
  id: number;
  caseId: number | null;
  kind: string;
  /** actions in one lane are carried out one after another, lanes in parallel; a room id for room effects */
  lane: string;
  key: string;
  payload: unknown;
  state: ActionState;
  /** number of attempts: retries, plus the last one that ended as `done` or `failed` */
  attempts: number;
  nextTryAt: number;
  createdAt: number;
  endedAt: number | null;
  /** its result, e.g. `{event_id}`; or null */
  result: unknown;
  lastError: string | null;
}

/** New work that a commit brought. */
export interface NewWork {
  /** actions that are first in their lanes, one per lane */
  firsts: readonly ActionRecord[];
  /** whether anything else may have become due */
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
  /** delay after it is added, when there is no `notBefore` */
  inMs?: number;
  /**
   * The action is renewable (such as an edit that shows the current state): there is one row for ever under this key.
   * If it is due, it stays due and covers the new request; if it had ended, it is due again.
   */
  renew?: boolean;
}

/** What a commit does with actions. */
export interface ActionWrites {
  /** Adds actions; returns the ones that were new. */
  addActions(actions: readonly NewAction[]): Promise<ActionRecord[]>;
  /** The newest 100 actions of these kinds in the case's current round, oldest first. */
  effectsOf(caseId: number, kinds: readonly string[]): Promise<ActionRecord[]>;
  /** Moves due actions from one lane to another, oldest first, at most `limit`. */
  moveLane(from: string, to: string, limit: number): Promise<number>;
}

/** Actions as seen by the executor and by callers. Writing methods use their own commit. */
export interface ActionQueue {
  /**
   * The next actions to carry out at `now`: the oldest unended action of each lane (by id), if its time has come,
   * without the lanes in `busyLanes` and heads of the kinds in `exceptKinds`, or of all but `onlyKinds`. Oldest first.
   * An action that is waiting for a retry blocks its lane, nothing else.
   */
  dueActions(
    now: number,
    busyLanes: ReadonlySet<string>,
    limit: number,
    exceptKinds?: readonly string[],
    onlyKinds?: readonly string[],
  ): Promise<ActionRecord[]>;
  /** The first time after `now` at which a waiting action comes due; null when none is waiting. */
  nextDueAt(now: number): Promise<number | null>;
  /**
   * Ends an action. `follow` contains its follow-ups, added in the same commit. An action that had ended already is
   * unchanged and nothing follows, except that a cancelled one records what really happened. With `patienceMs` it may
   * be written so long after the ends before it, together with others.
   */
  endAction(
    id: number,
    end: {
      state: Exclude<ActionState, 'due'>;
      result?: unknown;
      error?: string;
      at: number;
      follow?: readonly NewAction[];
      /** the version that was carried out; if the action was requested again since, it stays due */
      createdAt?: number;
    },
    patienceMs?: number,
  ): Promise<void>;
  /** Keeps an action due, for a retry at `nextTryAt`. */
  retryAction(id: number, retry: { nextTryAt: number; error: string }): Promise<void>;
  /** Cancels a case's due actions of these kinds (e.g. when it is dismissed); returns how many. */
  cancelActions(caseId: number, kinds: readonly string[], at: number): Promise<number>;
  /** Cancels those of these actions that are still due; returns how many. */
  cancelByKey(keys: readonly string[], at: number): Promise<number>;
  countDueActions(): Promise<number>;
  /** The actions whose idempotency keys start with this, in order of id. */
  actionsByKeyPrefix(prefix: string): Promise<ActionRecord[]>;
  /** How many actions could run at `now`, except these kinds, counted up to `limit`. */
  countWorkable(now: number, exceptKinds: readonly string[], limit: number): Promise<number>;
  /** The due actions in a lane, regardless of their time, oldest first. */
  dueInLane(lane: string, limit: number): Promise<ActionRecord[]>;
  /** The due actions in a lane with higher ids, regardless of their time, oldest first. */
  dueBehind(lane: string, id: number, limit: number): Promise<ActionRecord[]>;
  /** Due actions of these kinds that were tried at least so often and wait for their next try, oldest first. */
  dueAgainLater(now: number, kinds: readonly string[], attempts: number, limit: number): Promise<ActionRecord[]>;
  /** Changes whenever this process cancels, moves or removes due actions: what was read before may be outdated. */
  readonly dueRevision: number;
  /** Ends everything due in a lane. */
  endLane(
    lane: string,
    end: { state: Exclude<ActionState, 'due'>; result?: unknown; error?: string; at: number },
  ): Promise<void>;
  /** Actions of a kind that are waiting for a retry. */
  troubleOf(kind: string): Promise<{ count: number; since: number | null; lastError: string | null }>;
  /** The highest action id; 0 when there are none. */
  lastActionId(): Promise<number>;
  /** The actions with these idempotency keys, in order of id. */
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
   * The effects of completed actions of these kinds, page by page as above, by lane; a lane may span several pages.
   * Only what determines the effect is returned, and it is parsed on demand, so that a start with a hundred thousand of
   * them stays fast.
   */
  effectsByLane(
    kinds: readonly string[],
    page: { afterId: number; limit: number },
  ): Promise<{ lanes: LaneEffects[]; lastId: number; isLast: boolean }>;
  /** The last successful action of this kind with a result in each lane, by id. */
  latestOfKind(kind: string): Promise<ActionRecord[]>;
  /** All successful actions of a kind with an effect (a result) in one lane, oldest first. */
  doneOfKind(kind: string, lane: string): Promise<ActionRecord[]>;
  /** A case's actions, counted by kind and state. */
  actionSummary(caseId: number): Promise<ActionSummary[]>;
  /** What a dry run only simulated, by kind of action; repeated simulations count once. */
  simulatedActions(): Promise<{ kind: string; count: number }[]>;
  /** Oldest first; with a limit the newest ones. */
  actionsOf(caseId: number, limit?: number): Promise<ActionRecord[]>;
}
