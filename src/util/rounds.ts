import { endsWithin } from './timers.js';

/** So long a stop waits for the round that is under way: a hanging homeserver must not hold it up. */
const STOP_WAIT_MS = 1_000;

export interface RoundsOptions {
  work: () => Promise<unknown> | void;
  /** From the end of a round to the begin of the next; undefined: none comes until `soon` or `later` asks for it. */
  everyMs?: number | (() => number | undefined);
  /** hears why a round failed; the next one comes all the same */
  failed?: (error: unknown) => void;
}

/**
 * Work that comes again and again. Two rounds are never under way at once, and none begins after `stop`. They do not
 * keep the process alive.
 */
export class Rounds {
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  /** one was due while another was under way, which may have looked already at what it is for */
  #oneMore = false;
  #stopped = false;

  constructor(private readonly options: RoundsOptions) {}

  /** Whether `stop` was called: a long round ends early then. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Begins the first round. */
  start(): void {
    void this.now();
  }

  /** A round at once, or the one that is under way; resolves when it has ended, and never rejects. */
  now(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    this.#forgetNext();
    this.#round ??= this.#goRound().finally(() => (this.#round = undefined));
    return this.#round;
  }

  /** The next round begins in `ms` at the latest; one that is planned stays as it is. */
  soon(ms: number): void {
    if (this.#timer === undefined) this.later(ms);
  }

  /** The next round begins in `ms`, whatever was planned. */
  later(ms: number): void {
    this.#forgetNext();
    if (!this.#stopped) this.#timer = setTimeout(() => this.#due(), ms).unref();
  }

  /** No further round begins. Waits for the one that is under way, but not long. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#forgetNext();
    if (this.#round !== undefined) await endsWithin(STOP_WAIT_MS, this.#round);
  }

  #due(): void {
    this.#oneMore = this.#round !== undefined;
    void this.now();
  }

  async #goRound(): Promise<void> {
    const { work, everyMs, failed } = this.options;
    do {
      this.#oneMore = false;
      try {
        await work();
      } catch (error) {
        failed?.(error);
      }
    } while (this.#oneMore && !this.#stopped);
    const pauseMs = typeof everyMs === 'function' ? everyMs() : everyMs;
    if (pauseMs !== undefined) this.soon(pauseMs);
  }

  #forgetNext(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
