import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { runHeimdall } from '../../sandbox/heimdall.js';
import { Person, type RoomEvent } from '../../sandbox/synapse/person.js';
import { protectionNamed } from '../../src/protections/table.js';
import { settingNamed, shownValue } from '../../src/protections/values.js';
import { DRAUPNIR } from '../support/draupnir.js';
import { MEOWLNIR } from '../support/meowlnir.js';
import { MJOLNIR } from '../support/mjolnir.js';
import { Stage } from './support/stage.js';

jest.setTimeout(300_000);

const OLD_BOTS = ['mjolnir', 'draupnir', 'meowlnir'] as const;
type OldBotName = (typeof OLD_BOTS)[number];

interface Left {
  bot: Person;
  listed: Person;
  room: string;
  list: string;
  /** further words for `heimdall migrate` */
  words: string[];
}

let stage: Stage;
const left = new Map<OldBotName, Left>();

const encode = encodeURIComponent;
const settingsText = (): string =>
  readFileSync(path.join(path.dirname(stage.heimdall.configFile), 'data', 'settings.json'), 'utf8');
const bodyOf = async (words: string): Promise<string> =>
  String(((await stage.command(words)) as RoomEvent).content.body);

/** A room where our bot has power beside the other one, with somebody inside whom the other bot's list bans. */
async function layOut(name: OldBotName): Promise<Left> {
  const bot = await Person.register(stage.home, `${name}-bot`);
  const listed = await Person.register(stage.home, `${name}-listed`);
  const room = await bot.createRoom({
    name: `Room of ${name}`,
    public: name !== 'draupnir',
    roomVersion: '11',
    powerLevels: { users: { [bot.userId]: 100, [stage.botUserId]: 100 } },
  });
  if (name === 'draupnir') await bot.invite(room, listed.userId);
  await listed.join(room);
  const list = await bot.createRoom({ name: `List of ${name}`, alias: `${name}-list`, public: true, type: 'm.policy' });
  await bot.sendState(list, 'org.matrix.mjolnir.shortcode', '', { shortcode: `${name}-list` });
  await bot.sendState(list, 'm.policy.rule.user', `rule:${listed.userId}`, {
    entity: listed.userId,
    recommendation: 'm.ban',
    reason: 'from the other bot',
  });
  return { bot, listed, room, list, words: [] };
}

const accountData = (bot: Person, type: string, content: object): Promise<unknown> =>
  bot.request('PUT', `/_matrix/client/v3/user/${encode(bot.userId)}/account_data/org.matrix.mjolnir.${type}`, {
    body: content,
  });

/** Whether an answer shows all of these values. */
function expectShown(said: string, here: string, values: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(values))
    expect(said).toContain(`${here}.${key} = ${shownValue(settingNamed(protectionNamed(here)!, key)!, value)} – `);
}

/** How one protection of each bot is set there, and what that is here. Of Mjolnir all are taken over. */
const SET = {
  mjolnir: { there: 'BasicFloodingProtection', here: 'BasicFlooding', value: 'max = 20' },
  draupnir: {
    there: 'MembershipChangeProtection',
    here: 'MembershipChange',
    value: 'response = [ban], max = 4 (there maxChangesPerUser), window = 60m',
  },
  // in its room only
  meowlnir: {
    there: 'max_mentions',
    here: 'MentionLimit in !',
    value: 'response = [redact], max = 7 (there max_mentions = 8)',
  },
} as const;

/** The settings of Mjolnir's or Draupnir's protections, in the state of their management room. */
const IN_STATE: Record<'mjolnir' | 'draupnir', Record<string, Record<string, unknown>>> = {
  mjolnir: Object.fromEntries(MJOLNIR.flatMap(({ there, set, inFile }) => (set && !inFile ? [[there, set]] : []))),
  draupnir: { [SET.draupnir.there]: { maxChangesPerUser: 4, timescaleMinutes: 60 } },
};

/** As Mjolnir and Draupnir keep it; they differ in how they write a list, and Draupnir adds a version. */
async function keepInAccount(name: 'mjolnir' | 'draupnir', { bot, room, list, words }: Left): Promise<void> {
  const version = name === 'draupnir' ? { 'ge.applied-langua.ge.draupnir.schema_version': 1 } : {};
  const { serverName } = stage.home;
  const reference =
    name === 'draupnir'
      ? `https://matrix.to/#/${encode(list)}?via=${encode(serverName)}`
      : `https://matrix.to/#/${encode(`#${name}-list:${serverName}`)}`;
  await accountData(bot, 'protected_rooms', { rooms: [room], ...version });
  await accountData(bot, 'watched_lists', { references: [reference], ...version });
  await accountData(bot, 'default_list', { shortcode: `${name}-list` });
  await accountData(bot, 'enabled_protections', {
    enabled: [...(name === 'mjolnir' ? MJOLNIR.map(({ there }) => there) : [SET[name].there]), 'NoSuchThingProtection'],
    ...version,
  });
  const desk = await bot.createRoom({ name: `Desk of ${name}` });
  for (const [there, values] of Object.entries(IN_STATE[name]))
    await bot.sendState(desk, 'org.matrix.mjolnir.setting', there, { ...values, ...version });
  if (name === 'draupnir') return;
  const inFile = MJOLNIR.flatMap(({ there, set, inFile }) => (inFile === true ? [[there.toLowerCase(), set]] : []));
  const file = path.join(stage.dir, 'mjolnir.yaml');
  writeFileSync(file, stringify({ protections: Object.fromEntries(inFile) as unknown }));
  words.push('--from', file);
}

