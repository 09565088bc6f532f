import { matrixTexts } from './texts.js';
import type { TransportResponse } from './transport.js';
import { MatrixError } from './types.js';

const LONGEST_RETRY_AFTER_MS = 24 * 3600_000;
const LONGEST_QUOTE = 300;

/** Removes tokens from text quoted in an error, and truncates it. */
export function cleanerOf(secrets: readonly string[]): (text: string) => string {
  const said = secrets.filter((secret) => secret !== '');
  return (text) => said.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text).slice(0, LONGEST_QUOTE);
}

/** Transient: the process that acts by then, possibly this one, will send it. */
export function notActing(): MatrixError {
  return new MatrixError(0, 'HEIMDALL_E_STANDBY', matrixTexts.notSent);
}

/**
 * There was no response, or an unreadable one. Only code and message are passed on: undici's errors may contain
 * headers.
 */
export function networkError(error: unknown, clean: (text: string) => string): MatrixError {
  const code = (error as { code?: unknown } | null)?.code;
  const message = error instanceof Error ? error.message : String(error);
  return new MatrixError(0, 'HEIMDALL_E_NETWORK', clean(`${typeof code === 'string' ? `${code}: ` : ''}${message}`));
}

/** The homeserver's error response. */
export function refusal(response: TransportResponse, clean: (text: string) => string): MatrixError {
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
 * How long to wait before repeating the request, in ms. The header has seconds or a date (RFC 9110 10.2.3), the older
 * body key milliseconds; if both are given the longer counts, so that neither is violated.
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
