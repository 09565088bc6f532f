import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isAnswerTo } from '../../sandbox/command.js';
import { Person, type RoomEvent } from '../../sandbox/synapse/person.js';
import { waitFor } from '../../sandbox/wait.js';
import { COMMANDS, findCommand } from '../../src/commands/table.js';
import { ABUSE_CONTACT, OFFICIAL_NAME, Stage } from './support/stage.js';

/** Commands that other suites here run, with what they do read back from the homeserver. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'cases raid': 'cases',
  'ban raid': 'cases',
  'campaign ban': 'protections',
};

/** Every command of the table, given once to a real homeserver, with what it does read back from there. */
describe('every command', () => {
  const given = new Set<string>();
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.build({
      name: 'every-command',
      config: { mail: { contacts: { 'b.test': 'abuse@b.test' } }, web: { enabled: false } },
      synapse: { room_list_publication_rules: [{ action: 'allow' }] },
    });
  }, 180_000);
  afterAll(() => stage?.end(), 60_000);

  const answersTo = async (asked: string): Promise<RoomEvent[]> =>
    (await stage.moderator.messages(stage.managementRoom, 100)).filter(
      (event) => event.sender === stage.botUserId && event.type === 'm.room.message' && isAnswerTo(event, asked),
    );
  /** The text of a message of the bot as it stands now, edits included. */
  const run = async (words: string, replyTo?: string): Promise<string> => {
    given.add(findCommand(words.split(' ').map((text) => ({ text })))?.command.name ?? `? ${words}`);
    const asked = await stage.moderator.sendMessage(
      stage.managementRoom,
      `!heimdall ${words}`,
      replyTo === undefined ? {} : { 'm.relates_to': { 'm.in_reply_to': { event_id: replyTo } } },
    );
    const [answer] = await waitFor(
      async () => {
        const found = await answersTo(asked);
        return found.length > 0 && found;
      },
      { what: `an answer to ${words}` },
    );
    return String(answer?.content.body);
  };
  const newcomer = async (localpart: string): Promise<Person> => {
    const person = await Person.register(stage.home, localpart);
    await person.join(stage.lobby);
    return person;
  };
  const stands = ({ userId }: { userId: string }, membership: string | undefined, roomId = stage.lobby) =>
    waitFor(async () => (await stage.moderator.membership(roomId, userId)) === membership, {
      what: `${userId} to be ${membership}`,
    });
  const denied = async (): Promise<unknown[]> =>
    ((await stage.moderator.stateContent(stage.lobby, 'm.room.server_acl'))?.deny as unknown[] | undefined) ?? [];
  const numberIn = (text: string): string => /Case (\d+)/.exec(text)?.[1] ?? '';

  it('about rooms and the bot itself', async () => {
    const { moderator, home, lobby, botUserId } = stage;
    const alias = (name: string): string => `#${name}:${home.serverName}`;
    expect(await run('version')).toMatch(/\d+\.\d+/);
    expect(await run('help')).toContain('ban');
    expect(await run('responses')).toContain('certain');
    expect(await run('safe-mode')).toContain('go dry');
    expect(await run('allow-invite')).toContain('allow');
    expect(await run('rooms setup')).toContain('report');
    expect(await run('status')).toContain('1 protected room');
    expect(await run(`status joins ${alias('lobby')} 1h`)).toMatch(/joined|join/);
    expect(await run('verify')).toMatch(/have the power|all/i);

    const hall = await moderator.createRoom({ name: 'Hall', alias: 'hall', public: true, roomVersion: '11' });
    expect(await run(`resolve ${alias('hall')}`)).toContain(hall);
    await run(`join ${alias('hall')}`);
    expect(await moderator.membership(hall, botUserId)).toBe('join');
    await run(`send-as-bot ${alias('hall')} Please keep calm`);
    await moderator.waitForEvent(
      hall,
      ({ sender, content }) => sender === botUserId && content.body === 'Please keep calm',
    );
    await run(`leave ${alias('hall')}`);
    expect(await moderator.membership(hall, botUserId)).toBe('leave');
    await run(`make admin ${alias('hall')} ${moderator.userId}`);
    await run(`directory remove ${alias('hall')}`);
    const listed = async (): Promise<boolean> =>
      (
        await moderator.request<{ visibility: string }>(
          'GET',
          `/_matrix/client/v3/directory/list/room/${encodeURIComponent(hall)}`,
        )
      ).visibility === 'public';
    expect(await listed()).toBe(false);
    await run(`directory add ${alias('hall')}`);
    expect(await listed()).toBe(true);
    const info = await run(`rooms info ${alias('hall')}`);
    expect(info).toContain('Hall');
    expect(info).toContain(hall);

    await run(`alias add ${alias('hall2')} ${alias('hall')}`);
    expect(await moderator.resolveAlias(alias('hall2'))).toBe(hall);
    await run(`move ${alias('hall2')} ${lobby}`);
    expect(await moderator.resolveAlias(alias('hall2'))).toBe(lobby);
    await run(`alias remove ${alias('hall2')}`);
    await expect(moderator.resolveAlias(alias('hall2'))).rejects.toMatchObject({ status: 404 });

    await moderator.sendState(hall, 'm.room.join_rules', '', { join_rule: 'knock' });
    await run(`knock ${alias('hall')}`);
    expect(await moderator.membership(hall, botUserId)).toBe('knock');
    await moderator.invite(hall, botUserId);
    await moderator.sendState(hall, 'm.room.join_rules', '', { join_rule: 'public' });
    await run(`rooms add ${alias('hall')}`);
    expect(await run('rooms')).toContain(alias('hall'));
    await moderator.setPowerLevel(hall, botUserId, 100);
    const helper = await newcomer('helper');
    await helper.join(hall);
    await run(`powerlevel ${helper.userId} 40 ${alias('hall')}`);
    expect((await moderator.powerLevels(hall)).users).toMatchObject({ [helper.userId]: 40 });
    expect(await run('lockdown all --yes')).toMatch(/invite/);
    for (const room of [hall, lobby])
      expect((await moderator.stateContent(room, 'm.room.join_rules'))?.join_rule).toBe('invite');
    await run('lockdown end all');
    for (const room of [hall, lobby])
      expect((await moderator.stateContent(room, 'm.room.join_rules'))?.join_rule).toBe('public');
    await run(`rooms remove ${alias('hall')}`);
    expect(await run('rooms')).not.toContain(alias('hall'));

    await run(`rooms block ${alias('hall')}`);
    const stranger = await Person.register(home, 'stranger');
    await expect(stranger.join(hall)).rejects.toMatchObject({ status: 403 });
    await run(`rooms unblock ${hall}`);
    await stranger.join(hall);
    expect(await run(`shutdown room ${hall} gone --yes`)).toMatch(/shutting|shut down/);
    await waitFor(async () => !(await stranger.joinedRooms()).includes(hall), { what: 'the hall to be gone' });

    await run('displayname Watchman of the Rainbow');
    const profile = (key: string) =>
      moderator.request<Record<string, string>>(
        'GET',
        `/_matrix/client/v3/profile/${encodeURIComponent(botUserId)}/${key}`,
      );
    expect(await profile('displayname')).toEqual({ displayname: 'Watchman of the Rainbow' });
    const picture = await moderator.uploadAvatar(await sharpPicture());
    await run(`avatar ${picture}`);
    expect(await profile('avatar_url')).toEqual({ avatar_url: picture });
    await run('go dry');
    const spared = await newcomer('spared');
    expect(await run(`ban ${spared.userId} dry`)).toMatch(/dry run/i);
    expect(await moderator.membership(lobby, spared.userId)).toBe('join');
    await run('go live --yes');
    await run(`unban ${spared.userId}`);
  }, 300_000);

  it('about accounts and people', async () => {
    const { moderator, home, lobby } = stage;
    const person = await newcomer('somebody');
    for (const [there, back] of [
      ['suspend', 'unsuspend'],
      ['lock', 'unlock'],
      [`mute`, 'unmute'],
    ]) {
      await run(`${there} ${person.userId}`);
      await expect(person.sendMessage(lobby, 'x')).rejects.toBeDefined();
      await run(`${back} ${person.userId}`);
      await person.sendMessage(lobby, `after ${back}`);
    }
    const picture = await person.uploadAvatar(await sharpPicture());
    const media = picture.replace('mxc://', '');
    const download = () => person.request('GET', `/_matrix/client/v1/media/thumbnail/${media}?width=32&height=32`);
    const seen = async (): Promise<number> =>
      download().then(
        () => 200,
        (error: { status?: number }) => error.status ?? 0,
      );
    expect(await run(`quarantine-media ${picture}`)).toContain('uarantined');
    await waitFor(async () => (await seen()) === 404, { what: 'the picture to be quarantined' });
    await run(`unquarantine-media ${picture}`);
    await waitFor(async () => (await seen()) === 200, { what: 'the picture to be free again' });
    const shown = await person.sendEvent(lobby, 'm.room.message', { msgtype: 'm.image', body: 'x', url: picture });
    expect(await run(`quarantine-media https://matrix.to/#/${lobby}/${shown}`)).toContain(`Quarantined: ${picture}`);
    await waitFor(async () => (await seen()) === 404, { what: 'the picture of the event to be quarantined' });
    expect(await run(`unquarantine-media https://matrix.to/#/${lobby}/${shown}`)).toContain(picture);
    await waitFor(async () => (await seen()) === 200, { what: 'the picture of the event to be free again' });
    await person.sendMessage(lobby, 'to be redacted');
    await run(`redact ${person.userId} ${lobby} 1`);
    await waitFor(
      async () => !(await moderator.messages(lobby, 100)).some(({ content }) => content.body === 'to be redacted'),
      { what: 'the message to be redacted' },
    );
    await run(`kick ${person.userId} too loud`);
    await stands(person, 'leave');
    await person.join(lobby);
    expect(await run(`since 1h show 20 ${lobby}`)).toContain(person.userId);
    expect(await run(`deactivate ${person.userId} --yes`)).toContain('deactivated');
    await expect(person.joinedRooms()).rejects.toMatchObject({ status: 401 });
    expect(await run(`report @nuisance:${stage.remote.serverName} sends scam links`)).toContain('Case');
    const exported = await run(`privacy export @nuisance:${stage.remote.serverName} --yes`);
    expect(exported).toMatch(/case|report/);
    expect(await run(`privacy erase @nuisance:${stage.remote.serverName} --yes`)).toMatch(/rased/);
    expect(await run(`case @nuisance:${stage.remote.serverName}`)).toMatch(/no case|There is no|not/i);
    expect(home.serverName).not.toBe(stage.remote.serverName);
  }, 300_000);

  it('about lists and rules', async () => {
    const { moderator, lobby, home } = stage;
    expect(await run('list create raids')).toContain('raids');
    const list = await moderator.resolveAlias(`#raids:${home.serverName}`);
    expect(await run('lists')).toContain('raids');
    expect(await run('default raids')).toContain('raids');
    expect(await run('default')).toContain('raids');
    const [rude, friend] = [await newcomer('rude'), await newcomer('friend')];
    await run(`ban ${rude.userId} being rude`);
    await stands(rude, 'ban');
    await run('takedown vile.example');
    await waitFor(async () => (await denied()).includes('vile.example'));
    expect(await run(`match ${rude.userId}`)).toContain('being rude');
    expect(await run(`explain ${rude.userId}`)).toContain('being rude');
    expect(await run('search *vile*')).toContain('vile.example');
    expect(await run('search rude')).toContain(rude.userId);
    expect(await run('rules raids')).toContain('vile.example');
    expect(await run('rules members')).toContain('No rule hits anybody');
    await run(`allow ${friend.userId} known here`);
    expect(await run('allowed')).toContain(friend.userId);
    expect(await run(`ban ${friend.userId} oops`)).toMatch(/exempt|allow/);
    expect(await moderator.membership(lobby, friend.userId)).toBe('join');
    await run(`unallow ${friend.userId}`);
    expect(await run('allowed')).not.toContain(friend.userId);
    expect(await run('export rules')).toMatch(/\.ndjson/);
    const file = (await moderator.messages(stage.managementRoom, 20)).find(
      ({ content }) => content.msgtype === 'm.file',
    );
    expect(String(file?.content.url)).toMatch(/^mxc:/);

    const other = await moderator.createRoom({ name: 'Elsewhere', alias: 'elsewhere', public: true });
    const outcast = await Person.register(home, 'outcast');
    await outcast.join(other);
    await outcast.join(lobby);
    await moderator.ban(other, outcast.userId, 'banned elsewhere');
    await moderator.sendState(other, 'm.room.server_acl', '', { allow: ['*'], deny: ['far.example'] });
    await run(`join #elsewhere:${home.serverName}`);
    expect(await run(`import #elsewhere:${home.serverName} raids --yes`)).toContain('2 of 2');
    await stands(outcast, 'ban');
    await waitFor(async () => (await denied()).includes('far.example'));
    const imported = (await stage.admin.policyRules(list)).map(({ content }) => content.entity);
    expect(imported).toEqual(expect.arrayContaining([outcast.userId, 'far.example', rude.userId, 'vile.example']));

    const foreign = await moderator.createRoom({ name: 'Foreign', alias: 'foreign', public: true });
    const hit = await newcomer('hit');
    await moderator.sendState(foreign, 'm.policy.rule.user', 'x', { entity: hit.userId, recommendation: 'm.ban' });
    expect(await run(`preview #foreign:${home.serverName}`)).toContain(hit.userId);
    expect(await moderator.membership(lobby, hit.userId)).toBe('join');
    await run(`watch #foreign:${home.serverName} --no-apply`);
    expect(await run('rules members')).toContain(hit.userId);
    await run(`watch #foreign:${home.serverName} --no-unban`);
    await stands(hit, 'ban');
    await moderator.sendState(foreign, 'm.policy.rule.user', 'x', {});
    await waitFor(async () => !(await run(`match ${hit.userId}`)).includes('foreign'));
    expect(await moderator.membership(lobby, hit.userId)).toBe('ban');
    await run(`lists lift #foreign:${home.serverName}`);
    await stands(hit, 'leave');
    await run(`unwatch #foreign:${home.serverName}`);
    expect(await run('lists')).not.toContain('foreign');
    expect(await run('sync')).toMatch(/read|in force|agree|nothing/i);
    expect(await run('cancel')).toMatch(/no|not/i);
  }, 300_000);

  it('about cases and mail', async () => {
    const { moderator, remote, lobby, mailbox } = stage;
    const impostor = await Person.register(remote, 'loki', { displayName: OFFICIAL_NAME });
    await impostor.join(stage.lobbyAlias);
    await stands(impostor, 'ban');
    const first = numberIn(await run(`case ${impostor.userId}`));
    expect(await run('cases')).toMatch(/ase/);
    expect(await run('cases all')).toContain(`Case ${first}`);
    const second = numberIn(await run(`report @other:${remote.serverName} the same gang`));
    const subject = async (n: string): Promise<string> => run(`case ${n}`);
    await run(`claim ${first}`);
    expect(await subject(first)).toContain(moderator.userId);
    await run(`assign ${second} ${moderator.userId}`);
    expect(await subject(second)).toContain(moderator.userId);
    await run(`note ${first} wrote to their admin`);
    expect(await subject(first)).toContain('wrote to their admin');
    await run(`merge ${second} ${first}`);
    expect(await subject(second)).toContain(`Case ${first}`);
    await run(`reopen ${second}`);
    expect(await run('cases')).toContain(`Case ${second}`);
    await run(`close ${second}`);
    expect(await run('cases')).not.toMatch(new RegExp(`Case ${second}\\b`));
    expect(await run(`check ${impostor.userId} ${OFFICIAL_NAME}`)).toContain('not official');
    expect(await run('audit')).toContain('case');
    expect(await run('export cases')).toMatch(/\.ndjson/);

    const sent = await mailbox.waitForMail(({ raw }) => raw.includes(impostor.userId));
    const mails = await run('mail list');
    expect(mails).toContain(ABUSE_CONTACT);
    const number = new RegExp(`(\\d+)[^\\n]*[Cc]ase ${first}\\b`).exec(mails)?.[1] ?? '';
    expect(await run(`mail show ${number}`)).toContain(impostor.userId);
    const before = mailbox.mails.length;
    expect(await run(`mail resend ${number}`)).toMatch(/sent/i);
    expect(mailbox.mails).toHaveLength(before + 1);
    expect(mailbox.mails.at(-1)?.raw).toBe(sent.raw);
    await run('mail test');
    await waitFor(() => mailbox.mails.length === before + 2);
    await run(`mail forward case ${first}`);
    await mailbox.waitForMail(({ envelopeTo }) => envelopeTo.includes('abuse@b.test'));
    expect(await run(`warn victims case ${first}`)).toMatch(/warn/i);

    const harmless = await Person.register(remote, 'odin', { displayName: OFFICIAL_NAME });
    await harmless.join(stage.lobbyAlias);
    await stands(harmless, 'ban');
    const third = numberIn(await run(`case ${harmless.userId}`));
    await run(`dismiss ${third} a friend --yes`);
    await stands(harmless, 'leave');
    await run(`undo case ${first} --yes`);
    await stands(impostor, 'leave');
    expect(await run('scan users')).toMatch(/scan/i);
    expect(await run('official')).toContain(OFFICIAL_NAME);
    await run(`official add ${moderator.userId} Odin Allfather --yes`);
    expect(await run(`check ${moderator.userId}`)).toContain('IS official');
    await run(`official variant @odin:elsewhere.example ${moderator.userId}`);
    expect(await run('check @odin:elsewhere.example')).toContain('IS official');
    await run('official remove @odin:elsewhere.example');
    await run(`official remove ${moderator.userId}`);
    expect(await run(`check ${moderator.userId}`)).not.toContain('IS official');
    expect(await run('web')).toMatch(/web/);
    expect(lobby).toMatch(/^!/);
  }, 300_000);

  it('about protections', async () => {
    const { lobby, moderator } = stage;
    expect(await run('protections')).toContain('WordList');
    await run(`protections preset small ${lobby}`);
    await run(`protections preset none ${lobby}`);
    expect(await run('config get WordList')).toContain('words');
    await run('config add WordList.words cheap gold, moon coin');
    expect(await run('config get WordList.words')).toMatch(/cheap gold.*moon coin/);
    await run('config remove WordList.words moon coin');
    expect(await run('config get WordList.words')).not.toContain('moon coin');
    await run('config set WordList.response redact');
    await run('enable WordList');
    expect(await run('protections show WordList')).toContain('redact');
    const seller = await newcomer('seller');
    await seller.sendMessage(lobby, 'buy chеap gold here');
    const gone = async (words: string): Promise<boolean> =>
      !(await moderator.messages(lobby, 100)).some(({ content }) => content.body === words);
    await waitFor(() => gone('buy chеap gold here'), { what: 'the message to be redacted' });
    expect(await moderator.membership(lobby, seller.userId)).toBe('join');
    await run('config reset WordList');
    expect(await run('config get WordList.response')).toContain('ban');
    expect(await run(`protections simulate MessageIsSticker ${lobby} 1h`)).toMatch(/nobody|no one|would/i);
    await run('disable WordList');
    await seller.sendMessage(lobby, 'cheap gold again');
    expect(await run('rules')).toBeDefined();
    expect(await gone('cheap gold again')).toBe(false);
  }, 300_000);

  it('is given here or in the suite that is named', () => {
    for (const word of ['yes', 'no']) given.add(word);
    const missing = COMMANDS.map(({ name }) => name).filter((name) => !given.has(name) && !(name in ELSEWHERE));
    expect(missing).toEqual([]);
    expect([...given].filter((name) => name.startsWith('?'))).toEqual([]);
  });
});

async function sharpPicture(): Promise<Buffer> {
  const { default: sharp } = await import('sharp');
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  return sharp({ create: { width: 64, height: 64, channels: 3, background: '#888', noise } })
    .png()
    .toBuffer();
}
