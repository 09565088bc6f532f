import { setImmediate as nextTurn } from 'node:timers/promises';
import { MatrixError } from '../matrix/types.js';
import type { ActionRecord, NewAction } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { backOffMs } from './back-off.js';
import type { ActionHandler, ActionOutcome, InterlockAnswer, InterlockQuestion } from './types.js';
import { endsWithin, pause } from '../util/timers.js';
import { actionTexts } from './texts.js';

/** An action's end as the ledger takes it. */
export type ActionEnd = Parameters<Ledger['endAction']>[1];

/** An action that could not be carried out, for people: told once for a lane until that lane works again. */
export interface ActionFailure {
  action: ActionRecord;
  error: string;
  /** true when it is given up; false when it is still being tried */
  givenUp: boolean;
}

export interface ExecutorOptions {
  ledger: Pick<Ledger, 'dueActions' | 'nextDueAt' | 'endAction' | 'retryAction'> &
    Partial<Pick<Ledger, 'lastActionId'>>;
  handlers: readonly ActionHandler[];
  /** the interlock, asked before every try of an action that can hit somebody */
  guard: (question: InterlockQuestion) => InterlockAnswer;
  clock: Clock;
  logger: Logger;
  /** true: nothing that changes the world is sent; it ends as `simulated` */
  dryRun: boolean;
  /** whether this process may act now; while it may not, nothing is begun */
  mayAct?: () => boolean;
  /** the last action that was there before this process wrote any; default: the last when the executor begins */
  inherited?: number;
  /** lanes at work at the same time; default 16 */
  concurrency?: number;
  /** 0 ≤ x < 1, for the jitter of the back-off */
  random?: () => number;
  onTrouble?: (trouble: ActionFailure) => void;
  /** what an action's end asks for besides what its handler says; written down in the same commit */
  followUp?: (action: ActionRecord, end: ActionEnd) => NewAction[];
  /** after an action's end stands in the ledger */
  onEnd?: (action: ActionRecord, end: ActionEnd) => void;
}

export interface Executor {
  /** Begins to carry out what is due, also what an earlier process left behind. */
  start(): void;
  /** Says that something was committed: it is looked at now, not at the next timer. */
  nudge(): void;
  /** Takes nothing new and waits for what is on its way, `waitMs` at most (default 8 s). */
  stop(waitMs?: number): Promise<void>;
}

const CONCURRENCY = 16;
const STOP_WAIT_MS = 8_000;
/**
 * Under load the ends of actions wake the loop; this is how long a lane that merely comes due may go unnoticed then.
 */
const LOOK_AGAIN_MS = 50;
/**
 * The longest sleep: another process (`heimdall scan --act`) may have written actions down, and nobody nudges us then.
 */
const LONGEST_SLEEP_MS = 2_000;
const LEDGER_PAUSE_MS = 1_000;
/**
 * With so many lanes at work their ends are gathered for a moment, so that one question to the ledger serves many
 * lanes.
 */
const GATHER_FROM_LANES = 8;
const GATHER_MS = 2;
/**
 * A homeserver that answers 5xx to this request for some ten hours will go on doing so; no answer at all is waited out
 * for ever.
 */
const MOST_ATTEMPTS = 50;
const TELL_AFTER_ATTEMPTS = 3;
/** So many times as long as a look for what is not urgent took, the next one waits, at least and at most so long. */
const REST_SHARE = 20;
const SHORTEST_REST_MS = 100;
const LONGEST_REST_MS = 1_000;

/**
 * Carries out the ledger's due actions: in order within a lane, lanes side by side. It asks the interlock
 * before every attempt, and in a dry run sends nothing that has side effects.
 */
export function createExecutor(options: ExecutorOptions): Executor {
  return new LaneExecutor(options);
}

class LaneExecutor implements Executor {
  readonly #options: ExecutorOptions;
  readonly #handlers: ReadonlyMap<string, ActionHandler>;
  readonly #concurrency: number;
  /** kinds whose far end may hang: or a mail server that answers nobody would hold up bans */
  readonly #maxConcurrent: ReadonlyMap<string, number>;
  readonly #urgent: readonly string[];
  /** while anything urgent is at work, nothing else is looked for before this moment (by `performance.now`) */
  #restAt = 0;
  /** the lanes at work, and the work */
  readonly #busy = new Map<string, Promise<void>>();
  /** the same lanes as the ledger wants them */
  readonly #busyLanes = new Set<string>();
  /** how many of each kind are on their way */
  readonly #underway = new Map<string, number>();
  readonly #lanesInTrouble = new Set<string>();
  #startedAt = 0;
  /** actions up to this id were there before: another process may have sent them, whatever its clock said */
  #inherited = Infinity;
  /** lanes in which something that was left behind has been worked on by now */
  readonly #takenOver = new Set<string>();
  #running = false;
  #loop: Promise<void> = Promise.resolve();
  #woken = false;
  #wake: (() => void) | undefined;
  #gathering: NodeJS.Timeout | undefined;

