import { createHash } from 'node:crypto';
import type { ReportedProfile, ReportFinding, ReportSource } from '../store/findings.js';
import type { NewFinding } from '../store/records/findings.js';

/**
 * Maximum stored length of a reason, in UTF-16 units. Synapse allows 1,000 for users and rooms and has no limit for
 * events.
 */
const REASON_LIMIT = 4_000;

/** A room's name and alias. */
export interface RoomNames {
  roomName?: string;
  roomAlias?: string;
}

/** Somebody's complaint, from any source, before it is in the ledger. */
export interface IncomingReport extends RoomNames {
  /** Identical for the same complaint from different sources: see `reportKey`. */
  key: string;
  /** user id of the reporter; never logged, never in a mail */
  reporter: string;
  /** a reported event counts against its sender, or its room if the sender is unknown */
  subjectKind: 'user' | 'room' | 'server' | 'media';
  /** full id of the subject */
  subject: string;
  roomId?: string;
  eventId?: string;
  /** in the reporter's words, truncated; may be empty */
  reason: string;
  /** the reported event, as far as it could be read */
  event?: Record<string, unknown>;
  /** messages around the reported one, oldest first, as the reporter's homeserver showed them */
  context?: Record<string, unknown>[];
  /** name and picture of the reported account in that room at that time */
  profile?: ReportedProfile;
  /** the client's transaction id: a second request with it is the same report (MSC4457) */
  transaction?: string;
  source: ReportSource;
  /** when it was made, milliseconds since the epoch */
  at: number;
}

/** An entry that must be committed with the report: `ledger.meta` key and value. */
export interface ReportNote {
  key: string;
  value: string;
}

/**
 * Records a report: resolves when it is committed to the ledger, together with `note` if given. A report whose key
 * exists already changes nothing, but its note is stored.
 */
export type OnReport = (report: IncomingReport, note?: ReportNote) => Promise<void>;

/** A complaint as its source receives it. */
export type Report = Omit<IncomingReport, 'key'>;

/** Truncates the reason and adds the key. */
export function incomingReport(complaint: Report): IncomingReport {
  const reason = complaint.reason.slice(0, REASON_LIMIT);
  return { ...complaint, reason, key: reportKey({ ...complaint, reason }) };
}

/**
 * The same person, subject and words make the same report. A report that we took at our endpoint and passed on to
 * Synapse returns in Synapse's list, and a client without a response sends again; neither counts twice.
 */
function reportKey({
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

/** The key under which a client's transaction id is remembered; it does not reveal the reporter. */
export function transactionKey(reporter: string, txnId: string): string {
  return `report-txn:${createHash('sha256')
    .update(JSON.stringify([reporter, txnId]))
    .digest('hex')}`;
}

/** The report as a finding for the ledger. */
export function findingOfReport(report: IncomingReport): NewFinding & { data: ReportFinding } {
  const { key, reporter, subjectKind, subject, roomId, eventId, reason, event, context, profile, source, at } = report;
  const { roomName, roomAlias } = report;
  return {
    subjectKind,
    subject,
    key,
    kind: 'report',
    roomId: roomId ?? null,
    eventId: eventId ?? null,
    seenAt: at,
    data: { reporter, reason, roomId, eventId, roomName, roomAlias, source, event, context, profile },
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

/** Maximum size of a context event, as JSON, since people have to read it. */
const CONTEXT_EVENT_LIMIT = 4_000;
const CONTEXT_EVENTS = 6;

/** Events around a reported one, in client format; malformed and oversized ones are omitted. */
export function contextEvents(events: readonly unknown[]): Record<string, unknown>[] {
  return events
    .filter((event): event is Record<string, unknown> => typeof event === 'object' && event !== null)
    .map(clientEvent)
    .filter((event) => JSON.stringify(event).length <= CONTEXT_EVENT_LIMIT)
    .slice(0, CONTEXT_EVENTS);
}

/** The name and picture in a member event; undefined when it is not that person's. */
export function profileInMember(event: unknown, userId: string): ReportedProfile | undefined {
  if (typeof event !== 'object' || event === null) return undefined;
  const { type, state_key, content } = event as { type?: unknown; state_key?: unknown; content?: unknown };
  if (type !== 'm.room.member' || state_key !== userId || typeof content !== 'object' || content === null)
    return undefined;
  return profileOf(content);
}

/** Name and picture from a profile or a member event; values that are not strings count as absent. */
export function profileOf(content: object): ReportedProfile {
  const { displayname, avatar_url } = content as { displayname?: unknown; avatar_url?: unknown };
  return {
    displayName: typeof displayname === 'string' ? displayname : null,
    avatarUrl: typeof avatar_url === 'string' ? avatar_url : null,
  };
}

/**
 * An event in client format: without signatures, and without `unsigned`, which contains data of the requester
 * (membership, transaction id) and so could identify the reporter.
 */
export function clientEvent(raw: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(CLIENT_KEYS.filter((key) => raw[key] !== undefined).map((key) => [key, raw[key]]));
}
