import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Person } from '../../sandbox/synapse/person.js';
import { sleep, waitFor } from '../../sandbox/wait.js';
import { Stage } from './support/stage.js';

/** Server ACLs between two real homeservers: what is shut out cannot speak here, and what is let in again can. */
describe.each(['11', '12'])('a server, in rooms of version %s', (roomVersion) => {
  let stage: Stage;
  let stranger: Person;
  beforeAll(async () => {
    stage = await Stage.build({ name: `servers-${roomVersion}`, roomVersion });
    stranger = await Person.register(stage.remote, 'stranger');
    await stranger.join(stage.lobbyAlias);
  }, 120_000);
  afterAll(() => stage?.end(), 60_000);

  const denied = async () => (await stage.moderator.stateContent(stage.lobby, 'm.room.server_acl'))?.deny;
  const arrives = async (body: string) =>
    (await stage.moderator.messages(stage.lobby)).some((event) => event.content.body === body);
  const remoteName = () => stage.remote.serverName.replace(/:\d+$/, '');

  it('that a rule names is shut out, and let in again when the rule goes', async () => {
    await stranger.sendMessage(stage.lobby, 'before');
    await waitFor(() => arrives('before'), { what: 'the first message', timeoutMs: 20_000 });
    await stage.command(`!heimdall ban server ${remoteName()} attack`);
    await waitFor(async () => JSON.stringify(await denied()) === JSON.stringify([remoteName()]), {
      what: 'the ACL',
      timeoutMs: 20_000,
    });
    // what it does not know of yet it may still send; the home server does not take it
    await stranger.sendMessage(stage.lobby, 'while shut out').catch(() => undefined);
    await sleep(4000);
    expect(await arrives('while shut out')).toBe(false);
    expect(await stage.moderator.membership(stage.lobby, stage.moderator.userId)).toBe('join');
    await stage.command(`!heimdall unban server ${remoteName()}`);
    await waitFor(async () => JSON.stringify(await denied()) === '[]', { what: 'the ACL to open', timeoutMs: 20_000 });
    const back = await Person.register(stage.remote, 'back');
    await waitFor(
      async () => {
        await back.join(stage.lobbyAlias);
        return true;
      },
      { what: 'the server to be let in', timeoutMs: 30_000 },
    );
    await back.sendMessage(stage.lobby, 'after');
    await waitFor(() => arrives('after'), { what: 'the message afterwards', timeoutMs: 30_000 });
  }, 120_000);

  it('holds a list that is watched by its alias', async () => {
    const list = await stranger.createRoom({ name: 'A list', alias: 'their-list', public: true });
    await stranger.sendState(list, 'm.policy.rule.server', 'evil', { entity: 'evil.example', recommendation: 'm.ban' });
    const alias = `#their-list:${stage.remote.serverName}`;
    expect((await stage.command(`!heimdall watch ${alias}`)).content.body).toContain('1 rule in force');
    await waitFor(async () => JSON.stringify(await denied()) === '["evil.example"]', {
      what: 'the ACL',
      timeoutMs: 20_000,
    });
    await stage.command(`!heimdall unwatch ${alias}`);
    await waitFor(async () => JSON.stringify(await denied()) === '[]', { what: 'the ACL to open', timeoutMs: 20_000 });
  }, 120_000);
});
