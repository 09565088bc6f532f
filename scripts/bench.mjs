// `npm run bench [-- word…]`: runs every bench/<room>/*.ts that exports `run(): Promise<Row[]>` in a process of its own
// (a clean heap, no warm caches from the one before) and prints one table. Words choose files by part of their path.
// `--runs 5` measures everything so many times in turn, and says how far apart the figures are.
import { readdirSync, readFileSync } from 'node:fs';
import { fork } from 'node:child_process';
import path from 'node:path';
import { clearTimeout } from 'node:timers';
import { ROOT, prepareCode } from './setup.mjs';

const COLUMNS = ['work', 'rival', 'ours', 'theirs', 'ratio', 'target'];
const SPREAD_COLUMNS = ['work', 'rival', 'ours', 'ratio', 'least', 'most', 'off by', 'target'];
const ONE_FILE_MS = 10 * 60_000;
/** Figures repeat when no run is further from the median than this. */
const REPEATS_WITHIN = 0.15;

/** Compiled bench files that export `run`; helpers beside them do not. */
function benchFiles(words) {
  const base = path.join(ROOT, 'dist', 'bench');
  return readdirSync(base, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.js') && file.includes(path.sep))
    .filter((file) => /^export (async )?(function|const) run\b/m.test(readFileSync(path.join(base, file), 'utf8')))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .sort()
    .map((file) => path.join(base, file));
}

/** Runs one file in a child; resolves with its rows, or with an error in words. */
function measure(file) {
  return new Promise((resolve) => {
    const child = fork(path.join(ROOT, 'scripts', 'bench-one.mjs'), [file], {
      cwd: ROOT,
      execArgv: ['--expose-gc'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    let answer = { error: 'it gave no rows' };
    const timer = setTimeout(() => {
      answer = { error: `not done after ${ONE_FILE_MS / 60_000} minutes` };
      child.kill('SIGKILL');
    }, ONE_FILE_MS);
    const forward = (signal) => child.kill(signal);
    process.once('SIGINT', forward).once('SIGTERM', forward);
    child.on('message', (message) => {
      answer = message;
    });
    child.on('close', () => {
      clearTimeout(timer);
      process.off('SIGINT', forward).off('SIGTERM', forward);
      resolve(answer);
    });
  });
}

/** A number as a person reads it: three digits that count, thousands apart. */
function show(value) {
  if (typeof value !== 'number') return String(value ?? '–');
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}

function table(rows, columns = COLUMNS) {
  const cells = [columns, ...rows.map((row) => columns.map((column) => show(row[column])))];
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => [...row[column]].length)));
  const line = (row) =>
    `| ${row.map((cell, column) => cell + ' '.repeat(widths[column] - [...cell].length)).join(' | ')} |`;
  const [head, ...body] = cells;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...body.map(line)].join('\n');
}

/** `--runs N` and the words that choose files. */
function readArguments([...words]) {
  const at = words.indexOf('--runs');
  const [, runs = '1'] = at < 0 ? [] : words.splice(at, 2);
  return { runs: Math.max(1, Number.parseInt(runs, 10) || 1), words: words.filter((word) => word !== '--') };
}

/** The figure of a row that is to repeat: how we stand to the rival, or where there is none our own. */
function figureOf(row) {
  return typeof row.ratio === 'number' ? row.ratio : Number.parseFloat(String(row.ours).replaceAll(',', ''));
}

/** One row for all runs of a row: the run in the middle, and how far from it the others are. */
function spreadOf(runs) {
  const sorted = runs.toSorted((a, b) => figureOf(a) - figureOf(b));
  const middle = sorted[sorted.length >> 1];
  const [least, most, median] = [sorted[0], sorted.at(-1), middle].map(figureOf);
  const off = Math.max(median - least, most - median);
  return { ...middle, least, most, off: off === 0 ? 0 : off / median };
}

/** The rows of all runs by what they measure; the numbers in a row's words (milliseconds, reads) may differ. */
function spreads(rows) {
  const byWork = new Map();
  for (const row of rows) byWork.set(keyOf(row), [...(byWork.get(keyOf(row)) ?? []), row]);
  return [...byWork.values()].map(spreadOf).map((row) => ({ ...row, 'off by': `${Math.round(row.off * 100)} %` }));
}

function keyOf({ work, rival }) {
  return `${work.replace(/\(\d[\d.,]* (?:ms|reads)\)/, '')} ${rival}`;
}

try {
  await prepareCode(console.error);
  const rows = [];
  let failed = false;
  const { runs, words } = readArguments(process.argv.slice(2));
  const files = benchFiles(words);
  for (const [index, file] of Array.from({ length: runs }, () => files)
    .flat()
    .entries()) {
    const name = path.relative(path.join(ROOT, 'dist', 'bench'), file).replace(/\.js$/, '');
    console.error(runs === 1 ? `… ${name}` : `… ${name}, ${Math.floor(index / files.length) + 1} of ${runs}`);
    const answer = await measure(file);
    if (answer.rows !== undefined) rows.push(...answer.rows);
    else {
      failed = true;
      console.error(`✗ ${name}: ${answer.error}`);
    }
  }
  const head = `\nNode ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}; how to read it: bench/README.md`;
  if (runs === 1) console.log(`${head}\n\n${table(rows)}`);
  else {
    const all = spreads(rows);
    const near = all.filter(({ off }) => off <= REPEATS_WITHIN).length;
    console.log(`${head}\n\n${table(all, SPREAD_COLUMNS)}`);
    console.log(
      `\n${near} of ${all.length} rows are within ${REPEATS_WITHIN * 100} % of their median in ${runs} runs.`,
    );
  }
  process.exitCode = failed ? 1 : 0;
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
