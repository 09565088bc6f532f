import { isGlob } from './glob.js';
import type { PolicyAction, PolicyRule } from './types.js';

/** Allow beats takedown beats ban, whatever the order, type, list, literal or glob. */
const STRENGTH: Record<PolicyAction, number> = { ban: 0, takedown: 1, allow: 2 };

/** A rule's precision: literal before hash before glob. */
function exactness(rule: PolicyRule): number {
  if (rule.entity === undefined) return 1;
  return isGlob(rule.entity) ? 0 : 2;
}

/**
 * Negative when `a` wins over `b`. Ties between rules of equal action are broken independently of their order of
 * arrival, so that following changes and rebuilding name the same rule.
 */
export function compareRules(a: PolicyRule, b: PolicyRule): number {
  return (
    STRENGTH[b.action] - STRENGTH[a.action] ||
    exactness(b) - exactness(a) ||
    compareText(a.roomId ?? '', b.roomId ?? '') ||
    compareText(a.stateKey, b.stateKey)
  );
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Orders by code point, which beyond U+FFFF differs from the order of UTF-16 units. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const x = a.charCodeAt(at);
    const y = b.charCodeAt(at);
    if (x === y) continue;
    // surrogates (D800-DFFF) represent larger code points than E000-FFFF
    const fixed =
      x >= 0xd800 && y >= 0xd800
        ? [x >= 0xe000 ? x - 0x2000 : x + 0x800, y >= 0xe000 ? y - 0x2000 : y + 0x800]
        : [x, y];
    return (fixed[0] ?? 0) - (fixed[1] ?? 0);
  }
  return a.length - b.length;
}
