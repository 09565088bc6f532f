import type { Logger } from '../util/logger.js';
import { inOrderWithin, type StopStep } from './stop-steps.js';

/**
 * The order of a stop, first to last: who looks for work and the door, effects that are on their way, connections
 * (requests that hang fail then, and what they were for is noted as to be tried again), what memory has still to write
 * down, and the ledger.
 */
const STAGES = ['watchers', 'actions', 'connections', 'memory', 'ledger'] as const;
export type Stage = (typeof STAGES)[number];

/** A part that was made, and what it has to do when we start or stop. */
export interface Part {
  start?(): void;
  /** `leftMs`: what is left of the time that all share */
  stop?(leftMs: number): Promise<void> | void;
}

/** Whoever stops us waits 10 s before the hard way. So long may all stages take together, and the ledger after them. */
const STOP_LIMIT_MS = 8_000;
const LEDGER_CLOSE_MS = 1_000;

/** Knows each part that starts or stops: they are added when they are made, and stop in reverse. */
export class Lifecycle {
  readonly #parts: { stage: Stage; name: string; part: Part }[] = [];

  /** Adds a part, and gives it back. */
  add<T extends Part>(stage: Stage, name: string, part: T): T {
    this.#parts.push({ stage, name, part });
    return part;
  }

  /** Starts what looks for work by itself, in the order in which it was made. */
  start(): void {
    for (const { stage, part } of this.#parts) if (stage === 'watchers') part.start?.();
  }

  /**
   * Stops all parts: the stages one after another, the parts of one stage at once, so that none begins anything new
   * while we wait for another. Takes 9 s at most, also when the homeserver hangs. Never rejects.
   */
  async stop(logger: Logger): Promise<void> {
    const steps = STAGES.map((stage): StopStep => ({ name: stage, work: (leftMs) => this.#stopAll(stage, leftMs) }));
    const last = steps.pop();
    await inOrderWithin(STOP_LIMIT_MS, steps, logger);
    // It has time of its own, whatever the others took.
    if (last !== undefined) await inOrderWithin(LEDGER_CLOSE_MS, [last], logger);
  }

  /** Ends when all have, also when some failed: then it fails with the first of them, named. */
  async #stopAll(stage: Stage, leftMs: number): Promise<void> {
    const parts = this.#parts.filter((one) => one.stage === stage).reverse();
    const ends = await Promise.allSettled(parts.map(async ({ part }) => part.stop?.(leftMs)));
    ends.forEach((end, at) => {
      if (end.status === 'rejected')
        throw new Error(`${parts[at]?.name}: ${end.reason instanceof Error ? end.reason.message : String(end.reason)}`);
    });
  }
}
