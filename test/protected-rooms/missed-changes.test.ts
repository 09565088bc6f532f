import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AclPayload } from '../../src/enforcement/payloads.js';
import type { MatrixEvent } from '../../src/matrix/types.js';
import { event, member, next } from '../support/events.js';
import { ADMIN, BOT, Rooms, worldOf } from '../support/world.js';

const ROOM = '!room:a.test';
const LIST = '!list:b.test';
const NEW = '!new:b.test';
const SERVERS = Array.from({ length: 60 }, (_, index) => `s${index}.test`);
const PEOPLE = Array.from({ length: 60 }, (_, index) => `@spam${index}:b.test`);

function rule(kind: 'server' | 'user', entity: string, content?: Record<string, unknown>): MatrixEvent {
  return event({
    type: `m.policy.rule.${kind}`,
    state_key: entity,
    room_id: LIST,
    sender: ADMIN,
    content: content ?? { entity, recommendation: 'm.ban' },
  });
}

/** What a list that is not ours loses while nobody looks at it is held against what was known of it before. */
describe('a foreign list that changes while nobody looks', () => {
  let rooms: Rooms;
  let world: Awaited<ReturnType<typeof worldOf>>;

  /** A list that shuts these servers out and bans these people, in a room where that was done. */
  async function begin(
    servers: readonly string[],
    people: readonly string[] = [],
    mode: 'deny' | 'allow_list' = 'deny',
  ) {
    rooms = new Rooms();
    rooms.make(LIST);
    for (const one of servers) rooms.put(rule('server', one));
    for (const one of people) rooms.put(rule('user', one));
    rooms.make(ROOM);
    const config =
      mode === 'deny'
        ? {}
        : { server_acl: { mode, existing: 'merge' as const, ip_literals: 'deny' as const, must_allow: [] } };
    world = await worldOf(rooms, undefined, config);
    await world.begin();
    await world.protection.protect(ROOM);
    await world.protection.lists.watch(LIST);
    done();
    await world.lastKnown.flush();
  }

  /** Carries out what was planned for the room's server ACL; resolves with whom it shuts out. */
  function done(): string[] {
    const planned = world.planned.splice(0).findLast(({ kind }) => kind === 'acl')?.payload as AclPayload | undefined;
    if (planned !== undefined) {
      const acl = event({ type: 'm.room.server_acl', state_key: '', room_id: ROOM, sender: BOT });
      const sent = next(world.kept, { ...acl, content: { ...planned.content } });
      rooms.put(sent);
      world.kept.apply(sent);
    }
    const found = world.kept.get(ROOM)?.acl?.content.deny;
    return Array.isArray(found) ? (found as string[]) : [];
  }

  /** Heimdall bans these people for rules of a list. */
  function banned(people: readonly string[], list = LIST): void {
    for (const userId of people) {
      rooms.put(member(userId, 'ban', { room_id: ROOM, sender: BOT }));
      const rule = { roomId: list, type: 'm.policy.rule.user', stateKey: userId };
      world.bans.note({ kind: 'ban', payload: { roomId: ROOM, userId, rule }, caseId: null } as never, {
        effect: 'banned',
      });
    }
  }

  const empty = (kind: string) => {
    const left = (rooms.state.get(LIST) ?? []).filter(({ type }) => type !== `m.policy.rule.${kind}`);
    rooms.state.set(LIST, left);
  };
  const lifted = () => world.planned.splice(0).filter(({ kind }) => kind === 'unban').length;

  beforeEach(() => begin(SERVERS));
  afterEach(() => world.close());

  it('lets nobody in after a restart, until a moderator says so', async () => {
    expect(done()).toHaveLength(60);
    empty('server');
    world = await world.restart();
    expect(done()).toHaveLength(60);
    expect(await world.said()).toEqual([expect.stringContaining('at least 60 bans')]);
    // what was held stays so
    await world.lastKnown.flush();
    world = await world.restart();
    expect(done()).toHaveLength(60);
    await world.protection.lists.release(LIST);
    expect(done()).toEqual([]);
  });

  it('is known to have lost a rule by a redaction that comes in after a restart', async () => {
    await begin([], PEOPLE.slice(0, 2));
    const [redacted, kept] = (rooms.state.get(LIST) ?? []).filter(({ type }) => type === 'm.policy.rule.user');
    const redaction = event({ type: 'm.room.redaction', room_id: LIST, content: { redacts: redacted?.event_id } });
    rooms.state.set(LIST, [{ ...redacted!, content: {} }, kept!]);
    world = await world.restart();
    expect(world.lists.takenBy(redaction)).toMatchObject([{ change: 'removed', previous: { entity: PEOPLE[0] } }]);
  });

  it('lets in up to the limit', async () => {
    for (const one of SERVERS.slice(0, 50))
      rooms.state.set(
        LIST,
        (rooms.state.get(LIST) ?? []).filter(({ state_key: key }) => key !== one),
      );
    world = await world.restart();
    expect(done()).toHaveLength(10);
  });

  it('lets nobody in when it can be read again, or is read anew by sync', async () => {
    rooms.unreadable.add(LIST);
    world = await world.restart();
    expect(done()).toHaveLength(60);
    empty('server');
    rooms.unreadable.delete(LIST);
    await world.protection.sync();
    expect(done()).toHaveLength(60);
    await begin(SERVERS);
    empty('server');
    await world.protection.sync();
    expect(done()).toHaveLength(60);
  });

  it('lets nobody in by an allow rule for all of its own, live or missed', async () => {
    const all = { entity: '*', recommendation: 'org.matrix.mjolnir.allow' };
    await world.protection.lists.reload(LIST);
    const put = rooms.put(rule('server', 'all', all));
    world.planned.push(...world.effects.planForChanges(world.lists.apply(put)));
    expect(done()).toHaveLength(60);
    await begin(SERVERS);
    rooms.put(rule('server', 'all', all));
    world = await world.restart();
    expect(done()).toHaveLength(60);
    // of one name only that one goes
    await begin(SERVERS);
    rooms.put(rule('server', 'one', { ...all, entity: 's7.test' }));
    world = await world.restart();
    expect(done()).toEqual(SERVERS.filter((name) => name !== 's7.test').sort());
  });

  it('is not held for what came together with an allow rule, nor when nothing is known of it', async () => {
    const all = { entity: '*', recommendation: 'org.matrix.mjolnir.allow' };
    await begin([]);
    rooms.put(rule('server', 'all', all));
    for (const one of SERVERS) rooms.put(rule('server', one));
    world = await world.restart();
    expect(await world.said()).toEqual([]);
    await world.lastKnown.flush();
    await world.ledger.commit((tx) => tx.setMeta(`list_rules:${LIST}`, '{broken'));
    world = await world.restart();
    expect(await world.said()).toEqual([]);
  });

  it('frees nobody of another list by an allow rule that was missed, though it is trusted', async () => {
    const OTHER = '!another:b.test';
    await begin([]);
    rooms.make(OTHER);
    for (const one of SERVERS) rooms.put({ ...rule('server', one), room_id: OTHER });
    await world.protection.lists.watch(LIST, { trustAllow: true });
    await world.protection.lists.watch(OTHER);
    expect(done()).toHaveLength(60);
    rooms.put(rule('server', 'all', { entity: '*', recommendation: 'org.matrix.mjolnir.allow' }));
    world = await world.restart();
    expect(done()).toHaveLength(60);
    await world.protection.lists.release(LIST);
    expect(done()).toEqual([]);
  });

  it('leaves the server ACLs of allow-list mode as they are', async () => {
    const allow = { entity: 'friend.test', recommendation: 'org.matrix.mjolnir.allow' };
    await begin(SERVERS, [], 'allow_list');
    rooms.put(rule('server', 'friend', allow));
    await world.protection.lists.watch(LIST, { trustAllow: true });
    const before = done();
    const allowed = () => world.kept.get(ROOM)?.acl?.content.allow;
    expect(allowed()).toEqual(['a.test', 'friend.test']);
    empty('server');
    world = await world.restart();
    expect([done(), allowed()]).toEqual([before, ['a.test', 'friend.test']]);
    await world.protection.lists.release(LIST);
    expect([done(), allowed()]).toEqual([[], ['a.test']]);
  });

  it('lifts no bans after a restart', async () => {
    await begin([], PEOPLE);
    empty('user');
    banned(PEOPLE);
    world = await world.restart();
    banned(PEOPLE);
    await world.protection.sync();
    expect(lifted()).toBe(0);
    await world.protection.lists.release(LIST);
    expect(lifted()).toBe(60);
  });

  it('gives back no account, media or room either', async () => {
    await begin([]);
    const local = PEOPLE.map((userId) => userId.replace('b.test', 'a.test'));
    const rule = (stateKey: string) => ({ roomId: LIST, type: 'm.policy.rule.user', stateKey });
    const taken = (kind: string, payload: Record<string, unknown>, result: Record<string, unknown>) =>
      world.takedowns.note({ id: 1, caseId: null, kind, payload, result }, result);
    for (const userId of local) {
      taken('suspend', { userId, rule: rule(userId) }, { effect: 'suspended' });
      taken('quarantine_media', { userId, rule: rule(userId) }, { effect: 'quarantined', media: [] });
    }
    taken('block_room', { room: '!bad:b.test', rule: rule('room') }, { effect: 'blocked', room_id: '!bad:b.test' });
    const given = () => world.planned.splice(0).map(({ kind }) => kind);
    await world.protection.sync();
    expect(given()).toEqual([]);
    expect(await world.said()).toContainEqual(expect.stringContaining('at least 121 bans'));
    await world.protection.lists.release(LIST);
    expect(given().length).toBe(121);
  });

  describe('and is upgraded', () => {
    const moved = () => {
      rooms.make(NEW, { inside: false, create: { predecessor: { room_id: LIST } } });
      const content = { body: 'moved', replacement_room: NEW };
      rooms.put(event({ type: 'm.room.tombstone', state_key: '', room_id: LIST, sender: ADMIN, content }));
    };
    const watched = () => world.settings.get().watched_lists.map(({ room_id: roomId }) => roomId);

    it('after it was emptied: both are watched, and nothing is lifted', async () => {
      await begin(SERVERS, PEOPLE);
      banned(PEOPLE);
      for (const kind of ['user', 'server']) empty(kind);
      await world.protection.sync();
      expect(lifted()).toBe(0);
      moved();
      await world.upgrades.follow(LIST);
      expect(watched()).toEqual([LIST, NEW]);
      expect(lifted()).toBe(0);
      expect(done()).toHaveLength(60);
      expect(await world.said()).toContainEqual(expect.stringContaining('I watch both'));
    });

    it('and emptied then: bans for rules of the old one are those of the new one', async () => {
      await begin([], PEOPLE);
      moved();
      for (const one of PEOPLE) rooms.put({ ...rule('user', one), room_id: NEW });
      await world.upgrades.follow(LIST);
      expect(watched()).toEqual([NEW]);
      banned(PEOPLE);
      await world.protection.sync();
      rooms.make(NEW);
      await world.protection.sync();
      expect(lifted()).toBe(0);
      expect(await world.said()).toContainEqual(expect.stringContaining(NEW));
    });

    it('is followed on the terms on which it was watched', async () => {
      await world.protection.lists.watch(LIST, { trustAllow: true, options: { lift: false, acl: false } });
      moved();
      for (const one of SERVERS) rooms.put({ ...rule('server', one), room_id: NEW });
      await world.upgrades.follow(LIST);
      expect(world.settings.get().watched_lists).toEqual([
        expect.objectContaining({ room_id: NEW, trust_allow: true, options: { lift: false, acl: false } }),
      ]);
    });
  });
});
