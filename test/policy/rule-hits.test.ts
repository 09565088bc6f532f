import { describe, expect, it } from '@jest/globals';
import {
  createPolicy,
  previewList,
  rulesThatHit,
  skipping,
  type Policy,
  type PolicyEvent,
  type Untouchable,
} from '../../src/policy/index.js';
import { hashOf, ruleEvent } from './rules.js';
import { growth } from '../support/effort.js';

const ALLOW = 'org.matrix.mjolnir.allow';
const untouchable: Untouchable = {
  users: new Map([
    ['@heimdall:example.org', 'is Heimdall itself'],
    ['@Official:example.org', 'is a protected identity'],
    ['@mod:mods.test', 'is a member of the management room'],
  ]),
  servers: new Map([
    ['example.org:8448', 'is our own server'],
    ['mods.test', 'is the server of a moderator'],
  ]),
  rooms: new Map([['!management:example.org', 'is the management room']]),
};

function policyOf(...events: PolicyEvent[]): Policy {
  const policy = createPolicy();
  for (const event of events) policy.apply(event);
  return policy;
}

const hashed = (kind: 'user' | 'server', text: string) =>
  ruleEvent(kind, text, 'm.ban', {
    content: { recommendation: 'm.ban', hashes: { sha256: Buffer.from(hashOf(text), 'hex').toString('base64') } },
  });
const hitsOf = (event: PolicyEvent) =>
  rulesThatHit(policyOf(event).rules(), untouchable).flatMap(({ hits }) => hits.map(({ entity }) => entity));

describe('rules that would hit what must not be hit', () => {
  it.each([
    ['user', '@mod:mods.test', ['@mod:mods.test']],
    ['user', '@MOD:mods.test', []],
    ['user', '@*:mods.test', ['@mod:mods.test']],
    ['user', '@MO?:*', ['@mod:mods.test']],
    ['user', '*', ['@heimdall:example.org', '@Official:example.org', '@mod:mods.test']],
    ['user', '@official:example.org', []],
    ['user', '@offic*:example.org', ['@Official:example.org']],
    ['user', '@evil:x', []],
    ['server', 'EXAMPLE.org', ['example.org:8448']],
    ['server', '*8448', ['example.org:8448']],
    ['server', 'mods.test:1', ['mods.test']],
    ['server', '*.org', ['example.org:8448']],
    ['server', '*.mods.test', []],
    ['room', '!management:example.org', ['!management:example.org']],
    ['room', '!m*', ['!management:example.org']],
    ['room', '#x:y', []],
  ] as const)('%s %j: %j', (kind, entity, expected) => {
    expect(hitsOf(ruleEvent(kind, entity))).toEqual(expected);
    expect(hitsOf(ruleEvent(kind, entity, 'm.takedown'))).toEqual(expected);
    expect(hitsOf(ruleEvent(kind, entity, ALLOW))).toEqual([]);
  });

  it('also by their hash', () => {
    expect(hitsOf(hashed('user', '@mod:mods.test'))).toEqual(['@mod:mods.test']);
    for (const form of ['example.org', 'example.org:8448'])
      expect(hitsOf(hashed('server', form))).toEqual(['example.org:8448']);
    expect(hitsOf(hashed('user', '@mod:evil'))).toEqual([]);
  });

  it('say why', () => {
    expect(rulesThatHit(policyOf(ruleEvent('user', '@mod:*')).rules(), untouchable)).toEqual([
      {
        rule: expect.objectContaining({ entity: '@mod:*' }),
        hits: [{ entity: '@mod:mods.test', why: 'is a member of the management room' }],
      },
    ]);
  });

  it('are passed over: the next rule that matches speaks', () => {
    const policy = policyOf(
      ruleEvent('user', '*', 'm.takedown'),
      ruleEvent('user', '@evil:x'),
      ruleEvent('user', '@good:x', ALLOW),
    );
    const asked = skipping(policy, new Set(rulesThatHit(policy.rules(), untouchable).map(({ rule }) => rule)));
    expect(asked.match('user', '@evil:x')).toMatchObject({ action: 'ban', rule: { entity: '@evil:x' } });
    expect(asked.match('user', '@somebody:x')).toBeNull();
    expect(asked.match('user', '@good:x')?.action).toBe('allow');
    expect(skipping(policy, new Set()).match('user', '@somebody:x')?.action).toBe('takedown');
  });

  it('are found among very many without comparing each with each', () => {
    const setting = (size: number) => ({
      rules: [
        ...policyOf(
          ...Array.from({ length: 40 * size }, (_, index) =>
            ruleEvent('user', index % 20 === 0 ? `@spam${index}*` : `@bad${index}:x`),
          ),
          ruleEvent('user', '@mod:*'),
        ).rules(),
      ],
      people: {
        ...untouchable,
        users: new Map([
          ...untouchable.users,
          ...Array.from({ length: size }, (_, index) => [`@person${index}:x`, 'is a moderator'] as const),
        ]),
      },
    });
    const settings = new Map([16, 512].map((size) => [size, setting(size)]));
    const hits = (size: number) => rulesThatHit(settings.get(size)!.rules, settings.get(size)!.people);
    expect(hits(512)).toHaveLength(1);
    expect(growth(hits, 16, 512)).toBeLessThan(300);
  });
});

describe('the preview of a list', () => {
  const rooms = [
    { roomId: '!one', members: ['@bad1:x', '@bad2:x', '@good:x', '@mod:mods.test', '@a:shut.test:8448', '@listed:x'] },
    { roomId: '!two', aliases: ['#two:x'], members: ['@bad1:x', '@b:SHUT.test', '@freed:x'] },
    { roomId: '!three', members: ['@good:x'] },
  ];
  const current = policyOf(
    ruleEvent('user', '@listed:x'),
    ruleEvent('user', '@freed:x'),
    ruleEvent('user', '@bad3:x', ALLOW),
  );

  it('says whom and which rooms it would hit, with counts and samples, and changes nothing', () => {
    const list = policyOf(
      ruleEvent('user', '@bad*'),
      ruleEvent('user', '@listed:x'),
      ruleEvent('user', '@freed:x', ALLOW),
      ruleEvent('server', 'shut.test'),
      ruleEvent('room', '#two:*'),
      ruleEvent('user', '*:mods.test'),
    );
    expect(previewList(list, { rooms, current, untouchable, samples: 1 })).toEqual({
      rules: { user: 4, room: 1, server: 1 },
      people: 2,
      freed: 1,
      rooms: [
        { roomId: '!one', people: 2, samples: ['@bad1:x'] },
        { roomId: '!two', people: 1, samples: ['@bad1:x'] },
      ],
      servers: [{ server: 'shut.test', members: 2 }],
      roomsNamed: [{ roomId: '!two', rule: expect.objectContaining({ entity: '#two:*' }) }],
      skipped: [
        {
          rule: expect.objectContaining({ entity: '*:mods.test' }),
          hits: [expect.objectContaining({ entity: '@mod:mods.test' })],
        },
      ],
    });
  });

  it('of a rule for everybody hits nobody, because it would hit us too', () => {
    expect(
      previewList(policyOf(ruleEvent('user', '*'), ruleEvent('server', '*')), { rooms, current, untouchable }),
    ).toMatchObject({ people: 0, rooms: [], servers: [], skipped: [expect.anything(), expect.anything()] });
  });

  it('leaves alone whom a rule in force allows', () => {
    expect(
      previewList(policyOf(ruleEvent('user', '@bad3:x')), {
        rooms: [{ roomId: '!one', members: ['@bad3:x'] }],
        current,
        untouchable,
      }).people,
    ).toBe(0);
  });
});
