import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Person } from '../../sandbox/synapse/person.js';
import { sleep, waitFor } from '../../sandbox/wait.js';
import { Stage } from './support/stage.js';

/** More than one page of history, so that the homeserver's own task is used where we are server admin. */
const MANY = 130;

describe.each(['11', '12'])('a takedown in rooms of version %s', (roomVersion) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.build({
      name: `takedown-${roomVersion}`,
      roomVersion,
      config: { takedown: { local_accounts: 'suspend', quarantine_media: true, block_rooms: true } },
    });
  }, 180_000);
  afterAll(() => stage?.end(), 60_000);

  const bodyOf = async (words: string) => String((await stage.command(words)).content.body);
  const spammerOf = async (home: 'home' | 'remote', localpart: string, messages: number) => {
    const spammer = await Person.register(stage[home], localpart, { displayName: 'Buy my coins' });
    await spammer.join(home === 'home' ? stage.lobby : stage.lobbyAlias);
    for (let i = 0; i < messages; i++) await spammer.sendMessage(stage.lobby, `spam ${i}`);
    return spammer;
  };
  /** What somebody who reads the room still sees of a person. */
  const standing = async (userId: string) => {
    const timeline = await stage.moderator.messages(stage.lobby, 1000);
    return timeline.filter(
      (event) =>
        event.sender === userId &&
        event.state_key === undefined &&
        event.type !== 'm.room.redaction' &&
        Object.keys(event.content).length > 0,
    );
  };
  const seen = (userId: string, count: number) =>
    waitFor(async () => (await standing(userId)).length === count, {
      what: `${count} events of ${userId} to be there`,
    });
  const gone = (userId: string) =>
    waitFor(async () => (await standing(userId)).length === 0, {
      what: `nothing of ${userId} to be left`,
      timeoutMs: 60_000,
    });
  const accountOf = (userId: string) =>
    stage.admin.person.request<{ suspended: boolean; deactivated: boolean }>(
      'GET',
      `/_synapse/admin/v2/users/${encodeURIComponent(userId)}`,
    );
  const quarantined = async (userId: string) => {
    const { media } = await stage.admin.person.request<{ media: { quarantined_by: string | null }[] }>(
      'GET',
      `/_synapse/admin/v1/users/${encodeURIComponent(userId)}/media`,
    );
    return media.map(({ quarantined_by: by }) => by !== null);
  };

  it("redacts what a remote spammer wrote, of every kind, without admin rights, and nobody else's", async () => {
    await stage.admin.setAdmin(stage.botUserId, false);
    const honest = await stage.moderator.sendMessage(stage.lobby, 'hello');
    const spammer = await spammerOf('remote', 'alien', MANY);
    await spammer.sendEvent(stage.lobby, 'm.reaction', {
      'm.relates_to': { rel_type: 'm.annotation', event_id: honest, key: 'x' },
    });
    await seen(spammer.userId, MANY + 1);
    expect(await bodyOf(`!heimdall takedown ${spammer.userId} coins`)).toContain('redact');
    await stage.moderator.waitForMembership(stage.lobby, spammer.userId, 'ban');
    await gone(spammer.userId);
    expect(
      (await stage.moderator.messages(stage.lobby, 1000)).find((event) => event.event_id === honest)?.content.body,
    ).toBe('hello');
    await stage.admin.setAdmin(stage.botUserId, true);
  }, 180_000);

  it('with admin rights suspends the local account and quarantines its media too, and gives both back with the rule', async () => {
    const spammer = await spammerOf('home', 'local', MANY);
    await spammer.uploadAvatar(Buffer.from('89504e470d0a1a0a', 'hex'));
    await stage.command(`!heimdall takedown ${spammer.userId} coins`);
    await stage.moderator.waitForMembership(stage.lobby, spammer.userId, 'ban');
    await gone(spammer.userId);
    await waitFor(
      async () => (await accountOf(spammer.userId)).suspended && (await quarantined(spammer.userId)).every(Boolean),
      { what: 'the account to be suspended' },
    );
    await expect(spammer.createRoom()).rejects.toThrow();

    const { scheduled_tasks: tasks } = await stage.admin.person.request<{
      scheduled_tasks: { action: string; resource_id: string | null }[];
    }>('GET', '/_synapse/admin/v1/scheduled_tasks', { query: { action_name: 'redact_all_events' } });
    expect(tasks.filter((task) => task.resource_id === spammer.userId)).toHaveLength(1);

    expect(await bodyOf(`!heimdall unban ${spammer.userId}`)).toContain('Removed');
    await waitFor(async () => !(await accountOf(spammer.userId)).suspended, { what: 'the account to be given back' });
    await waitFor(async () => !(await quarantined(spammer.userId)).some(Boolean), {
      what: 'the media to be given back',
    });
    await waitFor(async () => (await stage.moderator.membership(stage.lobby, spammer.userId)) !== 'ban');
    await spammer.join(stage.lobby);
  }, 180_000);

  it('redacts also what somebody wrote who has left, and leaves alone an account that people suspended', async () => {
    const spammer = await spammerOf('home', 'gone', 3);
    await spammer.leave(stage.lobby);
    await stage.admin.person.request('PUT', `/_synapse/admin/v1/suspend/${encodeURIComponent(spammer.userId)}`, {
      body: { suspend: true },
    });
    await stage.command(`!heimdall takedown ${spammer.userId}`);
    await gone(spammer.userId);
    await stage.command(`!heimdall unban ${spammer.userId}`);
    await sleep(2000);
    expect((await accountOf(spammer.userId)).suspended).toBe(true);
  }, 60_000);

  it('goes on with a redaction after a kill -9 in the middle, and redacts nothing twice', async () => {
    await stage.admin.setAdmin(stage.botUserId, false);
    const spammer = await spammerOf('home', 'flood', MANY);
    const redactions = async () =>
      (await stage.moderator.messages(stage.lobby, 1000)).filter(
        (event) => event.type === 'm.room.redaction' && event.sender === stage.botUserId,
      );
    const before = (await redactions()).length;
    await stage.moderator.sendMessage(stage.managementRoom, `!heimdall takedown ${spammer.userId}`);
    await waitFor(async () => (await redactions()).length > before + 20, {
      everyMs: 20,
      what: 'the redaction to be under way',
    });
    await stage.heimdall.kill9();
    expect((await standing(spammer.userId)).length).toBeGreaterThan(0);
    await stage.heimdall.start();
    await gone(spammer.userId);
    // the messages, and the name that it joined under
    await sleep(1000);
    expect((await redactions()).length - before).toBe(MANY + 1);
    await stage.admin.setAdmin(stage.botUserId, true);
  }, 180_000);

  it('blocks a room, and opens it with the rule', async () => {
    const someone = await Person.register(stage.home, 'someone');
    const room = await someone.createRoom({ public: true });
    await stage.command(`!heimdall takedown room ${room}`);
    const blocked = () =>
      stage.admin.person.request<{ block: boolean }>(
        'GET',
        `/_synapse/admin/v1/rooms/${encodeURIComponent(room)}/block`,
      );
    await waitFor(async () => (await blocked()).block);
    await expect((await Person.register(stage.home, 'curious')).join(room)).rejects.toThrow();
    await stage.command(`!heimdall unban room ${room}`);
    await waitFor(async () => !(await blocked()).block);
  }, 60_000);

  it('never touches us, the official account, moderators or server admins', async () => {
    for (const userId of [stage.botUserId, stage.home.officialUserId, stage.moderator.userId]) {
      for (const words of ['takedown', 'suspend', 'redact'])
        expect(await bodyOf(`!heimdall ${words} ${userId}`)).toContain('Not done');
      // the official account is in no room, so there is nothing to refuse
      expect(await bodyOf(`!heimdall kick ${userId}`)).toMatch(/Not done|is in none of the protected rooms/);
      expect(await bodyOf(`!heimdall deactivate ${userId} --confirm`)).toContain('Not done');
    }
    const { userId: admin } = stage.admin.person;
    expect(await bodyOf(`!heimdall suspend ${admin}`)).toContain('admin of this server');
    expect(await bodyOf(`!heimdall deactivate ${admin} --confirm`)).toContain('admin of this server');
    expect(await accountOf(admin)).toMatchObject({ suspended: false, deactivated: false });
    for (const words of ['takedown', 'ban'])
      expect(await bodyOf(`!heimdall ${words} @*:${stage.home.serverName} --force`)).toContain('Not done');
    expect(await bodyOf('!heimdall kick * --force')).toContain('Not kicked');
    for (const userId of [stage.botUserId, stage.moderator.userId])
      expect(await stage.moderator.membership(stage.lobby, userId)).toBe('join');
  }, 120_000);
});

describe('a takedown where the homeserver redacts with the ban (MSC4293)', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.build({
      name: 'takedown-msc4293',
      remote: false,
      synapse: { experimental_features: { msc4293_enabled: true } },
    });
  }, 120_000);
  afterAll(() => stage?.end(), 60_000);

  it('sends no redactions at all', async () => {
    const spammer = await Person.register(stage.home, 'spammer');
    await spammer.join(stage.lobby);
    for (let i = 0; i < 5; i++) await spammer.sendMessage(stage.lobby, `spam ${i}`);
    await stage.command(`!heimdall takedown ${spammer.userId}`);
    await stage.moderator.waitForMembership(stage.lobby, spammer.userId, 'ban');
    await sleep(2000);
    const timeline = await stage.moderator.messages(stage.lobby, 100);
    expect(
      timeline
        .filter((event) => event.sender === spammer.userId && event.type === 'm.room.message')
        .map(({ content }) => content),
    ).toEqual([{}, {}, {}, {}, {}]);
    expect(timeline.filter(({ type }) => type === 'm.room.redaction')).toEqual([]);
  }, 60_000);
});
