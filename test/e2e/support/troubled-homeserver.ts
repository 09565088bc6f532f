import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';

/** What becomes of a request on its way. `lost`: the homeserver did it, and nobody hears the answer. */
type Fate = 'passes' | 'limited' | 'fails' | 'refused' | 'lost';

export const RETRY_AFTER_MS = 700;

/**
 * Stands between Heimdall and a real homeserver and makes trouble as real ones do: rate limits, errors, cut
 * connections, answers that get lost. The trouble is the same in every run (a seeded sequence). It notes requests that
 * come again before their Retry-After.
 */
export class TroubledHomeserver {
  #random = 12345;
  readonly #notBefore = new Map<string, number>();
  readonly counts: Record<Fate, number> = { passes: 0, limited: 0, fails: 0, refused: 0, lost: 0 };
  /** requests that came again before the time that a 429 had named */
  readonly tooEarly: string[] = [];
  /** true: every fourth request meets trouble */
  trouble = false;

  private constructor(
    private readonly target: URL,
    private readonly server: ReturnType<typeof createServer>,
  ) {}

  static async before(homeserverUrl: string): Promise<TroubledHomeserver> {
    const server = createServer();
    const proxy = new TroubledHomeserver(new URL(homeserverUrl), server);
    server.on('request', (incoming, answer) => proxy.#take(incoming, answer));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #take(incoming: IncomingMessage, answer: ServerResponse): void {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('error', () => undefined);
    incoming.on('end', () => {
      const body = Buffer.concat(chunks);
      const what = `${incoming.method} ${incoming.url} ${createHash('sha256').update(body).digest('hex')}`;
      if ((this.#notBefore.get(what) ?? 0) > Date.now()) this.tooEarly.push(what);
      this.#notBefore.delete(what);
      const fate = this.#fate();
      this.counts[fate] += 1;
      if (fate === 'limited') {
        this.#notBefore.set(what, Date.now() + RETRY_AFTER_MS);
        return send(answer, 429, {
          errcode: 'M_LIMIT_EXCEEDED',
          error: 'Too many requests',
          retry_after_ms: RETRY_AFTER_MS,
        });
      }
      if (fate === 'fails') return send(answer, 502, { errcode: 'M_UNKNOWN', error: 'Bad gateway' });
      if (fate === 'refused') return void answer.destroy();
      this.#pass(incoming, body, answer, fate === 'lost');
    });
  }

  #fate(): Fate {
    if (!this.trouble) return 'passes';
    this.#random = (Math.imul(this.#random, 1103515245) + 12345) & 0x7fffffff;
    const dice = (this.#random >>> 8) % 100;
    if (dice < 12) return 'limited';
    if (dice < 17) return 'fails';
    if (dice < 21) return 'refused';
    return dice < 25 ? 'lost' : 'passes';
  }

  #pass(incoming: IncomingMessage, body: Buffer, answer: ServerResponse, lost: boolean): void {
    const onward = request(
      {
        host: this.target.hostname,
        port: this.target.port,
        method: incoming.method,
        path: incoming.url,
        headers: { ...incoming.headers, host: this.target.host, 'content-length': body.length },
      },
      (response) => {
        if (lost) {
          response.resume();
          answer.destroy();
          return;
        }
        answer.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(answer);
      },
    );
    onward.on('error', () => answer.destroy());
    onward.end(body);
  }
}

function send(answer: ServerResponse, status: number, body: unknown): void {
  answer.writeHead(status, { 'content-type': 'application/json' });
  answer.end(JSON.stringify(body));
}
