import { createHash, randomBytes } from 'node:crypto';
import type { Config } from '../config/types.js';
import {
  mailPayloadSchema,
  type MailPayload,
  reportFindingSchema,
  verdictFindingSchema,
  type ReportFinding,
  type VerdictFinding,
} from '../store/findings.js';
import { indexKey } from '../store/keys.js';
import type { CaseRecord } from '../store/records/cases.js';
import type { FindingRecord } from '../store/records/findings.js';
import type { Ledger } from '../store/types.js';
import { HeimdallError } from '../util/errors.js';
import { caseAddress, parseMailbox } from './addresses.js';
import { MAIL_TEXTS } from './texts.js';
import type { AbuseMail, MailIdentity } from './types.js';
import type { MailWords } from './words.js';

/** More than a case stores. */
const FINDINGS_READ = 500;

export type Gathered = Omit<AbuseMail, 'messageId' | 'reportId' | 'date'>;

/**
 * Collects the content of a `mail` action from the ledger. `payload` is a MailPayload (store/findings.ts). Throws
 * HEIMDALL_E_MAIL_INPUT when case or finding are missing or malformed, which no retry can fix.
 */
export async function mailInputOfCase(
  ledger: Ledger,
  caseId: number | null,
  payload: unknown,
  config: Pick<Config, 'protected_identities'>,
): Promise<Gathered> {
  const parsed = mailPayloadSchema.safeParse(payload);
  const record = caseId === null ? undefined : await ledger.caseById(caseId);
  if (!parsed.success || !record) throw unusable(MAIL_TEXTS.noFinding);
  const { findings, finding } = await findingOf(ledger, record.id, parsed.data);
  if (finding?.kind !== parsed.data.about) throw unusable(MAIL_TEXTS.notInCase(record.id));
  const shared = {
    caseId: record.id,
    subjectKind: record.subjectKind,
    subject: record.subject,
    counts: countsOf(findings, record),
    thread: (await ledger.mailsOf(record.id)).map(({ messageId }) => messageId),
  };
  const told =
    parsed.data.about === 'verdict' ? fromVerdict(record, finding, config) : fromReport(record, finding, config);
  return {
    ...shared,
    ...told,
    withheld: [...new Set([...told.withheld, ...reportersIn(findings)])].filter((id) => id !== told.offender),
  };
}

/** Everybody who complained about this subject; none of them is named to the desk. */
function reportersIn(findings: readonly FindingRecord[]): string[] {
  return findings.flatMap(({ kind, data }) => {
    const report = kind === 'report' ? reportFindingSchema.safeParse(data) : undefined;
    return report?.success ? [report.data.reporter] : [];
  });
}

async function findingOf(
  ledger: Ledger,
  caseId: number,
  { findingKey, about }: MailPayload,
): Promise<{ findings: FindingRecord[]; finding: FindingRecord | undefined }> {
  // the ledger stores a very long key as its hash
  const stored = indexKey(findingKey);
  const findings = await ledger.findingsOf(caseId, FINDINGS_READ);
  // in a case with very many findings the original one may be gone: the newest of its kind is equivalent
  return {
    findings,
    finding: findings.find(({ key }) => key === stored) ?? findings.findLast(({ kind }) => kind === about),
  };
}

function unusable(why: string): HeimdallError {
  return new HeimdallError('HEIMDALL_E_MAIL_INPUT', MAIL_TEXTS.unusable(why), MAIL_TEXTS.writeYourself);
}

type FromFinding = Pick<AbuseMail, 'offender' | 'about' | 'captured' | 'official' | 'seen' | 'event' | 'withheld'>;

function fromVerdict(
  record: CaseRecord,
  finding: FindingRecord,
  config: Pick<Config, 'protected_identities'>,
): FromFinding {
  const data = checked(verdictFindingSchema.safeParse(finding.data), finding);
  const offender = record.subjectKind === 'room' ? record.subject : data.sighting.userId;
  return {
    offender,
    about: { kind: 'impersonation', verdict: data.verdict },
    captured: { displayName: data.sighting.displayName, avatarUrl: data.sighting.avatarUrl },
    official: officialOf(data.verdict.protected, config),
    seen: { ...data.where, roomName: data.where.roomName ?? data.sighting.roomName ?? undefined },
    event: data.event,
    withheld: approached(data),
  };
}

/** The official identity with this id, from the current configuration. */
function officialOf(userId: string | null, config: Pick<Config, 'protected_identities'>): AbuseMail['official'] {
  const official = config.protected_identities.find(({ user_id }) => user_id === userId);
  if (official) return { userId: official.user_id, displayNames: official.display_names, domains: official.domains };
  return userId === null ? undefined : { userId, displayNames: [], domains: [] };
}

