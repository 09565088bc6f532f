import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { openFirstRun } from '../../src/web/first-run/server.js';
import { issueAppealLink } from '../../src/web/pages/tokens.js';
import { openChromium } from '../support/chromium.js';
import { MODERATOR, setting, type Setting } from './setting.js';

/** The pages in a real Chromium: what axe finds, a small screen, and hostile names. */

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const HOSTILE = '<script>document.title="owned"</script><img src=x onerror=\'document.title="owned"\'>\u202e"\'';
let site: Setting;
let browser: Browser;
let cookie: string;
let caseId: number;

beforeAll(async () => {
  const picture = await sharp({ create: { width: 64, height: 64, channels: 3, background: '#123456' } })
    .png()
    .toBuffer();
  site = await setting({
    picture,
    officialPicture: 'mxc://example.org/p',
    rooms: [
      {
        roomId: '!lobby:example.org',
        name: 'שלום Lobby',
        canonicalAlias: '#lobby:example.org',
        members: new Map([
          ['@h:evil.test', { membership: 'join' }],
          ['@flood:evil.test', { membership: 'ban' }],
        ]),
        acl: { content: { deny: ['a-very-long-name-of-a-server-that-is-blocked-here.evil.test', 'b.test'] } },
      },
    ],
    missing: ['kick', 'ban', 'redact'],
    ownAcl: ['b.test'],
    protections: ['BasicFlooding', 'JoinWaveShortCircuit'],
    lists: [
      {
        roomId: '!list:example.org',
        shortcode: 'ours',
        rules: [{ kind: 'user', entity: '@h:evil.test', action: 'ban', reason: 'مرحبا' }],
      },
    ],
  });
  site.moderators.add('@tyr:example.org');
  await site.finding('@sеrver:example.org', 'Example (Official Account)');
  caseId = await site.finding('@h:evil.test', `Example (Official Account)${HOSTILE}`);
  await fill(caseId);
  browser = await openChromium();
  cookie = await site.signIn();
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

/** A case that holds something of everything. */
async function fill(id: number): Promise<void> {
  const at = Date.UTC(2026, 10, 29, 11);
  const about = { subjectKind: 'user', subject: '@h:evil.test', seenAt: at, roomId: '!lobby:example.org' } as const;
  const event = { content: { body: 'Send me your recovery key, and your money' } };
  const place = { roomId: about.roomId, event };
  await site.ledger.commit(async (tx) => {
    const report = { reporter: '@sif:example.org', reason: 'm.spam: it shouts', source: 'client', ...place };
    await tx.recordFinding({ ...about, key: 'r', kind: 'report', data: report });
    const caught = { protection: 'WordList', why: 'a word of your list', detail: { word: 'airdrop' }, ...place };
    await tx.recordFinding({ ...about, key: 'p', kind: 'protection', data: { ...caught, offence: 2, response: [] } });
    const assigned = { to: '@tyr:example.org', note: 'to @tyr:example.org' };
    await tx.audit({ at, actor: '@tyr:example.org', what: 'case.assigned', caseId: id, data: assigned });
    await tx.saveFilter({ userId: MODERATOR, name: 'Mine', query: 'assignee=me', savedAt: at });
  });
  const [mail] = await site.ledger.commit((tx) =>
    tx.addActions([{ kind: 'mail', lane: 'm', key: 'm', caseId: id, payload: {} }]),
  );
  await site.ledger.outboxOf(mail?.id ?? 0, () =>
    Promise.resolve({
      ...{ caseId: id, messageId: '<m@x>', recipient: 'abuse-desk-with-a-long-name@evil.test' },
      ...{ envelopeFrom: 'a@x', raw: '', createdAt: at },
    }),
  );
  // somebody else has it open
  await fetch(`${site.url}/cases/${id}`, { headers: { cookie: await site.signIn('@tyr:example.org') } });
}

interface Look {
  dark?: boolean;
  width?: number;
  script?: boolean;
  locale?: string;
}

async function open(path: string, options: Look = {}): Promise<Page> {
  const context = await browser.newContext({
    colorScheme: options.dark === true ? 'dark' : 'light',
    viewport: { width: options.width ?? 1000, height: 800 },
    javaScriptEnabled: options.script ?? true,
    locale: options.locale ?? 'en',
  });
  const [name = '', value = ''] = cookie.split('=');
  await context.addCookies([{ name, value, url: site.url, sameSite: 'Strict', httpOnly: true }]);
  const page = await context.newPage();
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(site.url)) foreign.push(request.url());
  });
  const response = await page.goto(site.url + path);
  expect([path, response?.status()]).toEqual([path, 200]);
  expect(foreign).toEqual([]);
  return page;
}

const PAGES = [
  '/',
  '/check?id=%40s%D0%B5rver%3Aexample.org',
  '/notice',
  '/transparency',
  '/cases',
  '/cases?state=all&room=lobby&assignee=%40tyr%3Aexample.org',
  '/cases/2',
  '/cases/2/person',
  '/cases/2/server',
  '/rooms',
  '/lists',
  '/rules?id=%40x%3Ay.test&name=Example%20(Official%20Account)',
  '/protections',
  '/mail',
  '/audit',
  '/figures',
];

