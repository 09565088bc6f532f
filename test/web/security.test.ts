import { connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pino from 'pino';
import { packageRoot } from '../../src/util/package-root.js';
import { issueAppealLink, newToken, sameSecret } from '../../src/web/pages/tokens.js';
import { form, MODERATOR, setting, type Setting } from './setting.js';

/** Each line of docs/understand/threats-web.md that is not tested elsewhere. */

let site: Setting;
let log: string;
beforeEach(async () => {
  log = '';
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log += chunk.toString();
      done();
    },
  });
  site = await setting({
    logger: pino({ level: 'trace' }, sink),
    patience: { requestTimeout: 300, headersTimeout: 200, connectionsCheckingInterval: 50 },
  });
});
afterEach(() => site.close());

const STATE_CHANGING = [
  '/do',
  '/bulk',
  '/filters',
  '/filters/remove',
  '/rules',
  '/rules/try',
  '/lists/preview',
  '/protections/simulate',
  '/cases/1/note',
  '/sign-out',
];
const DESK = [
  '/cases',
  '/cases/1',
  '/cases/1/person',
  '/cases/1/server',
  '/rooms',
  '/lists',
  '/rules',
  '/protections',
  '/mail',
  '/audit',
  '/figures',
  '/live',
];
const NOTICE = { what: 'm.spam', who: '@t:evil.test', why: 'It asked for my key', faith: 'yes' };

async function post(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  const request = form(fields);
  return fetch(site.url + path, { ...request, redirect: 'manual', headers: { ...request.headers, ...headers } });
}

