/**
 * Cold apply: 50 rooms x 2,000 members, 50 user rules that hit somebody in every room and 50 server rules, against a
 * homeserver that answers after 5 ms: planning, one commit to the ledger (SQLite), and the executor with the bridge's
 * client until every effect's end is written down. Then a second sync, where nothing changed.
 *
 * Rivals: plain Node that knows the effects already and only sends them with undici, in order within a room and rooms
 * side by side; and the same one request after another (a tenth of it, times ten). Reading the rooms is left out.
 *
 * Both sides run in turns, each in a process of its own with a homeserver of its own, so that neither finds code that
 * the other has warmed up; medians of five.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AclRegister } from '../../src/enforcement/acl-register.js';
import { BanRegister } from '../../src/enforcement/ban-register.js';
import { createActionHandlers } from '../../src/enforcement/handlers/index.js';
import { createExecutor } from '../../src/actions/executor.js';
import { planRoom, type PlanOptions } from '../../src/enforcement/planner.js';
import type { GuardContext, MemberState, RoomSnapshot, RoomSnapshots } from '../../src/enforcement/types.js';
import { createHomeserver } from '../../src/matrix/client.js';
import { parseCreate, parsePowerLevels } from '../../src/matrix/events.js';
import { buildServerAcl, createPolicy } from '../../src/policy/index.js';
import type { Policy } from '../../src/policy/types.js';
import { interlock } from '../../src/enforcement/interlock.js';
import { openLedger, type NewAction } from '../../src/store/index.js';
import { silentLogger } from '../../src/util/logger.js';
import { inChild } from '../child.js';
import type { Row } from '../row.js';
import { sendPlainly } from './plain-node.js';
import { startStubProcess, type StubProcess } from './stub-process.js';

const BOT = '@heimdall:example.org';
const ROOMS = 50;
const MEMBERS = 2_000;
const RULES = 50;
const ROUND_TRIP_MS = 5;
const ROUNDS = 5;
const FILE = fileURLToPath(import.meta.url);

type Room = RoomSnapshot & { members: Map<string, MemberState> };

interface Ours {
  ms: number;
  writes: number;
  secondWrites: number;
  secondMs: number;
}

interface Theirs {
  ms: number;
  oneByOneMs: number;
}

export async function run(): Promise<Row[]> {
  const [ours, theirs]: [Ours[], Theirs[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await inChild<Ours>(FILE, 'ours'));
    theirs.push(await inChild<Theirs>(FILE, 'theirs'));
  }
  const work = `cold apply, ${ROOMS} rooms x ${MEMBERS} members, ${RULES} + ${RULES} rules, ${ROUND_TRIP_MS} ms away`;
  const effects = ROOMS * (RULES + 1);
  const [ms, rival, oneByOne] = [
    median(ours.map((one) => one.ms)),
    median(theirs.map((one) => one.ms)),
    median(theirs.map(({ oneByOneMs }) => oneByOneMs)),
  ];
  const { writes, secondWrites, secondMs } = ours[0]!;
  return [
    {
      work,
      rival: 'plain Node, rooms side by side',
      ours: seconds(ms),
      theirs: seconds(rival),
      ratio: rival / ms,
      target: '>= 0.67 x',
    },
    {
      work,
      rival: 'one request after another',
      ours: seconds(ms),
      theirs: seconds(oneByOne),
      ratio: oneByOne / ms,
      target: '> 1 x',
    },
    {
      work: 'requests of the cold apply',
      rival: 'effects needed',
      ours: writes,
      theirs: effects,
      ratio: effects / writes,
      target: `<= ${effects} + ${2 * ROOMS}`,
    },
    {
      work: `second sync, nothing changed (${Math.round(secondMs)} ms)`,
      rival: '–',
      ours: secondWrites,
      theirs: '–',
      ratio: '–',
      target: '0 writes',
    },
  ];
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

/** One side, in a process of its own. */
async function measure(side: string): Promise<Ours | Theirs> {
  const rooms = new Map(
    Array.from({ length: ROOMS }, (_, index) => [`!room${index}:example.org`, makeRoom(`!room${index}:example.org`)]),
  );
  const stub = await startStubProcess([...rooms.keys()], ROUND_TRIP_MS);
  try {
    const policy = makePolicy();
    if (side === 'ours') return await applyOurs(stub, rooms, policy);
    const effects = plan(rooms, policy, factsOf(rooms, policy));
    const ms = await sendPlainly(stub.url, effects, 'side by side');
    return { ms, oneByOneMs: (await sendPlainly(stub.url, effects.slice(0, effects.length / 10), 'one by one')) * 10 };
  } finally {
    stub.stop();
  }
}

type Facts = GuardContext & { rooms: RoomSnapshots };

