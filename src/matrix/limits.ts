import { BoundedMap } from '../util/bounded-map.js';
import { KeyedMutex } from '../util/keyed-mutex.js';
import type { TransportRequest } from './transport.js';
import { MatrixError } from './types.js';

/** Beyond this many the oldest is dropped, to bound memory; its caller waits anyway. */
const MOST_LIMITS = 1_000;

/** Rate-limited requests, and until when. Several parts of the program may send the same request. */
export class Limits {
  readonly #until = new BoundedMap<string, { error: MatrixError; at: number }>(MOST_LIMITS);

  /** @throws the earlier refusal of a request, with the remaining wait */
  check(request: TransportRequest): void {
    if (this.#until.size === 0) return;
    const limit = this.#until.get(keyOf(request));
    const left = (limit?.at ?? 0) - performance.now();
    if (limit !== undefined && left > 0)
      throw new MatrixError(limit.error.status, limit.error.errcode, limit.error.message, Math.ceil(left));
  }

  /** Remembers a refusal if it is a rate limit; returns it. */
  noted(request: TransportRequest, error: MatrixError): MatrixError {
    if (error.status !== 429 || !error.retryAfterMs) return error;
    const now = performance.now();
    for (const [key, { at }] of this.#until) if (at <= now) this.#until.delete(key);
    this.#until.set(keyOf(request), { error, at: now + error.retryAfterMs });
    return error;
  }
}

/**
 * Serialises identical reads by the same account. Each still gets its own response: a shared one could be older than
 * what its caller has seen already.
 */
export class ReadsInTurn {
  readonly #reads = new KeyedMutex();

  run<T>(request: TransportRequest, exchange: () => Promise<T>): Promise<T> {
    if (request.method !== 'GET') return exchange();
    return this.#reads.run(`${request.headers.Authorization ?? ''} ${keyOf(request)}`, exchange);
  }
}

function keyOf({ method, target, body }: TransportRequest): string {
  return `${method} ${target} ${body ?? ''}`;
}
