import { backOffMs } from '../actions/back-off.js';
import { MatrixError } from '../matrix/types.js';
import { SerialQueue } from '../util/serial-queue.js';
import { pause } from '../util/timers.js';

/** Attempts per request, with doubling pauses in between: about four minutes in all. */
const MOST_TRIES = 9;
/** A room that the homeserver cannot read is given up sooner, because the others wait behind it. */
export const FEW_TRIES = 3;

export interface RequestThrottleOptions {
  requestsPerSecond: number;
  /** monotonic time in ms */
  now?: () => number;
  /** 0 ≤ x < 1, for the jitter of the back-off */
  random?: () => number;
}

/**
 * Sends requests one at a time, with a maximum rate. It waits after a 429 as the homeserver asks, and after a 5xx or no
 * response with doubling pauses; both delay everything that goes through here. All scans of a process share one.
 */
export class RequestThrottle {
  readonly #intervalMs: number;
  readonly #now: () => number;
  readonly #random: (() => number) | undefined;
  readonly #turns = new SerialQueue();
  #notBefore = 0;

  constructor({ requestsPerSecond, now = () => performance.now(), random }: RequestThrottleOptions) {
    this.#intervalMs = 1000 / requestsPerSecond;
    this.#now = now;
    this.#random = random;
  }

  /**
   * Sends a request when its turn has come, and retries while the failure is transient.
   * @throws MatrixError when it is refused, or still fails after `tries` attempts; the signal's reason when it was
   * aborted meanwhile
   */
  ask<T>(
    request: () => Promise<T>,
    { signal, tries = MOST_TRIES }: { signal?: AbortSignal; tries?: number } = {},
  ): Promise<T> {
    return this.#turns.run(() => this.#untilDone(request, signal, tries));
  }

  async #untilDone<T>(request: () => Promise<T>, signal: AbortSignal | undefined, tries: number): Promise<T> {
    for (let tried = 0; ; tried += 1) {
      signal?.throwIfAborted();
      const waitMs = this.#notBefore - this.#now();
      if (waitMs > 0) await pause(waitMs, signal);
      this.#notBefore = this.#now() + this.#intervalMs;
      try {
        return await unlessAborted(request(), signal);
      } catch (error) {
        if (!(error instanceof MatrixError) || !error.transient) throw error;
        // a rate limit is not a failure, and says when it ends
        const asked = error.status === 429 ? error.retryAfterMs : undefined;
        this.#notBefore = Math.max(this.#notBefore, this.#now() + (asked || backOffMs(tried, this.#random)));
        if (tried + 1 >= tries && !asked) throw error;
      }
    }
  }
}

/** Does not wait for a response that is no longer wanted. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  let aborted = (): void => undefined;
  const stop = new Promise<never>((_resolve, reject) => {
    aborted = () => reject(reasonOf(signal));
    signal.addEventListener('abort', aborted, { once: true });
  });
  try {
    return await Promise.race([work, stop]);
  } finally {
    signal.removeEventListener('abort', aborted);
  }
}

function reasonOf(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error('aborted');
}
