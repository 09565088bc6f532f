import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Config } from '../../src/config/types.js';
import { contextFor, type TestContext } from '../support/context.js';
import { event, member } from '../support/events.js';
import { ADMIN, MANAGEMENT, Rooms } from '../support/world.js';

const ROOM = '!room:a.test';
const LIST = '!list:a.test';
const PEOPLE = ['@one:b.test', '@two:b.test', '@three:b.test'];
const rule = (entity: string, kind = 'user', recommendation = 'm.ban') =>
  event({
    type: `m.policy.rule.${kind}`,
    state_key: `${kind} ${entity}`,
    room_id: LIST,
    sender: ADMIN,
    content: { entity, recommendation },
  });

describe('what an earlier process planned and did not carry out', () => {
  let rooms: Rooms;
  let context: TestContext;
  let starts = 0;
  /** The next process on the same ledger: its clock goes on, and with it what its keys end in. */
  const start = async (config: Partial<Config> = {}): Promise<void> => {
    const now = 1_000_000_000 + 1_000 * ++starts;
    const dataDir = starts === 1 ? {} : { dataDir: context.dataDir };
    context = await contextFor({
      homeserver: rooms.homeserver(),
      clock: () => now,
      settled: false,
      config,
      ...dataDir,
    });
    await context.app.foundation.settings.update((draft) => {
      draft.protected_rooms = [ROOM];
      draft.watched_lists = [{ room_id: LIST }];
    });
    await context.app.rooms.protection.start();
    await context.app.rooms.protection.onModeratorsLoaded();
  };
  const restart = async (config: Partial<Config> = {}): Promise<void> => {
    await context.close(false);
    await start(config);
  };
  const due = async () =>
    context.app.foundation.ledger.actionsOfKind(['ban', 'acl'], 'due', { afterId: 0, limit: 100 });
  const kinds = async () => (await due()).map(({ kind }) => kind);

  beforeEach(async () => {
    starts = 0;
    rooms = new Rooms();
    rooms.make(ROOM, { state: PEOPLE.map((userId) => member(userId, 'join')) });
    rooms.make(LIST, { state: [...PEOPLE.map((userId) => rule(userId)), rule('evil.test', 'server')] });
    rooms.make(MANAGEMENT);
    await start();
    expect(await kinds()).toEqual(['acl', 'ban', 'ban', 'ban']);
  });
  afterEach(async () => {
    await context.close();
    rmSync(context.dataDir, { recursive: true, force: true });
  });

  it('is not planned again beside what is still due', async () => {
    const before = await due();
    await restart();
    await restart();
    expect(await due()).toEqual(before);
    // the room is planned again when our own ACL's event comes back
    await context.app.foundation.outbox.add(context.app.enforcement.planner.planForRoom(ROOM));
    expect(await due()).toEqual(before);
  });

  it('is planned again once it has ended without an effect', async () => {
    await restart();
    const [, first] = await due();
    await context.app.foundation.ledger.endAction(first!.id, { state: 'failed', error: 'no power', at: 1 });
    context.app.enforcement.leftBehind.ended(first!);
    await context.app.foundation.outbox.add(context.app.enforcement.planner.planForRoom(ROOM));
    const now = await due();
    expect(now).toHaveLength(4);
    expect(now.map(({ id }) => id)).not.toContain(first!.id);
    expect(now.at(-1)).toMatchObject({ kind: 'ban', payload: { userId: PEOPLE[0] } });
  });

  it('is planned again once it was cancelled, and what is for another state of the room at once', async () => {
    await restart();
    await context.app.foundation.ledger.cancelByKey([(await due())[2]!.key], 1);
    await context.app.foundation.outbox.add(context.app.enforcement.planner.planForRoom(ROOM));
    const people = new Set((await due()).map(({ payload }) => (payload as { userId?: string }).userId));
    expect(people).toEqual(new Set([undefined, ...PEOPLE]));
    rooms.put(member(PEOPLE[2]!, 'join', { room_id: ROOM }));
    await restart();
    const again = (await due()).filter(({ payload }) => (payload as { userId?: string }).userId === PEOPLE[2]);
    expect(again.length).toBeGreaterThan(1);
  });

  it('is planned again when it is to do more now: a takedown that redacts', async () => {
    await context.app.foundation.ledger.cancelByKey(
      (await due()).map(({ key }) => key),
      1,
    );
    rooms.put(rule(PEOPLE[0]!, 'user', 'm.takedown'));
    const { takedown } = context.app.config;
    await restart({ takedown: { ...takedown, redact: false } });
    const ofFirst = async () =>
      (await due()).filter(({ payload }) => (payload as { userId?: string }).userId === PEOPLE[0]);
    expect(await ofFirst()).toHaveLength(1);
    await restart({ takedown: { ...takedown, redact: true } });
    expect(await ofFirst()).toHaveLength(2);
    await restart({ takedown: { ...takedown, redact: true } });
    expect(await ofFirst()).toHaveLength(2);
  });
});
