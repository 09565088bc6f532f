import type { Clock } from '../util/clock.js';
import { BoundedMap } from '../util/bounded-map.js';

/** Burst size of one person's reports; 60 in two minutes must pass. */
const BURST = 100;
/** refill: one per second */
const REFILL_MS = 1_000;
const PEOPLE_REMEMBERED = 10_000;

/** A token bucket per person, so that one account cannot fill the ledger and the abuse desk's mailbox. */
export class ReportLimit {
  readonly #clock: Clock;
  /** user id → when the bucket will be full again; insertion order is the order of use */
  readonly #fullAt = new BoundedMap<string, number>(PEOPLE_REMEMBERED);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes a token; returns 0 on success, else the milliseconds until one is available. */
  take(userId: string): number {
    const now = this.#clock();
    const fullAt = Math.max(now, this.#fullAt.get(userId) ?? now) + REFILL_MS;
    const wait = fullAt - now - BURST * REFILL_MS;
    if (wait > 0) return wait;
    this.#fullAt.set(userId, fullAt);
    return 0;
  }
}
