import { Router, type Response } from 'express';
import type { PagesDeps } from '../deps.js';
import { LIVE_SCRIPT } from '../script.js';
import type { Sessions } from './session.js';

const LOOK_MS = 2_000;
/** A stream ends by itself and the browser opens the next: whoever may not command any more is out by then. */
const MOST_MS = 15 * 60_000;
const MOST_STREAMS = 50;

/**
 * Tells open pages that cases have changed (server-sent events, HTML Standard 9.2). What is sent is a number; the page
 * itself is loaded again by the person who reads it.
 */
export class LiveStreams {
  readonly #streams = new Set<{ response: Response; mayRead: () => boolean; until: number }>();
  #timer: NodeJS.Timeout | undefined;
  #last: string | undefined;

  constructor(private readonly deps: Pick<PagesDeps, 'ledger' | 'clock' | 'mayCommand'>) {}

  routes(sessions: Sessions): Router {
    const router = Router();
    router.get(
      '/live.js',
      (_request, response) =>
        void response.type('text/javascript').set('Cache-Control', 'max-age=3600').send(LIVE_SCRIPT),
    );
    router.get(
      '/live',
      sessions.signedIn((_request, response, viewer) => {
        if (this.#streams.size >= MOST_STREAMS) return void response.status(503).set('Retry-After', '60').end();
        response.status(200).set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
        response.write('retry: 5000\n\n');
        const stream = {
          response,
          mayRead: () => this.deps.mayCommand(viewer.userId),
          until: this.deps.clock() + MOST_MS,
        };
        this.#streams.add(stream);
        response.on('close', () => this.#streams.delete(stream));
        this.#timer ??= setInterval(() => void this.look(), LOOK_MS).unref();
      }),
    );
    return router;
  }

  /** Tells everybody when something has changed since the last look. */
  async look(): Promise<void> {
    if (this.#streams.size === 0) return this.#rest();
    const [newest] = await this.deps.ledger.cases({ limit: 1 }).catch(() => []);
    const now = newest === undefined ? '0' : `${newest.id}.${newest.updatedAt}`;
    const changed = this.#last !== undefined && this.#last !== now;
    this.#last = now;
    for (const { response, mayRead, until } of this.#streams) {
      if (!mayRead() || this.deps.clock() > until) response.end();
      else response.write(changed ? `event: change\ndata: ${now}\n\n` : ': still here\n\n');
    }
  }

  stop(): void {
    this.#rest();
    for (const { response } of this.#streams) response.end();
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#last = undefined;
  }
}
