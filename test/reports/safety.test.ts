import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { createReportRouter } from '../../src/reports/endpoints.js';
import type { IncomingReport } from '../../src/reports/report.js';
import { createReporterHomeserver, type ReporterHomeserver } from '../../src/reports/reporter-homeserver.js';
import { homeserverStub, listen, type Asked, type StubServer } from './stub.js';
import { sleep, waitFor } from '../../sandbox/wait.js';

const UNSTABLE = '/_matrix/client/unstable/org.matrix.msc4457/safety/report/';
const STABLE = '/_matrix/client/v1/safety/report/';

let passedOn: Asked[];
let taken: IncomingReport[];
let homeserver: StubServer;
let door: StubServer;
let reporterHomeserver: ReporterHomeserver;
let now: number;

beforeEach(async () => {
  passedOn = [];
  taken = [];
  now = 1_000_000;
  homeserver = await homeserverStub(passedOn);
  reporterHomeserver = createReporterHomeserver(homeserver.url);
  door = await listen(
    createReportRouter({
      homeserver: reporterHomeserver,
      serverName: 'example.org',
      botUserId: '@heimdall:example.org',
      onReport: (report) => {
        taken.push(report);
        return Promise.resolve();
      },
      clock: () => now,
      logger: pino({ level: 'silent' }),
    }),
  );
});
afterEach(async () => {
  await door.close();
  await reporterHomeserver.close();
  await homeserver.close();
});

