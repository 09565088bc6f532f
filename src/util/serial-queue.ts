/**
 * Carries out one piece of work after another, in the order they were handed in. A failed one does not stop the next.
 */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work, work);
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Resolves when everything that was handed in before has ended. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