/** People whom an impostor invited are victims, and not part of the report. */
function approached({ where, event }: VerdictFinding): string[] {
  return where.source === 'invite' && typeof event?.state_key === 'string' && event.state_key.startsWith('@')
    ? [event.state_key]
    : [];
}

function fromReport(
  record: CaseRecord,
  finding: FindingRecord,
  config: Pick<Config, 'protected_identities'>,
): FromFinding {
  const data = checked(reportFindingSchema.safeParse(finding.data), finding);
  const offender = offenderOfReport(record, data);
  return {
    offender,
    about: { kind: 'report', reason: data.reason },
    captured: data.profile ?? profileIn(data.event, offender),
    official: officialOf(record.protected, config),
    seen: {
      source: 'report',
      roomId: data.roomId ?? finding.roomId ?? undefined,
      roomName: data.roomName,
      roomAlias: data.roomAlias,
      eventId: data.eventId ?? finding.eventId ?? undefined,
      at: finding.seenAt,
    },
    event: data.event,
    withheld: [data.reporter],
  };
}

/** The person or room behind the case's subject; for an event its sender. */
function offenderOfReport(record: CaseRecord, data: ReportFinding): string {
  if (record.subjectKind !== 'event') return record.subject;
  const sender = data.event?.sender;
  return typeof sender === 'string' ? sender : (data.roomId ?? record.subject);
}

/** Name and avatar, where the reported event is the offender's own member event. */
function profileIn(event: Record<string, unknown> | undefined, offender: string): AbuseMail['captured'] {
  const content = event?.content;
  if (
    event?.type !== 'm.room.member' ||
    event.state_key !== offender ||
    typeof content !== 'object' ||
    content === null
  )
    return {};
  const { displayname, avatar_url } = content as Record<string, unknown>;
  return {
    displayName: typeof displayname === 'string' ? displayname : undefined,
    avatarUrl: typeof avatar_url === 'string' ? avatar_url : undefined,
  };
}

function checked<T>(result: { success: true; data: T } | { success: false }, finding: FindingRecord): T {
  if (!result.success) throw unusable(MAIL_TEXTS.badFinding(finding.id));
  return result.data;
}

function countsOf(findings: readonly FindingRecord[], record: CaseRecord): AbuseMail['counts'] {
  const of = (kind: string): number => findings.filter((finding) => finding.kind === kind).length;
  const times = findings.map(({ seenAt }) => seenAt);
  return {
    // the ledger stores only some of very many findings, but counts them all
    sightings: Math.max(of('verdict'), record.sightings),
    reports: Math.max(of('report'), record.reports),
    rooms: new Set(findings.map(({ roomId }) => roomId).filter((roomId) => roomId !== null)).size,
    firstSeenAt: Math.min(record.openedAt, ...times),
    lastSeenAt: Math.max(...times),
  };
}

/**
 * Adds what is unique to each mail: an unguessable Message-ID, and XARF's report id (a version 4 UUID) derived from it.
 */
export function stamped(gathered: Gathered, domain: string, date: number): AbuseMail {
  const messageId = `<heimdall.${gathered.caseId}.${randomBytes(16).toString('hex')}@${domain}>`;
  const hex = createHash('sha256').update(messageId).digest('hex');
  const [first, second, third, fourth] = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(13, 16), hex.slice(17, 20)];
  const reportId = `${first}-${second}-4${third}-a${fourth}-${hex.slice(20, 32)}`;
  return { ...gathered, messageId, reportId, date };
}

/** What is the same for every mail of this process. */
export interface MailSender {
  /** the key that signs addresses with a case */
  secret: string;
  userAgent: string;
  words: MailWords;
}

/**
 * Sender and recipient, from the configuration. Throws a HeimdallError when the mail keys are missing or invalid
 * addresses.
 * @param recipient another desk's address; default: our own desk's
 */
export function mailIdentityOf(
  config: Pick<Config, 'homeserver' | 'mail'>,
  caseId: number,
  { secret, userAgent, words }: MailSender,
  recipient?: string,
): MailIdentity {
  const { from, abuse_contact: contact } = config.mail;
  if (from === null || (contact === null && recipient === undefined)) {
    throw new HeimdallError('HEIMDALL_E_MAIL_CONFIG', MAIL_TEXTS.notSetUp, MAIL_TEXTS.setUp);
  }
  const sender = parseMailbox(from, 'mail.from');
  return {
    serverName: config.homeserver.server_name,
    from: sender,
    recipient: parseMailbox(recipient ?? contact ?? '', 'mail.abuse_contact').address,
    replyTo: caseAddress(sender.address, 'case', caseId, secret),
    appealTo: caseAddress(sender.address, 'appeal', caseId, secret),
    envelopeFrom: caseAddress(sender.address, 'bounce', caseId, secret),
    userAgent,
    words,
  };
}
