import { afterEach, describe, expect, it } from '@jest/globals';
import { bridgeUserMatcher } from '../../src/config/bridge-users.js';
import { MatrixError, type Homeserver, type MatrixEvent } from '../../src/matrix/types.js';
import { silentLogger } from '../../src/util/logger.js';
import { Exemptions } from '../../src/impersonation/exemptions.js';
import { OfficialRooms } from '../../src/tracking/official-rooms.js';
import { RoomStateCache } from '../../src/tracking/rooms.js';
import { event, member } from '../support/events.js';
import { pipelineFor } from '../intake/pipelines.js';

const OFFICIAL = '!official:a.test';
const OWN = '!own:b.test';
const NAME = 'Asgard (Official Account)';
const state = (roomId: string, type: string, content: Record<string, unknown>, sender = '@founder:a.test') =>
  event({ type, room_id: roomId, state_key: '', sender, content });

/** A room where the founder and `@mod:a.test` have power; `@former:a.test` has it too, but is banned. */
const officialState = (): MatrixEvent[] => [
  state(OFFICIAL, 'm.room.create', { room_version: '11' }),
  state(OFFICIAL, 'm.room.power_levels', {
    users: { '@founder:a.test': 100, '@mod:a.test': 50, '@former:a.test': 50 },
  }),
  ...['@founder:a.test', '@mod:a.test', '@member:a.test'].map((userId) =>
    member(userId, 'join', { room_id: OFFICIAL }),
  ),
  member('@former:a.test', 'ban', { room_id: OFFICIAL, sender: '@founder:a.test' }),
];

const opened: { stop(): void }[] = [];
afterEach(() => opened.splice(0).forEach((one) => one.stop()));

async function officialRooms(
  rooms: Record<string, MatrixEvent[]>,
  references = ['#official:a.test'],
): Promise<OfficialRooms> {
  const homeserver = {
    resolveAlias: (alias: string) => Promise.resolve(alias === '#official:a.test' ? OFFICIAL : undefined),
    adminRoomState: (roomId: string) =>
      rooms[roomId] === undefined
        ? Promise.reject(new MatrixError(404, 'M_NOT_FOUND', 'no such room'))
        : Promise.resolve(rooms[roomId]),
  } as unknown as Homeserver;
  const official = new OfficialRooms({
    homeserver,
    identities: [{ user_id: '@server:a.test', rooms: references }],
    protectedRooms: new RoomStateCache(),
    clock: () => 1_000_000,
    logger: silentLogger,
  });
  opened.push(official);
  await official.start();
  return official;
}

const none = () => undefined;

