import type { Config } from '../config/types.js';
import type { Inline } from '../matrix/message.js';
import { MatrixError } from '../matrix/types.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { doublingMs, idlePause, pause, Sleep } from '../util/timers.js';
import { remedyFor } from './remedies.js';
import { texts } from './texts.js';

export interface StartStepsOptions {
  config: Pick<Config, 'bot' | 'homeserver' | 'appservice'>;
  /** hears which optional steps fail now, whenever these have changed */
  report: (troubles: ReadonlyMap<string, Inline[]>) => void;
  logger: Logger;
}

/** How long a step that failed is left alone. */
export const RETRY_MS = 2_000;
/** The longest interval between attempts of an optional step. */
const SELDOM_MS = 60_000;

/** Steps of a start, each repeated until it succeeds, and what `/readyz` says of them meanwhile. */
export class StartSteps {
  /** why we are not ready, by the step that waits */
  readonly waitingFor = new Map<string, string>();
  readonly #options: StartStepsOptions;
  /** optional steps that failed */
  readonly #troubles = new Map<string, Inline[]>();
  readonly #sleep = new Sleep();
  #stopped = false;

  constructor(options: StartStepsOptions) {
    this.#options = options;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  stop(): void {
    this.#stopped = true;
    this.wake();
  }

  /** What is waited for may be there now. */
  wake(): void {
    this.#sleep.wake();
  }

  /** Repeats a step until it succeeds; `/readyz` shows its error meanwhile. */
  async until(name: string, step: () => Promise<void>): Promise<void> {
    let told = '';
    while (!this.#stopped) {
      try {
        await step();
        this.waitingFor.delete(name);
        return;
      } catch (error) {
        const reason = this.reasonOf(name, error);
        this.waitingFor.set(name, reason);
        if (told !== reason)
          this.#options.logger.warn({ step: name, error: messageOf(error), reason }, 'start-up waits');
        told = reason;
        await this.pause(RETRY_MS, error instanceof MatrixError ? error.retryAfterMs : undefined);
      }
    }
  }

  /** Runs an optional step: a failure is announced once and retried at growing intervals. Never rejects. */
  async aside(name: string, work: () => Promise<void>): Promise<void> {
    for (let tries = 0; !this.#stopped; tries += 1) {
      try {
        await work();
        if (this.#troubles.delete(name)) this.publishTroubles();
        return;
      } catch (error) {
        this.#noteTrouble(name, error);
        const askedMs = error instanceof MatrixError ? (error.retryAfterMs ?? 0) : 0;
        await idlePause(Math.max(doublingMs(RETRY_MS, SELDOM_MS, tries), askedMs));
      }
    }
  }

  #noteTrouble(name: string, error: unknown): void {
    if (this.#troubles.has(name)) return;
    this.#options.logger.warn({ step: name, error: messageOf(error) }, 'a part of the start failed; it is tried again');
    this.#troubles.set(name, texts.trouble(texts.troubles[name] ?? name, messageOf(error)));
    this.publishTroubles();
  }

  publishTroubles(): void {
    this.#options.report(this.#troubles);
  }

  /** Why a step waits, in words. */
  reasonOf(step: string, error: unknown): string {
    return texts.waiting.step(step, messageOf(error), remedyFor(error, this.#options.config));
  }

  /** A pause that `wake` cuts short, but never below the homeserver's Retry-After. */
  pause(ms = RETRY_MS, askedMs?: number): Promise<void> {
    return askedMs === undefined ? this.#sleep.for(ms) : pause(Math.max(ms, askedMs));
  }
}
