/**
 * Starts a PostgreSQL for one test run and stops it when the run ends.
 * Arguments: a folder for its answer and its data, and the process id whose end is the run's end.
 */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { loadEmbeddedPostgres } from './embedded-postgres.mjs';

const [folder, run] = [process.argv[2], Number(process.argv[3])];

function answer(content) {
  const file = path.join(folder, 'answer.json');
  writeFileSync(`${file}.new`, JSON.stringify({ ...content, keeper: process.pid }));
  renameSync(`${file}.new`, file);
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

function running() {
  try {
    process.kill(run, 0);
    return true;
  } catch {
    return false;
  }
}

async function start() {
  const EmbeddedPostgres = await loadEmbeddedPostgres();
  const port = await freePort();
  const postgres = new EmbeddedPostgres({
    databaseDir: path.join(folder, 'data'),
    user: 'heimdall',
    password: 'test-only',
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    // the data of a test run need not survive a power cut
    postgresFlags: [
      '-c',
      'listen_addresses=127.0.0.1',
      '-c',
      'unix_socket_directories=',
      '-c',
      'fsync=off',
      '-c',
      'max_connections=200',
    ],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await postgres.initialise();
  await postgres.start();
  answer({ url: `postgres://heimdall:test-only@127.0.0.1:${port}/postgres` });
  return postgres;
}

const postgres = await start().catch((error) => {
  answer({ error: String(error?.message ?? error) });
  return undefined;
});
while (running()) await new Promise((resolve) => setTimeout(resolve, 300));
await postgres?.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(0);
