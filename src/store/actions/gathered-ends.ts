import { setImmediate as nextTurn } from 'node:timers/promises';
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
 * Batches the ends reported in one turn of the event loop, or while others are being written, into one commit: a commit
 * costs more than the row that it changes. An end that cannot be written fails alone.
 */
export class GatheredEnds {
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;

  /** @param write writes all of them or none */
  constructor(private readonly write: (ends: readonly ToldEnd[]) => Promise<void>) {}

  /** Resolves when it is written. */
  add(id: number, end: ToldEnd['end']): Promise<void> {
    return new Promise((written, failed) => {
      this.#waiting.push({ id, end, written, failed });
      this.#writing ??= this.#writeAll();
    });
  }

  /** Resolves when all those reported so far are written, or have failed. */
  async idle(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      await nextTurn();
      const ends = this.#waiting;
      this.#waiting = [];
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
