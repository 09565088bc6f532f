import { createHash } from 'node:crypto';
import type { ReportFinding, ReportSource } from '../store/findings.js';
import type { NewFinding } from '../store/types.js';

/** Longest reason kept, in UTF-16 units. Synapse allows 1,000 for users and rooms and sets no limit for events. */
const REASON_LIMIT = 4_000;

/** Somebody's complaint, however it came, before it is in the ledger. */
export interface IncomingReport {
  /** The same for the same complaint, whichever way it came: see `reportKey`. */
  key: string;
  /** user id of who reported; never logged, never in a mail */
  reporter: string;
  /** a reported event stands for its sender; for its room when nobody knows the sender */
  subjectKind: 'user' | 'room';
  /** full id of the subject */
  subject: string;
  roomId?: string;
  eventId?: string;
  /** in the reporter's words, cut to a sane length; may be empty */
  reason: string;
  /** the reported event, as far as it could be read */
  event?: Record<string, unknown>;
  source: ReportSource;
  /** when it was made, milliseconds since the epoch */
  at: number;
}

/** A note that must stand or fall with the report: `ledger.meta` key and value. */
export interface ReportNote {
  key: string;
  value: string;
}

/**
 * Takes a report: resolves when it is committed to the ledger, with `note` in the same commit when one is given.
 * A report whose key is there already changes nothing, but its note is kept.
 */
export type OnReport = (report: IncomingReport, note?: ReportNote) => Promise<void>;

/** What somebody complains about, as a way in learns it. */
export type Report = Omit<IncomingReport, 'key'>;

/** Cuts the reason and adds the key. */
export function incomingReport(complaint: Report): IncomingReport {
  const reason = complaint.reason.slice(0, REASON_LIMIT);
  return { ...complaint, reason, key: reportKey({ ...complaint, reason }) };
}

/**
 * The same person, the same thing, the same words: the same report. One that we took at our endpoint and passed on to
 * Synapse comes back in Synapse's list, and a client that got no answer sends again; neither counts twice.
 */
export function reportKey({
  reporter,
  subjectKind,
  subject,
  eventId,
  reason,
}: Pick<Report, 'reporter' | 'subjectKind' | 'subject' | 'eventId' | 'reason'>): string {
  const what = eventId === undefined ? [subjectKind, subject] : ['event', eventId];
  return `report:${createHash('sha256')
    .update(JSON.stringify([reporter, ...what, reason]))
    .digest('hex')}`;
}

/** The report as a finding for the ledger. */
export function findingOfReport(report: IncomingReport): NewFinding & { data: ReportFinding } {
  const { key, reporter, subjectKind, subject, roomId, eventId, reason, event, source, at } = report;
  return {
    subjectKind,
    subject,
    key,
    kind: 'report',
    roomId: roomId ?? null,
    eventId: eventId ?? null,
    seenAt: at,
    data: { reporter, reason, roomId, eventId, source, event },
  };
}

const CLIENT_KEYS = [
  'type',
  'event_id',
  'room_id',
  'sender',
  'state_key',
  'origin_server_ts',
  'content',
  'redacts',
] as const;

/**
 * An event as clients know it: without signatures, and without `unsigned`, which tells of the one who asked for it
 * (their membership, their transaction id) and so could name the reporter.
 */
export function clientEvent(raw: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(CLIENT_KEYS.filter((key) => raw[key] !== undefined).map((key) => [key, raw[key]]));
}
