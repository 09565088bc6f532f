import { Router, type Response } from 'express';
import type { PagesDeps } from '../deps.js';
import type { Onlookers } from '../onlookers.js';
import { field } from '../request.js';
import { LIVE_SCRIPT } from '../script.js';
import type { Sessions } from './session.js';
import { Rounds } from '../../../util/rounds.js';

const LOOK_MS = 2_000;
/**
 * A stream ends after this time and the browser opens a new one, which locks out people who may no longer give
 * commands.
 */
const MOST_MS = 15 * 60_000;
const MOST_STREAMS = 50;

interface Stream {
  response: Response;
  mayRead: () => boolean;
  until: number;
  /** for a case page: its reader, and who else was viewing at the last check */
  reading: { caseId: number; userId: string; others: string } | undefined;
}

/**
 * Tells open pages that cases have changed (server-sent events, HTML Standard 9.2). Only a number is sent; the reader
 * reloads the page.
 */
export class LiveStreams {
  readonly #streams = new Set<Stream>();
  readonly #rounds = new Rounds({
    work: () => this.look(),
    everyMs: () => (this.#streams.size > 0 ? LOOK_MS : undefined),
  });
  #last: string | undefined;

  constructor(
    private readonly deps: Pick<PagesDeps, 'ledger' | 'clock' | 'mayCommand'>,
    private readonly onlookers: Onlookers,
  ) {}

  routes(sessions: Sessions): Router {
    const router = Router();
    router.get(
      '/live.js',
      (_request, response) =>
        void response.type('text/javascript').set('Cache-Control', 'max-age=3600').send(LIVE_SCRIPT),
    );
    router.get(
      '/live',
      sessions.signedIn((request, response, viewer) => {
        if (this.#streams.size >= MOST_STREAMS) return void response.status(503).set('Retry-After', '60').end();
        response.status(200).set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
        response.write('retry: 5000\n\n');
        const stream: Stream = {
          response,
          mayRead: () => this.deps.mayCommand(viewer.userId),
          until: this.deps.clock() + MOST_MS,
          reading: this.#readingOf(field(request, 'case'), viewer.userId),
        };
        this.#streams.add(stream);
        response.on('close', () => this.#end(stream));
        this.#rounds.soon(LOOK_MS);
      }),
    );
    return router;
  }

  /** Notifies everybody if something has changed since the last check. */
  async look(): Promise<void> {
    if (this.#streams.size === 0) {
      this.#last = undefined;
      return;
    }
    const [newest] = await this.deps.ledger.cases({ limit: 1 }).catch(() => []);
    const now = newest === undefined ? '0' : `${newest.id}.${newest.updatedAt}`;
    const changed = this.#last !== undefined && this.#last !== now;
    this.#last = now;
    for (const { reading } of this.#streams) if (reading) this.onlookers.look(reading.caseId, reading.userId);
    for (const { response, mayRead, until, reading } of this.#streams) {
      if (!mayRead() || this.deps.clock() > until) response.end();
      else if (changed || this.#othersChanged(reading)) response.write(`event: change\ndata: ${now}\n\n`);
      else response.write(': still here\n\n');
    }
  }

  #readingOf(number: string, userId: string): Stream['reading'] {
    if (!/^\d{1,15}$/.test(number)) return undefined;
    const caseId = Number(number);
    this.onlookers.look(caseId, userId);
    return { caseId, userId, others: this.onlookers.others(caseId, userId).join() };
  }

  /** Whether other viewers have changed since the last check. */
  #othersChanged(reading: Stream['reading']): boolean {
    if (reading === undefined) return false;
    const others = this.onlookers.others(reading.caseId, reading.userId).join();
    const changed = others !== reading.others;
    reading.others = others;
    return changed;
  }

  #end(stream: Stream): void {
    this.#streams.delete(stream);
    const { reading } = stream;
    if (reading === undefined) return;
    const { caseId, userId } = reading;
    const again = [...this.#streams].some((one) => one.reading?.caseId === caseId && one.reading.userId === userId);
    if (!again) this.onlookers.leave(caseId, userId);
  }

  stop(): void {
    void this.#rounds.stop();
    for (const { response } of this.#streams) response.end();
  }
}
