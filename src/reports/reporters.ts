import { createHash } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { isUserId } from '../matrix/identifiers.js';
import type { Clock } from '../util/clock.js';
import type { Logger } from '../util/logger.js';
import { MatrixRefusal, refusalOf } from './responses.js';
import { clientAddress } from './client-address.js';
import { ReportLimit } from './rate-limit.js';
import { PASSED_ON_HEADER, type ReporterHomeserver } from './reporter-homeserver.js';
import { REFUSALS } from './texts.js';
import { BoundedMap } from '../util/bounded-map.js';

/** The reporter and their token. */
export interface Reporter {
  userId: string;
  token: string;
  guest: boolean;
}

/** How long the homeserver's answer about a token is cached; a logged-out token stays valid that long. */
const OWNER_KNOWN_MS = 60_000;
const REFUSAL_KNOWN_MS = 5_000;
/** The cost of an invalid token, in lookups, to its client address. */
const COST_OF_A_WRONG_TOKEN = 5;
const TOKENS_REMEMBERED = 10_000;
/** Maximum concurrent token lookups at the homeserver; further requests are told to retry later. */
const MOST_QUESTIONS = 256;

/**
 * Identifies the owner of a request's token. The homeserver is asked once a minute per token, with limited concurrency:
 * a flood of invented tokens must not become a flood at the homeserver.
 */
export class Reporters {
  readonly #homeserver: Pick<ReporterHomeserver, 'whoami'>;
  readonly #clock: Clock;
  /** SHA-256 of the token → the homeserver's answer; the token itself is not stored */
  readonly #known = new BoundedMap<
    string,
    { until: number; reporter?: Omit<Reporter, 'token'>; refusal?: MatrixRefusal }
  >(TOKENS_REMEMBERED);
  /** an honest client needs one lookup a minute; a hundred at once are a flood */
  readonly #byToken: ReportLimit;
  /** limits addresses that try one unknown token after another */
  readonly #byAddress: ReportLimit;
  /** lookups in progress */
  readonly #asked = new Map<string, Promise<Omit<Reporter, 'token'>>>();

  constructor(homeserver: Pick<ReporterHomeserver, 'whoami'>, clock: Clock) {
    this.#homeserver = homeserver;
    this.#clock = clock;
    this.#byToken = new ReportLimit(clock);
    this.#byAddress = new ReportLimit(clock);
  }

  /** `address`: the client address, if clients can be distinguished */
  async of(token: string, address?: string): Promise<Reporter> {
    const digest = createHash('sha256').update(token).digest('base64url');
    const known = this.#known.get(digest);
    if (known !== undefined && known.until > this.#clock()) {
      if (known.refusal !== undefined) throw known.refusal;
      if (known.reporter !== undefined) return { ...known.reporter, token };
    }
    // concurrent requests share one lookup
    const asked = this.#asked.get(digest);
    if (asked !== undefined) return { ...(await asked), token };
    const wait = Math.max(this.#byToken.take(digest), address === undefined ? 0 : this.#byAddress.take(address));
    if (wait > 0) throw tooMany(wait);
    if (this.#asked.size >= MOST_QUESTIONS) throw tooMany(1000);
    const question = this.#ask(token, digest, address).finally(() => this.#asked.delete(digest));
    this.#asked.set(digest, question);
    return { ...(await question), token };
  }

  async #ask(token: string, digest: string, address: string | undefined): Promise<Omit<Reporter, 'token'>> {
    const answer = await this.#homeserver.whoami(token);
    if (answer.status !== 200) {
      const refusal = refusalOf(answer);
      if (refusal.status === 401) {
        this.#remember(digest, { until: this.#clock() + REFUSAL_KNOWN_MS, refusal });
        // many people may share an address, but their tokens are mostly valid
        for (let more = 1; more < COST_OF_A_WRONG_TOKEN && address !== undefined; more += 1)
          this.#byAddress.take(address);
      }
      throw refusal;
    }
    const { user_id: userId, is_guest: guest } = answer.body;
    if (typeof userId !== 'string' || !isUserId(userId)) throw new MatrixRefusal(502, 'M_UNKNOWN', REFUSALS.nobody);
    const reporter = { userId, guest: guest === true };
    this.#remember(digest, { until: this.#clock() + OWNER_KNOWN_MS, reporter });
    return reporter;
  }

  #remember(
    digest: string,
    what: { until: number; reporter?: Omit<Reporter, 'token'>; refusal?: MatrixRefusal },
  ): void {
    this.#known.set(digest, what);
  }
}

/** 429 in Matrix's error format. */
export function tooMany(waitMs: number): MatrixRefusal {
  return new MatrixRefusal(
    429,
    'M_LIMIT_EXCEEDED',
    REFUSALS.tooMany,
    { retry_after_ms: waitMs },
    String(Math.ceil(waitMs / 1000)),
  );
}

/** Puts the reporter into `response.locals.reporter`, before anything else of the request is processed. */
export function requireReporter(
  reporters: Reporters,
  { logger, guests }: { logger: Logger; guests: boolean },
): RequestHandler {
  return async (request, response, next) => {
    if (request.get(PASSED_ON_HEADER) !== undefined) {
      logger.error(
        'a report that we passed on came back to us: homeserver.url must lead to the homeserver itself, not to ' +
          'the reverse proxy',
      );
      throw new MatrixRefusal(508, 'M_UNKNOWN', REFUSALS.circle);
    }
    const token = tokenOf(request);
    if (token === undefined) throw new MatrixRefusal(401, 'M_MISSING_TOKEN', REFUSALS.noToken);
    if (!/^[\x21-\x7e]{1,4096}$/.test(token)) throw new MatrixRefusal(401, 'M_UNKNOWN_TOKEN', REFUSALS.badToken);
    const reporter = await reporters.of(token, clientAddress(request));
    if (reporter.guest && !guests) throw new MatrixRefusal(403, 'M_GUEST_ACCESS_FORBIDDEN', REFUSALS.guests);
    response.locals.reporter = reporter;
    next();
  };
}

/** Spec "Using access tokens": the header, or the query string in old clients. */
function tokenOf(request: Request): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '')?.[1];
  const query = request.query.access_token;
  return bearer ?? (typeof query === 'string' && query !== '' ? query : undefined);
}
