import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import {
  createPolicy,
  type EntityKind,
  type Policy,
  type PolicyEvent,
  type PolicyRule,
} from '../../src/policy/index.js';
import { oracle } from './oracle.js';
import { entityText, hashOf, policyEvent, ruleEvent } from './rules.js';

function policyOf(...events: PolicyEvent[]): Policy {
  const policy = createPolicy();
  for (const event of events) policy.apply(event);
  return policy;
}

const actionOf = (policy: Policy, kind: EntityKind, entity: string) => policy.match(kind, entity)?.action ?? 'none';
const says = (events: PolicyEvent[], entity: string, kind: EntityKind = 'user') =>
  actionOf(policyOf(...events), kind, entity);
const at = (type: string, content: unknown, more: Partial<PolicyEvent> = {}): PolicyEvent => ({
  type,
  state_key: 'place',
  room_id: '!list:x',
  content,
  ...more,
});
const ban = (entity: string) => ({ entity, recommendation: 'm.ban' });
const base64 = (entity: string) => Buffer.from(hashOf(entity), 'hex').toString('base64');

describe('which rule stands', () => {
  it('is the last of the same room, type and state key, whatever its event id; nothing of the earlier one remains', () => {
    const events = [
      at('m.policy.rule.user', ban('@a:x'), { event_id: '$z' }),
      at('m.policy.rule.user', ban('@b:x'), { event_id: '$a' }),
    ];
    expect([says(events, '@a:x'), says(events, '@b:x')]).toEqual(['none', 'ban']);
  });

  it.each([
    [['m.room.rule.user', 'm.policy.rule.user']],
    [['m.policy.rule.user', 'm.room.rule.user']],
    [['org.matrix.mjolnir.rule.user', 'm.policy.rule.user']],
    [['m.policy.rule.user', 'org.matrix.mjolnir.rule.user', 'm.room.rule.user']],
    [['org.matrix.mjolnir.rule.user', 'm.room.rule.user']],
    [['m.room.rule.user', 'org.matrix.mjolnir.rule.user']],
  ])('is that of the newest type, in whatever order they came: %j', (types) => {
    const newest = ['m.policy.rule.user', 'm.room.rule.user'].find((type) => types.includes(type)) ?? '';
    const events = types.map((type) => at(type, ban(`@${type}:x`)));
    for (const type of types) expect(says(events, `@${type}:x`)).toBe(type === newest ? 'ban' : 'none');
  });

  it.each([[{}], [null], ['text'], [{ entity: '@a:x' }], [ban('')]])(
    'newest type speaks even when it says nothing: %j',
    (content) => {
      expect(says([at('m.policy.rule.user', content), at('m.room.rule.user', ban('@a:x'))], '@a:x')).toBe('none');
      expect(says([at('m.room.rule.user', ban('@a:x')), at('m.policy.rule.user', content)], '@a:x')).toBe('none');
    },
  );

  it('keeps the places of different rooms, kinds and state keys apart', () => {
    const events = [
      at('m.policy.rule.user', ban('@a:x')),
      at('m.policy.rule.user', {}, { room_id: '!other:x' }),
      at('m.policy.rule.user', {}, { room_id: undefined }),
      at('m.policy.rule.room', {}),
      at('m.policy.rule.user', {}, { state_key: '' }),
    ];
    expect(says(events, '@a:x')).toBe('ban');
  });

  it('knows an empty state key, and one that looks like a property of every object', () => {
    for (const state_key of ['', '__proto__', 'constructor'])
      expect(says([at('m.policy.rule.user', ban('@a:x'), { state_key })], '@a:x')).toBe('ban');
  });

  it('ignores other event types and events without a string state key', () => {
    const policy = policyOf(
      at('m.policy.rule', ban('@a:x')),
      at('m.policy.rule.user ', ban('@a:x')),
      at('org.matrix.mjolnir.rule', ban('@a:x')),
      at('toString', ban('@a:x')),
      at('m.policy.rule.user', ban('@a:x'), { state_key: undefined }),
      at('m.policy.rule.user', ban('@a:x'), { state_key: 5 }),
      at('m.policy.rule.user', ban('@a:x'), { state_key: null }),
    );
    expect([...policy.rules()]).toEqual([]);
    expect(policy.malformed()).toEqual([]);
  });
});

