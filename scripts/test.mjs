// `npm test [-- suite…] [-- pattern…]`: the whole of the tests, from a bare clone: set-up, types, lint, unit,
// integration, end to end on real homeservers. Ends with one plain line "N passed, N failed, N skipped".
// Words that name a suite choose suites; all others are handed to jest as patterns of test files.
// With CI=true or HEIMDALL_NO_SKIP=1 nothing may be skipped: what was skipped counts as failed.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ROOT, prepareCode, prepareSynapse, prepareXarf, run } from './setup.mjs';

const SUITES = ['typecheck', 'lint', 'unit', 'integration', 'e2e'];
const MINUTE = 60_000;
const words = process.argv.slice(2).filter((word) => word !== '--');
const chosen = SUITES.filter((suite) => words.length === 0 || words.includes(suite));
const patterns = words.filter((word) => !SUITES.includes(word));
const suites = chosen.length > 0 ? chosen : SUITES.filter((suite) => !['typecheck', 'lint'].includes(suite));
const mayNotSkip = process.env.HEIMDALL_NO_SKIP === '1' || process.env.CI === 'true';

/** Every XARF report that a test makes or receives is written here, and held against the specification's library. */
const XARF_LOG = path.join(ROOT, '.tmp', 'xarf.ndjson');

const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const skips = [];

function headline(text) {
  console.log(`\n━━ ${text} ${'━'.repeat(Math.max(4, 76 - text.length))}`);
}

function count(suite, { passed = 0, failed = 0, skipped = 0 }, ms) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  const mark = failed > 0 ? '✗' : passed === 0 && skipped > 0 ? '!!' : '✓';
  console.log(
    `${mark} ${suite}: ${passed} passed, ${failed} failed, ${skipped} skipped in ${(ms / 1000).toFixed(0)} s`,
  );
}

/** Checks that either hold or not, at the same time, since each works on one core; each counts as one test. */
async function check(checks) {
  headline(checks.map(([suite]) => suite).join(', '));
  const work = checks.map(async ([suite, ...args]) => {
    const start = Date.now();
    const { code } = await run(process.execPath, args, { timeoutMs: 20 * MINUTE });
    if (code !== 0) failures.push(`${suite}: see above`);
    count(suite, code === 0 ? { passed: 1 } : { failed: 1 }, Date.now() - start);
  });
  await Promise.all(work);
}

