import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { AclRegister } from '../../src/enforcement/acl-register.js';
import { planAcl, type PlanOptions } from '../../src/enforcement/planner.js';
import type { RoomSnapshot } from '../../src/enforcement/types.js';
import { aclHandler } from '../../src/enforcement/handlers/acl.js';
import { simulateServerAcl, type SentServerAcl } from '../../src/policy/index.js';
import type { ServerAclContent } from '../../src/policy/types.js';
import type { ActionRecord, NewAction } from '../../src/store/records/actions.js';
import { BOT, factsOf, ROOM, room, roomsOf } from './fixtures.js';

const PEOPLE = '@admin:people.example';
const acl = (...deny: string[]): ServerAclContent => ({
  allow: ['*'],
  deny: [...deny].sort(),
  allow_ip_literals: false,
});

/** One room, its people and us, with the real register and the real handler; the ledger is a list of what is done. */
class World {
  snapshot: RoomSnapshot;
  done: NewAction[] = [];
  register = new AclRegister();
  keepsEntry: ((entry: string) => boolean) | undefined;
  #events = 0;

  constructor(
    found?: ServerAclContent,
    readonly existing: 'merge' | 'leave' | 'replace' = 'merge',
  ) {
    this.snapshot = { ...room(), acl: undefined };
    if (found !== undefined) this.put(found, PEOPLE);
  }

  put(content: ServerAclContent, sender: string): void {
    this.snapshot = { ...this.snapshot, acl: { eventId: `$acl${++this.#events}`, content: { ...content }, sender } };
  }

  get deny(): unknown {
    return this.snapshot.acl?.content.deny;
  }

  plan(ours: ServerAclContent): NewAction | undefined {
    const options: PlanOptions = {
      facts: factsOf({ rooms: roomsOf(this.snapshot) }),
      acl: ours,
      acls: { existing: this.existing, sentIn: this.register.sentIn.bind(this.register) },
      ...(this.keepsEntry === undefined ? {} : { keepsEntry: this.keepsEntry }),
    };
    return planAcl(this.snapshot, options);
  }

  /** Carries one planned action out; its event comes back at once. */
  async carryOut(action: NewAction): Promise<string> {
    const homeserver = {
      stateContent: () => Promise.resolve(this.snapshot.acl?.content),
      sendState: (_room: string, _type: string, _key: string, content: Record<string, unknown>) => {
        this.put(content as unknown as ServerAclContent, BOT);
        return Promise.resolve('$sent');
      },
    };
    const handler = aclHandler({
      homeserver: homeserver as never,
      rooms: { get: () => this.snapshot, all: () => [this.snapshot] },
      sent: undefined as never,
      acls: this.register,
      clock: Date.now,
    });
    const outcome = await handler.perform({ ...action, attempts: 0 } as ActionRecord, { mayHaveBeenSent: false });
    const effect = (outcome as { result?: { effect: string } }).result?.effect ?? 'none';
    if (effect !== 'none') this.done.push(action);
    return effect;
  }

  async settle(ours: ServerAclContent): Promise<void> {
    for (let round = 0; round < 3; round += 1) {
      const action = this.plan(ours);
      if (action === undefined) return;
      await this.carryOut(action);
    }
    throw new Error('it does not come to rest');
  }

  async restart(): Promise<void> {
    this.register = new AclRegister();
    await this.register.load({
      latestOfKind: () => Promise.resolve(this.done.slice(-1) as ActionRecord[]),
      doneOfKind: () => Promise.resolve(this.done as ActionRecord[]),
    });
  }
}

