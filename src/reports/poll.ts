import type { HomeserverReader } from '../matrix/types.js';
import { MatrixError } from '../matrix/types.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { incomingReport, type OnReport } from './report.js';
import { ReportList } from './report-list.js';
import { synapseEventReports, synapseUserReports } from './synapse-lists.js';
import { Rounds } from '../util/rounds.js';

export interface ReportPollerOptions {
  homeserver: Pick<HomeserverReader, 'request' | 'botUserId'>;
  ledger: Pick<Ledger, 'commit' | 'meta'>;
  onReport: OnReport;
  clock: Clock;
  logger: Logger;
  /** interval between polls, in ms; docs/report.md promises 15 s */
  intervalMs?: number;
}

export interface ReportPoller {
  start(): void;
  /** Ends after the current poll, or after a second: a hanging homeserver must not delay the stop. */
  stop(): Promise<void>;
  /** Polls both lists once. Never rejects: an error is logged once and retried at the next poll. */
  poll(): Promise<void>;
}

const INTERVAL_MS = 6_000;
/** The time from which reports count: those from before Heimdall first ran have been dealt with. */
const SINCE_KEY = 'reports.since';
/** Tolerance between two clocks on one machine or in one rack. */
const CLOCK_SLACK_MS = 5 * 60_000;

/**
 * Reads the reports that people made to Synapse itself, through its admin API. Without admin rights it keeps asking:
 * the bot may become an admin later, and the reports since our first start are then still there.
 */
export function createReportPoller(options: ReportPollerOptions): ReportPoller {
  const { homeserver, ledger, onReport, clock, logger } = options;
  const lists = [
    new ReportList(synapseEventReports(homeserver), ledger),
    new ReportList(synapseUserReports(homeserver), ledger),
  ];
  const trouble = new Map<string, string>();
  const waitUntil = new Map<string, number>();

  const look = async (list: ReportList, since: number): Promise<void> => {
    const { name } = list;
    if (clock() < (waitUntil.get(name) ?? 0)) return;
    try {
      await list.read(since, async (entry, note) => {
        const complaint = entry.reporter === homeserver.botUserId ? undefined : await entry.complaint();
        if (complaint === undefined) return;
        await onReport(incomingReport(complaint), note);
        logger.info({ list: name }, 'report taken');
      });
      if (trouble.delete(name)) logger.info({ list: name }, 'homeserver reports can be read again');
    } catch (error) {
      // connection and ledger are closed at a stop; that is harmless, since the rest is read at the next start
      if (rounds.stopped) return;
      if (error instanceof MatrixError && error.retryAfterMs !== undefined)
        waitUntil.set(name, clock() + error.retryAfterMs);
      const what = error instanceof MatrixError ? `${error.status} ${error.errcode}` : messageOf(error);
      if (trouble.get(name) !== what)
        logger.warn({ list: name, error: what }, 'homeserver reports cannot be read; trying again at each look');
      trouble.set(name, what);
    }
  };

  const poll = async (): Promise<void> => {
    try {
      const since = await firstStart(ledger, clock);
      for (const list of lists) if (!rounds.stopped) await look(list, since - CLOCK_SLACK_MS);
    } catch (error) {
      if (!rounds.stopped) logger.error({ error: messageOf(error) }, 'reports not polled');
    }
  };

  const rounds = new Rounds({ work: poll, everyMs: options.intervalMs ?? INTERVAL_MS });
  return { start: () => rounds.start(), stop: () => rounds.stop(), poll };
}

async function firstStart(ledger: Pick<Ledger, 'commit' | 'meta'>, clock: Clock): Promise<number> {
  const stored = Number(await ledger.meta(SINCE_KEY));
  if (Number.isFinite(stored) && stored > 0) return stored;
  const now = clock();
  await ledger.commit((tx) => tx.setMeta(SINCE_KEY, String(now)));
  return now;
}
