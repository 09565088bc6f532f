import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, it } from '@jest/globals';
import { checkReports } from '../../src/cli/doctor/reports.js';
import { answerProbe } from '../../src/reports/probe.js';

let server: Server | undefined;
afterEach(async () => {
  await new Promise((resolve) => (server === undefined ? resolve(0) : server.close(resolve)));
  server = undefined;
});

async function at(listener: Parameters<typeof createServer>[1]): Promise<string> {
  server = createServer(listener as never);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const config = { homeserver: { url: 'http://x', server_name: 'home.test', admin_token: null } };
const health = async (url?: string) => (await checkReports(config, 'token', url)).map((one) => one.health);

describe('whether reports come to us through the proxy', () => {
  it('is so when the answer proves our token, whatever else it says', async () => {
    const app = express();
    app.use(answerProbe('token'));
    app.use((_request, response) => void response.status(401).json({ errcode: 'M_MISSING_TOKEN' }));
    expect(await health(await at(app))).toEqual(['ok']);
  });

  it.each(['other-token', undefined])(
    'is not so when the homeserver itself or another Heimdall answers',
    async (token) => {
      const app = express();
      if (token !== undefined) app.use(answerProbe(token));
      app.use((_request, response) => void response.status(401).json({ errcode: 'M_MISSING_TOKEN' }));
      const [result] = await checkReports(config, 'token', await at(app));
      expect([result?.health, result?.remedy]).toEqual(['warn', expect.stringContaining('report.md')]);
    },
  );

  it('is not told where it cannot be known, unless an address was given', async () => {
    expect(await health()).toEqual([]);
    expect(await health('http://127.0.0.1:1')).toEqual(['warn']);
  });

  it('gives nothing away to who does not ask, or asks at length', async () => {
    const app = express();
    app.use(answerProbe('token'));
    app.use((_request, response) => void response.json({}));
    const url = await at(app);
    for (const headers of [{}, { 'X-Heimdall-Probe': 'x'.repeat(200) }])
      expect(
        (await fetch(url, { headers: headers as Record<string, string> })).headers.get('X-Heimdall-Probe'),
      ).toBeNull();
  });
});
