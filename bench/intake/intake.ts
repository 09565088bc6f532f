/**
 * Intake with detection on: transactions of 100 member events over HTTP, sent one after another as Synapse does, into
 * our door (token, zod, room state, detector, ledger on SQLite, answer after commit), until the last 200.
 *
 * Rival: matrix-appservice-bridge's default intake with an empty handler: it parses, emits, and answers 200 before
 * anything was handled. It detects nothing and keeps nothing, so level is a good result. The first round warms both up;
 * the best of three counts.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import express from 'express';
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
import { freePort } from '../app/process.js';
import type { Row } from '../row.js';

const TRANSACTIONS = 150;
const EVENTS = 100;
const ROUNDS = 4;
const TOKEN = 'a-token-for-the-bench';

export async function run(): Promise<Row[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-bench-'));
  const ours = await openOurs(folder);
  const theirs = await openBridge();
  try {
    const bodies = Array.from({ length: TRANSACTIONS }, (_, number) => transaction(number));
    const [oursBest, theirsBest] = [await best(ours.port, bodies), await best(theirs.port, bodies)];
    const perSecond = (ms: number) => (TRANSACTIONS * EVENTS * 1000) / ms;
    return [
      {
        work: `intake with detection, ${EVENTS} member events a transaction, events/s`,
        rival: 'matrix-appservice-bridge, nothing detected',
        ours: perSecond(oursBest),
        theirs: perSecond(theirsBest),
        ratio: theirsBest / oursBest,
        target: '>= 1 x',
      },
    ];
  } finally {
    await ours.close();
    await theirs.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function best(port: number, bodies: readonly string[]): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) times.push(await timeToSend(port, bodies, String(round)));
  return Math.min(...times.slice(1));
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

function transaction(number: number): string {
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
  close(): Promise<void>;
}

/** Heimdall's whole way in, on a ledger in this folder; `protect` makes what watches for floods and words, if anything does. */
export async function openOurs(
  folder: string,
  rooms = new RoomStateCache(),
  protect?: (ledger: Ledger, facts: () => GuardContext) => ProtectionWatch,
): Promise<Door> {
  const ledger = await openLedger({ dataDir: folder, databaseUrl: null });
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
  const server = createServer(
    express().use(createIntake({ hsToken: TOKEN, handle: (events) => pipeline.handle(events), logger: silentLogger })),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      server.close();
      await ledger.close();
    },
  };
}

async function openBridge(): Promise<Door> {
  const { AppService } = await import('matrix-appservice-bridge');
  const door = new AppService({ homeserverToken: TOKEN });
  door.on('event', () => undefined);
  const port = await freePort();
  await door.listen(port, '127.0.0.1', 10);
  return { port, close: () => door.close() };
}
