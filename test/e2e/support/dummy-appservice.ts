import http from 'node:http';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { freePort } from '../../../sandbox/ports.js';

/** The smallest application service: takes transactions, keeps their events, answers 200. */
export class DummyAppservice {
  readonly events: { type: string; room_id: string; sender: string; content: Record<string, unknown> }[] = [];
  private server: http.Server | undefined;

  private constructor(
    readonly port: number,
    readonly registrationFile: string,
    readonly asToken: string,
  ) {}

  static async start(registrationFile: string): Promise<DummyAppservice> {
    const port = await freePort();
    const asToken = randomBytes(16).toString('hex');
    const registration = {
      id: 'dummy',
      url: `http://127.0.0.1:${port}`,
      as_token: asToken,
      hs_token: randomBytes(16).toString('hex'),
      sender_localpart: 'dummy',
      rate_limited: false,
      namespaces: { users: [], aliases: [], rooms: [{ regex: '.*', exclusive: false }] },
    };
    writeFileSync(registrationFile, stringify(registration));
    const appservice = new DummyAppservice(port, registrationFile, asToken);
    await appservice.listen();
    return appservice;
  }

  private async listen(): Promise<void> {
    const server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (request.url?.includes('/transactions/') === true) {
          const body = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { events: DummyAppservice['events'] };
          this.events.push(...body.events);
        }
        response.setHeader('Content-Type', 'application/json');
        response.end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.server = server;
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}
