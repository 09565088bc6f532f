import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { freePort } from '../../sandbox/ports.js';
import { waitFor } from '../../sandbox/wait.js';
import { createInstance } from '../../src/app/instance.js';
import { registerCommand } from '../../src/cli/register.js';
import { loadConfig } from '../../src/config/index.js';
import { silentLogger } from '../../src/util/logger.js';
import { startStubHomeserver, type StubFault, type StubHomeserver } from '../support/stub-homeserver.js';

const BOT = '@heimdall:stub.test';
const MANAGEMENT = '!management:stub.test';

/** What homeservers refuse for good by their settings, none of which protection needs. */
const REFUSALS: [string, StubFault, RegExp][] = [
  ['reading the display name', { match: /^GET .*\/profile\//, status: 403, errcode: 'M_FORBIDDEN' }, /display name/],
  ['setting the display name', { match: /^PUT .*\/profile\//, status: 403, errcode: 'M_FORBIDDEN' }, /display name/],
  ['setting it as Synapse does', { match: /^PUT .*\/profile\//, status: 400, errcode: 'M_FORBIDDEN' }, /display name/],
  ['making rooms', { match: /^POST .*\/createRoom/, status: 403, errcode: 'M_FORBIDDEN' }, /list/],
];

describe('a start on a homeserver that refuses', () => {
  let folder: string;
  let stub: StubHomeserver;
  let port: number;

  beforeEach(async () => {
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    folder = mkdtempSync(path.join(tmpdir(), 'heimdall-refusals-'));
    stub = await startStubHomeserver({ botUserId: BOT });
    stub.setState(MANAGEMENT, 'm.room.create', '', { room_version: '11' });
    for (const who of ['@mod:stub.test', BOT])
      stub.setState(MANAGEMENT, 'm.room.member', who, { membership: 'join' }, who);
    port = await freePort();
    const config = {
      homeserver: { url: stub.url, server_name: 'stub.test' },
      appservice: { bind: '127.0.0.1', port, url: `http://127.0.0.1:${port}`, registration: 'registration.yaml' },
      management_room: MANAGEMENT,
      protected_identities: [{ user_id: '@official:stub.test', display_names: ['Official'] }],
      storage: { data_dir: 'data' },
    };
    writeFileSync(path.join(folder, 'config.yaml'), JSON.stringify(config));
    await registerCommand().parseAsync(['--config', path.join(folder, 'config.yaml')], { from: 'user' });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await stub.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(REFUSALS)('is ready and says so once: %s', async (_what, fault, words) => {
    stub.fault({ ...fault, times: Infinity });
    const app = await createInstance(loadConfig(path.join(folder, 'config.yaml')), silentLogger);
    await app.start();
    try {
      const ready = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status === 200;
      await waitFor(ready, { timeoutMs: 30_000, what: 'ready' });
      const refused = () => stub.requests.filter(({ method, path: asked }) => fault.match.test(`${method} ${asked}`));
      const told = () =>
        stub
          .timelineOf(MANAGEMENT)
          .filter(({ sender, content }) => sender === BOT && words.test(String(content.body)))
          .filter(({ content }) => content['m.relates_to'] === undefined);
      await waitFor(() => told().length > 0, { timeoutMs: 30_000, what: 'a word in the management room' });
      await waitFor(() => refused().length > 1, { timeoutMs: 30_000, what: 'another try' });
      expect(told()).toHaveLength(1);
      expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    } finally {
      await app.stop();
    }
  });
});
