import { json, Router, type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import { isEventId, isRoomId, isUserId } from '../matrix/identifiers.js';
import { urlPath } from '../matrix/url-path.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { badRequest, eventReportBody, MatrixRefusal, plainReportBody, refusalOf } from './responses.js';
import { ReportLimit } from './rate-limit.js';
import { PASSED_ON_HEADER, type ReporterHomeserver } from './reporter-homeserver.js';
import { clientEvent, incomingReport, type Report, type OnReport } from './report.js';

export interface ReportRouterOptions {
  homeserver: ReporterHomeserver;
  /** our own reports are passed on and not taken: they come of cases that are there already */
  botUserId: string;
  onReport: OnReport;
  clock: Clock;
  logger: Logger;
  /** false: reports stay with us and do not reach the homeserver's own list */
  passOn?: boolean;
}

/** A report's body holds a reason and a score. */
const BODY_LIMIT = '64kb';

/** What a route makes of a request after the reporter is known. `path` is where the homeserver takes such a report. */
interface Reading {
  complaint: Omit<Report, 'reporter' | 'source' | 'at'>;
  path: string;
}
type Reader = (request: Request, token: string) => Promise<Reading>;

/**
 * The client API's report endpoints (spec "Reporting Content"), to be put in front of the homeserver by a reverse
 * proxy: Synapse throws reports on remote users away, and nobody can read its room reports.
 * A report is answered 200 when it is in the ledger; then it goes on to the homeserver, as well as that works.
 */
export function createReportRouter(options: ReportRouterOptions): Router {
  const router = Router();
  const limit = new ReportLimit(options.clock);
  const body = json({ limit: BODY_LIMIT, type: () => true, strict: false, verify: refuseEmpty });
  const take = (read: Reader): RequestHandler[] => [
    allowBrowsers,
    reporterOf(options),
    body,
    report(read, limit, options),
  ];

  const event = take((request, token) => readEventReport(request, token, options.homeserver));
  const room = take(readRoomReport);
  const user = take(readUserReport);
  // r0, v1 and unstable: what clients of earlier versions of the specification and of its proposals send
  for (const version of ['v3', 'r0', 'api/v1', 'unstable'])
    router.all(`/_matrix/client/${version}/rooms/:roomId/report/:eventId`, event);
  for (const version of ['v3', 'r0', 'unstable', 'unstable/org.matrix.msc4151'])
    router.all(`/_matrix/client/${version}/rooms/:roomId/report`, room);
  for (const version of ['v3', 'unstable', 'unstable/org.matrix.msc4260'])
    router.all(`/_matrix/client/${version}/users/:userId/report`, user);
  router.use(answerErrors(options.logger));
  return router;
}

/** Spec "Web Browser Clients": the proxy leads a browser's preflight to us too. */
const allowBrowsers: RequestHandler = (request, response, next) => {
  response.set({
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, DELETE, OPTIONS',
    'Access-Control-Allow-Headers': 'X-Requested-With, Content-Type, Authorization, Date',
  });
  if (request.method === 'OPTIONS') return void response.status(200).json({});
  if (request.method !== 'POST') throw new MatrixRefusal(405, 'M_UNRECOGNIZED', 'Reports are made with POST.');
  next();
};

/** Who reports: the homeserver says whose token it is, before anything else is read. */
function reporterOf({ homeserver, logger }: ReportRouterOptions): RequestHandler {
  return async (request, response, next) => {
    if (request.get(PASSED_ON_HEADER) !== undefined) {
      logger.error(
        'a report that we passed on came back to us: homeserver.url must lead to the homeserver itself, not to the reverse proxy',
      );
      throw new MatrixRefusal(508, 'M_UNKNOWN', 'This report goes in a circle.');
    }
    const token = tokenOf(request);
    if (token === undefined) throw new MatrixRefusal(401, 'M_MISSING_TOKEN', 'Missing access token.');
    if (!/^[\x21-\x7e]+$/.test(token)) throw new MatrixRefusal(401, 'M_UNKNOWN_TOKEN', 'Unrecognised access token.');
    const answer = await homeserver.whoami(token);
    const userId = answer.body.user_id;
    if (answer.status !== 200) throw refusalOf(answer);
    if (typeof userId !== 'string' || !isUserId(userId))
      throw new MatrixRefusal(502, 'M_UNKNOWN', 'The homeserver did not say who you are.');
    if (answer.body.is_guest === true)
      throw new MatrixRefusal(403, 'M_GUEST_ACCESS_FORBIDDEN', 'Guests can not report.');
    response.locals.reporter = { userId, token } satisfies Reporter;
    next();
  };
}

interface Reporter {
  userId: string;
  token: string;
}

/** Spec "Using access tokens": the header, or the query as old clients do. */
function tokenOf(request: Request): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '')?.[1];
  const query = request.query.access_token;
  return bearer ?? (typeof query === 'string' && query !== '' ? query : undefined);
}

