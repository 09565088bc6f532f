import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import path from 'node:path';
import nodemailer from 'nodemailer';
import { Mailbox } from '../../sandbox/mailbox.js';
import { ServerAdmin } from '../../sandbox/synapse/admin.js';
import { Person, RequestError } from '../../sandbox/synapse/person.js';
import { startHomeserver, type Homeserver } from '../../sandbox/synapse/server.js';
import { waitFor } from '../../sandbox/wait.js';
import { DummyAppservice } from './support/dummy-appservice.js';
import { scratchDir } from './support/scratch.js';

jest.setTimeout(120_000);

const scratch = scratchDir('harness');
let a: Homeserver;
let b: Homeserver;
let appservice: DummyAppservice;

beforeAll(async () => {
  appservice = await DummyAppservice.start(path.join(scratch.dir, 'dummy.yaml'));
  [a, b] = await Promise.all([
    startHomeserver({
      name: 'a.test',
      dataDir: path.join(scratch.dir, 'a'),
      appserviceRegistrations: [appservice.registrationFile],
      officialAccount: { displayName: 'A (Official Account)' },
    }),
    startHomeserver({ name: 'b.test', dataDir: path.join(scratch.dir, 'b'), roomVersion: '11' }),
  ]);
});

afterAll(async () => {
  await Promise.all([a?.stop(), b?.stop(), appservice?.stop()]);
  scratch.remove();
});

describe('the homeserver harness', () => {
  it('lets two homeservers federate, in a room of version 12 and one of version 11', async () => {
    const alice = await Person.register(a, 'alice', { displayName: 'Alice' });
    const bert = await Person.register(b, 'bert', { displayName: 'Bert' });
    const roomA = await alice.createRoom({ public: true, alias: 'lobby', name: 'Lobby' });
    const roomB = await bert.createRoom({ public: true, alias: 'hall', name: 'Hall' });
    expect(roomA).not.toContain(':');
    expect(roomB).toContain(b.serverName);

    await bert.join(`#lobby:${a.serverName}`);
    await alice.join(`#hall:${b.serverName}`);
    const words = await bert.sendMessage(roomA, 'Hello from over there');

    const heard = await alice.waitForEvent(roomA, (event) => event.event_id === words);
    expect(heard.sender).toBe(bert.userId);
    expect(await alice.membership(roomA, bert.userId)).toBe('join');
    expect(await bert.membership(roomB, alice.userId)).toBe('join');
  });

  it('gives an application service every event of every room of its server', async () => {
    const carol = await Person.register(a, 'carol');
    const room = await carol.createRoom();
    await carol.sendMessage(room, 'Is anybody listening?');

    const seen = await waitFor(() =>
      appservice.events.find((event) => event.room_id === room && event.type === 'm.room.message'),
    );
    expect(seen.sender).toBe(carol.userId);
  });

  it('has an official account that speaks through server notices', async () => {
    const admin = new ServerAdmin(await Person.register(a, 'admin', { admin: true }));
    const dora = await Person.register(a, 'dora');
    await admin.sendServerNotice(dora.userId, 'Welcome');

    const [room = ''] = await waitFor(async () => {
      const rooms = await dora.joinedRooms();
      return rooms.length > 0 && rooms;
    });
    const official = await dora.stateContent(room, 'm.room.member', a.officialUserId);
    expect(official).toMatchObject({ membership: 'join', displayname: 'A (Official Account)' });
  });

  it('lets people do what people do: moderate, report, rename, and be refused', async () => {
    const [eve, frank] = await Promise.all([Person.register(a, 'eve'), Person.register(a, 'frank')]);
    const admin = new ServerAdmin(await Person.register(a, 'admin2', { admin: true }));
    const room = await eve.createRoom({ invite: [frank.userId] });
    expect(await frank.invites()).toEqual(new Map([[room, expect.any(Array)]]));
    await frank.join(room);
    const words = await frank.sendMessage(room, 'Buy now');
    await frank.setDisplayName('Frank the Second');
    await waitFor(
      async () => (await eve.stateContent(room, 'm.room.member', frank.userId))?.displayname === 'Frank the Second',
      { what: 'the new name in the room' },
    );

    await eve.reportEvent(room, words, 'spam');
    await eve.reportUser(frank.userId, 'spammer');
    expect(await admin.eventReports()).toContainEqual(expect.objectContaining({ event_id: words, reason: 'spam' }));
    expect(await admin.userReports()).toContainEqual(
      expect.objectContaining({ target_user_id: frank.userId, reason: 'spammer' }),
    );

    await eve.setPowerLevel(room, frank.userId, 10);
    expect(await eve.powerLevels(room)).toMatchObject({ users: { [frank.userId]: 10 } });
    await eve.redact(room, words);
    await eve.ban(room, frank.userId, 'spam');
    await expect(frank.join(room)).rejects.toThrow(RequestError);
    expect((await eve.members(room)).get(frank.userId)).toBe('ban');
  });

  it('keeps its name and its rooms when it is killed and started again', async () => {
    const gina = await Person.register(b, 'gina');
    const room = await gina.createRoom({ name: 'Lasting' });
    await b.kill();
    expect(b.running).toBe(false);
    await b.start();
    expect(await gina.stateContent(room, 'm.room.name')).toEqual({ name: 'Lasting' });
    const again = await Person.login(b, 'gina', gina.password);
    expect(again.userId).toBe(gina.userId);
  });
});

describe('the mailbox', () => {
  it('receives a mail, refuses when told, and can be gone for a while at the same port', async () => {
    const mailbox = await Mailbox.open();
    const send = (subject: string): Promise<unknown> =>
      nodemailer
        .createTransport(mailbox.url)
        .sendMail({ from: 'heimdall@a.test', to: 'abuse@a.test', subject, text: 'Grüße' });

    await send('first');
    expect(mailbox.mails[0]).toMatchObject({
      envelopeFrom: 'heimdall@a.test',
      envelopeTo: ['abuse@a.test'],
      parsed: { subject: 'first' },
    });
    expect(mailbox.about('Grüße')).toHaveLength(1);

    mailbox.refuse(451, { times: 1 });
    await expect(send('second')).rejects.toMatchObject({ responseCode: 451 });
    mailbox.refuse(550, { stage: 'data' });
    await expect(send('second')).rejects.toMatchObject({ responseCode: 550 });
    mailbox.accept();
    await send('second');

    await mailbox.close();
    await expect(send('third')).rejects.toMatchObject({ code: 'ESOCKET' });
    await mailbox.reopen();
    await send('third');

    expect(mailbox.mails.map((mail) => mail.parsed.subject)).toEqual(['first', 'second', 'third']);
    expect(mailbox.refused).toBe(2);
    await mailbox.close();
  });
});
