import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadRules } from '../../src/config/rules.js';
import { MatrixError, type AdminRoom, type Homeserver, type MatrixEvent } from '../../src/matrix/types.js';
import type { NewAction } from '../../src/store/records/actions.js';
import { silentLogger } from '../../src/util/logger.js';
import { OfficialRooms } from '../../src/tracking/official-rooms.js';
import { RoomImpersonationCheck } from '../../src/impersonation/room-impersonation.js';
import { RoomStateCache } from '../../src/tracking/rooms.js';
import { event, member } from '../support/events.js';
import { pipelineFor } from '../intake/pipelines.js';

const NEWS = '!news:a.test';
const COPY = '!copy:b.test';
const NAME = 'Asgard Announcements';
const state = (roomId: string, type: string, content: Record<string, unknown>, sender = '@loki:b.test') =>
  event({ type, room_id: roomId, state_key: '', sender, content });

let rooms: Map<string, Partial<AdminRoom>>;
let behind: Map<string, string>;
let rights: boolean;
let official: OfficialRooms;
let setting: Awaited<ReturnType<typeof pipelineFor>>;
let watch: RoomImpersonationCheck;
let due: NewAction[];
beforeEach(async () => {
  rooms = new Map();
  behind = new Map([['#news:a.test', NEWS]]);
  rights = true;
  due = [];
  const homeserver = {
    resolveAlias: (alias: string) => Promise.resolve(behind.get(alias)),
    adminRoomState: (roomId: string) =>
      roomId === NEWS
        ? Promise.resolve(officialState())
        : Promise.reject(new MatrixError(404, 'M_NOT_FOUND', 'no such room')),
    adminRoom: (roomId: string) => {
      if (!rights) return Promise.reject(new MatrixError(403, 'M_FORBIDDEN', 'no admin'));
      const room = rooms.get(roomId);
      return Promise.resolve(
        room === undefined
          ? undefined
          : {
              roomId,
              localMembers: 1,
              name: null,
              topic: null,
              canonicalAlias: null,
              avatarUrl: null,
              creator: null,
              ...room,
            },
      );
    },
  } as unknown as Homeserver;
  official = new OfficialRooms({
    homeserver,
    identities: [{ user_id: '@server:a.test', rooms: ['#news:a.test'] }],
    protectedRooms: new RoomStateCache(),
    clock: () => 1_000_000,
    logger: silentLogger,
  });
  await official.start();
  setting = await pipelineFor({
    officialRooms: official,
    roomImpersonationActions: (one, first) => watch.actionsOf(one, first),
  });
  const rules = loadRules();
  watch = new RoomImpersonationCheck({
    config: { responses: { possible: ['notify'], likely: ['notify', 'report'], certain: ['notify', 'report', 'ban'] } },
    homeserver,
    officialRooms: official,
    rules: () => rules,
    avatars: { likeness: () => Promise.resolve(undefined) },
    ledger: setting.ledger,
    means: () => ({ mail: true, policyList: '!list:a.test' }),
    isOurs: (roomId) => roomId === '!protected:a.test',
    isTrusted: (userId) => userId === '@staff:a.test',
    clock: Date.now,
  });
});
afterEach(async () => {
  official.stop();
  await setting.close();
});

function officialState(): MatrixEvent[] {
  return [
    state(NEWS, 'm.room.create', { room_version: '11' }, '@founder:a.test'),
    state(NEWS, 'm.room.name', { name: NAME }, '@founder:a.test'),
    state(NEWS, 'm.room.canonical_alias', { alias: '#news:a.test' }, '@founder:a.test'),
    member('@founder:a.test', 'join', { room_id: NEWS }),
  ];
}

/** Lets an event come in and carries out the look that it asks for; says what the case is worth then. */
async function comes(one: MatrixEvent): Promise<string | null | undefined> {
  due = watch.actionsOf(one, false);
  for (const action of due)
    await watch.handler().perform(
      {
        id: 1,
        caseId: null,
        state: 'due',
        attempts: 0,
        nextTryAt: 0,
        createdAt: 0,
        endedAt: null,
        result: null,
        lastError: null,
        ...action,
      },
      { mayHaveBeenSent: false },
    );
  return (await setting.ledger.caseOfSubject('room', one.room_id))?.verdict;
}
const named = (roomId: string, name: string, sender?: string) => state(roomId, 'm.room.name', { name }, sender);