describe('a form of another site', () => {
  it.each(STATE_CHANGING)('is refused at %s', async (at) => {
    const id = await site.finding('@sеrver:example.org', 'Example (Official Account)');
    const cookie = await site.signIn();
    const fields = {
      command: `ban case ${id}`,
      confirmed: 'yes',
      name: 'x',
      query: '',
      weights: 'generic: 1',
      note: 'x',
      list: '#l:x',
    };
    expect((await post(at, fields, { cookie })).status).toBe(403);
    const csrf = await site.csrf(cookie);
    expect((await post(at, { ...fields, csrf }, { cookie, origin: 'https://evil.test' })).status).toBe(403);
    expect(site.executed).toEqual([]);
    expect(await site.ledger.savedFilters(MODERATOR)).toEqual([]);
    // nor is the session gone
    expect((await fetch(`${site.url}/cases`, { headers: { cookie } })).status).toBe(200);
  });

  it('is looked for at every address that takes one', () => {
    const folder = path.join(packageRoot(), 'src/web/pages/routes');
    const taken = readdirSync(folder).flatMap((file) =>
      [...readFileSync(path.join(folder, file), 'utf8').matchAll(/\.post\(\s*'([^']+)'/g)].map(([, at = '']) => at),
    );
    // these have no session: a link or a receipt in the address says who may, and anybody may report
    const open = ['/notice', '/appeal/:token', '/sign-in/:token'];
    expect(taken.map((at) => at.replace(':id', '1')).sort()).toEqual([...STATE_CHANGING, ...open].sort());
  });

  it('cannot use the token of another session', async () => {
    const [mine, theirs] = [await site.signIn(), await site.signIn()];
    const csrf = await site.csrf(theirs);
    expect((await post('/do', { csrf, command: 'ban case 1' }, { cookie: mine })).status).toBe(403);
  });

  it('has nothing to be tempted by: no GET changes anything', async () => {
    const id = await site.finding('@sеrver:example.org', 'Example (Official Account)');
    const cookie = await site.signIn();
    for (const path of ['/do', '/bulk', '/filters', '/sign-out'])
      expect(
        (await fetch(`${site.url}${path}?command=ban%20case%20${id}&confirmed=yes`, { headers: { cookie } })).status,
      ).toBe(404);
    expect(site.executed).toEqual([]);
  });
});

describe('every answer', () => {
  it('forbids frames, scripts in pages, sniffing, referrers and caches', async () => {
    const cookie = await site.signIn();
    for (const path of [
      '/',
      '/check',
      '/notice',
      '/nothing',
      '/case/x',
      '/api/v1/check?id=x',
      '/transparency.json',
      ...DESK.slice(0, -1),
    ]) {
      const { headers } = await fetch(site.url + path, { headers: { cookie } });
      expect([
        path,
        headers.get('x-frame-options'),
        headers.get('x-content-type-options'),
        headers.get('referrer-policy'),
        headers.get('cache-control'),
      ]).toEqual([path, 'DENY', 'nosniff', 'no-referrer', 'no-store']);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toMatch(/default-src 'none'.*form-action 'self'.*base-uri 'none'.*frame-ancestors 'none'/);
      expect(policy).not.toMatch(/unsafe|\*|data:|https?:/);
    }
  });

  it('is of a page without a handler or style in a tag', async () => {
    await site.finding('@sеrver:example.org', 'Example (Official Account)');
    const cookie = await site.signIn();
    for (const path of ['/', '/check?id=%40a%3Ab.c', '/notice', ...DESK.slice(0, -1)])
      expect([path, await (await fetch(site.url + path, { headers: { cookie } })).text()]).toEqual([
        path,
        expect.not.stringMatching(/\son[a-z]+=|\sstyle=|javascript:|<script(?! src="\/live\.js")/i),
      ]);
  });
});

describe('a session', () => {
  it('cannot be planted: a cookie that was there before is never the one that is signed in', async () => {
    const planted = `heimdall_session=${newToken()}`;
    const { pathname } = new URL(await site.pages.signInLink(MODERATOR));
    const response = await fetch(site.url + pathname, { redirect: 'manual', headers: { cookie: planted } });
    expect(response.headers.get('set-cookie')).not.toContain(planted.split('=')[1]);
    expect((await fetch(`${site.url}/cases`, { headers: { cookie: planted } })).status).toBe(403);
  });

  it('is marked Secure behind https, and asks browsers to stay there', async () => {
    await site.close();
    site = await setting({ publicUrl: 'https://official.example.org' });
    const { pathname } = new URL(await site.pages.signInLink(MODERATOR));
    const response = await fetch(site.url + pathname, { redirect: 'manual' });
    expect(response.headers.get('set-cookie')).toMatch(/HttpOnly; Secure; SameSite=Strict/);
    expect(response.headers.get('strict-transport-security')).toContain('max-age=');
  });

  it('ends in the middle of what it does when its owner may not command any more', async () => {
    const id = await site.finding('@sеrver:example.org', 'Example (Official Account)');
    const cookie = await site.signIn();
    const csrf = await site.csrf(cookie);
    const stream = await fetch(`${site.url}/live`, { headers: { cookie } });
    expect(stream.status).toBe(200);
    const reader = stream.body?.getReader();
    site.moderators.clear();
    for (const path of DESK)
      expect([path, (await fetch(site.url + path, { headers: { cookie } })).status]).toEqual([path, 403]);
    expect((await post('/do', { csrf, command: `ban case ${id}`, confirmed: 'yes' }, { cookie })).status).toBe(403);
    expect(site.executed).toEqual([]);
    for (;;) if ((await reader?.read())?.done !== false) break;
  });

  it('is signed in by one of two who use its link at once', async () => {
    const { pathname } = new URL(await site.pages.signInLink(MODERATOR));
    const both = await Promise.all([1, 2, 3, 4].map(() => fetch(site.url + pathname, { redirect: 'manual' })));
    expect(both.map(({ status }) => status).sort()).toEqual([303, 403, 403, 403]);
  });
});

describe('a token', () => {
  it('has 128 bits, and opens only what it was made for', async () => {
    expect(Buffer.from(newToken(), 'base64url')).toHaveLength(16);
    const id = await site.finding('@sеrver:example.org', 'Example (Official Account)');
    const clock = () => Date.UTC(2026, 10, 29, 12);
    const appeal = (await issueAppealLink(site.ledger, clock, site.url, id)).split('/').at(-1) ?? '';
    const link = (await site.pages.signInLink(MODERATOR)).split('/').at(-1) ?? '';
    for (const path of [`/case/${appeal}`, `/sign-in/${appeal}`, `/case/${link}`, `/appeal/${link}`])
      expect([404, 403]).toContain((await fetch(site.url + path, { redirect: 'manual' })).status);
    expect((await fetch(`${site.url}/cases`, { headers: { cookie: `heimdall_session=${link}` } })).status).toBe(403);
    expect((await fetch(`${site.url}/cases`, { headers: { cookie: `heimdall_session=${appeal}` } })).status).toBe(403);
  });

  it('is compared as a whole, whatever its length', () => {
    expect(sameSecret('abc', 'abc')).toBe(true);
    for (const other of ['', 'ab', 'abd', 'abcd']) expect(sameSecret('abc', other)).toBe(false);
  });

  it('is nothing that one may try again and again', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 61; n++) statuses.push((await fetch(`${site.url}/case/${newToken()}`)).status);
    expect(new Set(statuses.slice(0, 60))).toEqual(new Set([404]));
    expect(statuses[60]).toBe(429);
    site.moveClock(60_001);
    expect((await fetch(`${site.url}/case/${newToken()}`)).status).toBe(404);
  });
});

