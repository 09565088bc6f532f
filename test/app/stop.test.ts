import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '../../sandbox/wait.js';
import { createInstance } from '../../src/app/instance.js';
import { loadConfig } from '../../src/config/index.js';
import { readRegistration } from '../../src/matrix/registration.js';
import { openLedger } from '../../src/store/index.js';
import { SqlLedger } from '../../src/store/ledger.js';
import { silentLogger } from '../../src/util/logger.js';
import { configuredFolder } from '../support/configured-folder.js';
import { startStubHomeserver, type StubHomeserver } from '../support/stub-homeserver.js';

const MANAGEMENT = '!management:stub.test';
const MODERATOR = '@mod:stub.test';

/** Passes requests on to the stub, until it hangs: then it takes them and never answers. */
class HangingHomeserver {
  hangs = false;
  readonly unanswered: string[] = [];

  private constructor(private readonly server: Server) {}

  static async before(target: string): Promise<HangingHomeserver> {
    const server = createServer();
    const hanging = new HangingHomeserver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = 'GET', url = '/' } = request;
        if (hanging.hangs) return void hanging.unanswered.push(`${method} ${url}`);
        const body = method === 'GET' ? undefined : Buffer.concat(chunks);
        void fetch(target + url, { method, ...(body === undefined ? {} : { body }) }).then(async (answer) => {
          response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(await answer.text());
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return hanging;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

describe('a stop while the homeserver hangs', () => {
  let folder: string;
  let config: string;
  let stub: StubHomeserver;
  let homeserver: HangingHomeserver;
  let port: number;
  const dataDir = () => path.join(folder, 'data');

  beforeEach(async () => {
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    stub = await startStubHomeserver({ botUserId: '@heimdall:stub.test' });
    stub.admin.allowed = true;
    stub.setState(MANAGEMENT, 'm.room.create', '', { room_version: '11' });
    for (const who of [MODERATOR, '@heimdall:stub.test']) {
      stub.setState(MANAGEMENT, 'm.room.member', who, { membership: 'join' }, who);
    }
    homeserver = await HangingHomeserver.before(stub.url);
    ({ folder, config, port } = await configuredFolder(homeserver.url, MANAGEMENT));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await homeserver.close();
    await stub.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const started = async () => {
    const app = await createInstance(loadConfig(config), silentLogger);
    await app.start();
    return app;
  };
  const stopped = async (app: Awaited<ReturnType<typeof started>>) => {
    const closed = jest.spyOn(SqlLedger.prototype, 'close');
    // what hangs would hang for ever
    await app.stop();
    expect(closed).toHaveBeenCalledTimes(1);
    await closed.mock.results[0]?.value;
  };

  it('ends in order and in time, with a look at reports and an answer on their way', async () => {
    const app = await started();
    const ready = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200;
    await waitFor(ready, { timeoutMs: 15_000, what: 'ready' });
    homeserver.hangs = true;
    const { hs_token } = readRegistration(path.join(folder, 'registration.yaml'));
    const command = stub.send(MANAGEMENT, MODERATOR, { msgtype: 'm.text', body: '!heimdall help' });
    const sent = await fetch(`http://127.0.0.1:${port}/_matrix/app/v1/transactions/1`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${hs_token}` },
      body: JSON.stringify({ events: [command] }),
    });
    expect(sent.status).toBe(200);
    const hung = (what: RegExp) => homeserver.unanswered.some((request) => what.test(request));
    await waitFor(() => hung(/_reports/) && hung(/\/send\//), { timeoutMs: 15_000, what: 'hanging requests' });
    await stopped(app);
    const ledger = await openLedger({ dataDir: dataDir(), databaseUrl: null });
    // what was not answered is sent again at the next start
    expect(await ledger.countDueActions()).toBeGreaterThan(0);
    await ledger.close();
  });

  it('ends in order and in time, while it still starts', async () => {
    homeserver.hangs = true;
    const app = await started();
    await waitFor(() => homeserver.unanswered.length > 0, { timeoutMs: 15_000, what: 'the first request' });
    await stopped(app);
  });
});