function factsOf(rooms: Map<string, Room>, policy: Policy): Facts {
  return {
    botUserId: BOT,
    serverName: 'example.org',
    protectedIdentities: [],
    moderators: new Set<string>(),
    ownRooms: new Set<string>(),
    policy,
    rooms: { get: (roomId: string) => rooms.get(roomId), all: () => rooms.values() },
  };
}

function plan(rooms: Map<string, Room>, policy: Policy, facts: Facts, bans = new BanRegister()): NewAction[] {
  const acl = buildServerAcl(policy.rules({ kind: 'server' }), { ownServer: 'example.org', mustAllow: [] }).content;
  const options: PlanOptions = { facts, acl, ourBans: (roomId) => bans.bansIn(roomId) };
  return [...rooms.values()].flatMap((room) => planRoom(room, policy, options));
}

async function applyOurs(stub: StubProcess, rooms: Map<string, Room>, policy: Policy): Promise<Ours> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'heimdall-bench-'));
  const ledger = await openLedger({ dataDir, databaseUrl: null });
  const homeserver = createHomeserver({
    url: stub.url,
    serverName: 'example.org',
    botLocalpart: 'heimdall',
    asToken: 'token',
    adminToken: null,
  });
  await homeserver.whoami();
  const facts = factsOf(rooms, policy);
  const bans = new BanRegister();
  let left = 0;
  let finished: () => void = () => undefined;
  const executor = createExecutor({
    ledger,
    handlers: createActionHandlers({
      homeserver,
      rooms: facts.rooms,
      policy,
      facts: () => facts,
      acls: new AclRegister(),
      clock: Date.now,
    }),
    guard: (question) => interlock(question, facts),
    clock: Date.now,
    logger: silentLogger,
    dryRun: false,
    onEnd: (action, end) => {
      if (end.state !== 'done') throw new Error(`${action.kind} ended as ${end.state}: ${end.error}`);
      bans.note(action, end.result);
      takeEffect(rooms, action);
      if (--left === 0) finished();
    },
  });
  executor.start();
  const sync = async (): Promise<void> => {
    const effects = plan(rooms, policy, facts, bans);
    left = effects.length;
    const all = new Promise<void>((resolve) => (finished = resolve));
    if (left === 0) return;
    await ledger.commit((tx) => tx.addActions(effects));
    executor.nudge();
    await all;
  };

  const [, ms] = await timed(sync);
  const writes = await stub.writes();
  const [, secondMs] = await timed(sync);
  const secondWrites = await stub.writes();
  await executor.stop();
  await homeserver.close();
  await ledger.close();
  await rm(dataDir, { recursive: true, force: true });
  return { ms, writes, secondWrites, secondMs };
}

/** The event comes back, as a transaction would bring it. */
function takeEffect(rooms: Map<string, Room>, action: { id: number; kind: string; payload: unknown }): void {
  const { roomId, userId, content } = action.payload as {
    roomId: string;
    userId: string;
    content: Record<string, unknown>;
  };
  const room = rooms.get(roomId);
  if (action.kind === 'ban')
    room?.members.set(userId, { membership: 'ban', eventId: `$after${action.id}`, sender: BOT });
  if (room !== undefined && action.kind === 'acl') room.acl = { eventId: `$after${action.id}`, content, sender: BOT };
}

function makeRoom(roomId: string): Room {
  const members = new Map<string, MemberState>([[BOT, { membership: 'join', eventId: '$bot', sender: BOT }]]);
  for (let index = 0; index < MEMBERS; index++) {
    const userId = index < RULES ? `@bad${index}:evil.example` : `@person${index}:server${index % 40}.example`;
    members.set(userId, { membership: 'join', eventId: `$${index}${roomId}`, sender: userId });
  }
  return {
    roomId,
    create: parseCreate({ sender: BOT, content: { room_version: '11' } }),
    powerLevels: parsePowerLevels({ users: { [BOT]: 100 } }),
    powerLevelsEventId: '$power',
    members,
    acl: undefined,
  };
}

function makePolicy(): Policy {
  const policy = createPolicy();
  for (let index = 0; index < RULES; index++) {
    const rule = (kind: string, entity: string) =>
      policy.apply({
        type: `m.policy.rule.${kind}`,
        state_key: `${kind}${index}`,
        room_id: '!list:example.org',
        event_id: `$rule${kind}${index}`,
        content: { entity, recommendation: 'm.ban', reason: 'spam' },
      });
    rule('user', `@bad${index}:evil.example`);
    rule('server', `spam${index}.example`);
  }
  return policy;
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  // making the rooms is no part of it
  globalThis.gc?.();
  const before = performance.now();
  const result = await work();
  return [result, performance.now() - before];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

const [, script, side] = process.argv;
if (script === FILE && side !== undefined) process.send?.(await measure(side));
