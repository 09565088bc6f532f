import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { endsWithin } from '../util/timers.js';

/** One step of a stop. `leftMs`: what remains of the shared time, for work that can end by itself. */
export interface StopStep {
  name: string;
  work: (leftMs: number) => Promise<void> | void;
}

/**
 * Runs all steps in order and resolves after `limitMs` at the latest. The process is likely to be killed soon after, so
 * a step that hangs or fails must not cost the later ones: it is logged and abandoned. When no time is left, each
 * further step is still started and gets one turn of the event loop, for work that need not wait.
 */
export async function inOrderWithin(limitMs: number, steps: readonly StopStep[], logger: Logger): Promise<void> {
  const end = performance.now() + limitMs;
  for (const { name, work } of steps) {
    try {
      const leftMs = Math.max(0, end - performance.now());
      const ended = await endsWithin(
        leftMs,
        Promise.resolve().then(() => work(leftMs)),
      );
      if (!ended) logger.warn({ step: name }, 'a step of the stop was not waited for any longer');
    } catch (error) {
      logger.error({ step: name, error: messageOf(error) }, 'a step of the stop failed');
    }
  }
}
