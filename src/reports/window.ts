import { BoundedMap } from '../util/bounded-map.js';

const REMEMBERED = 10_000;

/** At most `limit` occurrences per person within a time window. */
export class Window {
  readonly #times = new BoundedMap<string, number[]>(REMEMBERED);

  constructor(
    readonly most: number,
    readonly withinMs: number,
  ) {}

  take(who: string, now: number): boolean {
    const recent = (this.#times.get(who) ?? []).filter((time) => time > now - this.withinMs && time <= now);
    if (recent.length >= this.most) return false;
    this.#times.set(who, [...recent, now]);
    return true;
  }
}
