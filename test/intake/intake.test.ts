import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { createServer, request, type RequestListener, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { silentLogger } from '../../src/util/logger.js';
import { createIntake, type Intake } from '../../src/intake/intake.js';

/** With the short way in before the router, as in a running Heimdall, and with the router alone. */
const doors = {
  'the intake': ({ router, direct }: Intake): RequestListener => {
    const app = express().use(router);
    return (request, response) => void (direct(request, response) || app(request, response));
  },
  'the router of the intake': ({ router }: Intake): RequestListener => express().use(router),
};

describe.each(Object.entries(doors))('%s', (_name, door) => {
  let server: Server;
  let url: string;
  let handled: unknown[][];
  let failures: number;
  let failToHear: boolean;
  beforeEach(async () => {
    handled = [];
    failures = 0;
    failToHear = false;
    const intake = createIntake({
      hsToken: 'right',
      logger: silentLogger,
      onRefused: () => {
        if (failToHear) throw new Error('nobody listens');
      },
      handle: async (events) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (failures > 0) {
          failures -= 1;
          throw new Error('ledger down');
        }
        handled.push(events);
      },
    });
    server = createServer(door(intake));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.close();
    await once(server, 'close');
  });
  const send = (path: string, body: string, token: string | null = 'right', method = 'PUT') =>
    fetch(url + path, {
      method,
      headers: { connection: 'close', ...(token === null ? {} : { Authorization: `Bearer ${token}` }) },
      ...(method === 'GET' ? {} : { body }),
    });

  it('answers 200 when the events were handled, in the order they came', async () => {
    const answers = await Promise.all(
      [1, 2, 3].map((n) => send(`/_matrix/app/v1/transactions/${n}`, JSON.stringify({ events: [n] }))),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(handled.flat().sort()).toEqual([1, 2, 3]);
  });

  it('answers 500 when they could not be committed, so that they come again', async () => {
    failures = 1;
    expect((await send('/_matrix/app/v1/transactions/1', '{"events":[1]}')).status).toBe(500);
    expect((await send('/_matrix/app/v1/transactions/1', '{"events":[1]}')).status).toBe(200);
    expect(handled).toEqual([[1]]);
  });

  it('refuses wrong tokens and bodies, and handles nothing of them', async () => {
    expect((await send('/_matrix/app/v1/transactions/1', '{"events":[1]}', null)).status).toBe(401);
    expect((await send('/_matrix/app/v1/transactions/1', '{"events":[1]}', 'wrong')).status).toBe(403);
    expect((await send('/_matrix/app/v1/transactions/1', '{"events":')).status).toBe(400);
    expect((await send('/_matrix/app/v1/transactions/1', '{"events":7}')).status).toBe(400);
    expect((await send('/_matrix/app/v1/transactions/1', '[]')).status).toBe(400);
    expect(handled).toEqual([]);
  });

  it('answers though whoever is told of a refusal fails', async () => {
    failToHear = true;
    failures = 1;
    expect((await send('/_matrix/app/v1/transactions/1', '{"events":[1]}')).status).toBe(500);
    expect((await send('/_matrix/app/v1/transactions/1', '{"events":[1]}', null)).status).toBe(401);
    expect((await send('/_matrix/app/v1/transactions/1', '{"events":[1]}', 'wrong')).status).toBe(403);
    expect((await send('/_matrix/app/v1/transactions/1', '{"events":')).status).toBe(400);
    expect((await send('/_matrix/app/v1/transactions/1', '{"events":7}')).status).toBe(400);
  });

  it('takes bodies far larger than a flooder can make Synapse send', async () => {
    const large = JSON.stringify({ events: [{ text: 'x'.repeat(8_000_000) }] });
    expect((await send('/_matrix/app/v1/transactions/1', large)).status).toBe(200);
  });

  it('answers ping, and knows no users, rooms or third parties', async () => {
    expect((await send('/_matrix/app/v1/ping', '{"transaction_id":"x"}', 'right', 'POST')).status).toBe(200);
    for (const path of [
      '/_matrix/app/v1/users/%40a%3Ab',
      '/_matrix/app/v1/rooms/%23a%3Ab',
      '/_matrix/app/v1/thirdparty/protocol/x',
    ])
      expect((await send(path, '', 'right', 'GET')).status).toBe(404);
  });
});

/** What one request is answered: its status, the code of its error, and how many transactions were handled by then. */
type Answered = [status: number, errcode: string | undefined, handled: unknown[][]];

describe('the short way in', () => {
  const right = { authorization: 'Bearer right' };
  const path = '/_matrix/app/v1/transactions/1';
  const events = (list: unknown[]) => Buffer.from(JSON.stringify({ events: list }));
  const requests: Record<string, { method?: string; path?: string; headers?: object; body: Buffer; chunked?: true }> = {
    'as homeservers send it': { headers: { 'content-type': 'application/json' }, body: events([1, 'ä', '免费', '🚀']) },
    'without a content type': { body: events([2]) },
    'on the old path': { path: '/transactions/1', body: events([3]) },
    'with a query': { path: `${path}?access_token=wrong`, body: events([4]) },
    'with a slash behind it': { path: `${path}/`, body: events([5]) },
    'in capitals': { path: '/_MATRIX/app/v1/transactions/1', body: events([6]) },
    'without an id': { path: '/_matrix/app/v1/transactions/', body: events([7]) },
    'with an id in escapes': { path: '/_matrix/app/v1/transactions/%2F%40', body: events([8]) },
    'in chunks': { body: events([9]), chunked: true },
    compressed: { headers: { 'content-encoding': 'gzip' }, body: gzipSync(events([10])) },
    'not compressed, as it says': { headers: { 'content-encoding': 'identity' }, body: events([11]) },
    'in UTF-8, as it says': { headers: { 'content-type': 'text/plain; charset="UTF-8"' }, body: events([12]) },
    'in UTF-16': {
      headers: { 'content-type': 'application/json; charset=utf-16le' },
      body: Buffer.from('{"events":["é"]}', 'utf16le'),
    },
    'in Latin 1': {
      headers: { 'content-type': 'application/json; charset=iso-8859-1' },
      body: Buffer.from('{"events":["é"]}', 'latin1'),
    },
    'with a byte order mark': { body: Buffer.from('\ufeff{"events":[13]}') },
    'with bytes that are no UTF-8': { body: Buffer.from('{"events":["é"]}', 'latin1') },
    'with nothing in it': { body: Buffer.alloc(0) },
    'with blanks in it': { body: Buffer.from(' \n ') },
    'with blanks around it': { body: Buffer.from(' \n {"events":[14]} \n') },
    'cut off': { body: Buffer.from('{"events":[15]') },
    'a number': { body: Buffer.from('7') },
    'the word null': { body: Buffer.from('null') },
    'a list': { body: Buffer.from('[]') },
    'without events': { body: Buffer.from('{}') },
    'of events that are none': { body: Buffer.from('{"events":{"length":1}}') },
    'of nobody': { headers: { authorization: '' }, body: events([16]) },
    'of somebody else': { headers: { authorization: 'Bearer right ' }, body: events([17]) },
    'with a lower-case scheme': { headers: { authorization: 'bearer right' }, body: events([18]) },
    posted: { method: 'POST', body: events([19]) },
    'of 9 MB': { body: events(['x'.repeat(9_000_000)]) },
  };

  async function answered(door: (intake: Intake) => RequestListener, name: string): Promise<Answered> {
    const handled: unknown[][] = [];
    const handle = (list: unknown[]) => Promise.resolve(void handled.push(list));
    const server = createServer(door(createIntake({ hsToken: 'right', logger: silentLogger, handle })));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { method = 'PUT', path: where = path, headers = {}, body, chunked } = requests[name]!;
    const { port } = server.address() as AddressInfo;
    const length = chunked === true ? { 'transfer-encoding': 'chunked' } : { 'content-length': body.length };
    const sent = request({ port, method, path: where, agent: false, headers: { ...right, ...length, ...headers } });
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [AsyncIterable<Buffer> & { statusCode: number }];
    let text = '';
    for await (const chunk of response) text += String(chunk);
    server.close();
    server.closeAllConnections();
    const read = text.startsWith('{') ? (JSON.parse(text) as { errcode?: string }) : {};
    return [response.statusCode, read.errcode, handled];
  }

  it.each(Object.keys(requests))('answers what comes %s as the router does', async (name) => {
    const [short, long] = [
      await answered(doors['the intake'], name),
      await answered(doors['the router of the intake'], name),
    ];
    expect(short).toEqual(long);
  });

  it('counts a body that ends before its time, and handles nothing of it', async () => {
    const handled: unknown[][] = [];
    let refused: (reason: string) => void = () => undefined;
    const told = new Promise<string>((resolve) => (refused = resolve));
    const handle = (list: unknown[]) => Promise.resolve(void handled.push(list));
    const intake = createIntake({ hsToken: 'right', logger: silentLogger, handle, onRefused: (why) => refused(why) });
    const server = createServer((asked, response) => void intake.direct(asked, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const sent = request({ port, method: 'PUT', path, agent: false, headers: { ...right, 'content-length': 1000 } });
    sent.on('error', () => undefined);
    sent.write('{"events":[');
    await once(server, 'request');
    sent.destroy();
    expect(await told).toBe('body');
    expect(handled).toEqual([]);
    server.close();
    server.closeAllConnections();
  });
});
