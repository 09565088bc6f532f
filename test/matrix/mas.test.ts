import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkMas } from '../../src/cli/doctor/homeserver.js';
import type { Config } from '../../src/config/types.js';
import { lockHandler, type AccountDeps } from '../../src/enforcement/handlers/account.js';
import { createHomeserver } from '../../src/matrix/client.js';
import { createMas, MAS_REFUSED } from '../../src/matrix/mas.js';
import { MatrixError, type Homeserver } from '../../src/matrix/types.js';
import type { ActionRecord } from '../../src/store/records/actions.js';

/** Answers as Matrix Authentication Service 1.x gives them (its documentation, "Admin API" and openapi). */
const SECRET = 'a secret: with=signs';
const ID = '01J2KDPHTZYW3TAT1SKVAD63SQ';

interface Asked {
  what: string;
  authorization: string;
  body: string;
}

let server: Server;
let url: string;
let asked: Asked[];
let users: Map<string, { admin: boolean; locked_at: string | null; deactivated_at: string | null }>;
/** tokens that are good */
let tokens: Set<string>;
let grants: boolean;

const userJson = (name: string) => ({
  data: {
    type: 'user',
    id: ID,
    attributes: { username: name, created_at: '2026-07-12T12:11:46.911578Z', ...users.get(name) },
    links: { self: `/api/admin/v1/users/${ID}` },
  },
  links: { self: `/api/admin/v1/users/${ID}` },
});
const errors = (title: string) => ({ errors: [{ title }] });

function answer(request: IncomingMessage, body: string): [number, unknown] {
  const authorization = request.headers.authorization ?? '';
  const [, , , , , , area = '', name = ''] = (request.url ?? '').split('/').map(decodeURIComponent);
  asked.push({ what: `${request.method} ${decodeURIComponent(request.url ?? '')}`, authorization, body });
  if (request.url === '/auth/oauth2/token') {
    const pair = `${encodeURIComponent('heimdall')}:${encodeURIComponent(SECRET)}`;
    if (authorization !== `Basic ${Buffer.from(pair).toString('base64')}`) return [401, { error: 'invalid_client' }];
    if (!grants) return [403, { error: 'access_denied', error_description: 'denied by the policy' }];
    const token = `mat_${tokens.size}`;
    tokens.add(token);
    return [200, { access_token: token, token_type: 'Bearer', expires_in: 300, scope: 'urn:mas:admin' }];
  }
  // a homeserver under MAS knows no such admin path
  if (!(request.url ?? '').startsWith('/auth/')) return [404, { errcode: 'M_UNRECOGNIZED', error: 'Unrecognized' }];
  if (!tokens.has(authorization.replace('Bearer ', ''))) return [401, errors('Invalid token')];
  if (area === 'by-username') return users.has(name) ? [200, userJson(name)] : [404, errors(`User ${name} not found`)];
  const user = [...users.values()][0]!;
  if (area === ID && name === 'lock') user.locked_at = '2026-11-29T10:00:00Z';
  else if (area === ID && name === 'unlock') user.locked_at = null;
  else if (area === ID && name === 'deactivate') user.deactivated_at = '2026-11-29T10:00:00Z';
  else return [404, errors('not found')];
  return [200, userJson([...users.keys()][0]!)];
}

beforeEach(async () => {
  [asked, tokens, grants] = [[], new Set(), true];
  users = new Map([['ka/te', { admin: false, locked_at: null, deactivated_at: null }]]);
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const [status, found] = answer(request, body);
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(found));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())));

const open = (clientSecret = SECRET) => createMas({ url: `${url}/auth/`, clientId: 'heimdall', clientSecret });

/** Our homeserver with its accounts at MAS, and what a handler needs of the rest. */
function underMas(): { homeserver: Homeserver; parts: AccountDeps } {
  const homeserver = createHomeserver({
    url,
    serverName: 'example.org',
    botLocalpart: 'heimdall',
    asToken: 'as',
    adminToken: null,
    mas: { url: `${url}/auth`, clientId: 'heimdall', clientSecret: SECRET },
  });
  return { homeserver, parts: { homeserver, policy: { match: () => null } } as unknown as AccountDeps };
}
const lockAction = (userId: string) => ({ payload: { userId }, attempts: 0 }) as unknown as ActionRecord;
const attempt = { mayHaveBeenSent: false };

