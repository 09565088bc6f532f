/**
 * How well the detector sees: shares flagged per kind of disguise with 95 % intervals, and false alarms per million
 * honest names. Run: npm run eval; with `-- --misses` it prints names that were missed, with `-- --possible` honest
 * ones that were flagged, with `-- --unmet` only the tables of unmet-tables.ts, with `-- --write` it makes docs/understand/detection-eval.md. Files of ../shared/data are
 * read when they are there; all else is committed or generated.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createDetector, type ProtectedIdentity } from '../../src/detection/index.js';
import { packageRoot } from '../../src/util/package-root.js';
import { ATTACKS, compound, randomOf } from './attacks.js';
import { benignGroups, hundred, SHAPES, sharedLines, SIX, WORDS } from './corpora.js';
import { heldOutTables } from './held-out-tables.js';
import { unmetTables } from './unmet-tables.js';
import { detectorOf, heading, interval, LEVELS, print, rules, saidSoFar, say, Tally } from './tally.js';

const verbose = process.argv.includes('--misses');

const localpartOf = (userId: string) => userId.slice(1, userId.indexOf(':'));

/**
 * Every kind of attack on every shape of name: as display name alone, as localpart alone, and with a second field that
 * fits.
 */
function attackTables(): void {
  const kinds = Object.keys(ATTACKS);
  const random = randomOf(20261123);
  const combos: [string, string[]][] = kinds.map((kind) => [kind, [kind]]);
  const several = (count: number): [string, string[]][] =>
    Array.from({ length: 300 }, () => [
      `${count} disguises at once`,
      Array.from({ length: count }, () => kinds[Math.floor(random() * kinds.length)]!),
    ]);
  const display = new Map<string, Tally>();
  const localpart = new Map<string, Tally>();
  const both = new Map<string, Tally>();
  for (const [label, combo] of [...combos, ...several(2), ...several(3)]) {
    for (const identity of SHAPES) attack(identity, label, combo, random, { display, localpart, both });
  }
  heading('Attack generator: disguised display name alone, on a foreign server (wanted: possible)');
  for (const [label, tally] of display) print(label, tally);
  heading('Attack generator: disguised localpart alone, on a foreign server (wanted: possible)');
  for (const [label, tally] of localpart) print(label, tally);
  heading('Attack generator: both fields (wanted: likely)');
  for (const [label, tally] of both) print(label, tally);
}

function attack(
  identity: ProtectedIdentity,
  label: string,
  combo: string[],
  random: () => number,
  tallies: Record<'display' | 'localpart' | 'both', Map<string, Tally>>,
): void {
  const detector = detectorOf(identity);
  const tallyOf = (kind: keyof typeof tallies) =>
    tallies[kind].get(label) ?? tallies[kind].set(label, new Tally()).get(label)!;
  const rounds = combo.length === 1 ? 8 : 1;
  for (let round = 0; round < rounds; round++) {
    const name = compound(identity.displayNames[0]!, combo, random);
    const local = compound(localpartOf(identity.userId), combo, random);
    if (name !== undefined && name !== '')
      tallyOf('display').add(detector, { userId: '@u8472:evil.test', displayName: name }, 'possible');
    if (local !== undefined && !local.includes(':'))
      tallyOf('localpart').add(detector, { userId: `@${local}:evil.test` }, 'possible');
    if (name !== undefined && local !== undefined && !local.includes(':'))
      tallyOf('both').add(detector, { userId: `@${local}:evil.test`, displayName: name }, 'likely');
  }
}

/** Names of six letters and more with one to three random slips, as a person would still call an imitation. */
function slipTables(): void {
  const random = randomOf(11);
  const names = [
    'chrome',
    'firefox',
    'explorer',
    'svchost',
    'winlogon',
    'services',
    'spotify',
    'telegram',
    'whatsapp',
    'paypal',
    'netflix',
    'microsoft',
    'instagram',
    'googledrive',
    'steamcommunity',
    'dropbox',
    'outlook',
    'thunderbird',
    'metamask',
    'binance',
    'coinbase',
    'powershell',
    'onedrive',
    'acrobat',
  ];
  const slips = Object.keys(ATTACKS).filter(
    (kind) => kind.startsWith('slip') || kind === 'leet digit' || kind === 'drawn pair',
  );
  heading('Edited brand- and process-like names (six letters and more), alone as localpart / display name');
  for (const count of [1, 2]) {
    const [asLocalpart, asDisplay] = [new Tally(), new Tally()];
    for (const name of names) {
      const detector = createDetector(
        [
          {
            userId: `@${name}:${name}.example`,
            displayNames: [name],
            domains: [`${name}.example`],
            avatars: [],
            rooms: [],
            variants: [],
          },
        ],
        rules,
      );
      for (let round = 0; round < 40; round++) {
        const text = compound(
          name,
          Array.from({ length: count }, () => slips[Math.floor(random() * slips.length)]!),
          random,
        );
        if (text === undefined || text === name || text.length < 4) continue;
        asLocalpart.add(detector, { userId: `@${text}:evil.test` }, 'possible');
        asDisplay.add(detector, { userId: '@u8472:evil.test', displayName: text }, 'possible');
      }
    }
    print(`${count} slips, localpart`, asLocalpart);
    print(`${count} slips, display name`, asDisplay);
  }
}

