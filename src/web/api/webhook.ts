import { createHmac } from 'node:crypto';
import { request } from 'undici';
import { z } from 'zod';
import { defineAction } from '../../actions/define.js';
import type { ActionHandler } from '../../actions/types.js';
import type { Correspondence } from '../../store/index.js';
import type { NewAction } from '../../store/records/actions.js';
import type { Ledger } from '../../store/types.js';
import type { Clock } from '../../util/clock.js';
import { messageOf } from '../../util/errors.js';
import type { Logger } from '../../util/logger.js';
import { isoTime } from '../../util/times.js';
import { shownCase } from './shown.js';
import { doublingMs } from '../../util/timers.js';
import { ANSWERS } from './texts.js';
import { Rounds } from '../../util/rounds.js';

/** One event of a case to be sent to the admin's service. Events arrive in order. */
const webhook = defineAction({
  kind: 'webhook',
  payload: z.object({ id: z.string(), type: z.string(), caseId: z.number().int(), at: z.number() }),
  hasSideEffects: true,
  lane: () => 'webhook',
  maxConcurrent: 1,
  failuresToldElsewhere: true,
});

export interface WebhookOptions {
  url: string;
  /** null: not signed */
  secret: string | null;
  ledger: Pick<Ledger, 'commit' | 'meta' | 'caseById'>;
  correspondence: Pick<Correspondence, 'casesEndedAfter' | 'caseEventsAfter' | 'latestAudit'>;
  clock: Clock;
  logger: Logger;
}

const LOOK_MS = 2_000;
const EVENTS_READ = 200;
const META = 'api.webhook_until';
const TIMEOUT_MS = 10_000;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
const GIVE_UP_AFTER_MS = 24 * 3_600_000;
/** Ends are reported by the case's state, whatever caused them. */
const TOLD: readonly string[] = ['case.opened', 'case.reopened', 'case.appealed', 'case.appeal_upheld'];

/**
 * Notifies another service of events in cases. The position is stored in the same commit as the event to be sent, so
 * none is lost, and a duplicate has the same id.
 */
export class Webhook {
  readonly #options: WebhookOptions;
  readonly #rounds = new Rounds({ work: () => this.look(), everyMs: LOOK_MS });

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Processes new events once. Never rejects: a failure is retried in the next round. */
  async look(): Promise<void> {
    const { ledger, correspondence, clock, logger } = this.#options;
    try {
      const stored = await ledger.meta(META);
      if (stored === undefined || stored === '') {
        // events from before the webhook was configured are not sent
        const audit = await correspondence.latestAudit();
        return await ledger.commit((tx) => tx.setMeta(META, `${audit}/${clock()}/0`));
      }
      const [audit = 0, at = 0, id = 0] = stored.split('/').map(Number);
      const [events, ended] = await Promise.all([
        correspondence.caseEventsAfter(audit, EVENTS_READ),
        correspondence.casesEndedAfter({ at, id }, EVENTS_READ),
      ]);
      const [lastEvent, lastEnd] = [events.at(-1), ended.at(-1)];
      if (lastEvent === undefined && lastEnd === undefined) return;
      const told = [
        ...events
          .filter(({ what }) => TOLD.includes(what))
          .map((event) => ({ id: `audit-${event.id}`, type: event.what, caseId: event.caseId, at: event.at })),
        ...ended.map((record) => ({
          id: `end-${record.id}-${record.closedAt}`,
          type: record.state === 'dismissed' ? 'case.dismissed' : 'case.actioned',
          caseId: record.id,
          at: record.closedAt,
        })),
      ].sort((one, other) => one.at - other.at);
      const until = [lastEvent?.id ?? audit, lastEnd?.closedAt ?? at, lastEnd?.id ?? id].join('/');
      await ledger.commit(async (tx) => {
        await tx.addActions(told.map((event): NewAction => webhook.create(event, { key: `webhook:${event.id}` })));
        await tx.setMeta(META, until);
      });
    } catch (error) {
      logger.warn({ error: messageOf(error) }, 'events of cases could not be read; trying again');
    }
  }

  handler(): ActionHandler {
    return webhook.handler(async (event, action) => {
      const { url, secret, ledger, clock, logger } = this.#options;
      const record = await ledger.caseById(event.caseId);
      const body = JSON.stringify({
        type: event.type,
        timestamp: isoTime(event.at),
        data: { case: record === undefined ? { id: event.caseId } : shownCase(record) },
      });
      try {
        const answer = await request(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...signed(event.id, body, secret, clock()) },
          body,
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        await answer.body.dump();
        if (answer.statusCode >= 200 && answer.statusCode < 300) return { state: 'done' };
        throw new Error(ANSWERS.webhookAnswered(answer.statusCode));
      } catch (error) {
        const message = messageOf(error);
        if (clock() - action.createdAt >= GIVE_UP_AFTER_MS) {
          logger.error({ event: event.id, error: message }, 'a webhook was given up');
          return { state: 'failed', error: message };
        }
        const afterMs = doublingMs(FIRST_PAUSE_MS, LONGEST_PAUSE_MS, action.attempts);
        return { state: 'retry', afterMs, error: message };
      }
    });
  }
}

/**
 * Headers of the Standard Webhooks specification (https://www.standardwebhooks.com): `v1,` and HMAC-SHA256 in base64.
 */
function signed(id: string, body: string, secret: string | null, now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const signature =
    secret === null ? undefined : createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64');
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    ...(signature === undefined ? {} : { 'webhook-signature': `v1,${signature}` }),
  };
}
