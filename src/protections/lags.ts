import { serverNameOf } from '../matrix/identifiers.js';
import type { Clock } from '../util/clock.js';

/** How late the events of one homeserver come in. */
export interface ServerLag {
  server: string;
  /** a running mean over the latest events, in ms */
  meanMs: number;
  /** of the latest event, in ms */
  latestMs: number;
  events: number;
  /** when the latest came in, ms since the epoch */
  at: number;
}

/** Homeservers that are remembered; of more those not heard of for longest are forgotten. */
const MOST_SERVERS = 2_000;
/** What is older is no lag: bridges and homeservers bring in the past with the times of then. */
const OLDEST_MS = 24 * 3_600_000;
/** Who has been silent for so long says nothing about now. */
const FORGOTTEN_MS = 24 * 3_600_000;
/** Weight of the latest event in the mean. */
const WEIGHT = 0.2;

/** How late the events of other homeservers come in, in bounded memory. When they were sent is the sender's word. */
export class Lags {
  readonly #servers = new Map<string, ServerLag>();

  constructor(private readonly clock: Clock) {}

  /** Notes that an event of somebody came in so late. */
  note(sender: string, lagMs: number): void {
    const server = serverNameOf(sender);
    if (server === undefined || lagMs < 0 || lagMs > OLDEST_MS) return;
    const before = this.#servers.get(server);
    this.#servers.delete(server);
    if (this.#servers.size >= MOST_SERVERS) this.#forgetOldest();
    this.#servers.set(server, {
      server,
      meanMs: before === undefined ? lagMs : before.meanMs + WEIGHT * (lagMs - before.meanMs),
      latestMs: lagMs,
      events: (before?.events ?? 0) + 1,
      at: this.clock(),
    });
  }

  /** The homeservers heard of within a day, the latest of all first. */
  worst(most: number): ServerLag[] {
    const since = this.clock() - FORGOTTEN_MS;
    return [...this.#servers.values()]
      .filter(({ at }) => at >= since)
      .sort((a, b) => b.meanMs - a.meanMs || (a.server < b.server ? -1 : 1))
      .slice(0, most);
  }

  /** How late a homeserver's events come in on average, in ms; undefined when none came within a day. */
  of(server: string): number | undefined {
    const lag = this.#servers.get(server);
    return lag === undefined || lag.at < this.clock() - FORGOTTEN_MS ? undefined : lag.meanMs;
  }

  /** How many homeservers were heard of within a day. */
  get size(): number {
    return this.worst(MOST_SERVERS).length;
  }

  #forgetOldest(): void {
    const [oldest] = this.#servers.keys();
    if (oldest !== undefined) this.#servers.delete(oldest);
  }
}
