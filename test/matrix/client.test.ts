import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHomeserver } from '../../src/matrix/client.js';
import { MatrixError, type Homeserver } from '../../src/matrix/types.js';
import { startStubHomeserver, type StubHomeserver } from '../support/stub-homeserver.js';

const TOKEN = 'as-token-that-must-not-leak';
const ADMIN_TOKEN = 'admin-token-that-must-not-leak';
const ROOM = '!room:stub.test';

let stub: StubHomeserver;
let homeserver: Homeserver;

beforeEach(async () => {
  stub = await startStubHomeserver();
  homeserver = createHomeserver({
    url: stub.url,
    serverName: 'stub.test',
    botLocalpart: 'heimdall',
    asToken: TOKEN,
    hsToken: 'hs',
    adminToken: ADMIN_TOKEN,
  });
  stub.setState(ROOM, 'm.room.create', '', { room_version: '11' });
});

afterEach(async () => {
  await homeserver.close();
  await stub.close();
});

async function errorOf(work: Promise<unknown>): Promise<MatrixError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(MatrixError);
  return error as MatrixError;
}

describe('the homeserver connection', () => {
  it('speaks with the appservice token, and with the admin token where the admin API is meant', async () => {
    await homeserver.whoami();
    await homeserver.isAdmin();
    expect(stub.requests.map((request) => request.authorization)).toEqual([`Bearer ${TOKEN}`, `Bearer ${ADMIN_TOKEN}`]);
  });

  it('registers the bot, and takes a bot that is there already for success', async () => {
    await homeserver.registerBot();
    await homeserver.registerBot();
    expect(stub.requests.map(({ path, body, status }) => ({ path, body, status }))).toEqual([
      {
        path: '/_matrix/client/v3/register',
        body: { type: 'm.login.application_service', username: 'heimdall', inhibit_login: true },
        status: 200,
      },
      {
        path: '/_matrix/client/v3/register',
        body: { type: 'm.login.application_service', username: 'heimdall', inhibit_login: true },
        status: 400,
      },
    ]);
  });

  it('keeps hostile ids inside their part of the path', async () => {
    const hostile = '@a/../b?c#d %2F:evil.test';
    await homeserver.reportUser(hostile, 'impersonation');
    await errorOf(
      homeserver
        .stateContent(ROOM, 'm.policy.rule.user', '..')
        .then((content) => content ?? Promise.reject(new MatrixError(404, 'M_NOT_FOUND', 'none'))),
    );
    expect(stub.requests[0]?.path).toBe(`/_matrix/client/v3/users/${hostile}/report`);
    expect(stub.requests[1]?.path).toBe(`/_matrix/client/v3/rooms/${ROOM}/state/m.policy.rule.user/..`);
  });

  it('reads back what it wrote', async () => {
    const eventId = await homeserver.sendState(ROOM, 'm.room.topic', '', { topic: 'Ünïcode ✓' });
    await homeserver.ban(ROOM, '@bad:evil.test', 'why');
    expect(eventId).toMatch(/^\$/);
    expect(await homeserver.stateContent(ROOM, 'm.room.topic')).toEqual({ topic: 'Ünïcode ✓' });
    expect(await homeserver.stateContent(ROOM, 'm.room.nothing')).toBeUndefined();
    expect((await homeserver.members(ROOM)).map((event) => [event.state_key, event.content])).toEqual([
      ['@bad:evil.test', { membership: 'ban', reason: 'why' }],
    ]);
  });

  it('does not take a state content with a key `errcode` for an error', async () => {
    stub.setState(ROOM, 'm.room.topic', '', { errcode: 'M_FORBIDDEN', error: 'fooled' });
    expect(await homeserver.stateContent(ROOM, 'm.room.topic')).toEqual({ errcode: 'M_FORBIDDEN', error: 'fooled' });
  });

  it('sends a message once for one transaction id', async () => {
    const first = await homeserver.sendEvent(ROOM, 'm.room.message', 'txn1', { body: 'hello' });
    const second = await homeserver.sendEvent(ROOM, 'm.room.message', 'txn1', { body: 'hello' });
    expect(second).toBe(first);
    expect(await homeserver.recentEvents(ROOM, 10)).toHaveLength(1);
  });

  it('tells a 429 with its Retry-After and does not try again by itself', async () => {
    stub.fault({ match: /ban$/, status: 429, retryAfter: '3', retryAfterMs: 2000, times: 5 });
    const error = await errorOf(homeserver.ban(ROOM, '@bad:evil.test'));
    expect(error).toMatchObject({ status: 429, errcode: 'M_LIMIT_EXCEEDED', retryAfterMs: 3000, transient: true });
    expect(stub.requests).toHaveLength(1);
  });

  it('rejects with a MatrixError that holds no token, whatever goes wrong', async () => {
    stub.fault({ match: /whoami/, status: 401, errcode: `M_${TOKEN}` });
    stub.fault({ match: /whoami/, status: 502 });
    stub.fault({ match: /whoami/, dropAfter: true });
    const errors = [
      await errorOf(homeserver.whoami()),
      await errorOf(homeserver.whoami()),
      await errorOf(homeserver.whoami()),
    ];
    await stub.close();
    errors.push(await errorOf(homeserver.whoami()), await errorOf(homeserver.isAdmin()));
    expect(errors.map((error) => error.status)).toEqual([401, 502, 0, 0, 0]);
    expect(errors.map((error) => error.transient)).toEqual([false, true, true, true, true]);
    for (const error of errors)
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error.cause)).not.toMatch(
        /must-not-leak/,
      );
  });

  it('says that a method of the admin API is not to be had, instead of failing', async () => {
    expect(await homeserver.isAdmin()).toBe(false);
  });

  it('names what an answer lacks', async () => {
    stub.setState(ROOM, 'm.room.topic', '', {});
    const error = await errorOf(homeserver.setDisplayName('Heimdall').then(() => homeserver.pingAppservice()));
    expect(error.status).toBe(404);
  });

  it('keeps two homeservers in one process apart', async () => {
    const other = await startStubHomeserver({ botUserId: '@heimdall:other.test' });
    const second = createHomeserver({
      url: other.url,
      serverName: 'other.test',
      botLocalpart: 'heimdall',
      asToken: 'other',
      adminToken: null,
    });
    expect(await second.whoami()).toBe('@heimdall:other.test');
    expect(await homeserver.whoami()).toBe('@heimdall:stub.test');
    await second.close();
    expect(await homeserver.whoami()).toBe('@heimdall:stub.test');
    await other.close();
  });
});