describe('our own staff', () => {
  it('are the moderators of official rooms by their power there now', async () => {
    const official = await officialRooms({ [OFFICIAL]: officialState() });
    const exemptions = new Exemptions({ officialRooms: official, bridgeUser: none });
    expect(exemptions.of('@mod:a.test')).toBe('moderator of #official:a.test');
    expect(exemptions.of('@founder:a.test')).toBe('moderator of #official:a.test');
    expect(exemptions.of('@member:a.test')).toBeUndefined();
    const power = { users: { '@founder:a.test': 100, '@member:a.test': 50 } };
    const replaced = official.get(OFFICIAL)?.powerLevelsEventId;
    official.apply({
      ...state(OFFICIAL, 'm.room.power_levels', power),
      unsigned: { replaces_state: replaced },
    });
    expect([exemptions.of('@mod:a.test'), exemptions.of('@member:a.test')]).toEqual([
      undefined,
      'moderator of #official:a.test',
    ]);
  });

  it('are not those who were banned or left but still stand in the power levels', async () => {
    const official = await officialRooms({ [OFFICIAL]: officialState() });
    expect(official.moderatorOf('@former:a.test')).toBeUndefined();
    const replaced = official.get(OFFICIAL)?.members.get('@mod:a.test')?.eventId;
    official.apply(member('@mod:a.test', 'leave', { room_id: OFFICIAL, unsigned: { replaces_state: replaced } }));
    expect(official.moderatorOf('@mod:a.test')).toBeUndefined();
  });

  it('is nobody for power in a room of his own, whatever that room claims to be', async () => {
    const own = [
      state(
        OWN,
        'm.room.create',
        { room_version: '12', predecessor: { room_id: OFFICIAL, event_id: '$x' } },
        '@loki:b.test',
      ),
      state(OWN, 'm.room.canonical_alias', { alias: '#official:a.test' }, '@loki:b.test'),
      state(OWN, 'm.room.power_levels', { users: { '@loki:b.test': 100 } }, '@loki:b.test'),
      member('@loki:b.test', 'join', { room_id: OWN }),
    ];
    const official = await officialRooms({ [OFFICIAL]: officialState(), [OWN]: own });
    for (const one of own) official.apply(one);
    expect(official.moderatorOf('@loki:b.test')).toBeUndefined();
    expect(official.isRelatedDomain(OWN)).toBe(false);
  });

  it('is nobody where everybody has power', async () => {
    const open = [...officialState(), state(OFFICIAL, 'm.room.power_levels', { users_default: 100 })];
    expect((await officialRooms({ [OFFICIAL]: open })).moderatorOf('@member:a.test')).toBeUndefined();
  });

  it('keep their standing when the official room itself moves on, and a space vouches for its rooms', async () => {
    const next = '!next:a.test';
    const rooms = {
      [OFFICIAL]: [...officialState(), state(OFFICIAL, 'm.room.tombstone', { replacement_room: next })],
      [next]: [
        state(next, 'm.room.create', { room_version: '12', type: 'm.space', predecessor: { room_id: OFFICIAL } }),
        event({ type: 'm.space.child', room_id: next, state_key: '!child:a.test', content: { via: ['a.test'] } }),
        event({ type: 'm.space.child', room_id: next, state_key: '!gone:a.test', content: {} }),
        member('@founder:a.test', 'join', { room_id: next }),
      ],
    };
    const official = await officialRooms(rooms);
    expect(official.locations().get(next)).toEqual({ reference: '#official:a.test', owner: '@server:a.test' });
    expect(['!child:a.test', '!gone:a.test', OFFICIAL].map((roomId) => official.isRelatedDomain(roomId))).toEqual([
      true,
      false,
      true,
    ]);
    expect(official.moderatorOf('@founder:a.test')).toBe('#official:a.test');
  });

  it('do not come from the room that the official one followed, though it is not a copy of it', async () => {
    const before = '!before:a.test';
    const [create, ...rest] = officialState();
    const official = await officialRooms({
      [OFFICIAL]: [
        { ...create!, content: { room_version: '11', predecessor: { room_id: before, event_id: '$x' } } },
        ...rest,
      ],
      [before]: [member('@old:a.test', 'join', { room_id: before })],
    });
    expect([
      official.isRelatedDomain(before),
      official.locations().has(before),
      official.moderatorOf('@old:a.test'),
    ]).toEqual([true, false, undefined]);
  });

  it('is nobody while the official room cannot be read, and the start does not fail', async () => {
    const official = await officialRooms({}, ['#official:a.test', '#unknown:a.test']);
    expect(official.moderatorOf('@mod:a.test')).toBeUndefined();
    expect(official.locations().size).toBe(1);
  });
});

describe('bridge ghosts', () => {
  const ghost = bridgeUserMatcher(['@telegram_.*:a\\.test', '@irc_'], 'a.test');
  it('are ids of our server in the namespaces of our bridges', () => {
    expect(ghost('@telegram_123:a.test')).toBe('@telegram_.*:a\\.test');
    // as the homeserver reads it: from the start, not to the end
    expect(ghost('@irc_nick:a.test')).toBe('@irc_');
  });

  it('is nobody on another server, however much the id resembles one', () => {
    for (const userId of [
      '@telegram_123:b.test',
      '@irc_nick:b.test',
      '@telegram_123:a.test:8448',
      '@telegram_123:A.test',
      '@telegram_123:a.test.evil.test',
      '@telegram_x:a.test:b.test',
      '@x@irc_nick:a.test',
      '@x:@irc_nick:a.test',
    ]) {
      expect([userId, ghost(userId)]).toEqual([userId, undefined]);
    }
  });
});

describe('a sighting of somebody exempt', () => {
  it('is judged, asks for nothing and leaves no case; the same of anybody else does', async () => {
    const official = await officialRooms({ [OFFICIAL]: officialState() });
    const exemptions = new Exemptions({
      officialRooms: official,
      bridgeUser: bridgeUserMatcher(['@telegram_.*:a\\.test'], 'a.test'),
    });
    const exempted: string[] = [];
    const { pipeline, ledger, asked, close } = await pipelineFor({
      officialRooms: official,
      exempt: (userId) => exemptions.of(userId),
      onExempt: (hit) => void exempted.push(`${hit.seen.sighting.userId} ${hit.verdict.verdict}: ${hit.exempt}`),
    });
    try {
      for (const userId of ['@mod:a.test', '@telegram_5:a.test'])
        await pipeline.handle([member(userId, 'join', { content: { displayname: NAME } })]);
      expect(await asked()).toEqual([]);
      expect(await ledger.cases({})).toEqual([]);
      expect(exempted).toEqual([
        '@mod:a.test certain: moderator of #official:a.test',
        '@telegram_5:a.test certain: bridge ghost (bridge_users: @telegram_.*:a\\.test)',
      ]);
      await pipeline.handle([member('@telegram_5:b.test', 'join', { content: { displayname: NAME } })]);
      expect(await asked()).toEqual(expect.arrayContaining(['mail', 'notice', 'report', 'write_rule']));
      expect((await ledger.cases({})).map(({ subject }) => subject)).toEqual(['@telegram_5:b.test']);
    } finally {
      await close();
    }
  });
});
