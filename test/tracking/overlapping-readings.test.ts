import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import type { MatrixEvent } from '../../src/matrix/types.js';
import { createPolicy } from '../../src/policy/index.js';
import { WatchedLists } from '../../src/tracking/lists.js';
import { RoomStateCache } from '../../src/tracking/rooms.js';
import { PlaceReader } from '../../src/tracking/place-reader.js';
import { StateLoader } from '../../src/tracking/state-loader.js';
import { silentLogger } from '../../src/util/logger.js';
import { event, member } from '../support/events.js';

const ROOM = '!room:a.test';
const BOT = '@heimdall:a.test';
const NOW = 1_000_000;
const create = event({
  type: 'm.room.create',
  state_key: '',
  room_id: ROOM,
  sender: '@creator:a.test',
  content: { room_version: '11' },
});

/**
 * A room on a homeserver: its state moves on event by event, and what is asked for is its state of the moment of
 * asking.
 */
class Server {
  readonly state = new Map<string, MatrixEvent>([['create', create]]);
  #time = 1000;

  happens(made: (at: { room_id: string; origin_server_ts: number }) => MatrixEvent): MatrixEvent {
    const one = made({ room_id: ROOM, origin_server_ts: ++this.#time });
    const before = this.state.get(`${one.type} ${one.state_key}`);
    const known = before === undefined ? one : { ...one, unsigned: { replaces_state: before.event_id } };
    this.state.set(`${one.type} ${one.state_key}`, known);
    return known;
  }

  now(): MatrixEvent[] {
    return [...this.state.values()];
  }
}

const keeping = (state: () => Promise<MatrixEvent[]>) => {
  const homeserver = { state, botUserId: BOT };
  const rooms = new RoomStateCache();
  const lists = new WatchedLists(createPolicy(), homeserver);
  const again = () => Promise.resolve();
  const readings = new StateLoader({
    homeserver,
    rooms,
    lists,
    lastKnown: {} as never,
    clock: () => NOW,
    logger: silentLogger,
    again,
  });
  const places = new PlaceReader({
    homeserver: {
      stateEvent: async (_room, type, key = '') =>
        (await state()).find((one) => one.type === type && one.state_key === key),
    },
    settle: ({ roomId, type, stateKey }, found) => {
      rooms.settle(roomId, type, stateKey, found);
      lists.settle(roomId, type, stateKey, found);
      return Promise.resolve();
    },
    readWhole: () => undefined,
    logger: silentLogger,
  });
  for (const keeper of [rooms, lists])
    keeper.onDoubt = (one) => void places.read({ roomId: ROOM, type: one.type, stateKey: one.state_key ?? '' }, one);
  const readRoom = async () => {
    rooms.beginLoad(ROOM);
    await readings.room(ROOM);
  };
  return { rooms, lists, readRoom };
};
const membershipsOf = (events: Iterable<MatrixEvent>) =>
  [...events]
    .filter(({ type }) => type === 'm.room.member')
    .map((one) => `${one.state_key} ${String(one.content.membership)}`)
    .sort();
const keptOf = (rooms: RoomStateCache) =>
  [...(rooms.get(ROOM)?.members ?? [])].map(([userId, { membership }]) => `${userId} ${membership}`).sort();
const banned = (lists: WatchedLists) => [...lists.policy.rules({ roomId: ROOM })].map(({ entity }) => entity).sort();
const rulesOf = (events: Iterable<MatrixEvent>) =>
  [...events]
    .filter(({ type, content }) => type === 'm.policy.rule.user' && content.entity !== undefined)
    .map(({ content }) => content.entity)
    .sort();

describe('two readings of one room at once', () => {
  /** Answers each question when the test says so, with the state of the moment in which it was asked. */
  const byHand = (server: Server) => {
    const answers: (() => void)[] = [];
    const state = () => {
      const asked = server.now();
      return new Promise<MatrixEvent[]>((resolve) => answers.push(() => resolve(asked)));
    };
    const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
    const answer = async () => {
      await settle();
      answers.shift()?.();
      await settle();
    };
    return { state, answer };
  };

  it('lose no event of a room that comes after the first has ended', async () => {
    const server = new Server();
    const { state, answer } = byHand(server);
    const { rooms, readRoom } = keeping(state);
    const both = [readRoom(), readRoom()];
    await answer();
    rooms.apply(server.happens((at) => member('@late:a.test', 'join', at)));
    await answer();
    await Promise.all(both);
    expect(keptOf(rooms)).toEqual(['@late:a.test join']);
  });

  it('lose no event of a list that comes after the first has ended', async () => {
    const server = new Server();
    const { state, answer } = byHand(server);
    const { lists } = keeping(state);
    const both = [lists.read(ROOM), lists.read(ROOM)];
    await answer();
    const content = { entity: '@late:a.test', recommendation: 'm.ban' };
    lists.apply(server.happens((at) => event({ type: 'm.policy.rule.user', state_key: 'late', content, ...at })));
    await answer();
    await Promise.all(both);
    expect(banned(lists)).toEqual(['@late:a.test']);
  });

  it('know of being put out while a list is read', async () => {
    const server = new Server();
    server.happens((at) => member(BOT, 'join', at));
    const { state, answer } = byHand(server);
    const { lists } = keeping(state);
    const reading = lists.read(ROOM);
    await answer();
    await reading;
    const again = lists.read(ROOM);
    await new Promise((resolve) => setTimeout(resolve, 5));
    lists.apply(server.happens((at) => member(BOT, 'leave', at)));
    await answer();
    await again;
    expect(lists.isInside(ROOM)).toBe(false);
  });

  it('bring no list back that was dropped meanwhile', async () => {
    const server = new Server();
    const content = { entity: '@x:a.test', recommendation: 'm.ban' };
    server.happens((at) => event({ type: 'm.policy.rule.user', state_key: 'x', content, ...at }));
    const { state, answer } = byHand(server);
    const { lists } = keeping(state);
    const both = [lists.read(ROOM), lists.read(ROOM)];
    await answer();
    lists.drop(ROOM);
    await answer();
    await Promise.all(both);
    expect([lists.has(ROOM), banned(lists)]).toEqual([false, []]);
  });

  // Whatever the order in which answers and events come: what is kept in the end is what the homeserver has.
  const step = fc.oneof(
    { weight: 1, arbitrary: fc.constant('read' as const) },
    { weight: 2, arbitrary: fc.record({ who: fc.nat(3), comes: fc.boolean() }) },
  );
  const steps = fc.array(step, { minLength: 1, maxLength: 12 });
  const failures = fc.infiniteStream(fc.integer({ min: 0, max: 3 }));
  const play = (
    keep: (parts: ReturnType<typeof keeping>, server: Server, move: { who: number; comes: boolean }) => void,
    read: (parts: ReturnType<typeof keeping>) => Promise<unknown>,
    check: (parts: ReturnType<typeof keeping>, server: Server) => void,
  ) =>
    fc.assert(
      fc.asyncProperty(fc.scheduler(), steps, failures, async (s, moves, luck) => {
        const server = new Server();
        const parts = keeping(() => {
          const asked = server.now();
          return s.schedule(Promise.resolve(), 'answer').then(() => {
            if (luck.next().value === 0) throw new Error('no answer');
            return asked;
          });
        });
        const all: Promise<unknown>[] = [];
        const sequence = s.scheduleSequence(
          moves.map((move, index) => ({
            label: `${index}: ${JSON.stringify(move)}`,
            builder: () => {
              if (move === 'read') all.push(read(parts).catch(() => undefined));
              else keep(parts, server, move);
              return Promise.resolve();
            },
          })),
        );
        await s.waitFor(sequence.task);
        await s.waitIdle();
        await Promise.all(all);
        check(parts, server);
      }),
      { numRuns: 500 },
    );

  it('keep a room as the homeserver has it, in any order', async () => {
    await play(
      ({ rooms }, server, { who, comes }) =>
        void rooms.apply(server.happens((at) => member(`@${who}:a.test`, comes ? 'join' : 'ban', at))),
      ({ readRoom }) => readRoom(),
      ({ rooms }, server) => {
        if (rooms.has(ROOM)) expect(keptOf(rooms)).toEqual(membershipsOf(server.now()));
      },
    );
  });

  it('keep a list as the homeserver has it, in any order', async () => {
    const rule = (who: number, comes: boolean) => (at: { room_id: string; origin_server_ts: number }) =>
      event({
        type: 'm.policy.rule.user',
        state_key: `${who}`,
        content: comes ? { entity: `@${who}:a.test`, recommendation: 'm.ban' } : {},
        ...at,
      });
    let read = false;
    await play(
      ({ lists }, server, { who, comes }) => void lists.apply(server.happens(rule(who, comes))),
      ({ lists }) => lists.read(ROOM).then(() => (read = true)),
      ({ lists }, server) => {
        if (read) expect(banned(lists)).toEqual(rulesOf(server.now()));
        read = false;
      },
    );
  });
});
