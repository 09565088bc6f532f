/**
 * How well the protections tell harm from honest talk, with their defaults: what part of those who mean harm each of
 * them hits, and how often it hits honest people in a thousand hours of rooms. Every protection sees every stream. The
 * streams come of a seed (honest.ts, bad.ts); bots of other people are restated in rivals.ts from what they document.
 *
 * `node dist/bench/protections/quality.js` prints the table of docs/understand/protections-quality.md.
 */
import { pathToFileURL } from 'node:url';
import type { CommonSettings } from '../../src/protections/settings.js';
import { Judging } from '../../src/protections/judging.js';
import { Memories } from '../../src/protections/memories.js';
import { PROTECTIONS } from '../../src/protections/table.js';
import type { AnyProtection } from '../../src/protections/types.js';
import type { Row } from '../row.js';
import { badStreams, DOMAINS, WORDS } from './bad.js';
import { honestStreams } from './honest.js';
import { laterBad } from './later-bad.js';
import { laterHonest } from './later-honest.js';
import { MEOWLNIR, MJOLNIR, type Rules } from './rivals.js';
import { probedBad, probedHonest } from './probed.js';
import { unseenBad } from './unseen-bad.js';
import { unseenHonest } from './unseen-honest.js';
import type { Stream } from './world.js';

const SEED = 20261129;

/** The streams that a table is made of. */
export interface Corpus {
  honest: readonly Stream[];
  bad: readonly Stream[];
}

const seenBefore = (seed = SEED): Corpus => ({ honest: honestStreams(seed), bad: badStreams(seed) });
const KINDS_OF_HARM = seenBefore().bad.flatMap(({ meant }) => meant);
/** What was written down after the protections. */
const unseen = (seed = SEED): Corpus => ({ honest: unseenHonest(seed), bad: unseenBad(seed) });

/** What single probes had shown to be missing in both. */
const probed = (seed = SEED): Corpus => ({ honest: probedHonest(seed), bad: probedBad(seed) });

/** What was written down last, of kinds that all others lack. */
const later = (seed = SEED): Corpus => ({ honest: laterHonest(seed), bad: laterBad(seed) });

/** What came of one protection, or of another bot's rule of the same name. */
export interface Quality {
  /** of those whom it is meant to hit, how many it hit; undefined: nothing of the kind is in the corpus */
  hit: number | undefined;
  /** hits of honest people in 1,000 hours */
  falseHits: number;
  /** where these were */
  where: string[];
}

type Hits = (stream: Stream) => string[];

/** Whom one of our protections hits in a stream: each offence, further pieces of the same not counted. */
export function ours(protection: AnyProtection): Hits {
  const values: Record<string, unknown> = {};
  if (protection.name === 'WordList') values.words = WORDS;
  if (protection.name === 'LinkFilter') values.deny = DOMAINS;
  const settings = protection.settings.parse(values) as unknown as CommonSettings;
  return (stream) => {
    const judging = new Judging({
      memories: new Memories(),
      isBridgeUser: (userId) => userId.startsWith('@irc_'),
      isRuledOut: () => false,
      failed: (name, error) => {
        throw new Error(`${name}: ${error}`);
      },
    });
    // an account of a campaign is told again with each that joins it, and counts once
    const members = new Set<string>();
    const room = { powerLevels: undefined, create: { creators: [], roomVersion: '11' } } as never;
    return stream.events.flatMap((event) => {
      const times = { sentAt: event.origin_server_ts, now: event.origin_server_ts + 50, catchingUp: false };
      return judging
        .of(event, room, [{ protection, settings }], times)
        .filter(({ finding }) => finding.continues !== true)
        .flatMap(({ finding }) =>
          finding.members === undefined
            ? [finding.subject.id]
            : finding.members.filter((id) => members.size < members.add(id).size),
        );
    });
  };
}

function theirs(rules: Rules, name: string): Hits | undefined {
  const make = rules[name];
  if (make === undefined) return undefined;
  return (stream) => {
    const rule = make();
    return stream.events.flatMap((event) => rule(event) ?? []);
  };
}

