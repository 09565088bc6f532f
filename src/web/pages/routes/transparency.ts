import { Router } from 'express';
import { h } from 'preact';
import { csvOf } from '../../../statements/figures.js';
import type { Figures } from '../figures.js';
import { TransparencyPage } from '../public/transparency.js';
import { languageIn, show } from '../request.js';

/** Public figures on reports and actions. */
export function transparencyRoutes(figures: Figures): Router {
  const router = Router();

  router.get('/transparency', async (request, response) =>
    show(response, h(TransparencyPage, { language: languageIn(request), months: await figures.lastYear() })),
  );
  router.get('/transparency.json', async (_request, response) => {
    response.set('Access-Control-Allow-Origin', '*').json({ months: await figures.lastYear() });
  });
  router.get('/transparency.csv', async (_request, response) => {
    response.type('text/csv').send(csvOf(await figures.lastYear()));
  });
  return router;
}
