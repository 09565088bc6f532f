import type { Clock } from '../util/clock.js';
import { BoundedMap } from '../util/bounded-map.js';

/** After this many rounds within the time, neither side will give in. */
const MOST_ROUNDS = 5;
const ROUNDS_WITHIN_MS = 120_000;
/** How long the other side gets its way; then we try again. */
const STOPPED_MS = 3_600_000;
const MOST_REMEMBERED = 5_000;

interface Rounds {
  causes: Set<string>;
  since: number;
  stoppedAt: number | undefined;
}

/**
 * Notices when somebody else, usually another bot, keeps undoing one of our changes, and stops: two bots that disagree
 * would write state for ever.
 */
export class Standoffs {
  readonly #clock: Clock;
  readonly #onStop: (place: string) => void;
  readonly #places = new BoundedMap<string, Rounds>(MOST_REMEMBERED);

  constructor(clock: Clock, onStop: (place: string) => void) {
    this.#clock = clock;
    this.#onStop = onStop;
  }

  /**
   * Whether to do it (once more).
   * @param place what is done, where and why: another reason is another place
   * @param cause the event that makes it necessary now: asking twice about the same event is one round
   */
  mayAct(place: string, cause: string): boolean {
    const now = this.#clock();
    let rounds = this.#places.get(place);
    if (rounds?.stoppedAt !== undefined && now - rounds.stoppedAt < STOPPED_MS) return false;
    if (rounds === undefined || rounds.stoppedAt !== undefined || now - rounds.since > ROUNDS_WITHIN_MS) {
      rounds = { causes: new Set(), since: now, stoppedAt: undefined };
      this.#places.set(place, rounds);
    }
    rounds.causes.add(cause);
    if (rounds.causes.size <= MOST_ROUNDS) return true;
    rounds.stoppedAt = now;
    rounds.causes.clear();
    this.#onStop(place);
    return false;
  }

  /** A moderator has asked for everything to be done again. */
  forget(): void {
    this.#places.clear();
  }
}
