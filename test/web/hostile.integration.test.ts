import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import type { Browser, Page } from 'playwright-core';
import { issueAppealLink } from '../../src/web/pages/tokens.js';
import { openChromium } from '../support/chromium.js';
import { MODERATOR, setting, type Setting } from './setting.js';

/**
 * Every field that somebody else can write, filled with hostile strings, on every page, in a real Chromium whose content
 * security policy is switched off: what holds here is the escaping alone.
 */

const CALL = 'window.owned=1';
const PAYLOADS = [
  `<script>${CALL}</script>`,
  `"><script>${CALL}</script>`,
  `'"><img src=x onerror="${CALL}">`,
  `<svg/onload=${CALL}>`,
  `</textarea><script>${CALL}</script>`,
  `</title><script>${CALL}</script>`,
  `</option></select><img src=//evil.test/x onerror=${CALL}>`,
  `<iframe srcdoc="<script>parent.owned=1</script>">`,
  `<link rel=stylesheet href=//evil.test/x.css>`,
  `<meta http-equiv=refresh content="0;url=//evil.test">`,
  `<base href=//evil.test/>`,
  `<form action=//evil.test><button>`,
  `javascript:${CALL}`,
  `" autofocus onfocus="${CALL}`,
  `{{constructor.constructor('${CALL}')()}}`,
  `<!--><script>${CALL}</script>`,
  `<![CDATA[<script>${CALL}</script>]]>`,
  `&lt;script&gt;${CALL}&lt;/script&gt;`,
  `\u202e<b>\u2066<script>${CALL}</script>`,
  `\u0000<script>${CALL}</script>`,
  `<style>*{background:url(//evil.test/s)}</style>`,
  `${'<div>'.repeat(50)}<script>${CALL}</script>`,
];

/** Payloads, parts of them joined, and any text at all. */
const hostile = fc.oneof(
  fc.constantFrom(...PAYLOADS),
  fc.array(fc.constantFrom(...PAYLOADS), { minLength: 2, maxLength: 3 }).map((parts) => parts.join('')),
  fc.tuple(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom(...PAYLOADS)).map((parts) => parts.join('')),
);

let browser: Browser;
beforeAll(async () => void (browser = await openChromium()), 60_000);
afterAll(() => browser?.close());

interface Hostile {
  site: Setting;
  paths: string[];
  cookie: string;
}

/** A site whose every field holds one of the strings. */
async function filled(strings: readonly string[]): Promise<Hostile> {
  let at = 0;
  const next = (): string => strings[at++ % strings.length] ?? '';
  const rule = () => ({ kind: 'user', entity: next(), action: 'ban', reason: next() });
  const user = `@${next()}:evil.test`;
  const site = await setting({
    officialName: next(),
    rooms: [
      {
        roomId: `!${next()}:x`,
        name: next(),
        canonicalAlias: next(),
        members: new Map([[user, { membership: 'join' }]]),
        acl: { content: { deny: ['x'] } },
      },
    ],
    missing: [next()],
    ownAcl: [next()],
    protections: [next()],
    lists: [{ roomId: `!list${next()}:x`, shortcode: next(), rules: [rule(), rule()] }],
  });
  const caseId = await site.finding(user, next());
  const event = { content: { body: next() } };
  const data = { reporter: `@${next()}:x`, reason: next(), source: 'web', roomId: `!${next()}:x`, event };
  const caught = {
    ...{ protection: next(), why: next(), detail: { [next()]: next() }, offence: 1, response: [next()] },
    ...{ roomId: `!${next()}:x`, event, members: [`@${next()}:x`] },
  };
  await site.ledger.commit(async (tx) => {
    await tx.recordFinding({ subjectKind: 'user', subject: user, key: 'r', kind: 'report', seenAt: 1, data } as never);
    await tx.recordFinding({
      ...{ subjectKind: 'user', subject: user, key: 'p', kind: 'protection', seenAt: 1, data: caught },
    } as never);
    await tx.audit({ at: 1, actor: next(), what: next(), caseId, data: { words: next(), [next()]: next() } });
    await tx.saveFilter({ userId: MODERATOR, name: next().slice(0, 60) || 'x', query: 'state=all', savedAt: 1 });
    const [action] = await tx.addActions([
      { kind: next(), lane: 'l', key: 'k', caseId, payload: { userId: next() } },
      { kind: 'mail', lane: 'm', key: 'm', caseId, payload: {} },
    ]);
    if (action === undefined) throw new Error('no action');
  });
  const [first, second] = await site.ledger.actionsOf(caseId);
  await site.ledger.endAction(first?.id ?? 0, { state: 'failed', error: next(), at: 2 });
  const mail = await site.ledger.outboxOf(second?.id ?? 0, () =>
    Promise.resolve({
      caseId,
      messageId: '<m@x>',
      recipient: next(),
      envelopeFrom: 'a@x',
      raw: '',
      createdAt: 1,
    }),
  );
  await site.ledger.noteMail(mail.id, { sentAt: null, response: next() });
  const appeal = new URL(await issueAppealLink(site.ledger, () => Date.UTC(2026, 10, 29, 12), site.url, caseId));
  const query = (text: string): string => encodeURIComponent(text);
  return {
    site,
    cookie: await site.signIn(),
    paths: [
      '/',
      `/check?id=${query(next())}`,
      `/check?id=${query(user)}`,
      `/notice?id=${query(next())}`,
      `/${query(next())}`,
      `/case/${query(next())}`,
      appeal.pathname,
      '/transparency',
      `/cases?state=all&text=${query(next())}&server=${query(next())}&room=${query(next())}`,
      `/cases?state=all&assignee=${query(next())}`,
      '/cases?state=all',
      `/cases/${caseId}`,
      `/cases/${caseId}/person`,
      `/cases/${caseId}/server`,
      '/rooms',
      '/lists',
      `/rules?id=${query(user)}&name=${query(next())}`,
      `/rules?id=${query(next())}`,
      '/mail',
      '/audit',
      '/figures',
    ],
  };
}

