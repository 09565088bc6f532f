/**
 * What the detection benches measure with: protected identities by the thousand, and a stream of accounts as a large
 * homeserver's member events bring them, made from fixed seeds, so that both sides of a row see the same.
 */
import { allFakers } from '@faker-js/faker';
import { randomFrom } from '../policy/sets.js';
import type { ProtectedIdentity, Sighting } from '../../src/detection/index.js';
import { ATTACKS } from './attacks.js';
import { sharedLines, SIX } from './corpora.js';

/** One impostor among so many accounts. */
const IMPOSTOR_EVERY = 500;
const SERVERS = 2_000;

/**
 * `count` accounts to defend: one with a localpart of 14 letters, five of other shapes, then made-up firms and
 * projects, each with a name, a domain and a localpart.
 */
export function protectedIdentities(count: number): ProtectedIdentity[] {
  const faker = allFakers.en;
  faker.seed(20261126);
  const identities = [SIX[3]!, ...SIX.slice(0, 3), ...SIX.slice(4)].slice(0, count);
  const taken = new Set(identities.map(({ userId }) => userId));
  while (identities.length < count) {
    const name =
      identities.length % 3 === 0
        ? `${faker.word.adjective()} ${faker.word.noun()}`
        : identities.length % 3 === 1
          ? faker.company.name()
          : `${faker.person.lastName()} ${faker.company.buzzNoun()}`;
    const label = name.toLowerCase().replace(/[^a-z]+/g, '');
    const userId = `@${label.slice(0, 16)}:${label}.example`;
    if (label.length < 8 || taken.has(userId)) continue;
    taken.add(userId);
    identities.push({
      userId,
      displayNames: [identities.length % 2 === 0 ? name : `${name} (Official)`],
      domains: [`${label}.example`],
      avatars: [],
      rooms: [],
      variants: [],
    });
  }
  return identities;
}

/**
 * Accounts: localparts of about 13 characters (real chat nicknames when ../shared/data is there, made-up ones besides),
 * of 2,000 servers of very different size, nine in ten with a display name (a nickname, a full name in one of faker's
 * languages, or the localpart again), one in 500 an impostor of somebody protected.
 */
export function accounts(count: number, identities: readonly ProtectedIdentity[]): Sighting[] {
  const random = randomFrom(41);
  const nicknames = (sharedLines('irc-nicks.dev.txt') ?? []).filter((name) => name.length > 4);
  const localized = sharedLines('localized-names.dev.txt') ?? [];
  const fakers = [allFakers.en, allFakers.de, allFakers.fr, allFakers.es, allFakers.ru, allFakers.ja];
  for (const faker of fakers) faker.seed(5);
  const usernames = Array.from({ length: 20_000 }, () => allFakers.en.internet.username());
  const names = Array.from({ length: 20_000 }, (_, index) =>
    (index % 40 < 35 ? fakers[index % 2 === 0 ? 0 : index % 4]! : fakers[4 + (index % 2)]!).person.fullName(),
  );
  const servers = Array.from({ length: SERVERS }, (_, index) =>
    index % 5 === 0 ? `matrix.${allFakers.en.internet.domainName()}` : allFakers.en.internet.domainName(),
  );
  const pick = <T>(list: readonly T[]): T => list[random(list.length)]!;
  const attacks = Object.values(ATTACKS);
  return Array.from({ length: count }, (_, index) => {
    const made =
      nicknames.length === 0 || random(2) === 0
        ? pick(usernames)
        : `${pick(nicknames)}${random(3) === 0 ? '' : pick(nicknames).slice(0, 5)}${random(2) === 0 ? random(1000) : ''}`;
    const localpart = made.toLowerCase().replace(/[^a-z0-9._=/+-]/g, '_');
    const server = servers[Math.min(random(SERVERS), random(SERVERS), random(SERVERS))]!;
    const chance = random(10);
    const displayName =
      chance === 0
        ? undefined
        : chance < 4
          ? localpart
          : chance < 6
            ? made
            : chance < 7 && localized.length > 0
              ? pick(localized)
              : pick(names);
    if (index % IMPOSTOR_EVERY !== IMPOSTOR_EVERY - 1) return { userId: `@${localpart}:${server}`, displayName };
    const victim = pick(identities);
    const disguised =
      pick(attacks)(victim.displayNames[0]!, () => random(1 << 20) / (1 << 20)) ?? victim.displayNames[0]!;
    return { userId: `@${localpart}:${server}`, displayName: disguised };
  });
}
