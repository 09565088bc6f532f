import { z } from 'zod';
import type { HomeserverAnswer } from './reporter-homeserver.js';
import { REFUSALS } from './texts.js';

/** A refusal in Matrix's error format (spec "Standard error response"). */
export class MatrixRefusal extends Error {
  constructor(
    readonly status: number,
    readonly errcode: string,
    message: string,
    /** keys besides errcode and error */
    readonly further: Record<string, unknown> = {},
    /** value of the Retry-After header */
    readonly retryAfter?: string,
  ) {
    super(message);
    this.name = 'MatrixRefusal';
  }
}

/**
 * The response to the reporter when the homeserver did not accept the token. Its refusals are passed on with the keys
 * that clients act on (`soft_logout`: get a new token; `retry_after_ms`); no response and 5xx become a bad gateway.
 */
export function refusalOf({ status, body, retryAfter }: HomeserverAnswer): MatrixRefusal {
  if (status < 400 || status >= 500) return new MatrixRefusal(502, 'M_UNKNOWN', REFUSALS.silent);
  const errcode = typeof body.errcode === 'string' ? body.errcode : status === 401 ? 'M_UNKNOWN_TOKEN' : 'M_UNKNOWN';
  const error = typeof body.error === 'string' ? body.error : REFUSALS.refused;
  const further = Object.fromEntries(
    ['soft_logout', 'retry_after_ms'].filter((key) => body[key] !== undefined).map((key) => [key, body[key]]),
  );
  return new MatrixRefusal(status, errcode, error, further, retryAfter);
}

/** Spec: both keys are optional; a score is an integer. */
export const eventReportBody = z.object({ reason: z.string().optional(), score: z.int().optional() });

/** For rooms and users the reason is required, though it may be empty. */
export const plainReportBody = z.object({ reason: z.string() });

/** MSC4457. Lengths are checked elsewhere, with a message in words. */
export const safetyReportBody = z.object({
  type: z.string(),
  regarding: z.string().min(1).max(1024),
  harm: z.string().max(255),
  description: z.string().optional(),
});

/** 400 naming the invalid keys. */
export function badRequest(issues: readonly { path: PropertyKey[]; message: string }[]): MatrixRefusal {
  return new MatrixRefusal(
    400,
    'M_BAD_JSON',
    issues
      .map(({ path, message }) => `${path.map(String).join('.') || 'body'}: ${message}`)
      .join('; ')
      .slice(0, 500),
  );
}
