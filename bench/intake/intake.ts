/**
 * Intake with detection on: transactions of 100 member events over HTTP, sent one after another as Synapse does, into
 * our door (token, zod, room state, detector, ledger on SQLite, answer after commit), until the last 200.
 *
 * Rival: matrix-appservice-bridge's default intake with an empty handler: it parses, emits, and answers 200 before
 * anything was handled. It detects nothing and keeps nothing, so level is a good result. Each side is a process of its
 * own and they take turns, with events that neither has seen; a few rounds warm both up, and the median of the others
 * counts: events a second by the clock, and what an event costs of the process's processor time, which neighbours
 * disturb less.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Router } from 'express';
import { Pool } from 'undici';
import { loadRules } from '../../src/config/rules.js';
import { createDetector } from '../../src/detection/index.js';
import { BanRegister } from '../../src/enforcement/ban-register.js';
import type { GuardContext } from '../../src/enforcement/types.js';
import { createPolicy } from '../../src/policy/index.js';
import type { ProtectionWatch } from '../../src/protections/watch.js';
import { openLedger } from '../../src/store/index.js';
import type { Ledger } from '../../src/store/types.js';
import { silentLogger } from '../../src/util/logger.js';
import { EnforcementPlanner } from '../../src/protected-rooms/enforcement-planner.js';
import { createIntake } from '../../src/intake/intake.js';
import { WatchedLists } from '../../src/tracking/lists.js';
import { Pipeline } from '../../src/intake/pipeline.js';
import { RoomStateCache } from '../../src/tracking/rooms.js';
import { createHttpApp } from '../../src/web/http.js';
import { freePort } from '../app/process.js';
import type { Row } from '../row.js';

const FILE = fileURLToPath(import.meta.url);
const TRANSACTIONS = 150;
const EVENTS = 100;
const WARM_UP = 4;
const ROUNDS = 9;
/** What whoever sends a transaction to the door says. */
export const TOKEN = 'a-token-for-the-bench';

export async function run(): Promise<Row[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-bench-'));
  const ours = await Side.open('ours', folder);
  const theirs = await Side.open('theirs', folder);
  try {
    for (let round = 0; round < WARM_UP + ROUNDS; round += 1) {
      const bodies = Array.from({ length: TRANSACTIONS }, (_, number) => transaction(`${round}x${number}`));
      for (const side of [ours, theirs]) await side.measure(bodies, round);
    }
    const all = TRANSACTIONS * EVENTS;
    const work = `intake with detection, ${EVENTS} member events a transaction`;
    const rival = 'matrix-appservice-bridge, nothing detected';
    const [a, b] = [ours, theirs].map((side) => all / (side.median('ms') / 1000)) as [number, number];
    const [used, theirUsed] = [ours, theirs].map((side) => side.median('processor') / all) as [number, number];
    return [
      { work: `${work}, events/s`, rival, ours: a, theirs: b, ratio: a / b, target: '>= 1 x' },
      { work: `${work}, µs of processor`, rival, ours: used, theirs: theirUsed, ratio: theirUsed / used, target: '–' },
    ];
  } finally {
    ours.close();
    theirs.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** One of the two, in a process of its own, and what was measured of it. */
class Side {
  readonly #rounds: { ms: number; processor: number }[] = [];

  private constructor(
    private readonly child: ChildProcess,
    private readonly port: number,
  ) {}

  static async open(name: 'ours' | 'theirs', folder: string): Promise<Side> {
    const child = fork(FILE, [name, folder], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], execArgv: [] });
    const [port] = (await once(child, 'message')) as [number];
    return new Side(child, port);
  }

  async measure(bodies: readonly string[], round: number): Promise<void> {
    const before = await this.#processor();
    const ms = await timeToSend(this.port, bodies, String(round));
    this.#rounds.push({ ms, processor: (await this.#processor()) - before });
  }

  median(what: 'ms' | 'processor'): number {
    const sorted = this.#rounds
      .slice(WARM_UP)
      .map((round) => round[what])
      .sort((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? NaN;
  }

  close(): void {
    this.child.kill();
  }

  /** µs that the process has used so far. */
  async #processor(): Promise<number> {
    this.child.send('processor');
    const [used] = (await once(this.child, 'message')) as [number];
    return used;
  }
}

async function serve(door: Pick<Door, 'port'>): Promise<void> {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.(user + system);
  });
  process.send?.(door.port);
  await once(process, 'disconnect');
}

