import type { Logger } from '../util/logger.js';
import { inOrderWithin, type StopStep } from './stop-steps.js';

/**
 * The order of a stop, first to last: watchers and incoming requests, running actions, connections (hanging requests
 * then fail, and their actions are recorded for a retry), unsaved state in memory, and the ledger.
 */
const STAGES = ['watchers', 'actions', 'connections', 'memory', 'ledger'] as const;
export type Stage = (typeof STAGES)[number];

/** A part, with what it does at start and stop. */
export interface Part {
  start?(): void;
  /** `leftMs`: what remains of the shared time */
  stop?(leftMs: number): Promise<void> | void;
}

/**
 * Supervisors usually kill a process 10 s after asking it to stop. All stages together, and then the ledger, must fit
 * into that.
 */
const STOP_LIMIT_MS = 8_000;
const LEDGER_CLOSE_MS = 1_000;

/** Holds every part that starts or stops: parts are added when they are created, and stop in reverse. */
export class Lifecycle {
  readonly #parts: { stage: Stage; name: string; part: Part }[] = [];

  /** Adds a part and returns it. */
  add<T extends Part>(stage: Stage, name: string, part: T): T {
    this.#parts.push({ stage, name, part });
    return part;
  }

  /** Starts the watchers, in the order of their creation. */
  start(): void {
    for (const { stage, part } of this.#parts) if (stage === 'watchers') part.start?.();
  }

  /**
   * Stops all parts: the stages one after another, the parts of one stage at once, so that none starts anything new
   * while we wait for another. Takes at most 9 s, even when the homeserver hangs. Never rejects.
   */
  async stop(logger: Logger): Promise<void> {
    const steps = STAGES.map((stage): StopStep => ({ name: stage, work: (leftMs) => this.#stopAll(stage, leftMs) }));
    const last = steps.pop();
    await inOrderWithin(STOP_LIMIT_MS, steps, logger);
    // It has time reserved, whatever the others took.
    if (last !== undefined) await inOrderWithin(LEDGER_CLOSE_MS, [last], logger);
  }

  /** Settles when all have; rejects with the first failure, named. */
  async #stopAll(stage: Stage, leftMs: number): Promise<void> {
    const parts = this.#parts.filter((one) => one.stage === stage).reverse();
    const ends = await Promise.allSettled(parts.map(async ({ part }) => part.stop?.(leftMs)));
    ends.forEach((end, at) => {
      if (end.status === 'rejected')
        throw new Error(`${parts[at]?.name}: ${end.reason instanceof Error ? end.reason.message : String(end.reason)}`);
    });
  }
}
