import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openFirstRun } from '../../src/web/first-run/server.js';
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
  site = await setting();
  await site.finding('@sеrver:example.org', 'Example (Official Account)');
  caseId = await site.finding('@h:evil.test', `Example (Official Account)${HOSTILE}`);
  browser = await openChromium();
  cookie = await site.signIn();
});
afterAll(async () => {
  await browser?.close();
  await site?.close();
});

async function open(path: string, options: { dark?: boolean; width?: number; script?: boolean } = {}): Promise<Page> {
  const context = await browser.newContext({
    colorScheme: options.dark === true ? 'dark' : 'light',
    viewport: { width: options.width ?? 1000, height: 800 },
    javaScriptEnabled: options.script ?? true,
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

describe('the pages in a browser', () => {
  it.each(PAGES)(
    '%s has nothing that axe objects to, in light and dark, and fits a small screen',
    async (path) => {
      for (const dark of [false, true]) {
        const page = await open(path, { dark, width: 320 });
        await page.evaluate(axe);
        const violations = await page.evaluate(
          'axe.run().then(({ violations }) => violations.map((v) => v.id + ": " + v.nodes.map((n) => n.html).join(" | ")))',
        );
        expect(violations).toEqual([]);
        const overflow = await page.evaluate(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        expect(overflow).toBe(0);
        await page.context().close();
      }
    },
    60_000,
  );

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
    expect(await page.locator('img').count()).toBe(0);
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
