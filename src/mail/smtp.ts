import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type nodemailer from 'nodemailer';
import type SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';
import type { MailConfig } from '../config/types.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import { later } from '../util/later.js';
import { shownText } from './text.js';
import { MAIL_TEXTS } from './texts.js';
import type { ComposedMail } from './types.js';

/** Sends finished mails to an SMTP server. */
export interface MailTransport {
  /** Resolves with the server's reply once it has accepted the mail; rejects with a `MailDeliveryError`. */
  send(mail: Pick<ComposedMail, 'recipient' | 'envelopeFrom' | 'raw'>): Promise<{ response: string }>;
  close(): void;
}

const mailer = later<typeof nodemailer>('nodemailer');
const smtpTransport = later<typeof SMTPTransport>('nodemailer/lib/smtp-transport/index.js');

/** Why a mail was not sent. */
export class MailDeliveryError extends Error {
  constructor(
    message: string,
    /** SMTP reply code; undefined without a reply */
    readonly code: number | undefined,
    /** true when retrying is pointless: the server permanently refused this sender, recipient or mail */
    readonly permanent: boolean,
  ) {
    super(message);
    this.name = 'MailRefusal';
  }
}

/**
 * A hanging server must not delay a mail for nodemailer's default of minutes: docs/operate/mail.md promises the next
 * attempt within 10 s.
 */
const TIMEOUTS = { connectionTimeout: 8_000, greetingTimeout: 8_000, socketTimeout: 30_000, dnsTimeout: 8_000 };

/** How mails are sent: the server, and whether the connection must be encrypted (RFC 8314, 3). */
export type SmtpSettings = Pick<MailConfig, 'smtp_url' | 'tls' | 'dkim'> & { smtp_url: string };

/** createTransport would drop all options next to a url; the transport itself merges them, and the url's query wins. */
function connect(settings: SmtpSettings): ReturnType<typeof nodemailer.createTransport<SMTPTransport.SentMessageInfo>> {
  const { smtp_url: url, tls, dkim } = settings;
  // A server on this machine usually has a self-signed certificate, and nobody can be in between.
  const security = isLoopback(url)
    ? { tls: { rejectUnauthorized: false } }
    : tls === 'required'
      ? { requireTLS: true }
      : {};
  const Transport = smtpTransport();
  return mailer().createTransport(
    new Transport({ url, ...TIMEOUTS, ...security }),
    dkim === null
      ? {}
      : { dkim: { domainName: dkim.domain, keySelector: dkim.selector, privateKey: readKey(dkim.private_key) } },
  );
}

/** Whether the mail server is on this machine. */
export function isLoopback(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/i.test(host);
}

function readKey(file: string): string {
  try {
    const key = readFileSync(file, 'utf8');
    createPrivateKey(key);
    return key;
  } catch (error) {
    throw new HeimdallError('HEIMDALL_E_DKIM', MAIL_TEXTS.badKey(file, messageOf(error)), MAIL_TEXTS.makeKey, {
      cause: error,
    });
  }
}

/** One connection per mail: mails are rare, and an idle connection may be dead. */
function createSmtpTransport(settings: SmtpSettings): MailTransport {
  // errors in the key are reported at once; the rest can wait until there is a mail
  if (settings.dkim !== null) readKey(settings.dkim.private_key);
  let transporter: ReturnType<typeof connect> | undefined;
  return {
    async send(mail) {
      try {
        transporter ??= connect(settings);
        const info = await transporter.sendMail({
          envelope: { from: mail.envelopeFrom, to: [mail.recipient] },
          raw: mail.raw,
        });
        return { response: shownText(info.response, 500) };
      } catch (error) {
        throw refusalOf(error);
      }
    },
    close: () => transporter?.close(),
  };
}

/**
 * A 5xx about the sender, the recipient or the mail is permanent (RFC 5321, 4.2.1). Everything else can change: no
 * reply, 4xx, a server without a greeting, and failed logins, which an admin can fix in the configuration.
 */
function refusalOf(error: unknown): MailDeliveryError {
  const { responseCode, code } =
    error instanceof Error ? (error as Error & { responseCode?: unknown; code?: unknown }) : {};
  const reply = typeof responseCode === 'number' ? responseCode : undefined;
  const permanent =
    reply !== undefined &&
    reply >= 500 &&
    ![530, 534, 535, 538].includes(reply) &&
    (code === 'EENVELOPE' || code === 'EMESSAGE');
  return new MailDeliveryError(shownText(messageOf(error), 500), reply, permanent);
}

/** The configured mail server; undefined when there is none. */
export function smtpTransportOf(mail: MailConfig): MailTransport | undefined {
  return mail.smtp_url === null ? undefined : createSmtpTransport({ ...mail, smtp_url: mail.smtp_url });
}

/** For the doctor: connects, greets and logs in. Rejects with HEIMDALL_E_SMTP on failure. */
export async function verifySmtp(settings: SmtpSettings): Promise<void> {
  const transporter = connect(settings);
  try {
    await transporter.verify();
  } catch (error) {
    throw new HeimdallError(
      'HEIMDALL_E_SMTP',
      MAIL_TEXTS.serverRefuses(refusalOf(error).message),
      MAIL_TEXTS.checkServer,
    );
  } finally {
    transporter.close();
  }
}
