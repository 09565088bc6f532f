import { createHmac } from 'node:crypto';
import type { RequestHandler } from 'express';

/**
 * Lets `heimdall doctor` check that clients' reports reach us through the reverse proxy. It sends a nonce, and only a
 * process that knows the hs_token can answer correctly; to others this endpoint looks like the homeserver's own.
 */
export const PROBE_HEADER = 'X-Heimdall-Probe';
const LONGEST_NONCE = 100;

export function probeAnswer(hsToken: string, nonce: string): string {
  return createHmac('sha256', hsToken).update(`probe ${nonce}`).digest('hex');
}

/** Answers the nonce in a header, besides the normal response. */
export function answerProbe(hsToken: string): RequestHandler {
  return (request, response, next) => {
    const nonce = request.get(PROBE_HEADER);
    if (nonce !== undefined && nonce.length <= LONGEST_NONCE) response.set(PROBE_HEADER, probeAnswer(hsToken, nonce));
    next();
  };
}
