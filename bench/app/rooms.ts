/**
 * Start with what a community has: seconds to the first 200 of /readyz and resident memory with 100 protected rooms of
 * 1,000 members and a list of 5,000 rules, and with one room of 50,000; then reads caused by ten renames in it. Against
 * a stub homeserver in this process, so Heimdall's own process holds Heimdall alone. Rival: the same start with no rooms.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startStubHomeserver, type StubEvent, type StubHomeserver } from '../../test/support/stub-homeserver.js';
import type { Row } from '../row.js';
import { residentMb, startHeimdall, type RunningHeimdall } from './process.js';

const BOT = '@heimdall:example.org';
const LIST = '!list:example.org';

interface Measure {
  seconds: number;
  megabytes: number;
  reads: number;
}

export async function run(): Promise<Row[]> {
  const nothing = await measure(0, 0, 0);
  const many = await measure(100, 1_000, 5_000);
  const large = await measure(1, 50_000, 0, tenRenames);
  const seconds = (work: string, ours: Measure, target: string): Row => ({ work: `${work}, seconds to /readyz`, rival: 'no rooms', ours: ours.seconds, theirs: nothing.seconds, ratio: nothing.seconds / ours.seconds, target });
  const memory = (work: string, ours: Measure, target: string): Row => ({ work: `${work}, resident MB`, rival: 'no rooms', ours: ours.megabytes, theirs: nothing.megabytes, ratio: nothing.megabytes / ours.megabytes, target });
  const hundred = '100 rooms × 1,000 members × 5,000 rules';
  return [
    seconds(hundred, many, '<= 2 s'),
    memory(hundred, many, '<= 200 MB'),
    memory('one room of 50,000 members', large, `<= ${Math.round(nothing.megabytes) + 150} MB`),
    { work: '10 renames in a room of 50,000, reads', rival: '–', ours: large.reads, theirs: '–', ratio: '–', target: '0' },
  ];
}

async function measure(rooms: number, members: number, rules: number, then?: (heimdall: RunningHeimdall, stub: StubHomeserver) => Promise<void>): Promise<Measure> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-bench-'));
  const stub = await startStubHomeserver({ botUserId: BOT });
  try {
    makeRoom(stub, '!management:example.org', 0);
    const ids = Array.from({ length: rooms }, (_, index) => `!room${index}:example.org`);
    ids.forEach((roomId, index) => makeRoom(stub, roomId, members, index));
    makeRoom(stub, LIST, 0);
    for (let index = 0; index < rules; index += 1) stub.setState(LIST, 'm.policy.rule.user', `rule${index}`, { entity: index % 10 === 0 ? `@*spam${index}*:*` : `@nobody${index}:evil.test`, recommendation: 'm.ban', reason: 'bench' });
    await mkdir(path.join(folder, 'data'));
    await writeFile(path.join(folder, 'data', 'settings.json'), JSON.stringify({ protected_rooms: ids, watched_lists: rules === 0 ? [] : [{ room_id: LIST }] }));
    const heimdall = await startHeimdall(folder, stub.url, { dry_run: true });
    try {
      const before = reads(stub);
      await then?.(heimdall, stub);
      return { seconds: heimdall.seconds, megabytes: await residentMb(heimdall.child), reads: reads(stub) - before };
    } finally {
      await heimdall.stop();
    }
  } finally {
    await stub.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function makeRoom(stub: StubHomeserver, roomId: string, members: number, seed = 0): void {
  stub.setState(roomId, 'm.room.create', '', { room_version: '11' });
  stub.setState(roomId, 'm.room.power_levels', '', { users: { [BOT]: 100 } });
  stub.setState(roomId, 'm.room.member', BOT, { membership: 'join' }, BOT);
  for (let index = 0; index < members; index += 1) {
    const userId = `@member${seed}-${index}:server${index % 300}.test`;
    stub.setState(roomId, 'm.room.member', userId, { membership: 'join', displayname: `Member ${index}`, avatar_url: `mxc://server.test/${index}` }, userId);
  }
}

/** By the client API: the first scan, which looks at rooms by the admin API, has nothing to do with it. */
const reads = (stub: StubHomeserver) => stub.requests.filter(({ method, path: what }) => method === 'GET' && /^\/_matrix\/client\/.*\/(state|members|joined_members)/.test(what)).length;

async function tenRenames(heimdall: RunningHeimdall, stub: StubHomeserver): Promise<void> {
  const events: StubEvent[] = [];
  for (let index = 0; index < 10; index += 1) {
    const userId = `@member0-${index}:server${index % 300}.test`;
    const before = stub.stateOf('!room0:example.org').find((event) => event.state_key === userId);
    const renamed = stub.setState('!room0:example.org', 'm.room.member', userId, { membership: 'join', displayname: `Renamed ${index}` }, userId);
    events.push({ ...renamed, unsigned: { replaces_state: before?.event_id, prev_content: before?.content } } as StubEvent);
  }
  const answer = await fetch(`${heimdall.url}/_matrix/app/v1/transactions/renames`, { method: 'PUT', headers: { Authorization: `Bearer ${heimdall.registration.hs_token}` }, body: JSON.stringify({ events }) });
  if (!answer.ok) throw new Error(`the renames were not taken: ${answer.status}`);
  await new Promise((resolve) => setTimeout(resolve, 1000));
}