/** As Meowlnir keeps it: in the state of its management room. */
async function keepInRoom({ bot, room, list, words }: Left): Promise<void> {
  const management = await bot.createRoom({ name: 'Meow desk' });
  await bot.sendState(management, 'fi.mau.meowlnir.protected_rooms', '', { rooms: [room] });
  await bot.sendState(management, 'fi.mau.meowlnir.watched_lists', '', {
    lists: [{ room_id: list, shortcode: 'meow', name: 'Meow', dont_apply: true }],
  });
  await bot.sendState(management, 'fi.mau.meowlnir.protections', '', {
    global: {},
    overrides: { [room]: { [SET.meowlnir.there]: { enabled: true, max_mentions: 8 } } },
  });
  words.push('--room', management);
}

/** Rooms and account data as the three bots lay them out, on a real homeserver. */
describe('moving in', () => {
  beforeAll(async () => {
    stage = await Stage.build({ name: 'migrate', remote: false });
    for (const name of OLD_BOTS) left.set(name, await layOut(name));
    await keepInAccount('mjolnir', left.get('mjolnir')!);
    await keepInAccount('draupnir', left.get('draupnir')!);
    await keepInRoom(left.get('meowlnir')!);
    await stage.heimdall.stop();
  });
  afterAll(() => stage?.end());

  it.each(OLD_BOTS)(
    'from %s: a dry run changes nothing, once takes all over, twice changes nothing more',
    async (name) => {
      const { bot, words } = left.get(name)!;
      const token = path.join(stage.dir, 'token.txt');
      writeFileSync(token, `${bot.accessToken}\n`);
      const args = ['migrate', name, ...words, '--config', stage.heimdall.configFile, '--token-file', token];
      const before = settingsText();
      const dry = await runHeimdall([...args, '--dry-run']);
      expect([dry.stderr, dry.code]).toEqual(['', 0]);
      expect(dry.stdout).toContain('Would protect');
      expect(dry.stdout).toContain('Would watch');
      expect(dry.stdout).toMatch(
        new RegExp(`Would enable ${SET[name].here}\\S* with ${SET[name].value.replace(/[()[\]]/g, '\\$&')}`),
      );
      expect(settingsText()).toBe(before);
      const done = await runHeimdall(args);
      expect([done.stderr, done.code]).toEqual(['', 0]);
      expect(done.stdout).toContain('Protecting');
      // what has no counterpart is listed
      expect(done.stdout.includes('"NoSuchThingProtection" has no counterpart here')).toBe(name !== 'meowlnir');
      const after = settingsText();
      expect(after).not.toBe(before);
      const again = await runHeimdall(args);
      expect([again.stderr, again.code]).toEqual(['', 0]);
      expect(again.stdout).toContain('Protected already');
      expect(again.stdout).toContain('Watched already');
      expect(settingsText()).toBe(after);
      for (const { stdout, stderr } of [dry, done, again]) expect(stdout + stderr).not.toContain(bot.accessToken);
      expect(after).not.toContain(bot.accessToken);
    },
  );

  it('then protects those rooms by those lists, on their terms', async () => {
    await stage.heimdall.start();
    const [rooms, lists] = [await bodyOf('!heimdall rooms'), await bodyOf('!heimdall lists')];
    for (const name of OLD_BOTS) expect(rooms).toContain(left.get(name)!.room);
    for (const shortcode of ['mjolnir-list', 'draupnir-list', 'meow']) expect(lists).toContain(shortcode);
    expect(lists).toMatch(/meow.*only looked at/);
    const on = await bodyOf('!heimdall protections');
    expect(on).toContain(`${SET.draupnir.here} (in all protected rooms)`);
    expect(await bodyOf('!heimdall config get MembershipChange.max')).toContain('MembershipChange.max = 4');
    const { room: ofMeowlnir } = left.get('meowlnir')!;
    expect(await bodyOf('!heimdall config get MentionLimit.max')).toContain(`MentionLimit.max = 7 in ${ofMeowlnir}`);
    // by their names there
    for (const { there, here, values = {} } of MJOLNIR) {
      const said = await bodyOf(`!heimdall config get ${there}`);
      if (here === undefined) expect(said).toContain('is not a protection here');
      else expect(on).toContain(`${here} (in all protected rooms`);
      if (here !== undefined) expectShown(said, here, values);
    }
    for (const name of ['mjolnir', 'draupnir'] as const) {
      const { bot, listed, room } = left.get(name)!;
      await bot.waitForMembership(room, listed.userId, 'ban');
    }
    const { bot, listed, room } = left.get('meowlnir')!;
    expect(await bodyOf(`!heimdall match ${listed.userId}`)).toContain(listed.userId);
    await bodyOf('!heimdall sync');
    expect(await bot.membership(room, listed.userId)).toBe('join');
  });
});

