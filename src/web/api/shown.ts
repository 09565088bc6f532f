import { reportFindingSchema, verdictFindingSchema } from '../../store/findings.js';
import type { ActionRecord } from '../../store/records/actions.js';
import type { CaseRecord } from '../../store/records/cases.js';
import type { FindingRecord } from '../../store/records/findings.js';
import { isoTime } from '../../util/times.js';

/** A case in the API's format, without its reporters. */
export function shownCase(record: CaseRecord): Record<string, unknown> {
  return {
    id: record.id,
    state: record.state,
    subject_kind: record.subjectKind,
    subject: record.subject,
    verdict: record.verdict,
    score: record.score,
    protected: record.protected,
    sightings: record.sightings,
    reports: record.reports,
    opened_at: isoTime(record.openedAt),
    updated_at: isoTime(record.updatedAt),
    closed_at: record.closedAt === null ? null : isoTime(record.closedAt),
  };
}

/** Including findings and actions. */
export function shownCaseWhole(
  record: CaseRecord,
  findings: readonly FindingRecord[],
  actions: readonly ActionRecord[],
): Record<string, unknown> {
  return {
    ...shownCase(record),
    findings: findings.map(({ kind, data, roomId, eventId, seenAt }) => ({
      kind,
      room_id: roomId,
      event_id: eventId,
      seen_at: isoTime(seenAt),
      ...wordsOf(kind, data),
    })),
    actions: actions.map(({ kind, state, createdAt, endedAt }) => ({
      kind,
      state,
      created_at: isoTime(createdAt),
      ended_at: endedAt === null ? null : isoTime(endedAt),
    })),
  };
}

function wordsOf(kind: string, data: unknown): Record<string, unknown> {
  if (kind === 'report') {
    const report = reportFindingSchema.safeParse(data);
    return report.success ? { reason: report.data.reason, source: report.data.source } : {};
  }
  if (kind !== 'verdict') return {};
  const verdict = verdictFindingSchema.safeParse(data);
  if (!verdict.success) return {};
  const { sighting, verdict: found } = verdict.data;
  return {
    user_id: sighting.userId,
    display_name: sighting.displayName ?? null,
    avatar_url: sighting.avatarUrl ?? null,
    verdict: found.verdict,
    reasons: found.evidence.map(({ sentence }) => sentence),
  };
}