describe('the server ACL of a room that has one of its own', () => {
  it('gets ours beside it, and loses exactly ours again, also after a restart', async () => {
    const world = new World(acl('theirs.test', 'both.test'));
    await world.settle(acl('ours.test', 'both.test'));
    expect(world.deny).toEqual(['both.test', 'ours.test', 'theirs.test']);
    await world.restart();
    await world.settle(acl());
    expect(world.deny).toEqual(['both.test', 'theirs.test']);
  });

  it('is not touched without rules, and never under `leave`', async () => {
    const world = new World(acl('theirs.test'));
    expect(world.plan(acl())).toBeUndefined();
    expect(new World(acl('theirs.test'), 'leave').plan(acl('ours.test'))).toBeUndefined();
  });

  it('is replaced under `replace`', async () => {
    const world = new World(acl('theirs.test'), 'replace');
    await world.settle(acl('ours.test'));
    expect(world.deny).toEqual(['ours.test']);
  });

  it('loses what would shut out a server that must stay, and says so', async () => {
    const world = new World(acl('*.example', 'theirs.test'));
    await world.settle(acl('ours.test'));
    expect(world.deny).toEqual(['ours.test', 'theirs.test']);
  });

  it('is not overwritten when its people change it while ours is on its way', async () => {
    const world = new World(acl('one.test'));
    const stale = world.plan(acl('ours.test'));
    world.put(acl('one.test', 'two.test'), PEOPLE);
    expect(await world.carryOut(stale as NewAction)).toBe('none');
    expect(world.deny).toEqual(['one.test', 'two.test']);
    await world.settle(acl('ours.test'));
    await world.settle(acl());
    expect(world.deny).toEqual(['one.test', 'two.test']);
  });

  it('keeps entries of ours that are to stay though no rule wants them, and no others', async () => {
    const world = new World(acl('theirs.test'));
    await world.settle(acl('gone.test', 'kept.test'));
    world.keepsEntry = (entry) => entry === 'kept.test';
    await world.settle(acl('new.test'));
    expect(world.deny).toEqual(['kept.test', 'new.test', 'theirs.test']);
    world.keepsEntry = undefined;
    await world.settle(acl('new.test'));
    expect(world.deny).toEqual(['new.test', 'theirs.test']);
  });

  it('takes over what an older version sent as ours', async () => {
    const world = new World();
    world.put(acl('ours.test', 'more.test'), BOT);
    await world.settle(acl('ours.test'));
    expect(world.deny).toEqual(['ours.test']);
  });
});

describe('any history of rules, people and restarts', () => {
  const theirs = fc.constantFrom('a.people.test', 'b.people.test', 'c.people.test');
  const step = fc.oneof(
    fc.record({ what: fc.constant('people'), name: theirs, add: fc.boolean() }),
    fc.record({
      what: fc.constant('rules'),
      names: fc.uniqueArray(fc.constantFrom('x.test', 'y.test', 'z.test', 'a.people.test')),
    }),
    fc.record({ what: fc.constant('restart') }),
  );

  it('shuts out whom the rules name and whom the people name, and at last only whom the people name', async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(step, { maxLength: 12 }), async (begins, steps) => {
        const world = new World(begins ? acl('a.people.test') : undefined);
        const people = new Set(begins ? ['a.people.test'] : []);
        let ours: string[] = [];
        for (const one of steps) {
          if (one.what === 'restart') await world.restart();
          if ('names' in one) ours = one.names;
          if ('name' in one) {
            // they edit what stands there: of what we sent they touch nothing
            const sent: SentServerAcl | undefined = world.register.sentIn(ROOM);
            const oursThere =
              sent !== undefined && sent.sent.deny.includes(one.name) && sent.foreign?.deny.includes(one.name) !== true;
            if (oursThere) continue;
            const now = new Set((world.deny as string[] | undefined) ?? []);
            if (one.add) [now, people].forEach((names) => names.add(one.name));
            else [now, people].forEach((names) => names.delete(one.name));
            world.put(acl(...now), PEOPLE);
          }
          await world.settle(acl(...ours));
          for (const name of [...ours, ...people])
            expect(simulateServerAcl(world.snapshot.acl?.content ?? {}, name)).toBe(false);
        }
        await world.settle(acl());
        expect(world.deny ?? []).toEqual([...people].sort());
      }),
      { numRuns: 2000 },
    );
  });
});

/** A room on a homeserver whose events come back late: what stands there, and what we were told of it. */
class SlowWorld {
  register = new AclRegister();
  there: NonNullable<RoomSnapshot['acl']> | undefined;
  known: RoomSnapshot = { ...room(), acl: undefined };
  readonly onTheirWay: NonNullable<RoomSnapshot['acl']>[] = [];
  #events = 0;

  send(content: ServerAclContent, sender: string): string {
    this.there = { eventId: `$acl${++this.#events}`, content: { ...content }, sender };
    this.onTheirWay.push(this.there);
    return this.there.eventId;
  }

