import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runHeimdall } from '../../sandbox/heimdall.js';
import { Person } from '../../sandbox/synapse/person.js';
import { waitFor } from '../../sandbox/wait.js';
import { OFFICIAL_NAME, Stage } from './support/stage.js';

describe('an admin', () => {
  let stage: Stage;
  const configFile = () => path.join(stage.dir, 'heimdall', 'config.yaml');
  const get = (what: string) => fetch(`${String(stage.config.appservice.url)}${what}`);
  beforeAll(async () => {
    stage = await Stage.build({ name: 'operate', remote: false, start: false });
  }, 120_000);
  afterAll(() => stage?.end(), 60_000);

  it('sees why Heimdall is not ready, and it becomes ready by itself when the bot is let in', async () => {
    const hall = await stage.moderator.createRoom({ name: 'Hall', alias: 'hall' });
    stage.heimdall.writeConfig({ ...stage.config, management_room: `#hall:${stage.home.serverName}` });
    stage.heimdall.launch();
    const reasons = await waitFor(
      async () => {
        const answer = await get('/readyz');
        const text = JSON.stringify(await answer.json());
        return answer.status === 503 && text.includes('Invite') && text;
      },
      { what: 'the reason' },
    );
    expect(reasons).toContain(stage.botUserId);
    expect((await get('/healthz')).status).toBe(200);
    await stage.moderator.invite(hall, stage.botUserId);
    await waitFor(async () => (await get('/readyz')).status === 200, { what: 'ready' });
  }, 60_000);

  it('stops it in order, and it ends with 0', async () => {
    await stage.heimdall.stop();
    expect(stage.heimdall.exitCode).toBe(0);
    stage.heimdall.writeConfig(stage.config);
  }, 30_000);

  it('finds accounts that were made while Heimdall was down', async () => {
    await stage.standWatch();
    await stage.heimdall.stop();
    const impostor = await Person.register(stage.home, 'sleeper', { displayName: OFFICIAL_NAME });
    await stage.heimdall.start();
    const notice = await waitFor(
      async () => (await stage.headNotices()).find((event) => String(event.content.body).includes(impostor.userId)),
      { what: 'the case' },
    );
    expect(notice.content.body).toContain('account on this server');
  }, 60_000);

  it('is told by doctor that all is well, or what is not', async () => {
    const well = await runHeimdall(['doctor', '--config', configFile()]);
    expect([well.code, well.stdout + well.stderr]).toEqual([0, expect.stringContaining('ok')]);
    await stage.mailbox.close();
    const ill = await runHeimdall(['doctor', '--config', configFile()]);
    await stage.mailbox.reopen();
    expect(ill.code).toBe(1);
    expect(ill.stdout).toMatch(/fail.*(SMTP|smtp|mail)/i);
  }, 60_000);

  it('reads metrics of its own and of the process', async () => {
    const text = await (await get('/metrics')).text();
    for (const name of ['heimdall_events_total', 'heimdall_actions_due', 'process_resident_memory_bytes'])
      expect(text).toContain(name);
  });

  it('need not make the management room: it is made, and the server admins are invited', async () => {
    await stage.heimdall.stop();
    stage.heimdall.writeConfig({ ...stage.config, management_room: `#fresh:${stage.home.serverName}` });
    await stage.heimdall.start();
    const made = await stage.moderator.resolveAlias(`#fresh:${stage.home.serverName}`);
    const members = (await stage.admin.roomState(made))
      .filter((event) => event.type === 'm.room.member')
      .map((event) => [event.state_key, event.content.membership]);
    expect(members).toContainEqual([stage.home.userId('admin'), 'invite']);
    stage.heimdall.writeConfig(stage.config);
  }, 90_000);
});
