import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readMeowlnir } from '../../src/cli/migrate/old-setup.js';
import { protectionNamed } from '../../src/protections/table.js';
import { settingNamed } from '../../src/protections/values.js';
import { DESK, OldBotsHome } from './support/old-bots-home.js';

let home: OldBotsHome;
beforeEach(async () => {
  home = await OldBotsHome.start();
});
afterEach(() => home.stop());

const setting = (name: string, content: object) =>
  home.rooms.get(DESK)!.push(['org.matrix.mjolnir.setting', name, content]);
const inRoom = (type: string, content: object) => home.rooms.get(DESK)!.push([`fi.mau.meowlnir.${type}`, '', content]);

describe('what holds in Draupnir without being written down holds here', () => {
  it('three mentions, a warning first and a ban after the second within half an hour', async () => {
    home.enable('MentionLimitProtection');
    const said = await home.migrate('draupnir');
    expect(home.protections.MentionLimit).toMatchObject({
      enabled: true,
      values: { max: 3, response: ['redact+warn', 'redact+ban'], memory: '30m' },
    });
    expect(said).toContain('max = 3 (there maxMentions)');
  });

  it('beside what is written down: a limit of events, at which it acts', async () => {
    home.enable('BasicFloodingProtection', 'MembershipChangeProtection');
    setting('BasicFloodingProtection', { maxPerMinute: 15 });
    setting('MembershipChangeProtection', { timescaleMinutes: 30 });
    const said = await home.migrate('draupnir');
    expect(home.protections.BasicFlooding?.values).toEqual({ max: 14 });
    expect(home.protections.MembershipChange?.values).toEqual({ max: 7, window: '30m', response: ['ban'] });
    expect(said).toContain('max = 14 (there maxPerMinute = 15)');
    expect(said).toContain('A ban by a protection is for one room there.');
  });

  it('what it only simulates is not done here', async () => {
    home.enable('BasicFloodingProtection', 'WordListProtection', 'MembershipChangeProtection');
    const only = (name: string) => ({ capability_provider_name: name });
    const simulate = (name: string, content: object) =>
      home.rooms.get(DESK)!.push(['me.marewolf.draupnir.set_capability_provider', name, content]);
    simulate('BasicFloodingProtection', {
      userConsequences: only('SimulatedUserConsequences'),
      eventConsequences: only('StandardEventConsequences'),
    });
    simulate('WordListProtection', {
      userConsequences: only('SimulatedUserConsequences'),
      eventConsequences: only('SimulatedEventConsequences'),
    });
    simulate('MembershipChangeProtection', { finalConsequences: only('SimulatedUserConsequences') });
    const from = home.file('draupnir.yaml', 'protections: {wordlist: {words: [casino]}}\n');
    const said = await home.migrate('draupnir', '--from', from);
    const response = (name: string) => home.protections[name]?.values.response;
    expect(response('BasicFlooding')).toEqual(['redact']);
    expect(response('WordList')).toEqual(['notify']);
    expect(response('MembershipChange')).toEqual(['notify']);
    expect(said).toContain('Differs: BasicFlooding only simulates kick and ban there');
    expect(said).not.toContain('A ban by a protection');
  });
});

describe('what stands in the configuration of Draupnir only', () => {
  const NAMES = ['NewJoinerProtection', 'FirstMessageIsWordProtection', 'WordListProtection'];

  it('cannot be seen by a token: the report names the flag, and the next run takes it over', async () => {
    home.enable(...NAMES);
    const said = await home.migrate('draupnir');
    for (const name of NAMES)
      expect(said).toMatch(new RegExp(`Not taken over: the protection "${name}".*again with --from FILE`));
    expect(home.protections).toEqual({});
    const from = home.file(
      'draupnir.yaml',
      `protections:
  newJoinerProtection: {serverNames: [bad.example]}
  firstMessageIsWordProtection: {words: [free btc]}
  wordlist: {words: [casino], minutesBeforeTrusting: 0}
`,
    );
    await home.migrate('draupnir', '--from', from);
    expect(home.protections).toEqual({
      NewJoiner: { enabled: true, rooms: {}, values: { servers: ['bad.example'] } },
      FirstMessageIsWord: { enabled: true, rooms: {}, values: { words: ['free btc'], trusted_after: '0' } },
      WordList: { enabled: true, rooms: {}, values: { words: ['casino'], trusted_after: '0', names: false } },
    });
  });

  it('removes for a first word, and bans for a listed one, as there', async () => {
    home.enable('FirstMessageIsWordProtection', 'WordListProtection');
    const from = home.file('draupnir.yaml', 'protections: {}\n');
    await home.migrate('draupnir', '--from', from);
    const responseOf = (name: string): unknown => {
      expect(home.protections[name]?.enabled).toBe(true);
      const response = settingNamed(protectionNamed(name)!, 'response');
      return response?.schema.parse(home.protections[name]?.values.response);
    };
    expect(responseOf('FirstMessageIsWord')).toEqual([['redact', 'kick']]);
    expect(responseOf('WordList')).toEqual([['redact', 'ban']]);
  });

  it('says that a bot which only pretends acts here', async () => {
    home.enable('BasicFloodingProtection');
    expect(await home.migrate('draupnir', '--from', home.file('draupnir.yaml', 'noop: true\n'))).toContain(
      'dry_run: true',
    );
  });
});

