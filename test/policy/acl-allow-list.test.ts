import { describe, expect, it } from '@jest/globals';
import { fc } from '../support/properties.js';
import {
  buildServerAcl,
  createPolicy,
  portless,
  serverAclCheck,
  simulateServerAcl,
  type PolicyEvent,
  type ServerAclPlan,
} from '../../src/policy/index.js';
import { hashOf, ruleEvent } from './rules.js';

const RUNS = Number(process.env.HEIMDALL_TEST_RUNS ?? 250);
const ALLOW = 'org.matrix.mjolnir.allow';
const server = (entity: string, word = ALLOW, more: Partial<PolicyEvent> = {}) =>
  ruleEvent('server', entity, word, { state_key: `${word} ${entity}`, ...more });

function plan(
  events: readonly PolicyEvent[],
  ownServer = 'example.org',
  mustAllow: readonly string[] = [],
  seen: readonly string[] = [],
): ServerAclPlan {
  const policy = createPolicy();
  for (const event of events) policy.apply(event);
  return buildServerAcl(policy.rules(), { ownServer, mustAllow, seen, allowList: true });
}

const bytesOf = ({ content: { allow, allow_ip_literals, deny } }: ServerAclPlan) =>
  Buffer.byteLength(JSON.stringify({ allow, allow_ip_literals, deny }));

describe('allow-list mode', () => {
  it('lets in what allow rules name, our own server and those that must stay; bans still stand', () => {
    expect(
      plan(
        [server('Good.test:8448'), server('*.friends.test'), server('a.friends.test'), server('bad.evil', 'm.ban')],
        'example.org:8448',
        ['mods.test'],
      ),
    ).toEqual({
      content: {
        allow: ['*.friends.test', 'Good.test', 'example.org', 'example.org:8448', 'mods.test'],
        deny: ['bad.evil'],
        allow_ip_literals: false,
      },
      warnings: [],
      leftOut: 0,
    });
  });

  it('is never empty: without allow rules only ours may take part', () => {
    expect(plan([]).content.allow).toEqual(['example.org']);
    expect(plan([], '').content.allow).toEqual(['*']);
  });

  it('is off by default, and a rule that allows everybody makes it so too', () => {
    const policy = createPolicy();
    policy.apply(server('good.test'));
    expect(buildServerAcl(policy.rules(), { ownServer: 'example.org', mustAllow: [] }).content.allow).toEqual(['*']);
    expect(plan([server('good.test'), server('**')]).content.allow).toEqual(['*']);
  });

  it('names what can match no server, and reads hashed allow rules of servers that were seen', () => {
    const hashed = server('', ALLOW, {
      content: {
        recommendation: ALLOW,
        hashes: { sha256: Buffer.from(hashOf('Friend.test:8448'), 'hex').toString('base64') },
      },
    });
    const made = plan([server('good:x'), hashed], 'example.org', [], ['Friend.test:8448']);
    expect(made.content.allow).toEqual(['example.org', 'friend.test']);
    expect(made.warnings).toEqual([expect.stringContaining('"good:x"')]);
  });

  it('leaves out what does not fit, tells how many, and never ours', () => {
    const made = plan(
      Array.from({ length: 5000 }, (_, index) => server(`good-${String(index).padStart(5, '0')}.test`)),
      'example.org',
      ['mods.test'],
    );
    expect(made.leftOut).toBe(5002 - made.content.allow.length);
    expect(made.warnings).toEqual([expect.stringMatching(new RegExp(`^${made.leftOut} entries do not fit`))]);
    expect(bytesOf(made)).toBeLessThanOrEqual(63_488);
    expect(bytesOf(made) + 20).toBeGreaterThan(63_488);
    for (const name of ['example.org', 'mods.test']) expect(simulateServerAcl(made.content, name)).toBe(true);
  });

  it('shuts nobody out when not even those that must stay fit', () => {
    const made = plan(
      [server('good.test')],
      'example.org',
      Array.from({ length: 5000 }, (_, index) => `mods-${String(index).padStart(5, '0')}.test`),
    );
    expect(made.content.allow).toEqual(['*']);
    expect(made.warnings).toHaveLength(1);
  });

  it('whatever the rules: never empty, never ours shut out, never too large, the same bytes for any order', () => {
    const names = ['example.org', 'Example.org:8448', 'a.test', 'A.TEST:443', '1.2.3.4:80', '[::1]:8448'];
    const entity = fc.oneof(
      fc.constantFrom(...names, '*', '*.test', '*8448', '[*', '?.test'),
      fc.string({ unit: fc.constantFrom('a', 'B', '.', '*', '?', ':', '8', 'test'), minLength: 1, maxLength: 5 }),
      fc.constantFrom('b', '*c', 'd?').map((text) => text.repeat(12_000)),
    );
    const rules = fc.uniqueArray(
      fc.tuple(entity, fc.constantFrom('m.ban', 'm.takedown', ALLOW, ALLOW)).map(([text, word]) => server(text, word)),
      { selector: (event) => event.state_key, maxLength: 12 },
    );
    fc.assert(
      fc.property(
        rules.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        fc.constantFrom(...names),
        fc.array(fc.constantFrom(...names), { maxLength: 2 }),
        ([events, shuffled], own, must) => {
          const made = plan(events, own, must);
          const lets = serverAclCheck(made.content);
          for (const name of [own, ...must])
            for (const form of [name, name.toUpperCase(), portless(name)])
              expect([form, lets(form)]).toEqual([form, true]);
          expect(made.content.allow.length).toBeGreaterThan(0);
          expect(bytesOf(made)).toBeLessThanOrEqual(63_488);
          expect(JSON.stringify(plan(shuffled, own, must))).toBe(JSON.stringify(made));
        },
      ),
      { numRuns: Math.ceil(RUNS / 2) },
    );
  });
});
