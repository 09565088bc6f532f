import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Person, type RoomEvent } from '../../sandbox/synapse/person.js';
import { sleep, waitFor } from '../../sandbox/wait.js';
import { Stage } from './support/stage.js';

describe('protections in a dry run', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.build({ name: 'protections-dry', remote: false, config: { dry_run: true }, start: false });
    await stage.moderator
      .request('POST', `/_matrix/client/v3/rooms/${encodeURIComponent(stage.lobby)}/join`)
      .catch(() => undefined);
    await stage.standWatch();
  }, 120_000);
  afterAll(() => stage?.end(), 60_000);
  const isRedacted = async (eventId: string) => {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(stage.lobby)}/event/${encodeURIComponent(eventId)}`;
    return (await stage.moderator.request<RoomEvent>('GET', path)).unsigned?.redacted_because !== undefined;
  };

  it('tell in a case what they would do, and do nothing', async () => {
    await stage.command('!heimdall enable MessageIsMedia');
    await stage.command('!heimdall config set MessageIsMedia.response redact+warn+mute+kick+ban');
    const person = await Person.register(stage.home, 'artist');
    await person.join(stage.lobby);
    const id = await person.sendEvent(stage.lobby, 'm.room.message', {
      msgtype: 'm.image',
      body: 'x',
      url: 'mxc://a.test/x',
    });
    const notice = await waitFor(
      async () => (await stage.headNotices()).find((event) => String(event.content.body).includes(person.userId)),
      { what: 'the case' },
    );
    expect(String(notice.content.body)).toContain('MessageIsMedia');
    await sleep(2000);
    expect(await isRedacted(id)).toBe(false);
    expect(await stage.moderator.membership(stage.lobby, person.userId)).toBe('join');
    expect(await stage.rules()).toEqual([]);
  }, 60_000);

  it('all tell in a case what they would do, and do nothing', async () => {
    const say = async (words: string) => String((await stage.command(`!heimdall ${words}`)).content.body);
    await say('disable MessageIsMedia');
    for (const words of [
      ...['BasicFlooding', 'MentionLimit', 'WordList', 'FirstMessageIsImage', 'FirstMessageIsLink', 'LinkFilter'],
      ...['MessageIsVoice', 'MessageIsVideo', 'MessageIsSticker', 'RepeatedMessage', 'InvalidEvent', 'NewJoiner'],
      ...['MembershipChange', 'TrustedReporters', 'BanPropagation', 'Campaign'],
    ].map((name) => `enable ${name}`))
      expect(await say(words)).toContain('is on');
    for (const words of [
      'config set MembershipChange.max 3',
      'config add WordList.words casino',
      'config add LinkFilter.deny evil.example',
      'config set TrustedReporters.reports 1',
      'config set Campaign.people 3',
    ])
      expect(await say(words)).toContain(' now');
    let people = 0;
    const newcomer = async () => {
      const person = await Person.register(stage.home, `dry${++people}`);
      await person.join(stage.lobby);
      return person;
    };
    const message = { msgtype: 'm.text', body: 'hello' };
    const file = { body: 'x', url: 'mxc://a.test/x' };
    const sent: string[] = [];
    /** Somebody new says hello and then does something. */
    const does = async (what: string, ...events: [type: string, content: Record<string, unknown>][]) => {
      const person = await newcomer();
      for (const [type, content] of events) sent.push(await person.sendEvent(stage.lobby, type, content));
      return [what, person] as const;
    };
    const text = (body: string): ['m.room.message', Record<string, unknown>] => [
      'm.room.message',
      { msgtype: 'm.text', body },
    ];
    const hello = text('hello');
    const offenders = [
      await does('BasicFlooding', ...[...'abcdefghijk'].map(text)),
      await does('MentionLimit', [
        'm.room.message',
        { ...message, 'm.mentions': { user_ids: [...'abcdefghijk'].map((name) => `@${name}:a.test`) } },
      ]),
      await does('WordList', text('the best casino')),
      await does('FirstMessageIsImage', ['m.room.message', { ...file, msgtype: 'm.image' }]),
      await does('FirstMessageIsLink', text('see https://good.example/')),
      await does('LinkFilter', hello, text('see evil.example')),
      await does('MessageIsVoice', hello, [
        'm.room.message',
        { ...file, msgtype: 'm.audio', 'org.matrix.msc3245.voice': {} },
      ]),
      await does('MessageIsVideo', hello, ['m.room.message', { ...file, msgtype: 'm.video' }]),
      await does('MessageIsSticker', ['m.sticker', { ...file, info: {} }]),
      await does('RepeatedMessage', ...Array.from({ length: 5 }, () => text('join our new channel'))),
      await does('InvalidEvent', ['m.room.message', { msgtype: 'm.text', body: 'x', info: 'big' }]),
    ];
    const restless = await newcomer();
    for (let i = 0; i < 2; i++) {
      await restless.leave(stage.lobby);
      await restless.join(stage.lobby);
    }
    const [rude, reporter, nuisance] = [await newcomer(), await newcomer(), await newcomer()];
    await say(`config add TrustedReporters.reporters ${reporter.userId}`);
    const insult = await rude.sendMessage(stage.lobby, 'an insult');
    await reporter.reportEvent(stage.lobby, insult, 'rude');
    await stage.moderator.ban(stage.lobby, nuisance.userId, 'rude');
    await say(`config add NewJoiner.servers ${stage.home.serverName}`);
    const late = await newcomer();
    await say('disable NewJoiner');
    const told = [
      ...offenders,
      ['MembershipChange', restless],
      ['TrustedReporters', rude],
      ['BanPropagation', nuisance],
      ['NewJoiner', late],
    ] as const;
    for (const [name, { userId }] of told)
      await waitFor(async () => (await say(`case ${userId}`)).includes(name), { what: `the case of ${name}` });
    await sleep(2000);
    for (const id of [...sent, insult]) expect([id, await isRedacted(id)]).toEqual([id, false]);
    for (const [name, { userId }] of told)
      expect([name, await stage.moderator.membership(stage.lobby, userId)]).toEqual([
        name,
        name === 'BanPropagation' ? 'ban' : 'join',
      ]);
    const joinRules = await stage.moderator.stateContent(stage.lobby, 'm.room.join_rules');
    expect([await stage.rules(), joinRules?.join_rule]).toEqual([[], 'public']);
  }, 240_000);
});
