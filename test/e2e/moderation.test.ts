import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Person } from '../../sandbox/synapse/person.js';
import { sleep, waitFor } from '../../sandbox/wait.js';
import { OFFICIAL_NAME, Stage } from './support/stage.js';

describe('moderators', () => {
  let stage: Stage;
  let list: string;
  beforeAll(async () => {
    stage = await Stage.build({ name: 'moderation' });
    list = await stage.moderator.createRoom({ name: 'A list', alias: 'list', public: true });
    await stage.command(`!heimdall watch #list:${stage.home.serverName}`);
  }, 120_000);
  afterAll(() => stage?.end(), 60_000);

  const bodyOf = async (words: string) => String((await stage.command(words)).content.body);
  const newcomer = async (localpart: string) => {
    const person = await Person.register(stage.remote, localpart, { displayName: localpart });
    await person.join(stage.lobbyAlias);
    return person;
  };
  const banned = (userId: string) => stage.moderator.waitForMembership(stage.lobby, userId, 'ban');
  const free = (userId: string) =>
    waitFor(async () => (await stage.moderator.membership(stage.lobby, userId)) !== 'ban', {
      what: `${userId} to be free`,
    });

  it('get the nearest commands for a word that is none', async () => {
    expect(await bodyOf('!heimdall stauts')).toContain('status');
    expect(await bodyOf('!mjolnir status')).toContain('1 protected room');
  }, 60_000);

  it("ban and unban in Mjolnir's syntax", async () => {
    const spammer = await newcomer('spammer');
    await stage.command(`!mjolnir ban user ${spammer.userId} spam`);
    await banned(spammer.userId);
    expect(await bodyOf(`!mjolnir unban user ${spammer.userId} true`)).toContain('Removed');
    await free(spammer.userId);
  }, 60_000);

  it('cannot ban themselves, the official account or our server, and are asked before a glob', async () => {
    const before = (await stage.rules()).length;
    for (const entity of [stage.moderator.userId, stage.home.officialUserId, stage.botUserId, stage.home.serverName])
      expect(await bodyOf(`!heimdall ban ${entity}`)).toContain('Not done');
    expect(await bodyOf(`!heimdall ban @*:${stage.home.serverName}`)).toContain('Not done');
    expect(await bodyOf('!heimdall ban @*:nowhere.example')).toContain('Reply yes');
    expect(await bodyOf(`!heimdall ban @mod*:${stage.home.serverName} --force`)).toContain('Not done');
    expect((await stage.rules()).length).toBe(before);
  }, 60_000);

  it('dismiss a case, and its rule and bans are gone', async () => {
    const person = await Person.register(stage.remote, 'ada', { displayName: OFFICIAL_NAME });
    await person.join(stage.lobbyAlias);
    await banned(person.userId);
    const notice = await waitFor(async () =>
      (await stage.headNotices()).find((event) => String(event.content.body).includes(person.userId)),
    );
    const number = /Case (\d+)/.exec(String(notice.content.body))?.[1];
    expect(await bodyOf(`!heimdall dismiss ${number} a fan`)).toContain('dismissed');
    await free(person.userId);
    await person.join(stage.lobbyAlias);
    await sleep(2000);
    expect(await stage.moderator.membership(stage.lobby, person.userId)).toBe('join');
  }, 60_000);

  it('have rules of watched lists acted upon, and undone when they are edited, emptied or redacted', async () => {
    const [one, two, three] = [await newcomer('one'), await newcomer('two'), await newcomer('three')];
    const rule = (entity: string) => ({ entity, recommendation: 'm.ban', reason: 'test' });
    await stage.moderator.sendState(list, 'm.policy.rule.user', 'a', rule(one.userId));
    await stage.moderator.sendState(list, 'm.policy.rule.user', 'b', rule(two.userId));
    const last = await stage.moderator.sendState(list, 'm.policy.rule.user', 'c', rule(three.userId));
    for (const person of [one, two, three]) await banned(person.userId);
    await stage.moderator.sendState(list, 'm.policy.rule.user', 'a', rule('@somebody:else.test'));
    await stage.moderator.sendState(list, 'm.policy.rule.user', 'b', {});
    await stage.moderator.redact(list, last);
    for (const person of [one, two, three]) await free(person.userId);
  }, 60_000);

  it('shut a server out and let it in again, and our own server stays whatever a list says', async () => {
    const aclOf = () => stage.moderator.stateContent(stage.lobby, 'm.room.server_acl');
    await stage.moderator.sendState(list, 'm.policy.rule.server', 's', {
      entity: 'evil.example',
      recommendation: 'm.ban',
    });
    await stage.moderator.sendState(list, 'm.policy.rule.server', 'own', { entity: 'A.test', recommendation: 'm.ban' });
    await waitFor(async () => ((await aclOf())?.deny as string[] | undefined)?.includes('evil.example'));
    expect((await aclOf())?.deny).toEqual(['evil.example']);
    await stage.moderator.sendState(list, 'm.policy.rule.server', 's', {});
    await waitFor(async () => ((await aclOf())?.deny as string[] | undefined)?.length === 0, {
      what: 'the ACL to open',
    });
  }, 60_000);

  it('stop watching a list, and what only it wanted is lifted', async () => {
    const person = await newcomer('four');
    await stage.moderator.sendState(list, 'm.policy.rule.user', 'd', {
      entity: person.userId,
      recommendation: 'm.ban',
    });
    await banned(person.userId);
    await stage.command(`!heimdall unwatch #list:${stage.home.serverName}`);
    await free(person.userId);
  }, 60_000);

  it('see what users report to the homeserver as a case with one mail, and the reporter is not in it', async () => {
    const reporter = await Person.register(stage.home, 'reporter');
    const rude = await Person.register(stage.home, 'rude');
    for (const person of [reporter, rude]) await person.join(stage.lobby);
    const eventId = await rude.sendMessage(stage.lobby, 'buy my coins');
    await reporter.reportEvent(stage.lobby, eventId, 'coin spam');
    const mail = await stage.mailbox.waitForMail((received) => received.raw.includes(rude.userId));
    expect(mail.raw).not.toContain(reporter.userId);
    const notice = await waitFor(async () =>
      (await stage.headNotices()).find((event) => String(event.content.body).includes(rude.userId)),
    );
    expect(notice.content.body).toContain('coin spam');
  }, 60_000);

  it("lose no mail while the abuse desk's server is down", async () => {
    await stage.mailbox.close();
    const person = await Person.register(stage.remote, 'eve', { displayName: OFFICIAL_NAME });
    await person.join(stage.lobbyAlias);
    await banned(person.userId);
    await sleep(1500);
    await stage.mailbox.reopen();
    await stage.mailbox.waitForMail((received) => received.raw.includes(person.userId), { timeoutMs: 25_000 });
    expect(stage.mailbox.about(person.userId)).toHaveLength(1);
  }, 60_000);
});

describe('a dry run', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.build({ name: 'dry-run', remote: false, config: { dry_run: true } });
  }, 120_000);
  afterAll(() => stage?.end(), 60_000);

  it('tells what it would do and changes nothing', async () => {
    const impostor = await Person.register(stage.home, '5erver', { displayName: OFFICIAL_NAME });
    await impostor.join(stage.lobby);
    const notice = await waitFor(async () =>
      (await stage.headNotices()).find((event) => String(event.content.body).includes(impostor.userId)),
    );
    expect(notice).toBeDefined();
    await sleep(3000);
    expect(await stage.moderator.membership(stage.lobby, impostor.userId)).toBe('join');
    expect(await stage.rules()).toHaveLength(0);
    expect(await stage.admin.userReports()).toHaveLength(0);
    expect(stage.mailbox.about(impostor.userId)).toHaveLength(0);
  }, 60_000);
});