/**
 * Domains of real scams that imitate Discord and Steam. What imitates is told by a loose test that is not the
 * detector's.
 */
function scamTables(): void {
  const lines = sharedLines('scam-domains.dev.txt');
  if (lines === undefined) return say('\n../shared/data is not there: scam domains are left out');
  const targets = [SHAPES[2]!, SHAPES[3]!];
  heading('Scam domains (half of nikolaischunk/discord-phishing-links), with the official localpart');
  for (const identity of targets) {
    const label = localpartOf(identity.userId);
    const [close, loose, alone] = [new Tally(), new Tally(), new Tally()];
    for (const line of lines) {
      const host = line.split('/')[0]!.toLowerCase();
      const name =
        host
          .split('.')
          .slice(0, -1)
          .sort((a, b) => b.length - a.length)[0] ?? host;
      const distance = Math.min(...[name, ...name.split('-')].map((part) => editDistance(part, label)));
      if (distance > 4) continue;
      const tally = distance <= Math.floor(label.length / 4) ? close : loose;
      tally.add(detectorOf(identity), { userId: `@${label}:${host}` }, 'likely');
      if (tally === close) alone.add(detectorOf(identity), { userId: `@anna:${host}` }, 'possible');
    }
    print(`${label}: within a quarter of its letters`, close);
    print(`${label}: further away, up to 4 edits`, loose);
    print(`${label}: within a quarter, no fitting name`, alone);
  }
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++)
      current.push(
        Math.min(
          previous[column]! + 1,
          current[column - 1]! + 1,
          previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1),
        ),
      );
    previous = current;
  }
  return previous[b.length]!;
}

function benignTables(): void {
  for (const [title, identities] of [
    ['six', SIX],
    ['a hundred', hundred()],
    ['forty that are words and given names as', WORDS],
  ] as const) {
    const detector = createDetector(identities, rules);
    heading(`Honest names, ${title} protected identities (share flagged; wanted: certain never)`);
    const all = new Tally();
    for (const { group, sightings } of benignGroups(identities)) {
      const tally = new Tally();
      for (const sighting of sightings) {
        tally.add(detector, sighting, 'none');
        all.add(detector, sighting, 'none');
        if (verbose && detector.inspect(sighting).verdict.match(/likely|certain/))
          console.log(`      FALSE ALARM ${JSON.stringify([sighting, detector.inspect(sighting)])}`);
        if (process.argv.includes('--possible') && detector.inspect(sighting).verdict === 'possible')
          console.log(
            `      possible ${sighting.userId} ${sighting.displayName ?? ''} ${JSON.stringify(detector.inspect(sighting).evidence.map(({ sentence }) => sentence))}`,
          );
      }
      say(tally.row(group));
    }
    say(all.row('all'));
    for (const level of [2, 3])
      say(
        `  ${LEVELS[level]}: ${((1e6 * all.counts[level]!) / all.counts[0]!).toFixed(1)} per million names, at most ${(1e6 * interval(all.counts[level]!, all.counts[0]!)[1]).toFixed(1)} (95 %)`,
      );
  }
}

if (!process.argv.includes('--unmet')) {
  attackTables();
  slipTables();
  scamTables();
  heldOutTables();
  benignTables();
}
unmetTables();
if (process.argv.includes('--write')) {
  const page = [
    '# How well the detector sees',
    '',
    "Made by `npm run eval -- --write` (bench/detection/eval.ts). Shares flagged at each level, in per cent, with Wilson's 95 % intervals. What the figures mean, and",
    'what is missed and why, stands in [detection.md](detection.md).',
    '',
    '```',
    saidSoFar(),
    '```',
    '',
  ];
  writeFileSync(path.join(packageRoot(), 'docs/understand/detection-eval.md'), page.join('\n'));
}
