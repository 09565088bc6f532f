import { z } from 'zod';
import type { HomeserverReader } from '../matrix/types.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import type { Scanner } from './scanner.js';
import { readState } from './state.js';
import { texts } from './texts.js';
import { nextTime } from '../util/time-of-day.js';
import { doublingMs, endsWithin } from '../util/timers.js';
import { Rounds } from '../util/rounds.js';

/**
 * `again`: after a failed scan, and without admin rights. They may be given at any time, so it is tried again and
 * again, but seldom. `calm`: rules and identities may change several times in a row.
 */
const WAITS = { againFirstMs: 15_000, againLastMs: 600_000, calmMs: 2_000 } as const;
/** If the last scan is older than this, a nightly one was missed. */
const NIGHT_MISSED_MS = 26 * 3_600_000;
const STOP_WAIT_MS = 1_000;
const META_KEY = 'scan:looked';
/**
 * Present in the ledger from start to stop. If a start finds it, there was a crash or power cut, which may have cost
 * the last moments (SQLite, `synchronous: NORMAL`).
 */
const OPEN_KEY = 'scan:watch_open';

const lookedSchema = z.object({
  /** what it was looking for */
  print: z.string(),
  /** false: without admin rights, and so far from complete */
  everywhere: z.boolean(),
  /** when that scan began */
  at: z.number(),
});

export interface AutomaticScansOptions {
  scanner: Pick<Scanner, 'run' | 'print'>;
  homeserver: Pick<HomeserverReader, 'isAdmin'>;
  ledger: Ledger;
  /** `HH:MM` in this machine's time zone, or null */
  nightly: string | null;
  /** notifies when rules or protected identities have changed */
  onChange: (listener: () => void) => void;
  clock: Clock;
  logger: Logger;
  /** default: a quarter of a minute, then more and more seldom */
  waits?: { readonly [key in keyof typeof WAITS]: number };
}

/**
 * Automatic scans: at the first start, when protected identities or rules have changed since the last one, at night,
 * after a crash, when admin rights are granted, and interrupted ones. They act on what they are the first to find,
 * within limits (act.ts).
 */
export class AutomaticScans {
  readonly #options: AutomaticScansOptions;
  readonly #waits: NonNullable<AutomaticScansOptions['waits']>;
  readonly #stop = new AbortController();
  readonly #night = new Rounds({ work: () => this.#look(true), everyMs: () => this.#untilNight() });
  readonly #again = new Rounds({ work: () => this.#look() });
  #tries = 0;
  #running = false;
  #underway: Promise<void> = Promise.resolve();
  /** the last run did not shut down cleanly */
  #crashed = false;
  /** requested while one was running */
  #wanted = false;

  constructor(options: AutomaticScansOptions) {
    this.#options = options;
    this.#waits = options.waits ?? WAITS;
    options.onChange(() => this.#again.later(this.#waits.calmMs));
  }

  start(): void {
    const untilNight = this.#untilNight();
    if (untilNight !== undefined) this.#night.later(untilNight);
    void this.#begin();
  }

  /** Resolves when the ledger records a clean shutdown. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error(texts.stopping));
    void this.#night.stop();
    void this.#again.stop();
    // asking about admin rights may take long, while a scan stops at once
    await endsWithin(STOP_WAIT_MS, Promise.resolve(this.#underway));
    // left in place if the scan after a crash has not been done yet
    if (!this.#crashed) await this.#options.ledger.commit((tx) => tx.setMeta(OPEN_KEY, '')).catch(() => undefined);
  }

  async #begin(): Promise<void> {
    try {
      const { ledger } = this.#options;
      this.#crashed = ((await ledger.meta(OPEN_KEY)) ?? '') !== '';
      await ledger.commit((tx) => tx.setMeta(OPEN_KEY, 'open'));
      await this.#look();
    } catch (error) {
      this.#options.logger.warn({ error: messageOf(error) }, 'scan cannot begin; it is tried again');
      this.#againLater();
    }
  }

  /** Scans if there is a reason to. Never rejects. */
  async #look(atNight = false): Promise<void> {
    if (this.#running) {
      this.#wanted ||= atNight || !(await this.#isLookedFor().catch(() => false));
      return;
    }
    this.#running = true;
    let ended = (): void => undefined;
    this.#underway = new Promise((resolve) => (ended = resolve));
    try {
      if (atNight || (await this.#hasReason())) await this.#scan(atNight);
      else await this.#waitForRights();
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#options.logger.warn({ error: messageOf(error) }, 'scan was interrupted; it goes on later');
      this.#againLater();
    } finally {
      this.#running = false;
      ended();
    }
    if (!this.#wanted) return;
    this.#wanted = false;
    this.#again.later(this.#waits.calmMs);
  }

  async #scan(fresh: boolean): Promise<void> {
    const { scanner, ledger, logger } = this.#options;
    const print = scanner.print();
    const { state, found } = await scanner.run(
      { name: 'auto', parts: ['users', 'rooms'], act: 'new', fresh },
      { signal: this.#stop.signal },
    );
    const everywhere = state.withoutRights.length === 0;
    await ledger.commit((tx) => tx.setMeta(META_KEY, JSON.stringify({ print, everywhere, at: state.startedAt })));
    logger.info(
      {
        accounts: state.accounts,
        rooms: state.rooms,
        members: state.members,
        unread: state.unread,
        everywhere,
        found: found.levels,
        new: found.newLevels,
      },
      'scan ended',
    );
    this.#crashed = false;
    this.#tries = everywhere ? 0 : this.#tries;
    if (!everywhere) this.#againLater();
  }

  async #hasReason(): Promise<boolean> {
    const unfinished = (await readState(this.#options.ledger, 'auto'))?.endedAt === null;
    return unfinished || this.#crashed || !(await this.#isLookedFor());
  }

  /**
   * Start of the last or current scan of all accounts, which covers the accounts that existed then; newer ones are
   * covered elsewhere. Undefined before the first.
   */
  async lookedEverywhereAt(): Promise<number | undefined> {
    const looked = await this.#looked();
    if (looked?.everywhere === true) return looked.at;
    // a scan resumed after a restart had already passed some accounts, so those created in between are not covered
    const underway = await readState(this.#options.ledger, 'auto');
    return underway?.endedAt === null ? underway.startedAt : undefined;
  }

  /** Whether the existing accounts have been scanned, as far as permitted. */
  async hasLooked(): Promise<boolean> {
    return (await this.#looked()) !== undefined;
  }

  async #looked(): Promise<z.infer<typeof lookedSchema> | undefined> {
    return lookedSchema.safeParse(JSON.parse((await this.#options.ledger.meta(META_KEY)) ?? 'null')).data;
  }

  /** Whether a recent scan looked for what we look for now. */
  async #isLookedFor(): Promise<boolean> {
    const { scanner, clock, nightly } = this.#options;
    const looked = await this.#looked();
    return looked?.print === scanner.print() && (nightly === null || clock() - looked.at < NIGHT_MISSED_MS);
  }

  /** The last scan lacked admin rights; once granted, everything is scanned. */
  async #waitForRights(): Promise<void> {
    const looked = await this.#looked();
    if (looked === undefined || looked.everywhere) return;
    if (await this.#options.homeserver.isAdmin()) await this.#scan(true);
    else this.#againLater();
  }

  #againLater(): void {
    this.#again.later(doublingMs(this.#waits.againFirstMs, this.#waits.againLastMs, this.#tries));
    this.#tries += 1;
  }

  #untilNight(): number | undefined {
    const { nightly, clock } = this.#options;
    return nightly === null ? undefined : nextTime(nightly, clock()) - clock();
  }
}
