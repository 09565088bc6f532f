import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ActionRecord } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import { messageOf } from '../util/errors.js';
import { endsWithin, Sleep } from '../util/timers.js';
import { Attempts, type AttemptsOptions } from './attempts.js';
import { ActionEnds, LEDGER_PAUSE_MS, type ActionEndsOptions } from './ends.js';
import type { ActionHandler } from './types.js';

export interface ExecutorOptions extends AttemptsOptions, ActionEndsOptions {
  ledger: Pick<Ledger, 'dueActions' | 'nextDueAt' | 'endAction' | 'retryAction'> &
    Partial<Pick<Ledger, 'lastActionId'>>;
  handlers: readonly ActionHandler[];
  /** whether this process may act now; while it may not, nothing is begun */
  mayAct?: () => boolean;
  /** the last action that was there before this process wrote any; default: the last when the executor begins */
  inherited?: number;
  /** lanes at work at the same time; default 16 */
  concurrency?: number;
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
/**
 * With so many lanes at work their ends are gathered for a moment, so that one question to the ledger serves many
 * lanes.
 */
const GATHER_FROM_LANES = 8;
const GATHER_MS = 2;
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
  readonly #attempts: Attempts;
  readonly #ends: ActionEnds;
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
  #startedAt = 0;
  #inheritanceKnown = false;
  #running = false;
  #loop: Promise<void> = Promise.resolve();
  #woken = false;
  readonly #sleep = new Sleep();
  #gathering: NodeJS.Timeout | undefined;

  constructor(options: ExecutorOptions) {
    this.#options = options;
    this.#attempts = new Attempts(options);
    this.#ends = new ActionEnds(options, () => !this.#running);
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
    this.#sleep.wake();
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
        await this.#learnInheritance();
        sleepMs = await this.#takeDue();
      } catch (error) {
        this.#options.logger.error({ error: messageOf(error) }, 'ledger cannot be read; the executor tries again');
        sleepMs = LEDGER_PAUSE_MS;
      }
      // What only writes to the ledger ends without waiting for anything: a thousand such, and no request is answered.
      await nextTurn();
      if (this.#running && !this.#woken) await this.#sleep.for(Math.min(sleepMs, LONGEST_SLEEP_MS));
    }
  }

  /** What was there before: another process may have sent it, whatever that process's clock said. */
  async #learnInheritance(): Promise<void> {
    if (this.#inheritanceKnown) return;
    const { inherited, ledger } = this.#options;
    const lastId = inherited ?? (await ledger.lastActionId?.()) ?? 0;
    const until = () => (inherited === undefined ? this.#startedAt : -Infinity);
    this.#attempts.inherit(({ id, createdAt }) => id <= lastId || createdAt <= until());
    this.#inheritanceKnown = true;
  }

  /** Starts what is due where a lane and a place are free; returns how long nothing else can come due. */
  async #takeDue(): Promise<number> {
    const { ledger, clock, mayAct } = this.#options;
    if (mayAct?.() === false) return LEDGER_PAUSE_MS;
    const places = this.#concurrency - this.#busy.size;
    if (places <= 0) return LONGEST_SLEEP_MS;
    const full = [...this.#maxConcurrent.keys()].filter((kind) => this.#placesFor(kind) <= 0);
    // The lanes as they are when the ledger is asked: one that is freed before its answer comes may stand in it with
    // the action that has just ended.
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
    await this.#ends.note(action, await this.#attempts.make(action));
  }
}