describe('what states no rule', () => {
  it.each([
    ['no content', undefined],
    ['null', null],
    ['a list', [ban('@a:x')]],
    ['an empty list', []],
    ['a text', 'm.ban'],
    ['an entity that is not a string', { ...ban('@a:x'), entity: ['@a:x'] }],
    [
      'a null entity beside a valid hash',
      { entity: null, recommendation: 'm.ban', hashes: { sha256: base64('@a:x') } },
    ],
    [
      'an empty entity beside a valid hash',
      { entity: '', recommendation: 'm.ban', hashes: { sha256: base64('@a:x') } },
    ],
    ['no recommendation', { entity: '@a:x' }],
    ['a recommendation that is not a string', { entity: '@a:x', recommendation: ['m.ban'] }],
    ['an unknown recommendation', { entity: '@a:x', recommendation: 'm.allow' }],
    ['one in other case', { entity: '@a:x', recommendation: 'M.BAN' }],
    ['one with a property name of every object', { entity: '@a:x', recommendation: 'constructor' }],
    ['neither entity nor hash', { recommendation: 'm.ban' }],
    ['a broken hash', { recommendation: 'm.ban', hashes: { sha256: 'abc' } }],
    ['hashes that are no object', { recommendation: 'm.ban', hashes: base64('@a:x') }],
  ])('%s: is listed as malformed with a reason, removes what stood there, and is no error', (_name, content) => {
    const policy = policyOf(at('m.policy.rule.user', ban('@a:x')));
    const changes = policy.apply(at('m.policy.rule.user', content));
    expect(changes).toEqual([{ change: 'removed', previous: expect.objectContaining({ entity: '@a:x' }) }]);
    expect(policy.match('user', '@a:x')).toBeNull();
    expect(policy.malformed('!list:x')).toEqual([
      { roomId: '!list:x', type: 'm.policy.rule.user', stateKey: 'place', reason: expect.stringMatching(/./) },
    ]);
    expect(policy.malformed('!other:x')).toEqual([]);
  });

  it('empty content removes the rule and is not malformed', () => {
    const policy = policyOf(at('m.policy.rule.user', ban('@a:x')), at('m.policy.rule.user', {}));
    expect([policy.match('user', '@a:x'), policy.malformed()]).toEqual([null, []]);
  });

  it('a reason may be missing or of any type', () => {
    expect(says([at('m.policy.rule.user', { ...ban('@a:x'), reason: 7 })], '@a:x')).toBe('ban');
    expect(
      policyOf(at('m.policy.rule.user', { ...ban('@a:x'), reason: 'spam' })).match('user', '@a:x')?.rule.reason,
    ).toBe('spam');
  });
});

