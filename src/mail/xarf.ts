import { createHash } from 'node:crypto';
import { asciiHost } from '../util/idna.js';
import type { Verdict } from '../detection/types.js';
import { permalink } from '../matrix/permalinks.js';
import { withoutPort, serverNameOf } from '../matrix/identifiers.js';
import { harmIn, HARMS } from '../store/harms.js';
import { isoTime } from '../util/times.js';
import { eventJson } from './body.js';
import { fraudIn, type Fraud } from './fraud.js';
import { shownText, redactIds } from './text.js';
import { XARF_TEXTS } from './texts.js';
import type { AbuseMail, MailIdentity } from './types.js';
import { infringementType, infringingElements } from './xarf-infringement.js';

/**
 * XARF 4.2.0 (https://xarf.org, schemas/v4): the machine-readable format of abuse desks. Every report validates against
 * it.
 */
export function xarfReport(mail: AbuseMail, identity: MailIdentity): Record<string, unknown> {
  const party = {
    org: clip(identity.serverName, 200),
    contact: identity.from.address,
    domain: ownDomain(identity),
  };
  return {
    xarf_version: '4.2.0',
    report_id: mail.reportId,
    timestamp: isoTime(mail.seen.at) ?? isoTime(mail.date),
    reporter: party,
    sender: party,
    source_identifier: mail.offender,
    ...classOf(mail),
    evidence: evidence(mail),
    matrix: matrixFacts(mail),
  };
}

/**
 * Category and type with their fields. Asking for money or passwords is fraud, whatever the name; otherwise a verdict,
 * or a report of an impersonation with a known official account, is brand infringement; all other reports are unwanted
 * messages.
 */
function classOf(mail: AbuseMail): Record<string, unknown> {
  const harm = mail.about.kind === 'report' ? harmIn(mail.about.reason) : undefined;
  const fraud = fraudIn(foreignText(mail)) ?? (harm === 'm.spam.fraud' ? OTHER_FRAUD : undefined);
  if (fraud !== undefined && !isServerOrMedia(mail)) return contentFraud(mail, fraud, harm);
  if (mail.about.kind === 'impersonation') return brandInfringement(mail, mail.about.verdict);
  if (harm === 'm.spam.impersonation' && mail.official) return brandInfringement(mail, undefined);
  return chatSpam(mail, harm);
}

const OTHER_FRAUD: Fraud = { fraudType: 'other', paymentMethods: [] };

function isServerOrMedia({ subjectKind }: AbuseMail): boolean {
  return subjectKind !== 'user' && subjectKind !== 'room' && subjectKind !== 'event';
}

/** The offender's text, as far as the mail has it. */
function foreignText(mail: AbuseMail): string {
  const content = mail.event?.content;
  const body = typeof content === 'object' && content !== null ? (content as { body?: unknown }).body : undefined;
  return [
    mail.captured.displayName ?? '',
    mail.about.kind === 'impersonation' ? (mail.seen.roomName ?? '') : '',
    typeof body === 'string' ? body : '',
  ].join('\n');
}

/** Fields shared by all types of the category `content`. */
function contentFields(mail: AbuseMail): Record<string, unknown> {
  const byReport = mail.about.kind === 'report';
  return {
    category: 'content',
    evidence_source: byReport ? 'user_report' : 'automated_scan',
    url: permalink(mail.offender),
    ...offenderDomain(mail),
    verified_at: isoTime(mail.seen.at) ?? isoTime(mail.date),
    verification_method: byReport ? 'user_report' : 'automated_crawler',
    ...(mail.official ? { target_brand: brandOf(mail.official) } : {}),
  };
}

function contentFraud(mail: AbuseMail, fraud: Fraud, harm: string | undefined): Record<string, unknown> {
  const name = mail.captured.displayName;
  const claimed = mail.official
    ? brandOf(mail.official)
    : name == null || name.trim() === ''
      ? undefined
      : clip(shownText(name, 200), 200);
  return {
    ...contentFields(mail),
    type: 'fraud',
    fraud_type: fraud.fraudType,
    ...(fraud.paymentMethods.length === 0 ? {} : { payment_methods: fraud.paymentMethods }),
    ...(claimed === undefined ? {} : { claimed_entity: claimed }),
    ...(mail.about.kind === 'impersonation' ? { confidence: similarityOf(mail.about.verdict) } : {}),
    description: descriptionOf(mail),
    tags: tagsOf(mail, harm),
  };
}

function brandInfringement(mail: AbuseMail, verdict: Verdict | undefined): Record<string, unknown> {
  const domain = mail.official?.domains[0];
  const ascii = domain === undefined ? '' : asciiHost(domain);
  const similarity = verdict === undefined ? undefined : similarityOf(verdict);
  return {
    ...contentFields(mail),
    type: 'brand_infringement',
    infringement_type: verdict === undefined ? 'brand_impersonation' : infringementType(verdict),
    // the schema requires a URI; an identity without domains is given by its permalink
    legitimate_site: ascii === '' ? permalink(mail.official?.userId ?? mail.offender) : `https://${ascii}/`,
    ...(similarity === undefined ? {} : { similarity_score: similarity, confidence: similarity }),
    infringing_elements: verdict === undefined ? ['brand_name'] : infringingElements(verdict),
    description: descriptionOf(mail),
    tags: tagsOf(mail, verdict === undefined ? 'm.spam.impersonation' : undefined),
  };
}

