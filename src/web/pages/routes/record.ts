import { Router } from 'express';
import { h } from 'preact';
import { AuditPage, FiguresPage, MailPage } from '../desk/record.js';
import type { PagesDeps } from '../deps.js';
import type { Figures } from '../figures.js';
import type { Precision } from '../precision.js';
import { field, show } from '../request.js';
import { WAITING } from './cases.js';
import type { DeskHandler, Sessions } from './session.js';

const MAILS_SHOWN = 100;
const AUDIT_SHOWN = 100;

/** Pages on records: mail, audit, figures. */
export function recordRoutes(deps: PagesDeps, sessions: Sessions, figures: Figures, precision: Precision): Router {
  const { ledger } = deps;

  const mail: DeskHandler = async (request, response, viewer) => {
    const from = Math.max(0, Number.parseInt(field(request, 'from'), 10) || 0);
    const mails = await ledger.mailPage({ offset: from, limit: MAILS_SHOWN });
    const next = mails.length === MAILS_SHOWN ? from + MAILS_SHOWN : undefined;
    show(response, h(MailPage, { viewer, mails, next }));
  };

  const audit: DeskHandler = async (request, response, viewer) => {
    const before = Number.parseInt(field(request, 'before'), 10);
    const entries = await ledger.auditPage({ ...(before > 0 ? { before } : {}), limit: AUDIT_SHOWN });
    const next = entries.length === AUDIT_SHOWN ? entries.at(-1)?.id : undefined;
    show(response, h(AuditPage, { viewer, entries, next }));
  };

  const inFigures: DeskHandler = async (_request, response, viewer) => {
    const [months, open, judged] = await Promise.all([
      figures.lastYear(),
      ledger.countCases(WAITING),
      precision.latest(),
    ]);
    show(response, h(FiguresPage, { viewer, months, open, judged }));
  };

  return Router()
    .get('/mail', sessions.signedIn(mail))
    .get('/audit', sessions.signedIn(audit))
    .get('/figures', sessions.signedIn(inFigures));
}