const complaint = (over: Record<string, unknown> = {}) => ({
  type: 'complaint',
  regarding: '@spammer:evil.test',
  harm: 'm.spam.impersonation',
  description: 'plays our support',
  ...over,
});
async function post(path: string, body: unknown, token = 'alice-token') {
  const response = await fetch(door.url + path, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}` },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return {
    status: response.status,
    cors: response.headers.get('access-control-allow-origin'),
    body: (await response.json()) as Record<string, unknown>,
  };
}

describe('a report by MSC4457', () => {
  it.each([UNSTABLE, STABLE])('is taken at %s, with the harm before its words', async (path) => {
    const answer = await post(`${path}txn1`, complaint());
    expect(answer).toMatchObject({ status: 200, cors: '*', body: { report_id: expect.stringMatching(/^[\w-]{8,}$/) } });
    expect(taken).toMatchObject([
      {
        subjectKind: 'user',
        subject: '@spammer:evil.test',
        reason: 'm.spam.impersonation: plays our support',
        transaction: 'txn1',
      },
    ]);
  });

  it('has the same id when its transaction comes again, another one for another transaction or person', async () => {
    const ids = [];
    for (const [txn, token] of [['a'], ['a'], ['b'], ['a', 'stranger-token']] as [string, string?][])
      ids.push((await post(UNSTABLE + txn, complaint(), token)).body.report_id);
    expect(ids[1]).toBe(ids[0]);
    expect(new Set(ids).size).toBe(3);
    expect(String(ids[0])).not.toContain('alice');
  });

  it.each([
    ['@spammer:evil.test', 'user', '@spammer:evil.test', '/users/%40spammer%3Aevil.test/report'],
    ['!room:example.org', 'room', '!room:example.org', '/rooms/!room%3Aexample.org/report'],
    ['#bazaar:example.org', 'room', '!room:example.org', '/rooms/!room%3Aexample.org/report'],
    ['$spam', 'user', '@spammer:evil.test', '/rooms/!room%3Aexample.org/report/%24spam'],
    ['server:Evil.test:8448', 'server', 'evil.test:8448', undefined],
    ['mxc://evil.test/AbC_1', 'media', 'mxc://evil.test/AbC_1', undefined],
    ['m.system', 'server', 'example.org', undefined],
  ])('may be about %s', async (regarding, subjectKind, subject, path) => {
    expect((await post(`${UNSTABLE}t`, complaint({ regarding }))).status).toBe(200);
    expect(taken).toMatchObject([{ subjectKind, subject }]);
    if (path === undefined) await sleep(50);
    else await waitFor(() => passedOn.length > 0);
    expect(passedOn.map((asked) => asked.path)).toEqual(path === undefined ? [] : [`/_matrix/client/v3${path}`]);
  });

  it('brings the event, what stands around it, and who its sender is there', async () => {
    await post(`${UNSTABLE}t`, complaint({ regarding: '$spam' }));
    expect(taken[0]).toMatchObject({
      roomId: '!room:example.org',
      eventId: '$spam',
      event: { content: { body: 'Buy!' } },
      context: [{ event_id: '$before' }, { event_id: '$after' }],
      profile: { displayName: 'Example Support', avatarUrl: null },
    });
  });

  it('is passed on in the words of the older endpoint', async () => {
    await post(`${UNSTABLE}t`, complaint({ harm: 'org.matrix.msc4456.spam.fraud', description: undefined }));
    await waitFor(() => passedOn.length > 0);
    expect(passedOn[0]?.body).toEqual({ reason: 'org.matrix.msc4456.spam.fraud' });
  });

  it('may be a guest’s', async () => {
    expect((await post(`${UNSTABLE}t`, complaint(), 'guest-token')).status).toBe(200);
  });

  it.each<[number, string, Record<string, unknown>]>([
    [400, 'M_INVALID_PARAM', { type: 'appeal' }],
    [400, 'M_INVALID_PARAM', { harm: 'm.nonsense' }],
    [400, 'M_INVALID_PARAM', { harm: 'org.example.custom' }],
    [400, 'M_INVALID_PARAM', { harm: '__proto__' }],
    [400, 'M_BAD_JSON', { type: undefined }],
    [400, 'M_BAD_JSON', { harm: 7 }],
    [400, 'M_BAD_JSON', { regarding: undefined }],
    [400, 'M_BAD_JSON', { description: '  ' }],
    [400, 'M_BAD_JSON', { description: 'ß'.repeat(513) }],
    [400, 'M_BAD_JSON', { harm: 'm.spam', description: undefined }],
    [400, 'M_BAD_JSON', { harm: 'm.other', description: undefined }],
    [404, 'M_NOT_FOUND', { regarding: '$unseen' }],
    [404, 'M_NOT_FOUND', { regarding: '#nowhere:example.org' }],
    [404, 'M_NOT_FOUND', { regarding: 'evil.test' }],
    [404, 'M_NOT_FOUND', { regarding: 'server:not a server' }],
    [404, 'M_NOT_FOUND', { regarding: 'mxc://evil.test/../x' }],
    [404, 'M_NOT_FOUND', { regarding: '@a\u0000:b.c' }],
  ])('is refused with %i %s: %p', async (status, errcode, over) => {
    expect(await post(`${UNSTABLE}t`, complaint(over))).toMatchObject({ status, body: { errcode } });
    expect(taken).toEqual([]);
    expect(passedOn).toEqual([]);
  });

  it('holds 1,024 bytes of words', async () => {
    expect((await post(`${UNSTABLE}t`, complaint({ description: 'ß'.repeat(512) }))).status).toBe(200);
  });
});

describe('tokens', () => {
  it('are asked about once a minute, and once for requests that come together', async () => {
    const asked = () => homeserver.asked.filter(({ path }) => path.endsWith('/whoami')).length;
    await Promise.all(Array.from({ length: 20 }, (_, index) => post(`${UNSTABLE}${index}`, complaint())));
    await post(`${UNSTABLE}again`, complaint());
    expect(asked()).toBe(1);
    now += 61_000;
    await post(`${UNSTABLE}later`, complaint());
    expect(asked()).toBe(2);
  });

  it('that are none cost the homeserver one question in five seconds', async () => {
    for (let tries = 0; tries < 10; tries++)
      expect((await post(`${UNSTABLE}t`, complaint(), 'wrong')).body.errcode).toBe('M_UNKNOWN_TOKEN');
    expect(homeserver.asked).toHaveLength(1);
  });
});
