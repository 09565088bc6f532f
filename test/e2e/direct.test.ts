import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import nodemailer from 'nodemailer';
import { freePort } from '../../sandbox/ports.js';
import { Person } from '../../sandbox/synapse/person.js';
import { waitFor } from '../../sandbox/wait.js';
import { TcpRelay } from '../support/tcp-relay.js';
import { Stage } from './support/stage.js';

describe('talking to people', () => {
  let stage: Stage;
  let alice: Person;
  let chat: string;
  let inbound: number;
  let support: Server;
  /** between Heimdall and its homeserver */
  let wire: TcpRelay;
  beforeAll(async () => {
    inbound = await freePort();
    const contacts = [
      { role: 'm.role.security', email_address: 'holes@b.test' },
      { role: 'm.role.admin', email_address: 'second@b.test' },
      { role: 'm.role.moderator', email_address: 'first@b.test' },
    ];
    support = createServer((_request, response) => response.end(JSON.stringify({ contacts })));
    await new Promise<void>((resolve) => support.listen(0, '127.0.0.1', resolve));
    const overrides = { 'b.test': `http://127.0.0.1:${(support.address() as AddressInfo).port}` };
    stage = await Stage.build({
      name: 'direct',
      start: false,
      config: {
        mail: {
          inbound: { bind: '127.0.0.1', port: inbound },
          contacts: { 'c.test': null },
          discovery: { enabled: true, overrides },
        },
      },
    });
    const { hostname: host, port } = new URL(stage.home.url);
    wire = await TcpRelay.to({ host, port: Number(port) });
    stage.heimdall.writeConfig({
      ...stage.config,
      homeserver: { url: `http://127.0.0.1:${wire.port}`, server_name: stage.home.serverName },
    });
    await stage.standWatch();
    alice = await Person.register(stage.home, 'alice');
    await alice.join(stage.lobby);
    chat = await alice.createRoom({ direct: true, invite: [stage.botUserId] });
  }, 120_000);
  afterAll(async () => {
    await stage?.end();
    await wire?.close();
    support.close();
  }, 60_000);

  const heard = (words: RegExp, where = () => chat, who = () => alice) =>
    waitFor(
      async () =>
        (await who().messages(where())).find(
          (event) => event.sender === stage.botUserId && words.test(String(event.content.body)),
        ),
      { what: `${String(words)} in the chat` },
    );

  it('begins with an invite and one short greeting', async () => {
    await alice.waitForMembership(chat, stage.botUserId, 'join');
    await heard(/Hello/);
  }, 40_000);

  it('says whether an id is official, in one sentence with the official id', async () => {
    await alice.sendMessage(chat, `is @mallory:b.test official?`);
    expect(String((await heard(/not official/)).content.body)).toContain(stage.home.officialUserId);
    await alice.sendMessage(chat, `${stage.home.officialUserId}?`);
    await heard(/^Yes, /);
  }, 40_000);

  it('takes a report, and tells when its case has ended', async () => {
    const mallory = await Person.register(stage.remote, 'mallory');
    await alice.sendMessage(chat, `report ${mallory.userId} sells rings`);
    await heard(/report was taken/);
    const notice = await waitFor(
      async () => (await stage.headNotices()).find((event) => String(event.content.body).includes(mallory.userId)),
      { what: 'the notice' },
    );
    expect(notice.content.body).toContain('sells rings');
    await stage.command(`!heimdall dismiss ${/Case (\d+)/.exec(String(notice.content.body))?.[1] ?? ''}`);
    await heard(/looked at/);
  }, 60_000);

  it('loses nothing of what is said while the homeserver is away, and answers each once', async () => {
    const answers = async (words: RegExp): Promise<number> =>
      (await alice.messages(chat)).filter(
        ({ sender, content }) => sender === stage.botUserId && words.test(String(content.body)),
      ).length;
    const taken = await answers(/report was taken/);
    wire.cut();
    await alice.sendMessage(chat, 'is @away:b.test official?');
    await alice.sendMessage(chat, 'report @away:b.test sells swords');
    await waitFor(() => wire.held > 0, { what: 'Heimdall turning to a homeserver that is away' });
    wire.mend();
    const back = { timeoutMs: 60_000 };
    await waitFor(async () => (await answers(/report was taken/)) > taken, { what: 'the report taken', ...back });
    await heard(/@away:b\.test is not official/);
    await waitFor(
      async () => (await stage.headNotices()).some(({ content }) => /@away:b\.test/.test(String(content.body))),
      {
        what: 'the notice',
        ...back,
      },
    );
    expect(await answers(/report was taken/)).toBe(taken + 1);
    expect(await answers(/@away:b\.test is not official/)).toBe(1);
  }, 120_000);

  it('answers the first message of a new chat, and takes a message between two, where no bot is', async () => {
    const [erna, scammer] = await Promise.all([
      Person.register(stage.home, 'erna'),
      Person.register(stage.remote, 'scammer'),
    ]);
    // as clients do it: the chat and its first message in one go
    const room = await erna.createRoom({ direct: true, invite: [stage.botUserId] });
    await erna.sendMessage(room, `Ist ${stage.home.officialUserId} offiziell?`);
    const hears = (words: RegExp) =>
      heard(
        words,
        () => room,
        () => erna,
      );
    await hears(/^Ja, /);
    const between = await scammer.createRoom({ direct: true, invite: [erna.userId] });
    await waitFor(async () => (await erna.invites()).has(between), { what: 'the invite of a stranger' });
    await erna.join(between, [stage.remote.serverName]);
    const lie = await scammer.sendMessage(between, 'give me your recovery key');
    await waitFor(async () => (await erna.messages(between)).some(({ event_id: id }) => id === lie), {
      what: 'the message of a stranger',
    });
    await erna.sendMessage(room, `https://matrix.to/#/${between}/${lie}?via=b.test Betrug`);
    await hears(/angekommen/);
    const mail = await stage.mailbox.waitForMail(({ raw }) => raw.includes(scammer.userId));
    expect(mail.parsed.text).toContain('give me your recovery key');
    expect(mail.raw).not.toContain(erna.userId);
  }, 90_000);

  it('takes a report of somebody from elsewhere, whose server may not know of its own invite yet', async () => {
    const guest = await Person.register(stage.remote, 'guest');
    const room = await guest.createRoom({ direct: true, invite: [stage.botUserId] });
    await guest.waitForMembership(room, stage.botUserId, 'join');
    await guest.sendMessage(room, 'report @liar:b.test lies to everybody');
    await heard(
      /report was taken/,
      () => room,
      () => guest,
    );
    const told = async (words: string) =>
      /Case (\d+)/.exec(
        String((await stage.headNotices()).find(({ content }) => String(content.body).includes(words))?.content.body),
      )?.[1];
    const number = await waitFor(() => told('@liar:b.test'), { what: 'the notice' });
    await stage.mailbox.waitForMail(({ raw }) => raw.includes('@liar:b.test'));
    // the best contact refuses for good
    stage.mailbox.refuse(550, { times: 1 });
    const said = async (words: string) => String((await stage.command(words)).content.body);
    expect(await said(`!heimdall mail forward case ${number}`)).toMatch(/: mail was sent to the abuse desk of b\.test/);
    expect(await said(`!heimdall mail forward case ${number}`)).toMatch(/: mail was sent/);
    const desks = stage.mailbox.mails.flatMap(({ envelopeTo }) => envelopeTo).filter((to) => to.endsWith('@b.test'));
    expect(desks).toEqual(['second@b.test']);
    await guest.sendMessage(room, 'report @nul:c.test has no desk');
    const without = await waitFor(() => told('@nul:c.test'), { what: 'the notice' });
    expect(await said(`!heimdall mail forward case ${without}`)).toMatch(/no mail was sent/);
  }, 90_000);

  it('takes !report as a reply in a protected room, and redacts it', async () => {
    const spammer = await Person.register(stage.home, 'spammer');
    await spammer.join(stage.lobby);
    const target = await spammer.sendMessage(stage.lobby, 'buy my mead');
    const command = await alice.sendEvent(stage.lobby, 'm.room.message', {
      msgtype: 'm.text',
      body: '!report mead again',
      'm.relates_to': { 'm.in_reply_to': { event_id: target } },
    });
    const mail = await stage.mailbox.waitForMail((received) => received.raw.includes(spammer.userId));
    expect(mail.raw).not.toContain(alice.userId);
    await waitFor(
      async () =>
        (await alice.messages(stage.lobby)).some(
          (event) => event.event_id === command && Object.keys(event.content).length === 0,
        ),
      { what: 'the command redacted' },
    );
  }, 60_000);

  it('shows an answer by mail in the thread of its case, and refuses mails of strangers', async () => {
    const mail = await stage.mailbox.waitForMail((received) => /^Reply-To: /m.test(received.raw));
    const replyTo = /^Reply-To: (\S+)/m.exec(mail.raw)?.[1] ?? '';
    const transport = nodemailer.createTransport({ host: '127.0.0.1', port: inbound, ignoreTLS: true });
    const send = (to: string) =>
      transport.sendMail({
        from: 'desk@b.test',
        to,
        subject: 'Re: Abuse report',
        text: 'We have closed that account.',
      });
    await send(replyTo);
    await waitFor(
      async () =>
        (await stage.moderator.messages(stage.managementRoom, 100)).some(
          (event) =>
            event.content['m.relates_to'] !== undefined &&
            String(event.content.body).includes('We have closed that account.'),
        ),
      { what: 'the answer in the thread' },
    );
    await expect(send('heimdall+case-1-00112233445566778899@a.test')).rejects.toMatchObject({ responseCode: 550 });
    transport.close();
  }, 60_000);

  it('opens a closed case again for an appeal by mail, and moderators hear of it', async () => {
    const mail = await stage.mailbox.waitForMail(({ raw }) => /spammer/.test(raw));
    const number = /case-(\d+)-/.exec(mail.raw)?.[1] ?? '';
    await stage.command(`!heimdall close ${number}`);
    const appeals = /heimdall\+appeal-\d+-[0-9a-f]+@\S+?(?=[\s;.])/.exec(mail.parsed.text ?? '')?.[0] ?? '';
    const transport = nodemailer.createTransport({ host: '127.0.0.1', port: inbound, ignoreTLS: true });
    await transport.sendMail({ from: 'spammer@b.test', to: appeals, subject: 'Please', text: 'Look at it again.' });
    transport.close();
    await waitFor(
      async () =>
        String((await stage.command(`!heimdall case ${number}`)).content.body).includes('appealed') &&
        (await stage.headNotices()).some((event) => /appeals against the decision/.test(String(event.content.body))),
      { what: 'the case open again' },
    );
  }, 60_000);

  it('opens one case for a complaint by mail about an account of ours, and none about nobody', async () => {
    const accused = await Person.register(stage.home, 'accused');
    const complaint = (userId: string) =>
      [
        'From: Desk of B <desk@b.test>',
        `Message-ID: <${userId.slice(1, 6)}@b.test>`,
        'Content-Type: multipart/report; report-type=feedback-report; boundary=b',
        '',
        '--b',
        'Content-Type: text/plain',
        '',
        'It sends adverts to everybody here.',
        '--b',
        'Content-Type: message/feedback-report',
        '',
        'Feedback-Type: abuse',
        `Reported-URI: https://matrix.to/#/${encodeURIComponent(userId)}`,
        '--b--',
        '',
      ].join('\r\n');
    const transport = nodemailer.createTransport({ host: '127.0.0.1', port: inbound, ignoreTLS: true });
    for (const userId of [accused.userId, accused.userId, stage.home.userId('nobody-here')])
      await transport.sendMail({
        envelope: { from: 'desk@b.test', to: ['heimdall@a.test'] },
        raw: complaint(userId),
      });
    transport.close();
    const mail = await stage.mailbox.waitForMail((received) => received.raw.includes(accused.userId));
    expect(mail.parsed.text).toContain('adverts');
    expect(mail.raw).not.toContain('desk@b.test');
    const notices = await waitFor(
      async () => {
        const found = (await stage.headNotices()).filter((event) => String(event.content.body).includes('accused'));
        return found.length > 0 && found;
      },
      { what: 'the notice' },
    );
    expect(notices).toHaveLength(1);
    expect(String((await stage.command('!heimdall cases')).content.body)).not.toContain('nobody-here');
  }, 60_000);

  it('ends with stop', async () => {
    await alice.sendMessage(chat, 'stop');
    await heard(/no more messages/);
  }, 40_000);
});
