/**
 * A raid: 5,000 accounts that cannot be mistaken for anybody but the official one join a protected room within a minute,
 * on a homeserver (a stub that answers after 2 ms) that passes them on in order. Measured from each join to its ban; how
 * many messages stand in the management room beside threads and edits; how many mails the abuse desk got; and the slowest
 * answer of `/healthz` meanwhile. The first 60 cases ring and mail one by one, what is beyond is told and mailed together.
 */
import type { Row } from '../row.js';
import { BOT, LOBBY, MANAGEMENT, MODERATOR, openLobby } from './lobby.js';
import { startHeimdall } from './process.js';

const IMPOSTORS = 5_000;
const WITHIN_MS = 60_000;
/** The last digest and the last gathered mail come within a minute each. */
const LAST_WORD_MS = 75_000;
const TOO_LATE_MS = 240_000;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export async function run(): Promise<Row[]> {
  const lobby = await openLobby();
  const { folder, stub, feed, mailbox } = lobby;
  const heimdall = await startHeimdall(folder, stub.url, lobby.config);
  feed.start(heimdall);
  const health = new HealthWatch(heimdall.url);
  try {
    // its past ends when an event of its own has come back
    stub.send(MANAGEMENT, MODERATOR, { msgtype: 'm.text', body: '!heimdall status' });
    while (!stub.timelineOf(MANAGEMENT).some(({ sender }) => sender === BOT)) await pause(50);
    await pause(2_000);
    const joined = new Map<string, number>();
    const bannedAfter: number[] = [];
    stub.onEvent(({ room_id: roomId, state_key: userId, content }) => {
      const at = joined.get(userId ?? '');
      if (roomId === LOBBY && content.membership === 'ban' && at !== undefined) bannedAfter.push(Date.now() - at);
    });
    health.start();
    await joinAll(IMPOSTORS, (userId) => {
      joined.set(userId, Date.now());
      stub.setState(
        LOBBY,
        'm.room.member',
        userId,
        { membership: 'join', displayname: 'Example (Official Account)' },
        userId,
      );
    });
    const end = Date.now() + TOO_LATE_MS;
    while (bannedAfter.length < IMPOSTORS && Date.now() < end) await pause(100);
    await pause(LAST_WORD_MS);
    health.stop();
    const row = (work: string, ours: number, target: string): Row => ({
      work: `raid of ${IMPOSTORS} in a minute, ${work}`,
      rival: '–',
      ours,
      theirs: '–',
      ratio: '–',
      target,
    });
    return [
      row('banned', bannedAfter.length, `${IMPOSTORS}`),
      row('slowest ban, seconds', Math.max(...bannedAfter) / 1000, '<= 60'),
      row('root messages', lobby.rootMessages().length, '<= 65: 60 one by one, then one a minute'),
      row('mails to the desk', mailbox.mails.length, '<= 65: 60 one by one, then one a minute'),
      row('/healthz, slowest ms', health.slowest, '< 200'),
    ];
  } finally {
    health.stop();
    await heimdall.stop();
    await lobby.close();
  }
}

/** Spread evenly over the minute, whatever a single step takes. */
async function joinAll(count: number, one: (userId: string) => void): Promise<void> {
  const began = Date.now();
  for (let done = 0; done < count;) {
    const due = Math.min(count, Math.ceil(((Date.now() - began) / WITHIN_MS) * count));
    for (; done < due; done += 1) one(`@imp${done}:remote.test`);
    await pause(10);
  }
}

/** Asks `/healthz` ten times a second and keeps the slowest answer. */
class HealthWatch {
  slowest = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly url: string) {}

  start(): void {
    this.#timer = setInterval(() => void this.#ask(), 100);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #ask(): Promise<void> {
    const began = performance.now();
    const answer = await fetch(`${this.url}/healthz`).catch(() => undefined);
    if (answer !== undefined) this.slowest = Math.max(this.slowest, performance.now() - began);
  }
}
