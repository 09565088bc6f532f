import { createHash } from 'node:crypto';
import type MimeNode from 'nodemailer/lib/mime-node/index.js';
import { permalink } from '../matrix/permalinks.js';
import { serverNameOf, withoutPort } from '../matrix/identifiers.js';
import { plainText, subjectLine } from './body.js';
import { harmIn } from '../store/harms.js';
import { isoTime } from '../util/times.js';
import { later } from '../util/later.js';
import { shownText } from './text.js';
import { XARF_TEXTS } from './texts.js';
import type { AbuseMail, ComposedMail, MailIdentity } from './types.js';
import { xarfReport } from './xarf.js';

const mimeNode = later<typeof MimeNode>('nodemailer/lib/mime-node/index.js');
/** How many earlier mails `References` lists besides the first: enough for any mail program, and bounded. */
const REFERENCES_KEPT = 20;
/** RFC 5322, 2.1.1: a line has at most 998 characters. */
const LINE_LIMIT = 998;

/**
 * Builds the mail to an abuse desk: `multipart/report` (RFC 6522) with a self-contained text part, a
 * `message/feedback-report` part (RFC 5965, `Feedback-Type: xarf`) and `xarf.json`. Pure: the same input gives the same
 * bytes. nodemailer's sendMail cannot produce this type, hence mime-node.
 */
export async function composeAbuseMail(mail: AbuseMail, identity: MailIdentity): Promise<ComposedMail> {
  const Node = mimeNode();
  const root = new Node('multipart/report; report-type=feedback-report', {
    // unguessable, because the Message-ID is, so untrusted text cannot end a part
    baseBoundary: createHash('sha256').update(mail.messageId).digest('hex').slice(0, 32),
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  setHeaders(root, mail, identity);
  // RFC 6522, 3: the first part is for people, of whatever kind
  const forPeople = mail.pictures === undefined ? root : root.createChild('multipart/mixed');
  forPeople
    .createChild('text/plain; charset=utf-8')
    .setHeader('Content-Transfer-Encoding', 'quoted-printable')
    .setContent(crlf(plainText(mail, identity)));
  if (mail.pictures !== undefined)
    forPeople
      .createChild('image/png', { filename: 'disguise.png' })
      .setHeader('Content-Disposition', 'inline')
      .setHeader('Content-Description', XARF_TEXTS.picture)
      .setContent(Buffer.from(mail.pictures.disguise));
  root.createChild('message/feedback-report').setContent(crlf(feedbackReport(mail, identity)));
  root
    .createChild('application/json; charset=utf-8', { filename: 'xarf.json' })
    .setContent(crlf(`${JSON.stringify(xarfReport(mail, identity), null, 2)}\n`));
  const bytes = await root.build();
  return {
    messageId: mail.messageId,
    recipient: identity.recipient,
    envelopeFrom: identity.envelopeFrom,
    raw: bytes.toString('latin1'),
  };
}

function setHeaders(root: MimeNode, mail: AbuseMail, identity: MailIdentity): void {
  const name = shownText(identity.from.name, 100).replace(/["\\]/g, '');
  root.setHeader('From', name === '' ? identity.from.address : `"${name}" <${identity.from.address}>`);
  root.setHeader('To', identity.recipient);
  root.setHeader('Reply-To', identity.replyTo);
  root.setHeader('Subject', subjectLine(mail, identity));
  root.setHeader('Date', new Date(mail.date).toUTCString().replace('GMT', '+0000'));
  root.setHeader('Message-ID', mail.messageId);
  const previous = mail.thread.at(-1);
  if (previous !== undefined) {
    root.setHeader('In-Reply-To', previous);
    root.setHeader(
      'References',
      [...new Set([...mail.thread.slice(0, 1), ...mail.thread.slice(-REFERENCES_KEPT)])].join(' '),
    );
  }
  root.setHeader('Auto-Submitted', 'auto-generated');
  root.setHeader('X-Auto-Response-Suppress', 'All');
}

/** RFC 5965 fields in plain ASCII. Chat has no original mail, so there are no `Original-*` fields. */
function feedbackReport(mail: AbuseMail, identity: MailIdentity): string {
  const fields: [string, string | undefined][] = [
    ['Feedback-Type', 'xarf'],
    ['User-Agent', identity.userAgent],
    ['Version', '1'],
    [
      'Arrival-Date',
      isoTime(mail.seen.at) === undefined ? undefined : new Date(mail.seen.at).toUTCString().replace('GMT', '+0000'),
    ],
    ['Incidents', String(mail.counts.sightings + mail.counts.reports)],
    ['Reported-Domain', reportedDomain(mail.offender)],
    ['Reported-URI', permalink(mail.offender)],
    ['X-Matrix-Harm', mail.about.kind === 'report' ? harmIn(mail.about.reason) : undefined],
  ];
  return fields
    .filter(
      ([key, value]) =>
        value !== undefined && /^[\x20-\x7e]+$/.test(value) && key.length + value.length + 2 <= LINE_LIMIT,
    )
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');
}

function reportedDomain(offender: string): string | undefined {
  const server = serverNameOf(offender);
  const host = server === undefined ? '' : withoutPort(server);
  return /^[A-Za-z0-9.-]{1,253}$/.test(host) ? host : undefined;
}

const crlf = (text: string): string => text.replace(/\r?\n/g, '\r\n');
