/**
 * A verdict is the strongest of the verdicts against each protected identity alone, whoever else is protected
 * (contract).
 */
import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { ATTACKS, compound, randomOf } from '../../bench/detection/attacks.js';
import { SHAPES } from '../../bench/detection/corpora.js';
import { loadRules } from '../../src/config/rules.js';
import {
  createDetector,
  type Detector,
  type ProtectedIdentity,
  type Sighting,
  type Verdict,
  type VerdictLevel,
} from '../../src/detection/index.js';

const rules = loadRules();
const RANK: readonly VerdictLevel[] = ['none', 'possible', 'likely', 'certain', 'official'];
const FIRST = ['nova', 'steam', 'matrix', 'anna', 'bot', 'green', 'server', 'Öko', 'web3', 'весна', 'north', 'acme'];
const SECOND = ['bank', 'port', 'support', 'labs', '', 'team', 'ops', 'wallet', 'community', 'gate'];
const TAILS = ['', ' (Official)', ' Support', ' GmbH'];

/** Names that resemble, hold and overlap one another, as those of real protected accounts do. */
const POOL: readonly ProtectedIdentity[] = [
  ...SHAPES,
  ...FIRST.flatMap((first, one) =>
    SECOND.map((second, other): ProtectedIdentity => {
      const name = `${first} ${second}`.trim();
      const label = name.toLowerCase().replace(/[^a-z0-9]+/g, '') || `x${one}`;
      return {
        userId: `@${label}:${label}.example`,
        displayNames: [name + TAILS[(one + other) % TAILS.length]!],
        domains: other % 4 === 0 ? [] : [`${label}.example`],
        avatars: [],
        rooms: [],
        variants: [],
      };
    }),
  ),
];
const alone = new Map<ProtectedIdentity, Detector>();
const detectorOf = (identity: ProtectedIdentity) =>
  alone.get(identity) ?? alone.set(identity, createDetector([identity], rules)).get(identity)!;

/** The strongest of the verdicts against each alone; several when they say as much. */
function strongest(identities: readonly ProtectedIdentity[], sighting: Sighting): Verdict[] {
  const verdicts = identities.map((identity) => detectorOf(identity).inspect(sighting));
  const strength = ({ verdict, score }: Verdict) => RANK.indexOf(verdict) * 100 + score;
  const most = Math.max(...verdicts.map(strength));
  return verdicts.filter((verdict) => strength(verdict) === most);
}

function sightingsOf(identities: readonly ProtectedIdentity[], seed: number): Sighting[] {
  const random = randomOf(seed);
  const kinds = Object.keys(ATTACKS);
  const disguised = (text: string) =>
    compound(
      text,
      Array.from({ length: Math.floor(random() * 3) }, () => kinds[Math.floor(random() * kinds.length)]!),
      random,
    ) ?? text;
  return Array.from({ length: 12 }, () => {
    const victim = identities[Math.floor(random() * identities.length)]!;
    const [localpart, server] = victim.userId.slice(1).split(':') as [string, string];
    const beside = ['', ' Support', ' Suport', ' from Berlin', ' Team Officail'][Math.floor(random() * 5)]!;
    return {
      userId: `@${random() < 0.5 ? 'u8472' : disguised(localpart).replaceAll(':', '')}:${random() < 0.5 ? 'evil.test' : disguised(server).replaceAll(' ', '')}`,
      displayName: random() < 0.3 ? null : disguised(victim.displayNames[0]!) + beside,
    };
  });
}

describe('a verdict', () => {
  // up to 12 identities all names are looked at, with more they are found by deletion and by their ends
  it.each([
    [2, 12, 40],
    [15, 60, 25],
  ])('is the same when %d to %d identities are protected as against each alone', (least, most, numRuns) => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(POOL.length - 1), { minLength: least, maxLength: most }),
        fc.integer(),
        (picks, seed) => {
          const identities = picks.map((pick) => POOL[pick]!);
          const together = createDetector(identities, rules);
          for (const sighting of sightingsOf(identities, seed))
            expect(strongest(identities, sighting).map((verdict) => ({ sighting, ...verdict }))).toContainEqual({
              sighting,
              ...together.inspect(sighting),
            });
        },
      ),
      { numRuns },
    );
  });
});
