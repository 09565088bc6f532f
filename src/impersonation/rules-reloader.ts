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
  /** the folder that is looked at; null: the rules that came with Heimdall, which change only with it */
  folder: string | null;
  held: DetectionRulesHolder;
  /** takes good rules into force */
  use: (rules: DetectionRules) => void;
  /** says something to the moderators */
  tell: (what: { problem: HeimdallError } | { folder: string }) => Promise<void>;
  logger: Logger;
}

/**
 * Reads the rules again when one of their files has changed. It looks at the files' times every few seconds, because
 * change notices of file systems get lost (network shares, editors that write a new file, containers). A change is
 * taken when it has stood still for one look, so that a file half written is not read. Broken rules change nothing: the
 * last good ones stay in force.
 */
export class DetectionRulesReloader {
  readonly #options: DetectionRulesReloaderOptions;
  readonly #rounds = new Rounds({
    work: () => this.look(),
    everyMs: EVERY_MS,
    failed: (error) =>
      this.#options.logger.error({ error: messageOf(error) }, 'rules could not be looked at; it is tried again'),
  });
  /** the files as they were when they were read last, and as they were at the last look */
  #read: string | undefined;
  #seen: string | undefined;
  #problem: HeimdallError | undefined;

  constructor(options: DetectionRulesReloaderOptions) {
    this.#options = options;
  }

  /** Why the files that lie there now are not in force; undefined when they are. */
  problem(): HeimdallError | undefined {
    return this.#problem;
  }

  start(): void {
    if (this.#options.folder !== null) this.#rounds.later(EVERY_MS);
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** One look. Says whether the files were read. */
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
 * Times, sizes and numbers of the files: another text always gives another print. The folder's own time tells of files
 * that come and go.
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
