import { createHash } from 'node:crypto';
import { fc } from '../support/properties.js';
import type { EntityKind, PolicyEvent } from '../../src/policy/index.js';

/** A policy event with what a test does not care about filled in. */
export function ruleEvent(
  kind: EntityKind,
  entity: string,
  recommendation = 'm.ban',
  more: Partial<PolicyEvent> = {},
): PolicyEvent {
  return {
    type: `m.policy.rule.${kind}`,
    state_key: `rule:${entity}`,
    room_id: '!list:example.org',
    content: { entity, recommendation },
    ...more,
  };
}

const TYPE_PREFIXES = ['m.policy.rule.', 'm.room.rule.', 'org.matrix.mjolnir.rule.'];
const RECOMMENDATIONS = [
  'm.ban',
  'org.matrix.mjolnir.ban',
  'm.takedown',
  'org.matrix.msc4204.takedown',
  'org.matrix.mjolnir.allow',
  'm.allow',
  'unknown',
];

/** Texts over a small alphabet, so that globs and entities meet often. */
export const entityText = fc.string({
  unit: fc.constantFrom('a', 'b', 'A', ':', '.', '8', '😀', '\n'),
  minLength: 0,
  maxLength: 7,
});
export const globText = fc.string({
  unit: fc.constantFrom('a', 'b', 'A', '*', '?', ':', '.', '8', '😀'),
  minLength: 1,
  maxLength: 7,
});

const content = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      entity: fc.oneof(globText, globText, entityText),
      recommendation: fc.constantFrom(...RECOMMENDATIONS),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      {},
      null,
      [],
      'text',
      7,
      { entity: 5, recommendation: 'm.ban' },
      { entity: 'a' },
      { recommendation: 'm.ban' },
      { entity: null, recommendation: 'm.ban' },
    ),
  },
  { weight: 1, arbitrary: entityText.chain((text) => hashedContent(text)) },
);

function hashedContent(text: string): fc.Arbitrary<unknown> {
  const sha256 = Buffer.from(hashOf(text), 'hex').toString('base64');
  return fc.record({
    hashes: fc.constantFrom({ sha256 }, { sha256: sha256.replace(/=+$/, '') }, { sha256: 'short' }),
    recommendation: fc.constantFrom(...RECOMMENDATIONS),
  });
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** Events as lists hold them: many of them at few places, several types, much nonsense. */
export const policyEvent: fc.Arbitrary<PolicyEvent> = fc.record({
  type: fc
    .tuple(fc.constantFrom(...TYPE_PREFIXES), fc.constantFrom('user', 'room', 'server'))
    .map((parts) => parts.join('')),
  state_key: fc.constantFrom('', 'a', 'b', 'c', 'd', 'e'),
  room_id: fc.constantFrom('!one:x', '!two:x'),
  content,
});
