import type { ActionRecord } from './records/actions.js';
import type { AuditEntry } from './records/audit.js';
import type { CaseRecord, RaidRecord } from './records/cases.js';
import type { FindingRecord } from './records/findings.js';
import type { OutboxRecord } from './records/mails.js';
import type { ActionRow, AuditRow, CaseRow, FindingRow, OutboxRow, RaidRow } from './schema.js';

/** JSON as text; values that JSON cannot express (`undefined`) become null. */
export function toJson(value: unknown): string {
  return JSON.stringify(value ?? null);
}

function fromJson(text: string | null): unknown {
  return text === null ? null : JSON.parse(text);
}

export function toCase(row: CaseRow): CaseRecord {
  return {
    id: row.id,
    subjectKind: row.subject_kind,
    subject: row.subject,
    state: row.state,
    verdict: row.verdict,
    score: row.score,
    protected: row.protected,
    openedAt: row.opened_at,
    updatedAt: row.updated_at,
    closedAt: row.closed_at,
    noticeEventId: row.notice_event_id,
    sightings: row.sightings,
    reports: row.reports,
    round: row.round,
    dismissedVerdict: row.dismissed_verdict,
    announcedAt: row.announced_at,
    raidId: row.raid_id,
    againEventId: row.again_event_id,
  };
}

export function toRaid(row: RaidRow): RaidRecord {
  return {
    id: row.id,
    kind: row.kind,
    openedAt: row.opened_at,
    lastAt: row.last_at,
    cases: row.cases,
    digests: row.digests,
    toldAt: row.told_at,
  };
}

export function toFinding(row: FindingRow): FindingRecord {
  return {
    id: row.id,
    caseId: row.case_id,
    key: row.key,
    kind: row.kind,
    roomId: row.room_id,
    eventId: row.event_id,
    seenAt: row.seen_at,
    data: fromJson(row.data),
  };
}

export function toAction(row: ActionRow): ActionRecord {
  return {
    id: row.id,
    caseId: row.case_id,
    kind: row.kind,
    lane: row.lane,
    key: row.key,
    payload: fromJson(row.payload),
    state: row.state,
    attempts: row.attempts,
    nextTryAt: row.next_try_at,
    createdAt: row.created_at,
    endedAt: row.ended_at,
    result: fromJson(row.result),
    lastError: row.last_error,
  };
}

export function toAuditEntry(row: AuditRow): AuditEntry {
  return { at: row.at, actor: row.actor, what: row.what, caseId: row.case_id, data: fromJson(row.data) };
}

export function toMail(row: OutboxRow): OutboxRecord {
  return {
    id: row.id,
    actionId: row.action_id,
    caseId: row.case_id,
    messageId: row.message_id,
    recipient: row.recipient,
    envelopeFrom: row.envelope_from,
    raw: row.raw,
    createdAt: row.created_at,
    sentAt: row.sent_at,
    response: row.response,
  };
}
