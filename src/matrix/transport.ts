import { Pool, type Dispatcher } from 'undici';
import { JsonArrayPieces } from '../util/json-pieces.js';
import { MatrixError } from './types.js';
import { matrixTexts } from './texts.js';

/**
 * HTTP to one homeserver: a pool of kept-alive connections, time-outs, a cap on what is read, and errors that are
 * always `MatrixError`. It never retries: whoever calls knows whether a second try is harmless. A request that was
 * limited does not go out again before its Retry-After, whoever asks: until then it is answered with the same refusal.
 * The same read asked for by several at once goes out once at a time, or the second would be under way before the first
 * is known to be limited.
 */
export interface Transport {
  /**
   * Sends one request and reads the JSON answer. `target` is path and query, already encoded. Rejects with
   * `MatrixError` only.
   */
  send(request: TransportRequest): Promise<TransportResponse>;
  /**
   * Sends a GET whose answer is a JSON array of objects and hands them over as they come in. Rejects with `MatrixError`
   * only, perhaps after some were handed over.
   */
  pieces(request: TransportRequest, take: (values: unknown[]) => void): Promise<void>;
  /**
   * Sends a GET and reads the answer as it is, whatever its kind: for pictures. `timeoutMs` is for all of it, so that
   * an answer that trickles in does not hold anything up; redirects are refused. Rejects with `MatrixError` only.
   */
  bytes(request: {
    target: string;
    headers: Record<string, string>;
    timeoutMs: number;
    maxBytes: number;
  }): Promise<Buffer>;
  close(): Promise<void>;
}

export interface TransportRequest {
  method: string;
  target: string;
  headers: Record<string, string>;
  /** JSON text */
  body?: string;
  /** default 60 s */
  timeoutMs?: number;
}

export interface TransportResponse {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** the parsed JSON answer */
  body: unknown;
}

