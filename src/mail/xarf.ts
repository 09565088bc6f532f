import { createHash } from 'node:crypto';
import { permalink } from '../matrix/permalinks.js';
import { withoutPort, serverNameOf } from '../matrix/identifiers.js';
import { eventJson } from './body.js';
import { isoTime } from '../util/times.js';
import { shownText, redactIds } from './text.js';
import type { AbuseMail, MailIdentity } from './types.js';

/** XARF v4.2 (https://xarf.org, schemas/v4): what abuse desks' machines read. */
export function xarfReport(mail: AbuseMail, identity: MailIdentity): Record<string, unknown> {
  const party = {
    org: identity.serverName.slice(0, 200),
    contact: identity.from.address,
    domain: withoutPort(identity.serverName),
  };
  return {
    xarf_version: '4.2.0',
    report_id: mail.reportId,
    timestamp: isoTime(mail.seen.at) ?? isoTime(mail.date),
    reporter: party,
    sender: party,
    source_identifier: mail.offender,
    ...(mail.about.kind === 'impersonation' ? brandInfringement(mail, mail.about.verdict) : chatSpam(mail)),
    evidence: evidence(mail),
    matrix: matrixFacts(mail),
  };
}

type Verdict = Extract<AbuseMail['about'], { kind: 'impersonation' }>['verdict'];

function brandInfringement(mail: AbuseMail, verdict: Verdict): Record<string, unknown> {
  const similarity = Math.round(100 / (1 + Math.exp(-verdict.score))) / 100;
  const domain = mail.official?.domains[0];
  return {
    category: 'content',
    type: 'brand_infringement',
    evidence_source: 'automated_scan',
    url: permalink(mail.offender),
    ...offenderDomain(mail),
    infringement_type: infringementType(verdict),
    // the schema wants a URI; an identity without domains is named by its permalink
    legitimate_site:
      domain !== undefined && /^[a-z0-9.-]+$/i.test(domain)
        ? `https://${domain}/`
        : permalink(mail.official?.userId ?? mail.offender),
    similarity_score: similarity,
    confidence: similarity,
    ...(mail.official ? { target_brand: mail.official.displayNames[0] ?? mail.official.userId } : {}),
    infringing_elements: infringingElements(verdict),
    description: shownText(verdict.evidence[0]?.sentence ?? 'Imitates an official account.', 900),
    tags: ['matrix:impersonation', `verdict:${verdict.verdict}`],
  };
}

function chatSpam(mail: AbuseMail): Record<string, unknown> {
  const reason = mail.about.kind === 'report' ? redactIds(mail.about.reason, mail.withheld) : '';
  return {
    category: 'messaging',
    type: 'spam',
    protocol: 'chat',
    evidence_source: 'user_report',
    ...(mail.captured.displayName == null ? {} : { sender_name: mail.captured.displayName.slice(0, 200) }),
    ...(mail.seen.eventId === undefined ? {} : { message_id: mail.seen.eventId.slice(0, 200) }),
    description: shownText(reason.trim() === '' ? 'Reported by a user without a reason.' : reason, 900).slice(0, 1000),
    tags: ['matrix:report'],
  };
}

/**
 * XARF's kind, from the strongest evidence: other characters with the same looks are a homograph, near spellings a
 * look-alike, the same words or ids an impersonation.
 */
function infringementType(verdict: Verdict): 'homograph' | 'lookalike' | 'brand_impersonation' {
  const strongest = verdict.evidence.reduce<Verdict['evidence'][number] | undefined>(
    (best, next) => (best && best.weight >= next.weight ? best : next),
    undefined,
  );
  const disguise = strongest?.disguise ?? '';
  if (/homo|confusable|skeleton|fold|script|invisible|bidi|leet|visual|punycode|contraction/.test(disguise))
    return 'homograph';
  if (/edit|typo|swap|omission|doubl|transpos|bit|look/.test(disguise)) return 'lookalike';
  return 'brand_impersonation';
}

function infringingElements(verdict: Verdict): string[] {
  const elements = verdict.evidence.map(({ field }) =>
    field === 'avatar' ? 'logo' : field === 'server_name' ? 'domain_name' : 'brand_name',
  );
  return elements.length === 0 ? ['other'] : [...new Set(elements)];
}

function offenderDomain(mail: AbuseMail): { domain?: string } {
  const server = serverNameOf(mail.offender);
  const host = server === undefined ? '' : withoutPort(server);
  return /^[A-Za-z0-9.-]{1,253}$/.test(host) ? { domain: host } : {};
}

/** What Matrix people need and XARF has no words for; the core schema allows further keys. */
function matrixFacts(mail: AbuseMail): Record<string, unknown> {
  const { seen, counts } = mail;
  return {
    homeserver_case: mail.caseId,
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
  if (event !== undefined)
    items.push(evidenceItem('application/json', 'The Matrix event as the homeserver holds it', event));
  if (mail.about.kind === 'impersonation') {
    items.push(
      evidenceItem(
        'application/json',
        'Verdict of the look-alike detector with its reasons',
        JSON.stringify(mail.about.verdict),
      ),
    );
  } else {
    items.push(
      evidenceItem(
        'text/plain',
        'Reason given by the user who reported it',
        redactIds(mail.about.reason, mail.withheld),
      ),
    );
  }
  return items;
}

function evidenceItem(contentType: string, description: string, text: string): Record<string, unknown> {
  const bytes = Buffer.from(text);
  return {
    content_type: contentType,
    description,
    payload: bytes.toString('base64'),
    hash: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    size: bytes.length,
  };
}
