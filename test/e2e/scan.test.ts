import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runHeimdall } from '../../sandbox/heimdall.js';
import { Person } from '../../sandbox/synapse/person.js';
import { sleep, waitFor } from '../../sandbox/wait.js';
import { OFFICIAL_NAME, Stage } from './support/stage.js';

interface Found {
  user_id: string;
  verdict: string;
  case: number;
}

describe('those who are there already', () => {
  let stage: Stage;
  const configFile = () => path.join(stage.dir, 'heimdall', 'config.yaml');
  const scan = async (...args: string[]) => {
    const { code, stdout, stderr } = await runHeimdall(['scan', '--config', configFile(), '--json', ...args]);
    return {
      code,
      stderr,
      found: stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Found),
    };
  };
  const noticesOn = async (userId: string) =>
    (await stage.headNotices()).filter((notice) => String(notice.content.body).includes(userId));
  const ruleFor = async (userId: string) => (await stage.rules()).filter((rule) => rule.content.entity === userId);
  /** Messages of the bot in the management room, edits and answers included. */
  const said = async () =>
    (await stage.moderator.messages(stage.managementRoom, 500))
      .filter((event) => event.sender === stage.botUserId)
      .map((event) => String(event.content.body));

  beforeAll(async () => {
    stage = await Stage.build({ name: 'scan', start: false });
  }, 120_000);
  afterAll(() => stage?.end(), 60_000);

  it('are found by the first scan of its own: an account, and one from afar in a room of which nothing was ever sent', async () => {
    const local = await Person.register(stage.home, 'early', { displayName: OFFICIAL_NAME });
    const citizen = await Person.register(stage.home, 'citizen');
    const stranger = await Person.register(stage.remote, 'maria', { displayName: 'Аsgard (Оfficial Аccount)' });
    const cellar = await stranger.createRoom({ name: 'Cellar', alias: 'cellar', public: true });
    await citizen.join(`#cellar:${stage.remote.serverName}`);
    expect(cellar).toBeDefined();
    await stage.standWatch();
    for (const { userId } of [local, stranger]) {
      await waitFor(async () => (await noticesOn(userId)).length === 1 && (await ruleFor(userId)).length === 1, {
        timeoutMs: 60_000,
        what: `the case of ${userId}`,
      });
    }
    expect(await noticesOn(citizen.userId)).toEqual([]);
  }, 120_000);

  it('are listed by the shell in a second process, with cases, and nothing is done to them', async () => {
    await stage.heimdall.stop();
    const sleepers = [
      await Person.register(stage.home, 'sleeper1', { displayName: OFFICIAL_NAME }),
      await Person.register(stage.home, 'sleeper2', { displayName: OFFICIAL_NAME }),
    ];
    const { code, found, stderr } = await scan();
    expect([code, stderr]).toEqual([0, expect.stringContaining('Looked at')]);
    expect(found.map(({ user_id }) => user_id)).toEqual(expect.arrayContaining(sleepers.map(({ userId }) => userId)));
    expect(found.find(({ user_id }) => user_id === stage.home.officialUserId)).toBeUndefined();
    expect(found.find(({ user_id }) => user_id === sleepers[0]?.userId)).toMatchObject({
      verdict: 'certain',
      case: expect.any(Number),
    });
    for (const { userId } of sleepers) expect([await ruleFor(userId), stage.mailbox.about(userId)]).toEqual([[], []]);
  }, 60_000);

  it('are dealt with by --act while Heimdall runs beside it, once', async () => {
    await stage.heimdall.start();
    const found = await scan('--users', '--act');
    expect([found.code, found.stderr]).toEqual([0, expect.stringContaining('The running Heimdall now carries out')]);
    for (const name of ['sleeper1', 'sleeper2']) {
      const userId = stage.home.userId(name);
      await waitFor(
        async () =>
          (await ruleFor(userId)).length === 1 &&
          (await noticesOn(userId)).length === 1 &&
          stage.mailbox.about(userId).length === 1,
        { timeoutMs: 30_000, what: `what is done to ${userId}` },
      );
    }
    const before = [(await stage.rules()).length, stage.mailbox.about('sleeper').length];
    await scan('--users', '--act');
    await sleep(3000);
    expect([(await stage.rules()).length, stage.mailbox.about('sleeper').length]).toEqual(before);
  }, 90_000);

  it('are looked for by a moderator: one message that is edited, one that sums up', async () => {
    const heads = (await stage.headNotices()).length;
    const answer = await stage.command('!heimdall scan');
    expect(answer.content.body).toContain('It only opens cases');
    const summary = await waitFor(
      async () =>
        (await said()).find(
          (body) => body.startsWith('Scan done: found 4') && body.includes('New: nobody') && body.includes('sleeper1'),
        ),
      { timeoutMs: 30_000, what: 'the summary' },
    );
    expect(summary).toContain(stage.home.userId('early'));
    await waitFor(async () => (await said()).some((body) => body.startsWith('* Scan done')), {
      what: 'the edited answer',
    });
    expect((await stage.headNotices()).length).toBe(heads);
    expect((await stage.command('!heimdall scan stop')).content.body).toContain('no scan');
    expect((await stage.command('!heimdall scan everything')).content.body).toContain(
      'I do not understand everything here',
    );
  }, 60_000);
});
