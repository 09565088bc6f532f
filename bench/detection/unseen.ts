/**
 * Cases that were written before the detector was looked at, by somebody who knew its contract and not its rules:
 * made-up identities in 30 languages, attacks and honest people against them, each with the verdicts that a moderator
 * would want. Each set says something about unseen cases on its first run only, which docs/understand/detection.md
 * records; from then on it guards what was mended.
 *
 * `npm run unseen [-- --misses] [-- SET]` prints a table a set.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import { createDetector, type ProtectedIdentity, type Verdict, type VerdictLevel } from '../../src/detection/index.js';
import { packageRoot } from '../../src/util/package-root.js';
import { interval, LEVELS, rules } from './tally.js';

export interface Case {
  class: 'attack' | 'honest';
  kind: string;
  lang: string;
  /** the official account that is meant, for attacks */
  who?: string;
  /** the lowest and the highest verdict that is right */
  least: VerdictLevel;
  most: VerdictLevel;
  user_id: string;
  displayname?: string;
}
interface Protected {
  protected_identities: { user_id: string; display_names: string[]; domains: string[] }[];
}

const FOLDER = path.join(packageRoot(), 'bench/detection/unseen');

/** The sets that there are, oldest first. */
export function sets(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.ndjson'))
    .map((name) => name.slice(0, -'.ndjson'.length))
    .sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
}
const ORDER = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh'];

/** Who is protected in a set. */
export function identitiesOf(set: string): ProtectedIdentity[] {
  const { protected_identities: given } = load(readFileSync(path.join(FOLDER, `${set}.yaml`), 'utf8')) as Protected;
  return given.map((each) => ({
    userId: each.user_id,
    displayNames: each.display_names,
    domains: each.domains,
    avatars: [],
    rooms: [],
    variants: [],
  }));
}

export interface Outcome {
  each: Case;
  verdict: Verdict;
  /** the verdict is one of the wanted ones, and an attack is said to be on whom it is on */
  isRight: boolean;
}

/** The cases of a set, in their order. */
export function casesOf(set: string): Case[] {
  return readFileSync(path.join(FOLDER, `${set}.ndjson`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Case);
}

/** Judges every case of a set. */
export function judge(set: string): Outcome[] {
  const detector = createDetector(identitiesOf(set), rules);
  return casesOf(set).map((each) => {
    const verdict = detector.inspect({ userId: each.user_id, displayName: each.displayname });
    const level = LEVELS.indexOf(verdict.verdict);
    const isInRange = level >= LEVELS.indexOf(each.least) && level <= LEVELS.indexOf(each.most);
    return {
      each,
      verdict,
      isRight: isInRange && (each.who === undefined || level === 0 || verdict.protected === each.who),
    };
  });
}

function print(set: string, outcomes: readonly Outcome[], withMisses: boolean): void {
  console.log(`\n${set.padEnd(60)}${['n', ...LEVELS, 'right'].map((word) => word.padStart(9)).join('')}`);
  for (const kind of [...new Set(outcomes.map(({ each }) => `${each.class} ${each.kind}`))].sort()) {
    const some = outcomes.filter(({ each }) => `${each.class} ${each.kind}` === kind);
    console.log(row(kind, some));
    if (withMisses)
      for (const { each, verdict } of some.filter(({ isRight }) => !isRight))
        console.log(
          `      ${verdict.verdict} ${verdict.score} ${each.user_id} ${JSON.stringify(each.displayname)} of ${each.who ?? '-'} as ${verdict.protected ?? '-'}; wanted ${each.least} to ${each.most}; ${JSON.stringify(verdict.evidence.map(({ disguise, weight }) => [disguise, weight]))}`,
        );
  }
  for (const side of ['attack', 'honest'] as const) {
    const some = outcomes.filter(({ each }) => each.class === side);
    const right = some.filter(({ isRight }) => isRight).length;
    const [low, high] = interval(right, some.length);
    console.log(
      `${row(`${side}, all`, some)}  ${((100 * right) / some.length).toFixed(1)} % [${(100 * low).toFixed(1)}–${(100 * high).toFixed(1)}]`,
    );
  }
}

function row(name: string, some: readonly Outcome[]): string {
  const counts = LEVELS.map((level) => some.filter(({ verdict }) => verdict.verdict === level).length);
  const right = some.filter(({ isRight }) => isRight).length;
  return `${name.padEnd(60)}${[some.length, ...counts, right].map((count) => String(count).padStart(9)).join('')}`;
}

if (process.argv[1]?.endsWith('unseen.js') === true) {
  const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
  for (const set of sets())
    if (words.length === 0 || words.includes(set)) print(set, judge(set), process.argv.includes('--misses'));
}
