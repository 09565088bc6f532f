import type { ActionRecord, NewAction } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import { Sleep } from '../util/timers.js';
import { endsOfChains } from './chains.js';

export interface ActionOutboxOptions {
  ledger: Pick<Ledger, 'commit' | 'actionsByKey' | 'onEnd'>;
  /** actions to add alongside before they are stored, e.g. the edit of the affected person's case */
  prepare?: (actions: readonly NewAction[]) => Promise<NewAction[]>;
}

/** How long to wait for effects; after that they count as pending. */
const WAIT_MS = 8_000;

/** The state of actions in the ledger, by key. */
type Standing = (keys: readonly string[]) => Promise<ActionRecord[]>;

/**
 * The entry point for actions that do not come from an event: they are stored here, and the executor carries them out.
 * Callers that wait for ends are notified by the ledger, which is not polled.
 */
export class ActionOutbox {
  readonly #waiting = new Set<Ends>();

  constructor(private readonly options: ActionOutboxOptions) {
    options.ledger.onEnd((id) => {
      for (const ends of this.#waiting) ends.note(id);
    });
  }

  /** Resolves when the actions are committed. One whose key exists already is not added again. */
  async add(actions: readonly NewAction[]): Promise<void> {
    if (actions.length === 0) return;
    const { ledger, prepare } = this.options;
    const prepared = (await prepare?.(actions)) ?? actions;
    await ledger.commit((tx) => tx.addActions(prepared));
  }

  /** Adds the actions and waits until all have ended, at most `waitMs`; returns their state then, in order of ids. */
  carryOut(actions: readonly NewAction[], waitMs = WAIT_MS): Promise<ActionRecord[]> {
    return this.#addAndWait(actions, waitMs, (keys) => this.options.ledger.actionsByKey(keys));
  }

  /** The same for actions with follow-ups: waits for and returns the last of each chain. */
  carryOutChains(actions: readonly NewAction[], waitMs = WAIT_MS): Promise<ActionRecord[]> {
    return this.#addAndWait(actions, waitMs, (keys) => endsOfChains(this.options.ledger, keys));
  }

  async #addAndWait(actions: readonly NewAction[], waitMs: number, standing: Standing): Promise<ActionRecord[]> {
    const keys = actions.map(({ key }) => key);
    const ends = new Ends(waitMs);
    this.#waiting.add(ends);
    try {
      await this.add(actions);
      for (;;) {
        const records = await standing(keys);
        const due = records.filter(({ state }) => state === 'due').map(({ id }) => id);
        if (due.length === 0 || ends.isOver) return records;
        await ends.of(due);
      }
    } finally {
      this.#waiting.delete(ends);
    }
  }
}

/** The ends of actions as they happen, for a limited time. */
class Ends {
  readonly #ended = new Set<number>();
  /** some actions ended without their keys being known */
  #some = false;
  #missing = new Set<number>();
  readonly #sleep = new Sleep();
  readonly #until: number;

  constructor(waitMs: number) {
    this.#until = performance.now() + waitMs;
  }

  get isOver(): boolean {
    return performance.now() >= this.#until;
  }

  /** Undefined: unknown which. */
  note(id: number | undefined): void {
    if (id === undefined) this.#some = true;
    else this.#ended.add(id);
    if (id === undefined || (this.#missing.delete(id) && this.#missing.size === 0)) this.#sleep.wake();
  }

  /** Resolves when these have ended, when unknown actions have ended, or when the time is up. */
  async of(ids: readonly number[]): Promise<void> {
    this.#missing = new Set(ids.filter((id) => !this.#ended.has(id)));
    if (this.#missing.size > 0 && !this.#some) await this.#sleep.for(this.#until - performance.now());
    this.#ended.clear();
    this.#some = false;
  }
}
