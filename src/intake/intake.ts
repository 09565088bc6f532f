import { timingSafeEqual, createHash } from 'node:crypto';
import { Router, json, type ErrorRequestHandler, type Request, type RequestHandler, type Response } from 'express';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { SerialQueue } from '../util/serial-queue.js';
import { inTime } from '../util/timers.js';
import { intakeTexts } from './texts.js';

/**
 * Synapse sends up to ~6.5 MB in a transaction and retries for ever: a smaller cap would let a flooder wedge the queue.
 */
const BODY_LIMIT = '64mb';
/** Synapse gives a transaction 60 s; we answer before that, also when we are busy. */
const HANDLING_LIMIT_MS = 50_000;

export interface IntakeOptions {
  hsToken: string;
  /**
   * Handles a transaction's events; what it decided is committed when it resolves. A rejection answers 500: the
   * homeserver sends again.
   */
  handle: (events: unknown[]) => Promise<void>;
  logger: Logger;
  /** called once for each transaction that was not taken */
  onRefused?: (reason: 'token' | 'body' | 'failed') => void;
}

/**
 * The application service API's door (spec "Application Service API").
 * Transactions are handled one after another, in the order they came; 200 means: committed.
 */
export function createIntake(options: IntakeOptions): Router {
  const { logger } = options;
  const router = Router();
  const authorized = requireToken(options.hsToken, () => options.onRefused?.('token'));
  /** One transaction at a time bounds what is in memory and keeps the order. */
  const turns = new SerialQueue();

  const transaction: RequestHandler = async (request, response) => {
    const events = eventsOf(request.body);
    if (events === undefined) {
      options.onRefused?.('body');
      answer(response, 400, 'M_BAD_JSON', intakeTexts.notATransaction);
      return;
    }
    try {
      await inTime(
        HANDLING_LIMIT_MS,
        turns.run(() => options.handle(events)),
        () => new Error(intakeTexts.notInTime),
      );
      response.status(200).json({});
    } catch (error) {
      options.onRefused?.('failed');
      logger.error(
        { error: messageOf(error), events: events.length },
        'transaction not committed; the homeserver will send it again',
      );
      answer(response, 500, 'M_UNKNOWN', intakeTexts.notCommitted);
    }
  };

  const body = json({ limit: BODY_LIMIT, type: () => true, strict: true });
  for (const prefix of ['/_matrix/app/v1', '']) {
    router.put(`${prefix}/transactions/:txnId`, authorized, body, transaction);
    router.get(`${prefix}/users/:userId`, authorized, notFound);
    router.get(`${prefix}/rooms/:alias`, authorized, notFound);
  }
  router.post('/_matrix/app/v1/ping', authorized, body, (_request, response) => void response.status(200).json({}));
  router.get('/_matrix/app/v1/thirdparty/{*rest}', authorized, notFound);
  router.use(bodyErrors(() => options.onRefused?.('body')));
  return router;
}

/** We own no users and make no rooms on demand: say so at once, the homeserver waits for the answer. */
const notFound: RequestHandler = (_request, response) => answer(response, 404, 'M_NOT_FOUND', intakeTexts.notProvided);

function eventsOf(body: unknown): unknown[] | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const events = (body as { events?: unknown }).events;
  return Array.isArray(events) ? events : undefined;
}

/** Compares digests, so that the time taken tells nothing of the token (spec: `Authorization: Bearer hs_token`). */
function requireToken(hsToken: string, onRefused: () => void): RequestHandler {
  const expected = digest(hsToken);
  return (request, response, next) => {
    const given = bearerOf(request);
    if (given !== undefined && timingSafeEqual(digest(given), expected)) return next();
    onRefused();
    if (given === undefined) return answer(response, 401, 'M_UNAUTHORIZED', intakeTexts.noToken);
    return answer(response, 403, 'M_FORBIDDEN', intakeTexts.wrongToken);
  };
}

function bearerOf(request: Request): string | undefined {
  return /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function answer(response: Response, status: number, errcode: string, error: string): void {
  response.status(status).json({ errcode, error });
}

function bodyErrors(onRefused: () => void): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    const status = (error as { status?: unknown } | null)?.status;
    if (typeof status !== 'number' || status < 400 || status >= 500) return next(error);
    onRefused();
    if (status === 413) return answer(response, 413, 'M_TOO_LARGE', intakeTexts.tooLarge(BODY_LIMIT));
    return answer(response, 400, 'M_NOT_JSON', intakeTexts.notJson);
  };
}
