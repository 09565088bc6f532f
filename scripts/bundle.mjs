// The second half of `npm run build`: packs src/ and the packages it always needs into dist/heimdall.cjs. Opening some
// 800 files one by one is most of what a start costs. Then it runs the program once, against a homeserver of its own that
// says yes to everything, and keeps the code that V8 compiled meanwhile (dist/heimdall.compiled). What is over sooner than
// all of that is loaded gets a program of its own, with that one command (dist/heimdall.policy.*).
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { SourceMap } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { clearTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { ALONE, PROGRAM } from '../bin/bundle.mjs';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
/** A run that is not ready by then is ended, and what was compiled until then is kept. */
const READY_MS = 60_000;
const STOP_MS = 20_000;

/** Stay packages of their own: native code, and what few runs need and is loaded when it is first used. */
const APART = [
  'imapflow',
  'libsql',
  'mailparser',
  'matrix-appservice-bridge',
  'nodemailer',
  'openid-client',
  'pg',
  'sharp',
  'smtp-server',
  'unicode-name',
];

/** @param only the command that it has; default: all */
async function pack({ code: file, compiled }, only) {
  const { build } = await import('esbuild');
  for (const old of [file, `${file}.lines`, compiled]) rmSync(old, { force: true });
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/main.ts'],
    outfile: file,
    plugins: only === undefined ? [] : [withCommand(only)],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: APART,
    define: { 'import.meta.url': 'bundleUrl' },
    // names stay: they stand in stack traces
    minifyWhitespace: true,
    minifySyntax: true,
    lineLimit: 120,
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
    logLevel: 'warning',
  });
  const [map, code] = ['.map', '.cjs'].map((end) => outputFiles.find((output) => output.path.endsWith(end)).text);
  writeFileSync(file, wrapped(code));
  writeFileSync(`${file}.lines`, JSON.stringify(lineTable(JSON.parse(map), code.split('\n').length)));
}

/** Leaves out all other commands, which nobody asks of this program (src/cli/program.ts). */
function withCommand(name) {
  return {
    name: 'one command',
    setup(build) {
      build.onResolve({ filter: /^\.\// }, ({ path: file, importer, kind }) =>
        kind === 'dynamic-import' && importer.endsWith('program.ts') && file !== `./${name}.js`
          ? { path: file, external: true }
          : undefined,
      );
    },
  };
}

/** Where each line begins, for stack traces (src/util/bundle-stack.ts): a whole source map is too large to read there. */
function lineTable(map, lines) {
  const all = new SourceMap(map);
  const places = new Map(map.sources.map((source, place) => [source, place]));
  const at = Array.from({ length: lines }, (_, line) => {
    const { originalSource, originalLine } = all.findEntry(line, 0);
    return [places.get(originalSource) ?? -1, (originalLine ?? 0) + 1];
  });
  return { sources: map.sources, at: at.flat() };
}

/**
 * A function, so that nothing leaks. `import()` does not work in a script that is given compiled code, so it is handed in. On the first line, or the source map would be off by one. ASCII only: V8 then keeps
 * a byte a character (esbuild escapes strings and leaves regular expressions alone, where `\u` means the same).
 */
function wrapped(text) {
  const ascii = text
    .replace(/^#!.*/, '')
    .replace(/\bimport\((?="[\w-]+"\))/g, 'bundleImport(')
    .replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `(function(exports,require,module,bundleImport,bundleUrl){${ascii}})`;
}

/** Runs the program until it is ready and keeps what was compiled. */
async function warmUp() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'heimdall-build-'));
  const homeserver = await listen(createServer(answerYes));
  const port = await freePort();
  const door = `http://127.0.0.1:${port}`;
  const write = (file, content) => writeFileSync(path.join(folder, file), JSON.stringify(content));
  mkdirSync(path.join(folder, 'data'));
  write('registration.yaml', {
    id: 'heimdall',
    url: door,
    as_token: 'as-token-of-the-build',
    hs_token: 'hs-token-of-the-build',
    sender_localpart: 'heimdall',
    rate_limited: false,
    namespaces: { users: [], rooms: [{ regex: '.*', exclusive: false }], aliases: [] },
  });
  write('config.yaml', {
    homeserver: { url: `http://127.0.0.1:${homeserver.address().port}`, server_name: 'build.test' },
    appservice: { bind: '127.0.0.1', port, url: door, registration: 'registration.yaml' },
    management_room: ROOM,
    protected_identities: [
      { user_id: '@server:build.test', display_names: ['Build (Official Account)'], domains: ['build.test'] },
    ],
    storage: { data_dir: 'data' },
  });
  write('data/settings.json', { protected_rooms: ['!protected:build.test'], watched_lists: [] });
  const child = spawn(
    process.execPath,
    [path.join(ROOT, 'scripts', 'bundle-run.mjs'), 'heimdall', 'run', '--config', path.join(folder, 'config.yaml')],
    { stdio: ['ignore', 'ignore', 'inherit'], env: withoutSettings() },
  );
  const exit = once(child, 'exit');
  const until = Date.now() + READY_MS;
  while (child.exitCode === null && Date.now() < until && !(await isReady(door)))
    await new Promise((resolve) => setTimeout(resolve, 100));
  child.kill('SIGTERM');
  const last = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await exit;
  clearTimeout(last);
  homeserver.closeAllConnections();
  homeserver.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Answers some entities by some rules of each kind, and keeps what was compiled. */
