import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import { interlock, MOST_ACL_BYTES, protectedServers } from '../../src/enforcement/interlock.js';
import type { GuardContext } from '../../src/enforcement/types.js';
import { simulateServerAcl, simulateServerAclWithPort } from '../../src/policy/acl-simulate.js';
import {
  BOT,
  CREATOR,
  factsOf,
  LIST,
  MODERATOR,
  OFFICIAL,
  policyOf,
  ROOM,
  room,
  roomsOf,
  VARIANT,
} from './fixtures.js';

const user = (userId: string, facts = factsOf()) => interlock({ about: 'user', userId, roomId: ROOM }, facts);
const rule = (kind: 'user' | 'room' | 'server', entity: string, facts = factsOf()) =>
  interlock({ about: 'rule', kind, entity }, facts);
const acl = (content: Record<string, unknown>, facts = factsOf()) =>
  interlock({ about: 'acl', roomId: ROOM, content }, facts);
const open = (deny: string[]) => ({ allow: ['*'], deny, allow_ip_literals: false });
const reasonOf = (answer: ReturnType<typeof interlock>) => (answer.allowed ? undefined : answer.reason);

const PEOPLE: [string, string][] = [
  ['the bot', BOT],
  ['the official account', OFFICIAL],
  ['a known good variant', VARIANT],
  ['a member of the management room', MODERATOR],
  ['the creator of a protected room', CREATOR],
];

describe('the interlock before what hits a person', () => {
  it.each(PEOPLE)('stops an action against %s, with the reason', (_who, userId) => {
    expect(reasonOf(user(userId))).toContain(userId);
  });

  it('lets through what hits anybody else', () => {
    for (const userId of [
      '@impostor:evil.example',
      '@impostor:example.org',
      '@:evil.example',
      '@sErver:matrix.example',
    ])
      expect(user(userId)).toEqual({ allowed: true });
  });

  it('lets through what hits a look-alike by case, port or dot, for that is what impostors are called', () => {
    for (const userId of [
      '@server:Matrix.example',
      '@Server:matrix.example',
      '@server:matrix.example:8448',
      '@server:matrix.example.',
      '@HEIMDALL:example.org',
    ])
      expect(user(userId).allowed).toBe(true);
  });

  it('stops an action against the additional creators of a room of version 12', () => {
    const facts = factsOf({
      rooms: roomsOf(
        room({ version: '12', additionalCreators: ['@second:b.example'], members: { '@second:b.example': 'join' } }),
      ),
    });
    expect([user(CREATOR, facts).allowed, user('@second:b.example', facts).allowed]).toEqual([false, false]);
  });

  it('does not believe `additional_creators` in a room of version 11', () => {
    expect(
      user(
        '@second:b.example',
        factsOf({ rooms: roomsOf(room({ version: '11', additionalCreators: ['@second:b.example'] })) }),
      ).allowed,
    ).toBe(true);
  });

  it('stops an action against who may ban in any protected room, by the levels of now', () => {
    const other = (level: number) =>
      factsOf({
        rooms: roomsOf(
          room(),
          room({
            roomId: '!other:example.org',
            powerLevels: { ban: 60, users: { '@local-mod:c.example': level } },
            members: { '@local-mod:c.example': 'join' },
          }),
        ),
      });
    expect([user('@local-mod:c.example', other(60)).allowed, user('@local-mod:c.example', other(59)).allowed]).toEqual([
      false,
      true,
    ]);
  });

  describe('by power in a room that came with a space', () => {
    const hostile = (power: number, inside: boolean) =>
      factsOf({
        namedRooms: new Set([ROOM]),
        rooms: roomsOf(
          room(),
          room({
            roomId: '!hostile:evil.example',
            version: '12',
            creator: '@imp:evil.example',
            additionalCreators: ['@named:evil.example'],
            powerLevels: { users: { [BOT]: power, '@listed:evil.example': 100 } },
            members: Object.fromEntries(
              (inside ? ['@imp:evil.example', '@named:evil.example', '@listed:evil.example'] : []).map((userId) => [
                userId,
                'join',
              ]),
            ),
          }),
        ),
      });
    const whom = ['@imp:evil.example', '@named:evil.example', '@listed:evil.example'];

    it('stops nothing where the bot may not ban: the room is whoever made it', () => {
      expect(whom.map((userId) => user(userId, hostile(0, true)).allowed)).toEqual([true, true, true]);
      expect(rule('server', 'evil.example', hostile(0, true)).allowed).toBe(true);
      expect(rule('user', '@*:evil.example', hostile(0, true)).allowed).toBe(true);
    });

    it('stops actions against those inside where the bot may ban', () => {
      expect(whom.map((userId) => user(userId, hostile(100, true)).allowed)).toEqual([false, false, false]);
    });

    it('stops nothing for those who are only named there', () => {
      const facts = hostile(100, false);
      expect(['@named:evil.example', '@listed:evil.example'].map((userId) => user(userId, facts).allowed)).toEqual([
        true,
        true,
      ]);
    });
  });

  it('does not take everybody for a moderator where everybody may ban', () => {
    expect(
      user(
        '@x:evil.example',
        factsOf({ rooms: roomsOf(room({ powerLevels: { ban: 0, users: { '@x:evil.example': 0 } } })) }),
      ).allowed,
    ).toBe(true);
  });

  it('stops an action against who is allowed by a rule', () => {
    const facts = factsOf({
      policy: policyOf(
        { entity: '@*:evil.example' },
        { entity: '@good:evil.example', recommendation: 'org.matrix.mjolnir.allow' },
      ),
    });
    expect([user('@good:evil.example', facts).allowed, user('@bad:evil.example', facts).allowed]).toEqual([
      false,
      true,
    ]);
  });

  it('stops what is not a user id', () => {
    for (const userId of ['', '*', '@', 'example.org', '@nobody']) expect(user(userId).allowed).toBe(false);
  });
});

