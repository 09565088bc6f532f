import { createServer, request as httpRequest, type Server } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readFileSync, copyFileSync } from 'node:fs';
import { HeimdallProcess } from '../../sandbox/heimdall.js';
import { freePort } from '../../sandbox/ports.js';
import { sleep, waitFor } from '../../sandbox/wait.js';
import { startStubHomeserver, type StubEvent, type StubHomeserver } from './stub-homeserver.js';

export const BOT = '@heimdall:stub.test';
export const MODERATOR = '@mod:stub.test';
export const MANAGEMENT = '!management:stub.test';
export const LOBBY = '!lobby:stub.test';
export const OFFICIAL = '@official:stub.test';
export const OFFICIAL_NAME = 'Example Helpline Desk';

/** One process of several, with its own way to the homeserver, so that what it sends can be told apart. */
export interface Member {
  name: string;
  process: HeimdallProcess;
  url: string;
  /** what it sent to the homeserver that is no GET, with the time */
  writes: { at: number; what: string }[];
}

/** Several Heimdall on one ledger, a homeserver, and a proxy before them that follows `/readyz`. */
export class Fleet {
  readonly members: Member[] = [];
  readonly #servers: Server[] = [];
  readonly #queue: StubEvent[] = [];
  #sending = true;
  #txn = 0;
  #guests = 0;
  #ready: Member | undefined;
  readonly #loops: Promise<void>[] = [];
  /** times at which a transaction was answered 200 */
  readonly taken: { at: number; by: string }[] = [];

  private constructor(
    readonly stub: StubHomeserver,
    readonly folder: string,
    private readonly storage: (name: string) => Record<string, unknown>,
  ) {}

  static async build(storage: (name: string) => Record<string, unknown>, names: readonly string[]): Promise<Fleet> {
    const stub = await startStubHomeserver({ botUserId: BOT });
    stub.admin.allowed = false;
    const folder = mkdtempSync(path.join(tmpdir(), 'heimdall-fleet-'));
    for (const room of [MANAGEMENT, LOBBY]) {
      stub.setState(room, 'm.room.create', '', { room_version: '11' }, MODERATOR);
      stub.setState(room, 'm.room.power_levels', '', { users: { [BOT]: 100, [MODERATOR]: 100 } }, MODERATOR);
      stub.setState(room, 'm.room.join_rules', '', { join_rule: room === LOBBY ? 'public' : 'invite' }, MODERATOR);
      for (const who of [MODERATOR, BOT]) stub.setState(room, 'm.room.member', who, { membership: 'join' }, who);
    }
    const fleet = new Fleet(stub, folder, storage);
    for (const name of names) await fleet.#add(name);
    stub.onEvent((event) => fleet.#queue.push(structuredClone(event)));
    fleet.#loops.push(fleet.#follow(), fleet.#send());
    return fleet;
  }

  async #add(name: string): Promise<void> {
    const writes: Member['writes'] = [];
    const way = await this.#wayToHomeserver(writes);
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const process = new HeimdallProcess({
      dir: path.join(this.folder, name),
      config: {
        homeserver: { url: way, server_name: 'stub.test' },
        appservice: { bind: '127.0.0.1', port, url, registration: 'registration.yaml' },
        management_room: MANAGEMENT,
        protected_identities: [{ user_id: OFFICIAL, display_names: [OFFICIAL_NAME] }],
        responses: { possible: ['notify'], likely: ['notify'], certain: ['notify', 'ban'] },
        scan: { nightly: null },
        storage: this.storage(name),
      },
    });
    const [first] = this.members;
    if (first === undefined) await process.register();
    else copyFileSync(first.process.registrationFile, process.registrationFile);
    this.members.push({ name, process, url, writes });
  }

