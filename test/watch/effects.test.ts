import { describe, expect, it } from '@jest/globals';
import { BanRegister, type InterlockFacts } from '../../src/enforcement/index.js';
import type { MatrixEvent } from '../../src/matrix/types.js';
import { createPolicy } from '../../src/policy/index.js';
import { Effects } from '../../src/watch/effects.js';
import { WatchedLists } from '../../src/watch/lists.js';
import { KeptRooms } from '../../src/watch/rooms.js';
import { event, member } from './events.js';

const BOT = '@heimdall:a.test';
const LIST = '!list:a.test';
const ROOM = '!room:a.test';

describe('effects', () => {
  it('follow a server rule that only a reading shows, as after a missed event: the ACL is not the old one', async () => {
    let state: MatrixEvent[] = [];
    const rooms = new KeptRooms();
    const lists = new WatchedLists(createPolicy(), { state: () => Promise.resolve(state), botUserId: BOT }, () => 1_000_000);
    const facts = (): InterlockFacts => ({ botUserId: BOT, serverName: 'a.test', protectedIdentities: [], moderators: new Set(), ownRooms: new Set(), policy: lists.policy, rooms });
    const effects = new Effects({ rooms, lists, bans: new BanRegister(), facts, unreadLists: () => new Set(), epoch: 'test' });
    rooms.read(ROOM, [event({ type: 'm.room.create', state_key: '', sender: BOT, content: { room_version: '12' } }), member(BOT, 'join')], 1_000_000);
    await lists.read(LIST);
    expect(effects.ofAll()).toEqual([]);
    state = [event({ type: 'm.policy.rule.server', state_key: 's', room_id: LIST, content: { entity: 'evil.test', recommendation: 'm.ban' } })];
    await lists.read(LIST);
    expect(effects.ofAll().map(({ kind, payload }) => [kind, (payload as { content: { deny: string[] } }).content.deny])).toEqual([['acl', ['evil.test']]]);
  });
});
