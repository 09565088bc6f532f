import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Router } from 'express';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createHealthRouter, ledgerCheck, type Standing } from '../../src/web/health.js';
import { createHttpApp, type ActingRoutes } from '../../src/web/http.js';
import { silentLogger } from '../../src/util/logger.js';

let standing: Standing;
let asked: number;
let looking: () => Promise<Standing>;
let acting: ActingRoutes | undefined;
let server: Server;
const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

beforeEach(async () => {
  standing = { state: 'acting', reasons: [] };
  asked = 0;
  looking = () => Promise.resolve(standing);
  acting = { routes: [Router().put('/_matrix/app/v1/transactions/1', (_request, response) => void response.json({}))] };
  server = createServer(
    createHttpApp({
      acting: () => acting,
      health: createHealthRouter({
        standing: () => {
          asked += 1;
          return looking();
        },
        metrics: () => Promise.resolve({ type: 'text/plain', text: 'heimdall_acting 1\n' }),
      }),
      logger: silentLogger,
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const readyz = async (headers: Record<string, string> = {}) => {
  const answer = await fetch(`${url()}/readyz`, { headers });
  return { status: answer.status, body: (await answer.json()) as unknown };
};

describe('the door', () => {
  it('says that this process stands by, is alive, and takes nothing', async () => {
    standing = { state: 'standby' };
    acting = undefined;
    expect(await readyz()).toEqual({ status: 503, body: { state: 'standby' } });
    expect((await fetch(`${url()}/healthz`)).status).toBe(200);
    const transaction = await fetch(`${url()}/_matrix/app/v1/transactions/1`, { method: 'PUT', body: '{}' });
    expect([transaction.status, transaction.headers.get('retry-after')]).toEqual([503, '5']);
    expect(((await transaction.json()) as { errcode: string }).errcode).toBe('M_UNKNOWN');
    acting = {
      routes: [Router().put('/_matrix/app/v1/transactions/1', (_request, response) => void response.json({}))],
    };
    expect((await fetch(`${url()}/_matrix/app/v1/transactions/1`, { method: 'PUT', body: '{}' })).status).toBe(200);
  });

  it('shows names and addresses to this machine only, and the reason to everybody', async () => {
    const reasons = [
      'homeserver: connect ECONNREFUSED 10.1.2.3:8008',
      'management room: #mods:example.org is not there; !abc:example.org neither, nor @heimdall:example.org',
      'Cannot use the PostgreSQL database heimdall at db.internal:5432: password authentication failed',
      'see https://matrix.internal/_matrix',
    ];
    standing = { state: 'acting', reasons };
    expect(await readyz()).toEqual({ status: 503, body: { status: 'not ready', reasons } });
    const far = JSON.stringify(await readyz({ 'X-Forwarded-For': '203.0.113.9' }));
    for (const name of ['10.1.2.3', 'example.org', 'mods', 'abc', 'db.internal', '5432', 'matrix.internal'])
      expect([name, far.includes(name)]).toEqual([name, false]);
    for (const reason of ['homeserver', 'ECONNREFUSED', 'management room', 'password authentication failed'])
      expect(far).toContain(reason);
  });

  it('answers from the last look for a while once ready, and looks again soon while not', async () => {
    const real = performance.now.bind(performance);
    let ahead = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => real() + ahead);
    try {
      standing = { state: 'acting', reasons: ['homeserver: not asked yet'] };
      expect((await readyz()).status).toBe(503);
      standing = { state: 'acting', reasons: [] };
      ahead += 50;
      expect((await readyz()).status).toBe(200);
      const looks = asked;
      ahead -= 50;
      expect((await readyz()).status).toBe(200);
      expect(asked).toBe(looks);
    } finally {
      clock.mockRestore();
    }
  });

  it('looks once for many who ask at the same time', async () => {
    let look: (standing: Standing) => void = () => undefined;
    looking = () => new Promise((resolve) => (look = resolve));
    let came = 0;
    server.on('request', () => (came += 1));
    const answers = Array.from({ length: 50 }, () => readyz());
    while (came < 50) await new Promise(setImmediate);
    look(standing);
    await Promise.all(answers);
    expect(asked).toBe(1);
  });
});

describe('the look at the ledger', () => {
  it('writes once for many looks, and says what is wrong without where', async () => {
    let pings = 0;
    const logged: string[] = [];
    const check = ledgerCheck(
      () => {
        pings += 1;
        return Promise.reject(new Error('Cannot use the ledger /secret/place'));
      },
      (error) => logged.push(error),
    );
    const answers = await Promise.all(Array.from({ length: 20 }, () => check()));
    expect([pings, new Set(answers.flat()).size]).toEqual([1, 1]);
    expect(answers[0]?.[0]).not.toContain('secret');
    expect(logged).toEqual(['Cannot use the ledger /secret/place']);
  });

  it('does not wait for a database that does not answer', async () => {
    expect(await ledgerCheck(() => new Promise<void>(() => undefined))()).toHaveLength(1);
  });
});
