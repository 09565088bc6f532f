import type { ActionRecord, NewWork } from '../records/actions.js';
import type { AddedAction } from './add.js';

/** Collects the new work that a commit brings for the executor. */
export class WorkOfCommit {
  readonly #firsts = new Map<string, ActionRecord>();
  #more = false;
  /** whether due actions were moved to other lanes */
  changedLanes = false;

  /** @param asked how many were requested; those whose keys existed already may be due too */
  add(asked: number, added: readonly AddedAction[]): void {
    if (asked > added.length) this.#more = true;
    for (const { action, waits } of added) {
      const first = this.#firsts.get(action.lane);
      if (first === undefined && !waits) this.#firsts.set(action.lane, action);
      else this.#more = true;
      // An action that is due again keeps its id, and so comes before new ones in its lane.
      if (first !== undefined && action.id < first.id) this.#firsts.delete(action.lane);
    }
  }

  /** Whole lanes were changed. */
  addUnknown(): void {
    this.#firsts.clear();
    this.#more = true;
    this.changedLanes = true;
  }

  /** Undefined: nothing. */
  get(): NewWork | undefined {
    if (this.#firsts.size === 0 && !this.#more) return undefined;
    return { firsts: [...this.#firsts.values()], more: this.#more };
  }
}