/** What axe objects to, and by how much the page is too wide. */
async function faultsOf(page: Page): Promise<unknown> {
  await page.evaluate(axe);
  const violations = await page.evaluate(
    'axe.run().then(({ violations }) => violations.map((v) => v.id + ": " + v.nodes.map((n) => n.html).join(" | ")))',
  );
  const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  return { violations, overflow };
}
const NONE = { violations: [], overflow: 0 };

/** Pages that stand behind a form: where it is, and what to do there. */
const BEHIND: readonly (readonly [string, string, (page: Page) => Promise<unknown>])[] = [
  ['the question before a ban', '/cases/2', (page) => page.locator('[value^="ban case"] ~ button').click()],
  [
    'the question before many',
    '/cases?state=all',
    async (page) => {
      for (const box of await page.getByRole('checkbox').all()) await box.check();
      await page.locator('button[value=dismiss]').click();
    },
  ],
  [
    'what came of a command',
    '/cases/2',
    async (page) => {
      await page.locator('[value^="close"] ~ button').click();
      await page.locator('button[value=yes]').click();
    },
  ],
  [
    'a notice that lacks something',
    '/notice',
    async (page) => {
      await page.locator('form').evaluate('(form) => { form.noValidate = true; }');
      await page.locator('form button').click();
    },
  ],
  [
    'a receipt',
    '/notice?id=%40thief%3Aevil.test',
    async (page) => {
      await page.locator('#why').fill('It asked for my recovery key');
      await page.locator('[name=faith]').check();
      await page.locator('form button').click();
    },
  ],
  [
    'a bad list',
    '/lists',
    async (page) => {
      await page.locator('#list').fill('no list');
      await page.locator('[action="/lists/preview"] button').click();
    },
  ],
  [
    'a protection tried on the past',
    '/protections',
    (page) => page.locator('[action="/protections/simulate"] button').click(),
  ],
  [
    'other weights',
    '/rules',
    async (page) => {
      await page.locator('#weights').fill('display_near: 3');
      await page.locator('[action="/rules"] button').click();
    },
  ],
  ['the way out', '/audit', (page) => page.locator('[action="/sign-out"] button').click()],
];

