/**
 * Two populations that never met the detector's author: attacks by adversary.ts, and the honest strangers of
 * strangers.ts, both against the identities of realistic.ts.
 */
import { createDetector, type ProtectedIdentity } from '../../src/detection/index.js';
import { DISGUISES, SHAPES_BEYOND, type Disguise } from './adversary.js';
import { randomOf } from './attacks.js';
import { ORGANISATIONS_PROTECTED, PEOPLE_PROTECTED, REALISTIC } from './realistic.js';
import { sightingsOf, strangers } from './strangers.js';
import { detectorOf, heading, interval, LEVELS, print, rules, say, Tally } from './tally.js';

const ROUNDS = 6;
const verbose = process.argv.includes('--misses');
const nameOf = ({ displayNames }: ProtectedIdentity) => displayNames[0]!;
const localpartOf = ({ userId }: ProtectedIdentity) => userId.slice(1, userId.indexOf(':'));
const isOneWord = (name: string) => !/\s/u.test(name);

function disguiseTables(title: string, disguises: Readonly<Record<string, Disguise>>, seed: number): void {
  const random = randomOf(seed);
  const identities = [...ORGANISATIONS_PROTECTED, ...PEOPLE_PROTECTED];
  const [alone, placed, roled] = [new Map<string, Tally>(), new Map<string, Tally>(), new Map<string, Tally>()];
  const of = (tallies: Map<string, Tally>, kind: string) =>
    tallies.get(kind) ?? tallies.set(kind, new Tally()).get(kind)!;
  for (const [kind, disguise] of Object.entries(disguises)) {
    for (const identity of identities) {
      const name = nameOf(identity);
      for (let round = 0; round < ROUNDS; round++) {
        const disguised = disguise(name, random);
        if (disguised === undefined || disguised === name) continue;
        const detector = detectorOf(identity);
        for (const label of [kind, 'all']) {
          of(alone, label).add(detector, { userId: '@u8472:evil.test', displayName: disguised }, 'possible');
          // a namesake that merely has marks of its own is no impostor by itself
          if (!/combining mark/.test(kind) || !isOneWord(name))
            of(placed, label).add(
              detector,
              { userId: `@${localpartOf(identity)}:evil.test`, displayName: disguised },
              'likely',
            );
          if (isOneWord(name) && [...name].length > 2 && !/padding|upside/.test(kind))
            of(roled, label).add(
              detector,
              {
                userId: '@u8472:evil.test',
                displayName: kind === 'override' ? `Support ${disguised}` : `${disguised} Support`,
              },
              'likely',
            );
        }
      }
    }
  }
  for (const [where, tallies] of [
    ['alone (wanted: possible)', alone],
    ['with the official localpart (wanted: likely)', placed],
    ['a name of one word, beside a role (wanted: likely)', roled],
  ] as const) {
    heading(`${title}, ${where}`);
    for (const [kind, tally] of tallies) print(kind, tally);
  }
}

function strangerTable(): void {
  const detector = createDetector(REALISTIC, rules);
  const official = new Set(REALISTIC.flatMap(({ displayNames }) => displayNames));
  heading(
    `Strangers against ${REALISTIC.length} realistic identities (wanted: certain 0, likely 0.01 %, possible 1 % at most)`,
  );
  const all = new Tally();
  for (const [seed, group] of strangers().entries()) {
    const tally = new Tally();
    for (const sighting of sightingsOf(group, 1000 + seed)) {
      if (official.has(sighting.displayName!)) continue;
      const { verdict, evidence } = detector.inspect(sighting);
      for (const each of [tally, all]) each.count(verdict);
      if (verbose && /likely|certain/.test(verdict))
        console.log(
          `      FALSE ALARM ${verdict} ${JSON.stringify([sighting, evidence.map(({ sentence }) => sentence)])}`,
        );
    }
    say(tally.row(group.group));
  }
  say(all.row('all'));
  for (const level of [1, 2, 3])
    say(
      `  ${LEVELS[level]}: ${((1e6 * all.counts[level]!) / all.counts[0]!).toFixed(1)} per million, at most ${(1e6 * interval(all.counts[level]!, all.counts[0]!)[1]).toFixed(1)} (95 %)`,
    );
}

/** About a minute in all. */
export function unmetTables(): void {
  disguiseTables("One disguise, from Unicode's own tables", DISGUISES, 171);
  disguiseTables('Shapes that UTS 39 lacks', SHAPES_BEYOND, 172);
  strangerTable();
}
