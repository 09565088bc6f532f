/**
 * A start that finds work: 50 rooms x 2,000 members, 50 listed people in each, 50 server rules. The real program with
 * its ledger on disk, against a stub that answers at once or after 5 ms. First a start with an empty ledger; then a
 * process that is killed (SIGKILL) amid the same work, and the next one that ends it. Counted are the requests of the
 * room and client API; the floor is one for each effect. Timed is what lies between the first effect and the last, as
 * the homeserver sees it; the rival is plain Node that knows what to send. What a user feels of it: how long a restart
 * leaves spammers in the rooms, and how hard it hits the homeserver.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { startHeimdall } from '../app/process.js';
import { inChild } from '../child.js';
import type { Row } from '../row.js';
import { sendPlainly, type PlainEffect } from './plain-node.js';
import { listed, startWorld, type Counts, type World } from './world.js';

const ROOMS = 50;
const LISTED = 50;
const EFFECTS = ROOMS * LISTED + ROOMS;
const PATIENCE_MS = 120_000;

const FILE = fileURLToPath(import.meta.url);
const ROUND_TRIPS_MS = [0, 5];
const ROUNDS = 3;

export async function run(): Promise<Row[]> {
  const first = await wholeStart(0);
  const killed = await inWorld(async (folder, world) => {
    const process1 = await startHeimdall(folder, world.url, {});
    const before = await effectsOf(world, EFFECTS / 5);
    process1.child.kill('SIGKILL');
    const process2 = await startHeimdall(folder, world.url, {});
    const after = await effectsOf(world, EFFECTS - before.writes);
    await process2.stop();
    return { reads: before.reads + after.reads, writes: before.writes + after.writes };
  });
  const requests = [
    ['a start that finds 2,550 effects due', first] as const,
    ['the same, killed after a fifth and started again', killed] as const,
  ].map(([work, { reads, writes }]) => ({
    work: `requests of ${work}, 50 rooms x 2,000`,
    rival: 'one for each effect',
    ours: reads + writes,
    theirs: EFFECTS,
    ratio: EFFECTS / (reads + writes),
    target: '<= 2,670',
  }));
  return [...requests, ...(await times())];
}

/** From the first effect to the last, of ours and of plain Node in turns. */
async function times(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const roundTripMs of ROUND_TRIPS_MS) {
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { firstAt, lastAt } = await wholeStart(roundTripMs);
      ours.push(lastAt - firstAt);
      theirs.push(
        await inWorld(async (_folder, world) => {
          await world.setRoundTrip(roundTripMs);
          return inChild<number>(FILE, 'plain', world.url);
        }),
      );
    }
    const [a, b] = [median(ours), median(theirs)];
    rows.push({
      work: `first effect to last of that start, homeserver ${roundTripMs} ms away`,
      rival: 'plain Node, rooms side by side',
      ours: `${(a / 1000).toFixed(2)} s`,
      theirs: `${(b / 1000).toFixed(2)} s`,
      ratio: b / a,
      target: '>= 0.67 x',
    });
  }
  return rows;
}

async function wholeStart(roundTripMs: number): Promise<Counts> {
  return inWorld(async (folder, world) => {
    await world.setRoundTrip(roundTripMs);
    const heimdall = await startHeimdall(folder, world.url, {});
    const effects = await effectsOf(world, EFFECTS);
    await heimdall.stop();
    return effects;
  });
}

function plainEffects(): PlainEffect[] {
  const content = {
    allow: ['*'],
    allow_ip_literals: false,
    deny: Array.from({ length: LISTED }, (_, index) => `spam${index}.example`),
  };
  return Array.from({ length: ROOMS }, (_, room) => `!room${room}:example.org`).flatMap((roomId) => [
    { kind: 'acl', lane: roomId, payload: { roomId, content } },
    ...Array.from({ length: LISTED }, (_, index) => ({
      kind: 'ban',
      lane: roomId,
      payload: { roomId, userId: listed(index) },
    })),
  ]);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

async function inWorld<T>(use: (folder: string, world: World) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-bench-'));
  const world = await startWorld({
    rooms: ROOMS,
    members: 2_000,
    userRules: LISTED,
    serverRules: 50,
    listedInRooms: LISTED,
  });
  try {
    await mkdir(path.join(folder, 'data'));
    await writeFile(
      path.join(folder, 'data', 'settings.json'),
      JSON.stringify({ protected_rooms: world.roomIds, watched_lists: [{ room_id: world.listId }] }),
    );
    return await use(folder, world);
  } finally {
    world.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Waits until so many effects came, and counts what was asked meanwhile. */
async function effectsOf(world: World, wanted: number): Promise<Counts> {
  const sum = { reads: 0, writes: 0, firstAt: NaN, lastAt: NaN };
  const began = performance.now();
  while (sum.writes < wanted) {
    if (performance.now() - began > PATIENCE_MS) throw new Error(`only ${sum.writes} of ${wanted} effects came`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { reads, writes, firstAt, lastAt } = await world.counts();
    sum.reads += reads;
    sum.writes += writes;
    if (Number.isNaN(sum.firstAt)) sum.firstAt = firstAt;
    if (!Number.isNaN(lastAt)) sum.lastAt = lastAt;
  }
  return sum;
}

const [, script, what, url] = process.argv;
if (script === FILE && what === 'plain' && url !== undefined)
  process.send?.(await sendPlainly(url, plainEffects(), 'side by side'));
