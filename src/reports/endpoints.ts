import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { json, Router, type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { eventReader, readRoomReport, safetyReader, userReader, type Reader, type Reading } from './complaints.js';
import { MatrixRefusal } from './responses.js';
import { ReportLimit } from './rate-limit.js';
import type { ReporterHomeserver } from './reporter-homeserver.js';
import { incomingReport, transactionKey, type OnReport } from './report.js';
import { Reporters, requireReporter, tooMany, type Reporter } from './reporters.js';
import { REFUSALS } from './texts.js';

export interface ReportRouterOptions {
  homeserver: ReporterHomeserver;
  /** our homeserver's name */
  serverName: string;
  /** our own reports are passed on but not recorded, because they come from existing cases */
  botUserId: string;
  onReport: OnReport;
  clock: Clock;
  logger: Logger;
  /** answers the doctor's check that reports reach us through the proxy */
  probe?: RequestHandler;
  /** false: reports are not passed on to the homeserver's own list */
  passOn?: boolean;
  /** resolves after a random delay; if given, responses do not reveal whether the reported thing exists (MSC4277) */
  hideExistence?: () => Promise<void>;
}

const VERSIONS = ['v3', 'r0', 'v1', 'api/v1', 'unstable', 'unstable/org.matrix.msc4151', 'unstable/org.matrix.msc4260'];

/** A report's body holds a reason and a score. */
const BODY_LIMIT = '64kb';

/**
 * The client API's report endpoints (spec "Reporting Content"), which a reverse proxy routes to us instead of the
 * homeserver: Synapse discards reports about remote users, and nobody can read its room reports. A report is answered
 * 200 once it is in the ledger, and then passed on to the homeserver if possible.
 */
export function createReportRouter(options: ReportRouterOptions): Router {
  const router = Router();
  if (options.probe !== undefined) router.use('/_matrix/client', options.probe);
  const limit = new ReportLimit(options.clock);
  const reporters = new Reporters(options.homeserver, options.clock);
  const body = json({ limit: BODY_LIMIT, type: () => true, strict: false, verify: refuseEmpty });
  const take = (read: Reader, guests = false): RequestHandler[] => [
    allowBrowsers,
    requireReporter(reporters, { logger: options.logger, guests }),
    body,
    report(read, limit, options),
  ];

  const event = take(eventReader(options.homeserver));
  const room = take(readRoomReport);
  const user = take(userReader(options.homeserver));
  // r0, v1 and unstable: sent by clients of earlier versions of the specification and its proposals
  for (const version of VERSIONS) {
    router.all(`/_matrix/client/${version}/rooms/:roomId/report/:eventId`, event);
    router.all(`/_matrix/client/${version}/rooms/:roomId/report`, room);
    router.all(`/_matrix/client/${version}/users/:userId/report`, user);
  }
  // guests may use this one (MSC4457)
  const safety = take(safetyReader(options.homeserver, options.serverName), true);
  for (const version of ['v1', 'unstable/org.matrix.msc4457'])
    router.all(`/_matrix/client/${version}/safety/report/:txnId`, safety);
  router.use(answerErrors(options.logger));
  return router;
}

const CORS = {
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT, DELETE, OPTIONS',
  'Access-Control-Allow-Headers': 'X-Requested-With, Content-Type, Authorization, Date',
};

/** Spec "Web Browser Clients": the proxy routes a browser's preflight to us too. */
const allowBrowsers: RequestHandler = (request, response, next) => {
  response.set(CORS);
  if (request.method === 'OPTIONS') return void response.status(200).json({});
  if (request.method !== 'POST') throw new MatrixRefusal(405, 'M_UNRECOGNIZED', REFUSALS.onlyPost);
  next();
};

function report(read: Reader, limit: ReportLimit, options: ReportRouterOptions): RequestHandler {
  return async (request, response) => {
    const { userId: reporter, token } = response.locals.reporter as Reporter;
    const ours = reporter === options.botUserId;
    // before the homeserver is queried about the subject, so that a flood is not passed on to it
    const wait = ours ? 0 : limit.take(reporter);
    if (wait > 0) throw tooMany(wait);
    const [reading] = await Promise.all([
      read(request, token).catch((error: unknown) => {
        if (options.hideExistence === undefined || !isAbsence(error)) throw error;
        return undefined;
      }),
      options.hideExistence?.(),
    ]);
    if (reading === undefined) return void response.status(200).json(answerTo(request, reporter));
    const { complaint, passOn: onward } = reading;
    if (!ours) {
      await options.onReport(incomingReport({ ...complaint, reporter, source: 'client', at: options.clock() }));
      options.logger.info({ about: complaint.eventId === undefined ? complaint.subjectKind : 'event' }, 'report taken');
    }
    response.status(200).json(answerTo(request, reporter));
    if (options.passOn !== false && onward !== undefined) await passOn(options, token, onward);
  };
}

const LEAST_DELAY_MS = 200;
const MOST_DELAY_MS = 1_500;

/** A random delay, longer than any lookup, so that timing reveals nothing. */
export async function aLittleLater(): Promise<void> {
  await sleep(randomInt(LEAST_DELAY_MS, MOST_DELAY_MS));
}

/** The same response whether or not the subject exists. */
function answerTo({ params }: Request, reporter: string): Record<string, string> {
  const { txnId } = params;
  return typeof txnId === 'string' ? { report_id: transactionKey(reporter, txnId).slice(-32) } : {};
}

function isAbsence(error: unknown): boolean {
  return error instanceof MatrixRefusal && error.status === 404;
}

/** After the response: the report is safe, and the homeserver's list is a second place for moderators to look. */
async function passOn(
  { homeserver, logger }: ReportRouterOptions,
  token: string,
  { path, body }: NonNullable<Reading['passOn']>,
): Promise<void> {
  const { status } = await homeserver.report(token, path, body);
  if (status !== 200) logger.warn({ status }, 'report not passed on to the homeserver');
}

/** Express reads an empty body as `{}`; the homeserver calls it invalid JSON. */
function refuseEmpty(_request: unknown, _response: unknown, bytes: Buffer): void {
  if (bytes.length === 0) throw new MatrixRefusal(400, 'M_NOT_JSON', REFUSALS.empty);
}

/**
 * Every refusal in Matrix's error format. Internal errors are logged without the request, which contains token and
 * reason.
 */
function answerErrors(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, _next) => {
    if (response.headersSent) return;
    answer(response, error instanceof MatrixRefusal ? error : refusalOfBody(error, logger));
  };
}

function refusalOfBody(error: unknown, logger: Logger): MatrixRefusal {
  const status = (error as { status?: unknown } | null)?.status;
  if (status === 413) return new MatrixRefusal(413, 'M_TOO_LARGE', REFUSALS.tooLarge(BODY_LIMIT));
  if (error instanceof URIError) return new MatrixRefusal(400, 'M_INVALID_PARAM', REFUSALS.badPath);
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new MatrixRefusal(400, 'M_NOT_JSON', REFUSALS.notJson);
  logger.error({ error: messageOf(error) }, 'report not taken');
  return new MatrixRefusal(500, 'M_UNKNOWN', REFUSALS.notTaken);
}

function answer(response: Response, refusal: MatrixRefusal): void {
  // including failures before a route was reached
  response.set(CORS);
  if (refusal.retryAfter !== undefined) response.set('Retry-After', refusal.retryAfter);
  response.status(refusal.status).json({ errcode: refusal.errcode, error: refusal.message, ...refusal.further });
}
