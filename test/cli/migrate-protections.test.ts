import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { meowlnirProtections, olderMeowlnirProtections } from '../../src/cli/migrate/meowlnir-protections.js';
import { configuredSettings, mjolnirProtections } from '../../src/cli/migrate/mjolnir-protections.js';
import type { OldProtection } from '../../src/cli/migrate/old-protection.js';
import { protectionLines, takeProtection } from '../../src/cli/migrate/protections.js';
import { protectionNamed } from '../../src/protections/table.js';
import { settingNamed } from '../../src/protections/values.js';
import { openSettings } from '../../src/store/index.js';
import type { SettingsStore } from '../../src/store/settings/types.js';
import { DRAUPNIR } from '../support/draupnir.js';
import { MEOWLNIR } from '../support/meowlnir.js';
import { MJOLNIR } from '../support/mjolnir.js';

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

type Values = Record<string, unknown>;
type Kind = 'mjolnir' | 'draupnir';
const NO_FILE = new Map<string, Values>();

function from(kind: Kind, enabled: string[], settings: Record<string, Values>, file = NO_FILE): OldProtection[] {
  return mjolnirProtections({ kind, enabled, settings: new Map(Object.entries(settings)), file });
}

/** What is said not to be taken over, by name; and what is said to be different. */
function told(said: string): { lost: string[]; differs: string[] } {
  const lines = said.split('\n');
  const lost = lines.flatMap((line) => / has no setting like (\w+) /.exec(line)?.[1] ?? []);
  return { lost: lost.sort(), differs: lines.filter((line) => line.startsWith('Differs: ')) };
}

function expectDifferences(said: string, expected: readonly RegExp[]): void {
  const { differs } = told(said);
  expect(differs).toHaveLength(expected.length);
  for (const one of expected) expect(differs).toContainEqual(expect.stringMatching(one));
}

