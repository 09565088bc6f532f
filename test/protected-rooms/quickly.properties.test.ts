import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { AclRegister } from '../../src/enforcement/acl-register.js';
import { BanRegister } from '../../src/enforcement/ban-register.js';
import { createActionHandlers } from '../../src/enforcement/handlers/index.js';
import type { GuardContext } from '../../src/enforcement/types.js';
import type { MatrixEvent } from '../../src/matrix/types.js';
import { createPolicy } from '../../src/policy/index.js';
import { EnforcementPlanner } from '../../src/protected-rooms/enforcement-planner.js';
import type { ActionRecord, NewAction } from '../../src/store/records/actions.js';
import { WatchedLists } from '../../src/tracking/lists.js';
import { RoomStateCache } from '../../src/tracking/rooms.js';
import { event } from '../support/events.js';

const RUNS = Number(process.env.HEIMDALL_TEST_RUNS ?? 500);

const BOT = '@heimdall:a.test';
const MOD = '@mod:a.test';
const ROOM = '!room:a.test';
const LIST = '!list:a.test';
const PEOPLE = ['@x:b.test', '@y:b.test'];
const SERVERS = ['evil.test', 'bad.test'];
const THEIRS = 'theirs.test';

/** A homeserver whose events come back when the test says so, in order, some of them twice. */
class Server {
  readonly state = new Map<string, MatrixEvent>();
  readonly stream: MatrixEvent[] = [];

  put(roomId: string, type: string, key: string, content: Record<string, unknown>, sender: string): MatrixEvent {
    const place = `${roomId} ${type} ${key}`;
    const before = this.state.get(place);
    const one = event({ type, state_key: key, room_id: roomId, sender, content, origin_server_ts: 1 });
    const sent =
      before === undefined
        ? one
        : { ...one, unsigned: { replaces_state: before.event_id, prev_content: before.content } };
    this.state.set(place, sent);
    this.stream.push(sent);
    return sent;
  }

  of(roomId: string): MatrixEvent[] {
    return [...this.state.values()].filter((one) => one.room_id === roomId);
  }

  at(roomId: string, type: string, key: string): MatrixEvent | undefined {
    return this.state.get(`${roomId} ${type} ${key}`);
  }
}

/** What acts, made anew at each restart from the homeserver and from what was noted. */
class Acting {
  readonly rooms = new RoomStateCache();
  readonly due: NewAction[] = [];
  readonly lists: WatchedLists;
  readonly bans = new BanRegister();
  readonly acls = new AclRegister();
  readonly effects: EnforcementPlanner;
  readonly handlers;
  /** rules of ours that the homeserver took, and whose answers are on their way */
  readonly answers: MatrixEvent[] = [];

  constructor(
    readonly server: Server,
    readonly done: ActionRecord[],
    epoch: number,
  ) {
    this.lists = new WatchedLists(createPolicy(), {
      state: (roomId) => Promise.resolve(server.of(roomId)),
      botUserId: BOT,
    });
    const facts = (): GuardContext => ({
      botUserId: BOT,
      serverName: 'a.test',
      protectedIdentities: [],
      moderators: new Set([MOD]),
      ownRooms: new Set(),
      policy: this.lists.policy,
      rooms: this.rooms,
    });
    this.effects = new EnforcementPlanner({
      rooms: this.rooms,
      lists: this.lists,
      bans: this.bans,
      facts,
      unreadLists: () => new Set(),
      serverAcl: {
        settings: { mode: 'deny', existing: 'merge', ip_literals: 'deny', must_allow: [] },
        register: this.acls,
      },
      epoch: String(epoch),
    });
    const homeserver = {
      botUserId: BOT,
      stateContent: (roomId: string, type: string, key = '') => Promise.resolve(server.at(roomId, type, key)?.content),
      sendState: (roomId: string, type: string, key: string, content: Record<string, unknown>) =>
        Promise.resolve(server.put(roomId, type, key, content, BOT).event_id),
      ban: (roomId: string, userId: string) =>
        Promise.resolve(void server.put(roomId, 'm.room.member', userId, { membership: 'ban' }, BOT)),
      unban: (roomId: string, userId: string) =>
        Promise.resolve(void server.put(roomId, 'm.room.member', userId, { membership: 'leave' }, BOT)),
    };
    this.handlers = createActionHandlers({
      homeserver: homeserver as never,
      rooms: this.rooms,
      policy: this.effects.rules,
      facts,
      acls: this.acls,
      // long after the rooms were read
      clock: () => Number.MAX_SAFE_INTEGER,
    });
    const settle = (one: MatrixEvent) => {
      const place = [one.room_id, one.type, one.state_key ?? ''] as const;
      const now = server.at(...place);
      if (this.rooms.settle(...place, now)) this.plan(one.room_id, one.type, one.state_key ?? '');
      this.add(this.effects.planForChanges(this.lists.settle(...place, now)));
    };
    for (const keeper of [this.rooms, this.lists]) keeper.onDoubt = (one) => settle(one);
  }

  /** The answer to a rule of ours comes: it counts at once, or its place is read. */
  hear(): void {
    const answer = this.answers.shift();
    if (answer === undefined) return;
    const { room_id, type, state_key = '' } = answer;
    const changes = Object.keys(answer.content).length > 0 ? this.lists.written(answer) : undefined;
    if (changes !== undefined) return this.add(this.effects.planForChanges(changes));
    if (this.lists.doubt(room_id, type, state_key))
      this.add(
        this.effects.planForChanges(
          this.lists.settle(room_id, type, state_key, this.server.at(room_id, type, state_key)),
        ),
      );
  }

