/**
 * A start that finds work: 50 rooms x 2,000 members, 50 listed people in each, 50 server rules. The real program with
 * its ledger on disk, against a stub that answers at once. First a start with an empty ledger; then a process that is
 * killed (SIGKILL) amid the same work, and the next one that ends it. Counted are the requests of the room and client
 * API; the floor is one for each effect. What a user feels of it: how long a restart leaves spammers in the rooms, and
 * how hard it hits the homeserver.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startHeimdall } from '../app/process.js';
import type { Row } from '../row.js';
import { startWorld, type World } from './world.js';

const ROOMS = 50;
const LISTED = 50;
const EFFECTS = ROOMS * LISTED + ROOMS;
const PATIENCE_MS = 120_000;

export async function run(): Promise<Row[]> {
  const whole = await inWorld(async (folder, world) => {
    const heimdall = await startHeimdall(folder, world.url, {});
    const made = await effectsOf(world, EFFECTS);
    await heimdall.stop();
    return made;
  });
  const killed = await inWorld(async (folder, world) => {
    const first = await startHeimdall(folder, world.url, {});
    const before = await effectsOf(world, EFFECTS / 5);
    first.child.kill('SIGKILL');
    const second = await startHeimdall(folder, world.url, {});
    const after = await effectsOf(world, EFFECTS - before.writes);
    await second.stop();
    return { reads: before.reads + after.reads, writes: before.writes + after.writes };
  });
  return [
    ['a start that finds 2,550 effects due', whole] as const,
    ['the same, killed after a fifth and started again', killed] as const,
  ].map(([work, { reads, writes }]) => ({
    work: `requests of ${work}, 50 rooms x 2,000`,
    rival: 'one for each effect',
    ours: reads + writes,
    theirs: EFFECTS,
    ratio: EFFECTS / (reads + writes),
    target: '<= 2,670',
  }));
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
async function effectsOf(world: World, wanted: number): Promise<{ reads: number; writes: number }> {
  const sum = { reads: 0, writes: 0 };
  const began = performance.now();
  while (sum.writes < wanted) {
    if (performance.now() - began > PATIENCE_MS) throw new Error(`only ${sum.writes} of ${wanted} effects came`);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const { reads, writes } = await world.counts();
    sum.reads += reads;
    sum.writes += writes;
  }
  return sum;
}
