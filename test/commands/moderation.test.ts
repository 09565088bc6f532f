import { describe, expect, it } from '@jest/globals';
import {
  BOT,
  CREATOR,
  LIST,
  member,
  MODERATOR,
  OFFICIAL,
  policyOf,
  ROOM,
  room,
  VARIANT,
} from '../enforcement/fixtures.js';
import { parsePowerLevels } from '../../src/matrix/events.js';
import { askedOf, OWN } from './services.js';

const BAD = '@bad:evil.example';
const LOCAL = '@local:example.org';
const OTHER_ROOM = '!other:example.org';

describe('ban', () => {
  const written = async (words: string) => {
    const asked = askedOf();
    const answer = await asked.say(words).catch((error: unknown) => (error as { code: string }).code);
    return asked.actions[0]?.payload ?? answer;
  };
  const rule = (listRoomId: string, kind: string, entity: string, reason = 'no reason given') => ({
    listRoomId,
    kind,
    entity,
    reason,
    recommendation: 'm.ban',
  });

  it.each([
    [`ban ${BAD}`, rule(OWN, 'user', BAD)],
    [`ban ${BAD} some reason`, rule(OWN, 'user', BAD, 'some reason')],
    [`ban spam ${BAD} reason`, rule(LIST, 'user', BAD, 'reason')],
    [`ban SPAM user ${BAD}`, rule(LIST, 'user', BAD)],
    [`ban Spam Server evil.example spam`, rule(LIST, 'server', 'evil.example', 'spam')],
    ['ban server evil.example', rule(OWN, 'server', 'evil.example')],
    ['ban evil.example @them they come', rule(OWN, 'server', 'evil.example', '@them they come')],
    ['ban spam room !spam:evil.example', rule(LIST, 'room', '!spam:evil.example')],
    ['ban #spam:evil.example', rule(OWN, 'room', '#spam:evil.example')],
    [`ban https://matrix.to/#/${encodeURIComponent(BAD)} rude`, rule(OWN, 'user', BAD, 'rude')],
    ['ban spam user @*:evil.example --force', rule(LIST, 'user', '@*:evil.example')],
  ])('%s', async (words, expected) => expect(await written(words)).toEqual(expected));

  it.each([
    ['ban @*:evil.example', expect.stringMatching(/^QUESTION/) as unknown as string],
    [`ban nolist ${BAD} reason`, 'HEIMDALL_E_NO_LIST'],
    ['ban nolist user @*:x --force', 'HEIMDALL_E_NO_LIST'],
    ['ban', 'HEIMDALL_E_USAGE'],
    ['ban spam user', 'HEIMDALL_E_USAGE'],
    ['ban user evil.example', 'HEIMDALL_E_USAGE'],
    ['ban room evil.example', 'HEIMDALL_E_USAGE'],
    [`ban ${BAD} --for soon`, 'HEIMDALL_E_DURATION'],
    [`ban ${BAD} --for`, 'HEIMDALL_E_DURATION'],
  ])('%s is an error that says so', async (words, code) => expect(await written(words)).toEqual(code));

  it.each([
    // on our own server, and where the account is in a room of ours
    ['@local:EXAMPLE.ORG', LOCAL],
    ['@Nobody:Example.Org', '@Nobody:example.org'],
    ['@bad:EVIL.example', BAD],
    // as it is said: it is there in these letters, is another account, or nobody knows it
    ['@loud:EVIL.example', '@loud:EVIL.example'],
    ['@Bad:EVIL.example', '@Bad:EVIL.example'],
    ['@unseen:OTHER.example', '@unseen:OTHER.example'],
  ])('%s, its server in capitals, is %s in the rule', async (said, entity) => {
    const members = { [BAD]: 'join', '@loud:EVIL.example': 'join', '@loud:evil.example': 'join' } as const;
    const asked = askedOf({ rooms: [room({ members })] });
    await asked.say(`ban ${said}`);
    expect(asked.actions[0]?.payload).toEqual(rule(OWN, 'user', entity));
  });

  it('with an end says when, and the rule has it', async () => {
    const asked = askedOf();
    expect(await asked.say(`ban ${BAD} --for 1h`)).toContain('1970-01-01 01:16 UTC');
    expect(asked.actions[0]?.payload).toMatchObject({ until: 1_000_000 + 3_600_000 });
  });

  it('writes to the default list, once there is one', async () => {
    const asked = askedOf();
    await asked.say('default SPAM');
    await asked.say(`ban ${BAD}`);
    expect(asked.actions[0]?.payload).toMatchObject({ listRoomId: LIST });
    await expect(asked.say('default nothing')).rejects.toMatchObject({ code: 'HEIMDALL_E_NO_LIST' });
    expect(await asked.say('default')).toContain('Spam');
  });
});

