import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import {
  buildServerAcl,
  createPolicy,
  proposeCoveringGlobs,
  sameServerAcl,
  simulateServerAcl,
  simulateServerAclWithPort,
  type PolicyEvent,
  type ServerAclPlan,
} from '../../src/policy/index.js';
import { hashOf, ruleEvent } from './rules.js';
import { growth } from '../support/effort.js';

const ALLOW = 'org.matrix.mjolnir.allow';
const server = (entity: string, recommendation = 'm.ban', more: Partial<PolicyEvent> = {}) =>
  ruleEvent('server', entity, recommendation, { state_key: `${recommendation} ${entity}`, ...more });

function plan(
  events: readonly PolicyEvent[],
  ownServer = 'example.org',
  mustAllow: readonly string[] = [],
): ServerAclPlan {
  const policy = createPolicy();
  for (const event of events) policy.apply(event);
  return buildServerAcl(policy.rules(), { ownServer, mustAllow });
}

const bans = (...entities: string[]) => entities.map((entity) => server(entity));
const denyOf = (events: readonly PolicyEvent[], ownServer?: string, mustAllow?: readonly string[]) =>
  plan(events, ownServer, mustAllow).content.deny;
/** Canonical JSON, written down again: keys sorted, no spaces. */
const bytesOf = ({ content: { allow, allow_ip_literals, deny } }: ServerAclPlan) =>
  Buffer.byteLength(JSON.stringify({ allow, allow_ip_literals, deny }), 'utf8');

describe('the server ACL', () => {
  it('denies the entities of ban and takedown rules and allows everybody else', () => {
    const rules = [
      server('a.evil'),
      server('*.b.evil', 'm.takedown'),
      server('c.evil', 'org.matrix.mjolnir.ban'),
      server('good.org', ALLOW),
      server('x', 'unknown'),
      ruleEvent('user', '@u:d.evil'),
      ruleEvent('room', 'e.evil'),
    ];
    expect(plan(rules)).toEqual({
      content: { allow: ['*'], deny: ['*.b.evil', 'a.evil', 'c.evil'], allow_ip_literals: false },
      warnings: [],
      leftOut: 0,
    });
  });

  it('allows everybody when there are no rules', () => {
    expect(plan([]).content).toEqual({ allow: ['*'], deny: [], allow_ip_literals: false });
  });

  it('sorts by code point, not by UTF-16 unit', () => {
    expect(denyOf(bans('😀.x', '\uffee.x', 'b.x', 'B.y', '\ue000.x'))).toEqual([
      'B.y',
      'b.x',
      '\ue000.x',
      '\uffee.x',
      '😀.x',
    ]);
  });

  it('lets an address literal in only when our own server or one that must stay is an address', () => {
    expect(plan([]).content.allow_ip_literals).toBe(false);
    expect(plan([server('1.2.3.4', ALLOW)]).content.allow_ip_literals).toBe(false);
    for (const address of ['1.2.3.4', '1.2.3.4:8448', '[2001:db8::1]', '[::1]:8448']) {
      expect(plan([], address).content.allow_ip_literals).toBe(true);
      expect(plan([], 'example.org', ['a.org', address]).content.allow_ip_literals).toBe(true);
    }
  });

  it('tells when an allow rule names an address that stays shut out', () => {
    expect(plan([server('1.2.3.4:5', ALLOW)]).warnings).toEqual([expect.stringContaining('"1.2.3.4:5"')]);
    expect(plan([server('1.2.3.4:5', ALLOW)], '5.6.7.8').warnings).toEqual([]);
  });

  it('treats addresses as names like others', () => {
    expect(denyOf(bans('1.2.3.4', '[::1]', '[2001:db8:*]', '10.0.*'))).toEqual([
      '1.2.3.4',
      '10.0.*',
      '[2001:db8:*]',
      '[::1]',
    ]);
  });
});