export function measure(name: string, hits: Hits, honest: readonly Stream[], bad: readonly Stream[]): Quality {
  const hours = honest.reduce((sum, stream) => sum + stream.hours, 0);
  const wrong = honest.flatMap((stream) => hits(stream).map(() => stream.name));
  const meant = bad.filter((stream) => stream.meant.includes(name));
  let [caught, all] = [0, 0];
  for (const stream of meant) {
    const found = new Set(hits(stream));
    all += stream.bad.size;
    caught += [...stream.bad].filter((one) => found.has(one)).length;
  }
  return {
    hit: all === 0 ? undefined : caught / all,
    falseHits: (wrong.length * 1000) / hours,
    where: [...new Set(wrong)],
  };
}

export interface Compared {
  name: string;
  ours: Quality;
  mjolnir: Quality | undefined;
  meowlnir: Quality | undefined;
}

/** Every protection that looks at what is said in rooms, beside the rules of the same name. */
export function compareAll({ honest, bad }: Corpus): Compared[] {
  // those about a kind of message hit what a room forbids, and nothing else: there is nothing to measure
  const measured = new Set(KINDS_OF_HARM);
  return PROTECTIONS.filter(({ name }) => measured.has(name)).map((protection) => {
    const { name } = protection;
    const rival = (rules: Rules) => {
      const hits = theirs(rules, name);
      return hits === undefined ? undefined : measure(name, hits, honest, bad);
    };
    return {
      name,
      ours: measure(name, ours(protection), honest, bad),
      mjolnir: rival(MJOLNIR),
      meowlnir: rival(MEOWLNIR),
    };
  });
}

const percent = (part: number | undefined) => (part === undefined ? '–' : `${Math.round(part * 100)} %`);
const shown = (quality: Quality | undefined) =>
  quality === undefined ? '–' : `${percent(quality.hit)}, ${Number(quality.falseHits.toPrecision(3))}`;

export function run(): Promise<Row[]> {
  const rows = compareAll(seenBefore()).map(({ name, ours: own, mjolnir, meowlnir }): Row => {
    const rival = mjolnir ?? meowlnir;
    return {
      work: `${name}: hit rate, false hits in 1,000 honest hours`,
      rival: mjolnir !== undefined ? 'Mjolnir, restated' : meowlnir !== undefined ? 'Meowlnir, restated' : '–',
      ours: shown(own),
      theirs: shown(rival),
      ratio: rival?.hit === undefined || own.hit === undefined ? '–' : Number((own.hit / rival.hit).toPrecision(3)),
      target: 'more hits, fewer false ones',
    };
  });
  return Promise.resolve(rows);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  print(seenBefore());
  console.log('\n## Streams that came after\n');
  print(unseen());
  console.log('\n## Streams that came of probes\n');
  print(probed());
  console.log('\n## Streams that came last\n');
  print(later());
}

function print(corpus: Corpus): void {
  const { honest, bad } = corpus;
  const hours = honest.reduce((sum, stream) => sum + stream.hours, 0);
  console.log('| protection | Heimdall | Mjolnir | Meowlnir |\n|---|---|---|---|');
  const rows = compareAll(corpus);
  for (const row of rows)
    console.log(`| ${row.name} | ${shown(row.ours)} | ${shown(row.mjolnir)} | ${shown(row.meowlnir)} |`);
  console.log(`\n**Honest** (${hours} hours):\n`);
  for (const { name, about, events } of honest) console.log(`- \`${name}\`: ${about} (${events.length} events)`);
  console.log('\n**Harm:**\n');
  for (const { name, about, bad: who, meant } of bad)
    console.log(`- \`${name}\`: ${about} (${who.size} to be hit by ${meant.join(', ')})`);
  for (const row of rows) console.error(row.name, row.ours.where.join(' '), '|', row.mjolnir?.where.join(' '));
}
