/**
 * Ordinary messages are far shorter than the limit per message. Their unused share is saved here for long ones, so that
 * a message costs no more than its share on average, and few are ever truncated. Bounded, so that savings from a quiet
 * day do not slow down a busy minute.
 */
export class Purse {
  #saved: number;

  /** @param most maximum units saved, and the initial amount */
  constructor(private readonly most: number) {
    this.#saved = most;
  }

  save(units: number): void {
    this.#saved = Math.min(this.most, this.#saved + Math.max(0, units));
  }

  /** Takes up to the requested amount. */
  take(wanted: number): number {
    const given = Math.max(0, Math.min(wanted, this.#saved));
    this.#saved -= given;
    return given;
  }
}
