/**
 * Runs work with the same key one after another, in order of submission; work with different keys runs concurrently.
 */
export class KeyedMutex {
  /** the last submitted work of each busy key; never rejects */
  readonly #last = new Map<string, Promise<void>>();

  /** Runs the work when all earlier work for this key has settled, successfully or not. */
  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const result = (this.#last.get(key) ?? Promise.resolve()).then(work);
    const forget = (): void => this.#forget(key, ended);
    const ended: Promise<void> = result.then(forget, forget);
    this.#last.set(key, ended);
    return result;
  }

  /** Idle keys are removed: there are as many as rooms, which come and go. */
  #forget(key: string, ended: Promise<void>): void {
    if (this.#last.get(key) === ended) this.#last.delete(key);
  }
}
