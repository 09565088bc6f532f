/**
 * The first start on a homeserver with a past: 200,000 events that no application service was there for come in the first
 * minutes, in order, 100 a transaction, on a homeserver (a stub that answers after 2 ms). 5,000 of them are joins of
 * accounts that cannot be mistaken for anybody but the official one, all of whom are still in the protected room. Measured:
 * the seconds to the first 200 of /readyz while the past comes in, the seconds until all of it is taken, and who was
 * banned, mailed about and told of: the limits of a scan hold, so nobody is banned and moderators get one question.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Mailbox } from '../../sandbox/mailbox.js';
import { openSettings } from '../../src/store/index.js';
import { startStubHomeserver } from '../../test/support/stub-homeserver.js';
import type { Row } from '../row.js';
import { Feed } from './feed.js';
import { startHeimdall } from './process.js';

const EVENTS = 200_000;
/** Every so many events one is the join of an impostor. */
const IMPOSTOR_EVERY = 40;
const ROUND_TRIP_MS = 2;
const MANAGEMENT = '!management:example.org';
const LOBBY = '!lobby:example.org';
const BOT = '@heimdall:example.org';
const MODERATOR = '@moderator:example.org';
const LONG_AGO = 1_500_000_000_000;
/** For what would still be done about the past. */
const LAST_WORD_MS = 30_000;
const TOO_LATE_MS = 300_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function run(): Promise<Row[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'heimdall-bench-'));
  const stub = await startStubHomeserver({ botUserId: BOT, roundTripMs: ROUND_TRIP_MS, keepLog: false });
  stub.admin.allowed = true;
  for (const roomId of [MANAGEMENT, LOBBY]) {
    stub.setState(roomId, 'm.room.create', '', { room_version: '11' }, MODERATOR);
    stub.setState(roomId, 'm.room.power_levels', '', { users: { [MODERATOR]: 100, [BOT]: 100 } }, MODERATOR);
    for (const who of [MODERATOR, BOT]) stub.setState(roomId, 'm.room.member', who, { membership: 'join' }, who);
  }
  const settings = await openSettings({ dataDir: path.join(folder, 'data') });
  await settings.update((draft) => void draft.protected_rooms.push(LOBBY));
  await settings.close();
  const mailbox = await Mailbox.open();
  const feed = new Feed();
  feed.follow(stub);
  for (let index = 0; index < EVENTS; index += 1) addPast(stub, feed, index);
  let banned = 0;
  stub.onEvent(({ room_id: roomId, content }) => {
    if (roomId === LOBBY && content.membership === 'ban') banned += 1;
  });
  const began = performance.now();
  const heimdall = await startHeimdall(
    folder,
    stub.url,
    {
      mail: { smtp_url: mailbox.url, from: 'Heimdall <heimdall@example.org>', abuse_contact: 'abuse@example.org' },
      scan: { nightly: null },
    },
    (running) => feed.start(running),
  );
  try {
    while (feed.left > 0 && performance.now() - began < TOO_LATE_MS) await pause(20);
    const taken = (performance.now() - began) / 1000;
    const left = feed.left;
    await pause(LAST_WORD_MS);
    const roots = stub
      .timelineOf(MANAGEMENT)
      .filter(({ sender, type, content }) => sender === BOT && type === 'm.room.message' && !content['m.relates_to']);
    const row = (work: string, ours: number, target: string): Row => ({
      work: `first start, ${EVENTS.toLocaleString('en')} past events, ${work}`,
      rival: '–',
      ours,
      theirs: '–',
      ratio: '–',
      target,
    });
    return [
      row('seconds to ready', heimdall.seconds, '< 60'),
      row('seconds until all is taken', taken, '–'),
      row('events left', left, '0'),
      row('banned', banned, '<= 20, the limit of a scan'),
      row('mails to the desk', mailbox.mails.length, '<= 60, the limit of a scan'),
      row('root messages', roots.length, '<= 62: those of a scan, the greeting, the question'),
    ];
  } finally {
    await heimdall.stop();
    await feed.stop();
    await mailbox.close();
    await stub.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function addPast(stub: Awaited<ReturnType<typeof startStubHomeserver>>, feed: Feed, index: number): void {
  if (index % IMPOSTOR_EVERY === 0) {
    const content = { membership: 'join', displayname: 'Example (Official Account)' };
    const userId = `@imp${index}:remote.test`;
    stub.setState(LOBBY, 'm.room.member', userId, content, userId);
    return;
  }
  feed.add({
    type: 'm.room.message',
    event_id: `$past${index}`,
    room_id: LOBBY,
    sender: `@person${index % 1_000}:remote.test`,
    origin_server_ts: LONG_AGO + index * 1_000,
    content: { msgtype: 'm.text', body: `long ago ${index}` },
  });
}
