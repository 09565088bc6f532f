import type { ActionRecord, NewAction } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import { Sleep } from '../util/timers.js';
import { endsOfChains } from './chains.js';

export interface ActionOutboxOptions {
  ledger: Pick<Ledger, 'commit' | 'actionsByKey' | 'onEnd'>;
  /** what is added beside actions before they are written down, e.g. that the case of whom they hit tells of them */
  prepare?: (actions: readonly NewAction[]) => Promise<NewAction[]>;
}

/** How long is waited for effects; after that they are on their way. */
const WAIT_MS = 8_000;

/** How actions stand in the ledger, asked by their keys. */
type Standing = (keys: readonly string[]) => Promise<ActionRecord[]>;

/**
 * The one way in for actions that come of no event: they are written down here, and the executor carries them out.
 * Who waits for ends is told of them by the ledger, which is not asked over and over.
 */
export class ActionOutbox {
  readonly #waiting = new Set<Ends>();

  constructor(private readonly options: ActionOutboxOptions) {
    options.ledger.onEnd((id) => {
      for (const ends of this.#waiting) ends.note(id);
    });
  }

  /** Resolves when the actions stand in the ledger. One whose key stands there already is not added again. */
  async add(actions: readonly NewAction[]): Promise<void> {
    if (actions.length === 0) return;
    const { ledger, prepare } = this.options;
    const prepared = (await prepare?.(actions)) ?? actions;
    await ledger.commit((tx) => tx.addActions(prepared));
  }

  /**
   * Adds the actions and waits until all have ended, `waitMs` at most; returns how they stand then, in order of ids.
   */
  carryOut(actions: readonly NewAction[], waitMs = WAIT_MS): Promise<ActionRecord[]> {
    return this.#addAndWait(actions, waitMs, (keys) => this.options.ledger.actionsByKey(keys));
  }

  /** The same for actions that go on in others: waits for and returns the last of each chain. */
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

/** The ends of actions as they come, for a limited time. */
class Ends {
  readonly #ended = new Set<number>();
  /** some ended that nobody named */
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

  /** Undefined: nobody knows which. */
  note(id: number | undefined): void {
    if (id === undefined) this.#some = true;
    else this.#ended.add(id);
    if (id === undefined || (this.#missing.delete(id) && this.#missing.size === 0)) this.#sleep.wake();
  }

  /** Resolves when these have ended, when some have that nobody named, or when the time is over. */
  async of(ids: readonly number[]): Promise<void> {
    this.#missing = new Set(ids.filter((id) => !this.#ended.has(id)));
    if (this.#missing.size > 0 && !this.#some) await this.#sleep.for(this.#until - performance.now());
    this.#ended.clear();
    this.#some = false;
  }
}
