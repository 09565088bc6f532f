/** Names to measure with: protected ones of different shape, and honest people, bots and servers. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { allFakers } from '@faker-js/faker';
import type { ProtectedIdentity, Sighting } from '../../src/detection/index.js';
import { packageRoot } from '../../src/util/package-root.js';

const identity = (userId: string, displayNames: string[], domains: string[]): ProtectedIdentity => ({
  userId,
  displayNames,
  domains,
  avatars: [],
  rooms: [],
  variants: [],
});

/** Short, long, two words, with digits, Cyrillic, Japanese, Arabic. */
export const SHAPES: readonly ProtectedIdentity[] = [
  identity('@server:matrix.org', ['Matrix.org (Official Account)'], ['matrix.org']),
  identity('@support:novapost.org', ['Novapost Support'], ['novapost.org']),
  identity('@discord:discord.com', ['Discord'], ['discord.com']),
  identity('@steamcommunity:steamcommunity.com', ['Steam Community'], ['steamcommunity.com']),
  identity('@wallet24:web3wallet.io', ['Web3 Wallet 24'], ['web3wallet.io']),
  identity('@vesna:vesna.example', ['Служба поддержки Весна'], ['vesna.example']),
  identity('@sakura:sakura.example', ['さくら銀行公式アカウント'], ['sakura.example']),
  identity('@amana:amana.example', ['بنك الأمانة الرسمي'], ['amana.example']),
];

/** Six as a large community would have them. */
export const SIX: readonly ProtectedIdentity[] = [
  ...SHAPES.slice(0, 4),
  identity('@element:element.io', ['Element'], ['element.io']),
  identity('@moderation:tchncs.example', ['Community Moderation Team'], ['tchncs.example']),
];

/** A hundred: the shapes and made-up companies. */
export function hundred(): ProtectedIdentity[] {
  const faker = allFakers.en;
  faker.seed(4);
  const companies = Array.from({ length: 100 - SHAPES.length }, () => {
    const name = faker.company.name();
    const label = name.toLowerCase().replace(/[^a-z]+/g, '');
    return identity(`@${label.slice(0, 14)}:${label}.example`, [name], [`${label}.example`]);
  });
  return [...SHAPES, ...companies];
}

/** Names that are words, roles, given names or clubs: the hardest for honest people, who are called alike. */
export const WORDS: readonly ProtectedIdentity[] = [
  ...[
    'server',
    'admin',
    'support',
    'matrix',
    'element',
    'signal',
    'anna',
    'felix',
    'martin',
    'ops',
    'bot',
    'club',
    'castle',
    'phoenix',
    'orbit',
    'silver',
    'office',
    'master',
    'center',
    'market',
    'hannah',
    'oliver',
    'berlin',
    'paris',
    'kernel',
    'dragon',
    'hunter',
    'shadow',
    'crypto',
    'wallet',
  ].map((word) => identity(`@${word}:home.example`, [word[0]!.toUpperCase() + word.slice(1)], [])),
  ...[
    'Chess Club',
    'Anna Schmidt',
    'Support Team',
    'Felix Berlin',
    'Security Team',
    'Ubuntu Deutschland',
    'Tor Project',
    'Red Hat',
    'Martin Garcia',
    'Linux Club',
  ].map((name) =>
    identity(
      `@${name.toLowerCase().replace(' ', '-')}:${name.toLowerCase().replace(' ', '')}.example`,
      [name],
      [`${name.toLowerCase().replace(' ', '')}.example`],
    ),
  ),
];

/** One of the files of ../shared/data; undefined where there is none. */
export function sharedLines(name: string): string[] | undefined {
  const file = path.join(packageRoot(), '..', 'shared', 'data', name);
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : undefined;
}

