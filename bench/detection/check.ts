/**
 * `heimdall check` over 200,000 NDJSON lines, from the start of the process to its end, at 1, 100 and 10,000 protected
 * identities.
 *
 * The rival is a small Node program that parses the same lines, compares with the naive pair (naive.ts) and prints
 * (naive-check.ts); it gets its protected identities as JSON, we read YAML. At 100 and 10,000 it is given a part of the
 * lines, and what they took beyond its start is scaled up. The best of two runs counts on both sides.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { dump } from 'js-yaml';
import type { Row } from '../row.js';
import { accounts, protectedIdentities } from './stream.js';

const HERE = path.dirname(fileURLToPath(import.meta.url));
const MAIN = path.join(HERE, '../../src/main.js');
const LINES = 200_000;
/** Protected identities, lines for the rival, and how many times faster we promise to be. */
const SIZES: readonly [size: number, theirLines: number, target: number][] = [
  [1, LINES, 1],
  [100, 10_000, 100],
  [10_000, 200, 1000],
];
const run1 = promisify(execFile);

export async function run(): Promise<Row[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-bench-'));
  try {
    const rows: Row[] = [];
    for (const size of SIZES) rows.push(await compare(folder, ...size));
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compare(folder: string, size: number, theirLines: number, target: number): Promise<Row> {
  const at = (name: string) => path.join(folder, name);
  const identities = protectedIdentities(size);
  const protect = {
    protected_identities: identities.map(({ userId, displayNames, domains }) => ({
      user_id: userId,
      display_names: displayNames,
      domains,
    })),
  };
  const lines = accounts(LINES, identities).map(({ userId, displayName }) =>
    JSON.stringify({ user_id: userId, displayname: displayName }),
  );
  await Promise.all([
    writeFile(at('protect.yaml'), dump(protect)),
    writeFile(at('protect.json'), JSON.stringify(protect)),
    writeFile(at('none.ndjson'), ''),
    writeFile(at('in.ndjson'), `${lines.join('\n')}\n`),
    writeFile(at('part.ndjson'), `${lines.slice(0, theirLines).join('\n')}\n`),
  ]);
  const ours = await seconds([
    MAIN,
    'check',
    '--protect',
    at('protect.yaml'),
    '--input',
    at('in.ndjson'),
    '--output',
    at('out.ndjson'),
  ]);
  const naive = (input: string) =>
    seconds([path.join(HERE, 'naive-check.js'), at('protect.json'), at(input), at('theirs.ndjson')]);
  const start = await naive('none.ndjson');
  const theirs = start + Math.max(0, (await naive('part.ndjson')) - start) * (LINES / theirLines);
  const scaled = theirLines < LINES ? `, ${theirLines.toLocaleString('en-US')} lines scaled up` : '';
  return {
    work: `heimdall check, ${LINES.toLocaleString('en-US')} lines, N = ${size.toLocaleString('en-US')}, seconds`,
    rival: `the naive pair in a Node program${scaled}`,
    ours,
    theirs,
    ratio: theirs / ours,
    target: `>= ${target.toLocaleString('en-US')} x`,
  };
}

async function seconds(command: readonly string[]): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < 2; round++) {
    const began = performance.now();
    await run1(process.execPath, command);
    least = Math.min(least, (performance.now() - began) / 1000);
  }
  return least;
}
