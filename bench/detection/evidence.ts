/**
 * Full evidence: one verdict with all its reasons for each account of a stream, at 1, 100 and 10,000 protected
 * identities.
 *
 * The rival is the naive pair, npm `confusables` and `levenshtein-edit-distance`, over every protected identity:
 * localpart against localpart, display name against display name; no server, no evidence. Each side and size has a
 * process of its own, one core each; the best of five rounds over the same accounts counts.
 */
import { fileURLToPath } from 'node:url';
import { loadRules } from '../../src/config/rules.js';
import { createDetector } from '../../src/detection/index.js';
import { inChild } from '../child.js';
import { best } from '../policy/sets.js';
import type { Row } from '../row.js';
import { NaivePair } from './naive.js';
import { accounts, protectedIdentities } from './stream.js';

const FILE = fileURLToPath(import.meta.url);
const ACCOUNTS = 100_000;
/** How many accounts the naive pair is given; at 10,000 identities it needs seconds for a few hundred. */
const NAIVE_ACCOUNTS: Readonly<Record<number, number>> = { 1: ACCOUNTS, 100: 10_000, 10_000: 200 };
/** Ours in identities a second on the bench machine, and what the naive pair does there. */
const TARGETS: Readonly<Record<number, [ours: number, naive: number]>> = {
  1: [1_200_000, 1_500_000],
  100: [1_000_000, 8_000],
  10_000: [250_000, 80],
};

export async function run(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [size, [target, naive]] of Object.entries(TARGETS)) {
    const ours = await inChild<number>(FILE, 'ours', size);
    const theirs = await inChild<number>(FILE, 'naive', size);
    rows.push({
      work: `full evidence, N = ${Number(size).toLocaleString('en-US')}, identities a second`,
      rival: 'confusables + levenshtein-edit-distance',
      ours,
      theirs,
      ratio: ours / theirs,
      target: `>= ${(target / naive).toLocaleString('en-US')} x (${target.toLocaleString('en-US')} where the pair does ${naive.toLocaleString('en-US')})`,
    });
  }
  return rows;
}

/** Identities a second. */
function measure(side: string, size: number): number {
  const identities = protectedIdentities(size);
  const people = accounts(ACCOUNTS, identities);
  if (side === 'naive') {
    const pair = new NaivePair(identities);
    const some = people.slice(0, NAIVE_ACCOUNTS[size]);
    return (
      (1000 * some.length) /
      best(size === 10_000 ? 2 : 5, () => {
        for (const one of some) pair.nearest(one.userId, one.displayName);
      })
    );
  }
  const detector = createDetector(identities, loadRules());
  return (
    (1000 * people.length) /
    best(5, () => {
      for (const one of people) detector.inspect(one);
    })
  );
}

if (process.argv[1] === FILE) process.send?.(measure(process.argv[2]!, Number(process.argv[3])));
