import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { form, MODERATOR, setting, type Setting } from './setting.js';

let site: Setting;
beforeEach(async () => void (site = await setting()));
afterEach(() => site.close());

const PAGES = ['/cases', '/rooms', '/lists', '/rules', '/protections', '/mail', '/audit', '/figures'];

describe('signing in', () => {
  it('takes a link once, and not after ten minutes', async () => {
    const { pathname } = new URL(await site.pages.signInLink(MODERATOR));
    const first = await fetch(site.url + pathname, { redirect: 'manual' });
    expect(first.status).toBe(303);
    expect(first.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/);
    expect((await fetch(site.url + pathname, { redirect: 'manual' })).status).toBe(403);
    const late = new URL(await site.pages.signInLink(MODERATOR)).pathname;
    site.moveClock(10 * 60_000 + 1);
    expect((await fetch(site.url + late, { redirect: 'manual' })).status).toBe(403);
  });

  it('is not used up by a program that looks at links in messages', async () => {
    const { pathname } = new URL(await site.pages.signInLink(MODERATOR));
    const preview = await fetch(site.url + pathname, {
      redirect: 'manual',
      headers: { 'user-agent': 'Synapse (bot; +https://github.com/matrix-org/synapse)' },
    });
    expect([preview.status, preview.headers.get('set-cookie')]).toEqual([200, null]);
    expect(await preview.text()).toContain('Sign in');
    expect((await fetch(site.url + pathname, { redirect: 'manual' })).status).toBe(303);
  });

  it('opens nothing to strangers, and ends when the person may not command any more or after twelve hours', async () => {
    for (const page of PAGES) expect((await fetch(site.url + page)).status).toBe(403);
    expect((await fetch(`${site.url}/cases`, { headers: { cookie: 'heimdall_session=guess' } })).status).toBe(403);
    const cookie = await site.signIn();
    for (const page of PAGES)
      expect([page, (await fetch(site.url + page, { headers: { cookie } })).status]).toEqual([page, 200]);
    site.moderators.clear();
    expect((await fetch(`${site.url}/cases`, { headers: { cookie } })).status).toBe(403);
    site.moderators.add(MODERATOR);
    site.moveClock(12 * 3_600_000 + 1);
    expect((await fetch(`${site.url}/cases`, { headers: { cookie } })).status).toBe(403);
  });

  it('keeps only hashes of what it hands out', async () => {
    const link = await site.pages.signInLink(MODERATOR);
    const token = link.split('/').at(-1) ?? '';
    expect(await site.ledger.webToken(token, 0)).toBeUndefined();
  });

  it('ends by signing out', async () => {
    const cookie = await site.signIn();
    const csrf = await site.csrf(cookie);
    const out = form({ csrf });
    await fetch(`${site.url}/sign-out`, { ...out, headers: { ...out.headers, cookie } });
    expect((await fetch(`${site.url}/cases`, { headers: { cookie } })).status).toBe(403);
  });
});