function readResults(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function noteFailures(suite, results) {
  for (const file of results.testResults) {
    const where = path.relative(ROOT, file.name);
    for (const test of file.assertionResults) {
      if (test.status === 'failed') failures.push(`${suite}: ${where}: ${test.fullName}`);
      if (test.status === 'pending' || test.status === 'todo') skips.push(`${suite}: ${where}: ${test.fullName}`);
    }
    if (file.status === 'failed' && file.assertionResults.length === 0)
      failures.push(`${suite}: ${where} could not run`);
  }
}

async function jest(suite, args, timeoutMs) {
  headline(suite);
  const start = Date.now();
  const outputFile = path.join(ROOT, '.tmp', `results-${suite}.json`);
  mkdirSync(path.dirname(outputFile), { recursive: true });
  rmSync(outputFile, { force: true });
  const base = [
    '--experimental-vm-modules',
    '--no-warnings',
    'node_modules/jest/bin/jest.js',
    '--selectProjects',
    suite,
    '--passWithNoTests',
    '--json',
    `--outputFile=${outputFile}`,
  ];
  const { code, timedOut } = await run(
    process.execPath,
    [...base, ...args, ...(patterns.length > 0 ? ['--testPathPatterns', ...patterns] : [])],
    { timeoutMs },
  );
  const results = readResults(outputFile);
  if (results === undefined) {
    failures.push(
      `${suite}: ${timedOut ? `not done after ${timeoutMs / MINUTE} minutes` : `jest ended with ${code} and left no results`}`,
    );
    count(suite, { failed: 1 }, Date.now() - start);
    return;
  }
  noteFailures(suite, results);
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
  // Jest may fail without a failed test (a worker that died, an open snapshot): that must not look like success.
  const unexplained = code !== 0 && failed === 0 ? 1 : 0;
  if (unexplained) failures.push(`${suite}: jest ended with ${code} although no test failed`);
  count(
    suite,
    {
      passed: results.numPassedTests,
      failed: failed + unexplained,
      skipped: results.numPendingTests + results.numTodoTests,
    },
    Date.now() - start,
  );
}

/** Test files of the e2e suite: what is not run when there is no homeserver. */
function e2eFiles() {
  return readdirSync(path.join(ROOT, 'test', 'e2e'), { recursive: true })
    .map(String)
    .filter(
      (file) =>
        file.endsWith('.test.ts') && (patterns.length === 0 || patterns.some((pattern) => file.includes(pattern))),
    );
}

async function e2e() {
  try {
    await prepareSynapse();
  } catch (error) {
    const files = e2eFiles();
    headline('e2e');
    console.log(
      `!! SKIPPED: THE END-TO-END TESTS (${files.length} files) DID NOT RUN.\n!! ${String(error.message).replaceAll('\n', '\n!! ')}`,
    );
    for (const file of files) skips.push(`e2e: test/e2e/${file}: no homeserver`);
    count('e2e', { skipped: files.length }, 0);
    return;
  }
  // two at a time: they mostly wait for servers, and each has servers of its own
  await jest('e2e', ['--maxWorkers=2'], 60 * MINUTE);
}

async function xarf() {
  if (!existsSync(XARF_LOG)) return;
  headline('xarf');
  const start = Date.now();
  let python;
  try {
    python = await prepareXarf();
  } catch (error) {
    console.log(
      `!! SKIPPED: THE MAILS OF THE TESTS WERE NOT HELD AGAINST PyPI xarf.\n!! ${String(error.message).replaceAll('\n', '\n!! ')}`,
    );
    skips.push('xarf: no Python, or no package index');
    return count('xarf', { skipped: 1 }, 0);
  }
  const { code, output } = await run(python, ['scripts/validate-xarf.py', XARF_LOG], {
    quiet: true,
    timeoutMs: 10 * MINUTE,
  });
  let result = { checked: 0, faults: [output.slice(-2_000)] };
  if (code === 0) result = JSON.parse(output);
  console.log(`${result.checked} reports checked by PyPI xarf`);
  for (const fault of result.faults) failures.push(`xarf: ${JSON.stringify(fault)} (line of .tmp/xarf.ndjson)`);
  count('xarf', result.faults.length > 0 ? { failed: 1 } : { passed: 1 }, Date.now() - start);
}

const checks = [
  ['typecheck', 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'],
  ['lint', 'node_modules/eslint/bin/eslint.js', '.'],
];

const runners = {
  unit: () => jest('unit', ['--maxWorkers=2'], 30 * MINUTE),
  integration: () => jest('integration', ['--maxWorkers=2'], 30 * MINUTE),
  e2e,
};

function closeTheBooks() {
  if (skips.length > 0) console.log(`\nSkipped:\n${skips.map((line) => `  – ${line}`).join('\n')}`);
  if (mayNotSkip && total.skipped > 0) {
    failures.push(`${total.skipped} skipped, and nothing may be skipped here (CI=true or HEIMDALL_NO_SKIP=1)`);
    total.failed += total.skipped;
    total.skipped = 0;
  }
  if (failures.length > 0) console.log(`\nFailed:\n${failures.map((line) => `  ✗ ${line}`).join('\n')}`);
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

const start = Date.now();
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    interrupted = true;
  });
try {
  headline('set-up');
  await prepareCode();
  mkdirSync(path.dirname(XARF_LOG), { recursive: true });
  rmSync(XARF_LOG, { force: true });
  process.env.HEIMDALL_XARF_LOG = XARF_LOG;
  const chosenChecks = checks.filter(([suite]) => suites.includes(suite));
  if (chosenChecks.length > 0) await check(chosenChecks);
  for (const suite of suites.filter((one) => one in runners)) {
    if (interrupted) break;
    await runners[suite]();
  }
  if (!interrupted) await xarf();
  if (interrupted) {
    failures.push('interrupted before the end');
    total.failed += 1;
  }
} catch (error) {
  console.log(`\n${error instanceof Error ? error.message : error}`);
  failures.push('set-up: see above');
  total.failed += 1;
}
console.log(`\n${((Date.now() - start) / MINUTE).toFixed(1)} minutes in all.`);
closeTheBooks();