  async start(): Promise<void> {
    for (const { kind, result, ...action } of this.done)
      this.bans.note({ kind, result, ...action } as ActionRecord, result);
    const acls = this.done.filter(({ kind, result }) => kind === 'acl' && result !== null);
    await this.acls.load({
      latestOfKind: () => Promise.resolve(acls.slice(-1)),
      doneOfKind: () => Promise.resolve(acls),
    } as never);
    this.rooms.read(ROOM, this.server.of(ROOM), 1);
    await this.lists.read(LIST);
    this.add(this.effects.planAll());
  }

  add(actions: NewAction[]): void {
    const known = new Set([...this.due, ...this.done].map(({ key }) => key));
    for (const action of actions) if (!known.has(action.key)) this.due.push(action);
  }

  plan(roomId: string, type: string, key: string): void {
    if (type === 'm.room.member') this.add(this.effects.planForMember(roomId, key));
    if (type === 'm.room.server_acl') this.add(this.effects.planForRoom(roomId));
  }

  take(one: MatrixEvent): void {
    const followed = this.rooms.apply(one);
    this.add(this.effects.planForChanges(this.lists.apply(one)));
    if (followed) this.plan(one.room_id, one.type, one.state_key ?? '');
  }

  async act(): Promise<void> {
    const action = this.due.shift();
    if (action === undefined) return;
    const record = {
      id: this.done.length,
      caseId: null,
      attempts: 0,
      createdAt: 0,
      result: null,
      ...action,
    } as unknown as ActionRecord;
    const handler = this.handlers.find(({ kind }) => kind === action.kind);
    const outcome = await handler?.perform(record, { mayHaveBeenSent: false });
    const ended = { ...record, result: outcome?.state === 'done' ? (outcome.result ?? null) : null };
    this.done.push(ended);
    this.bans.note(ended, ended.result);
  }
}

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ rule: fc.constantFrom(...PEOPLE, ...SERVERS), on: fc.boolean(), ours: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.constant('answer' as const) },
  { weight: 4, arbitrary: fc.record({ deliver: fc.nat(3) }) },
  { weight: 4, arbitrary: fc.constant('act' as const) },
  { weight: 1, arbitrary: fc.constant('twice' as const) },
  { weight: 1, arbitrary: fc.constant('restart' as const) },
  { weight: 1, arbitrary: fc.record({ theirs: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ joins: fc.constantFrom(...PEOPLE) }) },
);

describe('what is said quickly', () => {
  it('ends as if it were said slowly: nothing of ours is left that no rule wants, and nothing is missing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const server = new Server();
        server.put(ROOM, 'm.room.create', '', { room_version: '12' }, BOT);
        for (const userId of [BOT, ...PEOPLE])
          server.put(ROOM, 'm.room.member', userId, { membership: 'join' }, userId);
        const done: ActionRecord[] = [];
        let epoch = 0;
        let delivered = server.stream.length;
        let acting = new Acting(server, done, epoch);
        await acting.start();
        const deliver = (count: number) => {
          for (; count > 0 && delivered < server.stream.length; count -= 1) acting.take(server.stream[delivered++]!);
        };
        let theirs = false;
        for (const one of steps) {
          if (one === 'act') await acting.act();
          else if (one === 'answer') acting.hear();
          else if (one === 'twice')
            for (const again of server.stream.slice(Math.max(0, delivered - 3), delivered)) acting.take(again);
          else if (one === 'restart') {
            acting = new Acting(server, done, (epoch += 1));
            await acting.start();
          } else if ('rule' in one) {
            const kind = one.rule.startsWith('@') ? 'user' : 'server';
            const content = one.on ? { entity: one.rule, recommendation: 'm.ban' } : {};
            const put = server.put(LIST, `m.policy.rule.${kind}`, one.rule, content, one.ours ? BOT : MOD);
            if (one.ours) acting.answers.push({ ...put, unsigned: {} });
          } else if ('deliver' in one) deliver(one.deliver);
          else if ('theirs' in one) {
            // its people edit what stands there, as a client does
            theirs = one.theirs;
            const now = (server.at(ROOM, 'm.room.server_acl', '')?.content.deny ?? []) as string[];
            const deny = [...now.filter((entry) => entry !== THEIRS), ...(theirs ? [THEIRS] : [])];
            server.put(ROOM, 'm.room.server_acl', '', { allow: ['*'], deny, allow_ip_literals: false }, MOD);
          } else if (server.at(ROOM, 'm.room.member', one.joins)?.content.membership !== 'ban')
            server.put(ROOM, 'm.room.member', one.joins, { membership: 'join' }, one.joins);
        }
        for (
          let turn = 0;
          turn < 200 && (acting.due.length + acting.answers.length > 0 || delivered < server.stream.length);
          turn += 1
        ) {
          deliver(5);
          acting.hear();
          await acting.act();
        }
        expect(acting.answers).toEqual([]);
        const wanted = (entity: string, kind: string) =>
          server.at(LIST, `m.policy.rule.${kind}`, entity)?.content.entity === entity;
        const deny = ((server.at(ROOM, 'm.room.server_acl', '')?.content.deny ?? []) as string[]).slice().sort();
        expect(deny).toEqual([...SERVERS.filter((name) => wanted(name, 'server')), ...(theirs ? [THEIRS] : [])].sort());
        for (const userId of PEOPLE) {
          const { membership } = server.at(ROOM, 'm.room.member', userId)?.content ?? {};
          const kept = acting.rooms.get(ROOM)?.members.get(userId)?.membership ?? 'leave';
          expect([userId, kept]).toEqual([userId, membership]);
          // banned where wanted, unless they are not there; not banned where not
          if (wanted(userId, 'user')) expect([userId, membership]).not.toEqual([userId, 'join']);
          else expect([userId, membership]).not.toEqual([userId, 'ban']);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