/** Attributes whose value is an address that something follows; in a label the same words are words. */
const LEADS = ['href', 'src', 'action', 'formaction', 'xlink:href', 'data', 'poster', 'background', 'ping', 'manifest'];

async function look(page: Page, { site, paths }: Hostile): Promise<void> {
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(`${site.url}/`)) foreign.push(request.url());
  });
  page.on('dialog', (dialog) => {
    foreign.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  for (const path of paths) {
    await page.goto(site.url + path);
    // what has the focus, what is moved over: a handler that waits for it would run
    await page.keyboard.press('Tab');
    const found = await page.evaluate(`(() => ({
      owned: window.owned === undefined,
      url: location.href.startsWith(${JSON.stringify(site.url)}),
      elements: [...document.querySelectorAll('script,img,svg,iframe,object,embed,base,style,link,meta,form')]
        .filter((e) => !(e.tagName === 'SCRIPT' && e.getAttribute('src') === '/live.js'))
        .filter((e) => !(e.tagName === 'LINK' && e.getAttribute('href') === '/style.css'))
        .filter((e) => !(e.tagName === 'META' && e.getAttribute('http-equiv') === null))
        .filter((e) => !(e.tagName === 'FORM' && /^\\/[a-z]/.test(e.getAttribute('action'))))
        .map((e) => e.outerHTML.slice(0, 100)),
      handlers: [...document.querySelectorAll('*')]
        .flatMap((e) => [...e.attributes]).filter((a) => /^on/i.test(a.name) || /^\\s*javascript:/i.test(a.value) && ${JSON.stringify(LEADS)}.includes(a.name))
        .map((a) => a.name + '=' + a.value),
    }))()`);
    expect([path, found, foreign]).toEqual([path, { owned: true, url: true, elements: [], handlers: [] }, []]);
  }
}

describe('hostile strings in every field', () => {
  it('run no script, ask for nothing elsewhere, and become no element', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { minLength: 12, maxLength: 30 }), async (strings) => {
        const hostileSite = await filled(strings);
        const context = await browser.newContext({ bypassCSP: true });
        try {
          const [name = '', value = ''] = hostileSite.cookie.split('=');
          await context.addCookies([{ name, value, url: hostileSite.site.url, sameSite: 'Strict', httpOnly: true }]);
          await look(await context.newPage(), hostileSite);
        } finally {
          await context.close();
          await hostileSite.site.close();
        }
      }),
      // each run looks at 21 pages
      { numRuns: 6, examples: [[PAYLOADS]], endOnFailure: true },
    );
  }, 240_000);
});
