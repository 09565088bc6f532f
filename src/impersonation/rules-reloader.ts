import { stat } from 'node:fs/promises';
import path from 'node:path';
import { RULES_FILES, type DetectionRulesHolder } from '../config/rules.js';
import type { DetectionRules } from '../detection/rules.js';
import type { HeimdallError } from '../util/errors.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { Rounds } from '../util/rounds.js';

const EVERY_MS = 2_000;

export interface DetectionRulesReloaderOptions {
  /** the watched folder; null: the built-in rules, which only change with an update */
  folder: string | null;
  held: DetectionRulesHolder;
  /** puts valid rules into force */
  use: (rules: DetectionRules) => void;
  /** tells the moderators something */
  tell: (what: { problem: HeimdallError } | { folder: string }) => Promise<void>;
  logger: Logger;
}

/**
 * Rereads the rules when one of their files has changed. It checks the files' modification times every few seconds,
 * because file system notifications get lost (network shares, editors that replace the file, containers). A change is
 * read once it has been stable for one interval, so that a half-written file is not read. Invalid rules change nothing:
 * the last valid ones stay in force.
 */
export class DetectionRulesReloader {
  readonly #options: DetectionRulesReloaderOptions;
  readonly #rounds = new Rounds({
    work: () => this.look(),
    everyMs: EVERY_MS,
    failed: (error) =>
      this.#options.logger.error({ error: messageOf(error) }, 'rules could not be looked at; it is tried again'),
  });
  /** the state of the files when they were last read, and at the last check */
  #read: string | undefined;
  #seen: string | undefined;
  #problem: HeimdallError | undefined;

  constructor(options: DetectionRulesReloaderOptions) {
    this.#options = options;
  }

  /** Why the files as they are now are not in force; undefined when they are. */
  problem(): HeimdallError | undefined {
    return this.#problem;
  }

  start(): void {
    if (this.#options.folder !== null) this.#rounds.later(EVERY_MS);
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** One check. Returns whether the files were read. */
  async look(): Promise<boolean> {
    const { folder, held, use, tell, logger } = this.#options;
    if (folder === null) return false;
    const now = await printOf(folder);
    const settled = this.#seen === now;
    this.#seen = now;
    if (!settled || now === this.#read) return false;
    this.#read = now;
    const before = JSON.stringify(held.current());
    const told = this.#problem?.message;
    this.#problem = held.reload();
    if (this.#problem !== undefined) {
      if (this.#problem.message === told) return true;
      logger.error(
        { code: this.#problem.code, error: this.#problem.message },
        'rules cannot be used; the last good ones stay in force',
      );
      await tell({ problem: this.#problem });
      return true;
    }
    const changed = JSON.stringify(held.current()) !== before;
    if (changed) use(held.current());
    if (!changed && told === undefined) return true;
    logger.info({ folder, changed }, 'rules were read again');
    await tell({ folder });
    return true;
  }
}

/**
 * Modification times, sizes and inodes of the files, so that any edit changes the fingerprint. The folder's own time
 * reveals added and removed files.
 */
async function printOf(folder: string): Promise<string> {
  const prints = await Promise.all(
    ['.', ...RULES_FILES].map(async (name) => {
      try {
        const { mtimeMs, ctimeMs, size, ino } = await stat(path.join(folder, name));
        return [mtimeMs, ctimeMs, size, ino].join(':');
      } catch {
        return 'none';
      }
    }),
  );
  return prints.join(' ');
}
