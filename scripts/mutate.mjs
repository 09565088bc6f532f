// `npm run mutate`: breaks the detector on purpose, one small change at a time, and runs its unit tests against each
// broken copy. A change that no test notices ("survived") is a rule that nothing holds in place. First comes every view
// and rule by name (scripts/mutants.mjs), then a sample of changes made mechanically from the syntax tree and of the
// weights in rules/detection.yaml.
//
//   npm run mutate                                  every view, and a sample of 40 mechanical mutants
//   npm run mutate -- --count 100 --seed 7          another sample; --count 0: the views only
//   npm run mutate -- --file score/across           only files and views with this in their name; --all: every mutant
//   npm run mutate -- --minutes 30                  stop after so long; what was not tried is said
//   npm run mutate -- --part 1/2 --from 20          every second mutant, for two runs side by side; go on at the 20th
//
// Works in a copy under the system's temporary folder. Exit code 1 when a view survives; and at once, before anything
// is tried, when a change by name no longer finds its place.
import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { clearTimeout } from 'node:timers';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import ts from 'typescript';
import { mechanicalMutants, namedMutants, weightMutants } from './mutants-make.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
const { values: options } = parseArgs({
  options: {
    count: { type: 'string', default: '40' },
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '60' },
    file: { type: 'string', default: '' },
    part: { type: 'string', default: '1/1' },
    from: { type: 'string', default: '1' },
    all: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
  },
});
/** What the tests need. */
const COPIED = ['src', 'bench', 'scripts', 'rules', 'test', 'package.json'];
/** Stands in compiled tests for our runner. */
const RUNNER = 'heimdall:runner';
/** The tests that find most come first; those that take long come last, when nearly all mutants are dead. */
const FIRST = ['verdicts', 'verdicts-reasons', 'weights', 'views', 'rooms', 'native', 'explain'];
const LAST = ['check', 'endless', 'contract', 'independence', 'held-out', 'string-index'];
/** Tests of one part of the detector, by the files that they can see: they say nothing of the others. */
const ONLY_FOR = {
  'string-index': ['/index/', '/fold/'],
  fold: ['/fold/'],
  'ordinary-words': ['lexicon'],
  picture: ['/avatar'],
  visible: ['/visible'],
  'visible.properties': ['/visible'],
  punycode: ['/punycode'],
};
const SLOWER_BY = 5;
const LEAST_MS = 60_000;

/** The unit tests of detection, those that take long last. */
function testFiles(scratch, mutated) {
  const files = [
    ...readdirSync(path.join(scratch, 'test/detection')).map((name) => `detection/${name}`),
    'impersonation/picture.test.js',
    'cli/check.test.js',
    'cli/check-disguise.test.js',
  ];
  const nameOf = (file) => path.basename(file, '.test.js');
  const place = (file) =>
    FIRST.includes(nameOf(file)) ? FIRST.indexOf(nameOf(file)) - FIRST.length : LAST.indexOf(nameOf(file)) + 1;
  const isUseful = (file) => (ONLY_FOR[nameOf(file)] ?? [mutated]).some((part) => mutated.includes(part));
  return files
    .filter((file) => file.endsWith('.test.js') && isUseful(file))
    .sort((a, b) => place(a) - place(b))
    .map((file) => `test/${file}`);
}

/** TypeScript without its types; tests get our small runner instead of jest. */
function compiled(source) {
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: false },
  });
  return outputText.replace("'@jest/globals'", JSON.stringify(RUNNER));
}

/** A compiled copy of what the tests need. */
function makeScratch() {
  const scratch = mkdtempSync(path.join(tmpdir(), 'heimdall-mutate-'));
  for (const name of COPIED) cpSync(path.join(ROOT, name), path.join(scratch, name), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(scratch, 'node_modules'));
  cpSync(path.join(ROOT, 'scripts/mutate-tests.mjs'), path.join(scratch, 'mutate-tests.mjs'));
  for (const folder of COPIED.filter((name) => !name.includes('.'))) {
    for (const file of readdirSync(path.join(scratch, folder), { recursive: true }).map(String)) {
      const full = path.join(scratch, folder, file);
      if (file.endsWith('.ts'))
        writeFileSync(
          full.replace(/ts$/, 'js'),
          compiled(readFileSync(full, 'utf8')).replace(
            RUNNER,
            pathToFileURL(path.join(scratch, 'mutate-tests.mjs')).href,
          ),
        );
    }
  }
  return scratch;
}

/** Puts a file's text into the scratch copy. */
function place(scratch, file, source) {
  const full = path.join(scratch, file);
  writeFileSync(
    file.endsWith('.ts') ? full.replace(/ts$/, 'js') : full,
    file.endsWith('.ts') ? compiled(source) : source,
  );
}

