import type { Inside } from '../app/app.js';
import type { Instance } from '../app/instance.js';
import type { Config } from '../config/types.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { Rounds } from '../util/rounds.js';
import type { CheckResult } from './doctor/result.js';

/** Delay, so that the start comes first. */
const FIRST_MS = 5_000;
const OFTEN_MS = 40_000;
const SELDOM_MS = 10 * 60_000;

export interface DoctorRoundsOptions {
  config: Config;
  file: string;
  instance: Pick<Instance, 'inside' | 'takeFindings'>;
  logger: Logger;
  /** the checks, loaded when the first round starts */
  doctor?: () => Promise<Doctor>;
}

/** doctor/rounds.ts */
export interface Doctor {
  lookOften(config: Config, inside: Inside): Promise<CheckResult[]>;
  lookSeldom(config: Config, file: string, inside: Inside): Promise<CheckResult[]>;
  isToMend(result: CheckResult): boolean;
  isForRoom(result: CheckResult, config: Config): boolean;
}

/**
 * Runs the checks of `heimdall doctor` while Heimdall is running: each problem is logged once with its remedy, is shown
 * in `/readyz` while it lasts, and is announced in the management room if somebody there can fix it.
 */
export class DoctorRounds {
  readonly #options: DoctorRoundsOptions;
  readonly #rounds = new Rounds({ work: () => this.round(), everyMs: OFTEN_MS });
  #nextSeldom = 0;
  readonly #found: { often: CheckResult[]; seldom: CheckResult[] } = { often: [], seldom: [] };
  /** current problems that have been logged */
  readonly #logged = new Map<string, CheckResult>();

  constructor(options: DoctorRoundsOptions) {
    this.#options = options;
  }

  start(): void {
    this.#rounds.later(FIRST_MS);
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Runs the checks once. Never rejects: it is only a help, and delays nothing. */
  async round(): Promise<void> {
    const { config, file, instance, logger, doctor = () => import('./doctor/rounds.js') } = this.#options;
    const inside = instance.inside();
    // a stand-by skips this, because the acting process does it
    if (inside === undefined) return;
    try {
      const { lookOften, lookSeldom, isToMend, isForRoom } = await doctor();
      this.#found.often = (await lookOften(config, inside)).filter(isToMend);
      await this.#tell(isForRoom);
      if (performance.now() < this.#nextSeldom) return;
      this.#found.seldom = (await lookSeldom(config, file, inside)).filter(isToMend);
      await this.#tell(isForRoom);
      this.#nextSeldom = performance.now() + SELDOM_MS;
    } catch (error) {
      if (!this.#rounds.stopped) logger.warn({ error: messageOf(error) }, 'the doctor could not look');
    }
  }

  async #tell(isForRoom: Doctor['isForRoom']): Promise<void> {
    const { config, instance, logger } = this.#options;
    if (this.#rounds.stopped) return;
    const all = [...this.#found.often, ...this.#found.seldom];
    const now = new Map(all.map((result) => [keyOf(result), result]));
    for (const [key, { check, found, remedy }] of now)
      if (!this.#logged.has(key)) logger.warn({ check, found, remedy }, 'the doctor found something to mend');
    for (const [key, { check, found }] of this.#logged) if (!now.has(key)) logger.info({ check, found }, 'mended');
    this.#logged.clear();
    for (const [key, result] of now) this.#logged.set(key, result);
    await instance.takeFindings(
      [...now].map(([key, result]) => ({
        key,
        found: result.found,
        remedy: result.remedy ?? '',
        forRoom: isForRoom(result, config),
      })),
    );
  }
}

/** Numbers change between rounds (free bytes, clock offset). */
function keyOf({ check, health, found }: CheckResult): string {
  return `${health} ${check}: ${found.replace(/\d+/g, '#')}`;
}
