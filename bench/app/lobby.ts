import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Mailbox } from '../../sandbox/mailbox.js';
import { openSettings } from '../../src/store/index.js';
import { startStubHomeserver } from '../../test/support/stub-homeserver.js';
import { Feed } from './feed.js';

export const MANAGEMENT = '!management:example.org';
export const LOBBY = '!lobby:example.org';
export const BOT = '@heimdall:example.org';
export const MODERATOR = '@moderator:example.org';

const ROUND_TRIP_MS = 2;

/**
 * A homeserver (a stub that answers after 2 ms) with a moderator, a management room and a protected lobby, an abuse desk,
 * and a folder for Heimdall, which is not started yet. `feed` passes on what happens there.
 */
export async function openLobby() {
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
  return {
    folder,
    stub,
    feed,
    mailbox,
    /** what the configuration needs besides: mail to that desk, and no scan at night */
    config: {
      mail: { smtp_url: mailbox.url, from: 'Heimdall <heimdall@example.org>', abuse_contact: 'abuse@example.org' },
      scan: { nightly: null },
    },
    /** messages that rang in the management room: no answers, threads or edits */
    rootMessages: () =>
      stub
        .timelineOf(MANAGEMENT)
        .filter(({ sender, type, content }) => sender === BOT && type === 'm.room.message' && !content['m.relates_to']),
    async close() {
      await feed.stop();
      await mailbox.close();
      await stub.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
