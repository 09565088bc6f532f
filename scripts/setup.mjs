// Makes a bare clone ready to work: packages, build, Synapse. Plain Node, because it runs before anything is installed.
// Each step is left out when what it makes is there and newer than what it is made from.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { clearTimeout } from 'node:timers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ALONE, PROGRAM } from '../bin/bundle.mjs';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const MINIMUM_NODE = [20, 19];
/** Folders with TypeScript that tsconfig.build.json compiles. */
const SOURCES = ['src', 'sandbox', 'bench', 'scripts'];

/** npm and pip want a HOME that they can write to; without one they get a folder of the clone. */
function environment(extra = {}) {
  const env = { ...process.env, ...extra };
  if (!env.HOME && process.platform !== 'win32') {
    env.HOME = path.join(ROOT, '.tmp', 'home');
    mkdirSync(env.HOME, { recursive: true });
  }
  return env;
}

/**
 * Runs a command in the clone's root and resolves with its exit code. Output streams through, or is collected when
 * `quiet` (and given back). The child is told to end when we are.
 */
export function run(command, args, { quiet = false, env = {}, timeoutMs = 0 } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: environment(env),
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    let output = '';
    let timedOut = false;
    const timer =
      timeoutMs > 0
        ? setTimeout(() => {
            timedOut = true;
            child.kill('SIGTERM');
            setTimeout(() => child.kill('SIGKILL'), 10_000).unref();
          }, timeoutMs)
        : undefined;
    const forward = (signal) => child.kill(signal);
    process.on('SIGINT', forward).on('SIGTERM', forward);
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => {
        output += chunk;
      });
    const end = (code) => {
      clearTimeout(timer);
      process.off('SIGINT', forward).off('SIGTERM', forward);
      resolve({ code, output, timedOut });
    };
    child.on('error', (error) => {
      output += String(error);
      end(127);
    });
    child.on('close', (code, signal) => end(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}

/** npm, by the same program that started us when npm did. */
export function npm(args, options) {
  const cli = process.env.npm_execpath;
  return cli && /npm-cli\.c?js$/.test(cli) && existsSync(cli)
    ? run(process.execPath, [cli, ...args], options)
    : run('npm', args, options);
}

export class SetupError extends Error {}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1])) {
    throw new SetupError(`Node ${MINIMUM_NODE.join('.')} or newer is needed; this is ${process.versions.node}.`);
  }
}

/**
 * Says whether node_modules holds exactly what package-lock.json names (npm notes what it installed in
 * .package-lock.json).
 */
function packagesStand() {
  const read = (file) => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')).packages;
  try {
    const installed = read('node_modules/.package-lock.json');
    return Object.entries(read('package-lock.json')).every(([place, wanted]) => {
      if (!place.startsWith('node_modules/')) return true;
      const there = installed[place];
      return there === undefined
        ? wanted.optional === true || wanted.devOptional === true || wanted.peer === true
        : there.version === wanted.version;
    });
  } catch {
    return false;
  }
}

function newestUnder(folder, newest = 0) {
  if (!existsSync(folder)) return newest;
  newest = Math.max(newest, statSync(folder).mtimeMs);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) newest = newestUnder(file, newest);
    else if (/\.tsx?$/.test(entry.name)) newest = Math.max(newest, statSync(file).mtimeMs);
  }
  return newest;
}

function buildStands() {
  const stamp = path.join(ROOT, 'dist', '.built');
  const packed = [PROGRAM, ...Object.values(ALONE)].flatMap(({ code, compiled }) => [code, compiled]);
  if (![stamp, path.join(ROOT, 'dist', 'src', 'main.js'), ...packed].every((file) => existsSync(file))) return false;
  let newest = 0;
  for (const folder of SOURCES) newest = newestUnder(path.join(ROOT, folder), newest);
  for (const file of ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'])
    newest = Math.max(newest, statSync(path.join(ROOT, file)).mtimeMs);
  return statSync(stamp).mtimeMs > newest;
}

/** Is there a source of a compiled file? A page's is a .tsx file. */
function hasSource(compiled) {
  return ['.ts', '.tsx'].some((end) => existsSync(path.join(ROOT, compiled.replace(/\.js(\.map)?$/, end))));
}

/** Compiled files whose source is gone: the bench would still run them. */
function removeLeftovers(folder) {
  const dist = path.join(ROOT, 'dist', folder);
  if (!existsSync(dist)) return;
  for (const entry of readdirSync(dist, { withFileTypes: true })) {
    const inside = path.join(folder, entry.name);
    if (entry.isDirectory()) removeLeftovers(inside);
    else if (/\.js(\.map)?$/.test(entry.name) && !hasSource(inside)) rmSync(path.join(ROOT, 'dist', inside));
  }
}

async function step(say, words, work) {
  const start = Date.now();
  say(`… ${words}`);
  const { code, output } = await work();
  if (code !== 0)
    throw new SetupError(`${words} failed (exit code ${code}):\n${output.trim().split('\n').slice(-40).join('\n')}`);
  say(`✓ ${words} (${((Date.now() - start) / 1000).toFixed(0)} s)`);
}

/** Packages and build. Throws SetupError. */
export async function prepareCode(say = console.log) {
  checkNode();
  if (!packagesStand())
    await step(say, 'installing packages (npm ci)', () =>
      npm(['ci', '--include=dev', '--no-audit', '--no-fund'], { quiet: true }),
    );
  if (!buildStands()) {
    // The time before the build: a file that is changed while it runs is newer than the stamp.
    const start = new Date();
    await step(say, 'building (tsc)', () =>
      run(process.execPath, [path.join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.build.json'], {
        quiet: true,
      }),
    );
    for (const folder of SOURCES) removeLeftovers(folder);
    await step(say, 'packing (esbuild)', () =>
      run(process.execPath, [path.join('scripts', 'bundle.mjs')], { quiet: true }),
    );
    const stamp = path.join(ROOT, 'dist', '.built');
    writeFileSync(stamp, `${start.toISOString()}\n`);
    utimesSync(stamp, start, start);
  }
}

/** Synapse into .synapse. Throws the installer's error, which says whether Python or the package index is missing. */
export async function prepareSynapse(say = console.log) {
  Object.assign(process.env, environment());
  const start = Date.now();
  let told = false;
  const { installSynapse } = await import(
    pathToFileURL(path.join(ROOT, 'dist', 'sandbox', 'synapse', 'install.js')).href
  );
  // Without this, pip would go on alone after a Ctrl-C.
  const abort = new globalThis.AbortController();
  const stop = () => abort.abort(new SetupError('interrupted'));
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    await installSynapse((line) => {
      told = true;
      say(`… ${line}`);
    }, abort.signal);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
  if (told) say(`✓ Synapse stands (${((Date.now() - start) / 1000).toFixed(0)} s)`);
}

/** The XARF specification's own library, for the mails of the tests. Resolves with its interpreter. */
export async function prepareXarf(say = console.log) {
  Object.assign(process.env, environment());
  const { installXarf } = await import(pathToFileURL(path.join(ROOT, 'dist', 'sandbox', 'xarf.js')).href);
  return installXarf((line) => say(`… ${line}`));
}

if (process.argv[1] !== undefined && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    await prepareCode();
    await prepareSynapse();
    console.log('Everything stands.');
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}
