/** The commands about protections, from the words of a client to what is stored: the real parser, table and schemas. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PROTECTIONS } from '../../src/protections/table.js';
import { speak } from '../../src/util/language.js';
import { HeimdallError } from '../../src/util/errors.js';
import { askedOf, type Asked } from './services.js';

const ROOM = '!lobby:example.org';
let asked: Asked;
let audited: unknown[];

beforeEach(() => {
  audited = [];
  asked = askedOf({
    aliases: { '#lobby:example.org': ROOM, '#far:example.org': '!far:example.org' },
    more: { protection: { failures: new Map(), skipped: new Map(), roomIds: [ROOM] } },
  });
  Object.assign(asked.services.protectedRooms, { has: (roomId: string) => roomId === ROOM });
  Object.assign(asked.services.ledger, {
    commit: (work: (tx: unknown) => Promise<unknown>) =>
      work({ audit: (entry: unknown) => Promise.resolve(void audited.push(entry)) }),
  });
});

const stored = (name: string) => asked.settings.protections[name];
/** What a command is answered, also when it is refused. */
const say = (words: string) =>
  asked.say(words).catch((error: unknown) => {
    if (error instanceof HeimdallError) return `REFUSED ${error.message}`;
    throw error;
  });

describe('protections', () => {
  it('lists all of them, and says which are on where', async () => {
    const before = await say('protections');
    for (const { name } of PROTECTIONS) expect(before).toContain(name);
    expect(before).toContain('No protection is on');
    await say('enable wordlist #lobby:example.org');
    expect(await say('protections')).toContain(`WordList (in ${ROOM})`);
  });
});

