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
/** Longer ago than this, a night was missed. */
const NIGHT_MISSED_MS = 26 * 3_600_000;
const STOP_WAIT_MS = 1_000;
const META_KEY = 'scan:looked';
/**
 * Stands in the ledger from start to stop. Found at a start, it tells of a crash or power cut, which may have cost the
 * last moments (SQLite, `synchronous: NORMAL`).
 */
const OPEN_KEY = 'scan:watch_open';

const lookedSchema = z.object({
  /** what was looked for */
  print: z.string(),
  /** false: without admin rights, so by far not everywhere */
  everywhere: z.boolean(),
  /** when that scan began */
  at: z.number(),
});

export interface AutomaticScansOptions {
  scanner: Pick<Scanner, 'run' | 'print'>;
  homeserver: Pick<HomeserverReader, 'isAdmin'>;
  ledger: Ledger;
  /** `HH:MM` by this machine's clock, or null */
  nightly: string | null;
  /** calls when rules or protected identities have changed */
  onChange: (listener: () => void) => void;
  clock: Clock;
  logger: Logger;
  /** default: a quarter of a minute, then more and more seldom */
  waits?: { readonly [key in keyof typeof WAITS]: number };
}

/**
 * The scans that nobody asks for: at the first start, when the protected identities or the rules have changed since the
 * last one, at night, after a crash, when admin rights have come, and those that were interrupted. They act on what
 * they find first, within limits (act.ts).
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
  /** the last run did not end in order */
  #crashed = false;
  /** asked for while one was running */
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

  /** Resolves when the ledger knows that this was no crash. */
  async stop(): Promise<void> {
    this.#stop.abort(new Error(texts.stopping));
    void this.#night.stop();
    void this.#again.stop();
    // a question about admin rights may take its time, a scan comes to rest at once
    await endsWithin(STOP_WAIT_MS, Promise.resolve(this.#underway));
    // left standing when a look after a crash was not done yet
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

  /** Scans when there is a reason to. Never rejects. */
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
   * When the last scan of all accounts began, or the one that is being made: who was there then is looked at by it, and
   * who came since by others. Undefined when there was none yet.
   */
  async lookedEverywhereAt(): Promise<number | undefined> {
    const looked = await this.#looked();
    if (looked?.everywhere === true) return looked.at;
    // one that goes on after a restart has looked at accounts before it: those made in between are not among them
    const underway = await readState(this.#options.ledger, 'auto');
    return underway?.endedAt === null ? underway.startedAt : undefined;
  }

  /** Says whether those who are here were looked at, as far as we may. */
  async hasLooked(): Promise<boolean> {
    return (await this.#looked()) !== undefined;
  }

  async #looked(): Promise<z.infer<typeof lookedSchema> | undefined> {
    return lookedSchema.safeParse(JSON.parse((await this.#options.ledger.meta(META_KEY)) ?? 'null')).data;
  }

  /** Says whether what we look for now was looked for, and not too long ago. */
  async #isLookedFor(): Promise<boolean> {
    const { scanner, clock, nightly } = this.#options;
    const looked = await this.#looked();
    return looked?.print === scanner.print() && (nightly === null || clock() - looked.at < NIGHT_MISSED_MS);
  }

  /** The last scan lacked admin rights: when they have come, all is looked at. */
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
