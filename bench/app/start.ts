/**
 * Start: seconds from `node dist/src/main.js run` to the first 200 of /readyz, and the resident memory then, against a
 * stub homeserver that answers at once. Rival: the same Node only loading the packages that Heimdall is made of, which
 * is the least that any program on them can take. The better of two runs counts.
 */
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startStubHomeserver } from '../../test/support/stub-homeserver.js';
import { makeRegistration } from '../../src/matrix/registration.js';
import type { Row } from '../row.js';

const FILE = fileURLToPath(import.meta.url);
const MAIN = path.join(path.dirname(FILE), '../../src/main.js');
const PACKAGES = ['matrix-appservice-bridge', 'express', 'kysely', 'libsql', 'pino', 'undici', 'zod', 'yaml', 'lowdb', 'nodemailer', 'prom-client', 'commander', 'confusables', 'tldts'];
const ROUNDS = 2;

interface Start {
  seconds: number;
  megabytes: number;
}

export async function run(): Promise<Row[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-bench-'));
  const stub = await startStubHomeserver({ botUserId: '@heimdall:example.org' });
  stub.setState('!management:example.org', 'm.room.create', '', { room_version: '11' });
  try {
    const ours = await best(() => startHeimdall(folder, stub.url));
    const theirs = await best(loadPackages);
    const work = 'cold start to /readyz';
    return [
      { work: `${work}, seconds`, rival: 'only loading the packages', ours: ours.seconds, theirs: theirs.seconds, ratio: theirs.seconds / ours.seconds, target: '<= 2 s' },
      { work: `${work}, resident MB`, rival: 'only loading the packages', ours: ours.megabytes, theirs: theirs.megabytes, ratio: theirs.megabytes / ours.megabytes, target: '<= 200 MB' },
    ];
  } finally {
    await stub.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function best(start: () => Promise<Start>): Promise<Start> {
  const starts: Start[] = [];
  for (let round = 0; round < ROUNDS; round += 1) starts.push(await start());
  return starts.reduce((a, b) => (b.seconds < a.seconds ? b : a));
}

async function startHeimdall(folder: string, homeserverUrl: string): Promise<Start> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const registration = path.join(folder, 'registration.yaml');
  // JSON is YAML
  await writeFile(registration, JSON.stringify(await makeRegistration({ url, serverName: 'example.org', botLocalpart: 'heimdall' })));
  const config = {
    homeserver: { url: homeserverUrl, server_name: 'example.org' },
    appservice: { bind: '127.0.0.1', port, url, registration },
    management_room: '!management:example.org',
    protected_identities: [{ user_id: '@server:example.org', display_names: ['Example (Official Account)'], domains: ['example.org'] }],
    storage: { data_dir: path.join(folder, 'data') },
    dry_run: true,
  };
  await writeFile(path.join(folder, 'config.yaml'), JSON.stringify(config));
  const began = performance.now();
  const child = spawn(process.execPath, [MAIN, 'run', '--config', path.join(folder, 'config.yaml')], { stdio: 'ignore' });
  try {
    while (!(await isReady(url))) {
      if (child.exitCode !== null || performance.now() - began > 30_000) throw new Error('Heimdall did not become ready');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return { seconds: (performance.now() - began) / 1000, megabytes: await residentMb(child) };
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).status === 200;
  } catch {
    return false;
  }
}

async function loadPackages(): Promise<Start> {
  const began = performance.now();
  const child = fork(FILE, ['load'], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] });
  await once(child, 'message');
  const start = { seconds: (performance.now() - began) / 1000, megabytes: await residentMb(child) };
  child.kill();
  return start;
}

/** From /proc; where there is none (macOS), NaN. */
async function residentMb(child: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? NaN) / 1024;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

if (process.argv[1] === FILE && process.argv[2] === 'load') {
  for (const name of PACKAGES) await import(name);
  process.send?.('loaded');
  setInterval(() => undefined, 1000);
}
