/** The mean time of an attempt below which a homeserver counts as quick, and above which it no longer does. */
const QUICK_MS = 25;
const SLOW_MS = 50;
/** How much of the mean one attempt makes. */
const SHARE = 1 / 16;

/**
 * How many lanes may run at once. A homeserver that takes its time gets few requests at once, since more would only
 * delay everybody else's; with one that answers quickly, lanes would wait for no reason.
 */
export class Pace {
  #meanMs = SLOW_MS;
  #isQuick = false;

  constructor(
    private readonly usual: number,
    private readonly most: number,
  ) {}

  get lanes(): number {
    return this.#isQuick ? this.most : this.usual;
  }

  /** Notes how long an attempt took; returns true when more lanes may run from now on. */
  note(ms: number): boolean {
    this.#meanMs += (Math.min(ms, 2 * SLOW_MS) - this.#meanMs) * SHARE;
    const wasQuick = this.#isQuick;
    if (this.#meanMs < QUICK_MS) this.#isQuick = true;
    else if (this.#meanMs > SLOW_MS) this.#isQuick = false;
    return this.#isQuick && !wasQuick;
  }

  /** The homeserver asks for a pause, or does not answer. */
  slowDown(): void {
    this.#isQuick = false;
    this.#meanMs = 2 * SLOW_MS;
  }
}