it('without the management room nothing is taken over by defaults that may not be those in effect', async () => {
  home.enable('BasicFloodingProtection');
  for (let at = 0; at < 25; at++) home.rooms.set(`!other${at}:stub.test`, []);
  const said = await home.migrate('draupnir');
  expect(said).toMatch(/Not taken over: The protections: .*again with --room ROOM/);
  expect(home.protections).toEqual({});
  setting('BasicFloodingProtection', { maxPerMinute: 15 });
  await home.migrate('draupnir', '--room', DESK);
  expect(home.protections.BasicFlooding?.values).toEqual({ max: 14 });
});

describe('an older Meowlnir', () => {
  it('acts at the number of mentions, so that one less is allowed here', async () => {
    inRoom('protections', { global: { max_mentions: { enabled: true, max_mentions: 6 } } });
    const said = await home.migrate('meowlnir', '--room', DESK);
    expect(home.protections.MentionLimit).toEqual({
      enabled: true,
      rooms: {},
      values: { max: 5, response: ['redact'] },
    });
    expect(said).toContain('max = 5 (there max_mentions = 6)');
    expect(said).toContain('newer versions of Meowlnir do not read');
  });

  it('has off what does not say that it is enabled', async () => {
    inRoom('protections', {
      global: { max_mentions: { max_mentions: 6 }, no_media: {}, server_requirements: { require_email: true } },
    });
    await home.migrate('meowlnir', '--room', DESK);
    expect(Object.entries(home.protections).filter(([, { enabled }]) => enabled)).toEqual([]);
    expect(home.protections.MentionLimit).toMatchObject({ enabled: false, values: { max: 5 } });
  });

  it('has nothing of the rest in a room with settings of its own', async () => {
    const own = '!own:stub.test';
    inRoom('protections', {
      global: { max_mentions: { enabled: true, max_mentions: 6 }, no_media: { enabled: true } },
      overrides: { [own]: { no_media: { enabled: true, allowed_types: ['m.text', 'm.image', 'm.audio', 'm.file'] } } },
    });
    const said = await home.migrate('meowlnir', '--room', DESK);
    const { MentionLimit, MessageIsMedia, MessageIsVideo, MessageIsSticker } = home.protections;
    expect([MentionLimit?.enabled, MessageIsMedia?.enabled, MessageIsSticker?.enabled]).toEqual([true, true, true]);
    expect(MentionLimit?.rooms[own]).toEqual({ enabled: false, values: {} });
    expect(MessageIsMedia?.rooms[own]).toEqual({ enabled: false, values: {} });
    expect(MessageIsVideo).toEqual({ enabled: false, values: {}, rooms: { [own]: { enabled: true, values: {} } } });
    expect(said).toContain(`Off in ${own}, as there: MentionLimit`);
  });
});

describe('a newer Meowlnir', () => {
  it('keeps protections with the rooms, and whatever is there is on', async () => {
    inRoom('protected_rooms', { rooms: [], protections: { anti_flood: { limit: 8, per: 30 } } });
    inRoom('protections', { global: { max_mentions: { enabled: true, max_mentions: 6 } } });
    const said = await home.migrate('meowlnir', '--room', DESK);
    expect(home.protections).toEqual({
      BasicFlooding: { enabled: true, rooms: {}, values: { max: 8, window: '30s' } },
    });
    expect(said).not.toContain('newer versions of Meowlnir');
  });

  it('removes people when too many join; here the room is closed for as long, and the report says so', async () => {
    inRoom('protected_rooms', { rooms: [], protections: { join_rate: { limit: 12, per: 120 } } });
    const said = await home.migrate('meowlnir', '--room', DESK);
    expect(home.protections.JoinWaveShortCircuit?.values).toEqual({ max: 12, window: '120s', lockdown_for: '120s' });
    expect(said).toMatch(/Differs: JoinWaveShortCircuit removes whoever comes beyond the limit there\. Here it sets/);
  });

  it('does nothing without a limit, and bans only who is far enough above it', async () => {
    inRoom('protected_rooms', {
      rooms: [],
      protections: { join_rate: {}, max_mentions: { limit: 0 }, anti_flood: { limit: 8, per: 30, max_infractions: 9 } },
    });
    const said = await home.migrate('meowlnir', '--room', DESK);
    expect(home.protections).toEqual({
      BasicFlooding: { enabled: true, rooms: {}, values: { max: 8, window: '30s', response: ['redact'] } },
    });
    expect(said).toContain('BasicFlooding has no setting like max_infractions (there 9)');
    expect(said).not.toContain('A ban by a protection');
  });

  it('does not remove people here for a word in a message that they may not have as a name there', async () => {
    const protections = { bad_words: { patterns: ['casino'] }, bad_displaynames: { patterns: ['admin bot'] } };
    inRoom('protected_rooms', { rooms: [], protections });
    await home.migrate('meowlnir', '--room', DESK);
    expect(home.protections).toEqual({
      WordList: {
        enabled: true,
        rooms: {},
        values: { words: ['casino'], response: ['redact'], trusted_after: '0', names: false },
      },
      NameWordList: { enabled: true, rooms: {}, values: { words: ['admin bot'] } },
    });
  });
});

it('lists of Meowlnir lift bans only where that is said, so that nobody is let in by moving', async () => {
  const list = { room_id: '!list:stub.test', shortcode: 'a' };
  const setupOf = (more: object) =>
    readMeowlnir(
      {
        stateContent: (_room, type) =>
          Promise.resolve(type === 'fi.mau.meowlnir.watched_lists' ? { lists: [{ ...list, ...more }] } : undefined),
        state: () => Promise.resolve([]),
        resolveAlias: () => Promise.resolve(undefined),
      },
      DESK,
    );
  expect((await setupOf({})).lists[0]?.options).toEqual({ lift: false });
  expect((await setupOf({ auto_unban: true })).lists[0]).not.toHaveProperty('options');
});
