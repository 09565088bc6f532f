/**
 * How rare each sign is among honest names: the ground under the weights of rules/detection.yaml. Each honest name, as
 * localpart and as display name, is compared with each of some 300 protected identities alone, with thresholds so low
 * that every sign is told; the attack generator says how often impostors show the same sign. Run: npm run rarity [--
 * --write]; the output lies in docs/understand/detection-rarity.md.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createDetector, type Detector, type ProtectedIdentity, type Sighting } from '../../src/detection/index.js';
import { packageRoot } from '../../src/util/package-root.js';
import { ATTACKS, randomOf } from './attacks.js';
import { SHAPES, sharedLines, WORDS } from './corpora.js';
import { EDITS, FIVE_LETTERS, LONG_NAMES, SHORT_NAMES, TWO_WORD_NAMES } from './held-out.js';
import { interval, rules } from './tally.js';

const everySign = { ...rules, thresholds: { possible: 0.01, likely: 90, certain: 91 } };
const ATTACK_ROUNDS = 60;

function identities(): ProtectedIdentity[] {
  const identity = (label: string, name: string): ProtectedIdentity => ({
    userId: `@${label}:${label}.example`,
    displayNames: [name],
    domains: [`${label}.example`],
    avatars: [],
    rooms: [],
    variants: [],
  });
  const oneWord = [...LONG_NAMES, ...FIVE_LETTERS, ...SHORT_NAMES].map((name) =>
    identity(name, name[0]!.toUpperCase() + name.slice(1)),
  );
  return [
    ...oneWord,
    ...TWO_WORD_NAMES.map((name) =>
      identity(
        name
          .normalize('NFD')
          .toLowerCase()
          .replace(/[^a-z]/g, ''),
        name,
      ),
    ),
    ...SHAPES,
    ...WORDS,
  ];
}

interface Count {
  honest: number;
  impostors: number;
  weights: number[];
}

function count(counts: Map<string, Count>, detector: Detector, sighting: Sighting, of: 'honest' | 'impostors'): void {
  for (const { field, disguise, view, weight } of detector.inspect(sighting).evidence) {
    if (view === 'raw' && weight === rules.weights.raw_signal) continue;
    const key = `${field} ${disguise}`;
    const each = counts.get(key) ?? counts.set(key, { honest: 0, impostors: 0, weights: [] }).get(key)!;
    each[of]++;
    if (!each.weights.includes(weight)) each.weights.push(weight);
  }
}

function measure(): string[] {
  const names = [...(sharedLines('irc-nicks.dev.txt') ?? []), ...(sharedLines('localized-names.dev.txt') ?? [])].filter(
    (_, index) => index % 3 === 0,
  );
  if (names.length === 0) return ['../shared/data is not there: nothing to measure on.'];
  const honest: Sighting[] = names.flatMap((name) => [
    { userId: `@${name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()}:tchncs.de` },
    { userId: '@u8472:tchncs.de', displayName: name },
  ]);
  const counts = new Map<string, Count>();
  const random = randomOf(99);
  const attacks = [...Object.values(ATTACKS), ...Object.values(EDITS)];
  const known = identities();
  let [pairs, attacked] = [0, 0];
  for (const identity of known) {
    const detector = createDetector([identity], everySign);
    for (const sighting of honest) count(counts, detector, sighting, 'honest');
    pairs += honest.length;
    for (let round = 0; round < ATTACK_ROUNDS; round++) {
      const attack = attacks[Math.floor(random() * attacks.length)]!;
      const [localpart, name] = [
        attack(identity.userId.slice(1, identity.userId.indexOf(':')), random),
        attack(identity.displayNames[0]!, random),
      ];
      if (localpart === undefined || name === undefined || localpart.includes(':')) continue;
      attacked += 2;
      count(counts, detector, { userId: `@${localpart}:tchncs.de` }, 'impostors');
      count(counts, detector, { userId: '@u8472:tchncs.de', displayName: name }, 'impostors');
    }
  }
  const rows = [...counts]
    .sort(([, a], [, b]) => b.honest - a.honest || b.impostors - a.impostors)
    .map(([sign, { honest: hits, impostors, weights }]) => {
      const [low, high] = interval(hits, pairs);
      const ratio = Math.log(Math.max(impostors, 0.5) / attacked / Math.max(high, 1e-12));
      return `| ${sign} | ${((1e6 * hits) / pairs).toFixed(2)} | ${(1e6 * low).toFixed(2)} to ${(1e6 * high).toFixed(2)} | ${((100 * impostors) / attacked).toFixed(2)} % | ${ratio.toFixed(1)} | ${Math.min(...weights)} to ${Math.max(...weights)} |`;
    });
  return [
    `${names.length} honest names (every third nickname and localized name of ../shared/data), each as localpart and as display name, against each of ${known.length} protected identities: ${pairs} pairs; ${attacked} disguises by the generators.`,
    '',
    '| sign | per million honest pairs | 95 % | of disguises | log-odds at least | weight given |',
    '|---|---|---|---|---|---|',
    ...rows,
  ];
}

const lines = measure();
console.log(lines.join('\n'));
if (process.argv.includes('--write')) {
  const page = [
    '# How rare each sign is among honest names',
    '',
    'Made by `npm run rarity -- --write` (bench/detection/rarity.ts); docs/understand/detection.md says what it is for.',
    '',
    ...lines,
    '',
  ];
  writeFileSync(path.join(packageRoot(), 'docs/understand/detection-rarity.md'), page.join('\n'));
}