  /** Plans by what is known and carries it out; its event is on its way then. */
  async follow(ours: ServerAclContent): Promise<void> {
    const sentIn = this.register.sentIn.bind(this.register);
    const action = planAcl(this.known, {
      facts: factsOf({ rooms: roomsOf(this.known) }),
      acl: ours,
      acls: { existing: 'merge', sentIn },
    } as never);
    if (action === undefined) return;
    const homeserver = {
      stateContent: () => Promise.resolve((this.onTheirWay.at(-1) ?? this.known.acl)?.content),
      sendState: (_room: string, _type: string, _key: string, content: unknown) =>
        Promise.resolve(this.send(content as ServerAclContent, BOT)),
    };
    const rooms = { get: () => this.known, all: () => [this.known] };
    await aclHandler({
      homeserver: homeserver as never,
      rooms,
      sent: undefined as never,
      acls: this.register,
      clock: Date.now,
    }).perform({ ...action, attempts: 0 } as ActionRecord, { mayHaveBeenSent: false });
  }

  async tell(ours: ServerAclContent): Promise<void> {
    const event = this.onTheirWay.shift();
    if (event === undefined) return;
    this.known = { ...this.known, acl: event };
    await this.follow(ours);
  }

  async settle(ours: ServerAclContent): Promise<void> {
    for (let round = 0; this.onTheirWay.length > 0; round += 1) {
      if (round > 100) throw new Error('it does not come to rest');
      await this.tell(ours);
    }
    await this.follow(ours);
    if (this.onTheirWay.length > 0) await this.settle(ours);
  }
}

describe('server rules that go before the ACL of the first comes back', () => {
  it('leave nothing of ours behind', async () => {
    const world = new SlowWorld();
    await world.follow(acl('one.test', 'two.test'));
    await world.settle(acl('one.test', 'two.test'));
    await world.follow(acl('two.test'));
    await world.follow(acl());
    await world.settle(acl());
    expect(world.there?.content.deny).toEqual([]);
  });

  it('leave only what the people of the room set, whenever they set it and however late events are', async () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ names: fc.uniqueArray(fc.constantFrom('x.test', 'y.test', 'z.test')) }) },
      { weight: 3, arbitrary: fc.constant('tell' as const) },
      { weight: 1, arbitrary: fc.record({ add: fc.constantFrom('a.people.test', 'b.people.test') }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const world = new SlowWorld();
        const people = new Set<string>();
        let ours: string[] = [];
        for (const one of steps) {
          if (one === 'tell') await world.tell(acl(...ours));
          else if ('names' in one) await world.follow(acl(...(ours = one.names)));
          else {
            // an edit that our own ACL, sent without knowing of it, overwrites is not what is tested here
            await world.settle(acl(...ours));
            people.add(one.add);
            world.send(acl(...new Set([...((world.there?.content.deny ?? []) as string[]), one.add])), PEOPLE);
            await world.tell(acl(...ours));
          }
        }
        await world.settle(acl());
        expect(world.there?.content.deny ?? []).toEqual([...people].sort());
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a room that an earlier version hit', () => {
  it('is mended at the next start: what we sent for rules, and nobody set, goes', async () => {
    const register = new AclRegister();
    const sent = (content: ServerAclContent, basedOn: string | null, eventId: string, foreign?: ServerAclContent) =>
      ({
        lane: ROOM,
        payload: { roomId: ROOM, content, basedOn, foreign },
        result: { effect: 'sent', event_id: eventId },
      }) as unknown as ActionRecord;
    const done = [
      sent(acl('one.test', 'theirs.test', 'two.test'), '$people', '$1', acl('theirs.test')),
      sent(acl('theirs.test', 'two.test'), '$1', '$2', acl('theirs.test')),
      sent(acl('one.test', 'theirs.test'), '$2', '$3', acl('one.test', 'theirs.test')),
    ];
    await register.load({
      latestOfKind: () => Promise.resolve(done.slice(-1)),
      doneOfKind: () => Promise.resolve(done),
    });
    const hit: RoomSnapshot = {
      ...room(),
      acl: { eventId: '$3', content: { ...acl('one.test', 'theirs.test') }, sender: BOT },
    };
    const action = planAcl(hit, {
      facts: factsOf({ rooms: roomsOf(hit) }),
      acl: acl(),
      acls: { existing: 'merge', sentIn: register.sentIn.bind(register) },
    } as never);
    expect((action?.payload as { content: ServerAclContent }).content.deny).toEqual(['theirs.test']);
  });
});