describe('the interlock before a rule', () => {
  it.each(PEOPLE)('stops a literal rule, and globs of every shape, that would hit %s', (_who, userId) => {
    const [localpart = '', server = ''] = userId.slice(1).split(':');
    const globs = [
      '*',
      '@*',
      '@*:*',
      `@*:${server}`,
      `@${localpart}:*`,
      `*${localpart}*`,
      `@${localpart.slice(0, 3)}*`,
      `*:${server.toUpperCase()}`,
      `@${localpart.toUpperCase()}:*`,
      userId.replace(/.$/, '?'),
      '?'.repeat(userId.length),
    ];
    for (const entity of [userId, ...globs]) expect([entity, rule('user', entity).allowed]).toEqual([entity, false]);
  });

  it('lets through rules that hit only others', () => {
    for (const entity of [
      '@impostor:evil.example',
      '@*:evil.example',
      '@heimdal?l:example.org',
      '@server:Matrix.example',
      '@mod:mods.example.evil',
    ])
      expect(rule('user', entity)).toEqual({ allowed: true });
  });

  it.each([
    ['our own server', 'example.org'],
    ['our own server in another case', 'EXAMPLE.org'],
    ['our own server with a port', 'example.org:8448'],
    ['our own server by a glob', '*.org'],
    ['everybody', '*'],
    ['a glob of question marks', '???????.???'],
    ["a moderator's server", 'mods.example'],
    ["the official account's server", '*.example'],
    ["a creator's server", 'Creators.*'],
    ['a name with the long s, which servers fold to an s', 'creator\u017f.example'],
  ])('stops a server rule that would hit %s', (_what, entity) => {
    expect(rule('server', entity).allowed).toBe(false);
  });

  it('stops a server rule against our server when our own name has a port', () => {
    const facts = factsOf({ serverName: 'Example.net:8448' });
    for (const entity of ['example.net', 'example.net:8448', 'example.net:1', '*:8448', 'EXAMPLE.*'])
      expect([entity, rule('server', entity, facts).allowed]).toEqual([entity, false]);
  });

  it('lets through other server rules, and stops one that an allow rule exempts', () => {
    const facts = factsOf({
      policy: policyOf({ kind: 'server', entity: 'good.test', recommendation: 'org.matrix.mjolnir.allow' }),
    });
    expect([
      rule('server', 'evil.test', facts).allowed,
      rule('server', 'example.org.evil.test', facts).allowed,
      rule('server', 'good.test', facts).allowed,
    ]).toEqual([true, true, false]);
  });

  it('stops a server that the settings want to stay', () => {
    expect(rule('server', 'partner.test', factsOf({ mustAllowServers: ['Partner.test:8448'] })).allowed).toBe(false);
  });

  it('stops a room rule against our rooms, protected rooms and official rooms', () => {
    for (const entity of [ROOM, LIST, '!management:example.org', '#official:matrix.example', '*', '!*:example.org'])
      expect([entity, rule('room', entity).allowed]).toEqual([entity, false]);
    expect(rule('room', '!spam:evil.example').allowed).toBe(true);
    expect(interlock({ about: 'room', roomId: ROOM }, factsOf()).allowed).toBe(false);
  });
});

