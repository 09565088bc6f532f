import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { Person } from '../../sandbox/synapse/person.js';
import { sleep, waitFor } from '../../sandbox/wait.js';
import { OFFICIAL_NAME, Stage } from './support/stage.js';

describe.each([['11'], ['12']])('an impostor in rooms of version %s', (roomVersion) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.build({ name: `impostor-${roomVersion}`, roomVersion });
  }, 120_000);
  afterAll(() => stage?.end(), 60_000);

  const ruleFor = async (userId: string) => (await stage.rules()).filter((rule) => rule.content.entity === userId);
  const noticesOn = async (userId: string) =>
    (await stage.headNotices()).filter((notice) => String(notice.content.body).includes(userId));

  it('from afar with a disguised name gets one rule, one ban, one notice and one mail', async () => {
    const impostor = await Person.register(stage.remote, 'maria', { displayName: 'Аsgard (Оfficial Аccount)' });
    await impostor.join(stage.lobbyAlias);
    await stage.moderator.waitForMembership(stage.lobby, impostor.userId, 'ban');
    const mail = await stage.mailbox.waitForMail(
      (received) => received.raw.includes(impostor.userId) || JSON.stringify(received).includes(impostor.userId),
    );
    expect(mail).toBeDefined();
    const [notice] = await waitFor(async () => {
      const found = await noticesOn(impostor.userId);
      return found.length > 0 && found;
    });
    expect(notice?.content.body).toContain(stage.home.officialUserId);
    expect(notice?.content.format).toBe('org.matrix.custom.html');
    await sleep(2000);
    expect(await ruleFor(impostor.userId)).toHaveLength(1);
    expect(await noticesOn(impostor.userId)).toHaveLength(1);
    expect(stage.mailbox.about(impostor.userId)).toHaveLength(1);
  }, 60_000);

  it('of our own server is reported to the homeserver by name', async () => {
    const impostor = await Person.register(stage.home, '5erver', { displayName: OFFICIAL_NAME });
    await impostor.join(stage.lobby);
    await stage.moderator.waitForMembership(stage.lobby, impostor.userId, 'ban');
    const report = await waitFor(
      async () => (await stage.admin.userReports()).find(({ target_user_id: target }) => target === impostor.userId),
      { what: 'the report' },
    );
    expect(report.user_id).toBe(stage.botUserId);
  }, 60_000);

  it('is not who is invited under an official name by somebody else: the inviter wrote that name', async () => {
    const victim = await Person.register(stage.home, `victim${roomVersion}`, { displayName: 'Victim' });
    const framer = await Person.register(stage.home, `framer${roomVersion}`, { displayName: 'Framer' });
    const room = await framer.createRoom({ name: 'Trap' });
    await framer
      .sendState(room, 'm.room.member', victim.userId, { membership: 'invite', displayname: OFFICIAL_NAME })
      .catch(() => undefined);
    await sleep(2000);
    expect(await noticesOn(victim.userId)).toHaveLength(0);
    expect(await ruleFor(victim.userId)).toHaveLength(0);
  }, 60_000);

  it('is dealt with once, however often the homeserver sends the same transaction', async () => {
    const { hs_token: token } = parse(readFileSync(path.join(stage.dir, 'heimdall', 'registration.yaml'), 'utf8')) as {
      hs_token: string;
    };
    const userId = `@ѕerver:replay.test`;
    const event = {
      type: 'm.room.member',
      event_id: `$replay${roomVersion}`,
      room_id: stage.lobby,
      sender: userId,
      state_key: userId,
      origin_server_ts: Date.now(),
      content: { membership: 'join', displayname: OFFICIAL_NAME },
    };
    const send = (txnId: string, body: string) =>
      fetch(`${String(stage.config.appservice.url)}/_matrix/app/v1/transactions/${txnId}`, {
        method: 'PUT',
        headers: { Authorization: `Bearer ${token}` },
        body,
      });
    for (const txnId of ['1', '1', '2'])
      expect((await send(txnId, JSON.stringify({ events: [event, { type: 'broken' }] }))).status).toBe(200);
    await waitFor(async () => (await noticesOn(userId)).length > 0);
    await sleep(1500);
    expect(await noticesOn(userId)).toHaveLength(1);
    expect(stage.mailbox.about(userId)).toHaveLength(1);
    expect((await send('3', 'no json')).status).toBe(400);
    expect(
      (
        await fetch(`${String(stage.config.appservice.url)}/_matrix/app/v1/transactions/4`, {
          method: 'PUT',
          body: '{"events":[]}',
        })
      ).status,
    ).toBe(401);
  }, 60_000);
});
