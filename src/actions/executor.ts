import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ActionRecord, NewWork } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import { messageOf } from '../util/errors.js';
import { endsWithin, Sleep } from '../util/timers.js';
import { Attempts, type AttemptOutcome, type AttemptsOptions } from './attempts.js';
import type { LedgerBehind } from './behind.js';
import { Beside } from './beside.js';
import { Kinds } from './kinds.js';
import { LaneFlow } from './lane-flow.js';
import { actionTexts } from './texts.js';
import { ActionEnds, LEDGER_PAUSE_MS, type ActionEndsOptions } from './ends.js';
import { Pace } from './pace.js';
import type { ActionHandler } from './types.js';

export interface ExecutorOptions extends AttemptsOptions, ActionEndsOptions {
  ledger: Pick<Ledger, 'dueActions' | 'nextDueAt' | 'endAction' | 'retryAction'> &
    Partial<Pick<Ledger, 'lastActionId' | 'dueInLane' | 'dueAgainLater'>> &
    LedgerBehind;
  handlers: readonly ActionHandler[];
  /** whether this process may act now; if not, nothing is started */
  mayAct?: () => boolean;
  /** the last action that existed before this process wrote any; default: the last when the executor starts */
  inherited?: number;
  /** lanes that run at the same time; default 16, and 56 while the homeserver answers quickly */
  concurrency?: number;
  /** how long an action may go without an answer before others in its lane go on beside it; default 3 s */
  patienceMs?: number;
}

export interface Executor {
  /** Starts carrying out due actions, including those left behind by an earlier process. */
  start(): void;
  /**
   * Takes newly committed actions. Urgent ones that are first in their lane start at once: no ledger query between the
   * commit and a ban.
   */
  take(work: NewWork): void;
  /** Signals that something may be due, so that the ledger is queried now instead of at the next timer. */
  nudge(): void;
  /** Starts nothing new and waits for running actions, at most `waitMs` (default 8 s). */
  stop(waitMs?: number): Promise<void>;
}

const CONCURRENCY = 16;
/** A little less than the connections to the homeserver (transport.ts), so that others find one free. */
const QUICK_CONCURRENCY = 56;
const STOP_WAIT_MS = 8_000;
/** Under load, finished actions wake the loop; this is how long a lane that merely comes due may go unnoticed. */
const LOOK_AGAIN_MS = 50;
/** The longest sleep: another process (`heimdall scan --act`) may have added actions without waking us. */
const LONGEST_SLEEP_MS = 2_000;
/** The next query for non-urgent actions waits this multiple of the last one's duration, within these bounds. */
const REST_SHARE = 20;
const SHORTEST_REST_MS = 100;
const LONGEST_REST_MS = 1_000;

/**
 * Carries out the ledger's due actions: in order within a lane, lanes in parallel. It asks the interlock before every
 * attempt, and sends nothing with side effects in a dry run.
 */
export function createExecutor(options: ExecutorOptions): Executor {
  return new LaneExecutor(options);
}

class LaneExecutor implements Executor {
  readonly #options: ExecutorOptions;
  readonly #attempts: Attempts;
  readonly #ends: ActionEnds;
  readonly #pace: Pace;
  readonly #kinds: Kinds;
  /** lanes in which something started after the current ledger query began, so that its result may not reflect it */
  readonly #begunSinceAsked = new Set<string>();
  /** while anything urgent is running, nothing else is queried before this time (`performance.now`) */
  #restAt = 0;
  /** the running lanes and their work */
  readonly #busy = new Map<string, Promise<void>>();
  /** the same lanes, as the ledger query expects them */
  readonly #busyLanes = new Set<string>();
  readonly #beside: Beside;
  readonly #flow: LaneFlow;
  /** how often work came that did not begin at once */
  #unseenWork = 0;
  /** whether the last query may have left something out that could begin, had there been a place for it */
  #isHungry = true;
  #startedAt = 0;
  #inheritanceKnown = false;
  #running = false;
  #loop: Promise<void> = Promise.resolve();
  #woken = false;
  readonly #sleep = new Sleep();
  #gathering: NodeJS.Immediate | undefined;