/** How many ms it takes until each of these transactions is answered, one sent after the other. */
export async function timeToSend(port: number, bodies: readonly string[], round: string): Promise<number> {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 1 });
  const began = performance.now();
  for (const [number, body] of bodies.entries()) {
    const answer = await pool.request({
      method: 'PUT',
      path: `/_matrix/app/v1/transactions/${round}-${number}`,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body,
    });
    if (answer.statusCode !== 200) throw new Error(`transaction answered ${answer.statusCode}`);
    await answer.body.dump();
  }
  const took = performance.now() - began;
  await pool.close();
  return took;
}

function transaction(number: string): string {
  const events = Array.from({ length: EVENTS }, (_, index) => {
    const userId = `@person${number}x${index}:remote.test`;
    return {
      type: 'm.room.member',
      event_id: `$e${number}x${index}`,
      room_id: `!room${index % 10}:remote.test`,
      sender: userId,
      state_key: userId,
      user_id: userId,
      origin_server_ts: 1_790_000_000_000 + index,
      content: { membership: 'join', displayname: `Person ${number} ${index}`, avatar_url: 'mxc://remote.test/abc' },
      unsigned: { age: 12 },
    };
  });
  return JSON.stringify({ events });
}

export interface Door {
  port: number;
  /** called with each request, before it is handled */
  onRequest(listener: () => void): void;
  close(): Promise<void>;
}

/** Heimdall's whole way in, on a ledger in this folder; `protect` makes what watches for floods and words, if anything does. */
export async function openOurs(
  folder: string,
  rooms = new RoomStateCache(),
  protect?: (ledger: Ledger, facts: () => GuardContext) => ProtectionWatch,
): Promise<Door> {
  const ledger = await openLedger({ dataDir: folder, databaseUrl: null });
  const door = await openDoorOn(ledger, rooms, protect);
  return {
    ...door,
    async close() {
      await door.close();
      await ledger.close();
    },
  };
}

/** The same on a ledger that is open, and stays so. */
export async function openDoorOn(
  ledger: Ledger,
  rooms = new RoomStateCache(),
  protect?: (ledger: Ledger, facts: () => GuardContext) => ProtectionWatch,
): Promise<Door> {
  const lists = new WatchedLists(createPolicy(), {
    state: () => Promise.resolve([]),
    botUserId: '@heimdall:example.org',
  });
  const facts = (): GuardContext => ({
    botUserId: '@heimdall:example.org',
    serverName: 'example.org',
    protectedIdentities: [],
    moderators: new Set(),
    ownRooms: new Set(),
    policy: lists.policy,
    rooms,
  });
  const detector = createDetector(
    [
      {
        userId: '@server:example.org',
        displayNames: ['Example (Official Account)'],
        avatars: [],
        domains: ['example.org'],
        rooms: [],
        variants: [],
      },
    ],
    loadRules(),
  );
  const pipeline = new Pipeline({
    config: { responses: { possible: ['notify'], likely: ['notify', 'report'], certain: ['notify', 'report', 'ban'] } },
    serverName: 'example.org',
    botUserId: '@heimdall:example.org',
    detector: () => detector,
    ledger,
    protectedRooms: rooms,
    ownRooms: new RoomStateCache(),
    lists,
    effects: new EnforcementPlanner({
      rooms,
      lists,
      bans: new BanRegister(),
      facts,
      unreadLists: () => new Set(),
      epoch: 'bench',
    }),
    capabilities: () => ({ mail: true, policyList: '!list:example.org' }),
    officialRooms: { apply: () => undefined, settle: () => undefined, has: () => false },
    exempt: () => undefined,
    extraActions: () => [],
    ...(protect === undefined ? {} : { protections: protect(ledger, facts) }),
    clock: Date.now,
  });
  const intake = createIntake({ hsToken: TOKEN, handle: (events) => pipeline.handle(events), logger: silentLogger });
  const acting = { routes: [intake.router], direct: intake.direct };
  const server = createServer(createHttpApp({ acting: () => acting, health: Router(), logger: silentLogger }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    onRequest: (listener) => void server.prependListener('request', listener),
    close() {
      server.closeAllConnections();
      server.close();
      return Promise.resolve();
    },
  };
}

async function openBridge(): Promise<Pick<Door, 'port' | 'close'>> {
  const { AppService } = await import('matrix-appservice-bridge');
  const door = new AppService({ homeserverToken: TOKEN });
  door.on('event', () => undefined);
  const port = await freePort();
  await door.listen(port, '127.0.0.1', 10);
  return { port, close: () => door.close() };
}

if (process.argv[1] === FILE && process.argv[2] === 'ours') await serve(await openOurs(process.argv[3] ?? ''));
if (process.argv[1] === FILE && process.argv[2] === 'theirs') await serve(await openBridge());
