import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';
import { startStubHomeserver, type StubEvent, type StubHomeserver } from '../../test/support/stub-homeserver.js';

/** How large the world is. People of the list are `@bad<n>:evil.example`. */
export interface WorldSize {
  rooms: number;
  members: number;
  userRules: number;
  serverRules: number;
  /** how many people of the list are in each room; default: none */
  listedInRooms?: number;
}

export interface Counts {
  reads: number;
  writes: number;
  /** ms since the epoch; NaN without a write */
  firstAt: number;
  lastAt: number;
}

/** An appservice to send transactions to. */
export interface Door {
  url: string;
  hsToken: string;
}

/**
 * The stub homeserver with rooms full of people, in a process of its own, so that its work is not counted as ours. It
 * also sends the transactions and measures until the ban arrives, so that both ends of a measurement have one clock.
 */
export interface World {
  url: string;
  roomIds: string[];
  listId: string;
  /**
   * Requests that came since the last call: reads, and writes that change a room (no messages), with the times of the
   * first and the last of these.
   */
  counts(): Promise<Counts>;
  /** From now on every answer takes this long, in ms. */
  setRoundTrip(ms: number): Promise<void>;
  /**
   * `count` joins of people of the list, one after another; ms from the transaction's start until the ban stands in the
   * room.
   */
  joins(door: Door, count: number, first: number): Promise<number[]>;
  /** Renames of people in a room, one transaction each. */
  renames(door: Door, roomId: string, count: number): Promise<void>;
  /** A message in the management room. */
  say(door: Door, body: string): Promise<void>;
  stop(): void;
}

const FILE = fileURLToPath(import.meta.url);
const BOT = '@heimdall:example.org';
const MODERATOR = '@mod:example.org';
const MANAGEMENT = '!management:example.org';
const LIST = '!list:example.org';

type Question =
  | { make: WorldSize }
  | { counts: true }
  | { roundTrip: number }
  | { joins: Door & { count: number; first: number } }
  | { renames: Door & { roomId: string; count: number } }
  | { say: Door & { body: string } };

export async function startWorld(size: WorldSize): Promise<World> {
  const child: ChildProcess = fork(FILE, ['serve'], { stdio: 'inherit', execArgv: [] });
  const ask = <T>(question: Question): Promise<T> =>
    new Promise((resolve, reject) => {
      child.once('message', (answer: { ok?: T; error?: string }) => {
        if (answer.error === undefined) resolve(answer.ok as T);
        else reject(new Error(answer.error));
      });
      child.send(question);
    });
  const url = await ask<string>({ make: size });
  return {
    url,
    listId: LIST,
    roomIds: roomIdsOf(size),
    counts: () => ask({ counts: true }),
    setRoundTrip: (ms) => ask({ roundTrip: ms }),
    joins: (door, count, first) => ask({ joins: { ...door, count, first } }),
    renames: (door, roomId, count) => ask({ renames: { ...door, roomId, count } }),
    say: (door, body) => ask({ say: { ...door, body } }),
    stop: () => void child.kill(),
  };
}

/** Who the list bans. */
export function listed(number: number): string {
  return `@bad${number}:evil.example`;
}

function roomIdsOf({ rooms }: WorldSize): string[] {
  return Array.from({ length: rooms }, (_, index) => `!room${index}:example.org`);
}

async function serve(): Promise<void> {
  const stub = await startStubHomeserver({ botUserId: BOT });
  const door = new Sender(stub);
  process.on('message', (question: Question) => {
    answer(stub, door, question).then(
      (ok) => process.send?.({ ok }),
      (error: unknown) => process.send?.({ error: String(error) }),
    );
  });
  process.on('disconnect', () => process.exit(0));
}

async function answer(stub: StubHomeserver, door: Sender, question: Question): Promise<unknown> {
  if ('make' in question) return make(stub, question.make);
  if ('counts' in question) return counts(stub);
  if ('roundTrip' in question) return stub.setRoundTrip(question.roundTrip);
  if ('joins' in question) return door.joins(question.joins, question.joins.count, question.joins.first);
  if ('renames' in question) return door.renames(question.renames, question.renames.roomId, question.renames.count);
  return door.say(question.say, question.say.body);
}

