/**
 * The first start on a homeserver with a past: 200,000 events that no application service was there for come in the first
 * minutes, in order, 100 a transaction, on a homeserver (a stub that answers after 2 ms). 5,000 of them are joins of
 * accounts that cannot be mistaken for anybody but the official one, all of whom are still in the protected room. Measured:
 * the seconds to the first 200 of /readyz while the past comes in, the seconds until all of it is taken, and who was
 * banned, mailed about and told of: the limits of a scan hold, so nobody is banned and moderators get one question.
 */
import type { StubHomeserver } from '../../test/support/stub-homeserver.js';
import type { Row } from '../row.js';
import type { Feed } from './feed.js';
import { LOBBY, openLobby } from './lobby.js';
import { startHeimdall } from './process.js';

const EVENTS = 200_000;
/** Every so many events one is the join of an impostor. */
const IMPOSTOR_EVERY = 40;
const LONG_AGO = 1_500_000_000_000;
/** For what would still be done about the past. */
const LAST_WORD_MS = 30_000;
const TOO_LATE_MS = 300_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function run(): Promise<Row[]> {
  const lobby = await openLobby();
  const { folder, stub, feed, mailbox } = lobby;
  for (let index = 0; index < EVENTS; index += 1) addPast(stub, feed, index);
  let banned = 0;
  stub.onEvent(({ room_id: roomId, content }) => {
    if (roomId === LOBBY && content.membership === 'ban') banned += 1;
  });
  const began = performance.now();
  const heimdall = await startHeimdall(folder, stub.url, lobby.config, (running) => feed.start(running));
  try {
    while (feed.left > 0 && performance.now() - began < TOO_LATE_MS) await pause(20);
    const taken = (performance.now() - began) / 1000;
    const left = feed.left;
    await pause(LAST_WORD_MS);
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
      row('root messages', lobby.rootMessages().length, '<= 62: those of a scan, the greeting, the question'),
    ];
  } finally {
    await heimdall.stop();
    await lobby.close();
  }
}

function addPast(stub: StubHomeserver, feed: Feed, index: number): void {
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
