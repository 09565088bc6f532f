import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { urlPath } from '../../src/matrix/url-path.js';
import { retryAfterMs } from '../../src/matrix/refusals.js';
import { createTransport, type Transport } from '../../src/matrix/transport.js';

describe('Retry-After', () => {
  it.each([
    ['seconds', '2', undefined, 2000],
    ['a fraction of a second, rounded up', '0.0001', undefined, 1],
    ['a date', 'Wed, 21 Oct 2015 07:28:05 GMT', undefined, 5000],
    ['a date that has passed', 'Wed, 21 Oct 2015 07:27:00 GMT', undefined, 0],
    ['the body key of older servers', undefined, 1234, 1234],
    ['both: the longer one counts', '1', 1500, 1500],
    ['nonsense', 'soon', 'later', undefined],
    ['nothing', undefined, undefined, undefined],
    ['a negative wait', undefined, -5, 0],
    ['for ever: a day at most', '99999999999', undefined, 86_400_000],
  ])('reads %s', (_name, header, body, expected) => {
    expect(retryAfterMs(header, body, Date.parse('2015-10-21T07:28:00Z'))).toBe(expected);
  });
});

describe('the transport', () => {
  let server: Server | undefined;
  let transport: Transport | undefined;

  afterEach(async () => {
    await transport?.close();
    server?.closeAllConnections();
    server?.close();
  });

  async function serve(answer: (path: string) => string, base = '', maxResponseBytes?: number): Promise<Transport> {
    server = createServer(
      (request, response) =>
        void response.writeHead(200, { 'Content-Type': 'application/json' }).end(answer(request.url ?? '')),
    );
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    transport = createTransport(`http://127.0.0.1:${(server.address() as AddressInfo).port}${base}`, {
      maxResponseBytes,
    });
    return transport;
  }

  it('puts the path of the homeserver URL before every target', async () => {
    const sent = await (
      await serve((path) => JSON.stringify({ path }), '/matrix/')
    ).send({ method: 'GET', target: '/_matrix/x', headers: {} });
    expect(sent.body).toEqual({ path: '/matrix/_matrix/x' });
  });

  it('stops reading an answer that is too large', async () => {
    const large = await serve(() => JSON.stringify('x'.repeat(2000)), '', 1000);
    await expect(large.send({ method: 'GET', target: '/', headers: {} })).rejects.toMatchObject({
      status: 0,
      errcode: 'HEIMDALL_E_NETWORK',
    });
  });

  it("says so when the answer is not JSON, as a reverse proxy's page", async () => {
    const page = await serve(() => '<html>Welcome to nginx</html>');
    await expect(page.send({ method: 'GET', target: '/', headers: {} })).rejects.toMatchObject({
      errcode: 'HEIMDALL_E_NOT_JSON',
    });
  });

  it('takes JSON that begins with a byte order mark', async () => {
    const marked = await serve(() => '\uFEFF{"a":1}');
    expect((await marked.send({ method: 'GET', target: '/', headers: {} })).body).toEqual({ a: 1 });
  });

  it('takes JSON values that are no objects', async () => {
    expect((await (await serve(() => 'null')).send({ method: 'GET', target: '/', headers: {} })).body).toBeNull();
  });

  it('sends a limited request again only after its Retry-After, whoever asks; others go out', async () => {
    const asked: { url: string; at: number }[] = [];
    server = createServer((request, response) => {
      asked.push({ url: request.url ?? '', at: performance.now() });
      const limited = request.url === '/limited' && asked.filter(({ url }) => url === '/limited').length === 1;
      response
        .writeHead(limited ? 429 : 200, { 'Content-Type': 'application/json' })
        .end(JSON.stringify(limited ? { errcode: 'M_LIMIT_EXCEEDED', error: 'slow down', retry_after_ms: 150 } : {}));
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    transport = createTransport(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const get = (target: string) => transport!.send({ method: 'GET', target, headers: {} });
    await expect(get('/limited')).rejects.toMatchObject({ status: 429, retryAfterMs: 150 });
    const early = await get('/limited').catch((error: unknown) => error);
    expect(early).toMatchObject({ status: 429, errcode: 'M_LIMIT_EXCEEDED' });
    expect((early as { retryAfterMs: number }).retryAfterMs).toBeLessThanOrEqual(150);
    await get('/other');
    expect(asked.map(({ url }) => url)).toEqual(['/limited', '/other']);
    await new Promise((resolve) => setTimeout(resolve, (early as { retryAfterMs: number }).retryAfterMs));
    await get('/limited');
    expect(asked.at(-1)!.at - asked[0]!.at).toBeGreaterThanOrEqual(149);
  });

  it('does not send a read again before its Retry-After because it was asked for twice at once', async () => {
    const asked: string[] = [];
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      const limited = asked.length === 1;
      const body = JSON.stringify(limited ? { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: 60_000 } : {});
      setTimeout(() => response.writeHead(limited ? 429 : 200, { 'Content-Type': 'application/json' }).end(body), 30);
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    transport = createTransport(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const get = (token: string) =>
      transport!.send({ method: 'GET', target: '/state', headers: { Authorization: token } });
    const [first, second] = await Promise.allSettled([get('ours'), get('ours')]);
    for (const one of [first, second]) expect(one).toMatchObject({ status: 'rejected', reason: { status: 429 } });
    expect(asked).toEqual(['/state']);
  });

  describe('fetching bytes', () => {
    const get = (target: string, limits: { timeoutMs?: number; maxBytes?: number } = {}) =>
      transport!.bytes({ target, headers: {}, timeoutMs: 2000, maxBytes: 1000, ...limits });
    beforeEach(async () => {
      server = createServer((request, response) => {
        const what = request.url?.slice(1);
        if (what === 'picture') return void response.end(Buffer.from([0xff, 0xd8, 0, 0xc3, 0x28]));
        if (what === 'redirect') return void response.writeHead(302, { Location: '/picture' }).end();
        if (what === 'refused')
          return void response
            .writeHead(404, { 'Content-Type': 'application/json' })
            .end('{"errcode":"M_NOT_FOUND","error":"no"}');
        if (what === 'said') return void response.writeHead(200, { 'Content-Length': '5000' }).end(Buffer.alloc(5000));
        if (what === 'unsaid') {
          response.writeHead(200);
          for (let part = 0; part < 50; part++) response.write(Buffer.alloc(100));
          return void response.end();
        }
        // a byte now and then, for ever
        response.writeHead(200);
        const drip = setInterval(() => response.write('x'), 50);
        response.on('close', () => clearInterval(drip));
      });
      await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
      transport = createTransport(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });

    it('gives them as they are', async () => {
      expect([...(await get('/picture'))]).toEqual([0xff, 0xd8, 0, 0xc3, 0x28]);
    });

    it('follows no redirect and says what was refused', async () => {
      await expect(get('/redirect')).rejects.toMatchObject({ name: 'MatrixError', status: 302 });
      await expect(get('/refused')).rejects.toMatchObject({ status: 404, errcode: 'M_NOT_FOUND' });
    });

    it('stops at the cap, whether the answer tells its size or not', async () => {
      for (const target of ['/said', '/unsaid'])
        await expect(get(target)).rejects.toMatchObject({ status: 413, errcode: 'M_TOO_LARGE' });
    });

    it('stops when the time is over, however the answer trickles', async () => {
      await expect(get('/drip', { timeoutMs: 300 })).rejects.toMatchObject({
        status: 0,
        errcode: 'HEIMDALL_E_NETWORK',
      });
    });
  });

  describe('an answer that is read piece by piece', () => {
    const GET = { method: 'GET', target: '/x', headers: {} };

    it('is handed over in more than one piece, and whole', async () => {
      const list = Array.from({ length: 20_000 }, (_, n) => ({ n, name: 'é'.repeat(20) }));
      const http = await serve(() => JSON.stringify(list));
      const pieces: unknown[][] = [];
      await http.pieces(GET, (values) => pieces.push(values));
      expect(pieces.flat()).toEqual(list);
      expect(pieces.length).toBeGreaterThan(2);
    });

    it('is refused when it is no list, too large, or the homeserver says no', async () => {
      const http = await serve(() => '{"a":1}');
      await expect(http.pieces(GET, () => undefined)).rejects.toMatchObject({ errcode: 'HEIMDALL_E_NOT_JSON' });
      const small = await serve(() => `[${'{},'.repeat(1000)}{}]`, '', 1000);
      await expect(small.pieces(GET, () => undefined)).rejects.toMatchObject({ errcode: 'HEIMDALL_E_NETWORK' });
      const no = createServer(
        (_, response) => void response.writeHead(403).end('{"errcode":"M_FORBIDDEN","error":"no"}'),
      );
      await new Promise<void>((resolve) => no.listen(0, '127.0.0.1', resolve));
      const refusing = createTransport(`http://127.0.0.1:${(no.address() as AddressInfo).port}`);
      const taken: unknown[] = [];
      await expect(refusing.pieces(GET, (values) => taken.push(values))).rejects.toMatchObject({
        errcode: 'M_FORBIDDEN',
        status: 403,
      });
      expect(taken).toEqual([]);
      await refusing.close();
      no.close();
    });
  });
});

describe('pathOf', () => {
  it('encodes what is inserted, dot segments and lone surrogates too', () => {
    expect(urlPath`/rooms/${'!a/b:c'}/state/${'..'}/${'\ud800'}/${''}`).toBe(
      '/rooms/!a%2Fb%3Ac/state/%2E%2E/%EF%BF%BD/',
    );
  });
});
