import type { KeptRow, Memory } from './types.js';

/** Maximum entries in each of two generations. */
const MOST = 100_000;

export interface RollingOptions<V> {
  /** how long an unchanged entry is valid, in ms */
  lifeMs: number;
  /** whether an entry matters enough to survive a restart; absent: `set` says so for each */
  matters?: (value: V) => boolean;
  write: (value: V) => unknown;
  /** undefined: the stored value is malformed */
  read: (data: unknown) => V | undefined;
  most?: number;
}

/**
 * Counters by key that expire automatically. There are two generations: touched entries move to the young one, and when
 * that is full or old enough the old one is dropped as a whole. So memory is bounded, nothing is swept, and an entry
 * lives for at least its lifetime unless there are very many.
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

  /** Extends the lifetime of entries, if settings require it. */
  liveFor(lifeMs: number): void {
    if (lifeMs > this.#lifeMs) this.#lifeMs = lifeMs;
  }

  get isEmpty(): boolean {
    return this.#young.size === 0 && this.#old.size === 0;
  }

  get(key: string): V | undefined {
    // most protections have no entry for most people, and lookups would cost as much for an empty map
    if (this.isEmpty) return undefined;
    return this.#young.get(key) ?? this.#old.get(key);
  }

  /** @param matters whether it must survive a restart, where that depends on more than the value */
  set(key: string, value: V, now: number, matters = this.options.matters?.(value) === true): void {
    if (now - this.#bornAt > this.#lifeMs || this.#young.size >= (this.options.most ?? MOST)) {
      // both have expired when nothing was touched for two lifetimes
      this.#old = now - this.#bornAt > 2 * this.#lifeMs ? new Map() : this.#young;
      this.#young = new Map();
      this.#bornAt = now;
    }
    this.#young.set(key, value);
    if (matters) this.#touchedAt.set(key, now);
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
 * When an event was sent is the sender's claim. Servers that were cut off deliver an honest day in a second, so the
 * claim is accepted, but not for this many times the limit.
 */
export const BELIEVED = 5;

/** How many of `limit` events survive a restart: from half of them, and from `most` where that is less. */
export function keptFrom(limit: number, most: number): number {
  return Math.min(most, Math.ceil(limit / 2));
}

/**
 * Times within a window, plus a new one; at most the latest `most`. Allocated to size, because `push` reserves space
 * for 16 more.
 */
export function within(times: readonly number[], time: number, windowMs: number, most: number): number[] {
  const kept = [...times.filter((other) => other > time - windowMs), time];
  return kept.length > most ? kept.slice(-most) : kept;
}

/** The numbers in a list from the ledger. */
export function numbersOf(data: unknown): number[] | undefined {
  return Array.isArray(data) && data.every((entry) => typeof entry === 'number') ? (data as number[]) : undefined;
}
