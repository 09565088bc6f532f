/**
 * Large rooms and a large list with the real program against the stub homeserver:
 * - start with 100 protected rooms x 1,000 members x 5,000 rules (500 of them server rules), to the first 200 of
 *   /readyz;
 * - then `sync` with nothing changed, and the whole program started again;
 * - a room of 50,000 members: what it costs in resident memory, and 10 renames in it.
 *
 * Rival of the start: the same program with an empty world; there is no rival for the counts.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { residentMb, startHeimdall, type RunningHeimdall } from '../app/process.js';
import type { Row } from '../row.js';
import { startWorld, type World, type WorldSize } from './world.js';

const FULL: WorldSize = { rooms: 100, members: 1_000, userRules: 4_500, serverRules: 500 };
const QUIET_MS = 400;
const RENAMES = 10;

export async function run(): Promise<Row[]> {
  const empty = await inWorld({ rooms: 0, members: 0, userRules: 0, serverRules: 0 }, async (_world, start) => {
    const heimdall = await start();
    const measured = { seconds: heimdall.seconds, megabytes: await residentMb(heimdall.child) };
    await heimdall.stop();
    return measured;
  });
  return [...(await fullWorld(empty)), ...(await largeRoom(empty))];
}

async function fullWorld(empty: { seconds: number; megabytes: number }): Promise<Row[]> {
  return inWorld(FULL, async (world, start) => {
    let heimdall = await start();
    const first = { seconds: heimdall.seconds, megabytes: await residentMb(heimdall.child) };
    const applied = await settled(world);
    await world.say({ url: heimdall.url, hsToken: heimdall.registration.hs_token }, '!heimdall sync');
    const synced = await settled(world);
    await heimdall.stop();
    heimdall = await start();
    const again = await settled(world);
    await heimdall.stop();
    const work = `${FULL.rooms} rooms x ${FULL.members.toLocaleString('en-US')} members x ${(FULL.userRules + FULL.serverRules).toLocaleString('en-US')} rules`;
    return [
      {
        work: `start with ${work}, seconds to ready`,
        rival: 'start with nothing',
        ours: first.seconds,
        theirs: empty.seconds,
        ratio: empty.seconds / first.seconds,
        target: '<= 2 s',
      },
      {
        work: `start with ${work}, resident MB`,
        rival: 'start with nothing',
        ours: first.megabytes,
        theirs: empty.megabytes,
        ratio: empty.megabytes / first.megabytes,
        target: '<= 200 MB',
      },
      {
        work: `effects of that start (one ACL a room)`,
        rival: 'effects needed',
        ours: applied.writes,
        theirs: FULL.rooms,
        ratio: FULL.rooms / applied.writes,
        target: `${FULL.rooms} writes`,
      },
      {
        work: `sync, nothing changed (${synced.reads} reads)`,
        rival: '–',
        ours: synced.writes,
        theirs: '–',
        ratio: '–',
        target: '0 writes',
      },
      {
        work: `second start, nothing changed (${again.reads} reads)`,
        rival: '–',
        ours: again.writes,
        theirs: '–',
        ratio: '–',
        target: '0 writes',
      },
    ];
  });
}

async function largeRoom(empty: { megabytes: number }): Promise<Row[]> {
  return inWorld({ rooms: 1, members: 50_000, userRules: 100, serverRules: 0 }, async (world, start) => {
    const heimdall = await start();
    await settled(world);
    const megabytes = await residentMb(heimdall.child);
    await world.renames(
      { url: heimdall.url, hsToken: heimdall.registration.hs_token },
      world.roomIds[0] ?? '',
      RENAMES,
    );
    const renamed = await settled(world);
    await heimdall.stop();
    return [
      {
        work: 'a room of 50,000 members, resident MB',
        rival: 'start with nothing',
        ours: megabytes,
        theirs: empty.megabytes,
        ratio: empty.megabytes / megabytes,
        target: '<= 150 MB more',
      },
      {
        work: `${RENAMES} renames in a room of 50,000 members, reads`,
        rival: '–',
        ours: renamed.reads,
        theirs: '–',
        ratio: '–',
        target: '0 reads',
      },
    ];
  });
}

type Start = () => Promise<RunningHeimdall>;

async function inWorld<T>(size: WorldSize, work: (world: World, start: Start) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-bench-'));
  const world = await startWorld(size);
  try {
    await mkdir(path.join(folder, 'data'));
    await writeFile(
      path.join(folder, 'data', 'settings.json'),
      JSON.stringify({ protected_rooms: world.roomIds, watched_lists: [{ room_id: world.listId }] }),
    );
    return await work(world, () => startHeimdall(folder, world.url, {}));
  } finally {
    world.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** What came until nothing more came for a moment. */
async function settled(world: World): Promise<{ reads: number; writes: number }> {
  const all = { reads: 0, writes: 0 };
  for (let quiet = 0; quiet < 3;) {
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    const more = await world.counts();
    all.reads += more.reads;
    all.writes += more.writes;
    quiet = more.reads + more.writes === 0 ? quiet + 1 : 0;
  }
  return all;
}