describe('what a ban has come to', () => {
  it('is said of each room: where it acts, and where the power is missing', async () => {
    const weak = room({ roomId: OTHER_ROOM, members: { [BAD]: 'join' } });
    const asked = askedOf({
      rooms: [
        room({ members: { [BAD]: 'ban' } }),
        { ...weak, powerLevels: parsePowerLevels({ users: { [BOT]: 49 } }) },
      ],
    });
    const answer = await asked.say(`ban ${BAD} spam`);
    expect(answer).toContain('Already banned in 1 room');
    expect(answer).toMatch(/I lack the power to ban in: .*\(needs 50\)/);
  });

  it('is said also of somebody who is nowhere', async () =>
    expect(await askedOf().say('ban @nobody:evil.example')).toContain('Not in any protected room now'));
});

describe('unban', () => {
  it('of somebody whom no rule bans says just that', async () => {
    const asked = askedOf({ end: () => ({ result: { effect: 'moot' } }) });
    const answer = await asked.say('unban Spam @never:evil.example');
    expect(answer).toContain('There was no ban rule for');
    expect(answer).not.toContain('Removed');
  });

  it('of a pattern asks first, and counts the bans that it would lift', async () => {
    const here = room();
    const asked = askedOf({
      rooms: [{ ...here, members: new Map([...here.members, [BAD, member(BAD, 'ban', '@human:x')]]) }],
    });
    expect(await asked.say('unban @*:evil.example true')).toMatch(/^QUESTION[^]*\b1\b/);
    expect(asked.actions).toEqual([]);
  });

  it('says which rules still ban it', async () => {
    const asked = askedOf({ policy: policyOf({ entity: BAD }, { entity: '@*:evil.example' }) });
    const answer = await asked.say(`unban ${BAD}`);
    expect(asked.actions.map(({ kind, payload }) => [kind, (payload as { listRoomId: string }).listRoomId])).toEqual([
      ['remove_rule', LIST],
    ]);
    expect(answer).toContain('stays banned');
    expect(answer).toContain('@*:evil.example');
  });

  it.each(['true', 'TRUE', 'apply'])('with %s lifts bans that people made', async (word) => {
    const here = room();
    const asked = askedOf({
      rooms: [{ ...here, members: new Map([...here.members, [BAD, member(BAD, 'ban', '@human:x')]]) }],
    });
    expect(await asked.say(`unban ${BAD} ${word}`)).toContain('Bans lifted: 1 of 1');
  });
});

describe('takedown', () => {
  it('writes a takedown rule and says what comes of it by the settings', async () => {
    const asked = askedOf({ takedown: { local_accounts: 'suspend', quarantine_media: true } });
    expect(await asked.say(`takedown spam ${LOCAL} coins`)).toMatch(/redact.*suspend.*quarantine/);
    expect(asked.actions[0]?.payload).toMatchObject({
      listRoomId: LIST,
      recommendation: 'm.takedown',
      reason: 'coins',
    });
    expect(await asked.say(`takedown ${BAD}`)).not.toContain('suspend');
  });

  it('keeps the end that it was given', async () => {
    const asked = askedOf();
    expect(await asked.say(`takedown ${BAD} spam --for 7d`)).toContain('It ends automatically');
    expect(asked.actions[0]?.payload).toMatchObject({
      recommendation: 'm.takedown',
      until: 1_000_000 + 7 * 86_400_000,
    });
  });

  it('asks before an account is deactivated, and only then', async () => {
    const asked = askedOf({ takedown: { local_accounts: 'deactivate' } });
    expect(await asked.say(`takedown ${LOCAL}`)).toMatch(/^QUESTION .*cannot be undone.*--yes/s);
    expect(await asked.say('takedown user @*:example.org')).toContain('Heimdall itself');
    expect(await asked.say('takedown user @local*:example.org')).toMatch(/^QUESTION/);
    expect(asked.actions).toEqual([]);
    await asked.say(`takedown ${BAD}`);
    await asked.say(`takedown ${LOCAL} --confirm`);
    expect(asked.actions).toHaveLength(2);
  });
});

