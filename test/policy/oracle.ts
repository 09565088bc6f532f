import { hashOf } from './rules.js';
import type { EntityKind, PolicyEvent } from '../../src/policy/index.js';

/**
 * The contract's sentences about rules, written down as slowly and plainly as possible: what the fast code is compared
 * with.
 */

/** Glob matching by trying everything, code point by code point. */
export function naiveGlob(pattern: readonly string[], text: readonly string[]): boolean {
  const [symbol, ...rest] = pattern;
  if (symbol === undefined) return text.length === 0;
  if (symbol === '*') return naiveGlob(rest, text) || (text.length > 0 && naiveGlob(pattern, text.slice(1)));
  return text.length > 0 && (symbol === '?' || symbol === text[0]) && naiveGlob(rest, text.slice(1));
}

const ACTIONS: Record<string, string> = {
  'm.ban': 'ban',
  'org.matrix.mjolnir.ban': 'ban',
  'm.takedown': 'takedown',
  'org.matrix.msc4204.takedown': 'takedown',
  'org.matrix.mjolnir.allow': 'allow',
};
const PREFIXES = ['m.policy.rule.', 'm.room.rule.', 'org.matrix.mjolnir.rule.'];

/** The events that stand, after the contract's "Which rule stands". */
function standing(events: readonly PolicyEvent[], kind: EntityKind): Record<string, unknown>[] {
  const last = new Map<string, PolicyEvent>();
  for (const event of events) last.set(JSON.stringify([event.room_id, event.type, event.state_key]), event);
  const places = new Map<string, PolicyEvent>();
  for (const prefix of [...PREFIXES].reverse()) {
    for (const event of last.values()) {
      if (event.type === prefix + kind) places.set(JSON.stringify([event.room_id, event.state_key]), event);
    }
  }
  return [...places.values()]
    .map((event) => event.content)
    .filter((content): content is Record<string, unknown> => typeof content === 'object' && content !== null);
}

function plain(kind: EntityKind, text: string): string {
  return kind === 'server' ? text.toLowerCase().replace(/^(\[[^\]]*\]|[^:]*):[0-9]+$/s, '$1') : text;
}

/** What the rules of these events say of an entity. */
export function oracle(events: readonly PolicyEvent[], kind: EntityKind, entity: string): string {
  const actions = new Set<string>();
  for (const { entity: pattern, recommendation, hashes } of standing(events, kind)) {
    const action = typeof recommendation === 'string' ? ACTIONS[recommendation] : undefined;
    if (action === undefined) continue;
    if (pattern === undefined) {
      const sha256 = (hashes as { sha256?: string } | undefined)?.sha256;
      const hex = [entity, plain('server', entity)].slice(0, kind === 'server' ? 2 : 1).map(hashOf);
      if (sha256 !== undefined && hex.includes(Buffer.from(sha256, 'base64').toString('hex'))) actions.add(action);
    } else if (
      typeof pattern === 'string' &&
      pattern !== '' &&
      naiveGlob([...plain(kind, pattern)], [...plain(kind, entity)])
    ) {
      actions.add(action);
    }
  }
  return ['allow', 'takedown', 'ban'].find((action) => actions.has(action)) ?? 'none';
}