describe('cases', () => {
  it('are listed, found, and shown beside the official account with their disguise', async () => {
    const id = await site.finding('@sеrver:example.org', 'Example (Official Account)');
    await site.finding('@other:evil.test', 'Exаmple (Official Account)');
    const cookie = await site.signIn();
    const page = async (path: string) => (await fetch(site.url + path, { headers: { cookie } })).text();
    expect(await page('/cases')).toContain('2 cases');
    expect(await page('/cases?text=EVIL.test')).toContain('1 case<');
    expect(await page('/cases?text=%25')).toContain('0 cases');
    expect(await page('/cases?state=dismissed')).toContain('0 cases');
    const text = await page(`/cases/${id}`);
    expect(text).toContain('@server:example.org');
    expect(text).toContain('U+0435');
    expect((await fetch(`${site.url}/cases/99999`, { headers: { cookie } })).status).toBe(404);
    expect((await fetch(`${site.url}/cases/1%20or%201`, { headers: { cookie } })).status).toBe(404);
  });

  it('are filtered by the room where they were seen, and by who took them', async () => {
    await site.close();
    site = await setting({
      rooms: [
        { roomId: '!lobby:x', name: 'Lobby', canonicalAlias: '#lobby:x', members: new Map() },
        { roomId: '!hall:x', name: 'Hall', canonicalAlias: null, members: new Map() },
      ],
    });
    site.moderators.add('@tyr:example.org');
    const cookie = await site.signIn();
    const lobby = await site.finding('@a:evil.test', 'Example (Official Account)', { roomId: '!lobby:x' });
    const hall = await site.finding('@b:evil.test', 'Example (Official Account)', { roomId: '!hall:x' });
    const assign = (caseId: number, to: string) =>
      site.ledger.commit((tx) =>
        tx.audit({ at: 1, actor: to, what: 'case.assigned', caseId, data: { to, note: `to ${to}` } }),
      );
    await assign(lobby, '@tyr:example.org');
    const listed = async (query: string): Promise<number[]> => {
      const text = await (await fetch(`${site.url}/cases?${query}`, { headers: { cookie } })).text();
      return [...text.matchAll(/href="\/cases\/(\d+)"/g)].map(([, id]) => Number(id)).sort();
    };
    for (const [query, found] of [
      ['room=%21lobby%3Ax', [lobby]],
      ['room=%23lobby%3Ax', [lobby]],
      ['room=hall', [hall]],
      ['room=nowhere', []],
      ['assignee=nobody', [hall]],
      ['assignee=%40tyr%3Aexample.org', [lobby]],
      ['assignee=me', []],
      ['assignee=nobody&room=lobby', []],
    ] as const)
      expect([query, await listed(query)]).toEqual([query, found]);
    await assign(lobby, MODERATOR);
    site.moveClock(2_000);
    expect(await listed('assignee=me')).toEqual([lobby]);
    expect(await listed('assignee=%40tyr%3Aexample.org')).toEqual([]);
    const page = await (await fetch(`${site.url}/cases?assignee=me`, { headers: { cookie } })).text();
    expect(page).toMatch(/<option value="@tyr:example.org"[^]*name="room"/);
  });

  it('are acted on after a question, in the name of who asked', async () => {
    const id = await site.finding('@sеrver:example.org', 'Example (Official Account)');
    const cookie = await site.signIn();
    const csrf = await site.csrf(cookie);
    const post = async (path: string, fields: Record<string, string>) => {
      const request = form(fields);
      return fetch(site.url + path, { ...request, headers: { ...request.headers, cookie } });
    };
    const asked = await post('/do', { csrf, command: `ban case ${id}` });
    expect(await asked.text()).toContain('Yes, do it');
    expect(site.executed).toEqual([]);
    await post('/do', { csrf, command: `ban case ${id}`, confirmed: 'yes' });
    expect(site.executed).toEqual([[MODERATOR, `ban case ${id}`]]);
    expect(await (await post('/bulk', { csrf, what: 'dismiss', case: String(id) })).text()).toContain(`dismiss ${id}`);
  });

  it.each([
    ['no token', {}],
    ['a wrong token', { csrf: 'AAAAAAAAAAAAAAAAAAAAAA' }],
  ])('are safe from forms of other pages: %s', async (_name, fields) => {
    const cookie = await site.signIn();
    const request = form({ ...fields, command: 'ban case 1', confirmed: 'yes' });
    expect((await fetch(`${site.url}/do`, { ...request, headers: { ...request.headers, cookie } })).status).toBe(403);
    expect(site.executed).toEqual([]);
  });

  it('refuse forms that come from another site, and commands that are not on the pages', async () => {
    const cookie = await site.signIn();
    const csrf = await site.csrf(cookie);
    const foreign = form({ csrf, command: 'ban case 1', confirmed: 'yes' });
    expect(
      (
        await fetch(`${site.url}/do`, {
          ...foreign,
          headers: { ...foreign.headers, cookie, origin: 'https://evil.test' },
        })
      ).status,
    ).toBe(403);
    for (const command of [
      'deactivate @a:b',
      'ban @everyone:*',
      'ban case 1 --force\ndeactivate @a:b',
      'ban case 1; x',
    ]) {
      const request = form({ csrf, command, confirmed: 'yes' });
      expect((await fetch(`${site.url}/do`, { ...request, headers: { ...request.headers, cookie } })).status).toBe(400);
    }
    expect(site.executed).toEqual([]);
  });

  it('test an ID and a name without recording anything', async () => {
    const cookie = await site.signIn();
    const text = await (
      await fetch(`${site.url}/rules?id=%40x%3Aevil.test&name=Example%20%28Official%20Account%29`, {
        headers: { cookie },
      })
    ).text();
    expect(text).toContain('Verdict: certain');
    expect(await site.ledger.cases({})).toEqual([]);
  });
});