export interface TransportOptions {
  /** most connections at a time; default 64 */
  connections?: number;
  /** most bytes of one answer; default 256 MiB (the member list of a room with some 400,000 people) */
  maxResponseBytes?: number;
  /** strings that must never stand in an error, i.e. the tokens */
  secrets?: readonly string[];
  /** asked before every request that is no GET; false: it is not sent */
  mayWrite?: () => boolean;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const SHORT_BYTES = 64 * 1024;
const MOST_LIMITS = 1_000;
const LONGEST_RETRY_AFTER_MS = 24 * 3600_000;

/**
 * Opens the pool; nothing is connected before the first request. `url` may have a path, which then leads every target.
 */
export function createTransport(url: string, options: TransportOptions = {}): Transport {
  const base = new URL(url);
  const prefix = base.pathname.replace(/\/+$/, '');
  const pool = new Pool(base.origin, {
    connections: options.connections ?? 64,
    keepAliveTimeout: 10_000,
    connect: { timeout: 10_000 },
  });
  const maxBytes = options.maxResponseBytes ?? 256 * 1024 * 1024;
  const clean = (text: string) =>
    (options.secrets ?? [])
      .reduce((rest, secret) => (secret === '' ? rest : rest.replaceAll(secret, '[redacted]')), text)
      .slice(0, 300);

  const limits = new Limits();
  const reads = new ReadsInTurn();

  function begin(request: TransportRequest): Promise<Dispatcher.ResponseData> {
    const timeout = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    return pool.request({
      method: request.method as Dispatcher.HttpMethod,
      path: prefix + request.target,
      headers: request.headers,
      body: request.body,
      headersTimeout: timeout,
      bodyTimeout: timeout,
    });
  }

  async function exchange(request: TransportRequest): Promise<TransportResponse> {
    const answer = await begin(request);
    // most answers say their length and are short: read whole, they cost half
    const length = Number(answer.headers['content-length'] ?? Infinity);
    const text =
      length <= Math.min(maxBytes, SHORT_BYTES)
        ? await answer.body.text()
        : (await readCapped(answer.body, maxBytes)).toString('utf8');
    return { status: answer.statusCode, headers: answer.headers, body: parseJson(text) };
  }

  /** One exchange in its turn, within the limits that the homeserver set; rejects with `MatrixError` only. */
  async function inTurn(
    request: TransportRequest,
    sendAndRead: () => Promise<TransportResponse>,
  ): Promise<TransportResponse> {
    let response: TransportResponse;
    const done = await reads.turn(request);
    try {
      limits.check(request);
      if (request.method !== 'GET' && options.mayWrite?.() === false) throw notActing();
      response = await sendAndRead();
      if (response.status === 429) throw limits.noted(request, refusal(response, clean));
    } catch (error) {
      throw error instanceof MatrixError ? error : networkError(error, clean);
    } finally {
      done();
    }
    if (!isOk(response.status)) throw refusal(response, clean);
    if (response.body === NOT_JSON) throw new MatrixError(502, 'HEIMDALL_E_NOT_JSON', matrixTexts.notJson);
    return response;
  }

  /** The body of the response is undefined when it was handed over. */
  async function exchangePieces(
    request: TransportRequest,
    take: (values: unknown[]) => void,
  ): Promise<TransportResponse> {
    const { statusCode: status, headers, body } = await begin(request);
    if (!isOk(status)) return { status, headers, body: parseJson((await readCapped(body, maxBytes)).toString('utf8')) };
    const pieces = new JsonArrayPieces();
    await eachChunk(body, maxBytes, (chunk) => {
      const values = pieces.push(chunk);
      if (values.length > 0) take(values);
    });
    let last: unknown[];
    try {
      last = pieces.end();
    } catch {
      return { status, headers, body: NOT_JSON };
    }
    take(last);
    return { status, headers, body: undefined };
  }

  return {
    send: (request) => inTurn(request, () => exchange(request)),
    pieces: async (request, take) => void (await inTurn(request, () => exchangePieces(request, take))),
    async bytes({ target, headers, timeoutMs, maxBytes: most }) {
      let response: TransportResponse;
      try {
        const answer = await pool.request({
          method: 'GET',
          path: prefix + target,
          headers,
          headersTimeout: timeoutMs,
          bodyTimeout: timeoutMs,
          signal: AbortSignal.timeout(timeoutMs),
        });
        if (isOk(answer.statusCode)) return await readCapped(answer.body, most);
        response = {
          status: answer.statusCode,
          headers: answer.headers,
          body: parseJson((await readCapped(answer.body, SHORT_BYTES)).toString('utf8')),
        };
      } catch (error) {
        if (error instanceof TooLarge) throw new MatrixError(413, 'M_TOO_LARGE', matrixTexts.tooLarge(most));
        throw networkError(error, clean);
      }
      throw refusal(response, clean);
    },
    close: () => pool.destroy(),
  };
}

/**
 * Lets the same read by the same account go out one at a time. Each still gets an answer of its own: a shared one could
 * be older than what its asker has seen already.
 */
class ReadsInTurn {
  readonly #last = new Map<string, Promise<void>>();

  /** Resolves when it is this request's turn; what it gives must be called when its answer is there. */
  async turn(request: TransportRequest): Promise<() => void> {
    if (request.method !== 'GET') return () => undefined;
    const key = `${request.headers.Authorization ?? ''} ${keyOf(request)}`;
    const before = this.#last.get(key);
    let end!: () => void;
    const mine = new Promise<void>((resolve) => (end = resolve));
    this.#last.set(key, mine);
    await before;
    return () => {
      if (this.#last.get(key) === mine) this.#last.delete(key);
      end();
    };
  }
}

/** Requests that the homeserver limited, and until when. Several parts of the program may ask for the same thing. */
class Limits {
  readonly #until = new Map<string, { error: MatrixError; at: number }>();