describe('recommendations', () => {
  it.each([
    ['m.ban', 'ban'],
    ['org.matrix.mjolnir.ban', 'ban'],
    ['m.takedown', 'takedown'],
    ['org.matrix.msc4204.takedown', 'takedown'],
    ['org.matrix.mjolnir.allow', 'allow'],
    ['m.kick', 'none'],
  ])('%s means %s', (recommendation, action) => {
    expect(says([ruleEvent('user', '@a:x', recommendation)], '@a:x')).toBe(action);
  });

  it('allow beats takedown beats ban, whatever order, type, list, literal or glob', () => {
    const rules = [
      ruleEvent('user', '@a:x', 'm.ban'),
      ruleEvent('user', '@*:x', 'm.takedown', { type: 'org.matrix.mjolnir.rule.user', room_id: '!two:x' }),
      ruleEvent('user', '*', 'org.matrix.mjolnir.allow', { type: 'm.room.rule.user' }),
    ];
    for (const events of [rules, [...rules].reverse()]) {
      expect(says(events, '@a:x')).toBe('allow');
      expect(
        says(
          events.filter((event) => event.type !== 'm.room.rule.user'),
          '@a:x',
        ),
      ).toBe('takedown');
    }
  });

  it('allow exempts what it matches and changes nothing for anybody else', () => {
    const events = [ruleEvent('user', '@good:x', 'org.matrix.mjolnir.allow'), ruleEvent('user', '@*:x')];
    expect([says(events, '@good:x'), says(events, '@other:x'), says(events, '@other:y')]).toEqual([
      'allow',
      'ban',
      'none',
    ]);
  });

  it('names the literal rule before the glob when both say the same', () => {
    const policy = policyOf(ruleEvent('user', '@*:x'), ruleEvent('user', '@a:x'));
    expect(policy.match('user', '@a:x')?.rule.entity).toBe('@a:x');
    expect(policy.rulesMatching('user', '@a:x').map((rule) => rule.entity)).toEqual(['@a:x', '@*:x']);
  });
});

describe('hashes', () => {
  const hashed = (hashes: unknown, key = 'hashes') =>
    at('m.policy.rule.user', { recommendation: 'm.ban', [key]: hashes });
  const entity = '@naïve😀:x';

  it.each([
    ['padded', { sha256: base64(entity) }, 'hashes'],
    ['not padded', { sha256: base64(entity).replace('=', '') }, 'hashes'],
    ['under its first name', { sha256: base64(entity) }, 'org.matrix.msc4205.hashes'],
  ])('match the SHA-256 of the whole entity in UTF-8: %s', (_name, hashes, key) => {
    expect([says([hashed(hashes, key)], entity), says([hashed(hashes, key)], '@naive:x')]).toEqual(['ban', 'none']);
  });

  const urlSafe =
    Array.from({ length: 99 }, (_, index) => base64(`@${index}:x`)).find((text) => text.includes('+')) ?? '';

  it.each([
    ['URL-safe', urlSafe.replaceAll('+', '-').replaceAll('/', '_')],
    ['hex', hashOf('@a:x')],
    ['padded twice', `${base64('@a:x')}=`],
    ['too short', base64('@a:x').slice(4)],
    ['with a line break', `${base64('@a:x')}\n`],
    ['no string', 5],
    ['empty', ''],
  ])('are nothing when they are no standard base64 of 32 bytes: %s', (_name, sha256) => {
    expect([...policyOf(hashed({ sha256 })).rules()]).toEqual([]);
  });

  it('are ignored beside a valid entity', () => {
    const events = [at('m.policy.rule.user', { ...ban('@b:x'), hashes: { sha256: base64('@a:x') } })];
    expect([says(events, '@a:x'), says(events, '@b:x')]).toEqual(['none', 'ban']);
  });

  it('are never globs', () => {
    expect(says([hashed({ sha256: base64('@*:x') })], '@a:x')).toBe('none');
    expect(says([hashed({ sha256: base64('@*:x') })], '@*:x')).toBe('ban');
  });

  it('of servers match without regard to case and port', () => {
    const events = [
      at('m.policy.rule.server', { recommendation: 'm.takedown', hashes: { sha256: base64('evil.test') } }),
    ];
    for (const server of ['evil.test', 'EVIL.test', 'evil.test:8448'])
      expect(says(events, server, 'server')).toBe('takedown');
  });
});

