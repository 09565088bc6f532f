import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BanRegister } from '../../src/enforcement/ban-register.js';
import { planRoom } from '../../src/enforcement/planner.js';
import { ruleStateKey } from '../../src/enforcement/handlers/write-rule.js';
import { transactionIdOf } from '../../src/enforcement/handlers/parts.js';
import type { BanPayload } from '../../src/enforcement/payloads.js';
import type { NewAction } from '../../src/store/index.js';
import { addRule, BOT, LIST, policyOf, ROOM } from './fixtures.js';
import { startRunning, type Running } from './running.js';

const BAD = '@bad:evil.example';
const RULE: BanPayload['rule'] = { roomId: LIST, type: 'm.policy.rule.user', stateKey: '0', entity: BAD };
const policy = policyOf({ entity: BAD });
let running: Running;
let counter = 0;

beforeEach(async () => {
  running = await startRunning({ policy });
});
afterEach(async () => running.close());

/** Carries out one action and gives its end. */
async function perform(kind: string, payload: unknown, more: Partial<NewAction> = {}) {
  await running.add({ kind, lane: 'lane', key: `key${++counter}`, payload, ...more });
  await running.settled();
  return running.ended.at(-1)?.end;
}
/** The same action as it would be found after a crash: it may have been sent. */
async function performAfterCrash(kind: string, payload: unknown) {
  await running.executor.stop();
  await running.add({ kind, lane: 'lane', key: `key${++counter}`, payload });
  await new Promise((resolve) => setTimeout(resolve, 3));
  await running.restart();
  await running.settled();
  return running.ended.at(-1)?.end;
}
const join = (userId = BAD, membership = 'join', sender = userId) =>
  running.stub.setState(ROOM, 'm.room.member', userId, { membership }, sender);
const writes = () =>
  running.stub.writes().map((request) => `${request.method} ${request.path.replace('/_matrix/client/v3', '')}`);

describe('ban', () => {
  it('bans with the reason', async () => {
    join();
    expect(await perform('ban', { roomId: ROOM, userId: BAD, reason: 'spam', rule: RULE })).toMatchObject({
      state: 'done',
      result: { effect: 'banned' },
    });
    expect(running.stub.writes()[0]?.body).toEqual({ user_id: BAD, reason: 'spam' });
  });

  it('sends nothing where the ban holds already', async () => {
    join(BAD, 'ban', '@human:example.org');
    expect(await perform('ban', { roomId: ROOM, userId: BAD, rule: RULE })).toMatchObject({
      result: { effect: 'held' },
    });
    expect(writes()).toEqual([]);
  });

  it('is moot when the person left or the rule is gone', async () => {
    running.stub.setState(ROOM, 'm.room.topic', '', {});
    expect(await perform('ban', { roomId: ROOM, userId: BAD, rule: RULE })).toMatchObject({
      result: { effect: 'moot' },
    });
    join('@innocent:evil.example');
    expect(await perform('ban', { roomId: ROOM, userId: '@innocent:evil.example', rule: RULE })).toMatchObject({
      result: { effect: 'moot' },
    });
    expect(writes()).toEqual([]);
  });

  it('bans in advance when a person asked for just that', async () => {
    running.stub.setState(ROOM, 'm.room.topic', '', {});
    expect(await perform('ban', { roomId: ROOM, userId: '@absent:evil.example' })).toMatchObject({
      result: { effect: 'banned' },
    });
  });

  it('is not sent again after a crash when it got through', async () => {
    join();
    running.stub.setState(ROOM, 'm.room.member', BAD, { membership: 'ban' }, BOT);
    expect(await performAfterCrash('ban', { roomId: ROOM, userId: BAD, rule: RULE })).toMatchObject({
      result: { effect: 'banned' },
    });
    expect(writes()).toEqual([]);
  });

  it('is sent after a crash when it did not get through', async () => {
    join();
    expect(await performAfterCrash('ban', { roomId: ROOM, userId: BAD, rule: RULE })).toMatchObject({
      result: { effect: 'banned' },
    });
    expect(writes()).toHaveLength(1);
  });

  it('is sent once when the answer was lost', async () => {
    join();
    running.stub.fault({ match: /ban$/, dropAfter: true });
    expect(await perform('ban', { roomId: ROOM, userId: BAD, rule: RULE })).toMatchObject({
      result: { effect: 'banned' },
    });
    expect(writes()).toHaveLength(1);
  });

  it('with a payload of another form fails and is said so', async () => {
    expect(await perform('ban', { roomId: 5 })).toMatchObject({ state: 'failed' });
  });
});

