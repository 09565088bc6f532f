import { BoundedMap } from '../../util/bounded-map.js';
import type { Clock } from '../../util/clock.js';

/** How long somebody counts as viewing: without a script nothing tells us when a page is closed. */
const LOOK_MS = 3 * 60_000;
const MOST_CASES = 1_000;

/** Tracks in memory who is viewing which case, so that two moderators do not decide the same case at once. */
export class Onlookers {
  readonly #cases = new BoundedMap<number, Map<string, number>>(MOST_CASES);

  constructor(private readonly clock: Clock) {}

  /** Records that somebody is viewing a case. */
  look(caseId: number, userId: string): void {
    const looking = this.#cases.get(caseId) ?? new Map<string, number>();
    looking.set(userId, this.clock());
    this.#cases.set(caseId, looking);
  }

  /** Records that somebody closed a case's page. */
  leave(caseId: number, userId: string): void {
    this.#cases.get(caseId)?.delete(userId);
  }

  /** Who else is viewing a case, in order of their ids. */
  others(caseId: number, userId: string): string[] {
    const now = this.clock();
    return [...(this.#cases.get(caseId) ?? [])]
      .filter(([other, at]) => other !== userId && now - at < LOOK_MS)
      .map(([other]) => other)
      .sort();
  }
}