const BOTS = [
  'maubot',
  'hookshot',
  'mjolnir',
  'draupnir',
  'github',
  'gitlab',
  'RSS Bot',
  'GitHub',
  'Wolfram Alpha',
  'giphy',
  'Echo',
  'Poll Bot',
  'Reminder',
  'Moderation bot',
  'Welcome Bot',
  'IRC Bridge',
  'matrix-appservice-irc',
  'Discord bridge bot',
  'Telegram bridge bot',
  'Signal bridge bot',
  'WhatsApp bridge bot',
  'telegrambot',
  'discordbot',
  'slackbot',
  'signalbot',
  'whatsappbot',
  'Heimdall',
  'jenkins',
  'Weather',
  'translate bot',
  'Zabbix',
  'Prometheus',
  'alertmanager',
  'admin',
  'Admin',
  'abuse',
  'postmaster',
  'root',
  'bot',
  'test',
  'Server',
  'Sérver',
  'Element',
  'matrix',
  'Matrix',
  'Support',
  'Help',
  'Team',
  'Moderator',
];
const GHOSTS = [
  '_discord_123456789012345678',
  'telegram_48372910',
  '_irc_alice',
  'libera_bob',
  'freenode_carol',
  'signal_2b1f7c1e',
  'whatsapp_491701234567',
  '_slack_T01_U02',
  '_xmpp_dave',
  '_bifrost_erin',
  '_neb_rssbot',
  '_github_frank',
  'gitter_grace',
  '_oftc_henry',
  'facebook_1000123',
  '_mastodon_iris',
];
const GHOST_NAMES = [
  'alice (IRC)',
  'Bob (Telegram)',
  'Carol (Discord)',
  'dave [libera]',
  'Erin (Signal)',
  'Frank (WA)',
  'grace | Slack',
  'henry (XMPP)',
];
const HOSTS = [
  'matrix.debian.social',
  'matrix.example.com',
  'matrix.kde.org',
  'matrix.fedibird.com',
  'matrix.tu-dresden.de',
  'matrix.example.org.uk',
  'matrix.allmende.io',
  'chat.mozilla.org',
  'synapse.travnewmatic.com',
  'matrix.to',
  'matrix.im',
  'fosdem.org',
  'gnome.org',
  'tchncs.de',
  'envs.net',
  'nitro.chat',
  'privacytools.io',
  'kde.org',
  'asra.gr',
  'chat.weho.st',
  'matrix.opensuse.org',
  'element.example.net',
];
const LINKS = [
  'https://matrix.to/#/@alice:example.net',
  'matrix.to/#/#room:example.net',
  'https://matrix.to/#/#matrix:matrix.org',
  '@alice:example.net',
  'alice:example.net',
  'me@example.net',
  'https://example.net',
  'example.net',
  'Alice (she/her) https://alice.example',
  'Bob from example.net',
  '#matrix:matrix.org',
  '@alice:matrix.org',
  'https://matrix.to/#/@alice:matrix.org',
];

export interface BenignGroup {
  group: string;
  sightings: Sighting[];
}

/**
 * Honest names, each as localpart and display name, on a foreign server and on the servers of the protected identities.
 */
export function benignGroups(identities: readonly ProtectedIdentity[]): BenignGroup[] {
  const home = identities[0]!.userId.slice(identities[0]!.userId.indexOf(':') + 1);
  const asPeople = (group: string, names: readonly string[]): BenignGroup[] => {
    const local = (name: string) =>
      name
        .normalize('NFD')
        .replace(/\p{M}/gu, '')
        .toLowerCase()
        .replace(/[^a-z0-9._=/+-]+/g, '_') || 'u';
    const both = (server: string): Sighting[] =>
      names.flatMap((name) => [
        { userId: `@${local(name)}:${server}` },
        { userId: `@u8472:${server}`, displayName: name },
        { userId: `@${local(name)}:${server}`, displayName: name },
      ]);
    return [
      { group: `${group}, foreign`, sightings: both('tchncs.de') },
      { group: `${group}, our own`, sightings: both(home) },
    ];
  };
  const official = new Set(identities.map(({ userId }) => userId));
  const groups = [
    ...asPeople('chat nicknames', sharedLines('irc-nicks.dev.txt') ?? []),
    ...asPeople('localized names', sharedLines('localized-names.dev.txt') ?? []),
    ...asPeople('faker names', fakerNames()),
    ...asPeople('words of faker', fakerWords()),
    ...asPeople('usual bots', BOTS),
    ...asPeople('bridge ghosts', [...GHOSTS, ...GHOST_NAMES]),
    ...asPeople('links', LINKS),
    {
      group: 'servers',
      sightings: HOSTS.flatMap((host) => [
        { userId: `@alice:${host}`, displayName: 'Alice' },
        { userId: `@alice:${host}`, displayName: host },
        { userId: `@alice:${host}`, displayName: `@alice:${host}` },
      ]),
    },
  ];
  return groups
    .map(({ group, sightings }) => ({ group, sightings: sightings.filter(({ userId }) => !official.has(userId)) }))
    .filter(({ sightings }) => sightings.length > 0);
}

/** People, user names and places of work in all of faker's locales. */
function fakerNames(): string[] {
  const names = new Set<string>();
  for (const faker of Object.values(allFakers)) {
    faker.seed(7);
    for (let count = 0; count < 60; count++) {
      for (const make of [
        () => faker.person.fullName(),
        () => faker.internet.displayName(),
        () => faker.person.firstName(),
        () => faker.internet.username(),
      ]) {
        try {
          names.add(make());
        } catch {
          // a locale without such names
        }
      }
    }
  }
  return [...names];
}

/** Words, animals, places, firms, colours, dishes and bands in all of faker's locales. */
function fakerWords(): string[] {
  const words = new Set<string>();
  for (const faker of Object.values(allFakers)) {
    faker.seed(8);
    for (let count = 0; count < 12; count++) {
      for (const make of [
        () => faker.word.sample(),
        () => faker.animal.type(),
        () => faker.animal.dog(),
        () => faker.location.city(),
        () => faker.location.country(),
        () => faker.company.name(),
        () => faker.company.buzzNoun(),
        () => faker.color.human(),
        () => faker.commerce.product(),
        () => faker.food.dish(),
        () => faker.music.genre(),
        () => faker.music.artist(),
        () => faker.person.jobTitle(),
        () => faker.hacker.noun(),
        () => faker.person.lastName(),
      ]) {
        try {
          words.add(make());
        } catch {
          // a locale without such words
        }
      }
    }
  }
  return [...words];
}
