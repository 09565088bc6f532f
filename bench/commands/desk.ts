/**
 * Commands that need nothing of the homeserver, from the ledger's command to the ledger's answer: with 100 protected
 * rooms of 200 members, 5,000 rules and 10,000 open cases, on SQLite. p99 of 200 runs each. Left out: the way through
 * the homeserver, which is its business. There is no rival: it is a promise about ourselves.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import libsql from 'libsql';
import { commandAction } from '../../src/commands/command-action.js';
import { commandHandler } from '../../src/commands/handler.js';
import { isReserved } from '../../src/commands/table.js';
import type { Services } from '../../src/commands/types.js';
import type { MatrixEvent } from '../../src/matrix/types.js';
import { createPolicy } from '../../src/policy/index.js';
import { openLedger } from '../../src/store/index.js';
import type { ActionRecord } from '../../src/store/records/actions.js';
import type { Ledger } from '../../src/store/types.js';
import { RoomStateCache } from '../../src/tracking/rooms.js';
import { silentLogger } from '../../src/util/logger.js';
import type { Row } from '../row.js';

const ROOMS = 100;
const MEMBERS = 200;
const RULES = 5_000;
const CASES = 10_000;
const RUNS = 200;
const BOT = '@heimdall:example.org';
const MODERATOR = '@mod:example.org';
const MANAGEMENT = '!management:example.org';
const LIST = '!list:example.org';

const COMMANDS: readonly (readonly [words: string, target: string])[] = [
  ['cases', '< 50 ms'],
  ['case 4242', '< 50 ms'],
  ['status', '< 100 ms'],
  ['rooms', '< 100 ms'],
  ['rules matching @user77:evil.test', '< 100 ms'],
  ['explain @user77:evil.test', '< 100 ms'],
  ['help', '< 100 ms'],
];

function stateOf(roomId: string): MatrixEvent[] {
  const event = (type: string, key: string, content: object, sender = MODERATOR): MatrixEvent =>
    ({
      type,
      state_key: key,
      content,
      sender,
      event_id: `$${type}${key}`,
      room_id: roomId,
      origin_server_ts: 1,
    }) as never;
  return [
    event('m.room.create', '', { room_version: '11' }),
    event('m.room.power_levels', '', { users: { [MODERATOR]: 100, [BOT]: 100 } }),
    ...[BOT, MODERATOR, ...Array.from({ length: MEMBERS }, (_, n) => `@user${n}:evil.test`)].map((userId) =>
      event('m.room.member', userId, { membership: 'join' }, userId),
    ),
  ];
}

/** Written in SQL: ten thousand commits would take longer than all the rest. */
function fill(file: string): void {
  const database = new libsql(file);
  database.exec(`with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${CASES})
    insert into cases (subject_kind, subject, subject_key, state, verdict, score, opened_at, updated_at)
    select 'user', '@user' || n || ':evil.test', '@user' || n || ':evil.test', 'open', 'likely', 5, n, n from numbers`);
  database.exec(`with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < ${CASES})
    insert into findings (case_id, key, kind, seen_at, data)
    select n, 'r' || n, 'report', n, '{"reporter":"@a:example.org","reason":"spam","source":"client"}' from numbers`);
  database.close();
}

function servicesOn(ledger: Ledger): { services: Services; management: RoomStateCache } {
  const protectedRooms = new RoomStateCache();
  for (let n = 0; n < ROOMS; n++) protectedRooms.read(`!room${n}:example.org`, stateOf(`!room${n}:example.org`), 0);
  const management = new RoomStateCache();
  management.read(MANAGEMENT, stateOf(MANAGEMENT).slice(0, 4), 0);
  const policy = createPolicy();
  for (let n = 0; n < RULES; n++)
    policy.apply({
      type: 'm.policy.rule.user',
      state_key: `rule${n}`,
      room_id: LIST,
      event_id: `$rule${n}`,
      sender: MODERATOR,
      content: { entity: `@user${n}:evil.test`, recommendation: 'm.ban', reason: 'spam' },
    } as never);
  const services = {
    config: {
      commands: { roles: { viewer: null, moderator: null, admin: null } },
      protected_identities: [],
      takedown: {},
      dry_run: false,
    },
    homeserver: { botUserId: BOT, serverName: 'example.org', isAdmin: () => Promise.resolve(true) },
    ledger,
    settings: { get: () => ({ watched_lists: [{ room_id: LIST }], policy_list_room: LIST, protected_spaces: [] }) },
    lists: { policy, shortcodeOf: () => 'ours', allByShortcode: () => [], has: () => true, isMade: () => true },
    protectedRooms,
    protection: {
      failures: new Map(),
      skipped: new Map(),
      roomIds: [...protectedRooms.all()].map(({ roomId }) => roomId),
      lists: { ownTrouble: () => undefined },
    },
    rulesProblem: () => undefined,
    facts: () => ({ moderators: new Set([MODERATOR]) }),
    isReserved,
    clock: Date.now,
    startedAt: 0,
    version: '0',
  } as unknown as Services;
  return { services, management };
}

/** One command from its commit to its answer's commit; ms. */
async function once(ledger: Ledger, handler: ReturnType<typeof commandHandler>, words: string, n: number) {
  const begun = performance.now();
  const said = words.split(' ').map((text) => ({ text, quoted: false }));
  const around = { contradictory: false, unlinkedMentions: [], mentions: [] };
  const action = commandAction(
    { eventId: `$${words}${n}`, roomId: MANAGEMENT, sender: MODERATOR, words: said, around },
    0,
  );
  await ledger.commit((tx) => tx.addActions([action]));
  const [due] = await ledger.actionsByKey([action.key]);
  const outcome = await handler.perform(due as ActionRecord, { mayHaveBeenSent: false });
  if (outcome.state !== 'done' || outcome.follow === undefined || outcome.follow.length === 0)
    throw new Error(`${words} was not answered: ${JSON.stringify(outcome)}`);
  const answer = JSON.stringify(outcome.follow[0]?.payload);
  if (/failed|Nothing was done/.test(answer)) throw new Error(`${words}: ${answer.slice(0, 300)}`);
  await ledger.endAction((due as ActionRecord).id, { ...outcome, at: Date.now() });
  return performance.now() - begun;
}

export async function run(): Promise<Row[]> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'heimdall-bench-desk-'));
  try {
    // made first, filled, and opened again: the figures are those of a ledger that was there
    await (await openLedger({ dataDir })).close();
    fill(path.join(dataDir, 'ledger.sqlite'));
    const ledger = await openLedger({ dataDir });
    const { services, management } = servicesOn(ledger);
    const handler = commandHandler({
      services,
      managementRoom: () => management.get(MANAGEMENT),
      logger: silentLogger,
    });
    const rows: Row[] = [];
    for (const [words, target] of COMMANDS) {
      for (let n = 0; n < 20; n++) await once(ledger, handler, words, -1 - n);
      const times: number[] = [];
      for (let n = 0; n < RUNS; n++) times.push(await once(ledger, handler, words, n));
      const p99 = times.sort((a, b) => a - b)[Math.floor(RUNS * 0.99) - 1] ?? 0;
      rows.push({
        work: `command to answer: ${words}; ${ROOMS} rooms, ${CASES.toLocaleString('en-US')} open cases (p99, ms)`,
        rival: '–',
        ours: p99,
        theirs: '–',
        ratio: '–',
        target,
      });
    }
    await ledger.close();
    return rows;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
