import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { createReporterHomeserver, type ReporterHomeserver } from '../../src/reports/reporter-homeserver.js';
import { createReportRouter } from '../../src/reports/endpoints.js';
import type { IncomingReport } from '../../src/reports/report.js';
import { silentLogger } from '../../src/util/logger.js';
import { homeserverStub, listen, type Asked, type StubServer } from './stub.js';

const EVENT_PATH = '/_matrix/client/v3/rooms/!room%3Aexample.org/report/%24spam';
const USER_PATH = '/_matrix/client/v3/users/%40spammer%3Aevil.test/report';
const ROOM_PATH = '/_matrix/client/v3/rooms/!room%3Aexample.org/report';

let passedOn: Asked[];
let taken: IncomingReport[];
let log: string;
let now: number;
let ledgerWorks: boolean;
let homeserver: StubServer;
let door: StubServer;
let reporterHomeserver: ReporterHomeserver;

beforeEach(async () => {
  passedOn = [];
  taken = [];
  log = '';
  now = 1_000_000;
  ledgerWorks = true;
  homeserver = await homeserverStub(passedOn);
  reporterHomeserver = createReporterHomeserver(homeserver.url);
  door = await listen(
    createReportRouter({
      homeserver: reporterHomeserver,
      serverName: 'example.org',
      botUserId: '@heimdall:example.org',
      onReport: (report) => {
        if (!ledgerWorks) return Promise.reject(new Error('disk full'));
        taken.push(report);
        return Promise.resolve();
      },
      clock: () => now,
      logger: pino({ level: 'trace' }, { write: (line: string) => void (log += line) }),
    }),
  );
});
afterEach(async () => {
  await door.close();
  await reporterHomeserver.close();
  await homeserver.close();
});