  constructor(options: ExecutorOptions) {
    this.#options = options;
    this.#handlers = new Map(options.handlers.map((handler) => [handler.kind, handler]));
    this.#inherited = options.inherited ?? Infinity;
    this.#concurrency = options.concurrency ?? CONCURRENCY;
    this.#urgent = options.handlers.filter(({ urgent }) => urgent === true).map(({ kind }) => kind);
    this.#maxConcurrent = new Map(
      options.handlers.flatMap(({ kind, maxConcurrent }) =>
        maxConcurrent === undefined ? [] : [[kind, maxConcurrent]],
      ),
    );
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#startedAt = this.#options.clock();
    this.#loop = this.#run();
  }

  nudge(): void {
    this.#woken = true;
    this.#wake?.();
  }

  async stop(waitMs = STOP_WAIT_MS): Promise<void> {
    this.#running = false;
    this.nudge();
    await this.#loop;
    await endsWithin(waitMs, Promise.all(this.#busy.values()));
    clearTimeout(this.#gathering);
  }

  async #run(): Promise<void> {
    while (this.#running) {
      this.#woken = false;
      let sleepMs: number;
      try {
        if (this.#inherited === Infinity) this.#inherited = (await this.#options.ledger.lastActionId?.()) ?? 0;
        sleepMs = await this.#takeDue();
      } catch (error) {
        this.#options.logger.error({ error: messageOf(error) }, 'ledger cannot be read; the executor tries again');
        sleepMs = LEDGER_PAUSE_MS;
      }
      // What only writes to the ledger ends without waiting for anything: a thousand such, and no request is answered.
      await nextTurn();
      await this.#sleep(sleepMs);
    }
  }

  /** Starts what is due where a lane and a place are free; returns how long nothing else can come due. */
  async #takeDue(): Promise<number> {
    const { ledger, clock, mayAct } = this.#options;
    if (mayAct?.() === false) return LEDGER_PAUSE_MS;
    const places = this.#concurrency - this.#busy.size;
    if (places <= 0) return LONGEST_SLEEP_MS;
    const full = [...this.#maxConcurrent.keys()].filter((kind) => this.#placesFor(kind) <= 0);
    // The lanes as they are when the ledger is asked: one that is freed before its answer comes may stand in it with
    // the
    // action that has just ended.
    const busy = new Set(this.#busyLanes);
    // One moment for both questions: what comes due between two would be seen by neither.
    const now = clock();
    const urgent = this.#urgent.length === 0 ? [] : await ledger.dueActions(now, busy, places, full, this.#urgent);
    const rest = await this.#rest(urgent, places, (lanes, limit) => ledger.dueActions(now, lanes, limit, full), busy);
    if (!this.#running || mayAct?.() === false) return 0;
    const due = [...urgent, ...(rest ?? [])];
    const taken = due.filter((action) => this.#placesFor(action.kind) > 0 && this.#occupy(action));
    if (taken.length > 0 || rest === undefined) return LOOK_AGAIN_MS;
    const next = await ledger.nextDueAt(now);
    return next === null ? LONGEST_SLEEP_MS : Math.max(1, next - clock());
  }

  /**
   * What is not urgent; undefined when it is not looked for now. In a raid tens of thousands of actions are due at
   * once, and each of them takes time that bans need: so while anything urgent is at work, they are looked for ten
   * times a second at most, and the looks take a twentieth of the time at most.
   */
  async #rest(
    urgent: readonly ActionRecord[],
    places: number,
    look: (lanes: ReadonlySet<string>, limit: number) => Promise<ActionRecord[]>,
    busy: ReadonlySet<string>,
  ): Promise<ActionRecord[] | undefined> {
    const pressing = urgent.length > 0 || this.#urgent.some((kind) => (this.#underway.get(kind) ?? 0) > 0);
    const began = performance.now();
    if (urgent.length >= places || (pressing && began < this.#restAt)) return undefined;
    const found = await look(new Set([...busy, ...urgent.map(({ lane }) => lane)]), places - urgent.length);
    const now = performance.now();
    this.#restAt = now + Math.min(Math.max((now - began) * REST_SHARE, SHORTEST_REST_MS), LONGEST_REST_MS);
    return found;
  }

  #sleep(ms: number): Promise<void> {
    if (this.#woken || !this.#running) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#wake?.(), Math.min(ms, LONGEST_SLEEP_MS));
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
    });
  }

  #placesFor(kind: string): number {
    return (this.#maxConcurrent.get(kind) ?? Infinity) - (this.#underway.get(kind) ?? 0);
  }

  #occupy(action: ActionRecord): true {
    this.#busyLanes.add(action.lane);
    this.#underway.set(action.kind, (this.#underway.get(action.kind) ?? 0) + 1);
    const work = this.#carryOut(action).finally(() => {
      this.#busy.delete(action.lane);
      this.#busyLanes.delete(action.lane);
      this.#underway.set(action.kind, (this.#underway.get(action.kind) ?? 1) - 1);
      this.#laneFreed();
    });
    this.#busy.set(action.lane, work);
    return true;
  }

  #laneFreed(): void {
    if (this.#busy.size < GATHER_FROM_LANES) return this.nudge();
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.nudge();
    }, GATHER_MS);
  }

  async #carryOut(action: ActionRecord): Promise<void> {
    const outcome = await this.#attempt(action);
    if (outcome.state === 'retry') return this.#retryLater(action, outcome);
    const { clock, onEnd } = this.#options;
    const end: ActionEnd =
      outcome.state === 'done'
        ? { state: 'done', result: outcome.result, follow: outcome.follow, at: clock() }
        : { state: outcome.state, error: outcome.error, at: clock() };
    end.createdAt = action.createdAt;
    const more = this.#options.followUp?.(action, end) ?? [];
    if (more.length > 0) end.follow = [...(end.follow ?? []), ...more];
    await this.#write(() => this.#options.ledger.endAction(action.id, end));
    if (end.state === 'done') this.#lanesInTrouble.delete(action.lane);
    if (end.state === 'failed') this.#tell(action, end.error ?? 'failed', true);
    if (end.state === 'refused')
      this.#options.logger.info(
        { action: action.id, kind: action.kind, reason: end.error },
        'interlock refused an action',
      );
    onEnd?.(action, end);
  }

  /** One try. Never rejects: whatever happens is an outcome. */
  async #attempt(action: ActionRecord): Promise<ActionOutcome | { state: 'simulated'; error: string }> {
    const handler = this.#handlers.get(action.kind);
    if (handler === undefined) return { state: 'failed', error: actionTexts.unknownKind(action.kind) };
    try {
      const question = handler.guard?.(action);
      const answer = question === undefined ? undefined : this.#options.guard(question);
      if (answer?.allowed === false) return { state: 'refused', error: answer.reason };
      if (handler.hasSideEffects && this.#options.dryRun) return { state: 'simulated', error: actionTexts.dryRun };
      const mayHaveBeenSent = action.attempts > 0 || this.#mayAnotherHaveSent(action, handler);
      return await handler.perform(action, { mayHaveBeenSent, attempts: action.attempts });
    } catch (error) {
      return outcomeOf(error, action);
    } finally {
      if (this.#isInherited(action)) this.#takenOver.add(action.lane);
    }
  }

  #mayAnotherHaveSent(action: ActionRecord, { oneUnderway }: ActionHandler): boolean {
    return this.#isInherited(action) && !(oneUnderway === true && this.#takenOver.has(action.lane));
  }

  #isInherited({ id, createdAt }: ActionRecord): boolean {
    return id <= this.#inherited || (this.#options.inherited === undefined && createdAt <= this.#startedAt);
  }

  async #retryLater(action: ActionRecord, outcome: { afterMs?: number; error: string }): Promise<void> {
    const { ledger, clock, random, logger } = this.#options;
    const wait = outcome.afterMs ?? backOffMs(action.attempts, random);
    const nextTryAt = Math.ceil(clock() + wait);
    logger.debug(
      { action: action.id, kind: action.kind, wait_ms: wait, error: outcome.error },
      'action is tried again later',
    );
    await this.#write(() => ledger.retryAction(action.id, { nextTryAt, error: outcome.error }));
    if (action.attempts + 1 >= TELL_AFTER_ATTEMPTS) this.#tell(action, outcome.error, false);
  }

  /** Writes to the ledger until it takes it; the lane stays busy meanwhile, so what was sent is not sent again. */
  async #write(work: () => Promise<void>): Promise<void> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        this.#options.logger.error({ error: messageOf(error) }, 'ledger cannot be written; the executor tries again');
        if (!this.#running) return;
        await pause(LEDGER_PAUSE_MS);
      }
    }
  }

  #tell(action: ActionRecord, error: string, givenUp: boolean): void {
    this.#options.logger.warn(
      { action: action.id, kind: action.kind, attempts: action.attempts + 1, given_up: givenUp, error },
      'action failed',
    );
    if (!givenUp && this.#lanesInTrouble.has(action.lane)) return;
    if (!givenUp) this.#lanesInTrouble.add(action.lane);
    if (this.#handlers.get(action.kind)?.failuresToldElsewhere !== true)
      this.#options.onTrouble?.({ action, error, givenUp });
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
