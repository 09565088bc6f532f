import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { loadEmbeddedPostgres, openFolder } from './embedded-postgres.mjs';
import { freePort } from '../../sandbox/ports.js';
import { packageRoot } from '../../src/util/package-root.js';

/** What the keeper writes when its PostgreSQL is ready, or could not be made ready. */
type Answer = { url: string; keeper: number } | { error: string; keeper: number };

const START_MS = 60_000;

/**
 * The process that lives exactly as long as this test run: jest itself, which is our parent when we are one of its
 * workers.
 */
function testRun(): number {
  return process.send ? process.ppid : process.pid;
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function answerIn(folder: string): Answer | undefined {
  const file = path.join(folder, 'answer.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Answer) : undefined;
}

/**
 * The address of a real PostgreSQL on a free loopback port, as superuser. The first caller of a test run starts it,
 * the others share it, and it ends with the run: a keeper process watches over it.
 */
export async function postgresUrl(): Promise<string> {
  const folder = path.join(openFolder(), `heimdall-postgres-${testRun()}`);
  const left = answerIn(folder);
  // a keeper that was killed in an earlier run with our number
  if (left && !alive(left.keeper)) rmSync(folder, { recursive: true, force: true });
  if (mkdirSync(folder, { recursive: true, mode: 0o755 }) !== undefined) {
    const keeper = spawn(
      process.execPath,
      [path.join(packageRoot(), 'test/support/postgres-keeper.mjs'), folder, String(testRun())],
      { detached: true, stdio: 'ignore' },
    );
    keeper.unref();
  }
  for (const until = Date.now() + START_MS; Date.now() < until; await pause(50)) {
    const answer = answerIn(folder);
    if (answer && 'url' in answer) return answer.url;
    if (answer) throw new Error(`PostgreSQL did not start: ${answer.error}`);
  }
  throw new Error(`PostgreSQL did not start within ${START_MS / 1000} s`);
}

async function asSuperuser(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: await postgresUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** An empty database of its own on the shared server. */
export async function freshDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asSuperuser(`create database ${name}`);
  const url = new URL(await postgresUrl());
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => asSuperuser(`drop database ${name} with (force)`) };
}

/** A server of this test's own, to be stopped and started at will. */
export async function ownPostgres(): Promise<{
  url: string;
  restart: () => Promise<void>;
  end: () => Promise<void>;
}> {
  const folder = mkdtempSync(path.join(openFolder(), 'heimdall-postgres-own-'));
  // the server runs as another user when we are root
  chmodSync(folder, 0o755);
  const port = await freePort();
  const EmbeddedPostgres = await loadEmbeddedPostgres();
  const server = new EmbeddedPostgres({
    databaseDir: path.join(folder, 'data'),
    user: 'heimdall',
    password: 'test-only',
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'fsync=off'],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  return {
    url: `postgres://heimdall:test-only@127.0.0.1:${port}/postgres`,
    async restart() {
      await server.stop();
      await server.start();
    },
    async end() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
