import type { ActionRecord } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { doublingMs } from '../util/timers.js';
import type { AttemptOutcome } from './attempts.js';

/** How long an action may go without an answer before others in its lane no longer wait for it. */
const PATIENCE_MS = 3_000;
/** Likewise, how often it may fail; by then, it has been tried for three seconds. */
const MOST_FAILURES = 3;
/** The longest pause after others in the lane could not be sent either. */
const LONGEST_PAUSE_MS = 60_000;
/** How many run beside it, in its lane and altogether: to a homeserver that answers nobody each is one more request. */
const MOST_IN_LANE = 4;
const MOST_BESIDE = 16;
/** How much of a lane is searched for actions that may go on. */
const READ_AT_ONCE = 200;

export interface BesideOptions {
  /** without `dueInLane` nothing goes on beside anything */
  ledger: Partial<Pick<Ledger, 'dueInLane' | 'dueAgainLater'>>;
  clock: Clock;
  /** see `ActionHandler.inOrderWith` */
  orderOf: (action: ActionRecord) => string | undefined;
  mayBegin: (action: ActionRecord) => boolean;
  /** Carries it out and stores its outcome; true: it is to be tried again. */
  carryOut: (action: ActionRecord) => Promise<boolean>;
  /** called when something has begun in a lane, which the executor may believe to be free */
  onBegun: (lane: string) => void;
  patienceMs: number | undefined;
}

/** A lane whose order is not kept at present. */
class Stalled {
  /** what hung, or failed several times, and has not ended since */
  readonly ids = new Set<number>();
  /** how many of those beside could not be sent either, since the last that could */
  failures = 0;
  pause: NodeJS.Timeout | undefined;
}

/**
 * What goes on in a lane beside an action that hangs or keeps failing. A lane keeps the order of its actions, so one
 * request without an answer would hold back every later ban in its room until it times out, and then while it waits for
 * its next try; and one that the homeserver cannot carry out would do so for hours. After a while only those wait for
 * it that must stay in order with it.
 */
export class Beside {
  readonly #options: BesideOptions;
  /** by lane: the ids of what has begun, until its outcome is stored */
  readonly #open = new Map<string, Set<number>>();
  readonly #stalled = new Map<string, Stalled>();
  /** by lane: what runs beside */
  readonly #running = new Map<string, Set<Promise<void>>>();
  #count = 0;
  /** lanes that are being read, and the ids of what was stored meanwhile */
  readonly #reading = new Map<string, Set<number>>();

  constructor(options: BesideOptions) {
    this.#options = options;
  }

  /** Whether the order of a lane is not kept at present. */
  isStalled(lane: string): boolean {
    return this.#stalled.has(lane);
  }