describe('protections of Mjolnir and Draupnir', () => {
  const one = (name: string, values: Values, kind: Kind = 'draupnir') => from(kind, [name], { [name]: values });

  it.each<[string, Record<string, unknown>, string, Record<string, unknown>, RegExp]>([
    [
      'BasicFloodingProtection',
      { maxPerMinute: 20 },
      'BasicFlooding',
      { max: 19 },
      /max = 19 \(there maxPerMinute = 20\)/,
    ],
    [
      'JoinWaveShortCircuitProtection',
      { maxPer: 30, timescaleMinutes: 5 },
      'JoinWaveShortCircuit',
      { max: 29, window: '5m', lockdown_for: '0' },
      /window = 5m \(there timescaleMinutes\)/,
    ],
    [
      'MembershipChangeProtection',
      { maxChangesPerUser: 4, timescaleMinutes: 60, finalConsequenceReason: 'calm down' },
      'MembershipChange',
      { max: 4, window: '60m', response: ['ban'] },
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
    ['MessageIsMediaProtection', { 'ge.version': 1 }, 'MessageIsMedia', {}, /with its default settings here$/m],
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
    const said = await take(from('mjolnir', ['WordList'], {}, file));
    expect(said).toMatch(/words = free btc, casino \(there words\)|words = free btc, casino/);
    expect(said).toMatch(/no regular expressions.*v\[i1\]agra/);
    expect(settings.get().protections.WordList?.values).toEqual({
      words: ['free btc', 'casino'],
      trusted_after: '20m',
      names: false,
    });
  });

  it('takes one of two that are the same here, the one that is on, and says so of the other', async () => {
    const both = {
      MentionSpam: { maxMentions: 5 },
      MentionFlood: { maxMentionsPerMessage: 7, action: 'kick' },
    };
    const said = (await take(from('mjolnir', ['MentionFlood'], both))).split('\n');
    expect(said).toEqual([
      expect.stringMatching(/^Would enable MentionLimit with response = \[redact\+kick\], max = 7/),
      'Not taken over: the protection "MentionSpam", because it is the same here as "MentionFlood"',
    ]);
    expect(settings.get().protections.MentionLimit?.values).toEqual({ max: 7, response: ['redact+kick'] });
  });

  it('keeps the values of one that is off, off, and what somebody set here as it is', async () => {
    const off = from('mjolnir', [], { MentionSpam: { maxMentions: 7 } });
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
    const file = inFile ? configuredSettings({ [there.toLowerCase()]: set }) : NO_FILE;
    const said = await take(from('mjolnir', [there], inFile ? {} : { [there]: set }, file));
    const rooms = Object.fromEntries(offIn.map((roomId) => [roomId, { enabled: false }]));
    expect(settings.get().protections).toEqual(here === undefined ? {} : { [here]: { enabled: true, rooms, values } });
    if (here === undefined) expect(said).toContain(`The protection "${there}" is`);
    expect(told(said).lost).toEqual([...lost].sort());
  });
});

describe('all protections of Draupnir', () => {
  const stored = (here: string | undefined, values: Values | undefined) =>
    here === undefined ? {} : { [here]: { enabled: true, rooms: {}, values } };

  it.each(DRAUPNIR)('$there, each setting with a value of its own', async (row) => {
    const { there, set = {}, inFile, here, values, lost = [], differs = [] } = row;
    const file = inFile === undefined ? NO_FILE : configuredSettings({ [inFile]: set });
    const said = await take(from('draupnir', [there], inFile === undefined ? { [there]: set } : {}, file));
    expect(settings.get().protections).toEqual(stored(here, values));
    if (here === undefined) expect(said).toContain(`The protection "${there}" is`);
    expect(told(said).lost).toEqual([...lost].sort());
    expectDifferences(said, differs);
  });

  it.each(DRAUPNIR)('$there, with nothing written down', async ({ there, here, unset }) => {
    await take(from('draupnir', [there], {}));
    expect(settings.get().protections).toEqual(stored(here, unset));
  });

  it('have names and settings that a moderator finds here', () => {
    for (const { there, here, values = {} } of DRAUPNIR) {
      expect(protectionNamed(there)?.name).toBe(here);
      for (const key of Object.keys(values)) expect(settingNamed(protectionNamed(there)!, key)?.key).toBe(key);
    }
  });
});

describe('all protections of Meowlnir, each setting with a value of its own', () => {
  it.each(MEOWLNIR)('$there (older: $older)', async ({ there, set, older, here, lost = [], differs = [] }) => {
    const protections = older
      ? olderMeowlnirProtections({ global: { [there]: set } })
      : meowlnirProtections({ [there]: set });
    const said = await take(protections);
    const expected = Object.entries(here).map(([name, values]) => [name, { enabled: true, rooms: {}, values }]);
    expect(settings.get().protections).toEqual(Object.fromEntries(expected));
    expect(told(said).lost).toEqual([...lost].sort());
    expectDifferences(said, differs);
  });

  it.each(MEOWLNIR.filter(({ isOffUnset }) => isOffUnset))(
    '$there (older: $older) is off without',
    async ({ there, older }) => {
      const none = older ? { enabled: true } : {};
      await take(
        older ? olderMeowlnirProtections({ global: { [there]: none } }) : meowlnirProtections({ [there]: none }),
      );
      expect(settings.get().protections).toEqual({});
    },
  );
});

describe('media of Meowlnir', () => {
  const media = (no_media: Values) => take(meowlnirProtections({ no_media }));
  const allowed = { allow_images: true, allow_videos: true, allow_audio: true, allow_files: true };

  it('are all that is not allowed', async () => {
    await media({});
    expect(Object.keys(settings.get().protections).sort()).toEqual(['MessageIsMedia', 'MessageIsSticker']);
  });

  it('are not denied by an older form with an empty list of types', async () => {
    await take(olderMeowlnirProtections({ global: { no_media: { enabled: true, allowed_types: [] } } }));
    expect(settings.get().protections).toEqual({});
  });

  it('say what is not taken over: what else Meowlnir denies', async () => {
    const said = await media({
      ...allowed,
      allow_stickers: true,
      deny_inline_images: true,
      deny_custom_reactions: false,
    });
    expect(settings.get().protections).toEqual({});
    expect(said).toContain('deny_inline_images');
    expect(said).not.toContain('deny_custom_reactions');
    const more = await media({ ...allowed, deny_custom_reactions: true });
    expect(Object.keys(settings.get().protections)).toEqual(['MessageIsSticker']);
    expect(more).toContain('deny_custom_reactions');
  });
});

it('a protection that nobody knows is named, and regular expressions of Meowlnir are listed', async () => {
  const said = await take(
    meowlnirProtections({ something_new: { x: 1 }, bad_words: { patterns: ['fr[e3]e', 'casino'] } }),
  );
  expect(said).toMatch(/"something_new" has no counterpart/);
  expect(said).toMatch(/no regular expressions.*fr\[e3\]e/);
  expect(settings.get().protections.WordList?.values.words).toEqual(['casino']);
});