/** As each bot keeps all of its protections, each setting with a value of its own. */
const WITH_ALL = {
  async draupnir(bot: Person): Promise<string[]> {
    const version = { 'ge.applied-langua.ge.draupnir.schema_version': 8 };
    await accountData(bot, 'enabled_protections', { enabled: DRAUPNIR.map(({ there }) => there), ...version });
    const desk = await bot.createRoom({ name: 'Desk of all' });
    for (const { there, set, inFile } of DRAUPNIR)
      if (set !== undefined && inFile === undefined)
        await bot.sendState(desk, 'org.matrix.mjolnir.setting', there, { ...set, ...version });
    const sections = DRAUPNIR.flatMap(({ set, inFile }) => (inFile === undefined ? [] : [[inFile, set] as const]));
    const file = path.join(stage.dir, 'draupnir.yaml');
    writeFileSync(file, stringify({ managementRoom: desk, protections: Object.fromEntries(sections) }));
    return ['draupnir', '--from', file];
  },
  async meowlnir(bot: Person): Promise<string[]> {
    const protections = MEOWLNIR.filter(({ older }) => !older).map(({ there, set }) => [there, set] as const);
    const desk = await bot.createRoom({ name: 'Meow desk of all' });
    await bot.sendState(desk, 'fi.mau.meowlnir.protected_rooms', '', {
      rooms: [],
      protections: Object.fromEntries(protections),
    });
    return ['meowlnir', '--room', desk];
  },
  async 'an older meowlnir'(bot: Person): Promise<string[]> {
    const global = MEOWLNIR.filter(({ older }) => older).map(({ there, set }) => [there, set] as const);
    const desk = await bot.createRoom({ name: 'Older meow desk' });
    await bot.sendState(desk, 'fi.mau.meowlnir.protections', '', { global: Object.fromEntries(global), overrides: {} });
    return ['meowlnir', '--room', desk];
  },
};
/** What is then to be found, and by which name a moderator asks for it. */
const FOUND = {
  draupnir: DRAUPNIR.map(({ there, here, values = {} }) => ({ ask: there, here, values })),
  meowlnir: foundOf(MEOWLNIR.filter(({ older }) => !older)),
  'an older meowlnir': foundOf(MEOWLNIR.filter(({ older }) => older)),
};

function foundOf(rows: typeof MEOWLNIR): { ask: string; here: string; values: Record<string, unknown> }[] {
  return rows.flatMap(({ there, here }) => {
    const all = Object.entries(here);
    // media are several here, each with its own name
    return all.map(([name, values]) => ({ ask: all.length === 1 ? there : name, here: name, values }));
  });
}

describe('all protections', () => {
  beforeAll(async () => {
    stage = await Stage.build({ name: 'migrate-all', remote: false });
  });
  afterAll(() => stage?.end());

  it.each(['draupnir', 'meowlnir', 'an older meowlnir'] as const)(
    'of %s are on here, by their names there and with their settings',
    async (name) => {
      await stage.heimdall.stop();
      const bot = await Person.register(stage.home, `all-${name.replaceAll(' ', '-')}`);
      const words = await WITH_ALL[name](bot);
      const token = path.join(stage.dir, 'token.txt');
      writeFileSync(token, bot.accessToken);
      const file = path.join(path.dirname(stage.heimdall.configFile), 'data', 'settings.json');
      writeFileSync(file, JSON.stringify({ ...(JSON.parse(settingsText()) as object), protections: {} }));
      const args = ['migrate', ...words, '--token-file', token, '--config', stage.heimdall.configFile];
      const done = await runHeimdall(args);
      expect([done.stderr, done.code]).toEqual(['', 0]);
      await stage.heimdall.start();
      for (const { ask, here, values } of FOUND[name]) {
        const said = await bodyOf(`!heimdall protections show ${ask}`);
        if (here === undefined) expect(said).toContain('is not a protection here');
        else {
          expect(said).toContain(here);
          expect(said).toMatch(/It is on/);
          expectShown(said, here, values);
        }
      }
    },
  );
});