describe('kick', () => {
  const rooms = [
    room({ members: { [BAD]: 'join', '@b:evil.example': 'invite', '@c:evil.example': 'ban', [MODERATOR]: 'join' } }),
    room({ roomId: OTHER_ROOM, members: { [BAD]: 'join' } }),
  ];
  const end = () => ({ result: { effect: 'kicked' } });
  const kicked = (asked: ReturnType<typeof askedOf>) =>
    asked.actions.map(
      ({ payload }) => `${(payload as { roomId: string }).roomId} ${(payload as { userId: string }).userId}`,
    );

  it('puts somebody out of all protected rooms, or one, with the reason', async () => {
    const asked = askedOf({ rooms, end });
    expect(await asked.say(`kick ${BAD} too loud`)).toContain('2 rooms');
    expect(kicked(asked)).toEqual([`${ROOM} ${BAD}`, `${OTHER_ROOM} ${BAD}`]);
    expect(asked.actions[0]?.payload).toMatchObject({ reason: 'too loud' });
    const one = askedOf({ rooms, end });
    await one.say(`kick ${BAD} ${OTHER_ROOM}`);
    expect(kicked(one)).toEqual([`${OTHER_ROOM} ${BAD}`]);
    expect(await askedOf({ rooms, end }).say('kick @nobody:x')).toContain('none of the protected rooms');
    await expect(askedOf({ rooms }).say(`kick ${BAD} !elsewhere:x`)).rejects.toMatchObject({ code: 'HEIMDALL_E_ROOM' });
  });

  it('by a glob needs --force, and leaves out and names who must stay', async () => {
    expect(await askedOf({ rooms }).say('kick @*:evil.example')).toMatch(/^QUESTION .*2 people in 2 rooms/s);
    const asked = askedOf({ rooms, end });
    const answer = await asked.say('kick * --force');
    expect(kicked(asked).sort()).toEqual([`${OTHER_ROOM} ${BAD}`, `${ROOM} @b:evil.example`, `${ROOM} ${BAD}`].sort());
    expect(answer).toContain(MODERATOR);
    expect(answer).toContain(BOT);
  });

  it('names the rooms where it failed', async () => {
    const asked = askedOf({
      rooms,
      end: ({ payload }) =>
        (payload as { roomId: string }).roomId === OTHER_ROOM
          ? { state: 'failed', lastError: 'M_FORBIDDEN: no power' }
          : { result: { effect: 'kicked' } },
    });
    const answer = await asked.say(`kick ${BAD}`);
    expect(answer).toContain('out of 1 room');
    expect(answer).toContain(`${OTHER_ROOM} – M_FORBIDDEN: no power`);
  });
});

describe('redact', () => {
  it('takes rooms and limits in any form', async () => {
    const extents = async (words: string) => {
      const asked = askedOf({
        rooms: [room(), room({ roomId: OTHER_ROOM })],
        end: () => ({ result: { effect: 'redacted', gone: 2 } }),
      });
      const answer = await asked.say(words);
      return [
        answer,
        ...asked.actions.map(({ payload }) => [
          (payload as { roomId: string }).roomId,
          (payload as { extent: { limit: number } }).extent.limit,
        ]),
      ];
    };
    expect(await extents(`redact ${BAD}`)).toEqual([
      `4 messages of ${BAD} redacted in 2 rooms.`,
      [ROOM, 1000],
      [OTHER_ROOM, 1000],
    ]);
    expect(await extents(`redact ${BAD} 5`)).toEqual([expect.anything(), [ROOM, 5], [OTHER_ROOM, 5]]);
    expect(await extents(`redact ${BAD} ${OTHER_ROOM} 7`)).toEqual([expect.anything(), [OTHER_ROOM, 7]]);
    for (const words of [`redact ${BAD} 0`, 'redact evil.example', 'redact', 'redact $event'])
      await expect(extents(words)).rejects.toMatchObject({ code: 'HEIMDALL_E_USAGE' });
  });

  it('takes an event by its link, or by its id and the room, and asks the interlock about its sender', async () => {
    const events: string[] = [];
    const event = (roomId: string, eventId: string) => {
      events.push(`${roomId} ${eventId}`);
      return Promise.resolve({ sender: BAD });
    };
    const asked = askedOf({ more: { homeserver: { botUserId: BOT, serverName: 'example.org', event } } });
    await asked.say(`redact https://matrix.to/#/${encodeURIComponent(ROOM)}/${encodeURIComponent('$e')}?via=x`);
    await asked.say(`redact $f ${ROOM}`);
    expect(events).toEqual([`${ROOM} $e`, `${ROOM} $f`]);
    expect(asked.actions.map(({ payload }) => (payload as { sender: string }).sender)).toEqual([BAD, BAD]);
    await expect(askedOf().say(`redact $gone ${ROOM}`)).rejects.toMatchObject({ code: 'HEIMDALL_E_NO_EVENT' });
  });
});

