import { describe, expect, it } from '@jest/globals';
import {
  buildServerAcl,
  createPolicy,
  foldCase,
  simulateServerAcl,
  type EntityKind,
  type PolicyEvent,
} from '../../src/policy/index.js';
import { hashOf, ruleEvent } from './rules.js';

/** Sentences of the contract's policy sections that the other files do not hold to their word, one by one. */
const says = (events: readonly PolicyEvent[], entity: string, kind: EntityKind = 'user') => {
  const policy = createPolicy();
  for (const event of events) policy.apply(event);
  return policy.match(kind, entity)?.action ?? 'none';
};
const acl = (events: readonly PolicyEvent[], ownServer = 'example.org', mustAllow: readonly string[] = []) => {
  const policy = createPolicy();
  for (const event of events) policy.apply(event);
  return buildServerAcl(policy.rules(), { ownServer, mustAllow });
};
const base64 = (text: string) => Buffer.from(hashOf(text), 'hex').toString('base64');

describe('policy match', () => {
  it('lines without a room id share places with each other only', () => {
    const none = { room_id: undefined };
    const events = [
      ruleEvent('user', '@a:x', 'm.ban', { ...none, state_key: 'k' }),
      ruleEvent('user', '@b:x', 'm.ban', { ...none, state_key: 'k' }),
      ruleEvent('user', '@c:x', 'm.ban', { state_key: 'k' }),
    ];
    expect(['@a:x', '@b:x', '@c:x'].map((entity) => says(events, entity))).toEqual(['none', 'ban', 'ban']);
  });

  it('a redacted rule of the newest type speaks for its place: nothing of the older types stands', () => {
    const events = [
      ruleEvent('user', '@a:x', 'm.ban', { type: 'org.matrix.mjolnir.rule.user', state_key: 'k' }),
      ruleEvent('user', '@a:x', 'm.ban', { state_key: 'k' }),
      {
        type: 'm.policy.rule.user',
        state_key: 'k',
        room_id: '!list:example.org',
        content: {},
        unsigned: { redacted_because: {} },
      } as PolicyEvent,
    ];
    expect(says(events, '@a:x')).toBe('none');
    expect(says([...events].reverse(), '@a:x')).toBe('ban');
  });

  it.each(['@sp?m*', '*?m:x', '@*p?m*', '@s*p?m:x', '*?*'])(
    'wildcards read newlines and code points beyond U+FFFF wherever the glob is filed: %j',
    (glob) => {
      for (const middle of ['a', '\n', '😀', '\u2028'])
        expect([middle, says([ruleEvent('user', glob)], `@sp${middle}m:x`)]).toEqual([middle, 'ban']);
      if (glob !== '*?*')
        for (const wrong of ['@spm:x', '@spaam:x', '@sp😀😀m:x'])
          expect([wrong, says([ruleEvent('user', glob)], wrong)]).toEqual([wrong, glob === '*?m:x' ? 'ban' : 'none']);
    },
  );

  it('a hash is of the whole entity, never of a part or another case', () => {
    const hashed = (kind: EntityKind, text: string) =>
      ruleEvent(kind, text, 'm.ban', {
        content: { recommendation: 'm.ban', hashes: { sha256: base64(text).replace('=', '') } },
      });
    expect([
      says([hashed('user', '@A:x')], '@a:x'),
      says([hashed('user', '@a')], '@a:x'),
      says([hashed('room', '!r:x')], '!r:x', 'room'),
    ]).toEqual(['none', 'none', 'ban']);
    expect(['[::1]', '[::1]:8448'].map((server) => says([hashed('server', '[::1]')], server, 'server'))).toEqual([
      'ban',
      'ban',
    ]);
  });

  it.each([
    ['ΑΣ.test', 'ας.test'],
    ['*Σ', 'x.ας'],
    ['\u212a.test', 'k.test'],
    ['\u017f.test', 'S.test'],
    ['Ä.test', 'ä.test'],
    ['?.test', 'İ.test'],
    ['İ.test', 'İ.test'],
  ])('server names are folded code point by code point: %j means %j', (rule, server) => {
    expect(says([ruleEvent('server', rule)], server, 'server')).toBe('ban');
    expect([...foldCase(server)]).toHaveLength([...server].length);
  });

  it.each([
    ['ı.test', 'i.test'],
    ['İ.test', 'i.test'],
    ['ß.test', 'ss.test'],
    ['é.test', 'e\u0301.test'],
  ])('and no further: %j does not mean %j', (rule, server) => {
    expect(says([ruleEvent('server', rule)], server, 'server')).toBe('none');
  });
});

describe('policy acl', () => {
  it('an allow glob against a literal ban, an allow literal against a ban glob, in any case and with any port', () => {
    const events = [
      ruleEvent('server', '*.Good.test:8448', 'org.matrix.mjolnir.allow'),
      ruleEvent('server', 'a.GOOD.test', 'm.takedown'),
      ruleEvent('server', 'b.evil'),
      ruleEvent('server', 'OK.Evil:1', 'org.matrix.mjolnir.allow'),
      ruleEvent('server', '*.evil', 'm.ban', { state_key: 'glob' }),
    ];
    const { content, warnings } = acl(events);
    expect(content.deny).toEqual(['b.evil']);
    for (const server of ['a.good.test', 'ok.evil:8448', 'OK.EVIL'])
      expect(simulateServerAcl(content, server)).toBe(true);
    expect(warnings.join('\n')).toContain('"*.evil"');
  });

  it('an emptied, malformed or unknown rule of the newest type takes the older entry along', () => {
    const older = ruleEvent('server', 'a.evil', 'm.ban', { type: 'm.room.rule.server', state_key: 'k' });
    for (const content of [
      {},
      { entity: 7, recommendation: 'm.ban' },
      { entity: 'a.evil', recommendation: 'm.unknown' },
    ]) {
      expect(
        acl([older, { type: 'm.policy.rule.server', state_key: 'k', room_id: '!list:example.org', content }]).content
          .deny,
      ).toEqual([]);
    }
  });

  it.each([
    ['[2001:db8::1]', '[2001:DB8::1]:8448'],
    ['[2001:db8::1]:8448', '[2001:db8::1]'],
    ['10.0.0.1:8448', '10.0.0.1'],
    ['10.0.0.1', '10.0.0.*'],
  ])('an address %j that must stay is not shut out by %j, and address literals may come in', (name, rule) => {
    for (const [own, must] of [
      [name, []],
      ['example.org', [name]],
    ] as const) {
      const { content, warnings } = acl([ruleEvent('server', rule), ruleEvent('server', '[2001:db8::2]:1')], own, must);
      expect(content).toEqual({ allow: ['*'], deny: ['[2001:db8::2]'], allow_ip_literals: true });
      expect(warnings.join('\n')).toContain(`"${rule}"`);
    }
  });

  it('quotes, backslashes and control characters stand in an entry as they are', () => {
    const odd = ['a"b.evil', 'a\\b.evil', 'a\u0001b.evil', 'a\nb.evil'];
    const { content } = acl(odd.map((entity) => ruleEvent('server', entity)));
    expect([...content.deny].sort()).toEqual([...odd].sort());
    expect(JSON.parse(JSON.stringify(content))).toEqual(content);
  });

  it('an entry that only its port tells apart stands once', () => {
    expect(
      acl(['a.evil:1', 'a.evil:2', 'A.evil', 'a.evil'].map((entity) => ruleEvent('server', entity))).content.deny,
    ).toEqual(['A.evil']);
  });
});
