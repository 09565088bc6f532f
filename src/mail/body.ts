import { eventPermalink, permalink } from '../matrix/permalinks.js';
import { shownId, shownJson, shownText, utcTime, redactIds, withholdInJson } from './text.js';
import type { AbuseMail, MailIdentity } from './types.js';

/** How much of an event's JSON a person gets to read; XARF carries all of it. */
const EVENT_TEXT_CAP = 16_384;
const REASON_CAP = 2000;
const MAX_SENTENCES = 20;

const SEEN_AS: Record<AbuseMail['seen']['source'], string> = {
  member: 'seen in the members of a room',
  rename: 'seen when the account changed its profile',
  invite: 'seen when the account invited somebody',
  account: 'seen among the accounts of our homeserver',
  room_members: 'seen among the members of a room that our homeserver entered',
  room: 'seen by the name, alias or topic that the room bears',
  report: 'reported by a user',
};

/** The case's subject line: the same for every mail of a case, whatever it is about. */
export function subjectLine(mail: AbuseMail, identity: MailIdentity): string {
  return `Abuse report: ${shownText(mail.offender, 120)} [${identity.serverName} case ${mail.caseId}]`;
}

/**
 * The plain text part. It is complete alone: a desk that opens nothing else knows who, what, where, when, why and whom
 * to ask.
 */
export function plainText(mail: AbuseMail, identity: MailIdentity): string {
  return (
    [
      introduction(mail, identity),
      subject(mail),
      reasons(mail),
      whereAndWhen(mail, identity),
      howOften(mail),
      theEvent(mail),
      contact(mail, identity),
    ]
      .filter((section) => section !== '')
      .join('\n\n') + '\n'
  );
}

function introduction(mail: AbuseMail, identity: MailIdentity): string {
  const what =
    mail.about.kind === 'impersonation'
      ? isRoom(mail)
        ? 'a room that copies an official one'
        : 'an account that pretends to be an official one'
      : `a ${isRoom(mail) ? 'room' : 'user'} that was reported for spam or other abuse`;
  return `The Matrix homeserver ${identity.serverName} reports ${what}.\nHeimdall, our moderation software, wrote this mail; your answer reaches a person.`;
}

function isRoom(mail: AbuseMail): boolean {
  return mail.offender.startsWith('!') || mail.offender.startsWith('#');
}

/** An id with, where it hides something, the line that shows it. */
function idLines(label: string, id: string): string[] {
  const verbatim = shownId(id);
  const shown = shownText(id, 1000);
  return [`${label} ${verbatim}`, ...(shown === verbatim ? [] : [`  with hidden characters shown: ${shown}`])];
}

function subject(mail: AbuseMail): string {
  const lines = ['WHO', ...idLines(isRoom(mail) ? 'Room:' : 'Account:', mail.offender)];
  if (mail.captured.displayName != null) lines.push(`Display name: "${shownText(mail.captured.displayName)}"`);
  if (mail.captured.avatarUrl != null) lines.push(`Avatar: ${shownText(mail.captured.avatarUrl)}`);
  if (mail.official) {
    lines.push(`Imitates: ${shownId(mail.official.userId)}`);
    if (mail.official.displayNames.length > 0)
      lines.push(`  official names: ${mail.official.displayNames.map((name) => `"${shownText(name)}"`).join(', ')}`);
    if (mail.official.domains.length > 0)
      lines.push(`  official domains: ${mail.official.domains.map((domain) => shownText(domain)).join(', ')}`);
  }
  lines.push(`Link: ${permalink(mail.offender)}`);
  return lines.join('\n');
}

