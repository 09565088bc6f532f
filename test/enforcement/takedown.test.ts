import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TakedownConfig } from '../../src/config/types.js';
import { planMember, planRoom, type PlanOptions } from '../../src/enforcement/planner.js';
import { planTakedowns } from '../../src/enforcement/takedown-planner.js';
import type { MemberState, RoomSnapshot } from '../../src/enforcement/types.js';
import type { Membership } from '../../src/matrix/types.js';
import { TakedownRegister } from '../../src/enforcement/takedown-register.js';
import { UNTIL } from '../../src/enforcement/handlers/expire-rule.js';
import type { NewAction } from '../../src/store/index.js';
import { stubModeration, type StubModeration } from '../support/stub-moderation.js';
import {
  addRule,
  BOT,
  CREATOR,
  factsOf,
  LIST,
  member,
  MODERATOR,
  OFFICIAL,
  policyOf,
  ROOM,
  room,
  roomsOf,
  VARIANT,
} from './fixtures.js';
import { startRunning, type Running } from './running.js';

const BAD = '@bad:evil.example';
const LOCAL = '@local:example.org';
const SERVER_ADMIN = '@admin:example.org';
const SPAM_ROOM = '!spam:evil.example';
const SETTINGS: TakedownConfig = {
  redact: true,
  redact_limit: 1000,
  redact_hours: null,
  withdraw_invites: true,
  local_accounts: 'suspend',
  quarantine_media: true,
  block_rooms: true,
};
const policy = policyOf(
  { entity: BAD, recommendation: 'm.takedown', reason: 'spam' },
  { entity: LOCAL, recommendation: 'm.takedown' },
  { kind: 'room', entity: SPAM_ROOM, recommendation: 'm.takedown' },
);

let running: Running;
let admin: StubModeration;
let counter = 0;
const start = async (rights = true, more: Parameters<typeof startRunning>[0] = {}) => {
  admin = stubModeration(rights);
  for (const [userId, account] of [
    [
      LOCAL,
      {
        media: new Map([
          ['one', null],
          ['by-people', '@human:example.org'],
        ]),
      },
    ],
    [SERVER_ADMIN, { admin: true }],
  ] as const)
    admin.accounts.set(userId, account);
  running = await startRunning({ policy, moderation: admin, ...more });
};
beforeEach(() => start());
afterEach(async () => running.close());

async function perform(...actions: Partial<NewAction>[]) {
  await running.add(
    ...actions.map((action) => ({ kind: '', lane: `lane${++counter}`, key: `key${counter}`, payload: {}, ...action })),
  );
  await running.settled();
  return running.ended.at(-1)?.end;
}
const account = (kind: string, userId: string) => perform({ kind, payload: { userId } });
const RULE = { roomId: LIST, type: 'm.policy.rule.user', stateKey: '0', entity: BAD };
const redaction = (
  extent = { limit: 1000, hours: null as number | null },
  rule: typeof RULE | undefined = RULE,
): Partial<NewAction> => ({
  kind: 'redact_user',
  payload: { roomId: ROOM, userId: BAD, reason: 'spam', extent, rule },
});
const left = () =>
  running.stub
    .timelineOf(ROOM)
    .filter(
      (event) =>
        event.sender === BAD && event.type !== 'm.room.redaction' && event.unsigned?.redacted_because === undefined,
    );
const spam = (count: number, type?: string) => {
  for (let i = 0; i < count; i++) running.stub.send(ROOM, BAD, { body: `spam ${i}` }, type);
};
const redactions = () => running.stub.timelineOf(ROOM).filter((event) => event.type === 'm.room.redaction');

