import type { ActionRecord, NewWork } from '../records/actions.js';
import type { AddedAction } from './add.js';

/** Gathers over a commit what it brings that is to be carried out. */
export class WorkOfCommit {
  readonly #firsts = new Map<string, ActionRecord>();
  #more = false;

  /** @param asked how many were to be added; those whose keys were there already may be due too */
  add(asked: number, added: readonly AddedAction[]): void {
    if (asked > added.length) this.#more = true;
    for (const { action, waits } of added) {
      const first = this.#firsts.get(action.lane);
      if (first === undefined && !waits) this.#firsts.set(action.lane, action);
      else this.#more = true;
      // One that is due anew keeps its id, and then stands before what was added to its lane.
      if (first !== undefined && action.id < first.id) this.#firsts.delete(action.lane);
    }
  }

  /** Whole lanes were changed. */
  addUnknown(): void {
    this.#firsts.clear();
    this.#more = true;
  }

  /** Undefined: nothing. */
  get(): NewWork | undefined {
    if (this.#firsts.size === 0 && !this.#more) return undefined;
    return { firsts: [...this.#firsts.values()], more: this.#more };
  }
}