describe('a number of a case', () => {
  it('tells nobody outside anything: receipts show the state of their own report alone', async () => {
    await site.finding('@sеrver:example.org', 'Example (Official Account)');
    const text = await (await post('/notice', NOTICE)).text();
    const link = new URL(/http[^"<]+\/case\/[\w-]+/.exec(text)?.[0] ?? '');
    const page = await (await fetch(site.url + link.pathname)).text();
    expect(page).not.toMatch(/evil\.test|Case \d|@mod|@server/);
    for (const guess of ['1', '2', '0001']) expect((await fetch(`${site.url}/case/${guess}`)).status).toBe(404);
  });
});

describe('load', () => {
  it('of slow requests is cut off', async () => {
    const { port } = site.pages.server.address() as AddressInfo;
    for (const beginning of [
      'POST /notice HTTP/1.1\r\nHost: x\r\n',
      'POST /notice HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nwho=',
    ]) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined).resume();
      socket.write(beginning);
      await once(socket, 'close');
    }
  });

  it('of huge forms and of too many fields is refused', async () => {
    expect((await post('/notice', { ...NOTICE, why: 'x'.repeat(100_000) })).status).toBe(413);
    const many = Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`f${n}`, '']));
    expect((await post('/notice', many)).status).toBe(413);
    const body = JSON.stringify({ ...NOTICE });
    const json = await fetch(`${site.url}/notice`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(json.status).toBe(400);
    expect(await site.ledger.cases({})).toEqual([]);
  });

  it('of many addresses together is bounded too', async () => {
    const statuses = new Set<number>();
    for (let n = 0; n < 301; n++) {
      const { status } = await post(
        '/notice',
        { ...NOTICE, who: `@t${n}:evil.test` },
        { 'x-forwarded-for': `198.51.${n >> 8}.${n & 255}` },
      );
      statuses.add(status);
      if (n < 300 && status !== 201) throw new Error(`refused after ${n}`);
    }
    expect(statuses).toEqual(new Set([201, 429]));
  }, 60_000);
});

describe('the log', () => {
  it('holds no person, token or word of a report, also when something fails', async () => {
    const cookie = await site.signIn();
    await post('/notice', { ...NOTICE, mail: 'carl@example.net', name: 'Carl' });
    await site.ledger.close();
    for (const path of ['/check?id=%40secret%3Aevil.test', '/case/SECRETTOKEN', '/cases?text=secret', '/transparency'])
      await fetch(site.url + path, { headers: { cookie } });
    expect(log).toContain('page failed');
    expect(log).not.toMatch(/secret|carl|evil\.test|asked for my key|heimdall_session/i);
  });
});
