/** Heimdall's way in without the rest of it (token, room state, detector, ledger, answer after commit), for benches. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
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

/** What whoever sends a transaction to the door says. */
export const TOKEN = 'a-token-for-the-bench';

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

export interface Door {
  port: number;
  /** calls a listener with each request, before it is handled */
  onRequest(listener: () => void): void;
  close(): Promise<void>;
}

/**
 * Heimdall's whole way in, on a ledger in this folder; `protect` makes what watches for floods and words, if anything
 * does.
 */
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
  const intake = createIntake({
    hsToken: TOKEN,
    handle: async (events) => void (await pipeline.handle(events)),
    logger: silentLogger,
  });
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