function make(stub: StubHomeserver, size: WorldSize): string {
  const room = (roomId: string): void => {
    stub.setState(roomId, 'm.room.create', '', { room_version: '11' });
    stub.setState(roomId, 'm.room.power_levels', '', { users: { [BOT]: 100, [MODERATOR]: 100 } });
    stub.setState(roomId, 'm.room.member', BOT, { membership: 'join' }, BOT);
  };
  for (const roomId of [MANAGEMENT, LIST, ...roomIdsOf(size)]) room(roomId);
  stub.setState(MANAGEMENT, 'm.room.member', MODERATOR, { membership: 'join' }, MODERATOR);
  stub.setState(MANAGEMENT, 'm.room.join_rules', '', { join_rule: 'invite' }, MODERATOR);
  for (const roomId of roomIdsOf(size)) {
    for (let index = 0; index < size.members; index += 1) {
      const userId = `@person${index}:server${index % 40}.example`;
      stub.setState(
        roomId,
        'm.room.member',
        userId,
        { membership: 'join', displayname: `Person ${index}`, avatar_url: `mxc://server.example/${index}` },
        userId,
      );
    }
  }
  for (const roomId of roomIdsOf(size))
    for (let index = 0; index < (size.listedInRooms ?? 0); index += 1)
      stub.setState(roomId, 'm.room.member', listed(index), { membership: 'join' }, listed(index));
  const rule = (kind: string, entity: string, key: number): void =>
    void stub.setState(
      LIST,
      `m.policy.rule.${kind}`,
      `${kind}${key}`,
      { entity, recommendation: 'm.ban', reason: 'spam' },
      MODERATOR,
    );
  for (let index = 0; index < size.userRules; index += 1) rule('user', listed(index), index);
  for (let index = 0; index < size.serverRules; index += 1) rule('server', `spam${index}.example`, index);
  return stub.url;
}

function counts(stub: StubHomeserver): Counts {
  const requests = stub.requests.splice(0);
  const writes = requests.filter(
    ({ method, path: asked }) =>
      method !== 'GET' && /\/(state\/m\.room\.server_acl|ban|unban|kick|invite|redact)/.test(asked),
  );
  return {
    reads: requests.filter(({ method }) => method === 'GET').length,
    writes: writes.length,
    firstAt: writes.length === 0 ? NaN : Math.min(...writes.map(({ at }) => at)),
    lastAt: writes.length === 0 ? NaN : Math.max(...writes.map(({ at }) => at)),
  };
}

class Sender {
  readonly #pools = new Map<string, Pool>();
  #transactions = 0;
  /** the ban that is waited for */
  #waiting: { userId: string; arrived: (at: number) => void } | undefined;

  constructor(private readonly stub: StubHomeserver) {
    stub.onEvent((event) => {
      if (event.content.membership === 'ban' && event.state_key === this.#waiting?.userId)
        this.#waiting?.arrived(performance.now());
    });
  }

  async joins(door: Door, count: number, first: number): Promise<number[]> {
    const times: number[] = [];
    for (let index = first; index < first + count; index += 1) {
      const event = this.stub.setState(
        `!room${index % 50}:example.org`,
        'm.room.member',
        listed(index),
        { membership: 'join', displayname: `Bad ${index}` },
        listed(index),
      );
      const ban = new Promise<number>((arrived) => {
        this.#waiting = { userId: listed(index), arrived };
      });
      const began = performance.now();
      const [, at] = await Promise.all([this.#send(door, [event]), ban]);
      times.push(at - began);
      // what comes back of our own ban is the next transaction
      const back = this.stub.stateOf(event.room_id).find((state) => state.state_key === listed(index));
      if (back !== undefined) await this.#send(door, [back]);
    }
    return times;
  }

  async renames(door: Door, roomId: string, count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const userId = `@person${index}:server${index % 40}.example`;
      await this.#send(door, [
        this.stub.setState(
          roomId,
          'm.room.member',
          userId,
          { membership: 'join', displayname: `Renamed ${index}` },
          userId,
        ),
      ]);
    }
  }

  async say(door: Door, body: string): Promise<void> {
    await this.#send(door, [this.stub.send(MANAGEMENT, MODERATOR, { msgtype: 'm.text', body })]);
  }

  async #send({ url, hsToken }: Door, events: readonly StubEvent[]): Promise<void> {
    const pool = this.#pools.get(url) ?? new Pool(url, { connections: 1 });
    this.#pools.set(url, pool);
    this.#transactions += 1;
    const reply = await pool.request({
      method: 'PUT',
      path: `/_matrix/app/v1/transactions/${process.pid}-${this.#transactions}`,
      headers: { authorization: `Bearer ${hsToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ events }),
    });
    await reply.body.dump();
    if (reply.statusCode !== 200) throw new Error(`transaction answered ${reply.statusCode}`);
  }
}

if (process.argv[1] === FILE && process.argv[2] === 'serve') await serve();
