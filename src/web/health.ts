import { Router, type Request } from 'express';
import { messageOf } from '../util/errors.js';
import { inTime } from '../util/timers.js';
import { webTexts } from './texts.js';

/** The current role of this process. */
export type Standing =
  | { state: 'standby' }
  /** reasons: why it is not ready; an empty list means ready. findings: what holds nothing up and an admin can mend */
  | { state: 'acting'; reasons: string[]; findings?: readonly string[] };

export interface HealthOptions {
  standing: () => Promise<Standing>;
  /** the metrics as Prometheus reads them */
  metrics: () => Promise<{ type: string; text: string }>;
}

/** How long a response of `/readyz` or `/metrics` is cached: anybody may ask, so it must be cheap. */
const ANSWER_HOLDS_MS = 250;
/** A refusal is cached for less: a client that polls it is waiting for the start, and would notice its end too late. */
const REFUSAL_HOLDS_MS = 20;
/** How often a test write to the ledger is made; requests in between get the last result. */
const PING_HOLDS_MS = 3_000;
/** A proxy that polls `/readyz` does not wait until a vanished database times out. */
const PING_LIMIT_MS = 2_000;

/**
 * `/healthz` (alive), `/readyz` (homeserver, ledger and management room are available and protection is in force),
 * `/metrics`.
 */
export function createHealthRouter(options: HealthOptions): Router {
  const router = Router();
  const standing = heldFor(options.standing, (now) =>
    now.state === 'acting' && now.reasons.length === 0 ? ANSWER_HOLDS_MS : REFUSAL_HOLDS_MS,
  );
  const metrics = heldFor(options.metrics, () => ANSWER_HOLDS_MS);
  router.get('/healthz', (_request, response) => void response.json({ status: 'alive' }));
  router.get('/readyz', async (request, response) => {
    const now = await standing();
    if (now.state === 'standby') return void response.status(503).json({ state: 'standby' });
    const local = isLocal(request);
    // They reveal weaknesses, and only an admin needs them.
    const findings = local && now.findings !== undefined && now.findings.length > 0 ? { findings: now.findings } : {};
    if (now.reasons.length === 0) return void response.json({ status: 'ready', ...findings });
    const reasons = local ? now.reasons : now.reasons.map(withoutNames);
    response.status(503).json({ status: 'not ready', reasons, ...findings });
  });
  router.get('/metrics', async (_request, response) => {
    const { type, text } = await metrics();
    response.type(type).send(text);
  });
  return router;
}

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/** Whether the request comes from this machine, and not through a reverse proxy. */
function isLocal(request: Request): boolean {
  return (
    LOOPBACK.test(request.socket.remoteAddress ?? '') && FORWARDED.every((name) => request.get(name) === undefined)
  );
}

/** A reason for public display: what is wrong, without internal names and addresses. */
function withoutNames(reason: string): string {
  return reason
    .replace(/\b[a-z]+:\/\/\S+/gi, '[…]')
    .replace(/[#!@][^\s:]*:\S+|![\w-]+/g, '[…]')
    .replace(/\[?\b[\da-f.:]*[\d:]\]?:\d+\b|\b\d{1,3}(\.\d{1,3}){3}\b|\b[\w-]+(\.[\w-]+)*:\d+\b/gi, '[…]')
    .replace(/\b[\w-]+(\.[\w-]+)+\b/g, '[…]');
}

/** Why the ledger is not ready, for public display; its location is only in the log. */
export function ledgerCheck(ping: () => Promise<void>, log: (error: string) => void = () => undefined) {
  const answer = heldFor(
    async () => {
      try {
        await inTime(PING_LIMIT_MS, ping(), () => new Error(webTexts.ledgerSilent));
        return [];
      } catch (error) {
        log(messageOf(error));
        return [webTexts.ledgerNotWritable];
      }
    },
    () => PING_HOLDS_MS,
  );
  return answer;
}

/** The result of `work`, cached for as long as `holdsMs` says of it; concurrent callers share one run. */
function heldFor<T>(work: () => Promise<T>, holdsMs: (answer: T) => number): () => Promise<T> {
  let held: { answer: Promise<T>; until: number } | undefined;
  return () => {
    if (held !== undefined && performance.now() < held.until) return held.answer;
    const answer = work();
    // while it is running, everybody waits for this one, however long it takes
    const mine = { answer, until: Infinity };
    held = mine;
    const hold = (holds: number): void => void (mine.until = performance.now() + holds);
    answer.then(
      (result) => hold(holdsMs(result)),
      () => hold(REFUSAL_HOLDS_MS),
    );
    return answer;
  };
}
