/**
 * Since when people have been in a room, from its state: there may be 100,000 of them, and most rooms are never asked
 * about. So they are two lists until somebody asks, and found by name from then on.
 */
export class FoundThere {
  readonly #people: string[] = [];
  /** in seconds: small numbers take no memory of their own */
  readonly #seconds: number[] = [];
  #byName: Map<string, number> | undefined;

  add(userId: string, at: number): void {
    const second = Math.floor(at / 1000);
    if (this.#byName !== undefined) return void this.#byName.set(userId, second);
    this.#people.push(userId);
    this.#seconds.push(second);
  }

  /** Since when, in ms since the epoch. */
  since(userId: string): number | undefined {
    const second = this.#named().get(userId);
    return second === undefined ? undefined : second * 1000;
  }

  delete(userId: string): void {
    this.#named().delete(userId);
  }

  #named(): Map<string, number> {
    if (this.#byName !== undefined) return this.#byName;
    this.#byName = new Map(this.#people.map((userId, index) => [userId, this.#seconds[index] ?? 0]));
    this.#people.length = this.#seconds.length = 0;
    return this.#byName;
  }
}
