import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { ServerAclConfig } from '../../src/config/types.js';
import { AclRegister } from '../../src/enforcement/acl-register.js';
import { BanRegister } from '../../src/enforcement/ban-register.js';
import type { GuardContext } from '../../src/enforcement/types.js';
import type { MatrixEvent } from '../../src/matrix/types.js';
import { createPolicy } from '../../src/policy/index.js';
import { EnforcementPlanner } from '../../src/protected-rooms/enforcement-planner.js';
import { WatchedLists } from '../../src/tracking/lists.js';
import { RoomStateCache } from '../../src/tracking/rooms.js';
import { event, member } from '../support/events.js';

const BOT = '@heimdall:a.test';
const LIST = '!list:a.test';
const ROOM = '!room:a.test';

describe('effects', () => {
  it('follow a server rule that only a reading shows, as after a missed event: the ACL is not the old one', async () => {
    let state: MatrixEvent[] = [];
    const rooms = new RoomStateCache();
    const lists = new WatchedLists(createPolicy(), { state: () => Promise.resolve(state), botUserId: BOT });
    const facts = (): GuardContext => ({
      botUserId: BOT,
      serverName: 'a.test',
      protectedIdentities: [],
      moderators: new Set(),
      ownRooms: new Set(),
      policy: lists.policy,
      rooms,
    });
    const effects = new EnforcementPlanner({
      rooms,
      lists,
      bans: new BanRegister(),
      facts,
      unreadLists: () => new Set(),
      epoch: 'test',
    });
    rooms.read(
      ROOM,
      [
        event({ type: 'm.room.create', state_key: '', sender: BOT, content: { room_version: '12' } }),
        member(BOT, 'join'),
      ],
      1_000_000,
    );
    await lists.read(LIST);
    expect(effects.planAll()).toEqual([]);
    state = [
      event({
        type: 'm.policy.rule.server',
        state_key: 's',
        room_id: LIST,
        content: { entity: 'evil.test', recommendation: 'm.ban' },
      }),
    ];
    await lists.read(LIST);
    expect(
      effects.planAll().map(({ kind, payload }) => [kind, (payload as { content: { deny: string[] } }).content.deny]),
    ).toEqual([['acl', ['evil.test']]]);
  });

  describe('of server rules by setting', () => {
    const world = async (
      settings: Partial<ServerAclConfig>,
      unread: string[] = [],
      ...rules: [string, string, Record<string, unknown>?][]
    ) => {
      const rooms = new RoomStateCache();
      const state = rules.map(([entity, recommendation, more], index) =>
        event({
          type: 'm.policy.rule.server',
          state_key: String(index),
          room_id: LIST,
          content: { ...(entity === '' ? {} : { entity }), recommendation, ...more },
        }),
      );
      const lists = new WatchedLists(createPolicy(), { state: () => Promise.resolve(state), botUserId: BOT });
      const facts = (): GuardContext => ({
        botUserId: BOT,
        serverName: 'a.test',
        protectedIdentities: [],
        moderators: new Set(),
        ownRooms: new Set(),
        policy: lists.policy,
        rooms,
      });
      const serverAcl = {
        settings: {
          mode: 'deny',
          existing: 'merge',
          ip_literals: 'deny',
          must_allow: [],
          ...settings,
        } as ServerAclConfig,
        register: new AclRegister(),
      };
      const effects = new EnforcementPlanner({
        rooms,
        lists,
        bans: new BanRegister(),
        facts,
        unreadLists: () => new Set(unread),
        epoch: 'test',
        serverAcl,
      });
      rooms.read(
        ROOM,
        [
          event({ type: 'm.room.create', state_key: '', sender: BOT, content: { room_version: '12' } }),
          member(BOT, 'join'),
          member('@x:seen.test', 'join'),
        ],
        1_000_000,
      );
      await lists.read(LIST);
      return { rooms, effects };
    };
    const contents = (actions: { kind: string; payload: unknown }[]) =>
      actions.filter(({ kind }) => kind === 'acl').map(({ payload }) => (payload as { content: unknown }).content);

    it('lets in only whom allow rules name and who must stay, in allow-list mode, and touches nothing while a list cannot be read', async () => {
      const rules: [string, string][] = [
        ['good.test', 'org.matrix.mjolnir.allow'],
        ['evil.test', 'm.ban'],
      ];
      const { effects } = await world({ mode: 'allow_list' }, [], ...rules);
      expect(contents(effects.planAll())).toEqual([
        { allow: ['a.test', 'good.test'], deny: ['evil.test'], allow_ip_literals: false },
      ]);
      expect(contents((await world({ mode: 'allow_list' }, ['!other:a.test'], ...rules)).effects.planAll())).toEqual(
        [],
      );
      expect(contents((await world({}, ['!other:a.test'], ...rules)).effects.planAll())).toMatchObject([
        { deny: ['evil.test'] },
      ]);
    });

    it('lets addresses in', async () => {
      expect(
        contents((await world({ ip_literals: 'allow' }, [], ['evil.test', 'm.ban'])).effects.planAll()),
      ).toMatchObject([{ allow_ip_literals: true }]);
    });

    it('shuts out a server that a hash means as soon as it is seen', async () => {
      const hash = (name: string) => ({ hashes: { sha256: createHash('sha256').update(name).digest('base64') } });
      const { rooms, effects } = await world(
        {},
        [],
        ['', 'm.ban', hash('seen.test')],
        ['', 'm.ban', hash('later.test')],
      );
      expect(contents(effects.planAll())).toMatchObject([{ deny: ['seen.test'] }]);
      rooms.apply(member('@y:later.test', 'join', { origin_server_ts: 5_000_000 }));
      expect(contents(effects.planForMember(ROOM, '@y:later.test'))).toMatchObject([
        { deny: ['later.test', 'seen.test'] },
      ]);
      expect(contents(effects.planForMember(ROOM, '@x:seen.test'))).toEqual([]);
    });

    it('tells what finds no room, with a pattern that would cover many', async () => {
      const many = Array.from({ length: 3000 }, (_, index): [string, string] => [
        `host-${index}-with-a-long-name.hosting.test`,
        'm.ban',
      ]);
      const { effects } = await world({}, [], ...many);
      const lines = [...effects.aclAlerts().values()].map((line) =>
        line.map((part) => (typeof part === 'string' ? part : 'code' in part ? part.code : '')).join(''),
      );
      expect(lines).toEqual([
        expect.stringMatching(/^[\d,]+ banned servers do not fit .*\*\.hosting\.test covers \d+/),
      ]);
    });
  });
});
