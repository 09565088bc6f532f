import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import {
  buildServerAcl,
  createPolicy,
  foldCase,
  globCovers,
  compileGlob,
  portless,
  serverAclCheck,
  simulateServerAcl,
  simulateServerAclWithPort,
  type PolicyEvent,
} from '../../src/policy/index.js';
import { naiveGlob } from './oracle.js';
import { policyEvent, ruleEvent } from './rules.js';

/** HEIMDALL_TEST_RUNS asks for more random sets than a quick test has time for, e.g. 100000. */
const RUNS = Number(process.env.HEIMDALL_TEST_RUNS ?? 250);
const ALLOW = 'org.matrix.mjolnir.allow';
const NAMES = [
  'example.org',
  'Example.org:8448',
  'a.test',
  'b.a.test',
  'A.TEST:443',
  '1.2.3.4',
  '1.2.3.4:80',
  '[::1]',
  '[::1]:8448',
  'ks.test',
];
const entity = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      ...NAMES,
      '*',
      '*.test',
      '*.org',
      '*8448',
      '[*',
      '*:*',
      '*.a.test',
      '?.test',
      '\u212as.test',
      'k\u017f.test',
      'evil.test',
      'x.evil.test',
      '*.evil.test',
      '1.2.*',
    ),
  },
  {
    weight: 8,
    arbitrary: fc.string({
      unit: fc.constantFrom('a', 'B', '.', '*', '?', ':', '8', 'test', 'org'),
      minLength: 1,
      maxLength: 5,
    }),
  },
  // a few of these fill an event
  { weight: 1, arbitrary: fc.constantFrom('b', '*c', 'd?').map((text) => text.repeat(12_000)) },
);
const rule = fc
  .tuple(entity, fc.constantFrom('m.ban', 'm.ban', 'm.takedown', ALLOW))
  .map(([text, word]) => ruleEvent('server', text, word, { state_key: `${word} ${text}` }));
const rules = fc.array(rule, { maxLength: 14 });
const names = fc.record({
  ownServer: fc.constantFrom(...NAMES),
  mustAllow: fc.array(fc.constantFrom(...NAMES), { maxLength: 3 }),
});

function planOf(events: readonly PolicyEvent[], options: { ownServer: string; mustAllow: string[] }) {
  const policy = createPolicy();
  for (const event of events) policy.apply(event);
  return buildServerAcl(policy.rules({ kind: 'server' }), options);
}

const entityOf = (event: PolicyEvent) => (event.content as { entity: string }).entity;
const wordOf = (event: PolicyEvent) => (event.content as { recommendation: string }).recommendation;
const isLiteral = (text: string) => !/[*?]/.test(text);