function report(read: Reader, limit: ReportLimit, options: ReportRouterOptions): RequestHandler {
  return async (request, response) => {
    const { userId: reporter, token } = response.locals.reporter as Reporter;
    const { complaint, path } = await read(request, token);
    if (reporter !== options.botUserId) {
      const wait = limit.take(reporter);
      if (wait > 0)
        throw new MatrixRefusal(
          429,
          'M_LIMIT_EXCEEDED',
          'Too many reports. Please wait.',
          { retry_after_ms: wait },
          String(Math.ceil(wait / 1000)),
        );
      await options.onReport(incomingReport({ ...complaint, reporter, source: 'client', at: options.clock() }));
      options.logger.info({ about: complaint.eventId === undefined ? complaint.subjectKind : 'event' }, 'report taken');
    }
    response.status(200).json({});
    if (options.passOn !== false) await passOn(options, token, path, request.body as Record<string, unknown>);
  };
}

/** After the answer: the report is safe, and the homeserver's list is a second place where moderators may look. */
async function passOn(
  { homeserver, logger }: ReportRouterOptions,
  token: string,
  path: string,
  body: Record<string, unknown>,
): Promise<void> {
  const { status } = await homeserver.report(token, path, body);
  if (status !== 200) logger.warn({ status }, 'report not passed on to the homeserver');
}

async function readEventReport(request: Request, token: string, homeserver: ReporterHomeserver): Promise<Reading> {
  const { reason = '' } = checked(eventReportBody.safeParse(bodyOf(request)));
  const { roomId, eventId } = request.params as { roomId: string; eventId: string };
  const unseen = new MatrixRefusal(
    404,
    'M_NOT_FOUND',
    'Unable to report event: it does not exist or you are not able to see it.',
  );
  if (!isRoomId(roomId) || !isEventId(eventId) || hasControls(roomId + eventId)) throw unseen;
  const answer = await homeserver.event(token, roomId, eventId);
  if (answer.status === 404 || answer.status === 403 || answer.status === 400) throw unseen;
  if (answer.status !== 200) throw refusalOf(answer);
  const { sender, room_id } = answer.body;
  if (typeof sender !== 'string' || !isUserId(sender) || (room_id !== undefined && room_id !== roomId)) throw unseen;
  const event = clientEvent({ ...answer.body, event_id: eventId, room_id: roomId });
  return {
    complaint: { subjectKind: 'user', subject: sender, roomId, eventId, reason, event },
    path: urlPath`/_matrix/client/v3/rooms/${roomId}/report/${eventId}`,
  };
}

function readRoomReport(request: Request): Promise<Reading> {
  const { reason } = checked(plainReportBody.safeParse(bodyOf(request)));
  const { roomId } = request.params as { roomId: string };
  if (!isRoomId(roomId) || hasControls(roomId)) throw new MatrixRefusal(404, 'M_NOT_FOUND', 'There is no such room.');
  return Promise.resolve({
    complaint: { subjectKind: 'room', subject: roomId, roomId, reason },
    path: urlPath`/_matrix/client/v3/rooms/${roomId}/report`,
  });
}

function readUserReport(request: Request): Promise<Reading> {
  const { reason } = checked(plainReportBody.safeParse(bodyOf(request)));
  const { userId } = request.params as { userId: string };
  if (!isUserId(userId) || hasControls(userId)) throw new MatrixRefusal(404, 'M_NOT_FOUND', 'There is no such user.');
  return Promise.resolve({
    complaint: { subjectKind: 'user', subject: userId, reason },
    path: urlPath`/_matrix/client/v3/users/${userId}/report`,
  });
}

/** No identifier holds a control character, and PostgreSQL keeps no NUL. */
function hasControls(id: string): boolean {
  return /[\0-\x1f\x7f]/.test(id);
}

/** Express takes nothing for `{}`; the homeserver calls it no JSON. */
function refuseEmpty(_request: unknown, _response: unknown, bytes: Buffer): void {
  if (bytes.length === 0) throw new MatrixRefusal(400, 'M_NOT_JSON', 'The body is empty.');
}

function bodyOf(request: Request): unknown {
  if (request.body === undefined) throw new MatrixRefusal(400, 'M_NOT_JSON', 'The body is not JSON.');
  return request.body;
}

function checked<T>(
  result:
    | { success: true; data: T }
    | { success: false; error: { issues: readonly { path: PropertyKey[]; message: string }[] } },
): T {
  if (result.success) return result.data;
  throw badRequest(result.error.issues);
}

/** Every refusal in Matrix's form. What failed inside is logged without the request: that holds token and reason. */
function answerErrors(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    if (response.headersSent) return;
    answer(response, error instanceof MatrixRefusal ? error : refusalOfBody(error, logger));
  };
}

function refusalOfBody(error: unknown, logger: Logger): MatrixRefusal {
  const status = (error as { status?: unknown } | null)?.status;
  if (status === 413) return new MatrixRefusal(413, 'M_TOO_LARGE', `The body is larger than ${BODY_LIMIT}.`);
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new MatrixRefusal(400, 'M_NOT_JSON', 'The body is not JSON.');
  logger.error({ error: messageOf(error) }, 'report not taken');
  return new MatrixRefusal(500, 'M_UNKNOWN', 'The report could not be taken. Please try again.');
}

function answer(response: Response, refusal: MatrixRefusal): void {
  if (refusal.retryAfter !== undefined) response.set('Retry-After', refusal.retryAfter);
  response.status(refusal.status).json({ errcode: refusal.errcode, error: refusal.message, ...refusal.further });
}