function reasons(mail: AbuseMail): string {
  const ask = `WHAT WE ASK\nPlease look at this ${whatWeAsk(mail)}. Tell us by reply what you decided.`;
  if (mail.about.kind === 'report') {
    const reason = redactIds(mail.about.reason, mail.withheld);
    return `${ask}\n\nWHY\nA user reported it${reason.trim() === '' ? ' and gave no reason.' : ` with these words:\n  "${shownText(reason, REASON_CAP)}"`}`;
  }
  const { verdict } = mail.about;
  const sentences = verdict.evidence
    .slice(0, MAX_SENTENCES)
    .map((evidence) => `- ${shownText(evidence.sentence, 1000)}`);
  const more =
    verdict.evidence.length > MAX_SENTENCES ? [`- and ${verdict.evidence.length - MAX_SENTENCES} more reasons`] : [];
  return [
    ask,
    '',
    'WHY',
    `Our detector's verdict: ${verdict.verdict} (score ${Math.round(verdict.score * 100) / 100}).`,
    ...sentences,
    ...more,
  ].join('\n');
}

function whatWeAsk(mail: AbuseMail): string {
  if (isRoom(mail)) return 'room and, if you agree, close or block it';
  return `account and, if you agree, ${mail.about.kind === 'impersonation' ? 'suspend it or take its false identity away' : 'stop it as your rules say'}`;
}

function whereAndWhen(mail: AbuseMail, identity: MailIdentity): string {
  const { seen } = mail;
  // our server was in the room: since version 12 a room's id names no server to ask
  const via = [identity.serverName];
  const lines = ['WHERE AND WHEN', `${utcTime(seen.at)}: ${SEEN_AS[seen.source]}`];
  if (seen.roomId !== undefined) lines.push(...idLines('Room:', seen.roomId));
  if (seen.roomAlias !== undefined) lines.push(`Room alias: ${shownId(seen.roomAlias)}`);
  if (seen.roomName !== undefined) lines.push(`Room name: "${shownText(redactIds(seen.roomName, mail.withheld))}"`);
  if (seen.eventId !== undefined) {
    lines.push(...idLines('Event:', seen.eventId));
    if (seen.roomId !== undefined) lines.push(`Link: ${eventPermalink(seen.roomId, seen.eventId, via)}`);
  } else if (seen.roomId !== undefined && seen.roomId !== mail.offender) {
    lines.push(`Link: ${permalink(seen.roomId, via)}`);
  }
  return lines.join('\n');
}

function howOften({ counts }: AbuseMail): string {
  const number = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;
  return [
    'HOW OFTEN',
    `So far: ${number(counts.sightings, 'sighting', 'sightings')} by our detector, ${number(counts.reports, 'report', 'reports')} by users, in ${number(counts.rooms, 'room', 'rooms')}.`,
    `First: ${utcTime(counts.firstSeenAt)}. Last: ${utcTime(counts.lastSeenAt)}.`,
  ].join('\n');
}

function theEvent(mail: AbuseMail): string {
  const json = eventJson(mail);
  if (json === undefined) return '';
  const text =
    json.length > EVENT_TEXT_CAP ? `${json.slice(0, EVENT_TEXT_CAP)}\n… (cut here; xarf.json holds all of it)` : json;
  return `THE EVENT, AS OUR HOMESERVER HOLDS IT\n${text}`;
}

/**
 * The event as readable JSON, without those who complained; undefined when there is none, or when it is nested so
 * deep that it can not be written out: a hostile event must not hold back the mail.
 */
export function eventJson(mail: AbuseMail): string | undefined {
  if (!mail.event) return undefined;
  try {
    return shownJson(withholdInJson(mail.event, mail.withheld));
  } catch {
    return undefined;
  }
}

function contact(mail: AbuseMail, identity: MailIdentity): string {
  return [
    'CONTACT',
    `Answer this mail to reach the moderators of ${identity.serverName}, or write to ${identity.from.address}.`,
    `Our case number is ${mail.caseId}. Later mails about the same ${isRoom(mail) ? 'room' : 'account'} come in this thread.`,
    'The attached xarf.json says the same for machines (XARF, https://xarf.org).',
  ].join('\n');
}
