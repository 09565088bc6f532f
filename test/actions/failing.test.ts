import { afterEach, describe, expect, it } from '@jest/globals';
import { ban, unban, writeRule } from '../../src/enforcement/actions.js';
import { startRunning, type Running } from '../enforcement/running.js';

const ROOM = '!r:example.org';
let running: Running;

afterEach(async () => running.close());

const user = (name: string) => `@${name}:x.example`;

/** A room with these people in it, each with one letter for a name. */
async function run(people: string, patienceMs = 60_000): Promise<void> {
  running = await startRunning({ random: () => 0, patienceMs });
  for (const person of [...people].map(user))
    running.stub.setState(ROOM, 'm.room.member', person, { membership: 'join' }, person);
}

const isBanned = (name: string) => running.stub.membershipOf(ROOM, user(name)) === 'ban';
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 100));

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Puts the clock on until this person's action has failed so often. */
async function failed(times: number, name = 'a'): Promise<void> {
  const attempts = async () =>
    (await running.ledger.dueInLane(ROOM, 30)).find(({ key }) => key === `ban ${name}`)?.attempts ?? 0;
  for (let before = await attempts(); before < times; before = await attempts()) {
    running.later(1_000 * 2 ** before);
    await until(async () => (await attempts()) > before);
  }
}

/** The homeserver cannot ban these people, for good or so often. */
function cannotBan(names: readonly string[], times = Infinity): void {
  for (const name of names) running.stub.fault({ match: /ban$/, about: user(name), status: 500, times });
}
const triesOf = (name: string) =>
  running.stub.writes().filter(({ path, body }) => path.endsWith('/ban') && body.user_id === user(name)).length;
const banAll = (names: string) =>
  running.add(
    ...[...names].map((name) =>
      ban.create({ roomId: ROOM, userId: user(name), reason: 'spam' }, { key: `ban ${name}` }),
    ),
  );

describe('beside a ban that the homeserver cannot carry out', () => {
  it('other bans of the room go on once it has failed three times, and what concerns the same person waits', async () => {
    await run('abc');
    cannotBan(['a'], 4);
    await banAll('ab');
    await running.add(unban.create({ roomId: ROOM, userId: user('a') }, { key: 'unban a' }));
    await failed(2);
    await aWhile();
    expect(isBanned('b')).toBe(false);
    await failed(3);
    await until(() => running.ended.length === 1);
    await banAll('c');
    await until(() => running.ended.length === 2);
    expect(running.ended.map(({ action }) => action.key)).toEqual(['ban b', 'ban c']);
    expect(running.troubles).toMatchObject([{ action: { key: 'ban a' }, givenUp: false }]);
    running.later(60_000);
    await running.settled();
    expect(running.ended.map(({ action }) => action.key)).toEqual(['ban b', 'ban c', 'ban a', 'unban a']);
  });

  it('they go on although it is tried again meanwhile, and although it is one of several', async () => {
    await run('abcdefgh', 200);
    cannotBan(['a', 'b', 'd']);
    await banAll('abcdefgh');
    await failed(3);
    await until(() => running.ended.length === 5);
    expect(['c', 'e', 'f', 'g', 'h'].every(isBanned)).toBe(true);
  });

  it('a homeserver that can ban nobody is asked for few of them', async () => {
    await run('abcdefghijklmnopqrst');
    cannotBan([...'abcdefghijklmnopqrst']);
    await banAll('abcdefghijklmnopqrst');
    await failed(3);
    await aWhile();
    expect([...'bcdefghijklmnopqrst'].filter((name) => triesOf(name) > 0)).toHaveLength(4);
  });

  it('nothing goes on where the homeserver asks for a pause', async () => {
    await run('ab');
    running.stub.fault({ match: /ban$/, status: 429, retryAfterMs: 5_000, times: 9 });
    await banAll('ab');
    await failed(4);
    await aWhile();
    expect(triesOf('b')).toBe(0);
  });

  it('they go on after a restart too', async () => {
    await run('ab');
    cannotBan(['a']);
    await banAll('a');
    await failed(5);
    await running.restart();
    await banAll('b');
    await until(() => isBanned('b'));
  });

  it('rules of other people go on beside one that cannot be written', async () => {
    await run('');
    const rule = (entity: string, recommendation: 'm.ban' | 'm.takedown' = 'm.ban') =>
      writeRule.create(
        { listRoomId: '!list:example.org', kind: 'user', entity, recommendation, reason: '' },
        { key: `${recommendation} ${entity}` },
      );
    running.stub.fault({ match: /PUT .*m.policy.rule.user/, about: user('a'), status: 500, times: 4 });
    await running.add(rule(user('a')), rule(user('b')), rule(user('a'), 'm.takedown'));
    for (let tries = 0; tries < 3; tries += 1) {
      await until(async () => (await running.ledger.dueInLane('policy_list', 9))[0]?.attempts === tries);
      running.later(1_000 * 2 ** tries);
    }
    await until(() => running.ended.length === 1);
    running.later(60_000);
    await running.settled();
    expect(running.ended.map(({ action }) => action.key)).toEqual([
      `m.ban ${user('b')}`,
      `m.ban ${user('a')}`,
      `m.takedown ${user('a')}`,
    ]);
  });
});