  /** @throws the refusal that a request had, with what is left of its wait */
  check(request: TransportRequest): void {
    if (this.#until.size === 0) return;
    const limit = this.#until.get(keyOf(request));
    const left = (limit?.at ?? 0) - performance.now();
    if (limit !== undefined && left > 0)
      throw new MatrixError(limit.error.status, limit.error.errcode, limit.error.message, Math.ceil(left));
  }

  /** Remembers a refusal if it is a limit; gives it back. */
  noted(request: TransportRequest, error: MatrixError): MatrixError {
    if (error.status !== 429 || !error.retryAfterMs) return error;
    const now = performance.now();
    for (const [key, { at }] of this.#until) if (at <= now) this.#until.delete(key);
    // past so many the oldest is let go: memory has a bound, and the caller waits by itself
    if (this.#until.size >= MOST_LIMITS) this.#until.delete(this.#until.keys().next().value!);
    this.#until.set(keyOf(request), { error, at: now + error.retryAfterMs });
    return error;
  }
}

function keyOf({ method, target, body }: TransportRequest): string {
  return `${method} ${target} ${body ?? ''}`;
}

/** Transient: whoever acts by now, or we once more, will send it. */
function notActing(): MatrixError {
  return new MatrixError(0, 'HEIMDALL_E_STANDBY', matrixTexts.notSent);
}

/** An answer that was not read to its end. */
class TooLarge extends Error {}

/** Stands for an answer that is not JSON: `undefined` and `null` can be JSON values of their own. */
const NOT_JSON = Symbol('not JSON');

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
}

function isOk(status: number): boolean {
  return status >= 200 && status < 300;
}

async function readCapped(body: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await eachChunk(body, maxBytes, (chunk) => chunks.push(chunk));
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

async function eachChunk(
  body: AsyncIterable<Buffer>,
  maxBytes: number,
  take: (chunk: Buffer) => unknown,
): Promise<void> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw new TooLarge(matrixTexts.tooLarge(maxBytes));
    take(chunk);
  }
}

/** No answer came, or one that could not be read. Only code and message go on: undici's errors may hold headers. */
function networkError(error: unknown, clean: (text: string) => string): MatrixError {
  const code = (error as { code?: unknown } | null)?.code;
  const message = error instanceof Error ? error.message : String(error);
  return new MatrixError(0, 'HEIMDALL_E_NETWORK', clean(`${typeof code === 'string' ? `${code}: ` : ''}${message}`));
}

function refusal(response: TransportResponse, clean: (text: string) => string): MatrixError {
  const body = (typeof response.body === 'object' && response.body !== null ? response.body : {}) as Record<
    string,
    unknown
  >;
  const errcode = typeof body.errcode === 'string' ? body.errcode : `HTTP_${response.status}`;
  const message = typeof body.error === 'string' ? body.error : matrixTexts.answered(response.status);
  return new MatrixError(
    response.status,
    clean(errcode),
    clean(message),
    retryAfterMs(response.headers['retry-after'], body.retry_after_ms),
  );
}

/**
 * How long to wait before the same request may come again, in ms. The header holds seconds or a date (RFC 9110 10.2.3),
 * the older body key milliseconds; where both stand the longer counts, so that neither is broken.
 */
export function retryAfterMs(
  header: string | string[] | undefined,
  fromBody: unknown,
  now = Date.now(),
): number | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.trim();
  const waits: number[] = [];
  if (text !== undefined && /^\d+(\.\d+)?$/.test(text)) waits.push(Math.ceil(Number(text) * 1000));
  else if (text !== undefined && Number.isFinite(Date.parse(text))) waits.push(Date.parse(text) - now);
  if (typeof fromBody === 'number' && Number.isFinite(fromBody)) waits.push(Math.ceil(fromBody));
  if (waits.length === 0) return undefined;
  return Math.min(Math.max(0, ...waits), LONGEST_RETRY_AFTER_MS);
}
