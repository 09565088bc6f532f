import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MatrixError } from '../../src/matrix/types.js';
import { DirectChats } from '../../src/reports/direct.js';
import { Correspondence, openLedger } from '../../src/store/index.js';

const BOT = '@heimdall:a.test';
const ALICE = '@alice:a.test';

describe('a chat in which nobody else reads along', () => {
  let folder: string;
  let ledger: Awaited<ReturnType<typeof openLedger>>;
  let chats: DirectChats;
  let rooms: Map<string, Record<string, string>>;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'heimdall-direct-'));
    ledger = await openLedger({ dataDir: folder, databaseUrl: null });
    rooms = new Map();
    const homeserver = {
      botUserId: BOT,
      createRoom: ({ invite: [userId = ''] }: { invite: string[] }) => {
        const roomId = `!chat${rooms.size + 1}:a.test`;
        rooms.set(roomId, { [BOT]: 'join', [userId]: 'invite' });
        return Promise.resolve(roomId);
      },
      members: (roomId: string) => {
        const members = rooms.get(roomId);
        if (members === undefined) return Promise.reject(new MatrixError(403, 'M_FORBIDDEN', 'not in the room'));
        return Promise.resolve(
          Object.entries(members).map(([state_key, membership]) => ({ state_key, content: { membership } })),
        );
      },
    };
    chats = new DirectChats({
      homeserver,
      ledger,
      correspondence: new Correspondence(ledger),
      clock: Date.now,
    } as unknown as ConstructorParameters<typeof DirectChats>[0]);
  });
  afterEach(async () => {
    await ledger.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is made once and used again, also when the person has not come yet', async () => {
    const first = await chats.privateRoomWith(ALICE);
    expect(await chats.privateRoomWith(ALICE)).toBe(first);
    rooms.set(first, { [BOT]: 'join', [ALICE]: 'join', '@gone:a.test': 'leave' });
    expect(await chats.privateRoomWith(ALICE)).toBe(first);
  });

  it.each([
    ['somebody else is in it', { [BOT]: 'join', [ALICE]: 'join', '@eve:evil.test': 'join' }],
    ['somebody else is invited to it', { [BOT]: 'join', [ALICE]: 'join', '@eve:evil.test': 'invite' }],
    ['the person has left it to somebody else', { [BOT]: 'join', [ALICE]: 'leave', '@eve:evil.test': 'join' }],
    ['the person has left it', { [BOT]: 'join', [ALICE]: 'leave' }],
    ['it cannot be read any more', undefined],
  ])('is another one when %s', async (_why, members) => {
    const first = await chats.privateRoomWith(ALICE);
    if (members === undefined) rooms.delete(first);
    else rooms.set(first, members as Record<string, string>);
    // a room of the fake keeps its number free
    rooms.set('!other:a.test', {});
    const second = await chats.privateRoomWith(ALICE);
    expect(second).not.toBe(first);
    expect(rooms.get(second)).toEqual({ [BOT]: 'join', [ALICE]: 'invite' });
  });
});
