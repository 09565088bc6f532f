import { Router } from 'express';
import { h } from 'preact';
import type { PagesDeps } from '../deps.js';
import { AppealPage, NothingPage, StatusPage } from '../public/status.js';
import { field, languageIn, readForm, show } from '../request.js';
import { receiptNumber, type WebTokens } from '../tokens.js';

/** The status of one's own report, and complaints about a decision (Regulation (EU) 2022/2065, Art. 20). */
export function statusRoutes(deps: PagesDeps, tokens: WebTokens): Router {
  const { ledger, clock } = deps;
  const router = Router();

  router.get('/case/:token', async (request, response) => {
    const language = languageIn(request);
    const secret = request.params.token;
    const receipt = await tokens.find('receipt', secret);
    if (receipt === undefined) return show(response, h(NothingPage, { language }), 404);
    const record = receipt.caseId === null ? undefined : await ledger.caseById(receipt.caseId);
    show(
      response,
      h(StatusPage, { language, number: receiptNumber(secret), sentAt: receipt.createdAt, state: record?.state }),
    );
  });

  router.get('/appeal/:token', async (request, response) => {
    const language = languageIn(request);
    const appeal = await tokens.find('appeal', request.params.token);
    if (appeal === undefined) return show(response, h(NothingPage, { language }), 404);
    const record = appeal.caseId === null ? undefined : await ledger.caseById(appeal.caseId);
    show(
      response,
      h(AppealPage, { language, token: request.params.token, sentAt: sentAt(appeal.data), state: record?.state }),
    );
  });

  router.post('/appeal/:token', readForm, async (request, response) => {
    const language = languageIn(request);
    const token = String(request.params.token);
    const appeal = await tokens.find('appeal', token);
    if (appeal === undefined || appeal.caseId === null) return show(response, h(NothingPage, { language }), 404);
    const words = field(request, 'why').trim().slice(0, 4000);
    if (words === '')
      return show(response, h(AppealPage, { language, token, sentAt: undefined, state: undefined }), 400);
    if (sentAt(appeal.data) === undefined) {
      await deps.onAppeal(appeal.caseId, words);
      await ledger.commit((tx) => tx.putWebToken({ ...appeal, data: { ...appeal.data, sent_at: clock() } }));
    }
    response.redirect(303, `/appeal/${encodeURIComponent(token)}`);
  });
  return router;
}

function sentAt(data: Record<string, unknown>): number | undefined {
  return typeof data.sent_at === 'number' ? data.sent_at : undefined;
}
