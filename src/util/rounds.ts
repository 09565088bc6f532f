import { endsWithin } from './timers.js';

/** How long a stop waits for the current round: a hanging homeserver must not delay it. */
const STOP_WAIT_MS = 1_000;

export interface RoundsOptions {
  work: () => Promise<unknown> | void;
  /** From the end of a round to the start of the next; undefined: none until `soon` or `later` requests it. */
  everyMs?: number | (() => number | undefined);
  /** called with the error of a failed round; the next one still follows */
  failed?: (error: unknown) => void;
}

/** Recurring work. Rounds never overlap, and none starts after `stop`. They do not keep the process alive. */
export class Rounds {
  #timer: NodeJS.Timeout | undefined;
  #round: Promise<void> | undefined;
  /** one came due during another, which may have passed the relevant point already */
  #oneMore = false;
  #stopped = false;

  constructor(private readonly options: RoundsOptions) {}

  /** Whether `stop` was called, so that a long round can end early. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** Starts the first round. */
  start(): void {
    void this.now();
  }

  /** Runs a round now, or joins the current one; resolves when it has ended, and never rejects. */
  now(): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    this.#forgetNext();
    this.#round ??= this.#goRound().finally(() => (this.#round = undefined));
    return this.#round;
  }

  /** The next round starts in `ms` at the latest; an earlier one stays as planned. */
  soon(ms: number): void {
    if (this.#timer === undefined) this.later(ms);
  }

  /** The next round starts in `ms`, whatever was planned. */
  later(ms: number): void {
    this.#forgetNext();
    if (!this.#stopped) this.#timer = setTimeout(() => this.#due(), ms).unref();
  }

  /** Starts no further round. Waits for the current one, but not long. */
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
