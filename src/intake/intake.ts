import { timingSafeEqual } from 'node:crypto';
import { Router, json, type ErrorRequestHandler, type RequestHandler, type Response } from 'express';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { inTime } from '../util/timers.js';
import { directDoor, type Answer, type DirectDoor } from './direct-door.js';
import { intakeTexts } from './texts.js';

/**
 * Synapse sends up to about 6.5 MB in a transaction and retries for ever: with a smaller limit a flooder could block
 * the queue.
 */
const BODY_LIMIT_MB = 64;
/** Synapse waits 60 s for a transaction; we answer before that, even when busy. */
const HANDLING_LIMIT_MS = 50_000;

export interface IntakeOptions {
  hsToken: string;
  /**
   * Handles a transaction's events; resolves once the decisions are committed. A rejection answers 500, and the
   * homeserver sends the transaction again.
   */
  handle: (events: unknown[]) => Promise<void>;
  logger: Logger;
  /** called once for each refused transaction */
  onRefused?: (reason: 'token' | 'body' | 'failed') => void;
}

export interface Intake {
  /** the whole of the API */
  router: Router;
  /** the fast path for transactions in the usual form, nearly all of the traffic */
  direct: DirectDoor;
}

/**
 * The entry point of the Application Service API. Transactions are handled one after another, in the order they arrive;
 * 200 means committed.
 */
export function createIntake(options: IntakeOptions): Intake {
  const router = Router();
  const onRefused = neverFailing(options);
  const refusalOf = tokenCheck(options.hsToken, () => onRefused('token'));
  const authorized: RequestHandler = (request, response, next) => {
    const refused = refusalOf(request.headers.authorization);
    if (refused === undefined) next();
    else send(response, refused);
  };
  const answerTo = transactions({ ...options, onRefused });
  const transaction: RequestHandler = async (request, response) => send(response, await answerTo(request.body));
  const onBadBody = (): void => onRefused('body');
  const body = json({ limit: `${BODY_LIMIT_MB}mb`, type: () => true, strict: true });
  for (const prefix of ['/_matrix/app/v1', '']) {
    router.put(`${prefix}/transactions/:txnId`, authorized, body, transaction);
    router.get(`${prefix}/users/:userId`, authorized, notFound);
    router.get(`${prefix}/rooms/:alias`, authorized, notFound);
  }
  router.post('/_matrix/app/v1/ping', authorized, body, (_request, response) => void response.status(200).json({}));
  router.get('/_matrix/app/v1/thirdparty/{*rest}', authorized, notFound);
  router.use(bodyErrors(onBadBody));
  const direct = directDoor({ refusalOf, answerTo, onBadBody, mostBytes: BODY_LIMIT_MB * 1024 * 1024 });
  return { router, direct };
}

/** A refusal is answered whether or not somebody can be told of it; an open request would block the homeserver. */
function neverFailing({ onRefused, logger }: IntakeOptions): NonNullable<IntakeOptions['onRefused']> {
  return (reason) => {
    try {
      onRefused?.(reason);
    } catch (failure) {
      logger.error({ error: messageOf(failure), reason }, 'a refused transaction could not be counted');
    }
  };
}

const TAKEN: Answer = { status: 200, body: {} };

/** The response to a transaction, once its turn has come. */
function transactions({ handle, logger, onRefused }: IntakeOptions): (body: unknown) => Promise<Answer> {
  /** the last transaction under way */
  let last: Promise<void> | undefined;
  /** Waits for its turn: one transaction at a time bounds what is in memory and keeps the order. */
  const inTurn = (events: unknown[]): Promise<void> => {
    const turn = last === undefined ? handle(events) : last.then(() => handle(events));
    const over = turn
      .catch(() => undefined)
      .then(() => {
        if (last === over) last = undefined;
      });
    last = over;
    return turn;
  };
  return async (body) => {
    const events = eventsOf(body);
    if (events === undefined) {
      onRefused?.('body');
      return refusal(400, 'M_BAD_JSON', intakeTexts.notATransaction);
    }
    try {
      await inTime(HANDLING_LIMIT_MS, inTurn(events), () => new Error(intakeTexts.notInTime));
      return TAKEN;
    } catch (failure) {
      onRefused?.('failed');
      logger.error(
        { error: messageOf(failure), events: events.length },
        'transaction not committed; the homeserver will send it again',
      );
      return refusal(500, 'M_UNKNOWN', intakeTexts.notCommitted);
    }
  };
}

/** We own no users and create no rooms on demand: say so at once, because the homeserver is waiting. */
const notFound: RequestHandler = (_request, response) =>
  send(response, refusal(404, 'M_NOT_FOUND', intakeTexts.notProvided));

function eventsOf(body: unknown): unknown[] | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const events = (body as { events?: unknown }).events;
  return Array.isArray(events) ? events : undefined;
}

/**
 * The refusal of a request without our token (spec: `Authorization: Bearer hs_token`). Timing reveals nothing of it
 * but its length.
 */
function tokenCheck(hsToken: string, onRefused: () => void): (authorization: string | undefined) => Answer | undefined {
  const expected = Buffer.from(hsToken);
  return (authorization) => {
    const given = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
    if (given !== undefined && isSame(Buffer.from(given), expected)) return undefined;
    onRefused();
    if (given === undefined) return refusal(401, 'M_UNAUTHORIZED', intakeTexts.noToken);
    return refusal(403, 'M_FORBIDDEN', intakeTexts.wrongToken);
  };
}

function isSame(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function refusal(status: number, errcode: string, words: string): Answer {
  return { status, body: { errcode, error: words } };
}

function send(response: Response, { status, body }: Answer): void {
  response.status(status).json(body);
}

function bodyErrors(onBadBody: () => void): ErrorRequestHandler {
  return (failure: unknown, _request, response, next) => {
    const status = (failure as { status?: unknown } | null)?.status;
    if (typeof status !== 'number' || status < 400 || status >= 500) return next(failure);
    onBadBody();
    if (status === 413) return send(response, refusal(413, 'M_TOO_LARGE', intakeTexts.tooLarge(`${BODY_LIMIT_MB} MB`)));
    return send(response, refusal(400, 'M_NOT_JSON', intakeTexts.notJson));
  };
}
