import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ActionRecord, NewWork } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import { messageOf } from '../util/errors.js';
import { endsWithin } from '../util/timers.js';
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
  /**
   * Takes what a commit brought. What is urgent and stands first in its lane begins at once: between a commit and a ban
   * there is no question to the ledger.
   */
  take(work: NewWork): void;
  /** Says that something may be due: the ledger is asked now, not at the next timer. */
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
  /** lanes in which something began that the ledger's next answer may not know of: it may have been asked before */
  readonly #begunSinceAsked = new Set<string>();
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
  #wake: (() => void) | undefined;
  #gathering: NodeJS.Immediate | undefined;

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

  take({ firsts, more }: NewWork): void {
    const begun = firsts.filter((action) => this.#beginsAtOnce(action));
    if (more || begun.length < firsts.length) this.nudge();
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
    clearImmediate(this.#gathering);
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
      await this.#sleep(sleepMs);
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
    this.#begunSinceAsked.clear();
    // One moment for both questions: what comes due between two would be seen by neither.
    const now = clock();
    const urgent = this.#urgent.length === 0 ? [] : await ledger.dueActions(now, busy, places, full, this.#urgent);
    const taken = urgent.filter((action) => this.#begin(action));
    const rest = await this.#rest(urgent, places, (lanes, limit) => ledger.dueActions(now, lanes, limit, full), busy);
    taken.push(...(rest ?? []).filter((action) => this.#begin(action)));
    if (!this.#mayBegin()) return 0;
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

  #mayBegin(): boolean {
    return this.#running && this.#options.mayAct?.() !== false;
  }

  /** Begins what was just committed, if it is urgent and nothing is in its way. */
  #beginsAtOnce(action: ActionRecord): boolean {
    const { clock } = this.#options;
    if (!this.#inheritanceKnown || !this.#urgent.includes(action.kind) || action.nextTryAt > clock()) return false;
    if (this.#busyLanes.has(action.lane) || !this.#begin(action)) return false;
    this.#begunSinceAsked.add(action.lane);
    return true;
  }

  /** Begins what the ledger says is due, unless there is no place for it by now. */
  #begin(action: ActionRecord): boolean {
    if (!this.#mayBegin() || this.#begunSinceAsked.has(action.lane)) return false;
    if (this.#busy.size >= this.#concurrency || this.#placesFor(action.kind) <= 0) return false;
    this.#occupy(action);
    return true;
  }

  #occupy(action: ActionRecord): void {
    this.#busyLanes.add(action.lane);
    this.#underway.set(action.kind, (this.#underway.get(action.kind) ?? 0) + 1);
    const work = this.#carryOut(action).finally(() => {
      this.#busy.delete(action.lane);
      this.#busyLanes.delete(action.lane);
      this.#underway.set(action.kind, (this.#underway.get(action.kind) ?? 1) - 1);
      this.#laneFreed();
    });
    this.#busy.set(action.lane, work);
  }

  /** The lanes that are freed in one turn of the event loop are looked at together. */
  #laneFreed(): void {
    this.#gathering ??= setImmediate(() => {
      this.#gathering = undefined;
      this.nudge();
    });
  }

  async #carryOut(action: ActionRecord): Promise<void> {
    await this.#ends.note(action, await this.#attempts.make(action));
  }
}