describe('a room with an official name', () => {
  it('gets a case by its id, with the room as subject, and a word to the moderators', async () => {
    rooms.set(COPY, { creator: '@loki:b.test' });
    expect(await comes(named(COPY, NAME))).toBe('possible');
    const record = await setting.ledger.caseOfSubject('room', COPY);
    expect(record).toMatchObject({ subject: COPY, protected: '#news:a.test' });
    expect(await setting.asked()).toEqual(['notice']);
  });

  it('is looked at as a whole: the rest of it raises the verdict, and the desk is written to; a room is never banned', async () => {
    rooms.set(COPY, { canonicalAlias: '#news:xn--.test', name: NAME, creator: '@loki:b.test' });
    expect(await comes(named(COPY, 'Аsgаrd Аnnouncements'))).toBe('likely');
    rooms.set(COPY, { canonicalAlias: '#news:a.test', creator: '@loki:b.test' });
    expect(await comes(named(COPY, NAME))).toBe('certain');
    const kinds = (await setting.ledger.actionsOf((await setting.ledger.caseOfSubject('room', COPY))?.id ?? 0)).map(
      ({ kind }) => kind,
    );
    expect(kinds).toEqual(expect.arrayContaining(['notice', 'mail']));
    expect(kinds.filter((kind) => !['notice', 'notice_edit', 'case_thread', 'mail'].includes(kind))).toEqual([]);
  });

  it('is judged by what was seen when we may not ask, and in an invite by its stripped state', async () => {
    rights = false;
    const stripped = [
      { type: 'm.room.name', state_key: '', sender: '@loki:b.test', content: { name: NAME } },
      { type: 'm.room.canonical_alias', state_key: '', sender: '@loki:b.test', content: { alias: '#news:b.test' } },
    ];
    const invite = member('@victim:a.test', 'invite', {
      room_id: COPY,
      sender: '@loki:b.test',
      unsigned: { invite_room_state: stripped },
    });
    expect(await comes(invite)).toBe('possible');
  });

  it('is found when one of us enters it, though its name is never sent', async () => {
    rooms.set(COPY, { name: NAME, creator: '@loki:b.test' });
    await setting.pipeline.handle([member('@user:a.test', 'join', { room_id: COPY })]);
    expect(await setting.asked()).toContain('check_room');
  });

  it('says the same twice once', async () => {
    rooms.set(COPY, { creator: '@loki:b.test' });
    await comes(named(COPY, NAME));
    await comes(named(COPY, NAME));
    expect(await setting.ledger.findingsOf((await setting.ledger.caseOfSubject('room', COPY))?.id ?? 0)).toHaveLength(
      1,
    );
  });
});

describe('no case is opened on', () => {
  it('the official room itself, and rooms that are protected', async () => {
    expect(await comes(named(NEWS, NAME, '@founder:a.test'))).toBeUndefined();
    expect(await comes(named('!protected:a.test', NAME))).toBeUndefined();
    expect(due).toEqual([]);
  });

  it('rooms of our staff, and of nobody else who says so', async () => {
    rooms.set('!ours:a.test', { creator: '@staff:a.test' });
    expect(await comes(named('!ours:a.test', NAME))).toBeUndefined();
    // an old room version lets a server name anybody as creator; the room's id says whose room it is
    rooms.set(COPY, { creator: '@staff:a.test' });
    expect(await comes(named(COPY, NAME))).toBe('possible');
  });

  it('a successor that the official room itself names; one that only claims to follow it is a copy', async () => {
    rooms.set('!next:a.test', { creator: '@someone:a.test' });
    rooms.set(COPY, { creator: '@loki:b.test' });
    official.apply(
      state(COPY, 'm.room.create', { room_version: '11', predecessor: { room_id: NEWS, event_id: '$x' } }),
    );
    expect(await comes(named(COPY, NAME))).toBe('possible');
    official.apply(state(NEWS, 'm.room.tombstone', { replacement_room: '!next:a.test' }, '@founder:a.test'));
    expect(await comes(named('!next:a.test', NAME))).toBeUndefined();
  });

  it('a room that the official alias now leads to; one that only states it is a copy', async () => {
    rooms.set('!moved:a.test', { canonicalAlias: '#news:a.test', creator: '@someone:a.test' });
    rooms.set(COPY, { canonicalAlias: '#news:a.test', creator: '@loki:b.test' });
    behind.set('#news:a.test', '!moved:a.test');
    expect(await comes(named('!moved:a.test', NAME))).toBeUndefined();
    expect(await comes(named(COPY, NAME))).toBe('certain');
  });

  it('rooms with other names, and no look is taken at them', async () => {
    expect(await comes(named('!other:b.test', 'Knitting'))).toBeUndefined();
    expect(due).toEqual([]);
  });

  it('a dismissed room that is named the same again; what makes it worse opens it', async () => {
    rooms.set(COPY, { creator: '@loki:b.test' });
    await comes(named(COPY, NAME));
    const record = await setting.ledger.caseOfSubject('room', COPY);
    await setting.ledger.commit((tx) => tx.setCaseState(record?.id ?? 0, 'dismissed', Date.now()));
    const before = (await setting.ledger.actionsOf(record?.id ?? 0)).length;
    await comes({ ...named(COPY, NAME), event_id: '$again' });
    expect(await setting.ledger.actionsOf(record?.id ?? 0)).toHaveLength(before);
    rooms.set(COPY, { canonicalAlias: '#news:a.test', creator: '@loki:b.test' });
    await comes({ ...named(COPY, NAME), event_id: '$worse' });
    expect(await setting.ledger.caseOfSubject('room', COPY)).toMatchObject({ state: 'open', round: 2 });
  });
});
