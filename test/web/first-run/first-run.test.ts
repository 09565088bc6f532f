import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openFirstRun, type FirstRun } from '../../../src/web/first-run/server.js';
import { stepsOf, type Finding } from '../../../src/web/first-run/steps.js';
import { firstRunTextsIn } from '../../../src/web/first-run/texts.js';

const INSTALLATION = {
  configFile: '/etc/heimdall/config.yaml',
  registrationFile: '/etc/heimdall/registration.yaml',
  homeserverUrl: 'http://localhost:8008',
  botUserId: '@heimdall:example.org',
  managementRoom: '#watchtower:example.org',
};
const finding = (check: string, health: Finding['health']): Finding => ({ check, health, found: `${check} is so` });
const KNOWN = ['registration', 'homeserver', 'as_token'].map((check) => finding(check, 'ok'));

describe('the steps of a first run', () => {
  it('follow each other, with the commands to copy', () => {
    const states = (findings: readonly Finding[]) =>
      stepsOf(INSTALLATION, findings, firstRunTextsIn('en')).map(({ state }) => state);
    expect(states([])).toEqual(['missing', 'waits', 'waits', 'waits', 'waits']);
    expect(states([finding('registration', 'fail')])).toEqual(['missing', 'waits', 'waits', 'waits', 'waits']);
    expect(states([...KNOWN, finding('management room', 'warn')])).toEqual([
      'done',
      'missing',
      'waits',
      'waits',
      'waits',
    ]);
    const room = finding('management room', 'ok');
    expect(states([...KNOWN, room, finding('admin rights', 'ok'), finding('mail', 'skipped')])).toEqual([
      'done',
      'done',
      'done',
      'optional',
      'optional',
    ]);
    const text = JSON.stringify(stepsOf(INSTALLATION, [], firstRunTextsIn('en')));
    for (const part of [
      'heimdall register --config /etc/heimdall/config.yaml',
      '/etc/heimdall/registration.yaml',
      '/invite @heimdall:example.org',
      '#watchtower:example.org',
    ])
      expect(text).toContain(part);
  });
});

describe('the page of a first run', () => {
  let page: FirstRun;
  let now = 0;
  let asked = 0;
  let findings: Finding[] = [];
  beforeEach(async () => {
    [now, asked] = [0, 0];
    findings = [...KNOWN, { ...finding('management room', 'warn'), remedy: 'Make <b>it</b>.' }];
    page = await openFirstRun({
      installation: INSTALLATION,
      examine: () => {
        asked += 1;
        return Promise.resolve(findings);
      },
      clock: () => now,
    });
  });
  afterEach(() => page.close());

  const begin = async (): Promise<string> => {
    const response = await fetch(page.link, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/']);
    expect(response.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);
    return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  };
  const look = async (cookie: string, language = 'en') => {
    const response = await fetch(new URL('/', page.link), { headers: { cookie, 'accept-language': language } });
    return { status: response.status, text: await response.text(), headers: response.headers };
  };

  it('is on this machine, and opened by its link once', async () => {
    expect(page.link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/first-run\/[\w-]{22}$/);
    expect((await look('')).status).toBe(403);
    expect((await fetch(page.link.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')))).status).toBe(403);
    const cookie = await begin();
    expect((await look(cookie)).status).toBe(200);
    expect((await fetch(page.link, { redirect: 'manual' })).status).toBe(403);
    expect((await look('heimdall_first_run=guess')).status).toBe(403);
  });

  it('refuses those who come under another name', async () => {
    const status = await new Promise((resolve, reject) => {
      const { port, pathname } = new URL(page.link);
      request({ host: '127.0.0.1', port, path: pathname, headers: { host: `evil.test:${port}` } }, (response) =>
        resolve(response.statusCode),
      )
        .on('error', reject)
        .end();
    });
    expect(status).toBe(421);
    await begin();
  });

  it('speaks German to a browser that does, and marks the doctor’s answers as English', async () => {
    expect((await look('', 'de-AT,de;q=0.9')).text).toContain('Dieser Link wurde schon benutzt');
    const { text } = await look(await begin(), 'de-AT,de;q=0.9');
    expect(text).toContain('<html lang="de"');
    expect(text).toMatch(/Der Homeserver kennt Heimdall[^]*Erledigt[^]*Ein privater Raum[^]*Fehlt noch/);
    expect(text).not.toMatch(/Done|Still missing|Remedy/);
    expect(text).toContain('<td lang="en">management room is so</td>');
  });

  it('shows the doctor’s answers and tells when they are others, until all is there', async () => {
    const cookie = await begin();
    const first = await look(cookie);
    const mark = async () => (await fetch(new URL('/mark', page.link), { headers: { cookie } })).text();
    const shown = /data-mark="(\w+)"/.exec(first.text)?.[1];
    expect(await mark()).toBe(shown);
    expect(first.text).toContain('Make &lt;b>it&lt;/b>.');
    expect(first.text).toMatch(/The homeserver knows Heimdall[^]*Done[^]*A private room[^]*Still missing/);
    expect(first.headers.get('content-security-policy')).toMatch(/default-src 'none'/);
    findings = [...KNOWN, finding('management room', 'ok')];
    await look(cookie);
    expect(asked).toBe(1);
    now += 4_000;
    const { text } = await look(cookie);
    expect(asked).toBe(2);
    expect(text).toContain('Everything is there.');
    expect(await mark()).not.toBe(shown);
    expect((await fetch(new URL('/mark', page.link))).status).toBe(403);
  });
});