describe('kinds', () => {
  it('never cross', () => {
    const events = (['user', 'room', 'server'] as const).map((kind) => ruleEvent(kind, `${kind}.x`));
    for (const rule of ['user', 'room', 'server']) {
      for (const kind of ['user', 'room', 'server'] as const)
        expect(says(events, `${rule}.x`, kind)).toBe(rule === kind ? 'ban' : 'none');
    }
    expect(says([ruleEvent('server', 'evil.test')], '@a:evil.test')).toBe('none');
  });

  it('users and rooms compare exactly, ids and aliases', () => {
    expect(says([ruleEvent('user', '@A:x')], '@a:x')).toBe('none');
    expect(says([ruleEvent('user', '@a:x')], '@a:x:8448')).toBe('none');
    expect(says([ruleEvent('room', '#spam:x')], '#spam:x', 'room')).toBe('ban');
    expect(says([ruleEvent('room', '#spam:x')], '#SPAM:x', 'room')).toBe('none');
    expect(says([ruleEvent('room', '!v12id')], '!v12id', 'room')).toBe('ban');
  });

  it.each([
    ['evil.test', 'EVIL.Test', true],
    ['Evil.TEST', 'evil.test', true],
    ['evil.test', 'evil.test:8448', true],
    ['evil.test:8448', 'evil.test', true],
    ['evil.test:1', 'evil.test:2', true],
    ['*.EVIL.test', 'a.evil.TEST:8448', true],
    ['*.evil.test:8448', 'a.evil.test', true],
    ['evil.test', 'evil.test.', false],
    ['evil.test', 'sub.evil.test', false],
    ['1.2.3.4', '1.2.3.4:8448', true],
    ['1.2.3.*', '1.2.3.4', true],
    ['[2001:DB8::1]', '[2001:db8::1]:8448', true],
    ['[2001:db8::1]:8448', '[2001:db8::1]', true],
    ['[2001:db8:*', '[2001:db8::1]', true],
    ['2001:db8::1', '2001:db8::2', false],
  ])('servers compare without regard to case and port: rule %j, server %j: %j', (rule, server, expected) => {
    expect(says([ruleEvent('server', rule)], server, 'server')).toBe(expected ? 'ban' : 'none');
  });
});

describe('changes', () => {
  it('are named: added, changed with what it was, removed; the same event again is none', () => {
    const policy = createPolicy();
    const first = at('m.policy.rule.user', ban('@a:x'), { event_id: '$1', sender: '@mod:x' });
    const second = at('m.policy.rule.user', ban('@b:x'), { event_id: '$2', sender: '@mod:x' });
    expect(policy.apply(first)).toEqual([
      {
        change: 'added',
        rule: expect.objectContaining({
          entity: '@a:x',
          eventId: '$1',
          sender: '@mod:x',
          stateKey: 'place',
          roomId: '!list:x',
          action: 'ban',
        }),
      },
    ]);
    expect(policy.apply(first)).toEqual([]);
    expect(policy.apply(second)).toEqual([
      {
        change: 'changed',
        rule: expect.objectContaining({ entity: '@b:x' }),
        previous: expect.objectContaining({ entity: '@a:x' }),
      },
    ]);
    expect(policy.apply(at('m.room.rule.user', ban('@c:x')))).toEqual([]);
    expect(policy.apply(at('m.policy.rule.user', {}))).toEqual([
      { change: 'removed', previous: expect.objectContaining({ entity: '@b:x' }) },
    ]);
  });

  it('tell of another reason or recommendation as of any other change', () => {
    const policy = policyOf(at('m.policy.rule.user', { ...ban('@a:x'), reason: 'spam' }));
    expect(policy.apply(at('m.policy.rule.user', { ...ban('@a:x'), reason: 'scam' }))).toEqual([
      {
        change: 'changed',
        rule: expect.objectContaining({ reason: 'scam' }),
        previous: expect.objectContaining({ reason: 'spam' }),
      },
    ]);
    expect(
      policy.apply(at('m.policy.rule.user', { entity: '@a:x', recommendation: 'm.takedown', reason: 'scam' })),
    ).toHaveLength(1);
  });

  it('replacing a list removes what is gone, keeps what is the same, and leaves other lists alone', () => {
    const policy = policyOf(
      ruleEvent('user', '@a:x'),
      ruleEvent('user', '@b:x'),
      ruleEvent('user', '@a:x', 'm.ban', { room_id: '!two:x' }),
    );
    const changes = policy.replaceList('!list:example.org', [ruleEvent('user', '@b:x'), ruleEvent('user', '@c:x')]);
    expect(changes.map(({ change }) => change).sort()).toEqual(['added', 'removed']);
    expect([...policy.rules()].map((rule) => `${rule.roomId} ${rule.entity}`)).toEqual([
      '!list:example.org @b:x',
      '!list:example.org @c:x',
      '!two:x @a:x',
    ]);
    expect(policy.removeList('!two:x')).toHaveLength(1);
    expect(policy.removeList('!two:x')).toEqual([]);
    expect(actionOf(policy, 'user', '@a:x')).toBe('none');
  });

  it('filters rules by kind and list', () => {
    const policy = policyOf(
      ruleEvent('user', '@a:x'),
      ruleEvent('server', 'x'),
      ruleEvent('server', 'y', 'm.ban', { room_id: '!two:x' }),
    );
    expect([...policy.rules({ kind: 'server' })].map((rule) => rule.entity)).toEqual(['x', 'y']);
    expect([...policy.rules({ kind: 'server', roomId: '!two:x' })].map((rule) => rule.entity)).toEqual(['y']);
  });
});

