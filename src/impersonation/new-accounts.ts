import { MatrixError, type AdminUser, type HomeserverReader } from '../matrix/types.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import type { HitRecorder } from './match.js';
import type { Match } from './match.js';
import { pause } from '../util/timers.js';
import { Rounds } from '../util/rounds.js';

const EVERY_MS = 60_000;
const PAGE = 100;
/** A pause between pages, so that a long first look leaves the homeserver time for its users. */
const PAUSE_MS = 50;
/**
 * Accounts up to this much older than the last look or scan are checked again, because clocks differ and Synapse dates
 * accounts by the whole second.
 */
const OVERLAP_MS = 120_000;
const META_KEY = 'accounts_looked_at_until';
/** Up to this many accounts are all checked once a minute; on larger homeservers the nightly scan does that. */
const MOST_ACCOUNTS = 20_000;
const LARGE_PAGE = 1_000;

export interface NewAccountMonitorOptions {
  homeserver: HomeserverReader;
  pipeline: HitRecorder;
  /** when the last scan of all accounts began; undefined when there was none yet */
  scannedAt: () => Promise<number | undefined>;
  ledger: Ledger;
  clock: Clock;
  logger: Logger;
}

/**
 * Looks at the homeserver's new accounts: at start (those made while we were down), then once a minute, since an
 * account that is in no room sends no event. Accounts older than the first start are left to the scan
 * (scan/automatic.ts), which has limits. Needs admin rights, which are tried at each look.
 */
export class NewAccountMonitor {
  readonly #options: NewAccountMonitorOptions;
  readonly #rounds = new Rounds({
    work: async () => {
      await this.look();
      await this.lookForRenames();
    },
    everyMs: EVERY_MS,
    failed: (error) => this.#tellFailure(error),
  });
  #toldNoRights = false;
  /** each account's name at the last look; undefined before the first */
  #names: Map<string, string> | undefined;

  constructor(options: NewAccountMonitorOptions) {
    this.#options = options;
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  #tellFailure(error: unknown): void {
    const denied = error instanceof MatrixError && !error.transient;
    if (!denied || !this.#toldNoRights)
      this.#options.logger.warn({ error: messageOf(error) }, 'new accounts cannot be listed; it is tried again');
    this.#toldNoRights = denied;
  }

  /** One look, newest accounts first, down to where the last look began. Returns how many accounts it saw. */
  async look(): Promise<number> {
    const { homeserver, pipeline, ledger, clock } = this.#options;
    const began = clock();
    const until = await this.#coveredUntil(began);
    let seen = 0;
    let from: string | undefined;
    do {
      const page = await homeserver.adminUsers({ limit: PAGE, ...(from === undefined ? {} : { from }) });
      const fresh = page.users.filter((user) => user.createdAt >= until && !user.deactivated);
      const hits = fresh.flatMap((user) => this.#hitOf(user));
      if (hits.length > 0) await pipeline.commit([{ eventId: null, hits, actions: [] }]);
      seen += fresh.length;
      const reachedOld = page.users.some((user) => user.createdAt < until);
      from = reachedOld ? undefined : page.next;
      if (from !== undefined) await pause(PAUSE_MS);
    } while (from !== undefined && !this.#rounds.stopped);
    if (!this.#rounds.stopped) await ledger.commit((tx) => tx.setMeta(META_KEY, String(began - OVERLAP_MS)));
    return seen;
  }

  /** Accounts older than this have been looked at, or are left to the first scan, which has yet to begin. */
  async #coveredUntil(began: number): Promise<number> {
    const { ledger, scannedAt } = this.#options;
    const looked = await ledger.meta(META_KEY);
    if (looked !== undefined) return Number(looked);
    const scanned = await scannedAt();
    return scanned === undefined ? began : scanned - OVERLAP_MS;
  }

  /**
   * Renames of accounts that are in no room, which send no event: all accounts are compared with the last look. The
   * first look only notes them; older accounts are left to the scan.
   */
  async lookForRenames(): Promise<void> {
    const { homeserver, pipeline } = this.#options;
    const names = new Map<string, string>();
    const hits: Match[] = [];
    let from: string | undefined;
    do {
      const page = await homeserver.adminUsers({ limit: LARGE_PAGE, ...(from === undefined ? {} : { from }) });
      if (page.total > MOST_ACCOUNTS) return;
      for (const user of page.users) {
        const name = JSON.stringify([user.displayName, user.avatarUrl]);
        const before = this.#names?.get(user.userId);
        names.set(user.userId, name);
        if (before !== undefined && before !== name && !user.deactivated) hits.push(...this.#hitOf(user));
      }
      from = page.next;
      if (from !== undefined) await pause(PAUSE_MS);
    } while (from !== undefined && !this.#rounds.stopped);
    if (hits.length > 0) await pipeline.commit([{ eventId: null, hits, actions: [] }]);
    this.#names = names;
  }

  #hitOf(user: AdminUser): Match[] {
    const hit = this.#options.pipeline.hitOf({
      sighting: { userId: user.userId, displayName: user.displayName, avatarUrl: user.avatarUrl },
      where: { source: 'account', at: user.createdAt },
    });
    return hit === undefined ? [] : [hit];
  }
}
