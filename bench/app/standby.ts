/**
 * Several machines on one PostgreSQL: one acts, the others stand by. How long nobody acts when the one that acts is
 * killed without a word, with one and with four standing by; that only one takes over; and what a process that stands
 * by costs meanwhile. What a user feels of it: for how long a listed account may talk after a machine has died.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startStubHomeserver, type StubHomeserver } from '../../test/support/stub-homeserver.js';
import type { Row } from '../row.js';
import { withPostgres } from '../store/postgres.js';
import { processorMs, startHeimdall, type RunningHeimdall } from './process.js';

const STANDING_BY = [1, 4] as const;
const WATCHED_MS = 5_000;
const LOOK_MS = 20;
/** What is promised of a takeover, in seconds. */
const MOST_S = 15;

interface Takeover {
  seconds: number;
  acting: number;
  /** ms of processor a second, of one that stands by */
  idle: number;
}

export async function run(): Promise<Row[]> {
  const stub = await startStubHomeserver({ botUserId: '@heimdall:example.org', keepLog: false });
  stub.setState('!management:example.org', 'm.room.create', '', { room_version: '11' });
  try {
    const rows: Row[] = [];
    for (const others of STANDING_BY) {
      const { seconds, acting, idle } = await withPostgres((url) => takeover(stub, url, others));
      if (acting !== 1) throw new Error(`${acting} of ${others} took over`);
      rows.push(
        {
          work: `killed, with ${others} standing by: seconds until one of them is ready`,
          rival: 'the promise',
          ours: seconds,
          theirs: MOST_S,
          ratio: MOST_S / seconds,
          target: `<= ${MOST_S}`,
        },
        {
          work: `standing by, ${others} of them: ms of processor a second each`,
          rival: '–',
          ours: idle,
          theirs: '–',
          ratio: '–',
          target: '<= 20',
        },
      );
    }
    return rows;
  } finally {
    await stub.close();
  }
}

async function takeover(stub: StubHomeserver, databaseUrl: string, others: number): Promise<Takeover> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-bench-'));
  const running: Pick<RunningHeimdall, 'url' | 'child' | 'stop'>[] = [];
  try {
    const storage = { database_url: databaseUrl };
    const start = async (number: number, standby: boolean): Promise<void> => {
      const own = path.join(folder, String(number));
      await mkdir(own);
      running.push(await startHeimdall(own, stub.url, { storage }, undefined, standby ? 'standby' : 'ready'));
    };
    await start(0, false);
    for (let number = 1; number <= others; number += 1) await start(number, true);
    const waiting = running.slice(1);
    const idle = await idleCost(waiting);
    const killed = performance.now();
    running[0]!.child.kill('SIGKILL');
    while ((await readyOf(waiting)) === 0) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const seconds = (performance.now() - killed) / 1000;
    await new Promise((resolve) => setTimeout(resolve, WATCHED_MS));
    return { seconds, acting: await readyOf(waiting), idle };
  } finally {
    await Promise.all(running.map((one) => one.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

async function idleCost(waiting: readonly Pick<RunningHeimdall, 'child'>[]): Promise<number> {
  const used = async (): Promise<number> =>
    (await Promise.all(waiting.map(({ child }) => processorMs(child)))).reduce((sum, ms) => sum + ms, 0);
  const before = await used();
  await new Promise((resolve) => setTimeout(resolve, WATCHED_MS));
  return (((await used()) - before) / waiting.length / WATCHED_MS) * 1000;
}

async function readyOf(waiting: readonly Pick<RunningHeimdall, 'url'>[]): Promise<number> {
  const answers = await Promise.all(
    waiting.map(({ url }) =>
      fetch(`${url}/readyz`).then(
        ({ status }) => status,
        () => 0,
      ),
    ),
  );
  return answers.filter((status) => status === 200).length;
}
