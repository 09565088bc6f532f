import { EFFECTS } from '../cases/decide.js';
import { messageContent } from '../matrix/message.js';
import type { Ledger } from '../store/types.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { tell } from './actions.js';
import { texts } from './texts.js';

/** Whether the last start was a dry run. */
const DRY_RUN = 'dry_run';

export interface DryRunEndedOptions {
  ledger: Pick<Ledger, 'commit' | 'meta' | 'countCasesWaiting'>;
  dryRun: boolean;
  logger: Logger;
}

/**
 * At the first live start after a dry run, one message says how many cases are waiting for effects that were only
 * simulated.
 */
export class DryRunEnded {
  constructor(private readonly options: DryRunEndedOptions) {}

  start(): void {
    void this.look().catch((error: unknown) =>
      this.options.logger.error({ error: messageOf(error) }, 'the end of the dry run could not be told'),
    );
  }

  async look(): Promise<void> {
    const { ledger, dryRun } = this.options;
    // a ledger from before this was recorded may hold simulated effects too
    const before = (await ledger.meta(DRY_RUN)) ?? 'unknown';
    const now = dryRun ? 'on' : 'off';
    if (before === now) return;
    const waiting = dryRun ? 0 : await ledger.countCasesWaiting(EFFECTS);
    await ledger.commit(async (tx) => {
      await tx.setMeta(DRY_RUN, now);
      if (waiting > 0)
        await tx.addActions([
          tell.create(
            { content: messageContent([{ line: texts.dryRunEnded(waiting) }]) },
            { key: `dry_run_ended:${Date.now()}` },
          ),
        ]);
    });
  }
}