/** Runs the tests in the scratch copy. @param mutated the file that was changed */
function runTests(scratch, mutated, limitMs) {
  return new Promise((resolve) => {
    const began = performance.now();
    const child = spawn(
      process.execPath,
      ['--no-warnings', '--max-old-space-size=1536', 'mutate-tests.mjs', ...testFiles(scratch, mutated)],
      { cwd: scratch, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let output = '';
    child.stdout.on('data', (data) => {
      output += data;
    });
    child.stderr.on('data', (data) => {
      output += data;
    });
    const stop = () => child.kill('SIGKILL');
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      stop();
    }, limitMs);
    process.once('exit', stop);
    child.on('close', (code) => {
      clearTimeout(timer);
      process.removeListener('exit', stop);
      const failed = /^FAILED (.*)$/m.exec(output)?.[1];
      resolve({
        passed: code === 0,
        by: isLate
          ? `no end within ${Math.round(limitMs / 1000)} s`
          : (failed ?? `exit code ${code}: ${output.slice(-200)}`),
        output,
        ms: performance.now() - began,
      });
    });
  });
}

/** Reproducible numbers (mulberry32). */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296;
  };
}

function sample(mutants, count) {
  const random = randomOf(Number(options.seed));
  return mutants
    .map((mutant) => ({ mutant, place: random() }))
    .sort((a, b) => a.place - b.place)
    .slice(0, count)
    .map(({ mutant }) => mutant);
}

function sources() {
  return readdirSync(path.join(ROOT, 'src/detection'), { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.generated.ts'))
    .sort()
    .map((file) => path.posix.join('src/detection', file.split(path.sep).join('/')));
}

const texts = new Map();
/** A file as it was at the start: somebody may go on writing while this runs. */
const read = (file) => texts.get(file) ?? texts.set(file, readFileSync(path.join(ROOT, file), 'utf8')).get(file);
const { mutants: named, stale } = namedMutants(new Map(sources().map((file) => [file, read(file)])));
if (stale.length > 0) {
  for (const each of stale) console.error(`scripts/mutants.mjs: ${each}`);
  process.exit(1);
}
const mechanical = [
  ...sources().flatMap((file) => mechanicalMutants(file, read(file))),
  ...weightMutants('rules/detection.yaml', read('rules/detection.yaml')),
];
const isWanted = ({ file, view = '' }) => file.includes(options.file) || view.includes(options.file);
const pool = mechanical.filter(isWanted);
const [part, parts] = options.part.split('/').map(Number);
const mutants = [...named.filter(isWanted), ...(options.all ? pool : sample(pool, Number(options.count)))]
  .filter((_, index) => index % parts === part - 1)
  .slice(Number(options.from) - 1);
const nameOf = ({ file, line, view, what }) => `${file}:${line}  ${view === undefined ? '' : `[${view}] `}${what}`;
if (options.list) {
  for (const mutant of mutants) console.log(nameOf(mutant));
  console.log(`${mutants.length} of ${named.length} named and ${mechanical.length} mechanical mutants`);
  process.exit(0);
}

const scratch = makeScratch();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
const until = performance.now() + Number(options.minutes) * 60_000;
const unbroken = [
  await runTests(scratch, 'src/detection/index/', 10 * 60_000),
  await runTests(scratch, 'src/detection/index.ts', 10 * 60_000),
];
const broken = unbroken.find(({ passed }) => !passed);
if (broken !== undefined) {
  console.log(`The tests fail without any change (${broken.by}):\n${broken.output.slice(-3000)}`);
  process.exit(1);
}
const limitMs = Math.max(LEAST_MS, SLOWER_BY * unbroken[1].ms);
console.log(
  `${mutants.length} mutants; the tests take ${(unbroken[1].ms / 1000).toFixed(1)} s where nothing is broken`,
);

const survivors = [];
let tried = 0;
for (const mutant of mutants) {
  if (performance.now() > until) break;
  const original = read(mutant.file);
  place(scratch, mutant.file, mutant.apply(original));
  const { passed, by } = await runTests(scratch, mutant.file, limitMs);
  place(scratch, mutant.file, original);
  tried++;
  if (passed) survivors.push(mutant);
  console.log(`${passed ? 'SURVIVED' : 'killed  '}  ${nameOf(mutant)}${passed ? '' : `  <- ${by}`}`);
}
const views = survivors.filter(({ view }) => view !== undefined);
console.log(
  `\n${tried} tried, ${tried - survivors.length} killed, ${survivors.length} survived${tried < mutants.length ? `, ${mutants.length - tried} not tried for lack of time` : ''}`,
);
for (const mutant of survivors) console.log(`  survived  ${nameOf(mutant)}`);
process.exitCode = views.length > 0 ? 1 : 0;