describe('a setting that is never less than another', () => {
  it('is shown with the value that is in effect', async () => {
    expect(await say('config get BasicFlooding.known_max')).toMatch(/known_max = 30 –/);
    await say('config set BasicFlooding.max 50');
    expect(await say('config get BasicFlooding.known_max')).toMatch(/known_max = 50 \(.*max.*30\) –/);
    expect(await say('protections show BasicFlooding')).toMatch(/known_max = 50 \(/);
    expect(await say('config set BasicFlooding.known_max 20')).toMatch(/is 50 \(.*max.*20\) now/);
    expect(await say('config set BasicFlooding.known_max 60')).toMatch(/is 60 now/);
    expect(await say('config get BasicFlooding.known_max')).toMatch(/known_max = 60 –/);
  });

  it('also where a room has its own', async () => {
    await say('config set BasicFlooding.known_max 40');
    await say(`config set BasicFlooding.max 70 ${ROOM}`);
    expect(await say('config get BasicFlooding')).toMatch(
      new RegExp(`known_max = 40 –[^]*max = 70 in ${ROOM}[^]*known_max = 70 \\(.*40\\) in ${ROOM}`),
    );
    await say('config set RepeatedMessage.times 12');
    await say('config set RepeatedMessage.known_times 6');
    expect(await say('config get RepeatedMessage.known_times')).toMatch(/known_times = 12 \(/);
  });
});

describe('in German', () => {
  const ENGLISH = /(?<![\p{L}-])(?:the|and|is|are|of|who|how|what|empty|whole|somebody|on in)(?![\p{L}-])/iu;
  beforeEach(() => speak('de'));
  afterEach(() => speak('en'));

  it.each(PROTECTIONS.map(({ name }) => name))('%s and its settings are described', async (name) => {
    for (const words of ['protections', `protections show ${name}`, `enable ${name}`, `config get ${name}`]) {
      const answer = (await say(words)).replace(/`[^`]*`|!heimdall \S+ \S+/g, '');
      expect([words, answer]).not.toEqual([words, expect.stringMatching(ENGLISH)]);
    }
  });

  it('an empty list and the two halves of the list are named', async () => {
    expect(await say('config get WordList.words')).toContain('= (leer)');
    await say('enable WordList');
    expect(await say('protections')).toMatch(/^An\n.*WordList.*\nAus\n/su);
  });
});

describe('enable and disable', () => {
  it.each(['BasicFlooding', 'basicflooding', 'BASICFLOODING', 'BasicFloodingProtection', 'basic_flooding'])(
    'take %s',
    async (name) => {
      expect(await say(`enable ${name}`)).toContain('BasicFlooding is on');
      expect(stored('BasicFlooding')).toEqual({ enabled: true, rooms: {}, values: {} });
      expect(await say(`disable ${name}`)).toContain('BasicFlooding is off');
      expect(stored('BasicFlooding')).toEqual({ enabled: false, rooms: {}, values: {} });
      expect(audited).toHaveLength(2);
    },
  );

  it('say where it is on, and how to switch it off there and nowhere else', async () => {
    expect(await say('enable WordList')).toContain('WordList is on in all protected rooms (1 now)');
    expect(await say(`enable WordList ${ROOM}`)).toContain('!heimdall disable WordList ROOM');
    await say(`disable WordList ${ROOM}`);
    expect(await say('enable WordList')).toContain('except where it was switched off (0 of 1 now)');
  });

  it('say of what they see nothing in an encrypted room', async () => {
    expect(await say('enable WordList #lobby:example.org')).not.toContain('encrypted');
    asked.services.homeserver.stateContent = (_roomId, type) =>
      Promise.resolve(type === 'm.room.encryption' ? { algorithm: 'm.megolm.v1.aes-sha2' } : undefined);
    expect(await say('enable WordList #lobby:example.org')).toContain('encrypted messages: WordList sees nothing');
    expect(await say('enable BasicFlooding #lobby:example.org')).not.toContain('I cannot read');
    expect(await say('protections preset support #lobby:example.org')).toContain(
      'MentionLimit, RepeatedMessage, InvalidEvent see nothing',
    );
  });

  it.each(PROTECTIONS.flatMap(({ name, aliases }) => aliases.map((alias) => [alias, name] as const)))(
    'take %s, which is %s',
    async (alias, name) => {
      await say(`enable ${alias}`);
      expect(Object.keys(asked.settings.protections)).toEqual([name]);
    },
  );

  it('take a room, by alias or id, and refuse one that is not protected', async () => {
    await say('enable WordList #lobby:example.org');
    expect(stored('WordList')).toEqual({ enabled: false, rooms: { [ROOM]: { enabled: true } }, values: {} });
    await say('enable BasicFlooding');
    await say(`disable BasicFlooding ${ROOM}`);
    expect(stored('BasicFlooding')).toEqual({ enabled: true, rooms: { [ROOM]: { enabled: false } }, values: {} });
    expect(await say('enable BasicFlooding #far:example.org')).toMatch(/^REFUSED .*not protected/);
  });

  it('take a room with "in" before it', async () => {
    await say('enable WordList in #lobby:example.org');
    expect(stored('WordList')).toEqual({ enabled: false, rooms: { [ROOM]: { enabled: true } }, values: {} });
    expect(await say('enable WordList in the lobby')).toMatch(/^REFUSED /);
  });

  it('say which list is still empty, unless it is one of exceptions', async () => {
    expect(await say('enable WordList')).toContain('config add WordList.words');
    expect(await say('enable LinkFilter')).toContain('config add LinkFilter.deny');
    expect(await say('enable FederationLag')).not.toContain('config add');
    expect(await say('enable InsecureRegistration')).not.toContain('config add');
  });

  it('say what is in effect where it was switched on', async () => {
    await say('config set BasicFlooding.max 3');
    await say(`config set BasicFlooding.response [notify] ${ROOM}`);
    const here = await say(`enable BasicFlooding ${ROOM}`);
    expect(here).toContain('[notify]');
    expect(here).toContain('max = 3');
    expect(here).not.toContain('known_max');
    expect(await say('enable BasicFlooding')).toContain('[redact+ban]');
    expect(await say('enable MentionLimit')).not.toContain('have set');
  });

  it('refuse a name that is none, with the nearest, and change nothing', async () => {
    expect(await say('enable BasicFloding')).toMatch(/^REFUSED .*BasicFlooding/);
    expect(await say('enable nonsense')).toMatch(/^REFUSED /);
    expect(await say('enable __proto__')).toMatch(/^REFUSED /);
    expect([asked.settings.protections, audited]).toEqual([{}, []]);
  });
});

describe('config', () => {
  it.each(PROTECTIONS.map(({ name, settings }) => [name, Object.keys(settings.shape)] as const))(
    'get %s prints each key with its value',
    async (name, keys) => {
      const answer = await say(`config get ${name}`);
      for (const key of keys) expect(answer).toMatch(new RegExp(`${name}\\.${key}\\W* = \\S`));
      expect(answer).not.toMatch(/undefined|NaN|\[object/);
    },
  );

  it('get prints one, as it was set', async () => {
    expect(await say('config get BasicFlooding.max')).toContain('= 10');
    await say('config set BasicFlooding.window 90s');
    expect(await say('config get basicfloodingprotection.WINDOW')).toContain('= 90s');
    expect(await say('config get BasicFlooding.mox')).toMatch(/^REFUSED /);
  });

  it.each([
    ['BasicFlooding.max 20', 'BasicFlooding', { max: 20 }],
    ['basicflooding.MAX = 20', 'BasicFlooding', { max: 20 }],
    ['BasicFlooding.max=20', 'BasicFlooding', { max: 20 }],
    ['BasicFlooding max 20', 'BasicFlooding', { max: 20 }],
    ['BasicFloodingProtection.maxPerMinute 20', 'BasicFlooding', { max: 20 }],
    ['BasicFlooding.window 30m', 'BasicFlooding', { window: '30m' }],
    ['BasicFlooding.timescaleSeconds 30', 'BasicFlooding', { window: '30s' }],
    ['MembershipChange.timescaleMinutes 5', 'MembershipChange', { window: '5m' }],
    ['BasicFlooding.window 10 Minuten', 'BasicFlooding', { window: '10 Minuten' }],
    ['BasicFlooding.bridge_users off', 'BasicFlooding', { bridge_users: false }],
    ['BasicFlooding.bridge_users aus', 'BasicFlooding', { bridge_users: false }],
    [
      'BasicFlooding.response [redact, warn, kick, ban]',
      'BasicFlooding',
      { response: ['redact', 'warn', 'kick', 'ban'] },
    ],
    ['BasicFlooding.response redact+warn ban', 'BasicFlooding', { response: ['redact+warn', 'ban'] }],
    ['LinkFilter.others deny', 'LinkFilter', { others: 'deny' }],
    ['WordList.words free btc, evil', 'WordList', { words: ['free btc', 'evil'] }],
    ['WordList.words ["free btc", “evil”]', 'WordList', { words: ['free btc', 'evil'] }],
    ['LinkFilter.deny [evil.example](https://www.evil.example/x)', 'LinkFilter', { deny: ['www.evil.example'] }],
    ['LinkFilter.deny <https://evil.example>', 'LinkFilter', { deny: ['evil.example'] }],
  ])('set %s', async (words, name, values) => {
    expect(await say(`config set ${words}`)).not.toMatch(/^REFUSED/);
    expect(stored(name)?.values).toEqual(values);
    expect(stored(name)?.enabled).toBe(false);
  });

  it.each([
    'BasicFlooding.max 0',
    'BasicFlooding.max many',
    'BasicFlooding.max 1e9',
    'BasicFlooding.max -5',
    'BasicFlooding.max',
    'WordList.words',
    'WordList.words #lobby:example.org',
    'BasicFlooding.window 30',
    'BasicFlooding.window soon',
    'BasicFlooding.window 0',
    'BasicFlooding.window never',
    'BasicFlooding.max 20 #nowhere:example.org',
    'LinkFilter.deny [evil.example]x',
    'BasicFlooding.response explode',
    'BasicFlooding.bridge_users maybe',
    'BasicFlooding.constructor 1',
    'LinkFilter.deny co.uk',
    'LinkFilter.others perhaps',
    'Nothing.max 5',
    'BasicFlooding',
  ])('set %s is refused, and nothing is stored', async (words) => {
    expect(await say(`config set ${words}`)).toMatch(/^REFUSED /);
    expect([asked.settings.protections, audited]).toEqual([{}, []]);
  });

  it('set holds for one room when its alias or id stands at the end', async () => {
    await say('config set BasicFlooding.max 20');
    await say('config set BasicFlooding.max 5 #lobby:example.org');
    expect(stored('BasicFlooding')).toEqual({
      enabled: false,
      rooms: { [ROOM]: { values: { max: 5 } } },
      values: { max: 20 },
    });
    expect(await say('config get BasicFlooding.max')).toMatch(/= 20[^]*= 5 in/);
    expect(await say('config get BasicFlooding #lobby:example.org')).toMatch(/= 20[^]*= 5 in/);
  });

  it('add and remove change a list by entries, each once', async () => {
    await say('config add WordList.words free btc');
    await say('config add WordList.words free btc, Evil');
    expect(stored('WordList')?.values).toEqual({ words: ['free btc', 'Evil'] });
    await say('config remove WordList.words evil');
    expect(stored('WordList')?.values).toEqual({ words: ['free btc'] });
    expect(await say('config remove WordList.words nothing')).toContain('does not hold that');
    await say('config add LinkFilter.deny https://EVIL.example.com/x');
    expect(stored('LinkFilter')?.values).toEqual({ deny: ['evil.example.com'] });
  });

  it('add keeps one of several spellings', async () => {
    await say('config add WordList.words casino');
    await say('config add WordList.words Casino, CASINO');
    expect(stored('WordList')?.values).toEqual({ words: ['casino'] });
  });

  it('take a value with the full stop of a phone, and a phrase with no-break blanks', async () => {
    await say('config set WordList.trusted_after 45 min.');
    await say('config set BasicFlooding.max 12.');
    await say('config add WordList.words “free\u00a0btc”');
    await say('config add WordList.words free btc');
    expect(stored('WordList')?.values).toEqual({ trusted_after: '45 min', words: ['free btc'] });
    expect(stored('BasicFlooding')?.values).toEqual({ max: 12 });
  });

  it('add takes a room that is not protected for a mistake, unless it can be the word itself', async () => {
    expect(await say('config add WordList.words free btc #far:example.org')).toContain('is not protected');
    expect(stored('WordList')?.values.words ?? []).toEqual([]);
    await say('config add WordList.words #far:example.org');
    await say('config add WordList.words "join #far:example.org"');
    expect(stored('WordList')?.values.words).toEqual(['#far:example.org', 'join #far:example.org']);
  });

  it.each(['example.org', '*', '*.org'])('add says that %s covers the own homeserver', async (server) => {
    expect(await say('config add NewJoiner.servers evil.example')).not.toContain('your own');
    expect(await say(`config add NewJoiner.servers ${server}`)).toContain('your own homeserver');
    expect(await say(`config add InsecureRegistration.ignore ${server}`)).not.toContain('your own');
  });

  it('set takes an "in" before the room', async () => {
    await say('config set BasicFlooding.max 5 in #lobby:example.org');
    await say('config add WordList.words free btc in #lobby:example.org');
    await say('config add WordList.words made in');
    expect(stored('BasicFlooding')?.rooms).toEqual({ [ROOM]: { values: { max: 5 } } });
    expect(stored('WordList')).toMatchObject({
      rooms: { [ROOM]: { values: { words: ['free btc'] } } },
      values: { words: ['made in'] },
    });
  });

  it('add and remove refuse what is not a list', async () => {
    expect(await say('config add BasicFlooding.max 5')).toMatch(/^REFUSED .*not a list/);
    expect(await say('config remove BasicFlooding.max 5')).toMatch(/^REFUSED .*not a list/);
    expect(asked.settings.protections).toEqual({});
  });
});

describe('config reset', () => {
  it('sets one setting, or all, back to the default, for a room or everywhere', async () => {
    await say('config set BasicFlooding.max 20');
    await say('config set BasicFlooding.window 30s');
    await say('config set BasicFlooding.max 5 #lobby:example.org');
    expect(await say('config reset BasicFlooding.max')).toContain('= 10');
    expect(stored('BasicFlooding')).toEqual({
      enabled: false,
      rooms: { [ROOM]: { values: { max: 5 } } },
      values: { window: '30s' },
    });
    expect(await say('config reset basicflooding #lobby:example.org')).not.toMatch(/^REFUSED/);
    expect(stored('BasicFlooding')?.rooms).toEqual({});
    expect(await say('config reset BasicFlooding')).toContain('= 1m');
    expect(stored('BasicFlooding')?.values).toEqual({});
    expect(await say('config reset BasicFlooding')).toContain('already');
    expect(await say('config reset BasicFlooding.nothing')).toMatch(/^REFUSED /);
    expect(await say('config reset')).toMatch(/^REFUSED /);
  });
});

describe('protections preset', () => {
  it('sets up a room and leaves the others and the lists alone; none takes it back', async () => {
    await say('enable WordList #lobby:example.org');
    await say('config set WordList.words evil #lobby:example.org');
    expect(await say('protections preset Support #lobby:example.org')).toContain('BasicFlooding');
    expect(stored('BasicFlooding')).toMatchObject({ enabled: false, rooms: { [ROOM]: { enabled: true } } });
    expect(stored('FirstMessageIsLink')?.rooms).toEqual({ [ROOM]: { enabled: false } });
    expect(stored('WordList')?.rooms[ROOM]).toEqual({ enabled: true, values: { words: ['evil'] } });
    expect(await say('protections preset none #lobby:example.org')).not.toMatch(/^REFUSED/);
    for (const { rooms } of Object.values(asked.settings.protections)) expect(rooms).toEqual({});
  });

  it('says the same of a room, whatever preset it had before', async () => {
    const busy = await say('protections preset busy #lobby:example.org');
    const after = structuredClone(asked.settings.protections);
    await say('config set RepeatedMessage.window 10m #lobby:example.org');
    for (const kind of ['support', 'announcements', 'small']) await say(`preset ${kind} #lobby:example.org`);
    const again = await say('protections preset busy #lobby:example.org');
    expect(again).toBe(busy);
    // what somebody set by hand, and no preset does, stays
    after.RepeatedMessage!.rooms[ROOM]!.values = { window: '10m' };
    expect(asked.settings.protections).toEqual(after);
  });

  it('lists what there is, and refuses what there is not', async () => {
    expect(await say('protections preset')).toContain('announcements');
    expect(await say('protections preset party #lobby:example.org')).toMatch(/^REFUSED .*party/);
    expect(await say('protections preset support')).toMatch(/^REFUSED /);
    expect(await say('protections preset support #far:example.org')).toMatch(/^REFUSED .*not protected/);
    expect(asked.settings.protections).toEqual({});
  });
});

describe('protections of other bots that are something else here', () => {
  it('are named with what does their work', async () =>
    expect(await say('enable ServerBanSynchronisationProtection')).toMatch(/^REFUSED .*always on here/));
});

describe('protections simulate', () => {
  it.each(PROTECTIONS.filter(({ asks, judgesArrival }) => asks === 'elsewhere' || judgesArrival === true))(
    'says of $name that a history tells nothing about it',
    async ({ name }) => {
      expect(await say(`protections simulate ${name} ${ROOM} 7d`)).toMatch(/^REFUSED .*history says nothing about it/);
    },
  );

  it('is refused for what judges when events came in', () => {
    expect(PROTECTIONS.filter(({ judgesArrival }) => judgesArrival).map(({ name }) => name)).toEqual(['FederationLag']);
  });
});
