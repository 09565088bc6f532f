import { AclRules } from './acl-entries.js';
import { isGlob } from './glob.js';
import { compareText } from './rule-order.js';
import { serverKey } from './server-name.js';
import type { PolicyRule, ServerAclContent } from './types.js';

/** A glob that the list's maintainers could write, and how many omitted entries it would cover. */
export interface GlobProposal {
  glob: string;
  standsFor: number;
}

/** With fewer servers than this, banning a whole domain is not proposed. */
const WORTHWHILE = 10;

/**
 * For a server ACL that could not hold all entries: the domains that cover most of the omitted ones, the best first.
 * Only a proposal: a person must judge whether everything under such a domain should be denied.
 */
export function proposeCoveringGlobs(rules: Iterable<PolicyRule>, content: ServerAclContent, most = 3): GlobProposal[] {
  const standing = new Set(content.deny.map(serverKey));
  const counts = new Map<string, number>();
  for (const { key } of new AclRules(rules).deny.values()) {
    const parent = key.slice(key.indexOf('.') + 1);
    if (standing.has(key) || isGlob(key) || !parent.includes('.') || /^[\d.]+$/.test(key)) continue;
    counts.set(parent, (counts.get(parent) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, standsFor]) => standsFor >= WORTHWHILE)
    .sort(([a, x], [b, y]) => y - x || compareText(a, b))
    .slice(0, most)
    .map(([parent, standsFor]) => ({ glob: `*.${parent}`, standsFor }));
}