async function warmUpPolicy() {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'heimdall-build-'));
  const [rules, entities] = ['rules', 'entities'].map((name) => path.join(folder, `${name}.ndjson`));
  const patterns = [(n) => `@a${n}:b.test`, (n) => `@c${n}*`, (n) => `*d${n}:b.test`, (n) => `@*e${n}?f*:*`];
  const numbers = Array.from({ length: 2_000 }, (_, number) => number);
  const rule = (number) => ({
    type: 'm.policy.rule.user',
    state_key: `rule ${number}`,
    room_id: ROOM,
    sender: BOT,
    event_id: `$${number}`,
    content: { entity: patterns[number % patterns.length](number), recommendation: 'm.ban', reason: 'spam' },
  });
  const entity = (number) => ({ kind: 'user', entity: `@${'ac'[number % 2]}${number >> 1}:b.test` });
  for (const [file, lineOf] of [
    [rules, rule],
    [entities, entity],
  ])
    writeFileSync(file, numbers.map((number) => `${JSON.stringify(lineOf(number))}\n`).join(''));
  const child = spawn(
    process.execPath,
    [
      path.join(ROOT, 'scripts', 'bundle-run.mjs'),
      ...['policy', 'policy', 'match', '--rules', rules, '--entities', entities],
    ],
    { stdio: ['ignore', 'ignore', 'inherit'], env: withoutSettings() },
  );
  await once(child, 'exit');
  rmSync(folder, { recursive: true, force: true });
}

/** Settings of Heimdall in the builder's environment are not for this run. */
function withoutSettings() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('HEIMDALL_')));
}

const BOT = '@heimdall:build.test';
const ROOM = '!management:build.test';

function answerYes(request, response) {
  const asked = decodeURIComponent(request.url).split('?')[0];
  const event = (type, stateKey, content) => ({
    type,
    state_key: stateKey,
    content,
    sender: BOT,
    event_id: `$${type}`,
    room_id: ROOM,
    origin_server_ts: 1,
  });
  const joined = event('m.room.member', BOT, { membership: 'join' });
  const answers = [
    [/\/whoami$/, { user_id: BOT }],
    [/\/versions$/, { versions: ['v1.11'] }],
    [/\/joined_rooms$/, { joined_rooms: [ROOM] }],
    [/\/(join|createRoom)\b/, { room_id: ROOM }],
    [
      /\/state$/,
      [
        event('m.room.create', '', { room_version: '11' }),
        event('m.room.power_levels', '', { users: { [BOT]: 100 } }),
        event('m.room.join_rules', '', { join_rule: 'invite' }),
        joined,
      ],
    ],
    [/\/members$/, { chunk: [joined] }],
    [/\/(send|state)\//, { event_id: '$sent' }],
  ];
  request.resume();
  request.on('end', () => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(answers.find(([pattern]) => pattern.test(asked))?.[1] ?? {}));
  });
}

async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function freePort() {
  const probe = await listen(createServer());
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

function isReady(url) {
  return fetch(`${url}/readyz`).then(
    (answer) => answer.ok,
    () => false,
  );
}

await pack(PROGRAM);
await warmUp();
await pack(ALONE.policy, 'policy');
await warmUpPolicy();