describe('the interlock before a server ACL', () => {
  it.each([
    ['has no allow list', { deny: [] }],
    ['has an empty allow list', { allow: [], deny: [] }],
    ['has an allow list of nonsense', { allow: [5, null], deny: [] }],
    ['denies our server', open(['example.org'])],
    ['denies our server in another case', open(['EXAMPLE.ORG'])],
    ['denies our server by a glob', open(['*ample.org'])],
    ['denies everybody', open(['*'])],
    ["denies a moderator's server", open(['mods.example'])],
    ['denies the official server', open(['matrix.*'])],
    ['allows only others', { allow: ['other.test'], deny: [] }],
  ])('stops one that %s', (_what, content) => {
    expect(acl(content).allowed).toBe(false);
  });

  it('stops one that would shut us out only because our own name has a port', () => {
    const facts = factsOf({ serverName: 'example.net:8448' });
    for (const content of [
      open(['example.net']),
      open(['example.net:8448']),
      open(['*:8448']),
      open(['*:*']),
      { allow: ['example.net', '*.example'], deny: [] },
    ])
      expect(acl(content, facts).allowed).toBe(false);
    expect(acl(open(['evil.test:8448']), facts).allowed).toBe(true);
  });

  it('stops one without address literals when our server is an address', () => {
    for (const serverName of ['127.0.0.1', '127.0.0.1:8448', '[::1]:8448']) {
      expect(acl(open([]), factsOf({ serverName })).allowed).toBe(false);
      expect(acl({ ...open([]), allow_ip_literals: true }, factsOf({ serverName })).allowed).toBe(true);
    }
  });

  it('stops one that does not fit into an event, counted in bytes', () => {
    const fits = open([`${'ä'.repeat((MOST_ACL_BYTES - 100) / 2)}`]);
    expect(acl(fits)).toEqual({ allowed: true });
    expect(reasonOf(acl(open(['ä'.repeat(MOST_ACL_BYTES / 2)])))).toMatch(/too large/);
  });

  it('lets through one that shuts out only others', () => {
    expect(acl(open(['evil.test', '*.evil.test', 'example.org.evil.test']))).toEqual({ allowed: true });
  });

  it('never lets one through that would shut out a server which must stay, whatever its entries', () => {
    const piece = fc.constantFrom(
      '*',
      '?',
      'e',
      'example',
      '.org',
      'mods',
      '.example',
      'MATRIX',
      ':8448',
      '127.0.0.1',
      'x',
    );
    const entry = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join(''));
    const content = fc.record({
      allow: fc.oneof(fc.constant(['*']), fc.array(entry, { maxLength: 3 })),
      deny: fc.array(entry, { maxLength: 4 }),
      allow_ip_literals: fc.boolean(),
    });
    const serverName = fc.constantFrom('example.org', 'example.org:8448', 'Example.org', '127.0.0.1:8448');
    fc.assert(
      fc.property(content, serverName, (tried, name) => {
        const facts: GuardContext = factsOf({ serverName: name });
        fc.pre(acl(tried, facts).allowed);
        for (const server of protectedServers(facts).keys())
          expect([simulateServerAcl(tried, server), simulateServerAclWithPort(tried, server)]).toEqual([true, true]);
      }),
      { numRuns: 500 },
    );
  });
});
