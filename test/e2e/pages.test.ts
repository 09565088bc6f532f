import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { freePort } from '../../sandbox/ports.js';
import { Person } from '../../sandbox/synapse/person.js';
import { waitFor } from '../../sandbox/wait.js';
import sharp from 'sharp';
import { openChromium } from '../support/chromium.js';
import { officialPicture } from '../support/pictures.js';
import { OFFICIAL_NAME, Stage } from './support/stage.js';

const LONG = { timeoutMs: 30_000 };

/** A stranger without a terminal: all that happens here happens in a browser, and is read back from Synapse. */
describe('the pages, on a real homeserver', () => {
  let stage: Stage;
  let browser: Browser;
  let url: string;
  let second: Person;
  let anna: Person;
  /** signed in, one for each moderator */
  let first: Page;
  let other: Page;
  let visitors = 0;

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    stage = await Stage.build({
      name: 'pages',
      config: { web: { enabled: true, port }, statements: { enabled: true } },
    });
    second = await Person.register(stage.home, 'second');
    await stage.moderator.invite(stage.managementRoom, second.userId);
    await second.join(stage.managementRoom);
    anna = await Person.register(stage.home, 'anna');
    await anna.join(stage.lobby);
    browser = await openChromium();
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await stage?.end();
  }, 60_000);

  /** Follows an invite of `from` and waits for a message there that fits. */
  async function told(person: Person, from: string, fits: RegExp): Promise<string> {
    return waitFor(
      async () => {
        for (const roomId of (await person.invites()).keys()) await person.join(roomId);
        for (const roomId of await person.joinedRooms()) {
          const found = (await person.messages(roomId)).find(
            ({ sender, content }) => sender === from && fits.test(String(content.body)),
          );
          if (found !== undefined) return String(found.content.body);
        }
        return undefined;
      },
      { what: `${String(fits)} from ${from}`, ...LONG },
    );
  }

  const command = (page: Page, name: string) =>
    page
      .getByRole('button', { name })
      .click()
      .then(() => page.getByRole('button', { name: 'Yes, do it' }).click())
      .then(() => page.getByRole('heading', { name: 'Done' }).waitFor());

  /** Answers a question with yes, and goes on to the next case; resolves with what its page says. */
  const thenNext = async (page: Page): Promise<string> => {
    await page.getByRole('button', { name: 'Yes, then the next case' }).click();
    await page.getByRole('heading', { level: 1, name: /^Case \d+$/ }).waitFor();
    return (await page.locator('main').textContent()) ?? '';
  };

  /** The case of a subject, opened as a person opens it: searched for, and its link followed. */
  async function openCase(page: Page, subject: string): Promise<string> {
    await waitFor(
      async () => {
        await page.goto(`${url}/cases?state=all`);
        await page.getByLabel('User ID, room or server').fill(subject);
        await page.getByRole('button', { name: 'Show', exact: true }).click();
        return (await page.getByRole('status').last().textContent()) === '1 case';
      },
      { what: `a case about ${subject}`, ...LONG },
    );
    await page.getByRole('link', { name: /^Case \d+$/ }).click();
    return (await page.getByRole('heading', { level: 1 }).textContent()) ?? '';
  }

  async function signIn(person: Person): Promise<Page> {
    await person.sendMessage(stage.managementRoom, '!heimdall web');
    const body = await told(person, stage.botUserId, /\/sign-in\//);
    const page = await (await browser.newContext()).newPage();
    await page.goto(/http\S+/.exec(body)?.[0] ?? '');
    await page.getByRole('heading', { name: 'Cases' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/cases');
    return page;
  }

  const report = async (subject: string, why: string, mail = ''): Promise<{ page: Page; link: string }> => {
    // each visitor comes from an address of their own, as the proxy in front tells it
    const extraHTTPHeaders = { 'x-forwarded-for': `203.0.113.${(visitors += 1)}` };
    const page = await (await browser.newContext({ javaScriptEnabled: false, extraHTTPHeaders })).newPage();
    await page.goto(`${url}/notice`);
    await page.getByLabel('Who or what is it about?').fill(subject);
    await page.getByLabel('What happened, and why is it wrong?').fill(why);
    if (mail !== '') await page.getByLabel('Your e-mail address').fill(mail);
    await page.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Send report' }).click();
    await page.getByRole('heading', { name: 'Thank you. Your report was received.' }).waitFor();
    return { page, link: (await page.getByRole('link', { name: /\/case\// }).getAttribute('href')) ?? '' };
  };

  const answer = async (path: string, init?: RequestInit) => fetch(url + path, { redirect: 'manual', ...init });

  it('answer everybody whether an account is official, as pages and as JSON', async () => {
    const official = stage.home.officialUserId;
    const twin = official.replace('@s', '@ѕ');
    const yes = (await (await answer(`/api/v1/check?id=${encodeURIComponent(official)}`)).json()) as unknown;
    expect(yes).toEqual({ id: official, official: true, verdict: 'official', official_ids: [official], reasons: [] });
    const no = await answer(`/api/v1/check?id=${encodeURIComponent(twin)}`);
    expect([no.status, no.headers.get('content-type'), no.headers.get('access-control-allow-origin')]).toEqual([
      200,
      'application/json; charset=utf-8',
      '*',
    ]);
    expect(await no.json()).toMatchObject({
      id: twin,
      official: false,
      reasons: expect.arrayContaining([expect.any(String)]),
    });
    expect((await answer('/api/v1/check?id=nobody')).status).toBe(400);
    const page = await answer(`/check?id=${encodeURIComponent(twin)}`, { headers: { 'accept-language': 'de' } });
    expect(await page.text()).toMatch(/<html lang="de"[^]*Nein\. /);
    expect(page.headers.get('content-security-policy')).not.toContain('script-src');
    expect(page.headers.get('cache-control')).toBe('no-store');
    for (const path of ['/', '/notice', '/transparency', '/transparency.json', '/transparency.csv'])
      expect([path, (await answer(path)).status]).toEqual([path, 200]);
    for (const path of ['/case/guess', '/appeal/guess', '/metrics', '/readyz', '/nothing'])
      expect([path, (await answer(path)).status]).toEqual([path, 404]);
    for (const path of [
      '/cases',
      '/cases/1',
      '/rooms',
      '/lists',
      '/rules',
      '/protections',
      '/mail',
      '/audit',
      '/figures',
    ])
      expect([path, (await answer(path)).status]).toEqual([path, 403]);
  }, 30_000);

  it('show on a first run what is missing, by a link out of the log, until all is there', async () => {
    const link = /http:\/\/127\.0\.0\.1:\d+\/first-run\/[\w-]+/.exec(stage.heimdall.log())?.[0] ?? '';
    const page = await (await browser.newContext()).newPage();
    await page.goto(link);
    await page.getByText('Everything is there.').waitFor();
    expect(await page.locator('ol').textContent()).toMatch(/The homeserver knows HeimdallDone.*moderatorsDone/);
    expect((await fetch(link, { redirect: 'manual' })).status).toBe(403);
    await page.context().close();
  }, 90_000);

  it('let moderators in by a link that works once, in a direct message', async () => {
    first = await signIn(stage.moderator);
    const [cookie] = await first.context().cookies();
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict', secure: false });
    other = await signIn(second);
    const used = /http\S+/.exec(await told(second, stage.botUserId, /\/sign-in\//))?.[0] ?? '';
    expect((await fetch(used, { redirect: 'manual' })).status).toBe(403);
    for (const path of ['/rooms', '/lists', '/rules', '/protections', '/mail', '/audit', '/figures'])
      expect([path, (await first.goto(url + path))?.status()]).toEqual([path, 200]);
    await first.goto(`${url}/rooms`);
    await first.getByText(stage.lobby).waitFor();
  }, 90_000);

  it('show an impostor beside the official account, and undo a wrong ban', async () => {
    const mallory = await Person.register(stage.remote, 'mallory');
    await mallory.setDisplayName(OFFICIAL_NAME);
    await mallory.uploadAvatar(await officialPicture());
    await mallory.join(stage.lobbyAlias);
    await stage.moderator.waitForMembership(stage.lobby, mallory.userId, 'ban', LONG);
    await openCase(first, mallory.userId);
    const text = (await first.locator('main').textContent()) ?? '';
    for (const part of [
      mallory.userId,
      stage.home.officialUserId,
      OFFICIAL_NAME,
      'is exactly the official display name',
    ])
      expect(text).toContain(part);
    // her picture comes over federation, and is no more than colours until somebody wants to see it
    const seen = async (name: string): Promise<number> => {
      const picture = first.getByRole('img', { name });
      await picture.waitFor();
      const src = (await picture.getAttribute('src')) ?? '';
      const png = sharp(await (await first.request.get(url + src)).body());
      expect(await png.metadata()).toMatchObject({ format: 'png', width: 96, height: 96 });
      return (await png.stats()).sharpness;
    };
    const blurred = await seen('The picture of this account, blurred');
    await first.getByRole('link', { name: 'Show the picture' }).click();
    expect(await seen('The picture of this account')).toBeGreaterThan(blurred);
    await first.getByRole('link', { name: 'Everything about this account' }).click();
    await first.getByText(stage.lobby).first().waitFor();
    await first.goBack();
    // it was right: it is closed, and the ban stands
    await command(first, 'Close…');
    expect(await stage.moderator.membership(stage.lobby, mallory.userId)).toBe('ban');

    const loki = await Person.register(stage.remote, 'loki');
    await loki.setDisplayName(OFFICIAL_NAME);
    await loki.join(stage.lobbyAlias);
    await stage.moderator.waitForMembership(stage.lobby, loki.userId, 'ban', LONG);
    await openCase(first, loki.userId);
    await command(first, 'Dismiss…');
    await stage.moderator.waitForMembership(stage.lobby, loki.userId, 'leave', LONG);
    expect((await stage.rules()).map(({ content }) => content.entity)).not.toContain(loki.userId);
  }, 120_000);

  it('ban a whole raid at once, after saying whom that hits and where', async () => {
    const raiders = await Promise.all([1, 2, 3].map((n) => Person.register(stage.remote, `raider${n}`)));
    for (const raider of raiders) {
      await raider.join(stage.lobbyAlias);
      await report(raider.userId, 'm.spam: shouts the same line again and again');
    }
    await waitFor(
      async () => {
        await first.goto(`${url}/cases?server=${encodeURIComponent(stage.remote.serverName)}&text=raider`);
        if ((await first.getByRole('status').last().textContent()) !== '3 cases') return false;
        for (const box of await first.getByRole('checkbox').all()) await box.check();
        await first.getByRole('button', { name: 'Ban selected…' }).click();
        await first.getByText('These 3 commands will be carried out:').waitFor();
        // a join may still be on its way to Heimdall
        return (await first.getByText('in 1 protected room').count()) === 3;
      },
      { what: 'the cases of the raid, and where each of them is', ...LONG },
    );
    await first.getByRole('button', { name: 'Yes, do it' }).click();
    await first.getByRole('heading', { name: 'Done' }).waitFor();
    for (const raider of raiders) await stage.moderator.waitForMembership(stage.lobby, raider.userId, 'ban', LONG);
  }, 120_000);

  it('go from one waiting case to the next, with reasons, a note, an undo, and who else is looking', async () => {
    const [rude, quiet, regret] = await Promise.all(
      ['rude', 'quiet', 'regret'].map((name) => Person.register(stage.remote, name)),
    );
    if (rude === undefined || quiet === undefined || regret === undefined) throw new Error('nobody came');
    for (const person of [rude, quiet, regret]) await person.join(stage.lobbyAlias);
    const hall = await quiet.createRoom({ name: 'Hall', public: true });
    for (const subject of [hall, regret.userId, quiet.userId, rude.userId])
      await report(subject, 'm.harassment: insults whoever speaks');

    await openCase(first, rude.userId);
    const address = first.url();
    await other.goto(address);
    await other.getByText('Somebody else is looking at this case now:').waitFor();
    await command(first, 'I take this case…');
    await first.goto(address);
    await first.getByText('Taken by').waitFor();
    await first.getByLabel('Note').fill('asked twice to stop');
    await first.getByRole('button', { name: 'Add a note' }).click();
    await first.getByText('asked twice to stop').waitFor();
    await first.getByLabel('Reason for the ban').selectOption('harassment');
    await first.getByRole('button', { name: 'Ban…' }).click();
    const afterRude = await thenNext(first);
    expect(afterRude).toContain(quiet.userId);
    await stage.moderator.waitForMembership(stage.lobby, rude.userId, 'ban', LONG);
    expect((await stage.rules()).find(({ content }) => content.entity === rude.userId)?.content.reason).toMatch(
      /^harassment/,
    );

    await first.getByLabel('Reason for the dismissal').selectOption('harmless');
    await first.getByRole('button', { name: 'Dismiss…' }).click();
    expect(await thenNext(first)).toContain(regret.userId);
    expect(await stage.moderator.membership(stage.lobby, quiet.userId)).toBe('join');

    await command(first, 'Ban…');
    await stage.moderator.waitForMembership(stage.lobby, regret.userId, 'ban', LONG);
    await first.getByRole('link', { name: 'Back' }).click();
    await command(first, 'Undo…');
    await stage.moderator.waitForMembership(stage.lobby, regret.userId, 'leave', LONG);

    await openCase(first, hall);
    await command(first, 'Close…');
    await openCase(first, rude.userId);
    await first.getByRole('link', { name: 'Everything about its server' }).click();
    await first.getByText('Cases of this server').first().waitFor();
    await first.getByText(regret.userId).first().waitFor();
  }, 180_000);

  it('take a report without an account to its end, tell the reported account why, and hear its complaint', async () => {
    const { page: reporter, link } = await report(anna.userId, 'She asked me for my recovery key', 'carl@example.net');
    const taken = await stage.mailbox.waitForMail((mail) => mail.envelopeTo.includes('carl@example.net'), LONG);
    expect(taken.parsed.text).not.toMatch(/\/case\/|recovery key/);
    await reporter.goto(link);
    await reporter.getByText('A moderator has not decided yet.').waitFor();

    await openCase(first, anna.userId);
    await command(first, 'Ban…');
    await stage.moderator.waitForMembership(stage.lobby, anna.userId, 'ban', LONG);
    await waitFor(async () => (await reporter.reload(), reporter.getByText('Measures were taken.').isVisible()), LONG);
    await stage.mailbox.waitForMail(
      (mail) => mail.envelopeTo.includes('carl@example.net') && /Measures were taken/.test(mail.parsed.text ?? ''),
      LONG,
    );

    // DSA Art. 17: what, why, how it was found, and where to complain; and not by whom it was reported
    const statement = await told(anna, stage.home.officialUserId, /A decision about your account/);
    expect(statement).toMatch(/banned from the rooms[^]*found by reports[^]*A moderator decided[^]*\/appeal\//);
    expect(statement).not.toMatch(/carl|recovery key/);
    const complaint = await (await browser.newContext({ locale: 'de-DE' })).newPage();
    await complaint.goto(/http\S+\/appeal\/\S+/.exec(statement)?.[0] ?? '');
    await complaint.getByLabel('Deine Worte').fill('That was my brother <script>alert(1)</script>');
    await complaint.getByRole('button', { name: 'Abschicken' }).click();
    await complaint.getByText('Dein Widerspruch ist angekommen.').waitFor();

    const title = await openCase(first, anna.userId);
    await first.getByText('The person concerned has appealed.').waitFor();
    // who decided does not decide again
    await command(first, 'Dismiss…');
    await first.getByText('another moderator decides').waitFor();
    expect(await stage.moderator.membership(stage.lobby, anna.userId)).toBe('ban');
    expect(await openCase(other, anna.userId)).toBe(title);
    await command(other, 'Dismiss…');
    await stage.moderator.waitForMembership(stage.lobby, anna.userId, 'leave', LONG);
    await told(anna, stage.home.officialUserId, /Your complaint about the decision on your account was upheld/);
    await complaint.reload();
    await complaint.getByText('stattgegeben').waitFor();
    await waitFor(
      async () => {
        const { months } = (await (await answer('/transparency.json')).json()) as {
          months: { appeals: number; appealsUpheld: number }[];
        };
        return months.at(-1)?.appeals === 1 && months.at(-1)?.appealsUpheld === 1;
      },
      { what: 'the figures, which are counted once a minute', timeoutMs: 90_000, everyMs: 2_000 },
    );
  }, 240_000);

  it('put a moderator who leaves out at once, and keep tokens and people out of the log', async () => {
    await second.leave(stage.managementRoom);
    await waitFor(async () => (await other.goto(`${url}/cases`))?.status() === 403, LONG);
    const log = stage.heimdall.log();
    for (const secret of ['/sign-in/', '/appeal/', '/case/', 'carl@example.net', 'recovery key'])
      expect([secret, log.includes(secret)]).toEqual([secret, false]);
  }, 60_000);
});
