import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isAnswerTo } from '../../sandbox/command.js';
import { Person } from '../../sandbox/synapse/person.js';
import { sleep, waitFor } from '../../sandbox/wait.js';
import { Stage } from './support/stage.js';

describe.each(['11', '12'])('commands of moderators, in rooms of version %s', (roomVersion) => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.build({ name: `commands-${roomVersion}`, roomVersion, remote: false });
  }, 120_000);
  afterAll(() => stage?.end(), 60_000);

  const bodyOf = async (words: string) => String((await stage.command(words)).content.body);
  const newcomer = async (localpart: string) => {
    const person = await Person.register(stage.home, localpart);
    await person.join(stage.lobby);
    return person;
  };
  const free = (userId: string) =>
    waitFor(async () => (await stage.moderator.membership(stage.lobby, userId)) !== 'ban', {
      what: `${userId} to be free`,
    });
  const bodies = async () =>
    (await stage.moderator.messages(stage.lobby, 200)).flatMap(({ content }) =>
      typeof content.body === 'string' ? [content.body] : [],
    );

  /** Banned for a minute by the first test; the last one sees the ban end. */
  let timed: { person: Person; since: number } | undefined;

  it('ban for a time', async () => {
    const person = await newcomer('rude');
    expect(await bodyOf(`!heimdall ban ${person.userId} --for tomorrow`)).toContain('--for 7d');
    expect(await bodyOf(`!heimdall ban ${person.userId} rude --for 1m`)).toContain('ends automatically');
    timed = { person, since: Date.now() };
  }, 60_000);

  it('make a list, which they may write to and which bans', async () => {
    expect(await bodyOf('!mjolnir list create Raids raid-list')).toContain(`#raid-list:${stage.home.serverName}`);
    const list = await stage.moderator.resolveAlias(`#raid-list:${stage.home.serverName}`);
    await stage.moderator.join(list);
    expect(await stage.moderator.stateContent(list, 'org.matrix.mjolnir.shortcode')).toEqual({ shortcode: 'Raids' });
    const [byHand, byCommand] = [await newcomer('byhand'), await newcomer('bycommand')];
    await stage.moderator.sendState(list, 'm.policy.rule.user', 'x', {
      entity: byHand.userId,
      recommendation: 'm.ban',
      reason: 'raid',
    });
    await stage.moderator.waitForMembership(stage.lobby, byHand.userId, 'ban');
    expect(await bodyOf('!mjolnir default RAIDS')).toContain('Raids');
    await stage.command(`!mjolnir ban ${byCommand.userId} raid`);
    await stage.moderator.waitForMembership(stage.lobby, byCommand.userId, 'ban');
    expect((await stage.admin.policyRules(list)).map(({ content }) => content.entity)).toEqual(
      expect.arrayContaining([byHand.userId, byCommand.userId]),
    );
    expect(await bodyOf(`!mjolnir unban raids user ${byHand.userId} true`)).toContain('Removed');
    await free(byHand.userId);
    expect(await bodyOf('!mjolnir list create raids')).toContain('already watched');
    expect(await bodyOf('!mjolnir list create other raid-list')).toContain('is taken');
  }, 90_000);

  it('kick one or many, without a ban, and never who must stay', async () => {
    const loud = await newcomer('loud');
    expect(await bodyOf(`!mjolnir kick ${loud.userId} #lobby:${stage.home.serverName} too loud`)).toContain(
      'out of 1 room',
    );
    expect(await stage.moderator.stateContent(stage.lobby, 'm.room.member', loud.userId)).toMatchObject({
      membership: 'leave',
      reason: 'too loud',
    });
    await loud.join(stage.lobby);
    expect(await bodyOf(`!mjolnir kick @loud*:${stage.home.serverName}`)).toContain('Reply yes');
    await stage.command(`!mjolnir kick @lo*:${stage.home.serverName} --force`);
    await stage.moderator.waitForMembership(stage.lobby, loud.userId, 'leave');
    expect(await bodyOf('!mjolnir kick @*:* --force')).toContain('Not kicked');
    expect(await stage.moderator.membership(stage.lobby, stage.botUserId)).toBe('join');
  }, 60_000);

  it('ban by a pill whose name is bait, ask before a glob, and take a command back', async () => {
    const victim = await newcomer('victim');
    const bait = await newcomer('bait');
    const send = async (content: Record<string, unknown>) => {
      const asked = await stage.moderator.sendEvent(stage.managementRoom, 'm.room.message', {
        msgtype: 'm.text',
        ...content,
      });
      return waitFor(async () =>
        (await stage.moderator.messages(stage.managementRoom)).find(
          (event) => event.sender === stage.botUserId && event.type === 'm.room.message' && isAnswerTo(event, asked),
        ),
      );
    };
    const refused = await send({
      body: `!heimdall ban ${victim.userId} spam`,
      format: 'org.matrix.custom.html',
      formatted_body: `!heimdall ban <a href="https://matrix.to/#/${bait.userId}">${victim.userId}</a> spam`,
    });
    expect(refused.content.body).toContain('but the link leads to');
    const answer = await send({
      body: '!heimdall ban matrix.org: rude —for 7d',
      format: 'org.matrix.custom.html',
      formatted_body: `!heimdall ban <a href="https://matrix.to/#/${bait.userId}">matrix.org</a>: rude —for 7d`,
      'm.mentions': { user_ids: [bait.userId] },
    });
    expect(answer.content.body).toContain('Banned in 1 room');
    expect(answer.content.body).toContain('ends automatically');
    expect(await stage.moderator.membership(stage.lobby, bait.userId)).toBe('ban');
    expect(await stage.moderator.membership(stage.lobby, victim.userId)).toBe('join');
    const undone = await send({
      body: '!heimdall undo',
      'm.relates_to': { 'm.in_reply_to': { event_id: answer.event_id } },
    });
    expect(undone.content.body).toContain('Undone');
    await free(bait.userId);
    const question = await send({ body: `!heimdall kick @vict*:${stage.home.serverName}` });
    expect(await stage.moderator.membership(stage.lobby, victim.userId)).toBe('join');
    await stage.moderator.sendEvent(stage.managementRoom, 'm.reaction', {
      'm.relates_to': { rel_type: 'm.annotation', event_id: question.event_id, key: '✅ yes' },
    });
    await stage.moderator.waitForMembership(stage.lobby, victim.userId, 'leave');
    await victim.join(stage.lobby);
    expect(await bodyOf(`!heimdall mute ${victim.userId}`)).toContain('is muted in 1 room');
    await expect(victim.sendMessage(stage.lobby, 'muted')).rejects.toMatchObject({ status: 403 });
    expect(await bodyOf(`!heimdall unmute ${victim.userId}`)).toContain('may write again');
    await victim.sendMessage(stage.lobby, 'free');
  }, 90_000);

  it('redact one event by its link, and the latest messages of somebody', async () => {
    const chatty = await newcomer('chatty');
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) ids.push(await chatty.sendMessage(stage.lobby, `word ${i}`));
    expect(await bodyOf(`!heimdall redact https://matrix.to/#/${stage.lobby}/${ids[0]}?via=a`)).toContain(
      chatty.userId,
    );
    await waitFor(async () => !(await bodies()).includes('word 0'));
    expect(await bodies()).toContain('word 1');
    expect(await bodyOf(`!heimdall redact ${chatty.userId} ${stage.lobby} 2`)).toContain('2 messages');
    expect(await bodies()).toEqual(expect.arrayContaining(['word 1', 'word 2']));
    expect(await bodyOf(`!heimdall redact ${chatty.userId}`)).toContain('in 1 room');
    expect((await bodies()).filter((body) => body.startsWith('word'))).toEqual([]);
    expect(await stage.moderator.stateContent(stage.lobby, 'm.room.member', chatty.userId)).toMatchObject({
      displayname: 'chatty',
    });
  }, 60_000);

  // Waits out the shortest time a ban can have, so it is played once; the room's version does not matter to it.
  if (roomVersion === '12') {
    it('see a ban end that had a time, also when Heimdall was down at its end', async () => {
      const { person, since } = timed!;
      await stage.moderator.waitForMembership(stage.lobby, person.userId, 'ban');
      expect(await bodyOf(`!heimdall rules matching ${person.userId}`)).toContain('until 20');
      await stage.heimdall.stop();
      await sleep(Math.max(0, 62_000 - (Date.now() - since)));
      expect(await stage.moderator.membership(stage.lobby, person.userId)).toBe('ban');
      await stage.heimdall.start();
      await free(person.userId);
      expect(await bodyOf(`!heimdall rules matching ${person.userId}`)).toContain('No rule matches');
    }, 180_000);
  }
});
