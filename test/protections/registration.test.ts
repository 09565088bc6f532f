import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createSupportFetcher } from '../../src/mail/fetch-support.js';
import { isRegistrationOpen } from '../../src/protections/registration/answer.js';
import { registrationOf } from '../../src/protections/registration/ask.js';

const flows = (...all: string[][]) => ({ flows: all.map((stages) => ({ stages })), session: 'x' });

describe('an answer to an empty registration', () => {
  it.each([
    [401, flows(['m.login.dummy']), true],
    [401, flows(['m.login.terms', 'm.login.dummy']), true],
    [401, flows(['m.login.email.identity'], ['m.login.dummy']), true],
    [401, flows(['m.login.recaptcha', 'm.login.dummy']), false],
    [401, flows(['m.login.registration_token']), false],
    [403, { errcode: 'M_FORBIDDEN' }, false],
    [404, undefined, false],
    [401, flows(), undefined],
    [401, { flows: 'x' }, undefined],
    [401, undefined, undefined],
    [429, {}, undefined],
    [500, 'x', undefined],
    [200, { user_id: '@x:y' }, undefined],
  ])('%i %j', (status, body, open) => expect(isRegistrationOpen(status, body)).toBe(open));
});

describe('a homeserver that is asked', () => {
  let server: Server | undefined;
  afterEach(() => new Promise((resolve) => (server === undefined ? resolve(undefined) : server.close(resolve))));

  async function serve(): Promise<{ url: string; asked: string[] }> {
    const asked: string[] = [];
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        asked.push(`${request.method} ${request.url} ${body}`);
        response.statusCode = 401;
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(flows(['m.login.dummy'])));
      });
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
  }

  it('is sent an empty request, where the admin wrote that it is', async () => {
    const { url, asked } = await serve();
    expect(await registrationOf('far.test:8448', createSupportFetcher(), { 'far.test': url })).toBe(true);
    expect(asked).toEqual(['POST /_matrix/client/v3/register {}']);
  });

  it('is not asked in a private network, nor by its address, nor under a name of a prototype', async () => {
    const { asked } = await serve();
    const resolve = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
    const fetcher = createSupportFetcher({ resolve });
    for (const name of ['far.test', '127.0.0.1', '[::1]', 'constructor', '__proto__', 'a b', 'x/../y'])
      expect([name, await registrationOf(name, fetcher, {})]).toEqual([name, undefined]);
    expect(asked).toEqual([]);
  });

  it('leads nowhere else by its own file', async () => {
    const asked: string[] = [];
    const fetcher = {
      fetch: () => Promise.resolve({ 'm.homeserver': { base_url: 'https://client.far.test/' } }),
      ask: (url: URL, options?: { trusted?: boolean }) => {
        asked.push(`${url.href} ${options?.trusted}`);
        return Promise.resolve({ status: 403, json: {} });
      },
    };
    expect(await registrationOf('far.test', fetcher, {})).toBe(false);
    expect(asked).toEqual(['https://client.far.test/_matrix/client/v3/register false']);
  });
});
