/** Work with the same key is done one after another, in the order handed in; work with different keys at once. */
export class KeyedMutex {
  /** what was handed in last for each key that is at work; never rejects */
  readonly #last = new Map<string, Promise<void>>();

  /** Does the work when all that was handed in before it for this key has ended, well or not. */
  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const result = (this.#last.get(key) ?? Promise.resolve()).then(work);
    const forget = (): void => this.#forget(key, ended);
    const ended: Promise<void> = result.then(forget, forget);
    this.#last.set(key, ended);
    return result;
  }

  /** Keys that nobody waits for any more leave no trace: there are as many as rooms, which come and go. */
  #forget(key: string, ended: Promise<void>): void {
    if (this.#last.get(key) === ended) this.#last.delete(key);
  }
}
