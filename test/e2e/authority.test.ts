import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Person, request } from '../../sandbox/synapse/person.js';
import { sleep, waitFor } from '../../sandbox/wait.js';
import { OFFICIAL_NAME, Stage } from './support/stage.js';

const SOON = { timeoutMs: 30_000 };
const enc = encodeURIComponent;
/** An application service with accounts of its own: only such a one may date the events of an account. */
const DATER = {
  id: 'dater',
  url: null,
  as_token: 'dater-as-token',
  hs_token: 'dater-hs-token',
  sender_localpart: 'dater',
  rate_limited: false,
  namespaces: { users: [{ regex: '@dated.*', exclusive: false }], aliases: [], rooms: [] },
};

/** Who and what Heimdall believes, on a real homeserver. */
describe('authority', () => {
  let stage: Stage;
  const readyz = async () => (await fetch(`${String(stage.config.appservice.url)}/readyz`)).status;
  const ready = (status: number, timeoutMs: number) =>
    waitFor(async () => (await readyz()) === status, { what: `/readyz ${status}`, timeoutMs });
  const rule = (list: string, kind: string, key: string, content: Record<string, unknown>) =>
    stage.moderator.sendState(list, `m.policy.rule.${kind}`, key, content);
  const deny = async () => (await stage.moderator.stateContent(stage.lobby, 'm.room.server_acl'))?.deny ?? [];
  const past = 43;

  beforeAll(async () => {
    stage = await Stage.build({ name: 'authority', remote: false, start: false, appservice: DATER });
    // a past full of look-alikes, from before there was any application service
    for (let index = 0; index < past; index += 1) {
      const old = await Person.register(stage.home, `old${index}`, { displayName: OFFICIAL_NAME });
      await old.join(stage.lobby);
    }
    await stage.standWatch();
  }, 240_000);
  afterAll(() => stage?.end(), 60_000);

  it("judges the homeserver's past as a scan does: nobody is banned, and one message asks", async () => {
    const asks = async () =>
      (await stage.moderator.messages(stage.managementRoom, 500)).filter((event) =>
        String(event.content.body).includes('Please decide'),
      );
    await waitFor(async () => (await asks()).length > 0, { what: 'the question', timeoutMs: 60_000 });
    await sleep(5_000);
    expect((await asks()).length).toBe(1);
    expect(await stage.rules()).toEqual([]);
    expect(stage.mailbox.about(stage.home.userId('old1'))).toEqual([]);
    // what comes now is live
    const late = await Person.register(stage.home, 'late', { displayName: OFFICIAL_NAME });
    await late.join(stage.lobby);
    await stage.moderator.waitForMembership(stage.lobby, late.userId, 'ban', SOON);
  }, 120_000);

  it('bans a listed account whose join is dated before the leave that was read', async () => {
    const userId = stage.home.userId('dated');
    const asDated = (method: 'PUT' | 'POST', path: string, body: Record<string, unknown>, ts?: number) =>
      request(stage.home.url, method, path, {
        accessToken: DATER.as_token,
        query: { user_id: userId, ...(ts === undefined ? {} : { ts }) },
        body: body as never,
      });
    const member = `/_matrix/client/v3/rooms/${enc(stage.lobby)}/state/m.room.member/${enc(userId)}`;
    await request(stage.home.url, 'POST', '/_matrix/client/v3/register', {
      accessToken: DATER.as_token,
      body: { type: 'm.login.application_service', username: 'dated', inhibit_login: true },
    });
    await asDated('POST', `/_matrix/client/v3/join/${enc(stage.lobby)}`, {});
    await asDated('POST', `/_matrix/client/v3/rooms/${enc(stage.lobby)}/leave`, {});
    await stage.command(`!heimdall ban ${userId} spam`);
    await stage.heimdall.stop();
    await stage.heimdall.start();
    await asDated('PUT', member, { membership: 'join' }, Date.now() - 86_400_000);
    await stage.moderator.waitForMembership(stage.lobby, userId, 'ban', SOON);
    const joins = (await stage.moderator.messages(stage.lobby, 100)).filter(
      ({ type, state_key: key, content }) =>
        type === 'm.room.member' && key === userId && content.membership === 'join',
    );
    // the homeserver did take the date
    expect(joins.some(({ origin_server_ts: at }) => Number(at) < Date.now() - 80_000_000)).toBe(true);
  }, 120_000);

  it('lets no allow rule of a foreign list lift what ours bans', async () => {
    const bad = await Person.register(stage.home, 'bad');
    await bad.join(stage.lobby);
    const list = await stage.moderator.createRoom({ name: 'A list', alias: 'foreign', public: true });
    await stage.command(`!heimdall watch #foreign:${stage.home.serverName}`);
    await stage.command(`!heimdall ban ${bad.userId} spam`);
    await stage.moderator.waitForMembership(stage.lobby, bad.userId, 'ban', SOON);
    await rule(list, 'user', 'all', { entity: '*', recommendation: 'org.matrix.mjolnir.allow' });
    await rule(list, 'server', 'all', { entity: '*', recommendation: 'org.matrix.mjolnir.allow' });
    await sleep(5_000);
    expect(await stage.moderator.membership(stage.lobby, bad.userId)).toBe('ban');
    await stage.command(`!heimdall unwatch #foreign:${stage.home.serverName}`);
  }, 90_000);

  it('lifts nothing that a foreign list lost while it was down, emptied and upgraded, until a moderator says so', async () => {
    const curator = await Person.register(stage.home, 'curator');
    const list = await curator.createRoom({ name: 'A large list', alias: 'large', public: true });
    const listed = await Promise.all(
      ['one', 'two'].map((name) => Person.register(stage.home, `listed${name}`, { displayName: name })),
    );
    for (const person of listed) await person.join(stage.lobby);
    const rules = [
      ...Array.from({ length: 51 }, (_, index) => ['server', `spam${index}.example`] as const),
      ...listed.map(({ userId }) => ['user', userId] as const),
    ];
    const write = (kind: string, entity: string, content: Record<string, unknown>) =>
      curator.sendState(list, `m.policy.rule.${kind}`, `rule:${entity}`, content);
    for (const [kind, entity] of rules) await write(kind, entity, { entity, recommendation: 'm.ban' });
    await stage.command(`!heimdall watch #large:${stage.home.serverName}`);
    for (const { userId } of listed) await stage.moderator.waitForMembership(stage.lobby, userId, 'ban', SOON);
    await waitFor(async () => ((await deny()) as string[]).length === 51, { what: 'the servers of the list', ...SOON });
    await stage.heimdall.stop();
    for (const [kind, entity] of rules) await write(kind, entity, {});
    await curator.request('POST', `/_matrix/client/v3/rooms/${enc(list)}/upgrade`, { body: { new_version: '12' } });
    await stage.heimdall.start();
    const asks = async () =>
      (await stage.moderator.messages(stage.managementRoom, 100)).filter(({ content }) =>
        /would lift at least|I watch both/.test(String(content.body)),
      );
    await waitFor(async () => (await asks()).length >= 2, { what: 'two words about the list', ...SOON });
    await sleep(3_000);
    expect((await deny()) as string[]).toHaveLength(51);
    for (const { userId } of listed) expect(await stage.moderator.membership(stage.lobby, userId)).toBe('ban');
    await stage.command(`!heimdall lists lift ${list}`);
    for (const { userId } of listed) await stage.moderator.waitForMembership(stage.lobby, userId, 'leave', SOON);
    await waitFor(async () => ((await deny()) as string[]).length === 0, { what: 'no server of the list', ...SOON });
    await stage.command(`!heimdall unwatch ${list}`);
  }, 180_000);

  it('lifts the ban of a rule that was redacted while it was down, no other, and says who took it away', async () => {
    const curator = await Person.register(stage.home, 'redactor');
    const list = await curator.createRoom({ name: 'A list with a mistake', alias: 'mistaken', public: true });
    const [wronged, spammer] = await Promise.all(
      ['wronged', 'spammer'].map((name) => Person.register(stage.home, name, { displayName: name })),
    );
    const rules: string[] = [];
    for (const { userId } of [wronged!, spammer!]) {
      const content = { entity: userId, recommendation: 'm.ban' };
      rules.push(await curator.sendState(list, 'm.policy.rule.user', `rule:${userId}`, content));
      await (userId === wronged!.userId ? wronged! : spammer!).join(stage.lobby);
    }
    await stage.command('!heimdall enable PolicyChangeNotification');
    await stage.command(`!heimdall watch #mistaken:${stage.home.serverName}`);
    for (const { userId } of [wronged!, spammer!])
      await stage.moderator.waitForMembership(stage.lobby, userId, 'ban', SOON);
    await stage.heimdall.stop();
    await curator.redact(list, rules[0]!);
    await stage.heimdall.start();
    await stage.moderator.waitForMembership(stage.lobby, wronged!.userId, 'leave', SOON);
    const told = async () =>
      (await stage.moderator.messages(stage.managementRoom, 100)).filter(({ content }) =>
        String(content.body).includes(`${curator.userId} removed a rule from`),
      );
    await waitFor(async () => (await told()).length > 0, { what: 'a word about the removed rule', ...SOON });
    await sleep(3_000);
    expect((await told()).map(({ content }) => String(content.body))).toEqual([
      expect.stringContaining(wronged!.userId),
    ]);
    expect(await stage.moderator.membership(stage.lobby, spammer!.userId)).toBe('ban');
    await stage.command(`!heimdall unwatch #mistaken:${stage.home.serverName}`);
    await stage.command('!heimdall disable PolicyChangeNotification');
  }, 180_000);

  it('takes back every server ACL entry of its own, said quickly, also over a restart', async () => {
    const servers = Array.from({ length: 6 }, (_, index) => `evil${index}.example`);
    const list = await stage.moderator.createRoom({ name: 'Servers', alias: 'servers', public: true });
    for (const server of servers) await rule(list, 'server', server, { entity: server, recommendation: 'm.ban' });
    await stage.command(`!heimdall watch #servers:${stage.home.serverName}`);
    await waitFor(async () => ((await deny()) as string[]).length === servers.length, { what: 'the ACL', ...SOON });
    await Promise.all(servers.slice(0, 3).map((server) => rule(list, 'server', server, {})));
    await stage.heimdall.stop();
    await Promise.all(servers.slice(3).map((server) => rule(list, 'server', server, {})));
    await stage.heimdall.start();
    await waitFor(async () => ((await deny()) as string[]).length === 0, { what: 'no entry of ours', ...SOON });
    await sleep(3_000);
    expect(await deny()).toEqual([]);
  }, 120_000);

  it('makes nobody immune by a room that only came with a space', async () => {
    const imp = await Person.register(stage.home, 'imp');
    const hostile = await imp.createRoom({ name: 'Nice room', alias: 'nice', public: true });
    const space = await stage.moderator.createRoom({
      name: 'Space',
      alias: 'space',
      public: true,
      type: 'm.space',
      powerLevels: { users: { [stage.botUserId]: 100 } },
    });
    await stage.moderator.sendState(space, 'm.space.child', hostile, { via: [stage.home.serverName] });
    await stage.command(`!heimdall rooms add #space:${stage.home.serverName}`);
    await imp.waitForMembership(hostile, stage.botUserId, 'join', SOON);
    await imp.join(stage.lobby);
    await stage.command(`!heimdall ban ${imp.userId} spam`);
    await stage.moderator.waitForMembership(stage.lobby, imp.userId, 'ban', SOON);
    await stage.command(`!heimdall rooms remove #space:${stage.home.serverName}`);
  }, 90_000);

  it('is ready while the homeserver answers and it is in the management room, and comes back by an invite', async () => {
    await ready(200, 10_000);
    await stage.moderator.kick(stage.managementRoom, stage.botUserId);
    await ready(503, 30_000);
    await stage.moderator.invite(stage.managementRoom, stage.botUserId);
    await ready(200, 15_000);
    expect((await stage.command('!heimdall status')).content.body).toContain('Heimdall');
    await stage.home.stop();
    await ready(503, 30_000);
    await stage.home.start();
    await ready(200, 15_000);
  }, 180_000);

  it('stays in the room that it knows when the alias leads elsewhere, and says so', async () => {
    const alias = `#moderators:${stage.home.serverName}`;
    const thief = await Person.register(stage.home, 'thief');
    const theirs = await thief.createRoom({ name: 'Moderators', public: true });
    await request(stage.home.url, 'DELETE', `/_matrix/client/v3/directory/room/${enc(alias)}`, {
      accessToken: stage.moderator.accessToken,
    });
    await request(stage.home.url, 'PUT', `/_matrix/client/v3/directory/room/${enc(alias)}`, {
      accessToken: thief.accessToken,
      body: { room_id: theirs },
    });
    await thief.invite(theirs, stage.botUserId);
    await stage.heimdall.stop();
    await stage.heimdall.start();
    expect((await stage.command('!heimdall status')).content.body).toContain('Heimdall');
    expect(await thief.membership(theirs, stage.botUserId)).not.toBe('join');
    await waitFor(
      async () =>
        (await stage.moderator.messages(stage.managementRoom, 50)).some((event) =>
          String(event.content.body).includes('points to another room'),
        ),
      { what: 'the word about the alias', timeoutMs: 90_000 },
    );
  }, 180_000);
});
