import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isAnswerTo } from '../../sandbox/command.js';
import { cloneRoot } from '../../sandbox/root.js';
import { Person } from '../../sandbox/synapse/person.js';
import { waitFor } from '../../sandbox/wait.js';
import { OFFICIAL_NAME, Stage } from './support/stage.js';

/** What each command does, read back from the homeserver; and a week of incidents by the book. */
describe("the moderators' desk", () => {
  let stage: Stage;
  let den: string;
  beforeAll(async () => {
    stage = await Stage.build({ name: 'desk' });
    den = await stage.moderator.createRoom({
      name: 'Den',
      alias: 'den',
      public: true,
      roomVersion: '11',
      powerLevels: { users: { [stage.botUserId]: 100, [stage.moderator.userId]: 100 } },
      invite: [stage.botUserId],
    });
    await run(`!heimdall rooms add #den:${stage.home.serverName}`);
  }, 180_000);
  afterAll(() => stage?.end(), 60_000);

  /** Sends a message and gives the bodies of the answers to it, as many as it takes; a question is answered with yes. */
  const send = async (content: Record<string, unknown>, answers = 1) => {
    const { moderator, managementRoom, botUserId } = stage;
    const asked = await moderator.sendEvent(managementRoom, 'm.room.message', { msgtype: 'm.text', ...content });
    const found = async (count: number) =>
      waitFor(
        async () => {
          const all = (await moderator.messages(managementRoom, 100)).filter(
            (event) => event.type === 'm.room.message' && event.sender === botUserId && isAnswerTo(event, asked),
          );
          return all.length >= count && all;
        },
        { what: `${count} answers to ${JSON.stringify(content.body)}` },
      );
    const first = await found(answers);
    const last = first.at(-1);
    if (last === undefined || !String(last.content.body).includes('Nothing is done yet')) return first;
    const yes = await moderator.sendMessage(managementRoom, 'Yes', {
      'm.relates_to': { 'm.in_reply_to': { event_id: last.event_id } },
    });
    const done = await found(answers + 1);
    // the yes itself is seen to be taken
    await moderator.waitForEvent(managementRoom, (event) => event.type === 'm.reaction' && isAnswerTo(event, yes));
    return done;
  };
  const run = async (body: string) => String((await send({ body })).at(-1)?.content.body);
  const undo = async (eventId: string) =>
    String(
      (await send({ body: '!heimdall undo', 'm.relates_to': { 'm.in_reply_to': { event_id: eventId } } })).at(-1)
        ?.content.body,
    );
  const newcomer = async (localpart: string, displayName?: string) => {
    const person = await Person.register(stage.home, localpart, displayName === undefined ? {} : { displayName });
    await person.join(stage.lobby);
    return person;
  };
  const stands = ({ userId }: { userId: string }, membership: string | undefined, roomId = stage.lobby) =>
    waitFor(async () => (await stage.moderator.membership(roomId, userId)) === membership, {
      what: `${userId} to be ${membership}`,
    });
  const pill = ({ userId }: { userId: string }, text: string) => `<a href="https://matrix.to/#/${userId}">${text}</a>`;
  const joinRules = () =>
    Promise.all(
      [stage.lobby, den].map(
        async (roomId) => (await stage.moderator.stateContent(roomId, 'm.room.join_rules'))?.join_rule,
      ),
    );

  it('reads commands as today’s clients send them', async () => {
    const [a, b, c, d] = [await newcomer('a'), await newcomer('b'), await newcomer('c'), await newcomer('d', 'c.test')];
    const format = 'org.matrix.custom.html';
    await send({
      body: 'Heimdall: ban c.test: spam',
      format,
      formatted_body: `${pill({ userId: stage.botUserId }, 'Heimdall')}: ban ${pill(d, 'c.test')}: spam`,
      'm.mentions': { user_ids: [stage.botUserId, d.userId] },
    });
    await stands(d, 'ban');
    await send({ body: `> <${a.userId}> hello\n\n!Heimdall Ban “${a.userId}”,\u00a0rude —For 7d.` });
    await stands(a, 'ban');
    const [, second] = await send(
      { body: `!mjolnir ban user \`${b.userId}\` x\n!heimdall ban <${c.userId}>! being "rude"` },
      2,
    );
    await stands(b, 'ban');
    await stands(c, 'ban');
    const rules = await run('!heimdall rules');
    expect(rules).toMatch(new RegExp(`${a.userId} \\(rude\\).*until 20`));
    expect(rules).not.toContain('server');
    // an undo of one answer is about that line alone
    expect(await undo(second?.event_id ?? '')).toContain('Undone: 1 action');
    await stands(c, 'leave');
    expect(await stage.moderator.membership(stage.lobby, b.userId)).toBe('ban');
    expect(await run('!heimdall undo everything of the last hour by me')).toContain('Undone');
    for (const person of [a, b, d]) await stands(person, 'leave');
    expect(await run('!heimdall rules')).toContain('No rules are in force');
    expect(await run('!heimdall undo since 1h')).toContain('nothing');
  }, 300_000);

  it('takes an unban back with the end that the ban had, and invites back', async () => {
    const person = await newcomer('back');
    await run(`!heimdall ban ${person.userId} rude --for 7d`);
    await stands(person, 'ban');
    const [unbanned] = await send({ body: `!heimdall unban ${person.userId}` });
    await stands(person, 'leave');
    await undo(unbanned?.event_id ?? '');
    expect(await run(`!heimdall rules matching ${person.userId}`)).toMatch(/\(rude\).*until 20/);
    await person.join(stage.lobby).catch(() => undefined);
    expect(await run(`!heimdall unban ${person.userId} true --invite`)).toMatch(/Removed|Invited/);
    await waitFor(async () => (await stage.moderator.membership(stage.lobby, person.userId)) !== 'ban');
  }, 300_000);

  it('changes power, accounts, aliases and the directory, and gives them back', async () => {
    const { moderator, home, lobby } = stage;
    const person = await newcomer('helper');
    const power = async (roomId = lobby) =>
      ((await moderator.powerLevels(roomId)).users as Record<string, number>)[person.userId];
    await run(`!heimdall powerlevel ${person.userId} 25 #lobby:${home.serverName}`);
    expect(await power()).toBe(25);
    await run(`!heimdall mute ${person.userId} #lobby:${home.serverName} --for 1h`);
    await expect(person.sendMessage(lobby, 'muted')).rejects.toMatchObject({ status: 403 });
    await moderator.setPowerLevel(lobby, person.userId, 10);
    await waitFor(async () => (await run(`!heimdall unmute ${person.userId}`)).includes('in the meantime'));
    expect(await power()).toBe(10);
    for (const [there, back] of [
      ['suspend', 'unsuspend'],
      ['lock', 'unlock'],
    ]) {
      const [answer] = await send({ body: `!heimdall ${there} ${person.userId}` });
      await expect(person.sendMessage(lobby, 'x')).rejects.toBeDefined();
      if (there === 'lock') await undo(answer?.event_id ?? '');
      else await run(`!heimdall ${back} ${person.userId}`);
      await person.sendMessage(lobby, `after ${back}`);
    }
    const room = await person.createRoom({ name: 'Lost', alias: 'lost', public: true, roomVersion: '11' });
    const lost = `#lost:${home.serverName}`;
    await run(`!heimdall hijack room ${lost} ${moderator.userId}`);
    expect((await person.powerLevels(room)).users).toMatchObject({ [moderator.userId]: 100 });
    await run(`!heimdall alias add #lost2:${home.serverName} ${lost}`);
    expect(await moderator.resolveAlias(`#lost2:${home.serverName}`)).toBe(room);
    await run(`!heimdall move #lost2:${home.serverName} #lobby:${home.serverName}`);
    expect(await moderator.resolveAlias(`#lost2:${home.serverName}`)).toBe(lobby);
    await run(`!heimdall alias remove #lost2:${home.serverName}`);
    await expect(moderator.resolveAlias(`#lost2:${home.serverName}`)).rejects.toMatchObject({ status: 404 });
    const [blocked] = await send({ body: `!heimdall rooms block ${lost}` });
    await expect(moderator.join(room)).rejects.toMatchObject({ status: 403 });
    await undo(blocked?.event_id ?? '');
    await moderator.join(room);
    expect(await run(`!heimdall shutdown room ${lost} illegal`)).toContain('shutting');
    await waitFor(async () => !(await moderator.joinedRooms()).includes(room), { what: 'the room to be shut down' });
    const doomed = await newcomer('doomed');
    expect(await run(`!heimdall deactivate ${doomed.userId}`)).toContain('deactivated');
    await expect(doomed.joinedRooms()).rejects.toMatchObject({ status: 401 });
  }, 300_000);

  it('redacts, quarantines, speaks, locks down and opens again', async () => {
    const { moderator, home, lobby } = stage;
    const [one, two] = [await newcomer('chat1'), await newcomer('chat2')];
    const left = async () =>
      (await moderator.messages(lobby, 60)).flatMap(({ content: { body } }) =>
        typeof body === 'string' && /^[cd]\d$/.test(body) ? [body] : [],
      );
    const first = await one.sendMessage(lobby, 'c0');
    await one.sendMessage(lobby, 'c1');
    await two.sendMessage(lobby, 'd0');
    await run(`!mjolnir redact https://matrix.to/#/${lobby}/${first}?via=a`);
    expect(await left()).toEqual(['c1', 'd0']);
    expect(await run(`!mjolnir redact @chat*:${home.serverName}`)).toContain('redacted');
    expect(await left()).toEqual([]);
    expect(await run(`!mjolnir redact ${one.userId}`)).toMatch(/nothing to redact. 2 messages were redacted already/);
    const { content_uri: uri } = await two.request<{ content_uri: string }>('POST', '/_matrix/media/v3/upload', {
      raw: { bytes: Buffer.from('x'), contentType: 'text/plain' },
    });
    const download = () =>
      fetch(`${home.url}/_matrix/client/v1/media/download/${uri.slice('mxc://'.length)}`, {
        headers: { authorization: `Bearer ${two.accessToken}` },
      }).then(({ status }) => status);
    expect(await download()).toBe(200);
    await send({
      body: '!heimdall quarantine-media chat2',
      format: 'org.matrix.custom.html',
      formatted_body: `!heimdall quarantine-media ${pill(two, 'chat2')}`,
    });
    expect(await download()).toBe(404);
    await run(`!heimdall say #lobby:${home.serverName} Please keep “calm” -- now\nsecond "line"`);
    expect((await moderator.messages(lobby, 3)).at(-1)?.content.body).toBe('Please keep “calm” -- now\nsecond "line"');
    expect(await run('!heimdall lockdown all')).toContain('2 rooms');
    expect(await joinRules()).toEqual(['invite', 'invite']);
    await run('!heimdall lockdown end all');
    expect(await joinRules()).toEqual(['public', 'public']);
    const [locked] = await send({ body: `!heimdall lockdown #den:${home.serverName}` });
    expect(await joinRules()).toEqual(['public', 'invite']);
    await undo(locked?.event_id ?? '');
    expect(await joinRules()).toEqual(['public', 'public']);
  }, 300_000);

  it('makes reports, keeps cases, and knows who is official', async () => {
    const person = await newcomer('reported');
    const eventId = await person.sendMessage(stage.lobby, 'buy coins');
    const taken = await run(`!heimdall report https://matrix.to/#/${stage.lobby}/${eventId} sells “coins”`);
    const number = /Case (\d+)/.exec(taken)?.[1] ?? '';
    await stage.mailbox.waitForMail((mail) => mail.raw.includes(person.userId));
    expect(await run(`!heimdall case ${person.userId}`)).toContain('sells “coins”');
    await run(`!heimdall ban case ${number} spam`);
    await stands(person, 'ban');
    expect(await run('!heimdall cases')).not.toContain(person.userId);
    await run(`!heimdall undo case ${number}`);
    await stands(person, 'leave');
    // buttons that make no sense any more are taken away, and come back with the case
    const head = await waitFor(async () =>
      (await stage.headNotices()).find(({ content }) => String(content.body).includes(person.userId)),
    );
    const buttons = async () =>
      (await stage.moderator.messages(stage.managementRoom, 300)).flatMap((event) => {
        const relation = event.content['m.relates_to'] as { event_id?: string; key?: string } | undefined;
        const ours = event.type === 'm.reaction' && event.sender === stage.botUserId;
        return ours && relation?.event_id === head.event_id ? [relation.key] : [];
      });
    await waitFor(async () => (await buttons()).includes('🔨 ban'));
    await run(`!heimdall dismiss ${number}`);
    await waitFor(async () => (await buttons()).length === 0, { what: 'the buttons to go' });
    await run(`!heimdall reopen ${number}`);
    await waitFor(async () => (await buttons()).includes('👌 dismiss'), { what: 'the buttons to come back' });
    const support = await newcomer('helpline', 'Helpline Valhalla');
    const twin = await newcomer('twin', 'Helplіne Valhalla');
    expect(await run(`!heimdall official add ${support.userId} Helpline Valhalla`)).toContain('is official now');
    expect(await run(`!heimdall check ${support.userId}`)).toContain('IS official');
    expect(await run(`!heimdall check ${twin.userId}`)).toContain('is not official. It is');
    expect(await run(`!heimdall ban ${support.userId}`)).toContain('Not done');
    await run(`!heimdall official variant @helpline:other.example ${support.userId}`);
    expect(await run('!heimdall ban @helpline:other.example')).toContain('Not done');
    await stage.heimdall.stop();
    await stage.heimdall.start();
    expect(await run(`!heimdall check ${support.userId}`)).toContain('IS official');
    expect(await run(`!heimdall official remove ${support.userId}`)).toContain('no longer official');
    expect(await run(`!heimdall check ${support.userId}`)).not.toContain('IS official');
  }, 300_000);

  it('follows a list on the terms that it is watched on', async () => {
    const { moderator, home, lobby } = stage;
    const person = await newcomer('listed');
    const list = await moderator.createRoom({ name: 'Foreign', alias: 'foreign', public: true });
    const rule = (kind: string, entity: string) =>
      moderator.sendState(list, `m.policy.rule.${kind}`, `rule:${entity}`, {
        entity,
        recommendation: 'm.ban',
        reason: 'f',
      });
    await rule('user', person.userId);
    await rule('server', 'listed.example');
    const deny = async () => (await moderator.stateContent(lobby, 'm.room.server_acl'))?.deny ?? [];
    const watch = `!heimdall watch #foreign:${home.serverName}`;
    expect(await run(`${watch} --dont-apply`)).toContain('only look');
    expect(await run(`!heimdall match ${person.userId}`)).toContain(person.userId);
    await run('!heimdall sync');
    expect(await moderator.membership(lobby, person.userId)).toBe('join');
    expect(await deny()).not.toContain('listed.example');
    await run(`${watch} --no-acl`);
    await stands(person, 'ban');
    expect(await deny()).not.toContain('listed.example');
    await run(watch);
    await waitFor(async () => ((await deny()) as string[]).includes('listed.example'));
    await run(`${watch} --no-apply --no-unban`);
    await waitFor(async () => !((await deny()) as string[]).includes('listed.example'));
    expect(await run('!heimdall lists')).toContain('only looked at');
    await run(`!heimdall unwatch #foreign:${home.serverName}`);
    await waitFor(async () => (await moderator.membership(lobby, person.userId)) !== 'ban');
  }, 300_000);

  it('gets through the week of docs/moderate/incident.md, command by command', async () => {
    const { home, remote, lobby } = stage;
    const away = async (localpart: string, displayName = localpart) => {
      const person = await Person.register(remote, localpart, { displayName });
      await person.join(stage.lobbyAlias);
      return person;
    };
    const [spammer, friend] = [await away('spammer'), await away('friend')];
    const [loud, somebody] = [await newcomer('loud'), await newcomer('somebody')];
    const impostor = await away('loki', OFFICIAL_NAME);
    await stands(impostor, 'ban');
    const number = /Case (\d+)/.exec(await run(`!heimdall case ${impostor.userId}`))?.[1] ?? '';
    const page = readFileSync(path.join(cloneRoot(), 'docs', 'moderate', 'incident.md'), 'utf8');
    const commands = [...page.matchAll(/^!heimdall .*$/gm)].map(([line]) =>
      line
        .replaceAll('#lobby:example.org', stage.lobbyAlias)
        .replaceAll(/@(\w+):example\.org/g, `@$1:${home.serverName}`)
        .replaceAll('evil.example', remote.serverName)
        .replaceAll(/\b(case|claim|note|close) 1\b/g, `$1 ${number}`),
    );
    expect(commands.length).toBeGreaterThan(35);
    const after: Record<string, () => Promise<unknown>> = {
      [`!heimdall since 1h kick 20 ${stage.lobbyAlias} raid`]: () =>
        Promise.all([spammer, friend, loud, somebody].map((person) => stands(person, 'leave'))),
      [`!heimdall lockdown end ${stage.lobbyAlias}`]: () =>
        Promise.all([
          ...[spammer, friend].map((person) => person.join(stage.lobbyAlias)),
          ...[loud, somebody].map((person) => person.join(lobby)),
        ]),
      [`!heimdall ban ${spammer.userId} spam`]: () => stands(spammer, 'ban'),
      [`!heimdall ban ${remote.serverName} open registration, only spam`]: () =>
        waitFor(async () =>
          ((await stage.moderator.stateContent(lobby, 'm.room.server_acl'))?.deny as string[]).includes('b.test'),
        ),
      [`!heimdall unban ${spammer.userId}`]: () => stands(spammer, 'leave'),
    };
    const bad: string[] = [];
    for (const command of commands) {
      const answer = await run(command);
      if (/There is no (?:command|option)|I do not understand|names nobody|failed|is missing|is not a /.test(answer))
        bad.push(`${command} → ${answer}`);
      await after[command]?.();
    }
    expect(bad).toEqual([]);
    expect(await run('!heimdall rules')).not.toContain(remote.serverName.replace(/:.*/, ''));
  }, 600_000);
});
