import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  configuredSettings,
  meowlnirProtections,
  mjolnirProtections,
  protectionLines,
  takeProtection,
  type OldProtection,
} from '../../src/cli/migrate/protections.js';
import { openSettings } from '../../src/store/index.js';
import type { SettingsStore } from '../../src/store/settings/types.js';
import { MJOLNIR } from '../support/mjolnir.js';

const ROOM = '!room:a.test';
const DEEDS = { on: 'Would enable', off: 'Would set' };
let folder: string;
let settings: SettingsStore;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'heimdall-migrate-'));
  settings = await openSettings({ dataDir: folder });
});
afterEach(async () => {
  await settings.close();
  rmSync(folder, { recursive: true, force: true });
});

async function take(all: readonly OldProtection[]): Promise<string> {
  const lines = all.flatMap((old) => protectionLines(old, settings, DEEDS));
  for (const old of all) await takeProtection(old, settings);
  return lines.join('\n');
}

describe('protections of Mjolnir and Draupnir', () => {
  const one = (name: string, values: Record<string, unknown>) => mjolnirProtections([name], new Map([[name, values]]));

  it.each<[string, Record<string, unknown>, string, Record<string, unknown>, RegExp]>([
    ['BasicFloodingProtection', { maxPerMinute: 20 }, 'BasicFlooding', { max: 20 }, /max = 20 \(there maxPerMinute\)/],
    [
      'JoinWaveShortCircuitProtection',
      { maxPer: 30, timescaleMinutes: 5 },
      'JoinWaveShortCircuit',
      { max: 30, window: '5m' },
      /window = 5m \(there timescaleMinutes\)/,
    ],
    [
      'MembershipChangeProtection',
      { maxChangesPerUser: 4, timescaleMinutes: 60, finalConsequenceReason: 'calm down' },
      'MembershipChange',
      { max: 4, window: '60m' },
      /no setting like finalConsequenceReason \(there "calm down"\)/,
    ],
    [
      'FirstMessageIsLinkProtection',
      { joinCacheExpiryHours: 48 },
      'FirstMessageIsLink',
      { trusted_after: '48h' },
      /trusted_after = 48h/,
    ],
    [
      'MentionSpam',
      { maxMentions: 5 },
      'MentionLimit',
      { max: 5, response: ['redact'] },
      /Would enable MentionLimit with response = \[redact\], max = 5/,
    ],
    ['MentionSpam', {}, 'MentionLimit', { response: ['redact'] }, /with response = \[redact\]/],
    [
      'MentionFlood',
      { maxMentionsPerMessage: 7, minutesBeforeTrusting: 20, action: 'kick', redact: false },
      'MentionLimit',
      { response: ['kick'], max: 7, trusted_after: '20m' },
      /trusted_after = 20m \(there minutesBeforeTrusting\)/,
    ],
    ['MentionFlood', { action: 'warn' }, 'MentionLimit', { response: ['redact'] }, /MentionLimit/],
    [
      'DetectFederationLag',
      { federatedHomeserverLagEnterWarningZone: 180000, ignoreServers: ['slow.example'], bucketNumber: 6 },
      'FederationLag',
      { max: '180s', ignore: ['slow.example'] },
      /no setting like bucketNumber \(there 6\)/,
    ],
    ['PropagateRoomBan', {}, 'BanPropagation', {}, /BanPropagation, with its default settings/],
    [
      'NewJoinerProtection',
      { serverNames: ['Bad.example'] },
      'NewJoiner',
      { servers: ['Bad.example'] },
      /bad\.example/,
    ],
    // what is out of range is told, not bent
    [
      'BasicFloodingProtection',
      { maxPerMinute: -1 },
      'BasicFlooding',
      {},
      /is -1 there; here it must be a whole number/,
    ],
    ['BasicFloodingProtection', { maxPerMinute: 'soup' }, 'BasicFlooding', {}, /"soup" there/],
    ['MessageIsMediaProtection', { 'ge.version': 1 }, 'MessageIsMedia', {}, /with its default settings here$/],
  ])('%s %j', async (name, values, here, expected, words) => {
    expect(await take(one(name, values))).toMatch(words);
    expect(settings.get().protections).toEqual({ [here]: { enabled: true, rooms: {}, values: expected } });
  });

  it.each<[Record<string, unknown>, Record<string, unknown>]>([
    [{ mxids: ['@a:x.test'] }, { reporters: ['@a:x.test'], reports: 3, response: ['notify'] }],
    [
      { alertThreshold: 1, redactThreshold: 2 },
      { reports: 2, response: ['redact'] },
    ],
    [{ alertThreshold: 1, redactThreshold: 2, banThreshold: 4 }, { reports: 4 }],
  ])('who is not banned by reports there is not banned by them here: %j', async (values, expected) => {
    await take(one('TrustedReporters', values));
    expect(settings.get().protections.TrustedReporters?.values).toEqual(expected);
  });

  it('takes words from the file, and leaves what is a regular expression', async () => {
    const file = configuredSettings({
      wordlist: { words: ['free btc', 'casino', 'v[i1]agra'], minutesBeforeTrusting: 20 },
    });
    const said = await take(mjolnirProtections(['WordList'], file));
    expect(said).toMatch(/words = free btc, casino \(there words\)|words = free btc, casino/);
    expect(said).toMatch(/no regular expressions.*v\[i1\]agra/);
    expect(settings.get().protections.WordList?.values).toEqual({
      words: ['free btc', 'casino'],
      trusted_after: '20m',
    });
  });

  it('takes one of two that are the same here, the one that is on, and says so of the other', async () => {
    const both = new Map([
      ['MentionSpam', { maxMentions: 5 }],
      ['MentionFlood', { maxMentionsPerMessage: 7, action: 'kick' }],
    ]);
    const said = (await take(mjolnirProtections(['MentionFlood'], both))).split('\n');
    expect(said).toEqual([
      expect.stringMatching(/^Would enable MentionLimit with response = \[redact\+kick\], max = 7/),
      'Not taken over: the protection "MentionSpam", because it is the same here as "MentionFlood"',
    ]);
    expect(settings.get().protections.MentionLimit?.values).toEqual({ max: 7, response: ['redact+kick'] });
  });

  it('keeps the values of one that is off, off, and what somebody set here as it is', async () => {
    const off = mjolnirProtections([], new Map([['MentionSpam', { maxMentions: 7 }]]));
    expect(await take(off)).toMatch(/^Would set MentionLimit with response = \[redact\], max = 7/);
    expect(settings.get().protections.MentionLimit).toEqual({
      enabled: false,
      rooms: {},
      values: { max: 7, response: ['redact'] },
    });
    expect(await take(one('MentionSpam', { maxMentions: 9 }))).toBe('Left as it is: MentionLimit is already off here');
    expect(settings.get().protections.MentionLimit?.values).toEqual({ max: 7, response: ['redact'] });
  });
});