describe('a redaction of what a person wrote', () => {
  beforeEach(
    () => void running.stub.setState(ROOM, 'm.room.member', BAD, { membership: 'join', displayname: 'Buy coins' }, BAD),
  );

  it("takes messages of every kind away, nobody else's, and no state but the names they joined under", async () => {
    spam(3);
    spam(1, 'm.sticker');
    running.stub.send(ROOM, '@other:evil.example', { body: 'hello' });
    running.stub.setState(ROOM, 'm.room.topic', '', { topic: 'theirs' }, BAD);
    expect(await perform(redaction())).toMatchObject({
      state: 'done',
      result: { effect: 'redacted', gone: 4, failed: 0 },
    });
    expect(left()).toEqual([]);
    expect(running.stub.timelineOf(ROOM).find((event) => event.sender === '@other:evil.example')?.content).toEqual({
      body: 'hello',
    });
    expect(redactions()[0]?.content.reason).toBe('spam');
  });

  it('redacts nothing twice, and says so', async () => {
    spam(3);
    await perform(redaction());
    expect(await perform(redaction())).toMatchObject({ result: { effect: 'held', gone: 0, already: 3 } });
    expect(redactions()).toHaveLength(3);
  });

  it('keeps to its limits', async () => {
    spam(10);
    await perform(redaction({ limit: 4, hours: null }));
    expect(left()).toHaveLength(6);
    const joined = running.stub.stateOf(ROOM).filter((event) => event.state_key === BAD);
    for (const event of [...joined, ...left().slice(0, 3)]) event.origin_server_ts -= 7_200_000;
    await perform(redaction({ limit: 1000, hours: 1 }));
    expect(left()).toHaveLength(3);
  });

  it('is not ended, or passed by, with a false date: a sender on a server of their own writes what they like', async () => {
    spam(130);
    for (const index of [20, 60, 129]) Object.assign(left()[index] ?? {}, { origin_server_ts: 0 });
    await perform(redaction({ limit: 1000, hours: 1 }));
    expect(left()).toEqual([]);
  });

  it('leaves a long history to the homeserver where we are server admin, and takes what its task leaves', async () => {
    spam(150);
    spam(5, 'm.sticker');
    admin.taskLooks = 2;
    expect(await perform(redaction())).toMatchObject({ result: { effect: 'redacted', gone: 155, failed: 0 } });
    expect([admin.tasks.length, redactions().length, left().length]).toEqual([1, 5, 0]);
  });

  it('by command leaves the name of somebody who stays in the room, however long the history', async () => {
    spam(150);
    expect(
      await perform({
        kind: 'redact_user',
        payload: { roomId: ROOM, userId: BAD, extent: { limit: 1000, hours: null } },
      }),
    ).toMatchObject({ result: { gone: 150 } });
    expect([admin.tasks.length, left().length]).toEqual([0, 0]);
    expect(running.stub.stateOf(ROOM).find((event) => event.state_key === BAD)?.content).toEqual({
      membership: 'join',
      displayname: 'Buy coins',
    });
  });

  it('goes on by hand without admin rights, and after a task that is gone', async () => {
    spam(150);
    admin.rights = false;
    expect(await perform(redaction())).toMatchObject({ result: { gone: 150 } });
    expect(left()).toEqual([]);
    admin.rights = true;
    spam(150);
    admin.taskLooks = 1_000;
    const over = perform(redaction());
    while (admin.tasks.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    admin.tasks.length = 0;
    expect(await over).toMatchObject({ result: { gone: 300 } });
  });

  it('goes on where it was after a kill in the middle', async () => {
    admin.rights = false;
    spam(350);
    running.stub.fault({ match: /redact\//, times: 1, delayMs: 400 });
    await running.add({
      kind: 'redact_user',
      lane: 'r',
      key: 'r',
      payload: { roomId: ROOM, userId: BAD, extent: { limit: 1000, hours: null } },
    });
    while (redactions().length < 120) await new Promise((resolve) => setTimeout(resolve, 2));
    await running.restart();
    await running.settled();
    expect(left()).toEqual([]);
    expect(redactions()).toHaveLength(350);
    expect(running.ended.at(-1)?.end).toMatchObject({ result: { effect: 'redacted', gone: 350 } });
  });

  it('in a room that cannot be read holds up no other room', async () => {
    spam(2);
    running.stub.fault({ match: /!broken.*messages/, times: 5, status: 502 });
    running.stub.setState('!broken:example.org', 'm.room.topic', '', {});
    await running.add(
      {
        kind: 'redact_user',
        lane: 'redact:broken',
        key: 'b',
        payload: { roomId: '!broken:example.org', userId: BAD, extent: { limit: 9, hours: null } },
      },
      { ...redaction(), lane: 'redact:good', key: 'g' } as NewAction,
    );
    while (left().length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await running.restart({ random: () => 0 });
  });

  it('is refused for those who must not be hit', async () => {
    running.stub.setState(ROOM, 'm.room.member', CREATOR, { membership: 'join' }, CREATOR);
    for (const userId of [BOT, OFFICIAL, VARIANT, MODERATOR, CREATOR]) {
      expect(
        await perform({ kind: 'redact_user', payload: { roomId: ROOM, userId, extent: { limit: 9, hours: null } } }),
      ).toMatchObject({ state: 'refused' });
    }
    expect(running.stub.writes()).toEqual([]);
  });

  it('follows the ban that a takedown made, which asks the servers to redact as well', async () => {
    spam(2);
    await running.add(...planRoom(running.facts.rooms.get(ROOM)!, policy, options()));
    await running.settled();
    expect(running.stub.writes().find(({ path }) => path.endsWith('/ban'))?.body).toMatchObject({
      user_id: BAD,
      redact_events: true,
      'org.matrix.msc4293.redact_events': true,
    });
    expect([running.stub.membershipOf(ROOM, BAD), left().length]).toEqual(['ban', 0]);
    // the ban's own event comes back: the plan asks for what has begun already
    const actions = await running.ledger.actionsOfKind(['redact_user'], 'done', { afterId: 0, limit: 10 });
    expect(planMember(running.facts.rooms.get(ROOM)!, BAD, policy, options()).map(({ key }) => key)).toEqual([
      actions[0]?.key,
    ]);
  });
});

const options = (settings: Partial<TakedownConfig> = {}, register = new TakedownRegister()): PlanOptions => ({
  facts: running.facts,
  epoch: 'test',
  takedown: { settings: { ...SETTINGS, ...settings }, register },
});

describe('local accounts', () => {
  it('are suspended and given back, once', async () => {
    expect(await account('suspend', LOCAL)).toMatchObject({ result: { effect: 'suspended' } });
    expect(await account('suspend', LOCAL)).toMatchObject({ result: { effect: 'held' } });
    expect(admin.accounts.get(LOCAL)?.suspended).toBe(true);
    expect(await account('unsuspend', LOCAL)).toMatchObject({ result: { effect: 'unsuspended' } });
    expect(await account('unsuspend', LOCAL)).toMatchObject({ result: { effect: 'held' } });
  });

  it('have their open media quarantined, and just those given back', async () => {
    expect(await account('quarantine_media', LOCAL)).toMatchObject({
      result: { effect: 'quarantined', media: ['one'] },
    });
    await perform({ kind: 'unquarantine_media', payload: { userId: LOCAL, media: ['one'] } });
    expect([...(admin.accounts.get(LOCAL)?.media ?? [])]).toEqual([
      ['one', null],
      ['by-people', '@human:example.org'],
    ]);
  });

  it.each(['suspend', 'deactivate', 'quarantine_media'])(
    '%s is refused for us, the official account, moderators, creators, server admins and other servers',
    async (kind) => {
      for (const userId of [BOT, OFFICIAL, VARIANT, MODERATOR, CREATOR, SERVER_ADMIN, BAD]) {
        admin.accounts.set(userId, { media: new Map([['m', null]]), ...admin.accounts.get(userId) });
        expect([userId, (await account(kind, userId))?.state]).toEqual([userId, 'refused']);
      }
      expect(running.stub.writes()).toEqual([]);
    },
  );

  it('are left alone when the rule is gone before it came to it', async () => {
    const rule = { roomId: LIST, type: 'm.policy.rule.user', stateKey: '9' };
    admin.accounts.set('@innocent:example.org', {});
    expect(await perform({ kind: 'suspend', payload: { userId: '@innocent:example.org', rule } })).toMatchObject({
      result: { effect: 'moot' },
    });
    expect(admin.accounts.get('@innocent:example.org')?.suspended).toBeUndefined();
  });

  it('wait for admin rights', async () => {
    admin.rights = false;
    await running.add({ kind: 'suspend', lane: 'a', key: 'a', payload: { userId: LOCAL } });
    const due = async () => (await running.ledger.actionsByKey(['a']))[0];
    while ((await due())?.lastError == null) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await due())?.state).toBe('due');
    expect((await due())?.lastError).toContain('not a server admin');
  });
});

describe('rooms', () => {
  it('are blocked and unblocked; one that people blocked was not blocked by us', async () => {
    expect(await perform({ kind: 'block_room', payload: { room: SPAM_ROOM } })).toMatchObject({
      result: { effect: 'blocked', room_id: SPAM_ROOM },
    });
    expect(await perform({ kind: 'block_room', payload: { room: SPAM_ROOM } })).toMatchObject({
      result: { effect: 'held' },
    });
    expect(await perform({ kind: 'unblock_room', payload: { room: SPAM_ROOM, roomId: SPAM_ROOM } })).toMatchObject({
      result: { effect: 'unblocked' },
    });
    expect(admin.blocked.size).toBe(0);
  });

  it('that are ours, protected or official are never blocked', async () => {
    running.stub.setState(ROOM, 'm.room.topic', '', {});
    for (const target of [ROOM, LIST, '!management:example.org', '#official:matrix.example'])
      expect(await perform({ kind: 'block_room', payload: { room: target } })).toMatchObject({ state: 'refused' });
    expect(admin.blocked.size).toBe(0);
  });
});

describe('the plan of a takedown', () => {
  const kinds = (actions: NewAction[]) =>
    actions.map(
      ({ kind, payload }) =>
        `${kind} ${String((payload as { userId?: string; room?: string }).userId ?? (payload as { room?: string }).room)}`,
    );

  it('asks for nothing beyond ban and redaction by default', () => {
    const quiet: Partial<TakedownConfig> = { local_accounts: 'none', quarantine_media: false, block_rooms: false };
    const here = room({ members: { [BAD]: 'join', [LOCAL]: 'join' } });
    expect(kinds(planRoom(here, policy, options(quiet)))).toEqual([`ban ${BAD}`, `ban ${LOCAL}`]);
    expect(planTakedowns(policy, options(quiet), policy.rules())).toEqual([]);
    expect(
      planRoom(here, policy, options({ ...quiet, redact: false })).map(
        ({ payload }) => (payload as { redact?: unknown }).redact,
      ),
    ).toEqual([undefined, undefined]);
  });

  it("withdraws the invites that the person sent, nobody else's, and none to those who are ours", () => {
    const invited = (members: Record<string, [Membership, string]>): RoomSnapshot => {
      const here = room();
      for (const [userId, [membership, sender]] of Object.entries(members))
        (here.members as Map<string, MemberState>).set(userId, member(userId, membership, sender));
      return here;
    };
    const members: Record<string, [Membership, string]> = {
      '@victim:a.example': ['invite', BAD],
      '@other:a.example': ['invite', MODERATOR],
      '@joined:a.example': ['join', BAD],
      '@knocks:a.example': ['knock', '@knocks:a.example'],
      [MODERATOR]: ['invite', BAD],
      [OFFICIAL]: ['invite', BAD],
      [LOCAL]: ['invite', BAD],
    };
    const gone = invited(members);
    const withdrawn = ['kick @victim:a.example'];
    const kicks = (actions: NewAction[]) => kinds(actions).filter((one) => one.startsWith('kick'));
    expect(kicks(planMember(gone, BAD, policy, options()))).toEqual(withdrawn);
    expect(kicks(planRoom(gone, policy, options()))).toEqual(withdrawn);
    expect(kicks(planMember(gone, '@victim:a.example', policy, options()))).toEqual(withdrawn);
    expect(kicks(planMember(gone, '@other:a.example', policy, options()))).toEqual([]);
    for (const membership of ['join', 'ban', 'leave'] as const)
      expect(kicks(planMember(invited({ ...members, [BAD]: [membership, BAD] }), BAD, policy, options()))).toEqual(
        withdrawn,
      );
    expect(kicks(planRoom(gone, policy, options({ withdraw_invites: false })))).toEqual([]);
    expect(kicks(planRoom(gone, policyOf({ entity: BAD }), options()))).toEqual([]);
    const keys = [planMember(gone, BAD, policy, options()), planRoom(gone, policy, options())].map(
      (actions) => actions.find(({ kind }) => kind === 'kick')?.key,
    );
    expect(keys[0]).toBe(keys[1]);
  });

  it('takes no invite of a moderator back, whatever a list says of them, and none without power', () => {
    const here = room({ members: { '@victim:a.example': 'invite' } });
    const members = here.members as Map<string, MemberState>;
    members.set('@victim:a.example', member('@victim:a.example', 'invite', MODERATOR));
    const hostile = policyOf({ entity: MODERATOR, recommendation: 'm.takedown' });
    expect(planRoom(here, hostile, options())).toEqual([]);
    const powerless = room({ powerLevels: { users: { [BOT]: 0 } } });
    (powerless.members as Map<string, MemberState>).set('@v:a.example', member('@v:a.example', 'invite', BAD));
    expect(planRoom(powerless, policy, options())).toEqual([]);
  });

  it('withdraws an invite, but puts nobody out who has accepted it meanwhile', async () => {
    const victim = '@victim:a.example';
    const withdraw = () => perform({ kind: 'kick', payload: { roomId: ROOM, userId: victim, invitedBy: BAD } });
    running.stub.setState(ROOM, 'm.room.member', victim, { membership: 'invite' }, BAD);
    expect(await withdraw()).toMatchObject({ result: { effect: 'kicked' } });
    expect(running.stub.membershipOf(ROOM, victim)).toBe('leave');
    running.stub.setState(ROOM, 'm.room.member', victim, { membership: 'join' }, victim);
    expect(await withdraw()).toMatchObject({ result: { effect: 'held' } });
    expect(running.stub.membershipOf(ROOM, victim)).toBe('join');
    running.stub.setState(ROOM, 'm.room.member', victim, { membership: 'invite' }, MODERATOR);
    expect(await withdraw()).toMatchObject({ result: { effect: 'held' } });
  });

  it('names local accounts and rooms by the settings, never remote accounts, and never by a mere ban', () => {
    expect(kinds(planTakedowns(policy, options(), policy.rules()))).toEqual([
      `suspend ${LOCAL}`,
      `quarantine_media ${LOCAL}`,
      `block_room ${SPAM_ROOM}`,
    ]);
    expect(
      kinds(
        planTakedowns(
          policy,
          options({ local_accounts: 'deactivate', quarantine_media: false, block_rooms: false }),
          policy.rules(),
        ),
      ),
    ).toEqual([`deactivate ${LOCAL}`]);
    const bans = policyOf({ entity: LOCAL }, { kind: 'room', entity: SPAM_ROOM });
    expect(planTakedowns(bans, options(), bans.rules())).toEqual([]);
  });

  it('reaches accounts that a glob hits where they are seen, and never one that must not be hit', () => {
    const glob = policyOf({ entity: '@*:example.org', recommendation: 'm.takedown' });
    running.facts = factsOf({ policy: glob, moderators: new Set(['@mod:example.org']), rooms: roomsOf(room()) });
    const here = room({ members: { [LOCAL]: 'join', '@mod:example.org': 'join', [BOT]: 'join' } });
    expect(kinds(planRoom(here, glob, options({ quarantine_media: false })))).toEqual([
      `ban ${LOCAL}`,
      `suspend ${LOCAL}`,
    ]);
    expect(kinds(planTakedowns(glob, options(), glob.rules()))).toEqual([]);
  });

  it('redacts also what was written by somebody who is banned already or gone, once', async () => {
    const gone = room();
    const register = new TakedownRegister();
    expect(kinds(planMember(gone, BAD, policy, options({}, register)))).toEqual([`redact_user ${BAD}`]);
    const banned = { ...gone, members: new Map([...gone.members, [BAD, member(BAD, 'ban', '@human:example.org')]]) };
    const plan = planRoom(banned, policy, options({}, register));
    expect(kinds(plan)).toEqual([`redact_user ${BAD}`]);
    running.stub.setState(ROOM, 'm.room.topic', '', {});
    await running.add(...plan);
    await running.settled();
    await register.load(running.ledger);
    expect(planRoom(banned, policy, options({}, register))).toEqual([]);
    expect(planMember(gone, '@nobody:evil.example', policy, options({}, register))).toEqual([]);
  });

  it('lifts what we did when no takedown rule wants it any more, and never what people did', async () => {
    const rules = policyOf(
      { entity: LOCAL, recommendation: 'm.takedown' },
      { kind: 'room', entity: SPAM_ROOM, recommendation: 'm.takedown' },
      { entity: '@other:example.org', recommendation: 'm.takedown' },
    );
    await running.close();
    await start(true, { policy: rules });
    admin.accounts.set('@other:example.org', { suspended: true });
    await running.add(...planTakedowns(rules, options(), rules.rules()));
    await running.settled();
    expect([admin.accounts.get(LOCAL)?.suspended, admin.blocked.size]).toEqual([true, 1]);

    const register = new TakedownRegister();
    await register.load(running.ledger);
    expect(
      kinds(planTakedowns(rules, options({}, register), rules.rules())).filter((line) => !line.includes('other')),
    ).toEqual([]);
    for (const key of ['0', '1', '2']) addRule(rules, { entity: '', kind: key === '1' ? 'room' : 'user' }, key);
    expect(planTakedowns(rules, { ...options({}, register), unreadLists: new Set([LIST]) }, rules.rules())).toEqual([]);
    const lifting = planTakedowns(rules, options({}, register), rules.rules());
    expect(kinds(lifting)).toEqual([`unsuspend ${LOCAL}`, `unquarantine_media ${LOCAL}`, `unblock_room ${SPAM_ROOM}`]);
    await running.add(...lifting);
    await running.settled();
    expect([
      admin.accounts.get(LOCAL),
      admin.accounts.get('@other:example.org')?.suspended,
      admin.blocked.size,
    ]).toEqual([
      {
        suspended: false,
        media: new Map([
          ['one', null],
          ['by-people', '@human:example.org'],
        ]),
      },
      true,
      0,
    ]);
    const after = new TakedownRegister();
    await after.load(running.ledger);
    expect(planTakedowns(rules, options({}, after), rules.rules())).toEqual([]);
  });

  it('leaves alone what a person asked for without a rule', async () => {
    await account('suspend', LOCAL);
    const register = new TakedownRegister();
    await register.load(running.ledger);
    expect(planTakedowns(policyOf(), options({}, register), [])).toEqual([]);
  });
});

describe('a rule with an end', () => {
  beforeEach(() => void running.stub.setState(LIST, 'm.room.create', '', {}));
  const HOUR = 3_600_000;
  const until = () => Date.now() + HOUR;
  const rule = (more: Record<string, unknown>): Partial<NewAction> => ({
    kind: 'write_rule',
    lane: 'policy_list',
    payload: { listRoomId: LIST, kind: 'user', entity: BAD, reason: 'spam', ...more },
  });
  const inForce = () => running.stub.stateOf(LIST).filter((event) => Object.keys(event.content).length > 0);

  it('ends by itself, and while it waits holds back nothing of its lane', async () => {
    const end = until();
    await running.add(
      { ...rule({ until: end }), key: 'w1' } as NewAction,
      { ...rule({ entity: '@second:evil.example' }), key: 'w2' } as NewAction,
    );
    while (inForce().length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(inForce()[0]?.content[UNTIL]).toBe(end);
    running.later(HOUR / 2);
    await running.add({ ...rule({ entity: '@third:evil.example' }), key: 'w3' } as NewAction);
    while (inForce().length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    running.later(HOUR / 2);
    await running.settled();
    expect(inForce().map((event) => event.content.entity)).toEqual(['@second:evil.example', '@third:evil.example']);
  });

  it('ends at the next start when we were down at its end', async () => {
    const end = until();
    await running.add({ ...rule({ until: end }), key: 'w' } as NewAction);
    while (inForce().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await running.executor.stop();
    running.later(HOUR);
    expect(inForce()).toHaveLength(1);
    await running.restart();
    await running.settled();
    expect(inForce()).toEqual([]);
  });

  it('ends in the room that replaces its list too, if it was taken along', async () => {
    const end = until();
    await running.add({ ...rule({ until: end }), key: 'w' } as NewAction);
    while (inForce().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const { type, state_key: stateKey = '', content } = inForce()[0]!;
    running.stub.setState('!new:example.org', type, stateKey, content);
    running.stub.setState('!new:example.org', type, 'other', { ...content, entity: '@other:evil.example' });
    running.stub.setState('!new:example.org', 'm.room.tombstone', '', { replacement_room: LIST });
    running.stub.setState(LIST, 'm.room.tombstone', '', { replacement_room: '!new:example.org' });
    running.later(HOUR);
    await running.settled();
    expect(inForce().map((event) => event.type)).toEqual(['m.room.tombstone']);
    expect(
      running.stub
        .stateOf('!new:example.org')
        .filter((event) => event.type === type)
        .map((event) => event.content.entity),
    ).toEqual([undefined, '@other:evil.example']);
  });

  it.each([
    ['renewed with another end', { until: Date.now() + 48 * 3_600_000 }],
    ['written anew without an end', {}],
  ])('stays when it was %s meanwhile', async (_what, changed) => {
    await running.add({ ...rule({ until: until() }), key: 'w' } as NewAction);
    while (inForce().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await running.add({ ...rule(changed), key: 'w2' } as NewAction);
    while (!running.ended.some(({ action }) => action.key === 'w2'))
      await new Promise((resolve) => setTimeout(resolve, 5));
    running.later(HOUR);
    while (!running.ended.some(({ action }) => action.kind === 'expire_rule'))
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(inForce()).toHaveLength(1);
    expect(running.ended.find(({ action }) => action.kind === 'expire_rule')?.end).toMatchObject({
      result: { effect: 'moot' },
    });
  });
});