  /** A proxy of its own for each, which notes what changes something. */
  async #wayToHomeserver(writes: Member['writes']): Promise<string> {
    const target = new URL(this.stub.url);
    const server = createServer((request, response) => {
      if (request.method !== 'GET') writes.push({ at: Date.now(), what: `${request.method} ${request.url}` });
      const onward = httpRequest(
        {
          host: target.hostname,
          port: target.port,
          method: request.method,
          path: request.url,
          headers: request.headers,
        },
        (answer) => {
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(response);
        },
      );
      onward.on('error', () => response.destroy());
      request.pipe(onward);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#servers.push(server);
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  member(name: string): Member {
    const found = this.members.find((one) => one.name === name);
    if (found === undefined) throw new Error(`nobody is called ${name}`);
    return found;
  }

  async readiness(member: Member): Promise<{ status: number; body: unknown }> {
    try {
      const answer = await fetch(`${member.url}/readyz`, { signal: AbortSignal.timeout(3_000) });
      return { status: answer.status, body: await answer.json() };
    } catch {
      return { status: 0, body: undefined };
    }
  }

  /** Resolves when this one is ready, and says how long that took. */
  async untilReady(member: Member, timeoutMs = 30_000): Promise<number> {
    const begun = Date.now();
    await waitFor(async () => (await this.readiness(member)).status === 200, {
      timeoutMs,
      everyMs: 100,
      what: `${member.name} to be ready: ${member.process.logTail(5)}`,
    });
    return Date.now() - begun;
  }

  /** As a load balancer does: asks all of them often, and leads to one that is ready. */
  async #follow(): Promise<void> {
    while (this.#sending) {
      let ready: Member | undefined;
      for (const member of this.members) if ((await this.readiness(member)).status === 200) ready ??= member;
      this.#ready = ready;
      await sleep(100);
    }
  }

  /** As Synapse does: one transaction in flight, in order, until it is answered 200. */
  async #send(): Promise<void> {
    const tokens = readFileSync(this.members[0]?.process.registrationFile ?? '', 'utf8');
    const hsToken = /^hs_token: "?([^"\n]+)"?$/m.exec(tokens)?.[1] ?? '';
    while (this.#sending) {
      const events = this.#queue.slice(0, 100);
      const to = this.#ready;
      if (events.length === 0 || to === undefined) {
        await sleep(20);
        continue;
      }
      const txn = this.#txn;
      const answer = await fetch(`${to.url}/_matrix/app/v1/transactions/${txn}`, {
        method: 'PUT',
        headers: { Authorization: `Bearer ${hsToken}` },
        body: JSON.stringify({ events }),
        signal: AbortSignal.timeout(10_000),
      }).catch(() => undefined);
      if (answer?.status !== 200) {
        await sleep(100);
        continue;
      }
      this.taken.push({ at: Date.now(), by: to.name });
      this.#txn += 1;
      this.#queue.splice(0, events.length);
    }
  }

  /** Somebody who cannot be mistaken for anybody but the official account joins the lobby. */
  impostor(): string {
    const userId = `@guest${(this.#guests += 1)}:evil.example`;
    this.stub.setState(LOBBY, 'm.room.member', userId, { membership: 'join', displayname: OFFICIAL_NAME }, userId);
    return userId;
  }

  /** What was done about a person: each of these shall be 1. */
  tally(userId: string): { bans: number; rules: number; notices: number } {
    const { stub } = this;
    const bodies = stub.timelineOf(MANAGEMENT).filter(({ sender, content }) => {
      const body = content.body;
      return (
        sender === BOT &&
        content['m.relates_to'] === undefined &&
        typeof body === 'string' &&
        new RegExp(`${userId.replaceAll('.', '\\.')}(?![\\w.])`).test(body)
      );
    });
    const writes = stub.requests.filter(({ status }) => status === 200);
    return {
      bans: writes.filter(
        ({ method, path: at, body }) => method === 'POST' && /\/ban$/.test(at) && body.user_id === userId,
      ).length,
      rules: writes.filter(
        ({ method, path: at, body }) => method === 'PUT' && /m\.policy\.rule\.user/.test(at) && body.entity === userId,
      ).length,
      notices: bodies.length,
    };
  }

  async untilDone(userIds: readonly string[], timeoutMs = 30_000): Promise<void> {
    await waitFor(
      () =>
        this.#queue.length === 0 &&
        userIds.every((userId) => {
          const { bans, rules, notices } = this.tally(userId);
          return bans > 0 && rules > 0 && notices > 0;
        }),
      { timeoutMs, what: 'all effects' },
    );
  }

  async end(): Promise<void> {
    this.#sending = false;
    await Promise.all(this.#loops);
    for (const { process: one } of this.members) {
      if (one.pid !== undefined && one.running) process.kill(one.pid, 'SIGCONT');
      await one.kill9();
    }
    for (const server of this.#servers) {
      server.closeAllConnections();
      server.close();
    }
    await this.stub.close();
    if (process.env.HEIMDALL_KEEP === undefined) rmSync(this.folder, { recursive: true, force: true });
  }
}