describe('all protections of Mjolnir, each setting with a value of its own', () => {
  it.each(MJOLNIR)('$there', async ({ there, set = {}, inFile = false, here, values = {}, offIn = [], lost = [] }) => {
    const source = inFile ? configuredSettings({ [there.toLowerCase()]: set }) : new Map([[there, set]]);
    const said = await take(mjolnirProtections([there], source));
    const rooms = Object.fromEntries(offIn.map((roomId) => [roomId, { enabled: false }]));
    expect(settings.get().protections).toEqual(here === undefined ? {} : { [here]: { enabled: true, rooms, values } });
    if (here === undefined) expect(said).toContain(`The protection "${there}" is`);
    const notTaken = said.split('\n').filter((line) => line.startsWith('Not taken over'));
    expect(notTaken.map((line) => / like (\w+) /.exec(line)?.[1]).sort()).toEqual([...lost].sort());
  });
});

describe('protections of Meowlnir', () => {
  it('are taken for all rooms and for single ones', async () => {
    const said = await take(
      meowlnirProtections({
        global: {
          no_media: {
            enabled: true,
            allow_images: true,
            allow_files: true,
            allow_stickers: true,
            ignore_users: ['@a:b'],
          },
          max_mentions: { enabled: true, max_mentions: 6, period: 60 },
          anti_flood: { limit: 8, per: 30 },
          join_rate: { limit: 12, per: 120 },
          bad_words: { patterns: ['(?i)casino', 'fr[e3]e'] },
          bad_displaynames: { patterns: ['admin bot'] },
          something_new: { x: 1 },
        },
        overrides: { [ROOM]: { anti_flood: { enabled: false }, max_mentions: { limit: 3 } } },
      }),
    );
    const { protections } = settings.get();
    expect(Object.keys(protections).sort()).toEqual([
      'BasicFlooding',
      'JoinWaveShortCircuit',
      'MentionLimit',
      'MessageIsVideo',
      'MessageIsVoice',
      'WordList',
    ]);
    expect(protections.BasicFlooding).toEqual({
      enabled: true,
      values: { max: 8, window: '30s' },
      rooms: { [ROOM]: { enabled: false, values: {} } },
    });
    expect(protections.MentionLimit).toMatchObject({
      values: { max: 6 },
      rooms: { [ROOM]: { enabled: true, values: { max: 3 } } },
    });
    expect(protections.JoinWaveShortCircuit?.values).toEqual({ max: 12, window: '120s' });
    expect(protections.WordList?.values).toEqual({ words: ['casino', 'admin bot'], response: ['redact'] });
    expect(said).toMatch(/no setting like period \(there 60\)/);
    expect(said).toMatch(/no regular expressions.*fr\[e3\]e/);
    expect(said).toMatch(/"something_new" has no counterpart/);
    expect(said).toMatch(/ignore_users/);
  });

  it('who only loses a message or is removed there is not banned here', async () => {
    await take(meowlnirProtections({ global: { bad_words: { patterns: ['casino'] } } }));
    expect(settings.get().protections.WordList?.values).toEqual({ words: ['casino'], response: ['redact'] });
    await take(meowlnirProtections({ overrides: { [ROOM]: { bad_displaynames: { patterns: ['admin bot'] } } } }));
    expect(settings.get().protections.WordList?.rooms[ROOM]?.values).toEqual({
      words: ['admin bot'],
      response: ['kick'],
    });
  });

  it('are also taken where they stand without `global`, and media by their types', async () => {
    await take(meowlnirProtections({ no_media: { allowed_types: ['m.text'] } }));
    expect(Object.keys(settings.get().protections).sort()).toEqual(['MessageIsMedia', 'MessageIsSticker']);
  });

  it('of media say what is not taken over: what else Meowlnir denies', async () => {
    const allowed = { allow_images: true, allow_videos: true, allow_audio: true, allow_files: true };
    const said = await take(
      meowlnirProtections({
        global: {
          no_media: { ...allowed, allow_stickers: true, deny_inline_images: true, deny_custom_reactions: false },
        },
      }),
    );
    expect(settings.get().protections).toEqual({});
    expect(said).toContain('deny_inline_images');
    expect(said).not.toContain('deny_custom_reactions');
    const more = await take(
      meowlnirProtections({ global: { no_media: { ...allowed, allow_custom_reactions: false } } }),
    );
    expect(Object.keys(settings.get().protections)).toEqual(['MessageIsSticker']);
    expect(more).toContain('allow_custom_reactions');
  });
});
