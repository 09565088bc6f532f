import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Inline } from '../../src/matrix/message.js';
import { MatrixError } from '../../src/matrix/types.js';
import { ManagementRoom } from '../../src/protected-rooms/management-room.js';
import { openSettings, type SettingsStore } from '../../src/store/index.js';
import { RoomStateCache } from '../../src/tracking/rooms.js';
import { event, member } from '../support/events.js';
import { simulatedEffects, type OwnEffects } from '../../src/matrix/dry-run.js';
import { BOT, Rooms } from '../support/world.js';

const ALIAS = '#moderators:a.test';
const OLD = '!old:a.test';
const NEW = '!new:a.test';
const MOD = '@mod:a.test';
const FORMER = '@former:a.test';

describe('the management room', () => {
  let dir: string;
  let settings: SettingsStore;
  let rooms: Rooms;
  let ownRooms: RoomStateCache;
  let leadsTo: string | undefined;
  let admins: string[];
  let serverAdmins: string[] | undefined;
  let now: number;
  let said: string[];
  let made: Record<string, unknown>[];
  let invited: string[];

  const acts: Pick<OwnEffects, 'createRoom' | 'invite'> = {
    createRoom: (options) => {
      made.push(options);
      rooms.make('!made:a.test', { creator: BOT });
      return Promise.resolve('!made:a.test');
    },
    invite: (_roomId, userId) => {
      invited.push(userId);
      return Promise.resolve();
    },
  };
  const keeper = (configured = ALIAS, own = acts) =>
    new ManagementRoom({
      homeserver: {
        ...rooms.homeserver(),
        resolveAlias: () => Promise.resolve(leadsTo),
        stateContent: (roomId: string, type: string) =>
          Promise.resolve(rooms.state.get(roomId)?.find((one) => one.type === type)?.content),
        request: () =>
          serverAdmins === undefined
            ? Promise.reject(new MatrixError(403, 'M_FORBIDDEN', 'no admin'))
            : Promise.resolve({ users: serverAdmins.map((name) => ({ name })) }),
      } as never,
      settings,
      ownRooms,
      room: configured,
      admins,
      botName: 'Heimdall',
      own,
      concerns: {
        report: (_topic, entries: ReadonlyMap<string, Inline[]>) => {
          said.push(...[...entries.values()].map((line) => JSON.stringify(line)));
          return Promise.resolve();
        },
      },
      clock: () => now,
    });
  const private_ = (roomId: string, people: string[], creator = MOD) =>
    rooms.make(roomId, { creator, state: people.map((userId) => member(userId, 'join')) });
  const open = (roomId: string) =>
    rooms.put(event({ type: 'm.room.join_rules', state_key: '', room_id: roomId, content: { join_rule: 'public' } }));
  const putOut = (roomId: string) => {
    rooms.joined.delete(roomId);
    rooms.closed.add(roomId);
    ownRooms.settle(roomId, 'm.room.member', BOT, member(BOT, 'leave', { room_id: roomId, sender: MOD }));
  };

  beforeEach(async () => {
    dir = mkdtempSync(path.join(tmpdir(), 'heimdall-management-'));
    settings = await openSettings({ dataDir: dir });
    rooms = new Rooms();
    ownRooms = new RoomStateCache();
    [leadsTo, admins, serverAdmins, now, said, made, invited] = [OLD, [], undefined, 1_000_000, [], [], []];
    private_(OLD, [FORMER]);
  });
  afterEach(async () => {
    await settings.close();
    rmSync(dir, { recursive: true, force: true });
  });

  it('is held by its id when the alias leads elsewhere later, and says so', async () => {
    expect(await keeper().enter()).toEqual({ roomId: OLD });
    private_(NEW, [], FORMER);
    leadsTo = NEW;
    for (let start = 0; start < 3; start += 1) expect(await keeper().enter()).toEqual({ roomId: OLD });
    expect(settings.get().management_room).toBe(OLD);
    await keeper().checkAlias();
    expect(said.join()).toContain(NEW);
    leadsTo = undefined;
    said = [];
    expect(await keeper().enter()).toEqual({ roomId: OLD });
    await keeper().checkAlias();
    expect(said).toEqual([]);
  });

  it('is another one when an admin writes another one into the configuration', async () => {
    await keeper().enter();
    private_(NEW, []);
    expect(await keeper(NEW).enter()).toEqual({ roomId: NEW });
    leadsTo = OLD;
    expect(await keeper('#other:a.test').enter()).toEqual({ roomId: OLD });
  });

  it('is not a room that anybody can join, until that has changed', async () => {
    open(OLD);
    expect(await keeper().enter()).toEqual({ waiting: expect.stringContaining('Anybody can join') });
    expect(settings.get().management_room).toBeNull();
    rooms.put(event({ type: 'm.room.join_rules', state_key: '', room_id: OLD, content: { join_rule: 'invite' } }));
    expect(await keeper().enter()).toEqual({ roomId: OLD });
    // one that was taken stays when its people open it
    open(OLD);
    expect(await keeper().enter()).toEqual({ roomId: OLD });
  });

  it('lets us back in after an invite', async () => {
    const one = keeper();
    await one.enter();
    putOut(OLD);
    expect(await one.enter()).toEqual({ waiting: expect.stringContaining(`Invite ${BOT}`) });
    rooms.closed.delete(OLD);
    expect(await one.enter()).toEqual({ roomId: OLD });
  });

  it('moves with the alias when we were put out and one of its people invites us', async () => {
    const one = keeper();
    await one.enter();
    rooms.make(NEW, { creator: MOD, inside: false });
    leadsTo = NEW;
    putOut(OLD);
    rooms.closed.add(NEW);
    expect(await one.enter()).toEqual({ waiting: expect.stringContaining(OLD) });
    rooms.closed.delete(NEW);
    one.invited(NEW, MOD);
    expect(await one.enter()).toEqual({ roomId: NEW });
    expect(settings.get().management_room).toBe(NEW);
  });

  it.each([
    ['a stranger', '@stranger:a.test', false],
    ['a former moderator', FORMER, true],
  ])('does not move with the alias when %s asks for it', async (_who, whom, wasThere) => {
    const one = keeper();
    await one.enter();
    if (wasThere) {
      const left = member(FORMER, 'leave', { room_id: OLD, sender: MOD });
      rooms.put(left);
      await ownRooms.load(
        OLD,
        () => Promise.resolve(rooms.state.get(OLD) ?? []),
        () => now,
      );
    }
    rooms.make(NEW, { creator: whom, inside: false });
    leadsTo = NEW;
    putOut(OLD);
    one.invited(NEW, whom);
    expect(await one.enter()).toEqual({ waiting: expect.stringContaining(OLD) });
    // also where it is inside already
    rooms.enter(NEW);
    expect(await one.enter()).toEqual({ waiting: expect.stringContaining(OLD) });
  });

  it('moves with the alias on an invite that came before the start', async () => {
    await keeper().enter();
    private_(NEW, []);
    rooms.joined.delete(NEW);
    leadsTo = NEW;
    putOut(OLD);
    expect(await keeper().enter()).toEqual({ roomId: NEW });
    expect(rooms.left).toEqual([]);
  });

  it('goes by who invited, not only by who made the room, also before the start', async () => {
    await keeper().enter();
    rooms.make(NEW, { creator: '@stranger:a.test', inside: false });
    leadsTo = NEW;
    putOut(OLD);
    const enter = rooms.enter.bind(rooms);
    rooms.enter = (roomId) => {
      enter(roomId);
      const unsigned = { prev_content: { membership: 'invite' }, prev_sender: MOD };
      rooms.put(member(BOT, 'join', { room_id: roomId, unsigned }));
    };
    expect(await keeper().enter()).toEqual({ roomId: NEW });
  });

  it('looks once into the room of a stranger who invited it before the start, and leaves', async () => {
    await keeper().enter();
    rooms.make(NEW, { creator: '@stranger:a.test', inside: false });
    leadsTo = NEW;
    putOut(OLD);
    const one = keeper();
    for (let look = 0; look < 3; look += 1)
      expect(await one.enter()).toEqual({ waiting: expect.stringContaining(OLD) });
    expect(rooms.left).toEqual([NEW]);
    expect(settings.get().management_room).toBe(OLD);
  });

  it('does not move into a room that anybody can join', async () => {
    const one = keeper();
    await one.enter();
    private_(NEW, []);
    open(NEW);
    leadsTo = NEW;
    putOut(OLD);
    one.invited(NEW, MOD);
    expect(await one.enter()).toEqual({ waiting: expect.stringContaining(OLD) });
  });

  describe('that does not exist', () => {
    beforeEach(() => void (leadsTo = undefined));

    it('is made only when there is somebody to invite', async () => {
      const one = keeper();
      await one.enter();
      now += 60_000;
      expect(await one.enter()).toEqual({ waiting: expect.stringContaining('nobody to invite') });
      expect(made).toEqual([]);
      serverAdmins = ['@admin:a.test', BOT];
      expect(await one.enter()).toEqual({ roomId: '!made:a.test' });
      expect(made).toMatchObject([{ invite: ['@admin:a.test'], room_alias_name: 'moderators' }]);
    });

    it('is made for those whom the configuration names, and invites them as long as nobody has come', async () => {
      admins = ['@one:a.test', '@two:a.test'];
      const one = keeper();
      await one.enter();
      now += 60_000;
      await one.enter();
      expect(made).toMatchObject([{ invite: admins }]);
      await one.inviteAdmins();
      expect(invited).toEqual(admins);
      rooms.put(member('@one:a.test', 'join', { room_id: '!made:a.test' }));
      leadsTo = '!made:a.test';
      await one.enter();
      await one.inviteAdmins();
      expect(invited).toEqual(admins);
    });

    it('is not made for an alias of another server', async () => {
      admins = ['@one:a.test'];
      const one = keeper('#moderators:b.test');
      await one.enter();
      now += 60_000;
      expect(await one.enter()).toEqual({ waiting: expect.stringContaining('is not known on this server') });
    });
  });

  it('says that it is encrypted', async () => {
    const one = keeper();
    await one.enter();
    await one.checkEncryption();
    expect(said).toEqual([]);
    rooms.put(event({ type: 'm.room.encryption', state_key: '', room_id: OLD, content: { algorithm: 'm.megolm.v1' } }));
    await one.checkEncryption();
    expect(said.join()).toContain('encrypted');
  });

  it('is not made in a dry run, which says so and what to do', async () => {
    leadsTo = undefined;
    admins = ['@admin:a.test'];
    const dry = keeper(ALIAS, simulatedEffects());
    await dry.enter();
    now += 60_000;
    const found = await dry.enter();
    expect(found).toEqual({ waiting: expect.stringContaining('a dry run creates no rooms') });
    expect(found).toEqual({ waiting: expect.stringContaining(`invite ${BOT}`) });
    expect(made).toEqual([]);
  });
});
