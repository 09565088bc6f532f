/**
 * `heimdall check` at 1, 100 and 10,000 protected identities: processor time, of which every row says what a line costs
 * once the program runs (a long input less a short one, so that the start is apart). Two streams:
 *
 * - lines of which nothing repeats (fresh.ts): nothing that was remembered helps. This is what a look through all
 *   accounts of a server costs, and the floor for everything else;
 * - member events as a large homeserver has them (stream.ts): few servers, names made of common words.
 *
 * Every other line has its keys in another order. The rival is a small Node program that parses the same lines, compares
 * with the naive pair (naive.ts) and prints (naive-check.ts); at 100 and 10,000 it is given fewer lines. Both sides run in
 * turns; the median of three counts.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { dump } from 'js-yaml';
import type { ProtectedIdentity, Sighting } from '../../src/detection/index.js';
import type { Row } from '../row.js';
import { freshAccounts } from './fresh.js';
import { accounts, protectedIdentities } from './stream.js';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const MAIN = path.join(HERE, '../../src/main.js');
const ROUNDS = 3;
const SEED = 20261129;
/** Protected identities, our lines, the rival's, and how many times faster we promise to be. */
const SIZES: readonly [size: number, lines: number, theirLines: number, target: number][] = [
  [1, 160_000, 160_000, 1],
  [100, 100_000, 10_000, 50],
  [10_000, 60_000, 120, 1000],
];
const runIn = promisify(execFile);

export async function run(): Promise<Row[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-bench-'));
  try {
    const rows: Row[] = [];
    for (const [size, lines, theirLines, target] of SIZES) {
      const identities = protectedIdentities(size);
      await writeProtected(folder, identities);
      for (const [kind, sightings] of [
        ['nothing repeats', freshAccounts(lines, SEED)],
        ['as on a homeserver', accounts(lines, identities)],
      ] as const) {
        const row = await compare(folder, sightings, theirLines);
        rows.push({
          work: `heimdall check, a line (${kind}), N = ${size.toLocaleString('en-US')}, µs of processor`,
          rival: 'the naive pair in a Node program',
          ...row,
          target: kind === 'nothing repeats' ? `>= ${target.toLocaleString('en-US')} x` : '–',
        });
      }
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writeProtected(folder: string, identities: readonly ProtectedIdentity[]): Promise<void> {
  const protect = {
    protected_identities: identities.map(({ userId, displayNames, domains }) => ({
      user_id: userId,
      display_names: displayNames,
      domains,
    })),
  };
  await writeFile(path.join(folder, 'protect.yaml'), dump(protect));
  await writeFile(path.join(folder, 'protect.json'), JSON.stringify(protect));
}

async function compare(
  folder: string,
  sightings: readonly Sighting[],
  theirLines: number,
): Promise<{ ours: number; theirs: number; ratio: number }> {
  const at = (name: string) => path.join(folder, name);
  const lines = sightings.map(({ userId, displayName }, index) =>
    JSON.stringify(
      index % 2 === 0 ? { user_id: userId, displayname: displayName } : { displayname: displayName, user_id: userId },
    ),
  );
  const write = (name: string, count: number) => writeFile(at(name), `${lines.slice(0, count).join('\n')}\n`);
  // the short input is long enough to have the code compiled
  const [short, theirShort] = [Math.floor(lines.length / 5), Math.floor(theirLines / 5)];
  await Promise.all([
    write('ours.ndjson', lines.length),
    write('ours-short.ndjson', short),
    write('theirs.ndjson', theirLines),
    write('theirs-short.ndjson', theirShort),
  ]);
  const check = (input: string) =>
    processorUs([MAIN, 'check', '--protect', at('protect.yaml'), '--input', at(input), '--output', at('out.ndjson')]);
  const naive = (input: string) =>
    processorUs([path.join(HERE, 'naive-check.js'), at('protect.json'), at(input), at('out.ndjson')]);
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(((await check('ours.ndjson')) - (await check('ours-short.ndjson'))) / (lines.length - short));
    theirs.push(((await naive('theirs.ndjson')) - (await naive('theirs-short.ndjson'))) / (theirLines - theirShort));
  }
  const [a, b] = [median(ours), median(theirs)];
  return { ours: a, theirs: b, ratio: b / a };
}

/** Processor time of a Node program, in µs: of the whole process, as the system counts it. */
async function processorUs(command: readonly string[]): Promise<number> {
  const { stderr } = await runIn(process.execPath, [path.join(HERE, '../processor.js'), ...command], {
    maxBuffer: 1 << 26,
  });
  return Number(/^processor (\d+)$/m.exec(stderr)?.[1]);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