describe('nobody who must stay', () => {
  it.each([BOT, OFFICIAL, VARIANT, MODERATOR, CREATOR])('%s is hit by a command', async (userId) => {
    const asked = askedOf({ rooms: [room({ version: '12', members: { [userId]: 'join' } })] });
    for (const words of ['kick', 'redact', 'deactivate'])
      expect(await asked.say(`${words} ${userId} --confirm`)).toContain('Not done');
    await asked.say('kick * --force');
    await asked.say(`kick ${userId.slice(0, 4)}*:* --force`);
    expect(asked.actions.filter(({ payload }) => (payload as { userId: string }).userId === userId)).toEqual([]);
  });

  it('nor is an account of another server', async () => {
    for (const words of ['suspend', 'unsuspend', 'deactivate'])
      await expect(askedOf().say(`${words} ${BAD} --confirm`)).rejects.toMatchObject({ code: 'HEIMDALL_E_USAGE' });
  });
});

describe('verify', () => {
  it('says of a room that the bot is out of to invite it, and of others which power is missing', async () => {
    const protection = { roomIds: [ROOM], failures: new Map() } as never;
    const left = askedOf({ rooms: [{ ...room(), members: new Map(), canonicalAlias: null } as never], more: { protection } });
    expect(await left.say('verify')).toContain(`I am not in the room. Invite ${BOT} and give it power level`);
    const powerLevels = { users: { [BOT]: 0 } };
    const weak = askedOf({ rooms: [{ ...room({ powerLevels }), canonicalAlias: null } as never], more: { protection } });
    expect(await weak.say('verify')).toContain('I lack the power to ban people');
  });
});

describe('explain', () => {
  it('marks a rule that is not followed, and why', async () => {
    const policy = policyOf({ entity: BAD });
    const [rule] = policy.rulesMatching('user', BAD);
    const skipped = new Map([[rule, [{ kind: 'user', entity: BAD, why: 'is a member of the management room' }]]]);
    const protection = { skipped, roomIds: [], failures: new Map() } as never;
    const words = `explain ${BAD}`;
    expect(await askedOf({ policy, more: { protection } }).say(words)).toContain(`NOT followed: It would hit ${BAD}`);
    expect(await askedOf({ policy }).say(words)).not.toContain('NOT');
  });
});

describe('list create', () => {
  const end = () => ({ result: { effect: 'created', room_id: LIST } });
  const more = { protection: { lists: { watch: (roomId: string) => Promise.resolve(roomId) } } };

  it.each([
    ['list create Raids', 'Raids', 'raids'],
    ['list create raids #raid-list:example.org', 'raids', 'raid-list'],
  ])('%s', async (words, shortcode, aliasLocalpart) => {
    const asked = askedOf({ end, more });
    asked.services.ledger.commit = () => Promise.resolve(undefined as never);
    expect(await asked.say(words)).toContain(`#${aliasLocalpart}:example.org`);
    expect(asked.actions[0]?.payload).toEqual({ shortcode, aliasLocalpart, invite: MODERATOR });
  });

  it.each(['list create', 'list create "two words"', 'list create user', 'list create SPAM'])(
    '%s is an error',
    async (words) => {
      await expect(askedOf({ end, more }).say(words)).rejects.toMatchObject({ code: 'HEIMDALL_E_USAGE' });
    },
  );

  it('says why it failed', async () => {
    expect(
      await askedOf({ end: () => ({ state: 'failed', lastError: 'The alias #x:example.org is taken.' }), more }).say(
        'list create x',
      ),
    ).toContain('is taken');
  });
});
