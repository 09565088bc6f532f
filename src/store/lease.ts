import { Kysely } from 'kysely';
import { connectLease } from './connect.js';
import { type DialectSql } from './dialect.js';
import { FolderLock } from './file-lock.js';
import { LeaseRow, prepareLease, type LeaseState } from './lease-row.js';
import {
  isCertainlyDead,
  isSameKernel,
  ownIdentity,
  processIdentitySchema,
  type ProcessIdentity,
} from './process-identity.js';
import type { Tables } from './schema.js';
import { Rounds } from '../util/rounds.js';
import { pause } from '../util/timers.js';
import { storeTexts } from './texts.js';

/**
 * How long a lease is valid after its last renewal, and how often it is renewed. A stand-by must be ready within 15 s
 * of the holder's end, including its own start.
 */
const LEASE_TIMES = { ttlMs: 6_000, renewMs: 1_500, lookMs: 500 } as const;
export type LeaseTimes = { readonly [key in keyof typeof LEASE_TIMES]: number };
/** How much earlier the holder stops by itself than others may take the lease. */
const MARGIN_MS = 1_000;

export interface LeaseOptions {
  dataDir: string;
  databaseUrl?: string | null;
  times?: LeaseTimes;
}

/** Holders within this process, which a process id cannot distinguish. */
const LIVING = new Set<string>();

/**
 * Ensures that only one process acts on a ledger. A row in the database names the holder, is renewed while the holder
 * lives, and carries a fencing number that grows with each holder: writes with an older number are refused
 * (`checkFence`). A process that finds the row unchanged for `ttlMs`, by its own monotonic clock, may take it. With
 * SQLite the data folder is locked too, and nobody takes the lease of a process that still holds that lock.
 */
