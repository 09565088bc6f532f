import type { ActionRecord, NewAction } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';

export interface ActionOutboxOptions {
  ledger: Pick<Ledger, 'commit' | 'actionsByKey'>;
  /** what is added beside actions before they are written down, e.g. that the case of whom they hit tells of them */
  prepare?: (actions: readonly NewAction[]) => Promise<NewAction[]>;
  clock: Clock;
}

/** How long `carryOut` waits for effects; after that they are on their way. */
const CARRY_OUT_MS = 8_000;
/** Actions that end without the executor (a case was dismissed) are noticed so late at most. */
const LOOK_AGAIN_MS = 500;

/** The one way in for actions that come of no event: they are written down here, and the executor carries them out. */
export class ActionOutbox {
  /** who waits for the end of an action, by its idempotency key */
  readonly #waiting = new Map<string, Set<Ends>>();

  constructor(private readonly options: ActionOutboxOptions) {}

  /** Resolves when the actions stand in the ledger. One whose key stands there already is not added again. */
  async add(actions: readonly NewAction[]): Promise<void> {
    if (actions.length === 0) return;
    const { ledger, prepare } = this.options;
    const prepared = (await prepare?.(actions)) ?? actions;
    await ledger.commit((tx) => tx.addActions(prepared));
  }

  /** Adds the actions and waits until all have ended, `waitMs` at most; returns how they stand then, in order of ids. */
  async carryOut(actions: readonly NewAction[], waitMs = CARRY_OUT_MS): Promise<ActionRecord[]> {
    const { ledger, clock } = this.options;
    const keys = actions.map(({ key }) => key);
    const until = clock() + waitMs;
    const ends = new Ends();
    for (const key of keys) this.#waiting.set(key, (this.#waiting.get(key) ?? new Set()).add(ends));
    try {
      await this.add(actions);
      for (;;) {
        const records = await ledger.actionsByKey(keys);
        const due = records.filter(({ state }) => state === 'due').map(({ key }) => key);
        if (due.length === 0 || clock() >= until) return records;
        await ends.of(due, Math.max(1, Math.min(LOOK_AGAIN_MS, until - clock())));
      }
    } finally {
      for (const key of keys) {
        const waiting = this.#waiting.get(key);
        waiting?.delete(ends);
        if (waiting?.size === 0) this.#waiting.delete(key);
      }
    }
  }

  /** Says that an action has ended: called after that stands in the ledger. */
  noteEnd({ key }: Pick<ActionRecord, 'key'>): void {
    for (const ends of this.#waiting.get(key) ?? []) ends.note(key);
  }
}

/** The ends of some actions, as they come. */
class Ends {
  readonly #ended = new Set<string>();
  #missing = new Set<string>();
  #wake: (() => void) | undefined;

  note(key: string): void {
    this.#ended.add(key);
    if (this.#missing.delete(key) && this.#missing.size === 0) this.#wake?.();
  }

  /** Resolves when these have ended, or after a while. One that ends a second time is not waited for. */
  async of(keys: readonly string[], ms: number): Promise<void> {
    this.#missing = new Set(keys.filter((key) => !this.#ended.has(key)));
    if (this.#missing.size === 0) return this.#ended.clear();
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
    this.#ended.clear();
  }
}
