/** Homeservers without Synapse's admin API, by the answers that they give to paths they do not know. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createHomeserver } from '../../src/matrix/client.js';
import { MatrixError, type Homeserver } from '../../src/matrix/types.js';

const UNKNOWN: [string, number, string, string][] = [
  ['Continuwuity, Tuwunel', 404, 'application/json', '{"errcode":"M_UNRECOGNIZED","error":"Unrecognized request"}'],
  ['Dendrite', 404, 'application/json', '{"errcode":"M_NOT_FOUND","error":"Not found"}'],
  ['a proxy that leads only the client API on', 404, 'text/html', '<h1>404 Not Found</h1>'],
  ['an answer without a code', 404, 'application/json', '{}'],
  ['a method that is not allowed', 405, 'application/json', '{"errcode":"M_UNRECOGNIZED","error":"no"}'],
];

let server: Server | undefined;
let homeserver: Homeserver | undefined;
afterEach(async () => {
  await homeserver?.close();
  server?.closeAllConnections();
  await new Promise((resolve) => (server === undefined ? resolve(0) : server.close(resolve)));
});

describe.each(UNKNOWN)('%s', (_, status, type, body) => {
  async function open(): Promise<Homeserver> {
    server = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(status, { 'Content-Type': type }).end(body));
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    homeserver = createHomeserver({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      serverName: 'stub.test',
      botLocalpart: 'heimdall',
      asToken: 'a',
      hsToken: 'h',
      adminToken: null,
    });
    return homeserver;
  }

  it('is a clear no: nothing waits for an answer that never comes, and nothing is taken for empty', async () => {
    const asked = await open();
    if (status === 404) {
      expect(await asked.isAdmin()).toBe(false);
      expect(await asked.adminRights()).toBe('no_api');
    }
    for (const work of [
      () => asked.adminUsers({ limit: 10 }),
      () => asked.adminRooms({ from: 0, limit: 10 }),
      () => asked.adminRoomState('!room:stub.test'),
      () => asked.suspend('@x:stub.test', true),
    ]) {
      const error: unknown = await work().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(MatrixError);
      expect((error as MatrixError).transient).toBe(false);
    }
  });
});
