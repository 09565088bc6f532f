import { json, Router, type ErrorRequestHandler, type RequestHandler } from 'express';
import { z } from 'zod';
import { isEventId, isRoomId, isUserId } from '../../matrix/identifiers.js';
import { ReportLimit } from '../../reports/rate-limit.js';
import { incomingReport, transactionKey, type OnReport, type Report } from '../../reports/report.js';
import type { CaseRecord, CaseState } from '../../store/records/cases.js';
import type { Ledger } from '../../store/types.js';
import type { Clock } from '../../util/clock.js';
import { messageOf } from '../../util/errors.js';
import type { Logger } from '../../util/logger.js';
import type { ApiKeys } from './keys.js';
import { shownCase, shownCaseWhole } from './shown.js';
import { ANSWERS } from './texts.js';

export interface ApiRouterOptions {
  keys: ApiKeys;
  ledger: Pick<Ledger, 'casePage' | 'caseById' | 'caseOfSubject' | 'findingsOf' | 'actionsOf'>;
  onReport: OnReport;
  clock: Clock;
  logger: Logger;
}

const API_PATH = '/_heimdall/api/v1';
const BODY_LIMIT = '64kb';
const FINDINGS_SHOWN = 200;
const STATES: readonly CaseState[] = ['open', 'triaged', 'actioned', 'dismissed', 'appealed'];

const text = (most: number) =>
  z
    .string()
    .max(most)
    .refine((value) => !value.includes('\0'), ANSWERS.nul);
const reportBody = z.strictObject({
  subject: text(1_024),
  reason: text(4_000).default(''),
  /** the service's user who reported it, for moderators */
  reporter: text(255).optional(),
  room_id: text(255).refine(isRoomId, ANSWERS.notARoomId).optional(),
  event_id: text(255).refine(isEventId, ANSWERS.notAnEventId).optional(),
  /** the service's own id of this report: sending it twice makes one report */
  id: text(255).min(1).optional(),
});

const casesQuery = z.object({
  state: z
    .string()
    .transform((states) => states.split(','))
    .pipe(z.array(z.enum(STATES as [CaseState, ...CaseState[]])))
    .optional(),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** The HTTP API for other services of the admin: reports in, cases out (docs/operate/api.md). */
export function createApiRouter(options: ApiRouterOptions): Router {
  const { ledger, logger } = options;
  const router = Router();
  const api = Router({ strict: false });
  api.use(requireService(options));
  api.post('/reports', json({ limit: BODY_LIMIT, type: () => true }), takeReport(options));
  api.get('/cases', async (request, response) => {
    const query = casesQuery.safeParse(request.query);
    if (!query.success) return void response.status(400).json(refusal('bad_request', problemsOf(query.error)));
    const { state: states, offset, limit } = query.data;
    const { cases, total } = await ledger.casePage({ states, offset, limit, sort: 'opened' });
    response.json({ cases: cases.map(shownCase), total });
  });
  api.get('/cases/:id', async (request, response) => {
    const id = /^\d{1,15}$/.test(request.params.id) ? Number(request.params.id) : 0;
    const record = await ledger.caseById(id);
    if (record === undefined) return void response.status(404).json(refusal('not_found', ANSWERS.noCase));
    const [findings, actions] = await Promise.all([ledger.findingsOf(id, FINDINGS_SHOWN), ledger.actionsOf(id)]);
    response.json(shownCaseWhole(record, findings, actions));
  });
  api.use((_request, response) => void response.status(404).json(refusal('not_found', ANSWERS.nothing)));
  const failed: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
    const status = (error as { status?: unknown } | null)?.status;
    if (status === 413) return void response.status(413).json(refusal('too_large', ANSWERS.tooLarge));
    if (typeof status === 'number' && status >= 400 && status < 500)
      return void response.status(400).json(refusal('bad_request', ANSWERS.notJson));
    logger.error({ error: messageOf(error) }, 'request of the API failed');
    response.status(503).set('Retry-After', '10').json(refusal('unavailable', ANSWERS.failed));
  };
  api.use(failed);
  router.use(API_PATH, api);
  return router;
}

function refusal(code: string, message: string): Record<string, unknown> {
  return { error: { code, message } };
}

function problemsOf({ issues }: { issues: readonly { path: PropertyKey[]; message: string }[] }): string {
  return issues.map(({ path, message }) => `${path.map(String).join('.') || 'body'}: ${message}`).join('; ');
}

/** The key's owner is in `response.locals.service`. */
function requireService({ keys, clock }: ApiRouterOptions): RequestHandler {
  const limit = new ReportLimit(clock);
  return async (request, response, next) => {
    response.set('Cache-Control', 'no-store');
    const key = /^Bearer +([\x21-\x7e]{1,512})$/i.exec(request.get('authorization') ?? '')?.[1];
    if (key === undefined) return void response.status(401).json(refusal('no_key', ANSWERS.noKey));
    const service = await keys.serviceOf(key);
    if (service === undefined) return void response.status(401).json(refusal('bad_key', ANSWERS.badKey));
    const wait = request.method === 'POST' ? limit.take(service) : 0;
    if (wait > 0) {
      response.set('Retry-After', String(Math.ceil(wait / 1000)));
      return void response.status(429).json(refusal('too_many', ANSWERS.tooMany));
    }
    response.locals.service = service;
    next();
  };
}

function takeReport({ ledger, onReport, clock }: ApiRouterOptions): RequestHandler {
  return async (request, response) => {
    const parsed = reportBody.safeParse(request.body);
    if (!parsed.success) return void response.status(400).json(refusal('bad_request', problemsOf(parsed.error)));
    const { subject: named, reason, reporter, room_id: roomId, event_id: eventId, id } = parsed.data;
    const subject = subjectOf(named);
    if (subject === undefined) return void response.status(400).json(refusal('bad_request', ANSWERS.badSubject));
    const service = String(response.locals.service);
    const report = incomingReport({
      ...subject,
      // the service speaks for its users; a user of ours that it names gets no messages
      reporter: reporter === undefined ? `api: ${service}` : `api: ${service}, for ${reporter}`,
      reason,
      source: 'api',
      at: clock(),
      ...(roomId === undefined ? {} : { roomId }),
      ...(eventId === undefined ? {} : { eventId }),
      ...(id === undefined ? {} : { transaction: `api/${service}/${id}` }),
    });
    await onReport(report);
    const record: CaseRecord | undefined = await ledger.caseOfSubject(subject.subjectKind, subject.subject);
    response.status(200).json({
      report_id: (id === undefined ? report.key : transactionKey(service, id)).slice(-32),
      case: record === undefined ? null : shownCase(record),
    });
  };
}

/** Valid subjects of a report; undefined for anything else. */
function subjectOf(named: string): Pick<Report, 'subjectKind' | 'subject'> | undefined {
  if (/[\0-\x1f\x7f]/.test(named)) return undefined;
  if (isUserId(named)) return { subjectKind: 'user', subject: named };
  if (isRoomId(named)) return { subjectKind: 'room', subject: named };
  const server = /^server:((?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9][A-Za-z0-9.-]{0,254})(?::\d{1,5})?)$/.exec(named)?.[1];
  if (server !== undefined) return { subjectKind: 'server', subject: server.toLowerCase() };
  if (/^mxc:\/\/[A-Za-z0-9.:[\]-]{1,255}\/[A-Za-z0-9_-]{1,255}$/.test(named))
    return { subjectKind: 'media', subject: named };
  return undefined;
}