describe('Matrix Authentication Service', () => {
  it('is asked with a token by client credentials, which serves until its end', async () => {
    const mas = open();
    expect(await mas.account('ka/te')).toEqual({ admin: false, locked: false, deactivated: false });
    await mas.setLocked('ka/te', true);
    expect(await mas.account('ka/te')).toMatchObject({ locked: true });
    await mas.setLocked('ka/te', false);
    await mas.deactivate('ka/te');
    expect(await mas.account('ka/te')).toEqual({ admin: false, locked: false, deactivated: true });
    expect(await mas.account('nobody')).toBeUndefined();
    const requests = asked.filter(({ what }) => what.startsWith('POST'));
    expect(requests.map(({ what }) => what)).toEqual([
      'POST /auth/oauth2/token',
      ...['lock', 'unlock', 'deactivate'].map((verb) => `POST /auth/api/admin/v1/users/${ID}/${verb}`),
    ]);
    expect(requests[0]?.body).toBe('grant_type=client_credentials&scope=urn%3Amas%3Aadmin');
    // what somebody wrote stays: evidence, and other people's conversations
    expect(requests[3]?.body).toBe('{"skip_erase":true}');
    await mas.close();
  });

  it('gets a new token when the one it had is revoked', async () => {
    const mas = open();
    await mas.account('ka/te');
    tokens = new Set(['other', 'than']);
    expect(await mas.account('ka/te')).toMatchObject({ locked: false });
    await mas.close();
  });

  it('says what is wrong when the client or its right is missing, without its secret', async () => {
    const stranger = open('wrong secret');
    const refused = await stranger.account('ka/te').catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(MatrixError);
    expect(refused).toMatchObject({ errcode: MAS_REFUSED, message: expect.stringContaining('mas.client_id') });
    expect(String((refused as MatrixError).message)).not.toContain('wrong secret');
    grants = false;
    const mas = open();
    await expect(mas.account('ka/te')).rejects.toMatchObject({
      errcode: MAS_REFUSED,
      message: expect.stringContaining('policy.data.admin_clients'),
    });
    await Promise.all([stranger.close(), mas.close()]);
  });

  it('locks in the homeserver’s stead, but never an admin of it nor somebody elsewhere', async () => {
    const { homeserver, parts } = underMas();
    const lock = lockHandler(parts);
    const perform = (userId: string) => lock.perform(lockAction(userId), attempt);
    expect(await perform('@ka/te:example.org')).toMatchObject({ state: 'done', result: { effect: 'locked' } });
    expect(await perform('@ka/te:example.org')).toMatchObject({ state: 'done', result: { effect: 'held' } });
    expect(await perform('@ka/te:elsewhere.org')).toMatchObject({ state: 'refused' });
    expect(await perform('@nobody:example.org')).toMatchObject({ state: 'failed' });
    users.set('ka/te', { admin: true, locked_at: null, deactivated_at: null });
    expect(await perform('@ka/te:example.org')).toMatchObject({ state: 'refused' });
    expect(users.get('ka/te')?.locked_at).toBeNull();
    await homeserver.close();
  });

  it('and where there is neither it nor another way, says so', async () => {
    const homeserver = createHomeserver({
      url,
      serverName: 'example.org',
      botLocalpart: 'heimdall',
      asToken: 'as',
      adminToken: null,
    });
    const parts = { homeserver, policy: { match: () => null } } as unknown as AccountDeps;
    const end = await lockHandler(parts).perform(lockAction('@ka/te:example.org'), attempt);
    expect(end).toMatchObject({ state: 'failed', error: expect.stringContaining('set mas in the configuration') });
    await homeserver.close();
  });

  it('is looked at by doctor', async () => {
    const config = { mas: { url, client_id: 'heimdall', client_secret: SECRET } } as Config;
    const { homeserver } = underMas();
    expect(await checkMas(homeserver, config)).toMatchObject([{ check: 'mas', health: 'ok' }]);
    await homeserver.close();
    grants = false;
    const refused = underMas();
    expect(await checkMas(refused.homeserver, config)).toMatchObject([
      { health: 'fail', found: expect.stringContaining('admin_clients'), remedy: expect.any(String) },
    ]);
    expect(await checkMas(refused.homeserver, { ...config, mas: null })).toEqual([]);
    await refused.homeserver.close();
  });
});
