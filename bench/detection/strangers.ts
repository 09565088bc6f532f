/**
 * Half a million honest sightings from packages that know nothing of us: people, firms and user names of all locales of
 * @faker-js/faker, people of fakerator's, given and family names of humannames, nicknames of unique-names-generator,
 * and nicknames of a real chat network (../shared/data, where it is there). Seeded: the same every time.
 */
import { createRequire } from 'node:module';
import { allFakers } from '@faker-js/faker';
import { adjectives, animals, colors, names, starWars, uniqueNamesGenerator } from 'unique-names-generator';
import type { Sighting } from '../../src/detection/index.js';
import { randomOf } from './attacks.js';
import { sharedLines } from './corpora.js';

const require = createRequire(import.meta.url);
const HUMAN_NAMES = Object.keys(require('humannames') as Readonly<Record<string, number>>);
const fakerator = require('fakerator') as (locale: string) => {
  seed(seed: number): void;
  names: { name(): string };
  company: { name(): string };
  internet: { userName(): string };
};
const LOCALES = [
  'cs-CZ',
  'da-DK',
  'de-DE',
  'en-US',
  'es-ES',
  'fr-FR',
  'hu-HU',
  'it-IT',
  'nb-NO',
  'pl-PL',
  'pt-BR',
  'ru-RU',
  'sk-SK',
  'sv-SE',
];
const SERVERS = [
  'tchncs.example',
  'chat.village.example',
  'hs.kolbe.example',
  'synapse.lunar.example',
  'home.bireto.example',
];

type Random = () => number;
const pick = <T>(list: readonly T[], random: Random): T => list[Math.floor(random() * list.length)]!;

export interface Strangers {
  group: string;
  count: number;
  /** the next name, or undefined where a locale has none */
  next: (random: Random) => string | undefined;
}

const attempt = (make: () => string): string | undefined => {
  try {
    return make();
  } catch {
    return undefined;
  }
};

/** What people put beside their names: they say where they are from, and what they like. */
const BESIDE = [
  '',
  '',
  '',
  '',
  '',
  ' 🎉',
  ' (she/her)',
  ' (he/him)',
  ' | Berlin',
  ' [away]',
  ' ✨',
  ' 🇺🇦',
  ' 2',
  ' (bot)',
  ' fan',
  ' – Linux',
  ' 🦊',
  ' ★',
  ' | dev',
  ' (mobile)',
];

/** The groups, each with how many names are taken. */
export function strangers(): Strangers[] {
  const fakers = Object.values(allFakers);
  for (const faker of fakers) faker.seed(20_261_129);
  const ofLocales = LOCALES.map((locale) => fakerator(locale));
  for (const each of ofLocales) each.seed(1129);
  const nicks = sharedLines('irc-nicks.dev.txt') ?? [];
  return [
    {
      group: 'people (faker, all locales)',
      count: 120_000,
      next: (random) => attempt(() => pick(fakers, random).person.fullName()),
    },
    {
      group: 'firms (faker, all locales)',
      count: 60_000,
      next: (random) => attempt(() => pick(fakers, random).company.name()),
    },
    {
      group: 'user names (faker)',
      count: 40_000,
      next: (random) => attempt(() => pick(fakers, random).internet.username()),
    },
    {
      group: 'people (fakerator)',
      count: 80_000,
      next: (random) => attempt(() => pick(ofLocales, random).names.name()),
    },
    {
      group: 'firms (fakerator)',
      count: 20_000,
      next: (random) => attempt(() => pick(ofLocales, random).company.name()),
    },
    {
      group: 'given and family names (humannames)',
      count: 120_000,
      next: (random) => `${pick(HUMAN_NAMES, random)} ${pick(HUMAN_NAMES, random)}`,
    },
    { group: 'single names (humannames)', count: 40_000, next: (random) => pick(HUMAN_NAMES, random) },
    {
      group: 'nicknames (unique-names-generator)',
      count: 40_000,
      next: (random) =>
        uniqueNamesGenerator({
          dictionaries: pick([[adjectives, animals], [colors, animals], [adjectives, names], [starWars]], random),
          separator: pick(['_', ' ', '-', ''], random),
          style: pick(['lowerCase', 'capital'] as const, random),
          seed: Math.floor(random() * 2 ** 31),
        }),
    },
    { group: 'chat nicknames', count: nicks.length * 2, next: (random) => pick(nicks, random) },
  ];
}

const localpartOf = (name: string) =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._=/+-]+/g, '_') || 'u';

/** The sightings of one group. */
export function* sightingsOf({ count, next }: Strangers, seed: number): Generator<Sighting> {
  const random = randomOf(seed);
  for (let made = 0; made < count; made++) {
    const name = next(random);
    if (name === undefined || name === '') continue;
    const displayName = name + pick(BESIDE, random);
    const localpart = random() < 0.5 ? localpartOf(name) : `u${Math.floor(random() * 1e6)}`;
    yield { userId: `@${localpart}:${pick(SERVERS, random)}`, displayName };
  }
}
