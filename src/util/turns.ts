/**
 * Lets one piece of work begin in each turn of the event loop, in the order in which they came. What shares the thread
 * with it and must not wait for all of it comes in between.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];

  run(work: () => void): void {
    this.#waiting.push(work);
    if (this.#waiting.length === 1) setImmediate(this.#next);
  }

  readonly #next = (): void => {
    const work = this.#waiting[0];
    try {
      work?.();
    } finally {
      this.#waiting.shift();
      if (this.#waiting.length > 0) setImmediate(this.#next);
    }
  };
}