const ALICE = { Authorization: 'Bearer alice-token' };
async function post(
  path: string,
  body: unknown = { reason: 'spam' },
  headers: Record<string, string> = ALICE,
  method = 'POST',
) {
  const payload = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  const response = await fetch(door.url + path, {
    method,
    headers,
    body: method === 'POST' ? (payload as BodyInit) : undefined,
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}
async function eventually(check: () => void): Promise<void> {
  for (let tries = 0; tries < 3_000; tries++) {
    try {
      return check();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  check();
}

describe('a report at our endpoints', () => {
  it('about an event is taken as a complaint about its sender, with the event but without what concerns the reporter', async () => {
    expect(await post(EVENT_PATH, { reason: 'spam', score: -100 })).toMatchObject({ status: 200, body: {} });
    expect(taken).toEqual([
      {
        key: expect.stringMatching(/^report:[0-9a-f]{64}$/),
        reporter: '@alice:example.org',
        subjectKind: 'user',
        subject: '@spammer:evil.test',
        roomId: '!room:example.org',
        eventId: '$spam',
        reason: 'spam',
        source: 'client',
        at: 1_000_000,
        event: {
          type: 'm.room.message',
          event_id: '$spam',
          room_id: '!room:example.org',
          sender: '@spammer:evil.test',
          origin_server_ts: 5,
          content: { body: 'Buy!' },
        },
        context: [
          expect.objectContaining({ event_id: '$before', sender: '@bob:example.org' }),
          expect.objectContaining({ event_id: '$after' }),
        ],
        profile: { displayName: 'Example Support', avatarUrl: null },
      },
    ]);
  });

  it('about a user is taken also when the user is remote, and about a room by its id', async () => {
    expect((await post(USER_PATH)).status).toBe(200);
    expect((await post(ROOM_PATH, { reason: '' })).status).toBe(200);
    expect(taken).toMatchObject([
      { subjectKind: 'user', subject: '@spammer:evil.test', reason: 'spam' },
      { subjectKind: 'room', subject: '!room:example.org', roomId: '!room:example.org', reason: '' },
    ]);
  });

  it('goes on to the homeserver with the reporter’s token, after it was taken', async () => {
    await post(EVENT_PATH, { reason: 'spam', score: -100, extra: 1 });
    await post(USER_PATH);
    await eventually(() => expect(passedOn).toHaveLength(2));
    expect(passedOn).toEqual([
      {
        method: 'POST',
        path: EVENT_PATH,
        authorization: 'Bearer alice-token',
        body: { reason: 'spam', score: -100, extra: 1 },
      },
      { method: 'POST', path: USER_PATH, authorization: 'Bearer alice-token', body: { reason: 'spam' } },
    ]);
  });

  it.each([
    '/_matrix/client/r0/rooms/!room%3Aexample.org/report/%24spam',
    '/_matrix/client/unstable/rooms/!room%3Aexample.org/report/%24spam',
    '/_matrix/client/unstable/org.matrix.msc4151/rooms/!room%3Aexample.org/report',
    '/_matrix/client/unstable/org.matrix.msc4260/users/%40spammer%3Aevil.test/report',
  ])('is taken from a client that knows %s', async (path) => {
    expect((await post(path)).status).toBe(200);
    expect(taken).toHaveLength(1);
  });

  it('may carry its token in the query, as old clients do', async () => {
    expect((await post(`${EVENT_PATH}?access_token=alice-token`, {}, {})).status).toBe(200);
    expect(taken[0]?.reporter).toBe('@alice:example.org');
  });

  it('has the same key when the client sends it again, and another one for other words or other people', async () => {
    for (const reason of ['spam', 'spam', 'scam']) await post(EVENT_PATH, { reason });
    const [first, again, other] = taken.map(({ key }) => key);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('of our own bot is passed on and opens nothing', async () => {
    expect((await post(USER_PATH, { reason: 'impostor' }, { Authorization: 'Bearer bot-token' })).status).toBe(200);
    await eventually(() => expect(passedOn).toHaveLength(1));
    expect(taken).toHaveLength(0);
  });
});

describe('a report that is refused', () => {
  const refused = async (status: number, errcode: string, ...request: Parameters<typeof post>) => {
    const answer = await post(...request);
    expect(answer).toMatchObject({ status, body: { errcode, error: expect.any(String) } });
    expect(taken).toEqual([]);
    expect(passedOn).toEqual([]);
    return answer;
  };

  it('has no token, an empty one, or one that nobody has', async () => {
    await refused(401, 'M_MISSING_TOKEN', EVENT_PATH, { reason: '' }, {});
    await refused(401, 'M_MISSING_TOKEN', EVENT_PATH, 'no json', {});
    await refused(401, 'M_MISSING_TOKEN', EVENT_PATH, {}, { Authorization: 'Basic abc' });
    await refused(401, 'M_UNKNOWN_TOKEN', EVENT_PATH, {}, { Authorization: 'Bearer wrong' });
    await refused(401, 'M_UNKNOWN_TOKEN', `${EVENT_PATH}?access_token=%0D%0AX%3A`, {}, {});
  });

  it('has a token that must be refreshed: the client is told so in the homeserver’s words', async () => {
    expect(
      (await refused(401, 'M_UNKNOWN_TOKEN', EVENT_PATH, {}, { Authorization: 'Bearer expired' })).body.soft_logout,
    ).toBe(true);
  });

  it('is a guest’s', async () => {
    await refused(403, 'M_GUEST_ACCESS_FORBIDDEN', EVENT_PATH, {}, { Authorization: 'Bearer guest-token' });
  });

  it('is not JSON, or JSON of another form', async () => {
    await refused(400, 'M_NOT_JSON', EVENT_PATH, '{"reason": ');
    await refused(400, 'M_NOT_JSON', EVENT_PATH, '');
    await refused(400, 'M_BAD_JSON', EVENT_PATH, '[]');
    await refused(400, 'M_BAD_JSON', EVENT_PATH, '"spam"');
    await refused(400, 'M_BAD_JSON', EVENT_PATH, { reason: 7 });
    await refused(400, 'M_BAD_JSON', EVENT_PATH, { score: 'bad' });
    await refused(400, 'M_BAD_JSON', USER_PATH, {});
    await refused(400, 'M_BAD_JSON', ROOM_PATH, { reason: null });
  });

  it('is too large', async () => {
    await refused(413, 'M_TOO_LARGE', EVENT_PATH, { reason: 'x'.repeat(70_000) });
  });

  it('is about an event that is not there, not in that room, or not for these eyes', async () => {
    await refused(404, 'M_NOT_FOUND', EVENT_PATH.replace('spam', 'other'));
    await refused(404, 'M_NOT_FOUND', EVENT_PATH.replace('!room', '!elsewhere'));
    await refused(404, 'M_NOT_FOUND', EVENT_PATH, {}, { Authorization: 'Bearer stranger-token' });
    await refused(404, 'M_NOT_FOUND', EVENT_PATH.replace('%24', ''));
  });

  it('is about a user or room whose id is none', async () => {
    await refused(404, 'M_NOT_FOUND', '/_matrix/client/v3/users/nobody/report');
    await refused(404, 'M_NOT_FOUND', '/_matrix/client/v3/users/%40a%00%3Ab.c/report');
    await refused(404, 'M_NOT_FOUND', '/_matrix/client/v3/rooms/%23alias%3Ab.c/report');
    await refused(400, 'M_INVALID_PARAM', '/_matrix/client/v3/users/%E0%A4%A/report');
  });

  it('comes while the homeserver is broken, gone, or asks to wait', async () => {
    await refused(502, 'M_UNKNOWN', EVENT_PATH, {}, { Authorization: 'Bearer broken' });
    const limited = await refused(429, 'M_LIMIT_EXCEEDED', EVENT_PATH, {}, { Authorization: 'Bearer slow-down' });
    expect(limited.body.retry_after_ms).toBe(7000);
    expect(limited.headers.get('retry-after')).toBe('7');
    await homeserver.close();
    await refused(502, 'M_UNKNOWN', EVENT_PATH);
  });

  it('comes while the ledger is out of reach: the client shall send it again', async () => {
    ledgerWorks = false;
    await refused(500, 'M_UNKNOWN', EVENT_PATH);
  });

  it('comes back to us from ourselves', async () => {
    await refused(508, 'M_UNKNOWN', EVENT_PATH, {}, { ...ALICE, 'x-heimdall-passed-on': '1' });
  });

  it('is not made with POST', async () => {
    await refused(405, 'M_UNRECOGNIZED', EVENT_PATH, undefined, ALICE, 'GET');
  });
});

describe('where nobody shall learn whether what is reported exists (MSC4277)', () => {
  it('every report of the right form is answered alike, a little later, and only what is there is taken', async () => {
    let waited = 0;
    const doorOfSilence = await listen(
      createReportRouter({
        homeserver: reporterHomeserver,
        serverName: 'example.org',
        botUserId: '@heimdall:example.org',
        onReport: (report) => Promise.resolve(void taken.push(report)),
        clock: () => now,
        logger: silentLogger,
        hideExistence: () => Promise.resolve(void (waited += 1)),
      }),
    );
    const ask = (path: string, body: unknown = { reason: 'x' }, headers: Record<string, string> = ALICE) =>
      fetch(doorOfSilence.url + path, { method: 'POST', headers, body: JSON.stringify(body) }).then(async (answer) => [
        answer.status,
        await answer.json(),
      ]);
    try {
      for (const path of [EVENT_PATH, EVENT_PATH.replace('spam', 'other'), EVENT_PATH.replace('!room', '!elsewhere')])
        expect(await ask(path)).toEqual([200, {}]);
      expect(taken).toMatchObject([{ eventId: '$spam' }]);
      expect(waited).toBe(3);
      const safety = (txnId: string, regarding: string) =>
        ask(`/_matrix/client/v1/safety/report/${txnId}`, { type: 'complaint', regarding, harm: 'm.spam.fraud' });
      expect(await safety('1', '$other')).toEqual([200, { report_id: expect.any(String) }]);
      expect(await safety('2', '#nowhere:example.org')).toEqual([200, { report_id: expect.any(String) }]);
      expect(taken).toHaveLength(1);
      expect((await ask(EVENT_PATH, { reason: 7 }))[0]).toBe(400);
      expect((await ask(EVENT_PATH, {}, {}))[0]).toBe(401);
    } finally {
      await doorOfSilence.close();
    }
  });
});

describe('the report endpoints', () => {
  it('answer a browser’s preflight, and let it read the answers', async () => {
    const response = await fetch(door.url + EVENT_PATH, { method: 'OPTIONS' });
    expect(response.status).toBe(200);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-headers')).toContain('Authorization');
    for (const path of [EVENT_PATH, USER_PATH, ROOM_PATH])
      for (const version of ['v3', 'r0', 'unstable']) {
        const answered = await post(path.replace('v3', version), { reason: `again ${version}` });
        expect([version, answered.status]).toEqual([version, 200]);
      }
    for (const path of [EVENT_PATH, '/_matrix/client/v3/users/%C0%80%ZZ/report'])
      expect((await post(path, {}, {})).headers.get('access-control-allow-origin')).toBe('*');
  });

  it('never log who reported, what they said, or their token', async () => {
    await post(EVENT_PATH, { reason: 'very private words' });
    ledgerWorks = false;
    await post(EVENT_PATH, { reason: 'very private words' });
    await post(EVENT_PATH, 'very private words');
    expect(log).toContain('report taken');
    for (const secret of ['alice', 'private', 'alice-token']) expect(log).not.toContain(secret);
  });

  it('take sixty reports of one person at once, and ask a flooder to wait', async () => {
    const burst = await Promise.all(Array.from({ length: 100 }, (_, index) => post(USER_PATH, { reason: `${index}` })));
    expect(burst.every(({ status }) => status === 200)).toBe(true);
    const flood = await post(USER_PATH);
    expect(flood).toMatchObject({ status: 429, body: { errcode: 'M_LIMIT_EXCEEDED', retry_after_ms: 1000 } });
    now += 1000;
    expect((await post(USER_PATH)).status).toBe(200);
  });

  it('ask the homeserver about no more made-up tokens of one address than it may, and hold nobody else back', async () => {
    const guess = (number: number, address: string) =>
      post(USER_PATH, undefined, { Authorization: `Bearer made-up-${number}`, 'X-Forwarded-For': address });
    const answers: number[] = [];
    for (let number = 0; number < 60; number += 1) answers.push((await guess(number, '203.0.113.7')).status);
    const asked = homeserver.asked.filter(({ path }) => path.endsWith('/whoami')).length;
    expect(asked).toBeLessThanOrEqual(20);
    expect(answers.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 401));
    expect(answers.slice(-10)).toEqual(Array.from({ length: 10 }, () => 429));
    expect((await guess(100, '203.0.113.8')).status).toBe(401);
    expect((await post(USER_PATH)).status).toBe(200);
    // and whose token is known is not held back by a neighbour
    expect((await post(USER_PATH, undefined, { ...ALICE, 'X-Forwarded-For': '203.0.113.7' })).status).toBe(200);
  });
});
