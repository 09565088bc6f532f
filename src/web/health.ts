import { Router } from 'express';
import type { Registry } from 'prom-client';

export interface HealthOptions {
  /** why we are not ready; an empty list means ready */
  notReady: () => Promise<string[]>;
  metrics: Registry;
}

/**
 * `/healthz` (alive), `/readyz` (homeserver, ledger and management room are there and protection stands), `/metrics`.
 */
export function createHealthRouter(options: HealthOptions): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => void response.json({ status: 'alive' }));
  router.get('/readyz', async (_request, response) => {
    const reasons = await options.notReady();
    response
      .status(reasons.length === 0 ? 200 : 503)
      .json(reasons.length === 0 ? { status: 'ready' } : { status: 'not ready', reasons });
  });
  router.get('/metrics', async (_request, response) => {
    response.type(options.metrics.contentType).send(await options.metrics.metrics());
  });
  return router;
}
