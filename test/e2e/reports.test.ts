import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'libsql';
import { Person } from '../../sandbox/synapse/person.js';
import { sleep, waitFor } from '../../sandbox/wait.js';
import { reverseProxy, routesOfDocs } from '../reports/reverse-proxy.js';
import { OFFICIAL_NAME, Stage } from './support/stage.js';

describe('reports that a reverse proxy leads to Heimdall', () => {
  let stage: Stage;
  let alice: Person;
  let aliceAtOurDoor: Person;
  let hook: Server;
  let proxy: Awaited<ReturnType<typeof reverseProxy>>;
  let keys: string;
  const hooked: string[] = [];
  beforeAll(async () => {
    hook = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        hooked.push(body);
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    keys = mkdtempSync(path.join(tmpdir(), 'heimdall-keys-'));
    writeFileSync(path.join(keys, 'keys'), `tickets ${createHash('sha256').update('the-key').digest('hex')}\n`);
    stage = await Stage.build({
      name: 'reports',
      config: {
        reports: { warn_victims: 'ask' },
        api: {
          keys: path.join(keys, 'keys'),
          webhook_url: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`,
          webhook_secret: 'a-secret-of-thirty-two-characters',
        },
      },
    });
    alice = await Person.register(stage.home, 'alice');
    await alice.join(stage.lobby);
    proxy = await reverseProxy(routesOfDocs().nginx, {
      heimdall: String(stage.config.appservice.url),
      homeserver: stage.home.url,
    });
    aliceAtOurDoor = new Person(
      { url: proxy.url, serverName: stage.home.serverName },
      alice.userId,
      alice.password,
      alice.accessToken,
    );
  }, 120_000);
  afterAll(async () => {
    await stage?.end();
    await proxy?.close();
    hook.close();
    rmSync(keys, { recursive: true, force: true });
  }, 60_000);

  const notice = (subject: string) =>
    waitFor(async () => (await stage.headNotices()).find((event) => String(event.content.body).includes(subject)), {
      what: `a notice about ${subject}`,
    });

  it('open a case about a remote user, whom Synapse would forget', async () => {
    const mallory = await Person.register(stage.remote, 'mallory');
    await aliceAtOurDoor.reportUser(mallory.userId, 'sells fake rings');
    expect((await notice(mallory.userId)).content.body).toContain('sells fake rings');
    const mail = await stage.mailbox.waitForMail((received) => received.raw.includes(mallory.userId));
    expect(mail.raw).not.toContain(alice.userId);
  }, 60_000);

  it('and all other requests pass by it, each answered with the CORS headers of one', async () => {
    const cors = async (where: string, method: string): Promise<[number, string | null]> => {
      const response = await fetch(proxy.url + where, {
        method,
        headers: { authorization: `Bearer ${alice.accessToken}`, origin: 'https://app.element.io' },
      });
      return [response.status, response.headers.get('access-control-allow-origin')];
    };
    expect(await cors('/_matrix/client/v3/account/whoami', 'GET')).toEqual([200, '*']);
    for (const version of ['v3', 'r0'])
      expect(
        await cors(`/_matrix/client/${version}/users/${encodeURIComponent(alice.userId)}/report`, 'OPTIONS'),
      ).toEqual([200, '*']);
    expect(await cors('/_matrix/client/v3/users/%C0%80/report', 'POST')).toEqual([400, '*']);
  }, 60_000);

  it('open a case about a room', async () => {
    const roomId = await alice.createRoom({ name: 'Bazaar', public: true });
    await aliceAtOurDoor.reportRoom(roomId, 'full of thieves');
    expect((await notice(roomId)).content.body).toContain('full of thieves');
  }, 60_000);

  it('about an event stand in Synapse’s own list too, and count once', async () => {
    const spammer = await Person.register(stage.home, 'spammer');
    await spammer.join(stage.lobby);
    const eventId = await spammer.sendMessage(stage.lobby, 'buy my mead');
    await aliceAtOurDoor.reportEvent(stage.lobby, eventId, 'mead spam');
    const mail = await stage.mailbox.waitForMail((received) => received.raw.includes(spammer.userId));
    expect(mail.raw).toContain(eventId.slice(0, 20));
    await waitFor(async () => (await stage.admin.eventReports()).some((report) => report.event_id === eventId), {
      what: 'the report in Synapse',
    });
    // two looks of the poller
    await sleep(13_000);
    expect(
      (await stage.headNotices()).filter((event) => String(event.content.body).includes(spammer.userId)),
    ).toHaveLength(1);
    expect(stage.mailbox.about(spammer.userId)).toHaveLength(1);
    const answer = await stage.command(`!heimdall case ${spammer.userId}`);
    expect(String(answer.content.body).match(/mead spam/g)).toHaveLength(1);
  }, 60_000);

  it('by MSC4457 are one for each transaction, name the harm, and lead the detector to the reported account', async () => {
    const loki = await Person.register(stage.remote, 'loki');
    await loki.setDisplayName(OFFICIAL_NAME);
    const send = () =>
      fetch(`${String(stage.config.appservice.url)}/_matrix/client/unstable/org.matrix.msc4457/safety/report/once`, {
        method: 'POST',
        headers: { authorization: `Bearer ${alice.accessToken}` },
        body: JSON.stringify({
          type: 'complaint',
          regarding: loki.userId,
          harm: 'org.matrix.msc4456.spam.impersonation',
          description: 'plays the official account',
        }),
      }).then(async (response) => [response.status, await response.json()] as const);
    const [first, again] = [await send(), await send()];
    expect(first).toEqual([200, { report_id: expect.any(String) }]);
    expect(again).toEqual(first);
    expect((await notice(loki.userId)).content.body).toContain('m.spam.impersonation');
    const mail = await stage.mailbox.waitForMail((received) => received.raw.includes(loki.userId));
    expect(mail.raw).toContain('X-Matrix-Harm: m.spam.impersonation');
    // nobody has seen the account in any room: only the report led to it
    await waitFor(
      async () => String((await stage.command(`!heimdall case ${loki.userId}`)).content.body).includes('certain'),
      { what: 'a verdict on the reported account' },
    );
  }, 60_000);

  it('lead to a warning to whom the impostor approached, by a moderator’s word', async () => {
    const fenrir = await Person.register(stage.remote, 'fenrir');
    await fenrir.setDisplayName(OFFICIAL_NAME);
    await fenrir.createRoom({ direct: true, invite: [alice.userId] });
    const answer = await waitFor(
      async () => {
        const said = String((await stage.command(`!heimdall warn victims case ${fenrir.userId}`)).content.body);
        return /is warned/.test(said) && said;
      },
      { what: 'an answer that names somebody', timeoutMs: 40_000, everyMs: 1_000 },
    );
    expect(answer).toContain('1 account');
    // the homeserver puts people into the room of its notices by itself
    const warned = await waitFor(
      async () => {
        for (const roomId of await alice.joinedRooms()) {
          const found = (await alice.messages(roomId)).find((event) =>
            /is not an official account/.test(String(event.content.body)),
          );
          if (found !== undefined) return found;
        }
        return undefined;
      },
      { what: 'the warning' },
    );
    expect(warned.sender).toBe(stage.home.officialUserId);
    expect(String(warned.content.body)).toContain(fenrir.userId);
  }, 90_000);

  it('about an event by its id alone bring what was written around it into the thread of the case', async () => {
    const heckler = await Person.register(stage.home, 'heckler');
    await heckler.join(stage.lobby);
    await alice.sendMessage(stage.lobby, 'a word before');
    const eventId = await heckler.sendMessage(stage.lobby, 'words that were soon redacted');
    const response = await fetch(`${String(stage.config.appservice.url)}/_matrix/client/v1/safety/report/two`, {
      method: 'POST',
      headers: { authorization: `Bearer ${alice.accessToken}` },
      body: JSON.stringify({ type: 'complaint', regarding: eventId, harm: 'm.harassment', description: 'rude' }),
    });
    expect(response.status).toBe(200);
    const head = await notice(heckler.userId);
    await waitFor(
      async () =>
        (await stage.moderator.messages(stage.managementRoom, 100)).some(
          (event) =>
            (event.content['m.relates_to'] as { event_id?: string } | undefined)?.event_id === head.event_id &&
            /words that were soon redacted[^]*a word before/.test(String(event.content.body)),
        ),
      { what: 'the evidence in the thread' },
    );
  }, 60_000);

  it('of another service by the API open one case, with a mail, and a webhook tells of it', async () => {
    const report = () =>
      fetch(`${String(stage.config.appservice.url)}/_heimdall/api/v1/reports`, {
        method: 'POST',
        headers: { authorization: 'Bearer the-key' },
        body: JSON.stringify({ subject: '@seller:b.test', reason: 'sells runes', reporter: 'odin', id: '1' }),
      }).then(async (response) => [response.status, await response.json()] as const);
    const first = await report();
    expect(first).toEqual([200, expect.objectContaining({ case: expect.objectContaining({ state: 'open' }) })]);
    expect((await report())[1]).toMatchObject({ report_id: (first[1] as { report_id: string }).report_id });
    expect((await notice('@seller:b.test')).content.body).toContain('sells runes');
    const mail = await stage.mailbox.waitForMail((received) => received.raw.includes('@seller:b.test'));
    expect(mail.parsed.text).not.toContain('odin');
    await waitFor(() => hooked.some((body) => /case\.opened/.test(body) && body.includes('@seller:b.test')), {
      what: 'the webhook',
    });
    expect(stage.mailbox.about('@seller:b.test')).toHaveLength(1);
  }, 60_000);

  it('are neither lost nor doubled when mail server, ledger, homeserver and we ourselves are gone for a while', async () => {
    const subjects = ['mail', 'ledger', 'homeserver', 'killed'].map((what) => `@gone-${what}:b.test`);
    const [noMail = '', noLedger = '', noHomeserver = '', killed = ''] = subjects;
    // as a client does it: the same report again until it is taken
    const untilTaken = (userId: string) =>
      waitFor(
        () =>
          aliceAtOurDoor.reportUser(userId, 'while something was gone').then(
            () => true,
            () => false,
          ),
        { what: `the report on ${userId}`, timeoutMs: 60_000, everyMs: 500 },
      );
    await stage.mailbox.close();
    await untilTaken(noMail);
    const elsewhere = new Database(path.join(stage.dir, 'heimdall', 'data', 'ledger.sqlite'));
    elsewhere.exec('pragma busy_timeout = 10000');
    elsewhere.exec('begin immediate');
    const asked = untilTaken(noLedger);
    await sleep(1_000);
    elsewhere.exec('rollback');
    elsewhere.close();
    await asked;
    await stage.home.stop();
    const whileDown = untilTaken(noHomeserver);
    await sleep(1_000);
    await stage.home.start();
    await whileDown;
    await untilTaken(killed);
    await stage.heimdall.kill9();
    await stage.heimdall.start();
    await untilTaken(killed);
    await stage.mailbox.reopen();
    for (const subject of subjects) {
      await stage.mailbox.waitForMail((received) => received.raw.includes(subject), { timeoutMs: 120_000 });
      await notice(subject);
    }
    const heads = await stage.headNotices();
    for (const subject of subjects) {
      expect([subject, heads.filter(({ content }) => String(content.body).includes(subject)).length]).toEqual([
        subject,
        1,
      ]);
      const ids = new Set(stage.mailbox.about(subject).map(({ parsed }) => parsed.messageId));
      expect([subject, ids.size]).toEqual([subject, 1]);
      const answer = String((await stage.command(`!heimdall case ${subject}`)).content.body);
      expect([subject, answer.match(/while something was gone/g)?.length]).toEqual([subject, 1]);
    }
  }, 300_000);

  it('about an event that the reporter cannot see leave nothing', async () => {
    const secret = await stage.moderator.createRoom({ name: 'Secret' });
    const eventId = await stage.moderator.sendMessage(secret, 'not for you');
    await expect(aliceAtOurDoor.reportEvent(secret, eventId, 'nosy')).rejects.toMatchObject({
      status: 404,
      errcode: 'M_NOT_FOUND',
    });
    const nobody = new Person(
      { url: String(stage.config.appservice.url), serverName: stage.home.serverName },
      alice.userId,
      '',
      'syt_wrong',
    );
    await expect(nobody.reportUser(stage.moderator.userId, 'x')).rejects.toMatchObject({
      status: 401,
      errcode: 'M_UNKNOWN_TOKEN',
    });
    expect(stage.mailbox.about('nosy')).toHaveLength(0);
    expect((await stage.headNotices()).some((event) => /nosy/.test(String(event.content.body)))).toBe(false);
  }, 60_000);
});
