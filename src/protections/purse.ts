/**
 * Ordinary messages are far shorter than what may be looked at of one. What they leave over is saved here, for long
 * ones to be read whole: so a message costs no more than its share in the mean, and few are ever cut. Bounded, so that
 * what was saved on a quiet day does not make a busy minute slow.
 */
export class Purse {
  #saved: number;

  /** @param most units that are saved at most; so many are there at the beginning */
  constructor(private readonly most: number) {
    this.#saved = most;
  }

  save(units: number): void {
    this.#saved = Math.min(this.most, this.#saved + Math.max(0, units));
  }

  /** Of what is wanted, what there is. */
  take(wanted: number): number {
    const given = Math.max(0, Math.min(wanted, this.#saved));
    this.#saved -= given;
    return given;
  }
}
