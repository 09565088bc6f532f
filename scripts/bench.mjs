// `npm run bench [-- word…]`: runs every bench/<room>/*.ts that exports `run(): Promise<Row[]>` in a process of its own
// (a clean heap, no warm caches from the one before) and prints one table. Words choose files by part of their path.
import { readdirSync, readFileSync } from 'node:fs';
import { fork } from 'node:child_process';
import path from 'node:path';
import { clearTimeout } from 'node:timers';
import { ROOT, prepareCode } from './setup.mjs';

const COLUMNS = ['work', 'rival', 'ours', 'theirs', 'ratio', 'target'];
const ONE_FILE_MS = 10 * 60_000;

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

function table(rows) {
  const cells = [COLUMNS, ...rows.map((row) => COLUMNS.map((column) => show(row[column])))];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((row) => [...row[column]].length)));
  const line = (row) =>
    `| ${row.map((cell, column) => cell + ' '.repeat(widths[column] - [...cell].length)).join(' | ')} |`;
  const [head, ...body] = cells;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...body.map(line)].join('\n');
}

try {
  await prepareCode(console.error);
  const rows = [];
  let failed = false;
  for (const file of benchFiles(process.argv.slice(2).filter((word) => word !== '--'))) {
    const name = path.relative(path.join(ROOT, 'dist', 'bench'), file).replace(/\.js$/, '');
    console.error(`… ${name}`);
    const answer = await measure(file);
    if (answer.rows !== undefined) rows.push(...answer.rows);
    else {
      failed = true;
      console.error(`✗ ${name}: ${answer.error}`);
    }
  }
  console.log(
    `\nNode ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}; how to read it: bench/README.md\n\n${table(rows)}`,
  );
  process.exitCode = failed ? 1 : 0;
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
