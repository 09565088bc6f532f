import { Router } from 'express';
import { h } from 'preact';
import type { MonthFigures } from '../../../store/figures.js';
import type { Figures } from '../figures.js';
import { TransparencyPage } from '../public/transparency.js';
import { languageIn, show } from '../request.js';

/** What was reported and done, in figures that everybody may read. */
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

/** One row a month and action, as spreadsheets like it (RFC 4180). */
export function csvOf(months: readonly MonthFigures[]): string {
  const rows = [['month', 'what', 'detail', 'number', 'automatic']];
  for (const month of months) {
    for (const [kind, number] of Object.entries(month.cases))
      rows.push([month.month, 'cases', kind, String(number), '']);
    for (const [verdict, number] of Object.entries(month.verdicts))
      rows.push([month.month, 'verdicts', verdict, String(number), '']);
    for (const [kind, { done, automatic }] of Object.entries(month.actions))
      rows.push([month.month, 'measures', kind, String(done), String(automatic)]);
    for (const [what, number] of [
      ['reports', month.reports],
      ['mails', month.mails],
      ['dismissed', month.dismissed],
      ['appeals', month.appeals],
      ['appeals_upheld', month.appealsUpheld],
    ] as const)
      rows.push([month.month, what, '', String(number), '']);
    rows.push([
      month.month,
      'median_ms_to_first_measure',
      '',
      month.medianToAction === null ? '' : String(month.medianToAction),
      '',
    ]);
  }
  return `${rows.map((row) => row.join(',')).join('\r\n')}\r\n`;
}
