import type { EntityKind, PolicyAction, PolicyEvent, PolicyRule } from './types.js';
import { policyTexts } from './texts.js';

/**
 * The meaning of an event type: the kind of its rules, and its age (0 is newest). At one place only the newest type
 * present counts.
 */
export interface RuleType {
  readonly type: string;
  readonly kind: EntityKind;
  readonly generation: 0 | 1 | 2;
}

/** Newest first: the spec's types, their predecessors, and Mjolnir's original ones. */
const PREFIXES = ['m.policy.rule.', 'm.room.rule.', 'org.matrix.mjolnir.rule.'] as const;
const KINDS: readonly EntityKind[] = ['user', 'room', 'server'];

const TYPES = new Map<string, RuleType>(
  PREFIXES.flatMap((prefix, index) =>
    KINDS.map(
      (kind) => [`${prefix}${kind}`, { type: `${prefix}${kind}`, kind, generation: index as 0 | 1 | 2 }] as const,
    ),
  ),
);

/** Spec "Moderation policy lists", MSC4204 (takedown), and Mjolnir's own earlier values. */
const ACTIONS = new Map<string, { action: PolicyAction; recommendation: string }>(
  (
    [
      ['m.ban', 'ban'],
      ['org.matrix.mjolnir.ban', 'ban'],
      ['m.takedown', 'takedown'],
      ['org.matrix.msc4204.takedown', 'takedown'],
      ['org.matrix.mjolnir.allow', 'allow'],
    ] as const
  ).map(([recommendation, action]) => [recommendation, { action, recommendation }]),
);

/** An event that states no rule. */
export class NoRule {
  /** @param reason why it is malformed; undefined when its content is empty, which is how a rule is revoked */
  constructor(
    readonly type: string,
    readonly reason?: string,
  ) {}
}

/** An event's statement about its place. */
export type Reading = PolicyRule | NoRule;

/** Kind and age of a policy event type; undefined for all other types. */
export function ruleTypeOf(type: string): RuleType | undefined {
  return TYPES.get(type);
}

/**
 * Reads one policy event. Nothing in it is trusted, and nothing in it is an error: an event without a rule gives the
 * reason. Strings that all rules of a list share (room id, type, recommendation) are interned: a large list read from a
 * file would hold them a hundred thousand times.
 * @param ruleType `ruleTypeOf` of the event's type
 */
export function readRule(
  event: PolicyEvent,
  { type, kind }: RuleType,
  roomId: string | undefined,
  stateKey: string,
): Reading {
  const { content } = event;
  const malformed = (why: string): NoRule => new NoRule(type, why);
  if (!isObject(content)) return malformed(policyTexts.notAnObject);
  if (isEmpty(content)) return new NoRule(type);
  const { entity, recommendation, reason } = content;
  if (entity !== undefined && typeof entity !== 'string') return malformed(policyTexts.entityNotString);
  if (entity === '') return malformed(policyTexts.entityEmpty);
  const sha256 = entity === undefined ? hashOf(content) : undefined;
  if (entity === undefined && sha256 === undefined) return malformed(policyTexts.noEntity);
  if (typeof recommendation !== 'string')
    return malformed(recommendation === undefined ? policyTexts.noRecommendation : policyTexts.recommendationNotString);
  const known = ACTIONS.get(recommendation);
  if (known === undefined) return malformed(policyTexts.unknownRecommendation(recommendation));
  return {
    roomId,
    kind,
    stateKey,
    type,
    action: known.action,
    recommendation: known.recommendation,
    entity,
    sha256,
    reason: typeof reason === 'string' ? reason : undefined,
    sender: event.sender,
    eventId: event.event_id,
  };
}

function isEmpty(content: Record<string, unknown>): boolean {
  for (const key in content) if (Object.hasOwn(content, key)) return false;
  return true;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** MSC4205: the SHA-256 of the whole entity, under its stable or unstable key; the first valid one counts. */
export function hashOf(content: Record<string, unknown>): string | undefined {
  return sha256In(content.hashes) ?? sha256In(content['org.matrix.msc4205.hashes']);
}

/** Standard base64 of 32 bytes, padded or not; returned unpadded. */
function sha256In(hashes: unknown): string | undefined {
  const text = isObject(hashes) ? hashes.sha256 : undefined;
  if (typeof text !== 'string' || !/^[A-Za-z0-9+/]{43}=?$/.test(text)) return undefined;
  // via bytes, because two bits of the last character are meaningless
  return Buffer.from(text, 'base64').toString('base64').slice(0, 43);
}
