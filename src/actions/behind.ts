import type { ActionRecord } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';

/** How many actions of a lane are read at a time, and for how long: other programs may write to the ledger. */
const READ_AT_ONCE = 50;
const USED_FOR_MS = 1_000;

/** What the executor needs of the ledger to go on in a lane; without it, it queries all lanes after each action. */
export type LedgerBehind = Partial<Pick<Ledger, 'dueBehind' | 'dueRevision'>>;

/**
 * The actions behind the one that is running in its lane, read from the ledger some at a time. Nothing is returned that
 * may have been cancelled or moved since it was read.
 */
export class ActionsBehind {
  #read: ActionRecord[] = [];
  #isWhole = false;
  #readAt = -Infinity;
  #revision: number | undefined;

  constructor(private readonly ledger: LedgerBehind) {}

  /** Makes sure that what is behind the action is known, as far as the ledger knows it now. */
  async look({ lane, id }: ActionRecord): Promise<void> {
    const { ledger } = this;
    if (this.#read.length > 0 || this.#isWhole || ledger.dueBehind === undefined) return;
    this.#readAt = performance.now();
    this.#revision = ledger.dueRevision;
    const read = await ledger.dueBehind(lane, id, READ_AT_ONCE);
    this.#read = read.reverse();
    this.#isWhole = read.length < READ_AT_ONCE;
  }

  /** The next one, if it is still as it was read. */
  next(): ActionRecord | undefined {
    if (this.ledger.dueRevision !== this.#revision || performance.now() - this.#readAt > USED_FOR_MS) return undefined;
    return this.#read.at(-1);
  }

  /** Takes the next one off. */
  take(): void {
    this.#read.pop();
  }
}
