import { Pool, type Dispatcher } from 'undici';
import { JsonArrayPieces } from '../util/json-pieces.js';
import { NOT_JSON, parseJson, readCapped, TooLarge } from './http-body.js';
import { Limits, ReadsInTurn } from './limits.js';
import { exchangeWhole } from './whole-exchange.js';
import { cleanerOf, networkError, notActing, refusal } from './refusals.js';
import { matrixTexts } from './texts.js';
import { MatrixError } from './types.js';

/**
 * HTTP to one homeserver: a pool of keep-alive connections, timeouts, a size limit on responses, and errors that are
 * always `MatrixError`. It never retries: the caller knows whether repeating is harmless. A rate-limited request is not
 * sent again before its Retry-After, whoever the caller is: until then it gets the same refusal. Identical reads are
 * sent one at a time, or the second would be in flight before the first is known to be limited.
 */
export interface Transport {
  /**
   * Sends one request and reads the JSON response. `target` is path and query, already encoded. Rejects with
   * `MatrixError` only.
   */
  send(request: TransportRequest): Promise<TransportResponse>;
  /**
   * Sends a GET whose response is a JSON array of objects and passes them on as they arrive. Rejects with `MatrixError`
   * only, possibly after some were passed on.
   */
  pieces(request: TransportRequest, take: (values: unknown[]) => void): Promise<void>;
  /**
   * Sends a GET and reads the response as bytes, for pictures. `timeoutMs` covers the whole exchange, so that a
   * response that trickles in delays nothing; redirects are refused. Rejects with `MatrixError` only.
   */
  bytes(request: BytesRequest): Promise<Buffer>;
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

interface BytesRequest {
  target: string;
  headers: Record<string, string>;
  timeoutMs: number;
  maxBytes: number;
}

export interface TransportResponse {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  /** the parsed JSON response */
  body: unknown;
}

export interface TransportOptions {
  /** maximum number of connections; default 64 */
  connections?: number;
  /** maximum size of one response in bytes; default 256 MiB (the member list of a room with about 400,000 people) */
  maxResponseBytes?: number;
  /** strings that must never appear in an error, i.e. the tokens */
  secrets?: readonly string[];
  /** called before every request other than a GET; if it returns false, the request is not sent */
  mayWrite?: () => boolean;
}

const DEFAULT_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 10_000;
const CONNECTIONS = 64;
const MOST_BYTES = 256 * 1024 * 1024;
/** The longest error response to a request for a picture. */
const SHORT_BYTES = 64 * 1024;

/**
 * Creates the pool; nothing is connected before the first request. If `url` has a path, it is prefixed to every target.
 */
export function createTransport(url: string, options: TransportOptions = {}): Transport {
  return new PooledTransport(new URL(url), options);
}

class PooledTransport implements Transport {
  readonly #pool: Pool;
  readonly #prefix: string;
  readonly #maxBytes: number;
  readonly #mayWrite: () => boolean;
  readonly #clean: (text: string) => string;
  readonly #limits = new Limits();
  readonly #reads = new ReadsInTurn();

  constructor(base: URL, { connections, maxResponseBytes, secrets, mayWrite }: TransportOptions) {
    this.#pool = new Pool(base.origin, {
      connections: connections ?? CONNECTIONS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connect: { timeout: CONNECT_TIMEOUT_MS },
    });
    this.#prefix = base.pathname.replace(/\/+$/, '');
    this.#maxBytes = maxResponseBytes ?? MOST_BYTES;
    this.#mayWrite = mayWrite ?? (() => true);
    this.#clean = cleanerOf(secrets ?? []);
  }

  send(request: TransportRequest): Promise<TransportResponse> {
    return this.#inTurn(request, () => this.#exchange(request));
  }

  async pieces(request: TransportRequest, take: (values: unknown[]) => void): Promise<void> {
    await this.#inTurn(request, () => this.#exchangePieces(request, take));
  }

  async bytes(request: BytesRequest): Promise<Buffer> {
    let answer: Buffer | TransportResponse;
    try {
      answer = await this.#exchangeBytes(request);
    } catch (error) {
      if (error instanceof TooLarge) throw new MatrixError(413, 'M_TOO_LARGE', matrixTexts.tooLarge(request.maxBytes));
      throw networkError(error, this.#clean);
    }
    if (Buffer.isBuffer(answer)) return answer;
    throw refusal(answer, this.#clean);
  }

  close(): Promise<void> {
    return this.#pool.destroy();
  }

  /** One exchange in its turn, within the homeserver's rate limits; rejects with `MatrixError` only. */
  async #inTurn(request: TransportRequest, exchange: () => Promise<TransportResponse>): Promise<TransportResponse> {
    const response = await this.#reads.run(request, () => this.#withinLimits(request, exchange));
    if (!isOk(response.status)) throw refusal(response, this.#clean);
    if (response.body === NOT_JSON) throw new MatrixError(502, 'HEIMDALL_E_NOT_JSON', matrixTexts.notJson);
    return response;
  }

  async #withinLimits(
    request: TransportRequest,
    exchange: () => Promise<TransportResponse>,
  ): Promise<TransportResponse> {
    try {
      this.#limits.check(request);
      if (request.method !== 'GET' && !this.#mayWrite()) throw notActing();
      const response = await exchange();
      if (response.status === 429) throw this.#limits.noted(request, refusal(response, this.#clean));
      return response;
    } catch (error) {
      throw error instanceof MatrixError ? error : networkError(error, this.#clean);
    }
  }

  #asked(request: TransportRequest): Dispatcher.DispatchOptions {
    const timeout = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    return {
      method: request.method as Dispatcher.HttpMethod,
      path: this.#prefix + request.target,
      headers: request.headers,
      body: request.body,
      headersTimeout: timeout,
      bodyTimeout: timeout,
    };
  }

  async #exchange(request: TransportRequest): Promise<TransportResponse> {
    const { status, headers, body } = await exchangeWhole(this.#pool, this.#asked(request), this.#maxBytes);
    return { status, headers, body: parseJson(body.toString('utf8')) };
  }

  /** The body of the response is undefined when it was streamed. */
  async #exchangePieces(request: TransportRequest, take: (values: unknown[]) => void): Promise<TransportResponse> {
    const pieces = new JsonArrayPieces();
    const { status, headers, body } = await exchangeWhole(this.#pool, this.#asked(request), this.#maxBytes, (chunk) => {
      const values = pieces.push(chunk);
      if (values.length > 0) take(values);
    });
    if (!isOk(status)) return { status, headers, body: parseJson(body.toString('utf8')) };
    let last: unknown[];
    try {
      last = pieces.end();
    } catch {
      return { status, headers, body: NOT_JSON };
    }
    take(last);
    return { status, headers, body: undefined };
  }

  /** The bytes, or the homeserver's error response. */
  async #exchangeBytes({ target, headers, timeoutMs, maxBytes }: BytesRequest): Promise<Buffer | TransportResponse> {
    const answer = await this.#pool.request({
      method: 'GET',
      path: this.#prefix + target,
      headers,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      signal: AbortSignal.timeout(timeoutMs),
    });
    return isOk(answer.statusCode) ? readCapped(answer.body, maxBytes) : wholeOf(answer, SHORT_BYTES);
  }
}

async function wholeOf(answer: Dispatcher.ResponseData, maxBytes: number): Promise<TransportResponse> {
  const text = (await readCapped(answer.body, maxBytes)).toString('utf8');
  return { status: answer.statusCode, headers: answer.headers, body: parseJson(text) };
}

function isOk(status: number): boolean {
  return status >= 200 && status < 300;
}