describe('allow rules', () => {
  it('take their names out of deny, whatever the case, the port and the order', () => {
    expect(denyOf([server('good.evil'), server('GOOD.evil:8448', ALLOW), server('bad.evil', 'm.takedown')])).toEqual([
      'bad.evil',
    ]);
  });

  it('leave out a ban glob that would hit an exempt name, and name it', () => {
    const { content, warnings } = plan([server('good.evil', ALLOW), ...bans('*.evil', 'bad.evil', '*.other')]);
    expect(content.deny).toEqual(['*.other', 'bad.evil']);
    expect(warnings).toEqual([expect.stringContaining('"*.evil"')]);
  });

  it('free a name that a ban states literally while an allow glob covers it, from other ban globs too', () => {
    const rules = [server('*.good', ALLOW), ...bans('x.good', 'x.*', 'y.evil')];
    expect(denyOf(rules)).toEqual(['y.evil']);
    expect(simulateServerAcl(plan(rules).content, 'x.good')).toBe(true);
  });

  it('take out a ban glob that an allow glob covers, and keep one that only overlaps', () => {
    expect(denyOf([server('*.good', ALLOW), ...bans('*.a.good', '*.good')])).toEqual([]);
    expect(denyOf([server('a*', ALLOW), ...bans('*z')])).toEqual(['*z']);
  });

  it('also free a literally banned name when they are hashed', () => {
    const sha256 = Buffer.from(hashOf('good.evil'), 'hex').toString('base64');
    expect(
      denyOf([
        ...bans('Good.evil', 'bad.evil'),
        server('', ALLOW, { content: { hashes: { sha256 }, recommendation: ALLOW } }),
      ]),
    ).toEqual(['bad.evil']);
  });
});

describe('our own server and those that must stay', () => {
  it.each([
    ['example.org', 'example.org'],
    ['example.org', 'EXAMPLE.org'],
    ['Example.ORG', 'example.org'],
    ['example.org:8448', 'example.org'],
    ['example.org', 'example.org:8448'],
    ['example.org:8448', 'example.org:8448'],
    ['example.org:8448', '*8448'],
    ['example.org', '*'],
    ['example.org', '*.org'],
    ['example.org', 'example.???'],
    ['1.2.3.4:80', '1.2.3.4'],
    ['[::1]:80', '[*]'],
    ['king.test', '\u212aing.test'],
    ['server.test', '\u017ferver.test'],
  ])('are never shut out: %j against the rule %j, which is named as it was written', (name, rule) => {
    for (const [own, must] of [
      [name, []],
      ['other.org', [name]],
    ] as const) {
      const made = plan([server(rule), server('bad.evil')], own, must);
      expect(made.content.deny).toEqual(['bad.evil']);
      expect(made.warnings).toEqual([expect.stringContaining(`"${rule}"`)]);
      expect(simulateServerAcl(made.content, name) && simulateServerAclWithPort(made.content, name)).toBe(true);
    }
  });

  it('each rule that meant such a server is named, as each wrote it', () => {
    const { warnings } = plan(bans('Example.org', 'example.ORG:1', '*', 'example.or?'));
    for (const written of ['"Example.org"', '"example.ORG:1"', '"*"', '"example.or?"'])
      expect(warnings.filter((warning) => warning.includes(written))).toHaveLength(1);
  });

  it('makes invisible characters of a hostile rule visible', () => {
    expect(plan(bans('*\u202e\u0007*', '*')).warnings.join('\n')).not.toMatch(/[\u202e\u0007]/);
    expect(plan([server('*\u001b[2J*'), server('a\u001b[2Jb', ALLOW)]).warnings).toEqual([
      expect.stringContaining('"*\\u{1b}[2J*"'),
    ]);
  });
});