describe('what is asked before something is sent', () => {
  const asked = () => running.stub.requests.filter(({ method }) => method === 'GET').map(({ path }) => path);

  it.each([
    ['nothing, of a room that was just read', 0, []],
    [
      'its ACL, of a room that was read some seconds ago',
      5_000,
      [expect.stringContaining('/state/m.room.server_acl/')],
    ],
    [
      'how it stands, of a room that was read a while ago',
      60_000,
      [expect.stringContaining('/state/m.room.member/'), expect.stringContaining('/state/m.room.server_acl/')],
    ],
  ])('is %s', async (_what, readAgoMs, questions) => {
    await running.close();
    running = await startRunning({ policy, readAgoMs });
    join();
    const acl = { allow: ['*'], deny: ['evil.example'], allow_ip_literals: false };
    expect(await performAfterCrash('ban', { roomId: ROOM, userId: BAD, rule: RULE })).toMatchObject({
      result: { effect: 'banned' },
    });
    expect(await perform('acl', { roomId: ROOM, content: acl })).toMatchObject({ result: { effect: 'sent' } });
    expect(asked()).toEqual(questions);
    expect(writes()).toHaveLength(2);
  });
});

describe('ban, before its event has come back', () => {
  it('is not sent twice', async () => {
    await running.close();
    running = await startRunning({ policy, snapshots: false });
    join();
    const rooms = {
      get: () => ({ members: new Map([[BAD, { membership: 'join', eventId: '$e1', sender: BAD }]]) }),
      all: () => [],
    };
    const { AclRegister } = await import('../../src/enforcement/acl-register.js');
    const { createActionHandlers } = await import('../../src/enforcement/handlers/index.js');
    const handlers = createActionHandlers({
      homeserver: running.homeserver,
      rooms: rooms as never,
      policy,
      facts: () => running.facts,
      acls: new AclRegister(),
      clock: Date.now,
    });
    await running.restart({ handlers });
    await perform('ban', { roomId: ROOM, userId: BAD, rule: RULE });
    expect(await perform('ban', { roomId: ROOM, userId: BAD, rule: RULE })).toMatchObject({
      result: { effect: 'held' },
    });
    expect(writes()).toHaveLength(1);
  });
});

describe('unban', () => {
  it('lifts a ban, and sends nothing where there is none', async () => {
    join(BAD, 'ban', BOT);
    expect(await perform('unban', { roomId: ROOM, userId: BAD })).toMatchObject({ result: { effect: 'unbanned' } });
    expect(await perform('unban', { roomId: ROOM, userId: BAD })).toMatchObject({ result: { effect: 'held' } });
    expect(writes()).toHaveLength(1);
  });

  it('leaves a ban that somebody made anew', async () => {
    const ours = join(BAD, 'ban', BOT);
    join(BAD, 'ban', '@human:example.org');
    expect(await perform('unban', { roomId: ROOM, userId: BAD, banEventId: ours.event_id })).toMatchObject({
      state: 'failed',
    });
    expect(running.stub.membershipOf(ROOM, BAD)).toBe('ban');
  });

  it('tells "was not banned" from "may not" when the server says 403 to both', async () => {
    await running.close();
    running = await startRunning({ policy, snapshots: false });
    running.stub.setState(ROOM, 'm.room.topic', '', {});
    expect(await perform('unban', { roomId: ROOM, userId: BAD })).toMatchObject({ result: { effect: 'held' } });
    join(BAD, 'ban', BOT);
    running.stub.fault({ match: /unban$/, status: 403, errcode: 'M_FORBIDDEN' });
    expect(await perform('unban', { roomId: ROOM, userId: BAD })).toMatchObject({ state: 'failed' });
  });
});

describe('kick', () => {
  it('puts out who is inside, and nobody else', async () => {
    join();
    expect(await perform('kick', { roomId: ROOM, userId: BAD, reason: 'flood' })).toMatchObject({
      result: { effect: 'kicked' },
    });
    expect(await perform('kick', { roomId: ROOM, userId: BAD })).toMatchObject({ result: { effect: 'held' } });
    expect(running.stub.writes().map((request) => request.body)).toEqual([{ user_id: BAD, reason: 'flood' }]);
  });
});

describe('redact', () => {
  it('redacts under a transaction id that stays the same for one action and differs between actions', async () => {
    const message = running.stub.setState(ROOM, 'm.room.topic', '', { topic: 'spam' });
    expect(await perform('redact', { roomId: ROOM, eventId: message.event_id, sender: BAD })).toMatchObject({
      result: { effect: 'redacted' },
    });
    const action = { key: 'a', createdAt: 1 };
    expect(transactionIdOf(action)).toBe(transactionIdOf({ ...action }));
    expect(transactionIdOf(action)).not.toBe(transactionIdOf({ key: 'a', createdAt: 2 }));
  });

  it('does not touch what we or a protected identity wrote', async () => {
    expect(await perform('redact', { roomId: ROOM, eventId: '$e', sender: BOT })).toMatchObject({ state: 'refused' });
  });
});