describe('the pages in a browser', () => {
  it.each(PAGES)(
    '%s has nothing that axe objects to, in light and dark, in English and German, and fits a small screen',
    async (path) => {
      for (const look of [{ dark: false }, { dark: true, locale: 'de' }]) {
        const page = await open(path, { ...look, width: 320 });
        expect([look, await faultsOf(page)]).toEqual([look, NONE]);
        await page.context().close();
      }
    },
    60_000,
  );

  it.each(BEHIND)(
    '%s has nothing that axe objects to either',
    async (_name, path, go) => {
      for (const look of [{ dark: false }, { dark: true, locale: 'de' }]) {
        cookie = await site.signIn();
        const page = await open(path, { ...look, width: 320, script: true });
        await go(page);
        await page.waitForLoadState();
        expect([look, await faultsOf(page)]).toEqual([look, NONE]);
        await page.context().close();
      }
    },
    60_000,
  );

  it('of a private link have nothing that axe objects to', async () => {
    cookie = await site.signIn();
    const appeal = new URL(await issueAppealLink(site.ledger, () => Date.UTC(2026, 10, 29, 12), site.url, caseId));
    for (const look of [{ dark: false }, { dark: true, locale: 'de' }]) {
      const page = await open(appeal.pathname, { ...look, width: 320 });
      expect(await faultsOf(page)).toEqual(NONE);
      if (look.dark) {
        await page.locator('#why').fill('It was not me');
        await page.locator('form button').click();
        await page.waitForLoadState();
        expect(await faultsOf(page)).toEqual(NONE);
      }
      await page.context().close();
    }
  }, 60_000);

  it('of a first run has nothing that axe objects to either', async () => {
    const firstRun = await openFirstRun({
      installation: {
        configFile: '/etc/heimdall/config.yaml',
        registrationFile: '/etc/heimdall/registration.yaml',
        homeserverUrl: 'http://localhost:8008',
        botUserId: '@heimdall:example.org',
        managementRoom: '#watchtower:example.org',
      },
      examine: () =>
        Promise.resolve([{ check: 'homeserver', health: 'fail', found: 'It does not answer.', remedy: 'Start it.' }]),
      clock: Date.now,
    });
    const page = await (await browser.newContext({ viewport: { width: 320, height: 800 } })).newPage();
    await page.goto(firstRun.link);
    await page.getByRole('heading', { name: 'A private room for the moderators' }).waitFor();
    await page.evaluate(axe);
    expect(await page.evaluate('axe.run().then(({ violations }) => violations.map((v) => v.id))')).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
    await page.context().close();
    await firstRun.close();
  }, 60_000);

  it('never run what a name holds', async () => {
    const page = await open(`/cases/${caseId}`);
    expect(await page.title()).toBe(`Case ${caseId}`);
    // the picture of the official account is ours
    expect(await page.locator('img:not([src$="/official-picture"])').count()).toBe(0);
    await page.context().close();
  });

  it('let a moderator decide by keyboard alone, without JavaScript', async () => {
    const page = await open(`/cases/${caseId}`, { script: false });
    await page.getByRole('button', { name: 'Dismiss…' }).press('Enter');
    await page.getByRole('button', { name: 'Yes, do it' }).press('Enter');
    await page.getByRole('heading', { name: 'Done' }).waitFor();
    expect(site.executed.at(-1)).toEqual(['@mod:example.org', `dismiss ${caseId}`]);
    await page.context().close();
  });

  it('let a moderator do every other task by keyboard alone, without JavaScript', async () => {
    const page = await open('/cases', { script: false });
    const press = (name: string) => page.getByRole('button', { name, exact: true }).press('Enter');
    const heading = (name: string) => page.getByRole('heading', { name }).first().waitFor();
    // find, and keep what was looked for
    await page.getByLabel('Room', { exact: true }).pressSequentially('lobby');
    await page.getByLabel('State', { exact: true }).press('ArrowDown');
    await press('Show');
    await page.getByText('1 case').waitFor();
    await page.getByLabel('Name of the filter').fill('Lobby');
    await press('Save this filter');
    await page.getByRole('link', { name: 'Lobby' }).waitFor();
    // several at once
    await page.getByRole('checkbox').first().press('Space');
    await press('Ban selected…');
    await heading('Please confirm');
    await press('Yes, do it');
    await heading('Done');
    expect(site.executed.at(-1)?.[1]).toMatch(/^ban case \d+$/);
    // one case: who it is, its picture of a note, the reason, and on to the next
    await page.goto(`${site.url}/cases/${caseId}`);
    await page.getByLabel('Note').fill('known from elsewhere');
    await press('Add a note');
    expect(site.executed.at(-1)?.[1]).toBe(`note ${caseId} known from elsewhere`);
    await page.getByLabel('Reason for the ban').selectOption('fraud');
    await press('Ban…');
    await press('Yes, then the next case');
    expect(site.executed.at(-1)?.[1]).toBe(`ban case ${caseId} fraud`);
    // look before one acts: lists, protections, rules
    await page.goto(`${site.url}/lists`);
    await page.getByLabel('Alias or ID of the list').fill('#spam:example.org');
    await press('Preview');
    await heading('Preview a list');
    await page.goto(`${site.url}/protections`);
    await page.getByLabel('Protection').selectOption('WordList');
    await press('Try it');
    await heading('Try a protection on the past');
    expect(site.executed.at(-1)?.[1]).toBe('protections simulate WordList !lobby:example.org 7d');
    await page.goto(`${site.url}/rules`);
    await page.getByLabel('User ID').fill('@sеrver:example.org');
    await press('Try');
    await page.getByText(/^Verdict: /).waitFor();
    await page.getByLabel('Weights, one a line').fill('display_near: 3');
    await press('Compare');
    await page.getByText(/would be judged otherwise/).waitFor();
    await press('Sign out');
    await heading('Not signed in');
    await page.context().close();
    cookie = await site.signIn();
  }, 60_000);

  it('let a visitor report without JavaScript', async () => {
    const page = await open('/notice?id=%40thief%3Aevil.test', { script: false });
    await page.getByLabel('What happened, and why is it wrong?').fill('It asked for my recovery key');
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Send report' }).click();
    await page.getByRole('heading', { name: 'Thank you. Your report was received.' }).waitFor();
    await page.context().close();
  });

  it('sign a moderator in who clicked the link in a client on another site, and open a case from there', async () => {
    const links = [await site.pages.signInLink(MODERATOR), `${site.url}/cases/${caseId}`].map((link) =>
      link.startsWith(site.url) ? link : site.url + new URL(link).pathname,
    );
    // another host is another site, whose navigations carry no SameSite=Strict cookie
    const elsewhere = createServer((_request, response) =>
      response
        .setHeader('content-type', 'text/html')
        .end(links.map((link, index) => `<a href="${link}">link ${index}</a>`).join(' ')),
    ).listen(0);
    const { port } = elsewhere.address() as AddressInfo;
    const page = await (await browser.newContext()).newPage();
    await page.goto(`http://localhost:${port}/`);
    await page.getByRole('link', { name: 'link 0' }).click();
    await page.getByRole('heading', { name: 'Cases' }).waitFor();
    await page.goto(`http://localhost:${port}/`);
    await page.getByRole('link', { name: 'link 1' }).click();
    await page.getByRole('heading', { name: `Case ${caseId}` }).waitFor();
    await page.context().close();
    elsewhere.closeAllConnections();
    elsewhere.close();
  }, 60_000);
});
