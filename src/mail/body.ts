import { eventPermalink, permalink } from '../matrix/permalinks.js';
import { harmIn } from '../store/harms.js';
import { shownId, shownJson, shownText, utcTime, redactIds, withholdInJson } from './text.js';
import type { AbuseMail, MailIdentity } from './types.js';
import { harmWords, say } from './words.js';

/** How much of an event's JSON the text part shows; XARF has all of it. */
const EVENT_TEXT_CAP = 16_384;
const REASON_CAP = 2000;
const MAX_SENTENCES = 20;
const ALSO_REASON_CAP = 100;
const ALSO_NAME_CAP = 100;

/** The mail's topic, in words. */
type Thing = 'user' | 'room' | 'server' | 'media';

/** The case's subject line: the same for every mail of a case, whatever it is about. */
export function subjectLine(mail: AbuseMail, identity: MailIdentity): string {
  const filled = { offender: shownText(mail.offender, 120), server: identity.serverName, case: mail.caseId };
  const more = mail.also?.length ?? 0;
  return more === 0
    ? say(identity.words, 'subject', filled)
    : say(identity.words, 'subject_many', { ...filled, count: more });
}

/**
 * The plain text part. It is self-contained: a desk that opens nothing else learns who, what, where, when, why and whom
 * to ask.
 */
export function plainText(mail: AbuseMail, identity: MailIdentity): string {
  return (
    [
      introduction(mail, identity),
      subject(mail, identity),
      reasons(mail, identity),
      whereAndWhen(mail, identity),
      howOften(mail, identity),
      alsoAccused(mail, identity),
      theEvent(mail, identity),
      contact(mail, identity),
    ]
      .filter((section) => section !== '')
      .join('\n\n') + '\n'
  );
}

function introduction(mail: AbuseMail, { words, serverName }: MailIdentity): string {
  const thing = thingOf(mail);
  const what =
    mail.about.kind === 'impersonation' && (thing === 'user' || thing === 'room')
      ? words[`what_impostor_${thing}`]
      : words[`what_reported_${thing}`];
  return say(words, 'intro', { server: serverName, what });
}

function thingOf({ offender, subjectKind }: AbuseMail): Thing {
  if (offender.startsWith('!') || offender.startsWith('#')) return 'room';
  if (offender.startsWith('mxc://')) return 'media';
  return subjectKind === 'server' ? 'server' : 'user';
}

const THING_LABEL = { user: 'account', room: 'room', server: 'server_name', media: 'media' } as const;

/** An id, followed by a line that shows hidden characters, if any. */
function idLines({ words }: MailIdentity, label: (typeof THING_LABEL)[Thing] | 'event', id: string): string[] {
  const verbatim = shownId(id);
  const shown = shownText(id, 1000);
  return [
    say(words, label, { id: verbatim }),
    ...(shown === verbatim ? [] : [`  ${say(words, 'hidden', { id: shown })}`]),
  ];
}

function subject(mail: AbuseMail, identity: MailIdentity): string {
  const { words } = identity;
  const thing = thingOf(mail);
  const lines = [words.who, ...idLines(identity, THING_LABEL[thing], mail.offender)];
  if (mail.captured.displayName != null)
    lines.push(say(words, 'display_name', { name: `"${shownText(mail.captured.displayName)}"` }));
  if (mail.captured.avatarUrl != null) lines.push(say(words, 'avatar', { url: shownText(mail.captured.avatarUrl) }));
  if (mail.official) {
    const { userId, displayNames, domains } = mail.official;
    lines.push(say(words, 'imitates', { id: shownId(userId) }));
    if (displayNames.length > 0)
      lines.push(
        `  ${say(words, 'official_names', { names: displayNames.map((name) => `"${shownText(name)}"`).join(', ') })}`,
      );
    if (domains.length > 0)
      lines.push(
        `  ${say(words, 'official_domains', { domains: domains.map((domain) => shownText(domain)).join(', ') })}`,
      );
  }
  if (thing === 'user' || thing === 'room') lines.push(say(words, 'link', { url: permalink(mail.offender) }));
  return lines.join('\n');
}

function reasons(mail: AbuseMail, { words }: MailIdentity): string {
  const thing = thingOf(mail);
  const asked = thing === 'user' && mail.about.kind === 'impersonation' ? words.ask_impostor : words[`ask_${thing}`];
  const ask = `${words.ask}\n${asked}`;
  if (mail.about.kind === 'report') {
    const found = harmIn(mail.about.reason);
    const harm = found === undefined ? '' : say(words, 'harm', { harm: harmWords(words, found) });
    const reason = redactIds(mail.about.reason, mail.withheld);
    const told =
      reason.trim() === ''
        ? say(words, 'reported_nothing', { harm })
        : `${say(words, 'reported', { harm }).replace(/\.$/, ':')}\n  "${shownText(reason, REASON_CAP)}"`;
    return `${ask}\n\n${words.why}\n${told}`;
  }
  const { verdict, evidence, score } = mail.about.verdict;
  const sentences = evidence.slice(0, MAX_SENTENCES).map(({ sentence }) => `- ${shownText(sentence, 1000)}`);
  const more =
    evidence.length > MAX_SENTENCES
      ? [`- ${say(words, 'more_reasons', { count: evidence.length - MAX_SENTENCES })}`]
      : [];
  const level =
    verdict === 'possible' || verdict === 'likely' || verdict === 'certain' ? words[`level_${verdict}`] : verdict;
  return [
    ask,
    '',
    words.why,
    say(words, 'verdict', { verdict: level, score: Math.round(score * 100) / 100 }),
    ...sentences,
    ...more,
    ...(mail.pictures === undefined ? [] : [words.picture]),
  ].join('\n');
}

