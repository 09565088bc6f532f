import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '../../sandbox/wait.js';
import { createInstance } from '../../src/app/instance.js';
import { loadConfig } from '../../src/config/index.js';
import { silentLogger } from '../../src/util/logger.js';
import { configuredFolder } from '../support/configured-folder.js';
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
  let config: string;
  let stub: StubHomeserver;
  let port: number;

  beforeEach(async () => {
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    stub = await startStubHomeserver({ botUserId: BOT });
    stub.setState(MANAGEMENT, 'm.room.create', '', { room_version: '11' });
    for (const who of ['@mod:stub.test', BOT])
      stub.setState(MANAGEMENT, 'm.room.member', who, { membership: 'join' }, who);
    ({ folder, config, port } = await configuredFolder(stub.url, MANAGEMENT));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await stub.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(REFUSALS)('is ready and says so once: %s', async (_what, fault, words) => {
    stub.fault({ ...fault, times: Infinity });
    const app = await createInstance(loadConfig(config), silentLogger);
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
