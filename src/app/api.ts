import type { Router } from 'express';
import type { ActionHandler } from '../actions/types.js';
import { apiKeysFrom } from '../web/api/keys.js';
import { createApiRouter } from '../web/api/router.js';
import { Webhook } from '../web/api/webhook.js';
import type { AppContext } from './context.js';

/** What other services of the admin use. */
export interface ApiParts {
  routers: readonly Router[];
  handlers: readonly ActionHandler[];
}

export function buildApi(app: AppContext): ApiParts {
  const { config, logger, lifecycle, foundation } = app;
  const { ledger, correspondence, clock } = foundation;
  const { keys, webhook_url: url, webhook_secret: secret } = config.api;
  const routers =
    keys === null
      ? []
      : [
          createApiRouter({
            keys: apiKeysFrom(keys),
            ledger,
            onReport: (report, note) => app.reports.onReport(report, note),
            clock,
            logger,
          }),
        ];
  if (url === null) return { routers, handlers: [] };
  const webhook = new Webhook({ url, secret, ledger, correspondence, clock, logger });
  lifecycle.add('watchers', 'webhook', webhook);
  return { routers, handlers: [webhook.handler()] };
}
