import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Person } from '../../sandbox/synapse/person.js';
import { runHeimdall } from '../../sandbox/heimdall.js';
import { sleep, waitFor } from '../../sandbox/wait.js';
import { OFFICIAL_NAME, Stage } from './support/stage.js';

/**
 * All that stands on a homeserver, as its admin sees it: accounts, rooms, their state and what was written in them,
 * reports.
 */
async function everythingOn(stage: Stage): Promise<Record<string, unknown>> {
  const ask = <T>(path: string, query: Record<string, string> = {}) =>
    stage.admin.person.request<T>('GET', path, { query });
  const { users } = await ask<{
    users: {
      name: string;
      displayname: string | null;
      avatar_url: string | null;
      deactivated: boolean;
      suspended?: boolean;
      locked: boolean;
    }[];
  }>('/_synapse/admin/v2/users', { limit: '500', locked: 'true', deactivated: 'true' });
  const { rooms } = await ask<{ rooms: { room_id: string }[] }>('/_synapse/admin/v1/rooms', { limit: '500' });
  const state: Record<string, unknown> = {};
  for (const { room_id: roomId } of rooms) {
    const events = await stage.admin.roomState(roomId);
    // where the bot is, and what it is called, is its own affair
    state[roomId] = events
      .filter((event) => event.state_key !== stage.botUserId)
      .map((event) => JSON.stringify([event.type, event.state_key, event.event_id, event.content]))
      .sort();
    if (roomId !== stage.managementRoom)
      state[`${roomId} timeline`] = (await timelineOf(stage, roomId)).map((event) =>
        JSON.stringify([event.event_id, event.content]),
      );
    state[`${roomId} blocked`] = (
      await ask<{ block: boolean }>(`/_synapse/admin/v1/rooms/${encodeURIComponent(roomId)}/block`)
    ).block;
  }
  return {
    accounts: users
      .filter(({ name }) => name !== stage.botUserId)
      .map(({ name, displayname, avatar_url: avatar, deactivated, suspended, locked }) => [
        name,
        displayname,
        avatar,
        deactivated,
        suspended,
        locked,
      ]),
    state,
    userReports: await stage.admin.userReports(),
    eventReports: await stage.admin.eventReports(),
  };
}

async function timelineOf(stage: Stage, roomId: string) {
  const { chunk } = await stage.admin.person.request<{
    chunk: { event_id: string; sender: string; content: unknown }[];
  }>('GET', `/_synapse/admin/v1/rooms/${encodeURIComponent(roomId)}/messages`, { query: { dir: 'b', limit: 1000 } });
  return chunk.filter((event) => event.sender !== stage.botUserId);
}

describe('a dry run of all that Heimdall does', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.build({
      name: 'dry-run-all',
      remote: false,
      start: false,
      config: {
        dry_run: true,
        takedown: { redact: true, local_accounts: 'deactivate', quarantine_media: true, block_rooms: true },
      },
    });
  }, 120_000);
  afterAll(() => stage?.end(), 60_000);

  it('leaves the homeserver as it was', async () => {
    const { moderator, home } = stage;
    const [listed, globbed, spammer, impostor, kicked] = await Promise.all(
      ['listed', 'globbed1', 'spammer', 'impostor', 'kicked'].map((name) =>
        Person.register(home, name, name === 'impostor' ? { displayName: OFFICIAL_NAME } : {}),
      ),
    );
    const hall = await moderator.createRoom({
      name: 'Hall',
      alias: 'hall',
      public: true,
      powerLevels: { users: { [stage.botUserId]: 100 } },
      invite: [stage.botUserId],
    });
    const bad = await moderator.createRoom({ name: 'Bad room', alias: 'bad', public: true });
    const list = await moderator.createRoom({ name: 'List', alias: 'list', public: true });
    for (const person of [listed!, globbed!, spammer!, impostor!, kicked!])
      for (const room of [stage.lobby, hall]) await person.join(room);
    for (let i = 0; i < 5; i++) await spammer!.sendMessage(stage.lobby, `spam ${i}`);
    const rule = (kind: string, key: string, entity: string, recommendation = 'm.ban') =>
      moderator.sendState(list, `m.policy.rule.${kind}`, key, { entity, recommendation, reason: 'spam' });
    await rule('user', 'one', listed!.userId);
    await rule('user', 'two', `@globbed*:${home.serverName}`);
    await rule('user', 'three', spammer!.userId, 'm.takedown');
    await rule('room', 'four', bad, 'm.takedown');
    await rule('server', 'five', 'evil.example');

    const before = await everythingOn(stage);
    await stage.standWatch();
    const said: string[] = [];
    const say = async (words: string) => said.push(String((await stage.command(`!mjolnir ${words}`)).content.body));
    for (const words of [
      `rooms add ${hall}`,
      `watch ${list}`,
      `ban user ${kicked!.userId} spam`,
      `ban server other.example spam`,
      `ban ${kicked!.userId} --for 1m spam`,
      `takedown ${spammer!.userId} spam`,
      `kick ${kicked!.userId} ${hall} spam`,
      `redact ${spammer!.userId} ${stage.lobby}`,
      `suspend ${spammer!.userId}`,
      `deactivate ${spammer!.userId} --confirm`,
      'list create coffee coffee',
      'sync',
      'scan --act',
      `unban user ${listed!.userId} true`,
      'verify',
      'rules',
      'status',
    ])
      await say(words);
    await waitFor(
      async () => (await stage.headNotices()).some((event) => String(event.content.body).includes(impostor!.userId)),
      { what: 'the case of the impostor' },
    );
    const scan = await runHeimdall(['scan', '--act', '--config', stage.heimdall.configFile]);
    expect(scan.code).toBe(0);
    await sleep(6000);

    expect(await everythingOn(stage)).toEqual(before);
    expect(stage.mailbox.about(impostor!.userId)).toHaveLength(0);
    expect(said.filter((text) => text.includes('Dry run')).length).toBeGreaterThan(4);

    // one command ends it, after a preview; it counts at once and over a restart, and one command goes back
    const preview = String((await stage.command('!heimdall go live')).content.body);
    expect(preview).toMatch(/End the dry run\?[^]*Ban in rooms: \d+ times[^]*I immediately ban/);
    expect(await everythingOn(stage)).toEqual(before);
    expect(String((await stage.command('!heimdall go live --yes')).content.body)).toMatch(/^Going live/);
    await moderator.waitForMembership(stage.lobby, globbed!.userId, 'ban', { timeoutMs: 60_000 });
    await stage.heimdall.stop();
    await stage.heimdall.start();
    const status = String((await stage.command('!heimdall status')).content.body);
    expect(status).not.toContain('DRY RUN');
    await stage.command('!heimdall go dry');
    await waitFor(async () => String((await stage.command('!heimdall status')).content.body).includes('DRY RUN'), {
      what: 'the dry run to begin again',
      timeoutMs: 60_000,
    });
  }, 360_000);
});
