import { serverNameOf } from '../matrix/identifiers.js';
import type { Clock } from '../util/clock.js';

/** The event delay of one homeserver. */
export interface ServerLag {
  server: string;
  /** a running mean over the latest events, in ms */
  meanMs: number;
  /** of the latest event, in ms */
  latestMs: number;
  events: number;
  /** time of receipt of the latest, ms since the epoch */
  at: number;
}

/** How many homeservers are remembered; beyond that the least recently seen are dropped. */
const MOST_SERVERS = 2_000;
/** Older events are not lag: bridges and homeservers import history with its original timestamps. */
const OLDEST_MS = 24 * 3_600_000;
/** A homeserver silent for this long says nothing about the present. */
const FORGOTTEN_MS = 24 * 3_600_000;
/** Weight of the latest event in the mean. */
const WEIGHT = 0.2;

/** Event delays of other homeservers, in bounded memory. Send times are the senders' claims. */
export class Lags {
  readonly #servers = new Map<string, ServerLag>();

  constructor(private readonly clock: Clock) {}

  /** Records the delay of an event. */
  note(sender: string, lagMs: number): void {
    const server = serverNameOf(sender);
    if (server === undefined || lagMs < 0 || lagMs > OLDEST_MS) return;
    const at = this.clock();
    const known = this.#servers.get(server);
    if (known === undefined) {
      if (this.#servers.size >= MOST_SERVERS) this.#forgetOldest();
      this.#servers.set(server, { server, meanMs: lagMs, latestMs: lagMs, events: 1, at });
      return;
    }
    known.meanMs += WEIGHT * (lagMs - known.meanMs);
    known.latestMs = lagMs;
    known.events++;
    known.at = at;
  }

  /** The homeservers seen within a day, largest delay first. */
  worst(most: number): ServerLag[] {
    const since = this.clock() - FORGOTTEN_MS;
    return [...this.#servers.values()]
      .filter(({ at }) => at >= since)
      .map((one) => ({ ...one }))
      .sort((a, b) => b.meanMs - a.meanMs || (a.server < b.server ? -1 : 1))
      .slice(0, most);
  }

  /** A homeserver's average event delay, in ms; undefined when there were none within a day. */
  of(server: string): number | undefined {
    const lag = this.#servers.get(server);
    return lag === undefined || lag.at < this.clock() - FORGOTTEN_MS ? undefined : lag.meanMs;
  }

  /** The number of homeservers seen within a day. */
  get size(): number {
    return this.worst(MOST_SERVERS).length;
  }

  #forgetOldest(): void {
    let oldest: ServerLag | undefined;
    for (const one of this.#servers.values()) if (oldest === undefined || one.at < oldest.at) oldest = one;
    if (oldest !== undefined) this.#servers.delete(oldest.server);
  }
}
