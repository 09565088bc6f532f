import { createHash } from 'node:crypto';
import type { ReportedProfile, ReportFinding, ReportSource } from '../store/findings.js';
import type { NewFinding } from '../store/records/findings.js';

/** Longest reason kept, in UTF-16 units. Synapse allows 1,000 for users and rooms and sets no limit for events. */
const REASON_LIMIT = 4_000;

/** What people call a room. */
export interface RoomNames {
  roomName?: string;
  roomAlias?: string;
}

/** Somebody's complaint, however it came, before it is in the ledger. */
export interface IncomingReport extends RoomNames {
  /** The same for the same complaint, whichever way it came: see `reportKey`. */
  key: string;
  /** user id of who reported; never logged, never in a mail */
  reporter: string;
  /** a reported event stands for its sender; for its room when nobody knows the sender */
  subjectKind: 'user' | 'room' | 'server' | 'media';
  /** full id of the subject */
  subject: string;
  roomId?: string;
  eventId?: string;
  /** in the reporter's words, cut to a sane length; may be empty */
  reason: string;
  /** the reported event, as far as it could be read */
  event?: Record<string, unknown>;
  /** messages around the reported one, oldest first, as the reporter's homeserver showed them */
  context?: Record<string, unknown>[];
  /** name and picture of the reported account at that moment, in that room */
  profile?: ReportedProfile;
  /** the client's own id of this request: a second one with the same id is the same report (MSC4457) */
  transaction?: string;
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

/** The name under which a client's transaction id is remembered; nobody can read the reporter in it. */
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

/** Longest event kept beside a reported one, as JSON: it is there to be read by a person. */
const CONTEXT_EVENT_LIMIT = 4_000;
const CONTEXT_EVENTS = 6;

/** Events around a reported one, as clients know them; what is not an event or too long is left out. */
export function contextEvents(events: readonly unknown[]): Record<string, unknown>[] {
  return events
    .filter((event): event is Record<string, unknown> => typeof event === 'object' && event !== null)
    .map(clientEvent)
    .filter((event) => JSON.stringify(event).length <= CONTEXT_EVENT_LIMIT)
    .slice(0, CONTEXT_EVENTS);
}

/** The name and picture that a member event states; undefined when it is none of that person's. */
export function profileInMember(event: unknown, userId: string): ReportedProfile | undefined {
  if (typeof event !== 'object' || event === null) return undefined;
  const { type, state_key, content } = event as { type?: unknown; state_key?: unknown; content?: unknown };
  if (type !== 'm.room.member' || state_key !== userId || typeof content !== 'object' || content === null)
    return undefined;
  return profileOf(content);
}

/** Name and picture as a profile or a member event writes them; what is not a text counts as none. */
export function profileOf(content: object): ReportedProfile {
  const { displayname, avatar_url } = content as { displayname?: unknown; avatar_url?: unknown };
  return {
    displayName: typeof displayname === 'string' ? displayname : null,
    avatarUrl: typeof avatar_url === 'string' ? avatar_url : null,
  };
}

/**
 * An event as clients know it: without signatures, and without `unsigned`, which tells of the one who asked for it
 * (their membership, their transaction id) and so could name the reporter.
 */
export function clientEvent(raw: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(CLIENT_KEYS.filter((key) => raw[key] !== undefined).map((key) => [key, raw[key]]));
}