describe('whatever the history', () => {
  const history = fc.array(policyEvent, { maxLength: 40 });
  const entities = fc.array(entityText, { minLength: 1, maxLength: 12 });
  const kinds = ['user', 'room', 'server'] as const;

  it('the matcher says what the contract says, told slowly', () => {
    fc.assert(
      fc.property(history, entities, (events, texts) => {
        const policy = policyOf(...events);
        for (const kind of kinds) {
          for (const text of texts) {
            const match = policy.match(kind, text);
            expect(match?.action ?? 'none').toBe(oracle(events, kind, text));
            expect(policy.rulesMatching(kind, text)[0]).toBe(match?.rule);
          }
        }
      }),
      { numRuns: 1500 },
    );
  });

  it('following changes and building anew from the state give the same rules and the same answers', () => {
    const step = fc.oneof(
      { weight: 12, arbitrary: policyEvent.map((event) => ({ apply: event })) },
      {
        weight: 1,
        arbitrary: fc.record({
          replace: fc.constantFrom('!one:x', '!two:x'),
          state: fc.array(policyEvent, { maxLength: 10 }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ remove: fc.constantFrom('!one:x', '!two:x') }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 50 }), entities, (steps, texts) => {
        const followed = createPolicy();
        const state = new Map<string, PolicyEvent>();
        const known = new Map<string, PolicyRule>();
        const remember = (event: PolicyEvent) =>
          state.set(JSON.stringify([event.room_id, event.type, event.state_key]), event);
        const forget = (roomId: string) => {
          for (const [key, event] of state) if (event.room_id === roomId) state.delete(key);
        };
        for (const each of steps) {
          const changes =
            'apply' in each
              ? followed.apply(each.apply)
              : 'replace' in each
                ? followed.replaceList(each.replace, each.state)
                : followed.removeList(each.remove);
          if ('apply' in each) remember(each.apply);
          if ('replace' in each) {
            forget(each.replace);
            each.state.forEach((event) => remember({ ...event, room_id: each.replace }));
          }
          if ('remove' in each) forget(each.remove);
          for (const change of changes) {
            const rule = change.change === 'removed' ? change.previous : change.rule;
            const place = JSON.stringify([rule.roomId, rule.kind, rule.stateKey]);
            expect(known.get(place)).toEqual(change.change === 'added' ? undefined : change.previous);
            if (change.change === 'removed') known.delete(place);
            else known.set(place, change.rule);
          }
        }
        const rebuilt = policyOf(...[...state.values()].reverse());
        expect([...followed.rules()]).toEqual([...rebuilt.rules()]);
        expect([...known.values()]).toHaveLength([...rebuilt.rules()].length);
        expect(followed.malformed()).toEqual(rebuilt.malformed());
        for (const kind of kinds)
          for (const text of texts) expect(followed.match(kind, text)).toEqual(rebuilt.match(kind, text));
      }),
      { numRuns: 1000 },
    );
  });
});
