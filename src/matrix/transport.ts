import { Pool, type Dispatcher } from 'undici';
import { JsonArrayPieces } from '../util/json-pieces.js';
import { eachChunk, NOT_JSON, parseJson, readCapped, TooLarge } from './http-body.js';
import { Limits, ReadsInTurn } from './limits.js';
import { cleanerOf, networkError, notActing, refusal } from './refusals.js';
import { matrixTexts } from './texts.js';
import { MatrixError } from './types.js';

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

export interface BytesRequest {
  target: string;
  headers: Record<string, string>;
  timeoutMs: number;
  maxBytes: number;
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
const CONNECT_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 10_000;
const CONNECTIONS = 64;
const MOST_BYTES = 256 * 1024 * 1024;
/** Answers that say they are no longer than this are read whole: that costs half. Most are. */
const SHORT_BYTES = 64 * 1024;

/**
 * Opens the pool; nothing is connected before the first request. `url` may have a path, which then leads every target.
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

  /** One exchange in its turn, within the limits that the homeserver set; rejects with `MatrixError` only. */
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

  #begin(request: TransportRequest): Promise<Dispatcher.ResponseData> {
    const timeout = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    return this.#pool.request({
      method: request.method as Dispatcher.HttpMethod,
      path: this.#prefix + request.target,
      headers: request.headers,
      body: request.body,
      headersTimeout: timeout,
      bodyTimeout: timeout,
    });
  }

  async #exchange(request: TransportRequest): Promise<TransportResponse> {
    const answer = await this.#begin(request);
    const length = Number(answer.headers['content-length'] ?? Infinity);
    if (length > Math.min(this.#maxBytes, SHORT_BYTES)) return wholeOf(answer, this.#maxBytes);
    return { status: answer.statusCode, headers: answer.headers, body: parseJson(await answer.body.text()) };
  }

  /** The body of the response is undefined when it was handed over. */
  async #exchangePieces(request: TransportRequest, take: (values: unknown[]) => void): Promise<TransportResponse> {
    const answer = await this.#begin(request);
    if (!isOk(answer.statusCode)) return wholeOf(answer, this.#maxBytes);
    const { statusCode: status, headers } = answer;
    const pieces = new JsonArrayPieces();
    await eachChunk(answer.body, this.#maxBytes, (chunk) => {
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

  /** The bytes, or what the homeserver answered instead. */
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
