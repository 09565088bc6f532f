import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import { createServer, type Server } from 'node:http';
import { silentLogger } from '../../src/util/logger.js';
import { createIntake } from '../../src/intake/intake.js';

describe('the intake', () => {
  let server: Server;
  let url: string;
  let handled: unknown[][];
  let failures: number;
  beforeEach(async () => {
    handled = [];
    failures = 0;
    const intake = createIntake({
      hsToken: 'right',
      logger: silentLogger,
      handle: async (events) => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (failures > 0) {
          failures -= 1;
          throw new Error('ledger down');
        }
        handled.push(events);
      },
    });
    server = createServer(express().use(intake));
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