function whereAndWhen(mail: AbuseMail, identity: MailIdentity): string {
  const { seen } = mail;
  const { words } = identity;
  // our server was in the room: since version 12 a room id contains no server to ask
  const via = [identity.serverName];
  const lines = [words.where, `${utcTime(seen.at, words.time_unknown)}: ${words[`seen_${seen.source}`]}`];
  if (seen.roomId !== undefined) lines.push(...idLines(identity, 'room', seen.roomId));
  if (seen.roomAlias !== undefined) lines.push(say(words, 'room_alias', { id: shownId(seen.roomAlias) }));
  if (seen.roomName !== undefined)
    lines.push(say(words, 'room_name', { name: `"${shownText(redactIds(seen.roomName, mail.withheld))}"` }));
  if (seen.eventId !== undefined) {
    lines.push(...idLines(identity, 'event', seen.eventId));
    if (seen.roomId !== undefined)
      lines.push(say(words, 'link', { url: eventPermalink(seen.roomId, seen.eventId, via) }));
  } else if (seen.roomId !== undefined && seen.roomId !== mail.offender) {
    lines.push(say(words, 'link', { url: permalink(seen.roomId, via) }));
  }
  return lines.join('\n');
}

function howOften({ counts }: AbuseMail, { words }: MailIdentity): string {
  const number = (count: number, one: 'sighting' | 'report' | 'in_room', many: 'sightings' | 'reports' | 'in_rooms') =>
    say(words, count === 1 ? one : many, { count });
  const so = {
    sightings: number(counts.sightings, 'sighting', 'sightings'),
    reports: number(counts.reports, 'report', 'reports'),
  };
  return [
    words.often,
    // a report without a place, an account of our server's list: there is no room to speak of
    counts.rooms === 0
      ? say(words, 'so_far_no_room', so)
      : say(words, 'so_far', { ...so, rooms: number(counts.rooms, 'in_room', 'in_rooms') }),
    say(words, 'first_last', {
      first: utcTime(counts.firstSeenAt, words.time_unknown),
      last: utcTime(counts.lastSeenAt, words.time_unknown),
    }),
  ].join('\n');
}

/** Everybody else the mail is about, one line each. */
function alsoAccused({ also = [], withheld }: AbuseMail, { words }: MailIdentity): string {
  if (also.length === 0) return '';
  const lines = also.map(({ caseId, offender, displayName, verdict, reason }) => {
    const level = verdict === 'possible' || verdict === 'likely' || verdict === 'certain' ? verdict : undefined;
    const what =
      level === undefined
        ? shownText(redactIds(reason ?? '', withheld), ALSO_REASON_CAP) || words.report.replace('{count} ', '')
        : words[`level_${level}`];
    const filled = { case: caseId, id: shownId(offender), what };
    return displayName == null || displayName === ''
      ? say(words, 'also_one', filled)
      : say(words, 'also_named', { ...filled, name: `"${shownText(displayName, ALSO_NAME_CAP)}"` });
  });
  return [say(words, 'also', { count: also.length }), ...lines.map((line) => `- ${line}`)].join('\n');
}

function theEvent(mail: AbuseMail, { words }: MailIdentity): string {
  const json = eventJson(mail);
  if (json === undefined) return '';
  const text = json.length > EVENT_TEXT_CAP ? `${json.slice(0, EVENT_TEXT_CAP)}\n… ${words.cut}` : json;
  return `${words.the_event}\n${text}`;
}

/**
 * The event as readable JSON, without complainants; undefined when there is none, or when it is nested too deeply to
 * serialise: a hostile event must not block the mail.
 */
export function eventJson(mail: AbuseMail): string | undefined {
  if (!mail.event) return undefined;
  try {
    return shownJson(withholdInJson(mail.event, mail.withheld));
  } catch {
    return undefined;
  }
}

function contact(mail: AbuseMail, { words, serverName, from, appealTo }: MailIdentity): string {
  return [
    words.contact,
    say(words, 'contact_us', { server: serverName, address: from.address }),
    say(words, 'contact_case', { case: mail.caseId, thing: words[`thing_${thingOf(mail)}`] }),
    ...(mail.subjectKind === 'server' || appealTo === from.address
      ? []
      : [say(words, 'contact_appeal', { address: appealTo })]),
    words.contact_machines,
  ].join('\n');
}
