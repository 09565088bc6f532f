import { setImmediate as nextTurn } from 'node:timers/promises';
import { Sleep } from '../../util/timers.js';
import type { NewAction } from '../records/actions.js';
import type { ActionEnd } from './ends.js';

/** The end of an action, with its follow-ups. */
export interface ToldEnd {
  id: number;
  end: ActionEnd & { follow?: readonly NewAction[] };
}

interface Waiting extends ToldEnd {
  written(): void;
  failed(error: unknown): void;
}

/**
 * Batches the ends reported in one turn of the event loop, while others are being written, or within the patience of
 * those who report them, into one commit: a commit costs more than the row that it changes, and the rows of one lane
 * lie side by side. An end that cannot be written fails alone.
 */
export class GatheredEnds {
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  /** `performance.now()` at the last write, and when those who wait have to be written */
  #wroteAt = -Infinity;
  #writeBy = Infinity;
  readonly #sleep = new Sleep();

  /** @param write writes all of them or none */
  constructor(private readonly write: (ends: readonly ToldEnd[]) => Promise<void>) {}

  /**
   * Resolves when it is written.
   *
   * @param patienceMs how long after the last write it may be written; without, at once
   */
  add(id: number, end: ToldEnd['end'], patienceMs = 0): Promise<void> {
    return new Promise((written, failed) => {
      this.#waiting.push({ id, end, written, failed });
      const by = this.#wroteAt + patienceMs;
      if (by < this.#writeBy) {
        this.#writeBy = by;
        this.#sleep.wake();
      }
      this.#writing ??= this.#writeAll();
    });
  }

  /** Resolves when all those reported so far are written, or have failed. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      for (let left; (left = this.#writeBy - performance.now()) > 0;) await this.#sleep.for(left);
      await nextTurn();
      const ends = this.#waiting;
      this.#waiting = [];
      this.#writeBy = Infinity;
      this.#wroteAt = performance.now();
      if (!(await this.#writeTogether(ends))) for (const end of ends) await this.#writeAlone(end);
    }
    this.#writing = undefined;
  }

  async #writeTogether(ends: readonly Waiting[]): Promise<boolean> {
    if (ends.length === 1) return false;
    try {
      await this.write(ends);
    } catch {
      return false;
    }
    for (const { written } of ends) written();
    return true;
  }

  async #writeAlone(end: Waiting): Promise<void> {
    try {
      await this.write([end]);
      end.written();
    } catch (error) {
      end.failed(error);
    }
  }
}
