import { BoundedMap } from '../../util/bounded-map.js';
import type { Clock } from '../../util/clock.js';

/** Without a script nobody says when a page is closed: so long somebody counts as looking. */
const LOOK_MS = 3 * 60_000;
const MOST_CASES = 1_000;

/** Who has which case open now, in memory: so that two moderators do not decide the same case at once. */
export class Onlookers {
  readonly #cases = new BoundedMap<number, Map<string, number>>(MOST_CASES);

  constructor(private readonly clock: Clock) {}

  /** Notes that somebody looks at a case. */
  look(caseId: number, userId: string): void {
    const looking = this.#cases.get(caseId) ?? new Map<string, number>();
    looking.set(userId, this.clock());
    this.#cases.set(caseId, looking);
  }

  /** Somebody closed the page of a case. */
  leave(caseId: number, userId: string): void {
    this.#cases.get(caseId)?.delete(userId);
  }

  /** Who else looks at a case, in the order of their ids. */
  others(caseId: number, userId: string): string[] {
    const now = this.clock();
    return [...(this.#cases.get(caseId) ?? [])]
      .filter(([other, at]) => other !== userId && now - at < LOOK_MS)
      .map(([other]) => other)
      .sort();
  }
}
