import { describe, expect, it } from '@jest/globals';
import { buildServerAcl, createPolicy, exempting, exemptingServerRules } from '../../src/policy/index.js';

const OWN = '!own:a.test';
const FOREIGN = '!foreign:b.test';
const OTHER = '!other:c.test';
const ALLOW = 'org.matrix.mjolnir.allow';
const mayExempt = (roomId: string | undefined) => roomId === OWN;

function policyOf(...rules: [list: string, kind: string, entity: string, recommendation?: string][]) {
  const policy = createPolicy();
  rules.forEach(([room_id, kind, entity, recommendation = 'm.ban'], index) =>
    policy.apply({
      type: `m.policy.rule.${kind}`,
      state_key: String(index),
      room_id,
      event_id: `$${index}`,
      content: { entity, recommendation },
    }),
  );
  return policy;
}

describe('an allow rule', () => {
  it.each([
    [
      'of a foreign list frees nobody whom ours bans',
      [
        [OWN, '@x:e'],
        [FOREIGN, '*', ALLOW],
      ],
      'ban',
    ],
    [
      'of a foreign list frees nobody whom another foreign list bans',
      [
        [OTHER, '@x:e'],
        [FOREIGN, '*', ALLOW],
      ],
      'ban',
    ],
    [
      'of a foreign list frees from its own rules',
      [
        [FOREIGN, '@*:e'],
        [FOREIGN, '@x:e', ALLOW],
      ],
      undefined,
    ],
    [
      'of a foreign list frees from its own takedowns',
      [
        [FOREIGN, '*', 'm.takedown'],
        [FOREIGN, '@x:e', ALLOW],
      ],
      undefined,
    ],
    [
      'of ours frees from every list',
      [
        [FOREIGN, '@x:e'],
        [OTHER, '@x:e', 'm.takedown'],
        [OWN, '@x:e', ALLOW],
      ],
      'allow',
    ],
    ['of a foreign list alone says nothing', [[FOREIGN, '@x:e', ALLOW]], undefined],
    [
      'leaves the strongest of the others standing',
      [
        [FOREIGN, '@x:e', 'm.takedown'],
        [FOREIGN, '@x:e', ALLOW],
        [OTHER, '@x:e'],
        [OWN, '@x*'],
      ],
      'ban',
    ],
  ] as [string, [string, string, string?][], string | undefined][])('%s', (_what, rules, action) => {
    const policy = policyOf(
      ...rules.map(([list, entity, rec]): [string, string, string, string?] => [list, 'user', entity, rec]),
    );
    expect(exempting(policy, mayExempt).match('user', '@x:e')?.action).toBe(action);
  });

  it('does not bring back a rule that is passed over', () => {
    const policy = policyOf([OWN, 'user', '@x:e'], [FOREIGN, 'user', '*', ALLOW]);
    const skipped = new Set([...policy.rules()].filter(({ roomId }) => roomId === OWN));
    expect(exempting(policy, mayExempt, skipped).match('user', '@x:e')).toBeNull();
  });
});

describe('the server ACL of several lists', () => {
  const denied = (...rules: Parameters<typeof policyOf>) =>
    buildServerAcl(exemptingServerRules(policyOf(...rules).rules({ kind: 'server' }), mayExempt, []), {
      ownServer: 'a.test',
      mustAllow: [],
    }).content.deny;

  it('lets no server in because a foreign list allows it', () => {
    expect(
      denied([OWN, 'server', 'evil.test'], [OTHER, 'server', 'bad.test'], [FOREIGN, 'server', '*', ALLOW]),
    ).toEqual(['bad.test', 'evil.test']);
  });

  it('follows what a foreign list allows of its own bans', () => {
    expect(
      denied(
        [FOREIGN, 'server', 'evil.test'],
        [FOREIGN, 'server', 'good.test'],
        [FOREIGN, 'server', 'good.test', ALLOW],
      ),
    ).toEqual(['evil.test']);
  });

  it('lets in what ours allows', () => {
    expect(denied([FOREIGN, 'server', 'good.test'], [OWN, 'server', 'good.test', ALLOW])).toEqual([]);
  });

  it('keeps addresses and ports of a list that also allows', () => {
    expect(denied([FOREIGN, 'server', '192.0.2.1'], [FOREIGN, 'server', 'x.test', ALLOW])).toEqual(
      denied([FOREIGN, 'server', '192.0.2.1']),
    );
  });
});
