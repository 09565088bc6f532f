import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { Person, type RoomEvent } from '../../sandbox/synapse/person.js';
import { sleep, waitFor } from '../../sandbox/wait.js';
import { createSupportFetcher } from '../../src/mail/fetch-support.js';
import { registrationOf } from '../../src/protections/registration/ask.js';
import { officialPicture, randomFrom, randomPicture } from '../support/pictures.js';
import { Stage } from './support/stage.js';

/** Says whether the room's history shows an event emptied. */
async function isRedacted(person: Person, roomId: string, eventId: string): Promise<boolean> {
  const event = await person.request<RoomEvent>(
    'GET',
    `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/event/${encodeURIComponent(eventId)}`,
  );
  return event.unsigned?.redacted_because !== undefined;
}

describe('protections, on a real homeserver', () => {
  let stage: Stage;
  let people = 0;
  beforeAll(async () => {
    stage = await Stage.build({
      name: 'protections',
      remote: false,
      // anybody can register there, which one protection asks about
      synapse: { enable_registration: true, enable_registration_without_verification: true },
    });
  }, 120_000);
  afterAll(() => stage?.end(), 60_000);

  const say = async (words: string): Promise<string> =>
    String((await stage.command(`!heimdall ${words}`)).content.body);
  const newcomer = async (room = stage.lobby): Promise<Person> => {
    const person = await Person.register(stage.home, `person${++people}`);
    await person.join(room);
    return person;
  };
  const redacted = (roomId: string, eventId: string) =>
    waitFor(() => isRedacted(stage.moderator, roomId, eventId), { what: `${eventId} to be redacted` });
  const banned = (person: Person, room = stage.lobby) => stage.moderator.waitForMembership(room, person.userId, 'ban');
  const caseOf = (person: Person) =>
    waitFor(
      async () => (await stage.headNotices()).find((event) => String(event.content.body).includes(person.userId)),
      {
        what: `a case about ${person.userId}`,
      },
    );

  it('BasicFlooding redacts a flood and bans whoever sent it, over a kill in the middle of it', async () => {
    expect(await say('enable BasicFloodingProtection')).toContain('BasicFlooding is on');
    const flooder = await newcomer();
    const chatter = await newcomer();
    const ids: string[] = [];
    for (let i = 0; i < 10; i++) await chatter.sendMessage(stage.lobby, `a word in between ${i}`);
    for (let i = 0; i < 6; i++) ids.push(await flooder.sendMessage(stage.lobby, `flood ${i}`));
    await sleep(1000);
    await stage.heimdall.kill9();
    await stage.heimdall.start();
    for (let i = 6; i < 11; i++) ids.push(await flooder.sendMessage(stage.lobby, `flood ${i}`));
    await banned(flooder);
    for (const id of ids) await redacted(stage.lobby, id);
    expect(String((await caseOf(flooder)).content.body)).toContain('BasicFlooding');
    expect(await stage.moderator.membership(stage.lobby, chatter.userId)).toBe('join');
    expect((await stage.rules()).some((rule) => rule.content.entity === flooder.userId)).toBe(true);
    await say('disable basicflooding');
  }, 120_000);

  it('MentionLimit redacts first, then bans', async () => {
    await say('enable MentionLimitProtection');
    const bomber = await newcomer();
    const ids = Array.from({ length: 11 }, (_, i) => `@victim${i}:${stage.home.serverName}`);
    const first = await bomber.sendMessage(stage.lobby, 'hello all', { 'm.mentions': { user_ids: ids } });
    await redacted(stage.lobby, first);
    expect(await stage.moderator.membership(stage.lobby, bomber.userId)).toBe('join');
    const fair = await bomber.sendMessage(stage.lobby, ids.slice(0, 10).join(' '));
    const second = await bomber.sendMessage(stage.lobby, ids.join(' '));
    await banned(bomber);
    await redacted(stage.lobby, second);
    expect(await isRedacted(stage.moderator, stage.lobby, fair)).toBe(false);
    await say('disable MentionLimit');
  }, 60_000);

  it('WordList sees a disguised word of a newcomer, also in an edit and in a name, and not in an honest one', async () => {
    await say('enable wordlist');
    expect(await say('config add WordList.words free btc')).toContain('free btc');
    const honest = await newcomer();
    const fine = await honest.sendMessage(stage.lobby, 'freedom, and btcpay');
    const spammer = await newcomer();
    const spam = await spammer.sendMessage(stage.lobby, 'get fr33 вtс now');
    await redacted(stage.lobby, spam);
    await banned(spammer);
    const editor = await newcomer();
    const original = await editor.sendMessage(stage.lobby, 'hello');
    const edit = await editor.sendMessage(stage.lobby, '* fun', {
      'm.new_content': { msgtype: 'm.text', body: 'FREE  BTC' },
      'm.relates_to': { rel_type: 'm.replace', event_id: original },
    });
    await redacted(stage.lobby, edit);
    await banned(editor);
    const named = await newcomer();
    await named.setDisplayName('ＦＲＥＥ btc');
    await banned(named);
    expect(await isRedacted(stage.moderator, stage.lobby, fine)).toBe(false);
    const moderators = await stage.moderator.sendMessage(stage.lobby, 'no free btc here, please');
    await sleep(1500);
    expect(await isRedacted(stage.moderator, stage.lobby, moderators)).toBe(false);
    await say('disable WordList');
  }, 90_000);

  it('FirstMessageIsImage bans whose first message is a picture, and lets others show theirs', async () => {
    await say('enable FirstMessageIsImageProtection');
    const picture = { msgtype: 'm.image', body: 'x.png', url: 'mxc://a.test/abc' };
    const polite = await newcomer();
    await polite.sendMessage(stage.lobby, 'hello');
    const fine = await polite.sendEvent(stage.lobby, 'm.room.message', picture);
    const rude = await newcomer();
    await stage.heimdall.kill9();
    await stage.heimdall.start();
    const bad = await rude.sendEvent(stage.lobby, 'm.room.message', picture);
    await redacted(stage.lobby, bad);
    await banned(rude);
    const later = await polite.sendEvent(stage.lobby, 'm.room.message', picture);
    await sleep(1500);
    for (const id of [fine, later]) expect(await isRedacted(stage.moderator, stage.lobby, id)).toBe(false);
    await say('disable FirstMessageIsImage');
  }, 90_000);

  it('JoinWaveShortCircuit sets the room to invite only, until "lockdown end"', async () => {
    await say('config set JoinWaveShortCircuit.maxPer 3');
    await say('config set JoinWaveShortCircuit.lockdown_for 1h');
    await say('enable joinwaveshortcircuit');
    const joinRule = async () => (await stage.moderator.stateContent(stage.lobby, 'm.room.join_rules'))?.join_rule;
    expect(await joinRule()).toBe('public');
    for (let i = 0; i < 4; i++) await newcomer();
    await waitFor(async () => (await joinRule()) === 'invite', { what: 'the room to be invite only' });
    const late = await Person.register(stage.home, `late${++people}`);
    await expect(late.join(stage.lobby)).rejects.toThrow();
    expect(await say(`lockdown end ${stage.lobbyAlias}`)).toContain('has ended');
    expect(await joinRule()).toBe('public');
    await late.join(stage.lobby);
    await say('config set JoinWaveShortCircuit.lockdown_for 3s');
    for (let i = 0; i < 4; i++) await newcomer().catch(() => undefined);
    await waitFor(async () => (await joinRule()) === 'invite', { what: 'the second lockdown' });
    await waitFor(async () => (await joinRule()) === 'public', { what: 'its end' });
    await say('disable JoinWaveShortCircuit');
  }, 90_000);

  it('climbs the ladder: a warning, a mute with an end, a kick, a ban', async () => {
    await say('config set MessageIsMedia.response [redact+warn, mute, kick, ban]');
    await say('config set MessageIsMedia.mute_for 3s');
    await say('enable MessageIsMedia #lobby:' + stage.home.serverName);
    const person = await newcomer();
    const show = () =>
      person.sendEvent(stage.lobby, 'm.room.message', { msgtype: 'm.file', body: 'x', url: 'mxc://a.test/x' });
    const first = await show();
    await redacted(stage.lobby, first);
    const warning = await stage.moderator.waitForEvent(
      stage.lobby,
      (event) => event.sender === stage.botUserId && String(event.content.body).includes(person.userId),
    );
    expect(String(warning.content.body)).toContain('muted');
    await show();
    const level = async () =>
      ((await stage.moderator.powerLevels(stage.lobby)).users as Record<string, number>)[person.userId];
    await waitFor(async () => (await level()) === -1, { what: 'the mute' });
    await expect(person.sendMessage(stage.lobby, 'hm')).rejects.toThrow();
    await waitFor(async () => (await level()) === undefined, { what: 'the end of the mute' });
    await show();
    await stage.moderator.waitForMembership(stage.lobby, person.userId, 'leave');
    await person.join(stage.lobby);
    await show();
    await banned(person);
    await say('disable MessageIsMedia');
  }, 90_000);

  it('the others act as well, each on its own people, and none on those who are in between', async () => {
    for (const words of [
      'enable FirstMessageIsLinkProtection',
      'enable MessageIsVoiceProtection',
      'enable MessageIsVideo',
      'enable LinkFilter',
      'config add LinkFilter.deny evil.example',
      'enable RepeatedMessage',
      'enable InvalidEventProtection',
      'enable MembershipChangeProtection',
      'config set MembershipChange.maxChangesPerUser 3',
      'enable BanPropagationProtection',
    ])
      expect(await say(words)).not.toContain('Nothing was done');
    const polite = await newcomer();
    const fine = [
      await polite.sendMessage(stage.lobby, 'hello.how are you all'),
      await polite.sendMessage(stage.lobby, `thanks ${stage.moderator.userId}, see http://localhost:8008`),
      await polite.sendEvent(stage.lobby, 'm.sticker', { body: 'a cat', url: 'mxc://a.test/cat', info: {} }),
    ];
    const linker = await newcomer();
    const link = await linker.sendMessage(stage.lobby, 'look at https://good.example/');
    const speaker = await newcomer();
    await speaker.sendMessage(stage.lobby, 'hello');
    const voice = await speaker.sendEvent(stage.lobby, 'm.room.message', {
      msgtype: 'm.audio',
      body: 'voice',
      url: 'mxc://a.test/x',
      'org.matrix.msc3245.voice': {},
    });
    const video = await speaker.sendEvent(stage.lobby, 'm.room.message', {
      msgtype: 'm.file',
      body: 'x',
      url: 'mxc://a.test/x',
      info: { mimetype: 'video/mp4' },
    });
    const denied = await speaker.sendMessage(stage.lobby, 'have you seen evil(dot)example today');
    const broken = await speaker.sendEvent(stage.lobby, 'm.room.message', {
      msgtype: 'm.image',
      body: 'x',
      url: 'mxc://a.test/x',
      info: 'big',
    });
    const copier = await newcomer();
    await copier.sendMessage(stage.lobby, 'good morning');
    const copies: string[] = [];
    for (let i = 0; i < 5; i++)
      copies.push(await copier.sendMessage(stage.lobby, `Earn a thousand a day with us ${i}`));
    for (const id of [link, voice, video, denied, broken, ...copies]) await redacted(stage.lobby, id);
    for (const person of [linker, copier]) await banned(person);
    expect(await stage.moderator.membership(stage.lobby, speaker.userId)).toBe('join');
    const restless = await newcomer();
    for (let i = 0; i < 2; i++) {
      await restless.leave(stage.lobby);
      await restless.join(stage.lobby);
    }
    await stage.moderator.waitForMembership(stage.lobby, restless.userId, 'leave');
    const nuisance = await newcomer();
    await stage.moderator.ban(stage.lobby, nuisance.userId, 'rude');
    expect(String((await caseOf(nuisance)).content.body)).toContain('BanPropagation');
    for (const id of fine) expect(await isRedacted(stage.moderator, stage.lobby, id)).toBe(false);
    expect(await stage.moderator.membership(stage.lobby, polite.userId)).toBe('join');

    const number = /Case (\d+)/.exec(await say(`case ${linker.userId}`))?.[1] ?? '';
    expect(await say(`undo case ${number}`)).toContain(`Undone for Case ${number}`);
    await stage.moderator.waitForMembership(stage.lobby, linker.userId, 'leave');
    await linker.join(stage.lobby);
    expect(await stage.moderator.membership(stage.lobby, linker.userId)).toBe('join');

    // one that is off says what it would have done, and has done nothing
    const simulated = await say(`protections simulate MessageIsSticker ${stage.lobbyAlias} 1h`);
    expect(simulated).toContain(polite.userId);
    expect(await isRedacted(stage.moderator, stage.lobby, fine[2] ?? '')).toBe(false);
    expect(await say(`protections preset support ${stage.lobbyAlias}`)).toContain('BasicFlooding');
    const asker = await newcomer();
    const help = await asker.sendMessage(stage.lobby, 'how do I do https://good.example/ ?');
    const sign = await speaker.sendMessage(stage.lobby, 'try evil.example');
    await redacted(stage.lobby, sign);
    expect(await isRedacted(stage.moderator, stage.lobby, help)).toBe(false);
    await say(`protections preset none ${stage.lobbyAlias}`);
    expect(await say('status federation')).toContain('No event of another homeserver');
  }, 180_000);

  it('each goes on over a kill in its middle, with what came while nobody watched, and is undone', async () => {
    for (const words of [
      'enable JoinWaveShortCircuit',
      'config set JoinWaveShortCircuit.max 100',
      'config set JoinWaveShortCircuit.lockdown_for 1h',
      'enable MentionLimit',
      'enable WordList',
      'enable MessageIsSticker',
      'enable TrustedReporters',
      'config set TrustedReporters.reports 2',
    ])
      expect(await say(words)).not.toContain('Nothing was done');
    const crowd: Person[] = [];
    for (let i = 0; i < 11; i++) crowd.push(await newcomer());
    const [bomber, copier, rude, first, second, linker, speller, breaker, clicker] = crowd as [Person, ...Person[]];
    const everybody = Array.from({ length: 11 }, (_, i) => `@nobody${i}:${stage.home.serverName}`);
    const mention = () => bomber.sendMessage(stage.lobby, 'hello all', { 'm.mentions': { user_ids: everybody } });
    for (const reporter of [first!, second!]) await say(`config add TrustedReporters.reporters ${reporter.userId}`);
    await redacted(stage.lobby, await mention());
    const copies: string[] = [];
    const copy = async () => copies.push(await copier!.sendMessage(stage.lobby, 'join our new channel and get rich'));
    for (let i = 0; i < 3; i++) await copy();
    const insult = await rude!.sendMessage(stage.lobby, 'an insult');
    await first!.reportEvent(stage.lobby, insult, 'rude');
    await sleep(1500);
    await stage.heimdall.kill9();
    // nobody watches
    const missed = [
      await linker!.sendMessage(stage.lobby, 'look at evil[.]example please'),
      await speller!.sendMessage(stage.lobby, 'get your fr33 вtс'),
      await breaker!.sendEvent(stage.lobby, 'm.room.message', { msgtype: 'm.text', body: 'x', info: 'big' }),
      await clicker!.sendEvent(stage.lobby, 'm.sticker', { body: 'a cat', url: 'mxc://a.test/cat', info: {} }),
    ];
    await copy();
    await stage.heimdall.start();
    await copy();
    missed.push(await mention(), ...copies);
    await second!.reportEvent(stage.lobby, insult, 'rude');
    for (const id of [...missed, insult]) await redacted(stage.lobby, id);
    const hit = [bomber, copier!, speller!, rude!];
    for (const person of hit) await banned(person);
    for (const person of [linker!, breaker!, clicker!])
      expect(await stage.moderator.membership(stage.lobby, person.userId)).toBe('join');

    const number = async (subject: string) => /Case (\d+)/.exec(await say(`case ${subject}`))?.[1] ?? '';
    for (const person of hit) {
      const undone = await number(person.userId);
      expect(await say(`undo case ${undone}`)).toContain(`Undone for Case ${undone}`);
      await stage.moderator.waitForMembership(stage.lobby, person.userId, 'leave');
    }
    // the ladder begins anew
    await bomber.join(stage.lobby);
    await redacted(stage.lobby, await mention());
    expect(await stage.moderator.membership(stage.lobby, bomber.userId)).toBe('join');
    const joinRule = async () => (await stage.moderator.stateContent(stage.lobby, 'm.room.join_rules'))?.join_rule;
    // those who came before the kill count still: two more complete the wave
    await say('config set JoinWaveShortCircuit.max 11');
    for (let i = 0; i < 2; i++) await newcomer().catch(() => undefined);
    await waitFor(async () => (await joinRule()) === 'invite', { what: 'the room to be invite only' });
    expect(await say(`lockdown end ${stage.lobbyAlias}`)).toContain('has ended');
    expect(await joinRule()).toBe('public');
    await say('disable JoinWaveShortCircuit');
    for (const name of ['WordList', 'MessageIsSticker', 'TrustedReporters', 'MentionLimit'])
      await say(`disable ${name}`);
  }, 240_000);

  it('InsecureRegistration understands what a real homeserver answers', async () => {
    const answer = await registrationOf('far.test', createSupportFetcher(), { 'far.test': stage.home.url });
    expect(answer).toBe(true);
    expect(await say('enable InsecureRegistration')).toContain('InsecureRegistration is on');
  });

  it('a campaign is one case over a restart, and one command bans all of it and nobody else', async () => {
    for (const words of ['enable Campaign', 'enable PolicyChangeNotification'])
      expect(await say(words)).not.toContain('Nothing was done');
    const pitch = (number: number) =>
      `Friends, I made four thousand in a single week with this coach, just ask him, code ${number}`;
    const honest = await newcomer();
    await honest.sendMessage(stage.lobby, 'I wonder how many of you made it to the meeting in a single week like that');
    const copiers: Person[] = [];
    for (let number = 0; number < 5; number++) {
      if (number === 4) {
        await stage.heimdall.kill9();
        await stage.heimdall.start();
      }
      const copier = await newcomer();
      await copier.sendMessage(stage.lobby, pitch(number));
      copiers.push(copier);
      await sleep(500);
    }
    // in the head notice, or by itself where the room has a case already
    const offer = await waitFor(
      async () => (await stage.headNotices()).find((event) => String(event.content.body).includes('campaign ban case')),
      { what: 'the campaign' },
    );
    const number = /campaign ban case (\d+)/.exec(String(offer.content.body))?.[1] ?? '';
    expect(await say(`campaign ban case ${number} --yes`)).toContain(`the campaign of Case ${number}`);
    for (const copier of copiers) await banned(copier);
    expect(await stage.moderator.membership(stage.lobby, honest.userId)).toBe('join');
    await say('disable Campaign');
  }, 120_000);

  it('QuarantinedPicture knows a picture again, uploaded anew smaller and poorer, over a restart, until it is released', async () => {
    const show = (person: Person, url: string) =>
      person.sendEvent(stage.lobby, 'm.room.message', { msgtype: 'm.image', body: 'x', url, info: {} });
    const bad = await officialPicture();
    const copy = await sharp(bad).resize(180).jpeg({ quality: 35 }).toBuffer();
    const other = await randomPicture(randomFrom(5), 0);
    const first = await newcomer();
    const original = await first.upload(bad, 'image/png');
    await say('enable QuarantinedPicture');
    expect(await say(`quarantine-media ${original}`)).toContain('1 picture will be known again');
    await stage.heimdall.kill9();
    await stage.heimdall.start();
    const [second, third] = [await newcomer(), await newcomer()];
    const fine = await show(third, await third.upload(other, 'image/png'));
    const again = await show(second, await second.upload(copy, 'image/jpeg'));
    await redacted(stage.lobby, again);
    expect(String((await caseOf(second)).content.body)).toContain('QuarantinedPicture');
    const sticker = await second.sendEvent(stage.lobby, 'm.sticker', {
      body: 'x',
      url: await second.upload(await sharp(bad).webp().toBuffer(), 'image/webp'),
      info: {},
    });
    await redacted(stage.lobby, sticker);
    await banned(second);
    expect(await isRedacted(stage.moderator, stage.lobby, fine)).toBe(false);
    expect(await say(`unquarantine-media ${original}`)).toContain('How it looks is forgotten');
    const fourth = await newcomer();
    const free = await show(fourth, await fourth.upload(copy, 'image/jpeg'));
    const barrier = await show(fourth, await fourth.upload(other, 'image/png'));
    await sleep(2000);
    for (const id of [free, barrier]) expect(await isRedacted(stage.moderator, stage.lobby, id)).toBe(false);
    await say('disable QuarantinedPicture');
  }, 120_000);

  it('TrustedReporters bans when enough of them have reported somebody, and counts nobody else', async () => {
    await say('enable TrustedReporters');
    await say('config set TrustedReporters.reports 2');
    const [first, second, stranger] = [await newcomer(), await newcomer(), await newcomer()];
    for (const { userId } of [first, second]) await say(`config add TrustedReporters.reporters ${userId}`);
    const [rude, fine] = [await newcomer(), await newcomer()];
    const insult = await rude.sendMessage(stage.lobby, 'an insult');
    const remark = await fine.sendMessage(stage.lobby, 'a remark');
    for (const person of [first, stranger]) await person.reportEvent(stage.lobby, remark, 'no');
    for (const person of [first, second]) await person.reportEvent(stage.lobby, insult, 'rude');
    await banned(rude);
    await redacted(stage.lobby, insult);
    expect(await isRedacted(stage.moderator, stage.lobby, remark)).toBe(false);
    expect(await stage.moderator.membership(stage.lobby, fine.userId)).toBe('join');
    await say('disable TrustedReporters');
  }, 90_000);
});