describe('acl', () => {
  const content = { allow: ['*'], deny: ['evil.example'], allow_ip_literals: false };

  it('sends an ACL, and nothing where it stands already, in whatever order its keys are', async () => {
    running.stub.setState(ROOM, 'm.room.topic', '', {});
    expect(await perform('acl', { roomId: ROOM, content })).toMatchObject({ result: { effect: 'sent' } });
    expect(
      await perform('acl', { roomId: ROOM, content: Object.fromEntries(Object.entries(content).reverse()) }),
    ).toMatchObject({ result: { effect: 'held' } });
    expect(writes()).toHaveLength(1);
  });

  it('reads back after a crash', async () => {
    running.stub.setState(ROOM, 'm.room.server_acl', '', content);
    expect(await performAfterCrash('acl', { roomId: ROOM, content })).toMatchObject({ result: { effect: 'held' } });
    expect(writes()).toEqual([]);
  });

  it('never sends one that would shut us out', async () => {
    for (const deny of [['example.org'], ['EXAMPLE.*'], ['*']])
      expect(await perform('acl', { roomId: ROOM, content: { ...content, deny } })).toMatchObject({ state: 'refused' });
    expect(await perform('acl', { roomId: ROOM, content: { deny: [] } })).toMatchObject({ state: 'refused' });
    expect(writes()).toEqual([]);
  });
});

describe('write_rule and remove_rule', () => {
  beforeEach(() => void running.stub.setState(LIST, 'm.room.create', '', {}));
  const rule = () =>
    running.stub
      .stateOf(LIST)
      .filter((event) => event.type === 'm.policy.rule.user' && Object.keys(event.content).length > 0);

  it('writes the literal entity at a place of its own, once', async () => {
    const payload = { listRoomId: LIST, kind: 'user', entity: BAD, reason: 'impersonation' };
    expect(await perform('write_rule', payload)).toMatchObject({
      state: 'done',
      result: { effect: 'written', type: 'm.policy.rule.user', room_id: LIST, state_key: ruleStateKey(BAD, 'm.ban') },
    });
    expect(await performAfterCrash('write_rule', payload)).toMatchObject({ result: { effect: 'held' } });
    expect(rule()).toMatchObject([
      {
        state_key: ruleStateKey(BAD, 'm.ban'),
        content: { entity: BAD, recommendation: 'm.ban', reason: 'impersonation' },
      },
    ]);
    expect(writes()).toHaveLength(1);
  });

  it('refuses a rule that would hit us, also as a glob', async () => {
    for (const entity of [BOT, '@*:example.org', '*'])
      expect(await perform('write_rule', { listRoomId: LIST, kind: 'user', entity })).toMatchObject({
        state: 'refused',
      });
    expect(
      await perform('write_rule', {
        listRoomId: LIST,
        kind: 'user',
        entity: BOT,
        recommendation: 'org.matrix.mjolnir.allow',
      }),
    ).toMatchObject({ state: 'done' });
  });

  it('empties every rule of the entity, whoever wrote it, and no other one', async () => {
    const hash = createHash('sha256').update(BAD).digest('base64');
    const places: [string, string, Record<string, unknown>][] = [
      ['m.policy.rule.user', 'a', { entity: BAD, recommendation: 'm.ban' }],
      ['m.policy.rule.user', `rule:${BAD}`, { entity: BAD, recommendation: 'm.takedown' }],
      ['org.matrix.mjolnir.rule.user', 'old', { entity: BAD, recommendation: 'org.matrix.mjolnir.ban' }],
      ['m.policy.rule.user', 'hashed', { hashes: { sha256: hash }, recommendation: 'm.ban' }],
      ['m.policy.rule.user', 'allow', { entity: BAD, recommendation: 'org.matrix.mjolnir.allow' }],
      ['m.policy.rule.user', 'other', { entity: '@other:evil.example', recommendation: 'm.ban' }],
      ['m.policy.rule.server', 'server', { entity: BAD, recommendation: 'm.ban' }],
    ];
    for (const [type, stateKey, content] of places) running.stub.setState(LIST, type, stateKey, content);
    expect(await perform('remove_rule', { listRoomId: LIST, kind: 'user', entity: BAD })).toMatchObject({
      result: { effect: 'removed', state_keys: ['a', `rule:${BAD}`, 'old', 'hashed'] },
    });
    expect(await perform('remove_rule', { listRoomId: LIST, kind: 'user', entity: BAD })).toMatchObject({
      result: { effect: 'held' },
    });
    const left = running.stub
      .stateOf(LIST)
      .filter((event) => Object.keys(event.content).length > 0)
      .map((event) => event.state_key);
    expect(left).toEqual(['allow', 'other', 'server']);
  });

  it('empties the rules of a server in every spelling, when that is meant', async () => {
    const entities = ['EVIL.example:8448', 'evil.example', 'evil.example:1', '*.evil.example', 'other.example'];
    for (const entity of entities)
      running.stub.setState(LIST, 'm.policy.rule.server', entity, { entity, recommendation: 'm.ban' });
    const hashes = { sha256: createHash('sha256').update('evil.example').digest('base64') };
    running.stub.setState(LIST, 'm.policy.rule.server', 'hashed', { hashes, recommendation: 'm.ban' });
    const payload = { listRoomId: LIST, kind: 'server', entity: 'Evil.Example' };
    expect(await perform('remove_rule', payload)).toMatchObject({ result: { effect: 'held' } });
    expect(await perform('remove_rule', { ...payload, anySpelling: true })).toMatchObject({
      result: {
        state_keys: ['EVIL.example:8448', 'evil.example', 'evil.example:1', 'hashed'],
        removed: [{ entity: 'EVIL.example:8448' }, { entity: 'evil.example' }, { entity: 'evil.example:1' }, {}],
      },
    });
  });
});

