import type { KeptRow, Memory } from './types.js';

/** People (or rooms) remembered in each of two generations. */
const MOST = 100_000;

export interface RollingOptions<V> {
  /** after how long without a change an entry is worth nothing, in ms */
  lifeMs: number;
  /** says whether an entry is so far on its way that a restart must not forget it */
  matters: (value: V) => boolean;
  write: (value: V) => unknown;
  /** undefined: what was kept is of no known form */
  read: (data: unknown) => V | undefined;
  most?: number;
}

/**
 * Counters by key that forget by themselves. There are two generations: what is touched moves to the young one, and
 * when that is full or has lived long enough the old one is let go whole. So memory is bounded, nothing is swept, and
 * an entry lives for at least its time unless very many come.
 */
export class Rolling<V> implements Memory {
  #young = new Map<string, V>();
  #old = new Map<string, V>();
  #bornAt = 0;
  #lifeMs: number;
  readonly #touchedAt = new Map<string, number>();

  constructor(private readonly options: RollingOptions<V>) {
    this.#lifeMs = options.lifeMs;
  }

  /** Makes entries live longer, where settings ask for it. */
  liveFor(lifeMs: number): void {
    if (lifeMs > this.#lifeMs) this.#lifeMs = lifeMs;
  }

  get(key: string): V | undefined {
    // most protections remember nothing of most people, and a key is looked for as long as one is
    if (this.#young.size === 0 && this.#old.size === 0) return undefined;
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: string, value: V, now: number): void {
    if (now - this.#bornAt > this.#lifeMs || this.#young.size >= (this.options.most ?? MOST)) {
      // both are over when nothing was touched for two lives
      this.#old = now - this.#bornAt > 2 * this.#lifeMs ? new Map() : this.#young;
      this.#young = new Map();
      this.#bornAt = now;
    }
    this.#young.set(key, value);
    if (this.options.matters(value)) this.#touchedAt.set(key, now);
  }

  delete(key: string): boolean {
    const there = this.#young.delete(key);
    return this.#old.delete(key) || there;
  }

  takeChanged(): KeptRow[] {
    if (this.#touchedAt.size === 0) return [];
    const rows = [...this.#touchedAt].flatMap(([key, at]) => this.#row(key, at));
    this.#touchedAt.clear();
    return rows;
  }

  all(now: number): KeptRow[] {
    const keys = new Set([...this.#old.keys(), ...this.#young.keys()]);
    return [...keys].flatMap((key) => this.#row(key, now));
  }

  restore(rows: readonly KeptRow[], now: number): void {
    for (const { key, data, expiresAt } of rows) {
      const value = expiresAt > now ? this.options.read(data) : undefined;
      if (value !== undefined && this.get(key) === undefined) this.set(key, value, now);
    }
    this.#touchedAt.clear();
  }

  #row(key: string, at: number): KeptRow[] {
    const value = this.get(key);
    return value === undefined ? [] : [{ key, data: this.options.write(value), expiresAt: at + this.#lifeMs }];
  }
}

/**
 * Times that are within a window, with a new one; at most `most`, the latest. Made at its size: what `push` adds to
 * reserves room for 16 more.
 */
export function within(times: readonly number[], time: number, windowMs: number, most: number): number[] {
  const kept = [...times.filter((other) => other > time - windowMs), time];
  return kept.length > most ? kept.slice(-most) : kept;
}

/** Numbers of a list as it came from the ledger. */
export function numbersOf(data: unknown): number[] | undefined {
  return Array.isArray(data) && data.every((entry) => typeof entry === 'number') ? (data as number[]) : undefined;
}

/**
 * When an event was sent, with a fraction of a millisecond that is made of its id: so that an event which comes once
 * more (a homeserver sends again what was not answered) is known by its time.
 */
export function stamped(sentAt: number, eventId: string): number {
  let hash = 0;
  for (let index = 0; index < eventId.length; index++) hash = (Math.imul(hash, 31) + eventId.charCodeAt(index)) | 0;
  return Math.trunc(sentAt) + ((hash ^ (hash >>> 12) ^ (hash >>> 24)) & 0xfff) / 0x1000;
}
