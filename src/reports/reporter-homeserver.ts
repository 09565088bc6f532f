import { Pool } from 'undici';
import { z } from 'zod';
import { urlPath } from '../matrix/url-path.js';

/** The homeserver's response to the reporter, as far as it may be passed on. */
export interface HomeserverAnswer {
  /** 0 without a response */
  status: number;
  body: Record<string, unknown>;
  retryAfter?: string;
}

/**
 * The homeserver, queried with the REPORTER's token only. The whole response is returned, because a client that has to
 * refresh its token needs the original one (`soft_logout`). Never rejects.
 */
export interface ReporterHomeserver {
  /** GET /account/whoami */
  whoami(token: string): Promise<HomeserverAnswer>;
  /** GET /rooms/{roomId}/event/{eventId}: answers 404 if this person cannot see it */
  event(token: string, roomId: string, eventId: string): Promise<HomeserverAnswer>;
  /** GET /events/{eventId}: the same by event id alone, where the homeserver still offers that */
  eventById(token: string, eventId: string): Promise<HomeserverAnswer>;
  /** GET /rooms/{roomId}/context/{eventId}: the events around it, and its sender's profile in that room */
  context(token: string, roomId: string, eventId: string): Promise<HomeserverAnswer>;
  /** GET /profile/{userId}, with a short timeout: a remote account is looked up over federation */
  profile(token: string, userId: string): Promise<HomeserverAnswer>;
  /** GET /directory/room/{alias} */
  resolveAlias(token: string, alias: string): Promise<HomeserverAnswer>;
  /** POST to one of the report endpoints */
  report(token: string, path: string, body: Record<string, unknown>): Promise<HomeserverAnswer>;
  close(): Promise<void>;
}

/** Marks requests that we passed on: if one comes back, the reverse proxy and `homeserver.url` form a loop. */
export const PASSED_ON_HEADER = 'x-heimdall-passed-on';

const TIMEOUT_MS = 15_000;
/** A report without context is better than a waiting client. */
const CONTEXT_TIMEOUT_MS = 3_000;
const PROFILE_TIMEOUT_MS = 1_500;
/** An event is at most 64 KiB; bundled relations can make the response larger. */
const ANSWER_LIMIT = 4 * 1024 * 1024;
const object = z.record(z.string(), z.unknown());

/** Creates the connection pool; nothing is sent before the first call. `url` is the client API's base URL. */
export function createReporterHomeserver(url: string): ReporterHomeserver {
  const base = new URL(url);
  const pool = new Pool(base.origin, {
    connections: 16,
    connect: { timeout: 5_000 },
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    maxResponseSize: ANSWER_LIMIT,
  });
  const prefix = base.pathname.replace(/\/+$/, '');
  const get = (token: string, path: string, timeoutMs?: number): Promise<HomeserverAnswer> =>
    ask(pool, token, { method: 'GET', path: prefix + path, timeoutMs });
  return {
    whoami: (token) => get(token, '/_matrix/client/v3/account/whoami'),
    event: (token, roomId, eventId) => get(token, urlPath`/_matrix/client/v3/rooms/${roomId}/event/${eventId}`),
    eventById: (token, eventId) => get(token, urlPath`/_matrix/client/v3/events/${eventId}`),
    context: (token, roomId, eventId) =>
      get(token, `${urlPath`/_matrix/client/v3/rooms/${roomId}/context/${eventId}`}?limit=6`, CONTEXT_TIMEOUT_MS),
    profile: (token, userId) => get(token, urlPath`/_matrix/client/v3/profile/${userId}`, PROFILE_TIMEOUT_MS),
    resolveAlias: (token, alias) => get(token, urlPath`/_matrix/client/v3/directory/room/${alias}`),
    report: (token, path, body) => ask(pool, token, { method: 'POST', path: prefix + path, body }),
    close: () => pool.destroy(),
  };
}

interface Question {
  method: 'GET' | 'POST';
  path: string;
  body?: Record<string, unknown>;
  timeoutMs?: number | undefined;
}

async function ask(pool: Pool, token: string, question: Question): Promise<HomeserverAnswer> {
  const { method, path, body, timeoutMs } = question;
  try {
    const answer = await pool.request({
      method,
      path,
      headers: {
        authorization: `Bearer ${token}`,
        [PASSED_ON_HEADER]: '1',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      ...(timeoutMs === undefined ? {} : { signal: AbortSignal.timeout(timeoutMs) }),
    });
    const parsed = object.safeParse(await answer.body.json());
    const retryAfter = answer.headers['retry-after'];
    // Synapse answers some refusals with a bare string
    if (!parsed.success && (answer.statusCode < 400 || answer.statusCode >= 500)) return NO_ANSWER;
    return {
      status: answer.statusCode,
      body: parsed.data ?? {},
      ...(typeof retryAfter === 'string' ? { retryAfter } : {}),
    };
  } catch {
    // refused, reset, too slow, too large, not JSON, or a token that is invalid in a header: all count as no response
    return NO_ANSWER;
  }
}

const NO_ANSWER: HomeserverAnswer = { status: 0, body: {} };