export class Lease {
  readonly #db: Kysely<Tables>;
  readonly #row: LeaseRow;
  readonly #times: LeaseTimes;
  /** the folder to lock; undefined on PostgreSQL */
  readonly #folder: string | undefined;
  readonly #self: ProcessIdentity = ownIdentity();
  #lock: FolderLock | undefined;
  #fence: number | undefined;
  /** start of the last successful renewal, by both clocks */
  #renewedAt = { steady: 0, wall: 0 };
  #seen: { fence: number; beat: number; since: number } | undefined;
  /** the last renewal got no response, so the next one comes soon */
  #outOfReach = false;
  readonly #renewals = new Rounds({
    work: () => this.#renew(),
    everyMs: () => this.#nextRenewalMs(),
  });
  #lost: (() => void) | undefined;
  #closed = false;

  private constructor(db: Kysely<Tables>, words: DialectSql, options: LeaseOptions) {
    this.#db = db;
    this.#row = new LeaseRow(db, words);
    this.#times = options.times ?? LEASE_TIMES;
    this.#folder = options.databaseUrl ? undefined : options.dataDir;
  }

  /** @throws HeimdallError `HEIMDALL_E_DATABASE` when the database is unavailable */
  static async open(options: LeaseOptions): Promise<Lease> {
    const { writer, words } = connectLease(options);
    const db = new Kysely<Tables>({ dialect: writer });
    try {
      await prepareLease(db, words);
    } catch (error) {
      await db.destroy().catch(() => undefined);
      throw error;
    }
    return new Lease(db, words, options);
  }

  /** The fencing number of our writes; undefined while another process is acting. */
  get fence(): number | undefined {
    return this.#fence;
  }

  /**
   * Whether this process may act now. Also false when the lease could not be renewed for so long that another may have
   * taken it, and, after a pause of the whole process (SIGSTOP, a sleeping machine), until the next renewal.
   */
  held(): boolean {
    if (this.#fence === undefined) return false;
    if (this.#lock !== undefined) return true;
    const elapsed = Math.max(performance.now() - this.#renewedAt.steady, Date.now() - this.#renewedAt.wall);
    return elapsed < this.#times.ttlMs - Math.min(MARGIN_MS, this.#times.ttlMs / 4);
  }

  /** Called once when another process has taken the lease from us. */
  onLost(listener: () => void): void {
    this.#lost = listener;
  }

  /**
   * Waits until the lease is ours; undefined if `close` came first. `onWaiting` is called with the reason for waiting.
   */
  async acquire(onWaiting?: (reason: string) => void): Promise<number | undefined> {
    while (!this.#closed) {
      try {
        const fence = await this.tryAcquire();
        if (fence !== undefined) return fence;
        onWaiting?.(storeTexts.waiting);
      } catch (error) {
        onWaiting?.(error instanceof Error ? error.message : String(error));
      }
      await pause(this.#times.lookMs);
    }
    return undefined;
  }

  /** Takes the lease if it is free. Returns its number; undefined when another process may still be acting. */
  async tryAcquire(): Promise<number | undefined> {
    if (this.#fence !== undefined) return this.#fence;
    if (this.#folder !== undefined) {
      this.#lock ??= FolderLock.take(this.#folder);
      if (this.#lock === undefined) return undefined;
    }
    const row = await this.#row.read();
    if (!this.#isFree(row)) return undefined;
    const begun = { steady: performance.now(), wall: Date.now() };
    const fence = row.fence + 1;
    if (this.#closed || !(await this.#row.take(row, fence, this.#self))) return undefined;
    this.#fence = fence;
    this.#renewedAt = begun;
    this.#seen = undefined;
    LIVING.add(this.#self.id);
    this.#renewals.later(this.#times.renewMs);
    return fence;
  }

  #isFree(row: LeaseState): boolean {
    if (row.owner === '') return true;
    const holder = holderOf(row.owner);
    if (holder !== undefined && isCertainlyDead(holder, this.#self, LIVING)) return true;
    // our lock on the folder proves that the previous holder on this machine has ended
    if (this.#lock !== undefined && holder !== undefined && isSameKernel(holder, this.#self) && !LIVING.has(holder.id))
      return true;
    const now = performance.now();
    if (this.#seen?.fence !== row.fence || this.#seen.beat !== row.beat)
      this.#seen = { fence: row.fence, beat: row.beat, since: now };
    return now - this.#seen.since >= this.#times.ttlMs;
  }

  async #renew(): Promise<void> {
    if (this.#fence === undefined) return;
    const begun = { steady: performance.now(), wall: Date.now() };
    try {
      const ours = await this.#row.touch(this.#fence, {});
      this.#outOfReach = false;
      if (this.#fence === undefined) return;
      if (!ours) return this.#loseIt();
      this.#renewedAt = begun;
    } catch {
      // `held` detects when this has lasted too long
      this.#outOfReach = true;
    }
  }

  #nextRenewalMs(): number | undefined {
    if (this.#fence === undefined) return undefined;
    return this.#outOfReach ? this.#times.lookMs : this.#times.renewMs;
  }

  #loseIt(): void {
    this.#letGo();
    this.#lost?.();
  }

  #letGo(): void {
    this.#fence = undefined;
    LIVING.delete(this.#self.id);
    this.#lock?.release();
    this.#lock = undefined;
  }

  /** Releases the lease, so that a stand-by need not wait. All writes under it must have ended. */
  async release(): Promise<void> {
    if (this.#fence === undefined) return;
    try {
      await this.#row.touch(this.#fence, { owner: '' });
    } finally {
      this.#letGo();
    }
  }

  /** Releases the lease if we hold it, and closes the connection. */
  async close(): Promise<void> {
    this.#closed = true;
    const renewed = this.#renewals.stop();
    try {
      await this.release();
    } catch {
      // out of reach: it ends by itself
    }
    await renewed;
    await this.#db.destroy();
    this.#lock?.release();
    this.#lock = undefined;
  }
}

function holderOf(text: string): ProcessIdentity | undefined {
  try {
    return processIdentitySchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