describe('entries', () => {
  it('stand without port', () => {
    expect(denyOf(bans('evil.test:8448', '*.evil.org:443', '[::1]:8448', 'evil.test'))).toEqual([
      '*.evil.org',
      '[::1]',
      'evil.test',
    ]);
  });

  it.each(['evil.test:8?', 'https://evil.test', 'evil:*', ':8448', '2001:db8::1', '[::1', '*:*', 'a\ud800b'])(
    'that can match nothing are left out and named: %j',
    (entity) => {
      const made = plan(bans(entity, 'bad.evil'));
      expect(made.content.deny).toEqual(['bad.evil']);
      expect(made.warnings).toHaveLength(1);
      expect(made.warnings[0]).toContain(entity.includes('\ud800') ? '\\u{d800}' : `"${entity}"`);
    },
  );

  it('that could match an IPv6 literal stand when the ACL lets literals in', () => {
    expect(denyOf(bans('*:db8:*', '[2001:*'), '1.2.3.4')).toEqual(['*:db8:*', '[2001:*']);
  });

  it('that another covers are dropped, whatever the case', () => {
    expect(
      denyOf(
        bans(
          '*.EVIL.test',
          'a.evil.test',
          'b.*.Evil.Test',
          '*.evil.test',
          'evil.test',
          'Evil.Test',
          '**.evil.test',
          '?.evil.test',
          '*a*.test',
          'xay.test',
        ),
      ),
    ).toEqual(['*.EVIL.test', '*a*.test', 'Evil.Test']);
  });

  it('give the same bytes whatever the order of the rules', () => {
    const entity = fc.string({
      unit: fc.constantFrom('a', 'A', 'b', '.', '*', '?', ':', '8', '😀'),
      minLength: 1,
      maxLength: 5,
    });
    const rules = fc.uniqueArray(
      fc.tuple(entity, fc.constantFrom('m.ban', 'm.takedown', ALLOW)).map(([text, word]) => server(text, word)),
      { selector: (event) => event.state_key, maxLength: 12 },
    );
    fc.assert(
      fc.property(
        rules.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([one, other]) => {
          expect(JSON.stringify(plan(one))).toBe(JSON.stringify(plan(other)));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('size', () => {
  const name = (index: number, length = 20) => `${String(index).padStart(6, '0')}.${'x'.repeat(length - 7)}`;
  const many = (count: number, length?: number) =>
    Array.from({ length: count }, (_, index) => server(name(index, length)));

  it('fills the space to the last entry that fits, and tells how many did not as a plain number', () => {
    const made = plan(many(5000));
    expect(bytesOf(made)).toBeLessThanOrEqual(63_488);
    expect(bytesOf(made) + 23).toBeGreaterThan(63_488);
    expect(made.leftOut).toBe(5000 - made.content.deny.length);
    expect(made.warnings).toEqual([expect.stringMatching(new RegExp(`^${made.leftOut} entries do not fit`))]);
  });

  it('uses exactly 63488 bytes when it can', () => {
    const base = bytesOf(plan([]));
    const long = 'x'.repeat(63_488 - base - 2);
    const made = plan([server(long)]);
    expect([bytesOf(made), made.leftOut]).toEqual([63_488, 0]);
    expect(plan([server(`${long}x`)])).toMatchObject({ content: { deny: [] }, leftOut: 1 });
  });

  it('keeps takedowns first, then globs, then the rest', () => {
    const takedowns = Array.from({ length: 1500 }, (_, index) => server(name(index), 'm.takedown'));
    const globs = Array.from({ length: 1500 }, (_, index) => server(`*.${name(10_000 + index)}`));
    const {
      content: { deny },
    } = plan([...Array.from({ length: 3000 }, (_, index) => server(`s${index}`)), ...globs, ...takedowns]);
    const denied = new Set(deny);
    expect(takedowns.every((_, index) => denied.has(name(index)))).toBe(true);
    const keptGlobs = deny.filter((entry) => entry.startsWith('*')).length;
    expect(keptGlobs).toBeGreaterThan(1000);
    expect(keptGlobs).toBeLessThan(1500);
  });

  it('chooses the same of equally long entries in whatever order they came', () => {
    const names = many(4000).concat(
      Array.from({ length: 200 }, (_, index) =>
        server(`${'y'.repeat(40)}${String(index).padStart(3, '0')}`, 'm.takedown'),
      ),
    );
    const scattered = [...names].sort((a, b) => hashOf(String(a.state_key)).localeCompare(hashOf(String(b.state_key))));
    expect(JSON.stringify(plan(scattered))).toBe(JSON.stringify(plan(names)));
    expect(plan(many(4000)).content.deny).toEqual(
      many(4000)
        .map((_, index) => name(index))
        .slice(0, plan(many(4000)).content.deny.length),
    );
  });

  it('keeps a name that one rule bans and another takes down like a takedown', () => {
    const takedowns = Array.from({ length: 2000 }, (_, index) => server(name(index), 'm.takedown'));
    const globs = Array.from({ length: 2000 }, (_, index) => server(`*.${name(10_000 + index)}`));
    for (const both of [
      [server('zz.evil'), server('zz.evil', 'm.takedown')],
      [server('zz.evil', 'm.takedown'), server('zz.evil')],
    ]) {
      expect(plan([...takedowns, ...globs, ...both]).content.deny).toContain('zz.evil');
    }
  });

  it('keeps a glob like a takedown when a takedown is covered by it', () => {
    const made = plan([
      ...Array.from({ length: 4000 }, (_, index) => server(name(index), 'm.takedown')),
      server('*.zz'),
      server('a.zz', 'm.takedown'),
    ]);
    expect(made.content.deny).toContain('*.zz');
  });

  it('leaves out as few as possible: short ones stay', () => {
    const made = plan([...many(2000, 40), ...Array.from({ length: 2000 }, (_, index) => server(`s${index}`))]);
    expect(made.content.deny.filter((entry) => entry.startsWith('s'))).toHaveLength(2000);
  });

  it('prunes first', () => {
    expect(plan([...many(5000), server('*.xxxxxxxxxxxxx')])).toMatchObject({
      content: { deny: ['*.xxxxxxxxxxxxx'] },
      leftOut: 0,
      warnings: [],
    });
  });

  it('leaves out an entry that is too big alone, and keeps the rest, also what it would have covered', () => {
    const made = plan([
      server(`${'*a'.repeat(40_000)}*`),
      server(`${'b'.repeat(70_000)}`),
      server('small.evil'),
      server('a'.repeat(40_001)),
    ]);
    expect(made.content.deny).toEqual(['a'.repeat(40_001), 'small.evil']);
    expect(made.leftOut).toBe(2);
    expect(made.warnings.join('\n')).toContain('2 entries do not fit');
    expect(Math.max(...made.warnings.map((warning) => warning.length))).toBeLessThan(500);
  });

  it.each([
    ['quotes', '"'],
    ['backslashes', '\\'],
    ['control characters', '\u0001'],
    ['two-byte letters', 'é'],
    ['emoji', '😀'],
    ['line separators', '\u2028'],
    ['delete', '\u007f'],
  ])('counts bytes after escaping: %s', (_name, character) => {
    const made = plan(
      Array.from({ length: 5000 }, (_, index) => server(`${character.repeat(10)}${String(index).padStart(6, '0')}`)),
    );
    const one = Buffer.byteLength(JSON.stringify(made.content.deny[0])) + 1;
    expect(bytesOf(made)).toBeLessThanOrEqual(63_488);
    expect(bytesOf(made) + one).toBeGreaterThan(63_488);
  });

  it('resolves hashed rules that mean a server which was seen', () => {
    const policy = createPolicy();
    const hashed = (name: string, recommendation: string) =>
      server(name, recommendation, {
        content: { recommendation, hashes: { sha256: Buffer.from(hashOf(name), 'hex').toString('base64') } },
      });
    for (const event of [
      hashed('evil.test', 'm.ban'),
      hashed('unseen.test', 'm.ban'),
      hashed('example.org', 'm.ban'),
      hashed('good.test', ALLOW),
      server('*.test'),
    ])
      policy.apply(event);
    const made = buildServerAcl(policy.rules(), {
      ownServer: 'example.org',
      mustAllow: [],
      seen: ['Evil.test:8448', 'example.org', 'good.test', 'other.test'],
    });
    expect(made.content.deny).toEqual(['evil.test']);
    expect(made.warnings.join('\n')).toMatch(/"example.org".*\n.*"\*.test".*"good.test".*\n1 hashed server rule /);
  });

  it('says that hashed rules cannot stand', () => {
    const hashed = server('', 'm.ban', {
      content: { recommendation: 'm.ban', hashes: { sha256: Buffer.from(hashOf('evil'), 'hex').toString('base64') } },
    });
    expect(plan([hashed]).warnings).toEqual([
      expect.stringContaining('1 hashed server rule cannot be part of a server ACL'),
    ]);
  });
});

describe('proposeCoveringGlobs', () => {
  it('names the domains under which most entries lie that found no room', () => {
    const policy = createPolicy();
    const under = (domain: string, count: number) =>
      Array.from({ length: count }, (_, index) =>
        server(`${'s'.repeat(20)}${String(index).padStart(5, '0')}.${domain}`),
      );
    for (const event of [
      ...under('many.evil', 2500),
      ...under('some.evil', 30),
      ...under('few.evil', 5),
      server('1.2.3.4'),
    ])
      policy.apply(event);
    const made = buildServerAcl(policy.rules(), { ownServer: 'example.org', mustAllow: [] });
    const proposals = proposeCoveringGlobs(policy.rules(), made.content);
    expect(proposals[0]?.glob).toBe('*.many.evil');
    expect(proposals[0]?.standsFor).toBe(
      2500 - made.content.deny.filter((entry) => entry.endsWith('.many.evil')).length,
    );
    expect(proposeCoveringGlobs(policy.rules(), { ...made.content, deny: [] }).map(({ glob }) => glob)).toEqual([
      '*.many.evil',
      '*.some.evil',
    ]);
  });
});

describe('sameServerAcl', () => {
  it('tells whether a room has the ACL already', () => {
    const { content } = plan(bans('a', 'b'));
    for (const same of [structuredClone(content), { ...content, deny: ['b', 'a'] }])
      expect(sameServerAcl(content, same)).toBe(true);
    for (const other of [
      undefined,
      null,
      {},
      { ...content, deny: ['a'] },
      { ...content, deny: ['a', 'a'] },
      { ...content, deny: ['a', 'c'] },
      { ...content, allow: [] },
      { ...content, allow_ip_literals: true },
      { ...content, deny: 'a' },
    ])
      expect(sameServerAcl(content, other)).toBe(false);
  });
});

describe('a list made to keep us busy', () => {
  const bits = (index: number) => index.toString(2).padStart(10, '0');
  it.each([
    [
      'globs that need much comparing',
      (index: number) => `*${bits(index).replaceAll('0', 'a*').replaceAll('1', 'a?*')}q*`,
    ],
    ['long globs', (index: number) => `*${bits(index).replaceAll('0', 'aa*').replaceAll('1', 'ab*').repeat(8)}*`],
    ['globs of many stars', (index: number) => `${'*a'.repeat(1 + (index % 200))}*${index}*`],
  ])('does not hold us up, and the ACL still fits: %s', (_name, entityOf) => {
    const rules = Array.from({ length: 1000 }, (_, index) => server(entityOf(index)));
    const made = plan([...rules, server('bad.evil', 'm.takedown')]);
    expect(growth((size) => plan(rules.slice(0, size)), 31, 1000)).toBeLessThan(300);
    expect(bytesOf(made)).toBeLessThanOrEqual(63_488);
    expect(simulateServerAcl(made.content, 'example.org')).toBe(true);
    expect(made.content.deny).toContain('bad.evil');
    expect(JSON.stringify(plan([server('bad.evil', 'm.takedown'), ...[...rules].reverse()]))).toBe(
      JSON.stringify(made),
    );
  });
});
