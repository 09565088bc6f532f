import type { AuditEntry } from '../store/records/audit.js';

/** The decisions of moderators about a case, by their names in the audit. */
const DECISIONS: ReadonlySet<string> = new Set(['case.banned', 'case.closed']);

/**
 * Who made the decision that an open complaint is about; nobody when it was automatic. Art. 20(6) requires people to
 * decide complaints, and a second person makes the review worth something.
 */
export function decidersOf(audit: readonly AuditEntry[]): Set<string> {
  const appealed = audit.findLastIndex(({ what }) => what === 'case.appealed');
  return new Set(
    audit.slice(0, Math.max(0, appealed)).flatMap(({ what, actor }) => (DECISIONS.has(what) ? actor : [])),
  );
}
