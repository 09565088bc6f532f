import type { AuditEntry } from '../store/records/audit.js';

/** What moderators decide about a case, as the audit has it. */
const DECISIONS: ReadonlySet<string> = new Set(['case.banned', 'case.closed']);

/**
 * Who made the decision that an open complaint is about; nobody when a program did. Art. 20(6) wants complaints decided
 * by people; that it is somebody else is what makes them worth something.
 */
export function decidersOf(audit: readonly AuditEntry[]): Set<string> {
  const appealed = audit.findLastIndex(({ what }) => what === 'case.appealed');
  return new Set(
    audit.slice(0, Math.max(0, appealed)).flatMap(({ what, actor }) => (DECISIONS.has(what) ? actor : [])),
  );
}