describe('whatever the rules, the server ACL', () => {
  it('never shuts out our own server or one that must stay, never allows nobody, and always fits', () => {
    fc.assert(
      fc.property(rules, names, (events, options) => {
        const { content } = planOf(events, options);
        const letsIn = serverAclCheck(content);
        for (const name of [options.ownServer, ...options.mustAllow]) {
          for (const form of [name, name.toUpperCase(), portless(name)])
            expect([form, letsIn(form), letsIn(portless(form))]).toEqual([form, true, true]);
        }
        expect(content.allow).toEqual(['*']);
        expect(
          Buffer.byteLength(
            JSON.stringify({ allow: content.allow, allow_ip_literals: content.allow_ip_literals, deny: content.deny }),
          ),
        ).toBeLessThanOrEqual(63_488);
      }),
      { numRuns: RUNS },
    );
  });

  it('never shuts out an exempt name, has no entry twice or covered, and is sorted', () => {
    fc.assert(
      fc.property(rules, names, (events, options) => {
        const { content } = planOf(events, options);
        const allows = events.filter((event) => wordOf(event) === ALLOW).map(entityOf);
        const denied = (name: string) =>
          content.deny.some((entry) => compileGlob(foldCase(entry)).test(foldCase(portless(name))));
        for (const allowed of allows.filter(isLiteral)) expect(denied(allowed)).toBe(false);
        for (const banned of events
          .filter((event) => wordOf(event) !== ALLOW)
          .map(entityOf)
          .filter((text) => isLiteral(text) && text.length < 100)) {
          if (
            allows.some(
              (glob) => glob.length < 100 && naiveGlob([...foldCase(portless(glob))], [...foldCase(portless(banned))]),
            )
          )
            expect(denied(banned)).toBe(false);
        }
        const globs = content.deny.map((entry) => compileGlob(foldCase(entry)));
        globs.forEach((narrow, index) =>
          globs.forEach((wide, other) => {
            if (index !== other) expect(globCovers(wide, narrow)).toBe(false);
          }),
        );
        expect(content.deny).toEqual([...content.deny].sort());
      }),
      { numRuns: Math.ceil(RUNS / 4) },
    );
  });

  it('shuts out every literally banned server unless it is exempt, must stay, cannot exist, or did not fit', () => {
    fc.assert(
      fc.property(rules, names, (events, options) => {
        const { content, leftOut, warnings } = planOf(events, options);
        if (leftOut > 0) return;
        for (const event of events) {
          if (wordOf(event) === ALLOW || !isLiteral(entityOf(event)) || entityOf(event).length > 100) continue;
          const named = warnings.some((warning) => warning.includes(`"${entityOf(event)}"`));
          expect(named || !simulateServerAcl(content, entityOf(event))).toBe(true);
        }
      }),
      { numRuns: Math.ceil(RUNS / 4) },
    );
  });

  it('is the same for a followed policy and for one built anew from its rules', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(policyEvent, rule), { maxLength: 40 }), names, (events, options) => {
        const followed = createPolicy();
        for (const event of events) followed.apply(event);
        const rebuilt = createPolicy();
        const state = new Map(
          events.map((event) => [JSON.stringify([event.room_id, event.type, event.state_key]), event]),
        );
        for (const event of [...state.values()].reverse()) rebuilt.apply(event);
        expect(buildServerAcl(followed.rules(), options)).toEqual(buildServerAcl(rebuilt.rules(), options));
      }),
      { numRuns: Math.ceil(RUNS / 4) },
    );
  });
});

describe('simulateServerAcl', () => {
  it.each([
    [{ allow: ['*'] }, 'a.test:8448', true],
    [{ allow: ['*'], deny: ['a.test'] }, 'A.TEST:8448', false],
    [{ allow: ['*'], deny: ['a.test:8448'] }, 'a.test:8448', true],
    [{ allow: ['*'], deny: ['?.test'] }, 'a.test', false],
    [{ allow: ['*'], deny: ['.test'] }, 'a.test', true],
    [{ allow: [] }, 'a.test', false],
    [{}, 'a.test', false],
    [{ deny: [] }, 'a.test', false],
    [{ allow: ['a.*'] }, 'a.test', true],
    [{ allow: ['a.*'] }, 'b.test', false],
    [{ allow: ['*'], allow_ip_literals: false }, '1.2.3.4:80', false],
    [{ allow: ['*'], allow_ip_literals: false }, '[::1]:80', false],
    [{ allow: ['*'], allow_ip_literals: 'no' }, '1.2.3.4', true],
    [{ allow: ['*'] }, '[::1]', true],
    [{ allow: ['*', 7], deny: [null] }, 'a.test', true],
    [{ allow: '*' }, 'a.test', false],
  ])('%j lets %j in: %j', (content, name, expected) => {
    expect(simulateServerAcl(content, name)).toBe(expected);
  });

  it('with the port on is another question', () => {
    expect(simulateServerAclWithPort({ allow: ['*'], deny: ['*8448'] }, 'a.test:8448')).toBe(false);
    expect(simulateServerAcl({ allow: ['*'], deny: ['*8448'] }, 'a.test:8448')).toBe(true);
    expect(simulateServerAclWithPort({ allow: ['*.test'] }, 'a.test:8448')).toBe(false);
    expect(simulateServerAclWithPort({ allow: ['*'], allow_ip_literals: false }, '1.2.3.4:80')).toBe(true);
  });
});
