import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runHeimdall } from '../../sandbox/heimdall.js';
import { Person, type RoomEvent } from '../../sandbox/synapse/person.js';
import { Stage } from './support/stage.js';

/** Rooms and account data as Mjolnir, Draupnir and Meowlnir lay them out, on a real homeserver. */
describe('moving in', () => {
  let stage: Stage;
  let token: string;
  beforeAll(async () => {
    stage = await Stage.build({ name: 'migrate', remote: false });
    token = path.join(stage.dir, 'token.txt');
  }, 300_000);
  afterAll(() => stage?.end(), 60_000);

  const encode = encodeURIComponent;
  const accountData = (bot: Person, type: string, content: object) =>
    bot.request('PUT', `/_matrix/client/v3/user/${encode(bot.userId)}/account_data/${type}`, { body: content });
  const ruled = async (owner: Person, alias: string, entity: string) => {
    const room = await owner.createRoom({ name: alias, alias, public: true, type: 'm.policy' });
    await owner.sendState(room, 'org.matrix.mjolnir.shortcode', '', { shortcode: alias });
    await owner.sendState(room, 'm.policy.rule.user', `rule:${entity}`, {
      entity,
      recommendation: 'm.ban',
      reason: 'from the old bot',
    });
    return room;
  };
  /** Runs a migration beside a Heimdall that is stopped, as the page says; then starts it. */
  const migrate = async (bot: Person, ...words: string[]) => {
    await stage.heimdall.stop();
    writeFileSync(token, `${bot.accessToken}\n`);
    const args = ['migrate', ...words, '--config', stage.heimdall.configFile, '--token-file', token];
    const dry = await runHeimdall([...args, '--dry-run']);
    const done = await runHeimdall(args);
    const again = await runHeimdall(args);
    await stage.heimdall.start();
    expect(`${dry.stdout}${dry.stderr}${done.stdout}${done.stderr}`).not.toContain(bot.accessToken);
    return { dry, done, again };
  };
  const bodyOf = async (words: string) => String(((await stage.command(words)) as RoomEvent).content.body);

  it.each(['mjolnir', 'draupnir'])(
    'from %s takes rooms, lists, the default list and protections over',
    async (old) => {
      const bot = await Person.register(stage.home, `${old}-bot`);
      const victim = await Person.register(stage.home, `${old}-listed`);
      const room = await bot.createRoom({
        name: `${old} room`,
        public: true,
        roomVersion: '11',
        powerLevels: { users: { [bot.userId]: 100, [stage.botUserId]: 100 } },
      });
      await victim.join(room);
      const list = await ruled(bot, `${old}-list`, victim.userId);
      await bot.invite(list, stage.botUserId);
      await accountData(bot, 'org.matrix.mjolnir.protected_rooms', { rooms: [room] });
      await accountData(bot, 'org.matrix.mjolnir.watched_lists', {
        references: [`https://matrix.to/#/${encode(`#${old}-list:${stage.home.serverName}`)}`],
      });
      await accountData(bot, 'org.matrix.mjolnir.default_list', { shortcode: `${old}-list` });
      await accountData(bot, 'org.matrix.mjolnir.enabled_protections', { enabled: ['BasicFloodingProtection'] });
      const { dry, done, again } = await migrate(bot, old);
      expect(dry.stdout).toContain('Would');
      expect({ ...done, code: 0 }).toEqual(done);
      expect(again.stdout).toContain('already');
      await stage.admin.setAdmin(stage.botUserId, true);
      expect(await bodyOf('!heimdall rooms')).toContain(room);
      expect(await bodyOf('!heimdall lists')).toContain(`${old}-list`);
      expect(await bodyOf('!heimdall protections')).toContain('BasicFlooding (in all protected rooms)');
      // its rules act at once
      await bot.waitForMembership(room, victim.userId, 'ban');
    },
    300_000,
  );

  it('from Meowlnir takes rooms and lists over on their terms', async () => {
    const bot = await Person.register(stage.home, 'meow');
    const watched = await Person.register(stage.home, 'only-seen');
    const room = await bot.createRoom({
      name: 'Meow room',
      public: true,
      roomVersion: '11',
      powerLevels: { users: { [bot.userId]: 100, [stage.botUserId]: 100 } },
    });
    await watched.join(room);
    const list = await ruled(bot, 'meow-list', watched.userId);
    const management = await bot.createRoom({ name: 'Meow desk' });
    await bot.sendState(management, 'fi.mau.meowlnir.protected_rooms', '', { rooms: [room] });
    await bot.sendState(management, 'fi.mau.meowlnir.watched_lists', '', {
      lists: [{ room_id: list, shortcode: 'meow', name: 'Meow', dont_apply: true }],
    });
    const { done, again } = await migrate(bot, 'meowlnir', '--room', management);
    expect(done.code).toBe(0);
    expect(again.stdout).toContain('already');
    expect(await bodyOf('!heimdall lists')).toMatch(/meow.*only looked at/);
    expect(await bodyOf(`!heimdall match ${watched.userId}`)).toContain(watched.userId);
    await bodyOf('!heimdall sync');
    expect(await bot.membership(room, watched.userId)).toBe('join');
  }, 300_000);
});
