/**
 * A listed person joins: from the start of the transaction that tells it until the ban stands in the room, 500 times,
 * one after another, 50 rooms, 5,000 rules; once with a homeserver that takes 5 ms for a request, and once with one
 * that takes none, which shows what we add. Ours is the real program with its ledger on disk: the decision is committed
 * before anything is sent, and each action's end is written down.
 *
 * Rivals: plain Node that parses the transaction, looks the user up in a Set, sends the ban at once, and answers 200
 * meanwhile. It keeps nothing. And the same that keeps its word: the event and the ban are committed to SQLite before
 * either goes out, and the ban's end is written down; less than that no program does that survives a crash.
 *
 * Each side has a process and a homeserver of its own, as old as the other's: the homeserver, which also holds the
 * watch, is a JavaScript program that becomes faster with its age. 300 joins come first.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'libsql';
import { Pool } from 'undici';
import { startHeimdall } from '../app/process.js';
import { ms } from '../policy/sets.js';
import type { Row } from '../row.js';
import { listed, startWorld, type Door, type World } from './world.js';

const FILE = fileURLToPath(import.meta.url);
const JOINS = 500;
const WARM_UP = 300;
const RULES = 5_000;
const ROUND_TRIPS = [5, 0];

export async function run(): Promise<Row[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-bench-'));
  try {
    const ours = await inNewWorld((world) => measureOurs(folder, world));
    const forgetful = await inNewWorld((world) => measurePlain(world));
    const lasting = await inNewWorld((world) => measurePlain(world, path.join(folder, 'plain.sqlite')));
    return [
      ...rowsOf('plain Node that keeps nothing', ours, forgetful),
      ...rowsOf('plain Node that commits before it answers', ours, lasting),
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function inNewWorld<T>(measure: (world: World) => Promise<T>): Promise<T> {
  const world = await startWorld({ rooms: 50, members: 50, userRules: RULES, serverRules: 0 });
  try {
    return await measure(world);
  } finally {
    world.stop();
  }
}

function rowsOf(rival: string, ours: readonly number[][], theirs: readonly number[][]): Row[] {
  return ROUND_TRIPS.flatMap((away, round) =>
    [
      ['p50', 0.5],
      ['p99', 0.99],
    ].map(([name, share]) => {
      const [a, b] = [quantile(ours[round] ?? [], Number(share)), quantile(theirs[round] ?? [], Number(share))];
      return {
        work: `join of a listed user to its ban, ${away} ms away, ${name} of ${JOINS}`,
        rival,
        ours: ms(a),
        theirs: ms(b),
        ratio: b / a,
        target: '>= 0.67 x',
      };
    }),
  );
}

async function measureOurs(folder: string, world: World): Promise<number[][]> {
  await mkdir(path.join(folder, 'data'));
  await writeFile(
    path.join(folder, 'data', 'settings.json'),
    JSON.stringify({ protected_rooms: world.roomIds, watched_lists: [{ room_id: world.listId }] }),
  );
  const heimdall = await startHeimdall(folder, world.url, {});
  try {
    return await joinsOf(world, { url: heimdall.url, hsToken: heimdall.registration.hs_token });
  } finally {
    await heimdall.stop();
  }
}

async function measurePlain(world: World, ledger = ''): Promise<number[][]> {
  const child = fork(FILE, ['plain', world.url, ledger], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [],
  });
  try {
    const [url] = (await once(child, 'message')) as [string];
    return await joinsOf(world, { url, hsToken: 'any' });
  } finally {
    child.kill();
  }
}

async function joinsOf(world: World, door: Door): Promise<number[][]> {
  await world.joins(door, WARM_UP, 0);
  const rounds: number[][] = [];
  for (const [round, away] of ROUND_TRIPS.entries()) {
    await world.setRoundTrip(away);
    rounds.push(await world.joins(door, JOINS, WARM_UP + round * JOINS));
  }
  await world.setRoundTrip(0);
  return rounds;
}

function quantile(times: readonly number[], share: number): number {
  return [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN;
}

/** What a program writes down that must not lose a ban, in as few statements as it takes. */
function keeper(file: string): {
  keep(events: readonly string[], bans: readonly string[]): void;
  end(key: string): void;
} {
  if (file === '') return { keep: () => undefined, end: () => undefined };
  const database = new Database(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  database.exec('CREATE TABLE events (id TEXT PRIMARY KEY, at INTEGER) WITHOUT ROWID');
  database.exec('CREATE TABLE bans (key TEXT PRIMARY KEY, state TEXT, at INTEGER) WITHOUT ROWID');
  const seen = database.prepare('INSERT OR IGNORE INTO events VALUES (?, ?)');
  const due = database.prepare("INSERT OR IGNORE INTO bans VALUES (?, 'due', ?)");
  const done = database.prepare("UPDATE bans SET state = 'done' WHERE key = ?");
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  return {
    keep: (events, bans) => {
      begin.run();
      for (const id of events) seen.run(id, Date.now());
      for (const key of bans) due.run(key, Date.now());
      commit.run();
    },
    end: (key) => void done.run(key),
  };
}

async function plain(homeserver: string, ledger: string): Promise<void> {
  const keeps = keeper(ledger);
  const banned = new Set(Array.from({ length: RULES }, (_, index) => listed(index)));
  const pool = new Pool(homeserver, { connections: 64 });
  const ban = async (roomId: string, userId: string): Promise<void> => {
    const answer = await pool.request({
      method: 'POST',
      path: `/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/ban`,
      headers: { authorization: 'Bearer token', 'content-type': 'application/json' },
      body: JSON.stringify({ user_id: userId, reason: 'spam' }),
    });
    await answer.body.dump();
    keeps.end(`${roomId} ${userId}`);
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { events } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as {
        events: {
          event_id: string;
          type: string;
          room_id: string;
          state_key: string;
          content: { membership: string };
        }[];
      };
      const due = events.filter(
        (event) => event.type === 'm.room.member' && event.content.membership === 'join' && banned.has(event.state_key),
      );
      keeps.keep(
        events.map((event) => event.event_id),
        due.map((event) => `${event.room_id} ${event.state_key}`),
      );
      for (const event of due) void ban(event.room_id, event.state_key);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

if (process.argv[1] === FILE && process.argv[2] === 'plain') await plain(process.argv[3] ?? '', process.argv[4] ?? '');