  constructor(options: ExecutorOptions) {
    this.#options = options;
    this.#attempts = new Attempts(options);
    this.#ends = new ActionEnds(options, () => !this.#running);
    const { concurrency } = options;
    this.#pace = new Pace(concurrency ?? CONCURRENCY, concurrency ?? QUICK_CONCURRENCY);
    this.#kinds = new Kinds(options.handlers);
    this.#beside = new Beside({
      ledger: options.ledger,
      clock: options.clock,
      orderOf: (action) => this.#kinds.orderOf(action),
      mayBegin: ({ kind }) => this.#mayBegin() && this.#kinds.hasPlaceFor(kind),
      carryOut: (action) => this.#carryOutBeside(action),
      onBegun: (lane) => this.#holdLane(lane),
      patienceMs: options.patienceMs,
    });
    this.#flow = new LaneFlow({
      ledger: options.ledger,
      attempt: (action) => this.#attempt(action),
      note: (...outcome) => this.#note(...outcome),
      mayFollow: (action) => this.#mayFollow(action),
    });
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#startedAt = this.#options.clock();
    this.#loop = this.#run();
  }

  take({ firsts, more }: NewWork): void {
    const begun = firsts.filter((action) => this.#beginsAtOnce(action));
    if (!more && begun.length === firsts.length) return;
    this.#unseenWork += 1;
    this.#beside.look();
    this.nudge();
  }

  nudge(): void {
    this.#woken = true;
    this.#sleep.wake();
  }

  async stop(waitMs = STOP_WAIT_MS): Promise<void> {
    this.#running = false;
    this.nudge();
    await this.#loop;
    await endsWithin(waitMs, Promise.all(this.#busy.values()));
    clearImmediate(this.#gathering);
    this.#beside.stop();
  }

  async #run(): Promise<void> {
    while (this.#running) {
      this.#woken = false;
      let sleepMs: number;
      try {
        await this.#learnInheritance();
        sleepMs = await this.#takeDue();
      } catch (error) {
        this.#options.logger.error({ error: messageOf(error) }, 'ledger cannot be read; the executor tries again');
        sleepMs = LEDGER_PAUSE_MS;
      }
      // Actions that only write to the ledger never yield: a thousand of them in a row would starve incoming requests.
      await nextTurn();
      if (this.#running && !this.#woken) await this.#sleep.for(Math.min(sleepMs, LONGEST_SLEEP_MS));
    }
  }

  /** Everything that existed before: another process may have sent it, whatever its clock said. */
  async #learnInheritance(): Promise<void> {
    if (this.#inheritanceKnown) return;
    const { inherited, ledger } = this.#options;
    const lastId = inherited ?? (await ledger.lastActionId?.()) ?? 0;
    const until = () => (inherited === undefined ? this.#startedAt : -Infinity);
    this.#attempts.inherit(({ id, createdAt }) => id <= lastId || createdAt <= until());
    await this.#beside.resume(this.#kinds.inPartOrder);
    this.#inheritanceKnown = true;
  }

  /** Starts due actions where a lane and a slot are free; returns how long until anything else can come due. */
  async #takeDue(): Promise<number> {
    const { ledger, clock, mayAct } = this.#options;
    if (mayAct?.() === false) return LEDGER_PAUSE_MS;
    this.#isHungry = true;
    const places = this.#pace.lanes - this.#busy.size;
    if (places <= 0) return LONGEST_SLEEP_MS;
    const full = this.#kinds.full();
    // The lanes at the time of the query: one that is freed before the result arrives may appear in it with the action
    // that has just ended.
    const busy = new Set(this.#busyLanes);
    this.#begunSinceAsked.clear();
    // One timestamp for both queries: an action that comes due in between would be seen by neither.
    const now = clock();
    const kinds = this.#kinds.urgent;
    const urgent = kinds.length === 0 ? [] : await ledger.dueActions(now, busy, places, full, kinds);
    const taken = urgent.filter((action) => this.#begin(action));
    const rest = await this.#rest(urgent, places, (lanes, limit) => ledger.dueActions(now, lanes, limit, full), busy);
    taken.push(...(rest ?? []).filter((action) => this.#begin(action)));
    if (!this.#mayBegin()) return 0;
    if (taken.length > 0 || rest === undefined) return LOOK_AGAIN_MS;
    this.#isHungry = full.length > 0;
    const next = await ledger.nextDueAt(now);
    return next === null ? LONGEST_SLEEP_MS : Math.max(1, next - clock());
  }

  /**
   * Non-urgent actions; undefined when they are not queried now. In a raid tens of thousands of actions are due at
   * once, and each takes time that bans need. So while anything urgent is running, they are queried at most ten times a
   * second, and the queries take at most a twentieth of the time.
   */
  async #rest(
    urgent: readonly ActionRecord[],
    places: number,
    look: (lanes: ReadonlySet<string>, limit: number) => Promise<ActionRecord[]>,
    busy: ReadonlySet<string>,
  ): Promise<ActionRecord[] | undefined> {
    const pressing = urgent.length > 0 || this.#kinds.isUrgentRunning();
    const began = performance.now();
    if (urgent.length >= places || (pressing && began < this.#restAt)) return undefined;
    const found = await look(new Set([...busy, ...urgent.map(({ lane }) => lane)]), places - urgent.length);
    const now = performance.now();
    this.#restAt = now + Math.min(Math.max((now - began) * REST_SHARE, SHORTEST_REST_MS), LONGEST_REST_MS);
    return found;
  }

  #mayBegin(): boolean {
    return this.#running && this.#options.mayAct?.() !== false;
  }

  /** Starts what was just committed, if it is urgent and its lane is free. */
  #beginsAtOnce(action: ActionRecord): boolean {
    const { clock } = this.#options;
    if (!this.#inheritanceKnown || !this.#kinds.urgent.includes(action.kind) || action.nextTryAt > clock())
      return false;
    if (this.#busyLanes.has(action.lane) || !this.#begin(action, false)) return false;
    this.#begunSinceAsked.add(action.lane);
    return true;
  }

  /** Starts what the ledger returned as due, unless there is no free slot by now. */
  #begin(action: ActionRecord, hasMoreBehind = true): boolean {
    if (!this.#mayBegin() || this.#begunSinceAsked.has(action.lane)) return false;
    if (this.#busy.size >= this.#pace.lanes || !this.#kinds.hasPlaceFor(action.kind)) return false;
    this.#occupy(action, hasMoreBehind);
    return true;
  }

  #occupy(action: ActionRecord, hasMoreBehind: boolean): void {
    const { lane, kind } = action;
    const flows = hasMoreBehind && this.#kinds.flows(kind);
    this.#occupyWith(lane, flows ? this.#flow.from(action) : this.#carryOut(action));
  }

  /** What runs beside in a lane: nothing else begins in it. */
  #holdLane(lane: string): void {
    if (this.#busyLanes.has(lane)) return;
    this.#begunSinceAsked.add(lane);
    this.#occupyWith(lane, Promise.resolve(true));
  }

  #occupyWith(lane: string, work: Promise<boolean>): void {
    this.#busyLanes.add(lane);
    const before = this.#unseenWork;
    const free = async (): Promise<void> => {
      const mayBringMore = await work.catch(() => true);
      await this.#beside.idle(lane);
      this.#busy.delete(lane);
      this.#busyLanes.delete(lane);
      if (mayBringMore || this.#isHungry || before !== this.#unseenWork) this.#laneFreed();
    };
    this.#busy.set(lane, free());
  }

  /** The lanes that are freed in one turn of the event loop are looked at together. */
  #laneFreed(): void {
    this.#gathering ??= setImmediate(() => {
      this.#gathering = undefined;
      this.nudge();
    });
  }

  /** Carries out one action; true: something may have to be done because of it. */
  async #carryOut(action: ActionRecord): Promise<boolean> {
    return this.#note(action, await this.#attempt(action));
  }

  async #attempt(action: ActionRecord): Promise<AttemptOutcome> {
    this.#kinds.begun(action.kind);
    const began = performance.now();
    const attempt = this.#attempts.make(action);
    const answered = this.#beside.begun(action);
    const outcome = await attempt;
    answered();
    this.#kinds.ended(action.kind);
    // others, such as mail, say nothing about the homeserver
    if (!this.#kinds.flows(action.kind)) return outcome;
    if (outcome.state === 'retry') this.#pace.slowDown();
    else if (this.#pace.note(performance.now() - began)) this.nudge();
    return outcome;
  }

  async #note(action: ActionRecord, outcome: AttemptOutcome, patienceMs?: number): Promise<boolean> {
    const bringsMore = await this.#ends.note(action, outcome, patienceMs);
    this.#beside.stored(action, outcome);
    return bringsMore;
  }

  async #carryOutBeside(action: ActionRecord): Promise<boolean> {
    // after a crash only the first of a lane count as sent, so it is written down that this one may be
    const { attempts, nextTryAt } = action;
    if (attempts === 0)
      await this.#options.ledger.retryAction(action.id, { nextTryAt, error: actionTexts.besideAnother });
    const outcome = await this.#attempt(action);
    await this.#ends.note(action, outcome);
    return outcome.state === 'retry';
  }

  /** Whether an action goes on in a lane without a query for all lanes. */
  #mayFollow({ kind, lane, nextTryAt }: ActionRecord): boolean {
    if (!this.#kinds.flows(kind) || this.#beside.isStalled(lane) || nextTryAt > this.#options.clock()) return false;
    return this.#mayBegin() && this.#busy.size <= this.#pace.lanes;
  }
}