  /** An action has begun. The returned function is to be called when it was answered. */
  begun(action: ActionRecord): () => void {
    this.#opened(action);
    const { orderOf, patienceMs = PATIENCE_MS } = this.#options;
    if (orderOf(action) === undefined) return () => undefined;
    const timer = setTimeout(() => this.#stall(action), patienceMs);
    return () => clearTimeout(timer);
  }

  /** The outcome of an action in its turn is stored. */
  stored(action: ActionRecord, outcome: AttemptOutcome): void {
    this.#closed(action);
    if (outcome.state !== 'retry') this.#isOver(action);
    // where the homeserver asks for a pause, the whole lane makes it
    else if (outcome.afterMs === undefined && action.attempts + 1 >= MOST_FAILURES) this.#stall(action);
  }

  /** Goes on beside what has failed several times in an earlier process, too. */
  async resume(kinds: readonly string[]): Promise<void> {
    const { ledger, clock } = this.#options;
    const failing = await ledger.dueAgainLater?.(clock(), kinds, MOST_FAILURES, READ_AT_ONCE);
    for (const action of failing ?? []) this.#stall(action);
  }

  stop(): void {
    for (const { pause } of this.#stalled.values()) clearTimeout(pause);
  }

  #stall(action: ActionRecord): void {
    const { lane, id } = action;
    if (this.#options.orderOf(action) === undefined) return;
    const stalled = this.#stalled.get(lane) ?? new Stalled();
    this.#stalled.set(lane, stalled);
    stalled.ids.add(id);
    void this.#look(lane);
  }

  /** There is new work, perhaps behind something that hung and waits for its next try. */
  look(): void {
    for (const lane of this.#stalled.keys()) void this.#look(lane);
  }

  /** Resolves when nothing runs beside in a lane any more. */
  async idle(lane: string): Promise<void> {
    for (let running; (running = this.#running.get(lane)) !== undefined;) await Promise.all(running);
  }

  async #look(lane: string): Promise<void> {
    // what has changed since it began to read shows at the next end
    if (this.#reading.has(lane) || this.#stalled.get(lane)?.pause !== undefined) return;
    const stored = new Set<number>();
    this.#reading.set(lane, stored);
    const due = await this.#options.ledger.dueInLane?.(lane, READ_AT_ONCE).catch(() => undefined);
    this.#reading.delete(lane);
    if (due === undefined) return;
    for (const id of this.#stalled.get(lane)?.ids ?? [])
      if (!due.some((action) => action.id === id)) this.#isOver({ lane, id });
    const stalled = this.#stalled.get(lane);
    if (stalled === undefined || stalled.pause !== undefined) return;
    for (const action of this.#free(lane, due, stored)) {
      const places = stalled.failures === 0 ? MOST_IN_LANE : 1;
      const isFull = (this.#running.get(lane)?.size ?? 0) >= places || this.#count >= MOST_BESIDE;
      if (isFull || !this.#options.mayBegin(action)) return;
      this.#begin(action);
    }
  }

  /** What may begin: nothing before it waits that it must stay in order with. */
  *#free(lane: string, due: readonly ActionRecord[], stored: ReadonlySet<number>): Iterable<ActionRecord> {
    const now = this.#options.clock();
    const before = new Set<string>();
    for (const action of due) {
      if (stored.has(action.id)) continue;
      const order = this.#options.orderOf(action);
      if (order === undefined) return;
      const hasBegun = this.#open.get(lane)?.has(action.id) === true;
      if (!hasBegun && !before.has(order) && action.nextTryAt <= now) yield action;
      before.add(order);
    }
  }

  #begin(action: ActionRecord): void {
    const { lane } = action;
    const running = this.#running.get(lane) ?? new Set();
    this.#running.set(lane, running);
    this.#opened(action);
    this.#count += 1;
    const work = this.#carryOut(action).finally(() => {
      this.#count -= 1;
      running.delete(work);
      if (running.size === 0) this.#running.delete(lane);
      this.look();
    });
    running.add(work);
    this.#options.onBegun(lane);
  }

  async #carryOut(action: ActionRecord): Promise<void> {
    const isToBeTriedAgain = await this.#options.carryOut(action).catch(() => true);
    this.#closed(action);
    const stalled = this.#stalled.get(action.lane);
    if (stalled === undefined) return;
    if (isToBeTriedAgain) return this.#failedBeside(action, stalled);
    stalled.failures = 0;
    this.#isOver(action);
  }

  /**
   * Perhaps it is not that one request: a homeserver that is down should not be asked for everything once. So there is
   * a pause, longer each time, and then only one goes on until one could be sent.
   */
  #failedBeside({ lane, id, attempts }: ActionRecord, stalled: Stalled): void {
    if (stalled.ids.has(id)) return;
    if (attempts + 1 >= MOST_FAILURES) stalled.ids.add(id);
    const { patienceMs = PATIENCE_MS } = this.#options;
    clearTimeout(stalled.pause);
    stalled.pause = setTimeout(
      () => {
        stalled.pause = undefined;
        void this.#look(lane);
      },
      doublingMs(patienceMs, LONGEST_PAUSE_MS, stalled.failures),
    ).unref();
    stalled.failures += 1;
  }

  /** It hangs no longer. */
  #isOver({ lane, id }: Pick<ActionRecord, 'lane' | 'id'>): void {
    const stalled = this.#stalled.get(lane);
    if (stalled === undefined) return;
    stalled.ids.delete(id);
    if (stalled.ids.size > 0) return;
    clearTimeout(stalled.pause);
    this.#stalled.delete(lane);
  }

  #opened({ lane, id }: ActionRecord): void {
    this.#open.set(lane, (this.#open.get(lane) ?? new Set()).add(id));
  }

  #closed({ lane, id }: ActionRecord): void {
    const open = this.#open.get(lane);
    open?.delete(id);
    if (open?.size === 0) this.#open.delete(lane);
    this.#reading.get(lane)?.add(id);
  }
}
