/**
 * Start: seconds from `node dist/src/main.js run` to the first 200 of /readyz, and the resident memory then, against a
 * stub homeserver that answers at once. Rival: the same Node only loading the packages that Heimdall is made of, which
 * is the least that any program on them can take. The better of two runs counts.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startStubHomeserver } from '../../test/support/stub-homeserver.js';
import type { Row } from '../row.js';
import { residentMb, startHeimdall } from './process.js';

const FILE = fileURLToPath(import.meta.url);
const PACKAGES = [
  'matrix-appservice-bridge',
  'express',
  'kysely',
  'libsql',
  'pino',
  'undici',
  'zod',
  'yaml',
  'lowdb',
  'nodemailer',
  'prom-client',
  'commander',
  'confusables',
  'tldts',
];
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
    const ours = await best(() => startOnce(folder, stub.url));
    const theirs = await best(loadPackages);
    const work = 'cold start to /readyz';
    return [
      {
        work: `${work}, seconds`,
        rival: 'only loading the packages',
        ours: ours.seconds,
        theirs: theirs.seconds,
        ratio: theirs.seconds / ours.seconds,
        target: '<= 2 s',
      },
      {
        work: `${work}, resident MB`,
        rival: 'only loading the packages',
        ours: ours.megabytes,
        theirs: theirs.megabytes,
        ratio: theirs.megabytes / ours.megabytes,
        target: '<= 200 MB',
      },
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

async function startOnce(folder: string, homeserverUrl: string): Promise<Start> {
  const heimdall = await startHeimdall(folder, homeserverUrl, { dry_run: true });
  const start = { seconds: heimdall.seconds, megabytes: await residentMb(heimdall.child) };
  await heimdall.stop();
  return start;
}

async function loadPackages(): Promise<Start> {
  const began = performance.now();
  const child = fork(FILE, ['load'], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] });
  await once(child, 'message');
  const start = { seconds: (performance.now() - began) / 1000, megabytes: await residentMb(child) };
  child.kill();
  return start;
}

if (process.argv[1] === FILE && process.argv[2] === 'load') {
  for (const name of PACKAGES) await import(name);
  process.send?.('loaded');
  setInterval(() => undefined, 1000);
}