function chatSpam(mail: AbuseMail, harm: string | undefined): Record<string, unknown> {
  const { displayName } = mail.captured;
  const { eventId } = mail.seen;
  return {
    category: 'messaging',
    type: 'spam',
    protocol: 'chat',
    evidence_source: 'user_complaint',
    ...(displayName == null ? {} : { sender_name: clip(shownText(displayName, 200), 200) }),
    // a longer one is in `matrix` in full
    ...(eventId === undefined || [...eventId].length > 200 ? {} : { message_id: eventId }),
    description: descriptionOf(mail),
    tags: tagsOf(mail, harm),
  };
}

function descriptionOf(mail: AbuseMail): string {
  if (mail.about.kind === 'impersonation')
    return clip(shownText(mail.about.verdict.evidence[0]?.sentence ?? XARF_TEXTS.imitates, 900), 1000);
  const reason = redactIds(mail.about.reason, mail.withheld);
  return clip(reason.trim() === '' ? XARF_TEXTS.noReason : shownText(reason, 900), 1000);
}

/** Tags are `namespace:predicate`, both without dots. */
function tagsOf(mail: AbuseMail, harm: string | undefined): string[] {
  const kind =
    mail.about.kind === 'impersonation'
      ? ['matrix:impersonation', `verdict:${mail.about.verdict.verdict}`]
      : ['matrix:report'];
  return harm !== undefined && Object.hasOwn(HARMS, harm) ? [...kind, `harm:${harm.replaceAll('.', '_')}`] : kind;
}

function brandOf(official: NonNullable<AbuseMail['official']>): string {
  return official.displayNames[0] ?? official.userId;
}

function similarityOf(verdict: Verdict): number {
  return Math.round(100 / (1 + Math.exp(-verdict.score))) / 100;
}

/**
 * The schema's pattern rejects punycode, IDN endings, address literals and single labels; the field is then omitted.
 */
const XARF_DOMAIN = /^([a-z0-9]+(-[a-z0-9]+)*\.)+[a-z]{2,}$/;

function offenderDomain(mail: AbuseMail): { domain?: string } {
  const server = mail.subjectKind === 'server' ? mail.offender : serverNameOf(mail.offender);
  const host = server === undefined ? '' : withoutPort(server).toLowerCase().replace(/\.$/, '');
  return host.length <= 253 && XARF_DOMAIN.test(host) ? { domain: host } : {};
}

/** RFC 1123, 2.1: labels of letters, digits and hyphens. */
const HOSTNAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

/** Our own domain; if the server is an address, the sender's domain instead. */
function ownDomain(identity: MailIdentity): string {
  const sender = identity.from.address.slice(identity.from.address.lastIndexOf('@') + 1);
  return [withoutPort(identity.serverName).replace(/\.$/, ''), sender].find((name) => HOSTNAME.test(name)) ?? 'invalid';
}

/** Matrix-specific data that XARF has no fields for; the core schema allows further keys. */
function matrixFacts(mail: AbuseMail): Record<string, unknown> {
  const { seen, counts } = mail;
  const harm = mail.about.kind === 'report' ? harmIn(mail.about.reason) : undefined;
  return {
    homeserver_case: mail.caseId,
    also: mail.also?.map(({ caseId, offender, verdict }) => ({ case: caseId, id: offender, verdict })),
    harm,
    display_name: mail.captured.displayName ?? undefined,
    avatar_url: mail.captured.avatarUrl ?? undefined,
    official_user_id: mail.official?.userId,
    room_id: seen.roomId,
    room_alias: seen.roomAlias,
    event_id: seen.eventId,
    sightings: counts.sightings,
    reports: counts.reports,
    rooms: counts.rooms,
    first_seen: isoTime(counts.firstSeenAt),
    last_seen: isoTime(counts.lastSeenAt),
  };
}

function evidence(mail: AbuseMail): Record<string, unknown>[] {
  const items: Record<string, unknown>[] = [];
  const event = eventJson(mail);
  if (event !== undefined) items.push(evidenceItem('application/json', XARF_TEXTS.event, event));
  if (mail.about.kind === 'impersonation') {
    items.push(evidenceItem('application/json', XARF_TEXTS.verdict, JSON.stringify(mail.about.verdict)));
    items.push(...pictureEvidence(mail));
  } else {
    items.push(evidenceItem('text/plain', XARF_TEXTS.reason, redactIds(mail.about.reason, mail.withheld)));
  }
  return items;
}

/** Thumbnails of pictures that are alike; no others are included (see picture.ts). */
function pictureEvidence({ pictures }: AbuseMail): Record<string, unknown>[] {
  if (pictures?.official === undefined || pictures.offender === undefined) return [];
  return [
    evidenceItem('image/png', XARF_TEXTS.officialAvatar, pictures.official),
    evidenceItem('image/png', XARF_TEXTS.offenderAvatar, pictures.offender),
  ];
}

function evidenceItem(contentType: string, description: string, content: string | Uint8Array): Record<string, unknown> {
  const bytes = Buffer.from(content);
  return {
    content_type: contentType,
    description,
    payload: bytes.toString('base64'),
    hash: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    size: bytes.length,
  };
}

/** Truncates by code points, because splitting a surrogate pair would be invalid. */
function clip(text: string, limit: number): string {
  return text.length <= limit ? text : [...text].slice(0, limit).join('');
}
