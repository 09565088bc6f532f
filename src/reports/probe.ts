import { createHmac } from 'node:crypto';
import type { RequestHandler } from 'express';

/**
 * `heimdall doctor` asks whether what clients report comes to us through the reverse proxy. It sends a nonce, and only
 * who knows the hs_token can give the right answer; to others this door looks like the homeserver's own.
 */
export const PROBE_HEADER = 'X-Heimdall-Probe';
const LONGEST_NONCE = 100;

export function probeAnswer(hsToken: string, nonce: string): string {
  return createHmac('sha256', hsToken).update(`probe ${nonce}`).digest('hex');
}

/** Answers the nonce beside whatever the request gets. */
export function answerProbe(hsToken: string): RequestHandler {
  return (request, response, next) => {
    const nonce = request.get(PROBE_HEADER);
    if (nonce !== undefined && nonce.length <= LONGEST_NONCE) response.set(PROBE_HEADER, probeAnswer(hsToken, nonce));
    next();
  };
}
