import { interlock } from '../../src/enforcement/interlock.js';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ActionHandler } from '../../src/actions/types.js';
import { AclRegister } from '../../src/enforcement/acl-register.js';
import { createActionHandlers } from '../../src/enforcement/handlers/index.js';
import type { ActionEnd, ActionFailure } from '../../src/actions/ends.js';
import { createExecutor, type Executor, type ExecutorOptions } from '../../src/actions/executor.js';
import type { GuardContext, MemberState, RoomSnapshot, RoomSnapshots } from '../../src/enforcement/types.js';
import { parseCreate, parsePowerLevels } from '../../src/matrix/events.js';
import { createHomeserver } from '../../src/matrix/client.js';
import type { Homeserver, Membership } from '../../src/matrix/types.js';
import type { Policy } from '../../src/policy/types.js';
import { openLedger, type ActionRecord, type Ledger, type NewAction } from '../../src/store/index.js';
import { silentLogger } from '../../src/util/logger.js';
import type { StubModeration } from '../support/stub-moderation.js';
import { startStubHomeserver, type StubEvent, type StubHomeserver } from '../support/stub-homeserver.js';
import { BOT, factsOf, policyOf } from './fixtures.js';

export interface Running {
  stub: StubHomeserver;
  homeserver: Homeserver;
  ledger: Ledger;
  executor: Executor;
  facts: GuardContext;
  troubles: ActionFailure[];
  /** actions in the order in which they ended */
  ended: { action: ActionRecord; end: ActionEnd }[];
  /** commits, and the executor hears of it */
  add(...actions: NewAction[]): Promise<void>;
  /** resolves when nothing is due any more */
  settled(): Promise<void>;
  /** puts the executor's clock on by so many milliseconds: what was to wait for them is due now */
  later(ms: number): void;
  /** ends this executor and starts another one on the same ledger, as after a crash */
  restart(options?: Partial<ExecutorOptions>): Promise<void>;
  close(): Promise<void>;
}

export interface RunningOptions extends Partial<ExecutorOptions> {
  policy?: Policy;
  moreHandlers?: ActionHandler[];
  /** false: the snapshots stay empty, so handlers must ask the homeserver */
  snapshots?: boolean;
  /** so long ago the snapshots were read, in ms; default: nobody knows */
  readAgoMs?: number;
  /** the admin API's side; default: there is none */
  moderation?: StubModeration;
  start?: boolean;
}

/** An executor on a real ledger (SQLite), the real client and the stub homeserver. */
export async function startRunning(options: RunningOptions = {}): Promise<Running> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'heimdall-executor-'));
  const stub = await startStubHomeserver({
    botUserId: BOT,
    ...(options.moderation === undefined ? {} : { moderation: options.moderation }),
  });
  const homeserver = createHomeserver({
    url: stub.url,
    serverName: 'example.org',
    botLocalpart: 'heimdall',
    asToken: 'token',
    adminToken: null,
  });
  const ledger = await openLedger({ dataDir, databaseUrl: null, clock: Date.now });
  let ahead = 0;
  const rooms =
    options.snapshots === false ? { get: () => undefined, all: () => [] } : followStub(stub, options.readAgoMs);
  const policy = options.policy ?? policyOf();
  const running: Running = {
    stub,
    homeserver,
    ledger,
    facts: factsOf({ rooms, policy }),
    troubles: [],
    ended: [],
    executor: { start() {}, take() {}, nudge() {}, stop: () => Promise.resolve() },
    async add(...actions) {
      await ledger.commit((tx) => tx.addActions(actions));
    },
    async settled() {
      while ((await ledger.countDueActions()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
      // whoever hears of ends hears of them after the commit
      await new Promise(setImmediate);
    },
    later(ms) {
      ahead += ms;
      running.executor.nudge();
    },
    async restart(changes = {}) {
      await running.executor.stop();
      running.executor = makeExecutor(changes);
      running.executor.start();
    },
    async close() {
      await running.executor.stop();
      await ledger.close();
      await homeserver.close();
      await stub.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
  const makeExecutor = (changes: Partial<ExecutorOptions>) =>
    createExecutor({
      ledger,
      handlers: [
        ...createActionHandlers({
          homeserver,
          rooms,
          policy,
          facts: () => running.facts,
          acls: new AclRegister(),
          clock: () => Date.now() + ahead,
        }),
        ...(options.moreHandlers ?? []),
      ],
      guard: (question) => interlock(question, running.facts),
      clock: () => Date.now() + ahead,
      logger: silentLogger,
      dryRun: false,
      random: () => 0,
      onTrouble: (trouble) => running.troubles.push(trouble),
      onEnd: (action, end) => running.ended.push({ action, end }),
      ...options,
      ...changes,
    });
  running.executor = makeExecutor({});
  ledger.onWork((work) => running.executor.take(work));
  if (options.start !== false) running.executor.start();
  return running;
}

/** Snapshots kept from the stub's events, as the watch keeps them from transactions. */
function followStub(stub: StubHomeserver, readAgoMs?: number): RoomSnapshots {
  const rooms = new Map<string, RoomSnapshot & { members: Map<string, MemberState> }>();
  stub.onEvent((event: StubEvent) => {
    if (event.state_key === undefined) return;
    const room = rooms.get(event.room_id) ?? {
      roomId: event.room_id,
      create: parseCreate({ sender: '@creator:creators.example', content: { room_version: '11' } }),
      powerLevels: parsePowerLevels({ users: { [BOT]: 100 } }),
      powerLevelsEventId: undefined,
      members: new Map<string, MemberState>(),
      acl: undefined,
      ...(readAgoMs === undefined ? {} : { readAt: Date.now() - readAgoMs }),
    };
    rooms.set(event.room_id, room);
    if (event.type === 'm.room.member')
      room.members.set(event.state_key, {
        membership: event.content.membership as Membership,
        eventId: event.event_id,
        sender: event.sender,
      });
    if (event.type === 'm.room.server_acl')
      room.acl = { eventId: event.event_id, content: event.content, sender: event.sender };
  });
  return { get: (roomId) => rooms.get(roomId), all: () => rooms.values() };
}
