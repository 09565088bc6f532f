import { MatrixError, type AdminUser, type HomeserverReader } from '../matrix/types.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import type { HitRecorder } from './match.js';
import type { Match } from './match.js';

const EVERY_MS = 60_000;
const PAGE = 100;
/** A pause between pages, so that a long first look leaves the homeserver room for its people. */
const PAUSE_MS = 50;
/** Accounts are looked at again if they are only this much older than the last look: clocks differ. */
const OVERLAP_MS = 120_000;
const META_KEY = 'accounts_looked_at_until';

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
 * account that is in no room sends no event. Those that were there before the first start are for the scan
 * (scan/automatic.ts), which has limits. Needs admin rights, which are tried anew at each look.
 */
export class NewAccountMonitor {
  readonly #options: NewAccountMonitorOptions;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #toldNoRights = false;

  constructor(options: NewAccountMonitorOptions) {
    this.#options = options;
  }

  start(): void {
    void this.#round();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #round(): Promise<void> {
    try {
      await this.look();
    } catch (error) {
      const denied = error instanceof MatrixError && !error.transient;
      if (!denied || !this.#toldNoRights)
        this.#options.logger.warn({ error: messageOf(error) }, 'new accounts can not be listed; it is tried again');
      this.#toldNoRights = denied;
    }
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#round(), EVERY_MS).unref();
  }

  /** One look, newest accounts first, down to where the last look began. Returns how many accounts it saw. */
  async look(): Promise<number> {
    const { homeserver, pipeline, ledger, clock, scannedAt } = this.#options;
    const began = clock();
    // who was there before the first look is for the scan: made already, or still to come
    const until = Number((await ledger.meta(META_KEY)) ?? (await scannedAt()) ?? began);
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
      if (from !== undefined) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    } while (from !== undefined && !this.#stopped);
    if (!this.#stopped) await ledger.commit((tx) => tx.setMeta(META_KEY, String(began - OVERLAP_MS)));
    return seen;
  }

  #hitOf(user: AdminUser): Match[] {
    const hit = this.#options.pipeline.hitOf({
      sighting: { userId: user.userId, displayName: user.displayName, avatarUrl: user.avatarUrl },
      where: { source: 'account', at: user.createdAt },
    });
    return hit === undefined ? [] : [hit];
  }
}
