import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defineAction } from '../actions/define.js';
import type { ActionHandler } from '../actions/types.js';
import type { Config } from '../config/types.js';
import { isUserId, serverNameOf } from '../matrix/identifiers.js';
import { messageContent } from '../matrix/message.js';
import type { Homeserver } from '../matrix/types.js';
import { sendOnce } from '../notify/send-once.js';
import { reportFindingSchema } from '../store/findings.js';
import type { Correspondence } from '../store/index.js';
import type { NewAction } from '../store/records/actions.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import type { IncomingReport } from './report.js';
import { spoken } from './texts.js';
import { Window } from './window.js';
import { Rounds } from '../util/rounds.js';

/** Tells a reporter the outcome of a report. */
const receipt = defineAction({
  kind: 'receipt',
  payload: z.object({ userId: z.string().startsWith('@'), what: z.enum(['taken', 'actioned', 'dismissed']) }),
  hasSideEffects: true,
  lane: ({ userId }) => `receipt:${userId}`,
  maxConcurrent: 2,
  failuresToldElsewhere: true,
});

export interface ReceiptsOptions {
  homeserver: Homeserver;
  ledger: Ledger;
  correspondence: Correspondence;
  config: Pick<Config, 'homeserver' | 'reports'>;
  /** a chat that only this person can read */
  roomWith: (userId: string) => Promise<string>;
  clock: Clock;
}

const HOUR_MS = 3_600_000;
const RECEIPTS_AN_HOUR = 20;
const CLOSED_READ = 100;
const LOOK_MS = 5_000;
/** Position in the list of ended cases: `time/case` of the last one processed. */
const CLOSED_META = 'reports.receipts_until';

/** Receipts for reporters on our server: that the report was taken, and once more when its case ends. */
export class Receipts {
  readonly #options: ReceiptsOptions;
  readonly #sent = new Window(RECEIPTS_AN_HOUR, HOUR_MS);
  readonly #rounds = new Rounds({ work: () => this.tellEnded(), everyMs: LOOK_MS });

  constructor(options: ReceiptsOptions) {
    this.#options = options;
  }

  start(): void {
    // the first round only saves the time, so that earlier reporters are not told
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** The receipt of a report. */
  of(report: IncomingReport): NewAction[] {
    const { config, homeserver } = this.#options;
    const { reporter, source, key } = report;
    if (!config.reports.receipts || source === 'direct' || reporter === homeserver.botUserId) return [];
    if (!isUserId(reporter) || serverNameOf(reporter) !== config.homeserver.server_name) return [];
    return [receipt.create({ userId: reporter, what: 'taken' }, { key: `receipt:taken:${key}` })];
  }

  /** Tells the reporters of cases that have ended since the last round, however many there are. */
  async tellEnded(): Promise<void> {
    const { correspondence, config, clock } = this.#options;
    if (!config.reports.receipts) return;
    await correspondence.followEnded(CLOSED_META, clock(), async (ended) => {
      const actions: NewAction[] = [];
      for (const record of ended) {
        const what = record.state === 'dismissed' ? 'dismissed' : 'actioned';
        for (const reporter of await this.#reportersOf(record.id)) {
          const who = createHash('sha256').update(reporter).digest('base64url').slice(0, 22);
          actions.push(receipt.create({ userId: reporter, what }, { key: `receipt:ended:${record.id}:${who}` }));
        }
      }
      return async (tx) => void (await tx.addActions(actions));
    });
  }

  /** The reporters of a case's subject on our server. */
  async #reportersOf(caseId: number): Promise<Set<string>> {
    const { ledger, config } = this.#options;
    const reporters = new Set<string>();
    for (const { data } of await ledger.newestFindings(caseId, 'report', CLOSED_READ)) {
      const report = reportFindingSchema.safeParse(data);
      if (!report.success || !isUserId(report.data.reporter)) continue;
      if (serverNameOf(report.data.reporter) === config.homeserver.server_name) reporters.add(report.data.reporter);
    }
    return reporters;
  }

  handler(): ActionHandler {
    return receipt.handler(async ({ userId, what }, action, attempt) => {
      const { homeserver, correspondence, config, roomWith, clock } = this.#options;
      const chat = await correspondence.chatOf(userId);
      if (chat?.receipts === false || !config.reports.receipts) return { state: 'done' };
      if (action.attempts === 0 && !this.#sent.take(userId, clock())) return { state: 'done' };
      const line = [spoken(chat?.language ?? config.reports.language)[what]];
      const eventId = await sendOnce(
        homeserver,
        attempt,
        await roomWith(userId),
        messageContent([{ line }]),
        action.key,
      );
      return { state: 'done', result: { event_id: eventId } };
    });
  }
}