describe('remove_rule of hashed rules', () => {
  it('finds every hashed rule that the policy follows: the first valid hash counts, its last bits say nothing', async () => {
    const hash = createHash('sha256').update(BAD).digest('base64').slice(0, 43);
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    const sameBytes = hash.slice(0, 42) + letters[letters.indexOf(hash[42]!) + 1]!;
    const rules: Record<string, Record<string, unknown>> = {
      second: { hashes: { sha256: 'no hash' }, 'org.matrix.msc4205.hashes': { sha256: hash }, recommendation: 'm.ban' },
      bits: { hashes: { sha256: sameBytes }, recommendation: 'm.ban' },
      invalid: { hashes: { sha256: `${hash}==` }, recommendation: 'm.ban' },
    };
    for (const [stateKey, content] of Object.entries(rules))
      running.stub.setState(LIST, 'm.policy.rule.user', stateKey, content);
    const done = await perform('remove_rule', { listRoomId: LIST, kind: 'user', entity: BAD });
    expect(done).toMatchObject({ result: { effect: 'removed', state_keys: ['second', 'bits'] } });
  });
});

describe('report', () => {
  it('reports the user, then the event by an action of its own', async () => {
    running.stub.setState(ROOM, 'm.room.topic', '', {});
    await perform('report', { userId: BAD, reason: 'impersonation', roomId: ROOM, eventId: '$e' });
    expect(writes()).toEqual([`POST /users/${BAD}/report`, `POST /rooms/${ROOM}/report/$e`]);
  });

  it('takes a refusal of the server for an answer: the bot is not in that room, the user is unknown', async () => {
    running.stub.fault({ match: /users/, status: 404, errcode: 'M_NOT_FOUND' });
    expect(await perform('report', { userId: BAD, reason: 'impersonation' })).toMatchObject({
      state: 'done',
      result: { user: 'M_NOT_FOUND' },
    });
    expect(
      await perform('report_event', { userId: BAD, roomId: '!unknown:x', eventId: '$e', reason: 'r' }),
    ).toMatchObject({ state: 'done', result: { event: 'M_NOT_FOUND' } });
  });

  it('never reports a protected identity', async () => {
    expect(await perform('report', { userId: BOT, reason: 'r' })).toMatchObject({ state: 'refused' });
  });
});

describe('the register of our bans', () => {
  it('knows after a restart which bans are ours, so that exactly those are lifted with their rule', async () => {
    const rules = policyOf({ entity: '@*:evil.example' });
    await running.close();
    running = await startRunning({ policy: rules });
    join();
    join('@worse:evil.example', 'ban', '@human:example.org');
    const room = [...running.facts.rooms.all()][0]!;
    await running.add(...planRoom(room, rules, { facts: running.facts }));
    await running.settled();

    const register = new BanRegister();
    await register.load(running.ledger);
    expect([...register.bansIn(ROOM)]).toMatchObject([[BAD, { rule: { roomId: LIST, entity: '@*:evil.example' } }]]);
    addRule(rules, { entity: '' }, '0');
    const plan = planRoom(room, rules, { facts: running.facts, ourBans: (roomId) => register.bansIn(roomId) });
    expect(plan).toMatchObject([{ kind: 'unban', payload: { userId: BAD } }]);
    await running.add(...plan);
    await running.settled();

    const after = new BanRegister();
    await after.load(running.ledger);
    expect([...after.bansIn(ROOM)]).toEqual([]);
    expect([running.stub.membershipOf(ROOM, BAD), running.stub.membershipOf(ROOM, '@worse:evil.example')]).toEqual([
      'leave',
      'ban',
    ]);
  });
});
