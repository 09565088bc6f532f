/**
 * Intake with detection on: transactions of 100 events and of 10 over HTTP, sent one after another over one connection
 * as Synapse does, until the last 200. `node bin/heimdall.mjs run`, with its ledger in SQLite and in PostgreSQL: token,
 * room state, detector, answer after commit.
 *
 * Rival: matrix-appservice-bridge with a handler that does nothing. It answers 200 before anything was handled, detects
 * nothing and keeps nothing. Beside it stands what listens in it, alone, which parses a transaction and hands its
 * events to nobody.
 *
 * Each side is a process of its own. They take turns, in both orders, with events that none has seen; a few thousand
 * transactions warm all of them up. What counts is the median of the rounds, and for the ratio that of the ratios of
 * each round, so that what disturbs the machine for a while disturbs both sides: events a second by the clock, and the
 * processor time of an event, which neighbours disturb less.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { startStubHomeserver, type StubHomeserver } from '../../test/support/stub-homeserver.js';
import { sendTransaction } from '../app/feed.js';
import { freePort, processorMs, startHeimdall } from '../app/process.js';
import type { Row } from '../row.js';
import { withPostgres } from '../store/postgres.js';
import { TOKEN } from './door.js';
import { ROOM_IDS, Traffic } from './traffic.js';

const BRIDGE = path.join(path.dirname(fileURLToPath(import.meta.url)), 'bridge.js');
/** in a transaction */
const SIZES = [100, 10] as const;
/** in a round */
const TRANSACTIONS = 60;
const WARM_UP = 40;
const ROUNDS = 60;
const MANAGEMENT_ROOM = '!management:example.org';

export function run(): Promise<Row[]> {
  return withPostgres((databaseUrl) => measure(databaseUrl));
}

async function measure(databaseUrl: string): Promise<Row[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-bench-'));
  const stub = await startStubHomeserver({ botUserId: '@heimdall:example.org', keepLog: false });
  for (const roomId of [MANAGEMENT_ROOM, ...ROOM_IDS])
    stub.setState(roomId, 'm.room.create', '', { room_version: '11' });
  const sides: Side[] = [];
  try {
    const ours = await heimdall(path.join(folder, 'sqlite'), stub, {});
    sides.push(ours);
    const onPostgres = await heimdall(path.join(folder, 'postgres'), stub, { storage: { database_url: databaseUrl } });
    sides.push(onPostgres);
    const bridge = await rival('bridge');
    sides.push(bridge);
    const door = await rival('door');
    sides.push(door);
    const traffic = new Traffic(1130);
    const nothing = 'matrix-appservice-bridge that handles nothing';
    const all: Row[] = [];
    for (const [index, events] of SIZES.entries()) {
      for (const side of sides) side.begin(events);
      // from the second size on they are warm
      for (let round = index === 0 ? -WARM_UP : 0; round < ROUNDS; round += 1) {
        const bodies = Array.from({ length: TRANSACTIONS }, () => traffic.transaction(events));
        for (const side of round % 2 === 0 ? sides : sides.toReversed()) await side.measure(bodies, round);
      }
      all.push(
        ...rows(`intake with detection, ${events} events a transaction`, ours, bridge, nothing, '>= 1.1 x'),
        ...rows(`the same, ledger in PostgreSQL, ${events}`, onPostgres, bridge, nothing, '>= 1.1 x'),
        ...rows(`the same, ledger in SQLite, ${events}`, ours, door, "that bridge's HTTP listener alone", '–'),
      );
    }
    return all;
  } finally {
    for (const side of sides) await side.close();
    await stub.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function rows(work: string, ours: Side, theirs: Side, rival: string, target: string): Row[] {
  const perSecond = (side: Side) => 1000 / side.median('ms');
  return [
    {
      work: `${work}, events/s`,
      rival,
      ours: perSecond(ours),
      theirs: perSecond(theirs),
      ratio: ours.timesBetter('ms', theirs),
      target,
    },
    {
      work: `${work}, µs of processor an event`,
      rival,
      ours: ours.median('processor') * 1000,
      theirs: theirs.median('processor') * 1000,
      ratio: ours.timesBetter('processor', theirs),
      target,
    },
  ];
}

/** What an event took in one round, in ms. */
interface Took {
  ms: number;
  processor: number;
}

/** One of those compared: a process, a connection to it, and what was measured. */
class Side {
  #rounds: Took[] = [];
  #events = 0;
  readonly #pool: Pool;

  constructor(
    url: string,
    private readonly token: string,
    private readonly child: ChildProcess,
    private readonly stop: () => Promise<void>,
  ) {
    this.#pool = new Pool(url, { connections: 1 });
  }

  /** From here on transactions hold so many events. */
  begin(events: number): void {
    this.#events = events;
    this.#rounds = [];
  }

  /** @param round below 0 while it warms up, which does not count */
  async measure(bodies: readonly Buffer[], round: number): Promise<void> {
    const before = await processorMs(this.child);
    const began = performance.now();
    for (const [number, body] of bodies.entries()) {
      const answer = await this.#pool.request({
        method: 'PUT',
        path: `/_matrix/app/v1/transactions/${this.#events}x${round}x${number}`,
        headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
        body,
      });
      if (answer.statusCode !== 200) throw new Error(`transaction answered ${answer.statusCode}`);
      await answer.body.dump();
    }
    if (round < 0) return;
    const all = bodies.length * this.#events;
    const ms = (performance.now() - began) / all;
    this.#rounds.push({ ms, processor: ((await processorMs(this.child)) - before) / all });
  }

  median(what: keyof Took): number {
    return median(this.#rounds.map((round) => round[what]));
  }

  timesBetter(what: keyof Took, theirs: Side): number {
    return median(this.#rounds.map((round, index) => theirs.#rounds[index]![what] / round[what]));
  }

  async close(): Promise<void> {
    await this.#pool.close();
    await this.stop();
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

/** Heimdall as an admin runs it, past its first minutes: its own first event has come back. */
async function heimdall(folder: string, stub: StubHomeserver, more: Record<string, unknown>): Promise<Side> {
  await mkdir(folder);
  const began = stub.timelineOf(MANAGEMENT_ROOM).length;
  const running = await startHeimdall(folder, stub.url, more);
  while (stub.timelineOf(MANAGEMENT_ROOM).length === began) await new Promise((resolve) => setTimeout(resolve, 10));
  const events = stub.timelineOf(MANAGEMENT_ROOM).slice(began);
  if (!(await sendTransaction(running, 'first', events))) throw new Error('the first transaction was not taken');
  return new Side(running.url, running.registration.hs_token, running.child, () => running.stop());
}

async function rival(what: 'bridge' | 'door'): Promise<Side> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [BRIDGE, what, String(port), TOKEN], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  while (
    !(await fetch(url).then(
      () => true,
      () => false,
    ))
  ) {
    if (child.exitCode !== null) throw new Error('the bridge did not start');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return new Side(url, TOKEN, child, () => Promise.resolve(void child.kill('SIGKILL')));
}
