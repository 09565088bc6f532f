import type { Inline } from '../matrix/message.js';
import { MatrixError, type HomeserverEffects } from '../matrix/types.js';
import type { Clock } from '../util/clock.js';
import type { Logger } from '../util/logger.js';
import { messageOf } from '../util/errors.js';
import { texts } from './texts.js';

/** Why nothing arrives from the homeserver. `refused`: it reaches us, and we refuse its token. */
export interface BrokenWay {
  kind: 'refused' | 'unreachable';
  words: string;
}

export interface WayBackOptions {
  homeserver: Pick<HomeserverEffects, 'pingAppservice'>;
  /** `appservice.url` */
  url: string;
  /** tells the management room the current state */
  report: (entries: ReadonlyMap<string, Inline[]>) => void;
  clock: Clock;
  logger: Logger;
}

/** Check intervals; shorter while something is wrong, so that a fix is noticed soon. */
const LOOK_MS = 60_000;
const LOOK_AGAIN_MS = 8_000;
const LOG_MS = 60_000;

/**
 * Whether the homeserver reaches us with the right token (spec, Application Service API, "Pinging"). Without this a
 * wrong hs_token or `url` would go unnoticed: our requests are answered, but no event ever arrives. A homeserver
 * without ping cannot be checked.
 */
export class WayBack {
  readonly #options: WayBackOptions;
  #broken: BrokenWay | undefined;
  #looking = false;
  #failures = 0;
  #lookedAt = -Infinity;
  #loggedAt = -Infinity;

  constructor(options: WayBackOptions) {
    this.#options = options;
  }

  /** The problem; undefined when there is none, or when it cannot be known. */
  get broken(): BrokenWay | undefined {
    return this.#broken;
  }

  /** Checks if the last check is old enough. Never rejects. */
  async lookWhenDue(): Promise<void> {
    const { clock } = this.#options;
    if (this.#looking || clock() - this.#lookedAt < (this.#failures === 0 ? LOOK_MS : LOOK_AGAIN_MS)) return;
    this.#looking = true;
    try {
      await this.look();
    } finally {
      this.#lookedAt = clock();
      this.#looking = false;
    }
  }

  /** Checks once. A problem is logged once a minute and announced in the room once. Never rejects. */
  async look(): Promise<void> {
    const { clock, logger, report } = this.#options;
    const before = this.#broken?.words;
    const found = await this.#ask();
    // A single failed ping is not conclusive: the next one comes soon.
    this.#failures = found === undefined ? 0 : this.#failures + 1;
    const now = found?.kind === 'unreachable' && this.#failures < 2 ? undefined : found;
    this.#broken = now;
    report(new Map(now === undefined ? [] : [[now.kind, [now.words]]]));
    if (now === undefined) {
      if (before !== undefined) logger.info({}, 'events arrive again');
      this.#loggedAt = -Infinity;
    } else if (now.words !== before || clock() - this.#loggedAt >= LOG_MS) {
      this.#loggedAt = clock();
      logger.warn({ reason: now.words }, 'no events arrive');
    }
  }

  async #ask(): Promise<BrokenWay | undefined> {
    const { homeserver, url } = this.#options;
    try {
      await homeserver.pingAppservice();
      return undefined;
    } catch (error) {
      return error instanceof MatrixError ? brokenWay(error, url) : undefined;
    }
  }
}

/** The meaning of a failed ping (spec: M_BAD_STATUS, M_CONNECTION_FAILED, M_CONNECTION_TIMEOUT, M_URL_NOT_SET). */
export function brokenWay(error: MatrixError, url: string): BrokenWay | undefined {
  const { wayBack } = texts;
  switch (error.errcode) {
    case 'M_BAD_STATUS':
      return /\b40[13]\b/.test(error.message)
        ? { kind: 'refused', words: wayBack.tokensDiffer }
        : { kind: 'unreachable', words: wayBack.badAnswer(url, messageOf(error)) };
    case 'M_URL_NOT_SET':
      return { kind: 'unreachable', words: wayBack.noUrl };
    case 'M_CONNECTION_FAILED':
    case 'M_CONNECTION_TIMEOUT':
      return { kind: 'unreachable', words: wayBack.unreachable(url, messageOf(error)) };
    default:
      return undefined;
  }
}
