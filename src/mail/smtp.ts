import nodemailer from 'nodemailer';
import SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import { shownText } from './text.js';
import type { ComposedMail } from './types.js';

/** Hands finished mails to an SMTP server. */
export interface MailTransport {
  /** Resolves with the server's answer once it took the mail; rejects with a `MailRefusal`. */
  send(mail: Pick<ComposedMail, 'recipient' | 'envelopeFrom' | 'raw'>): Promise<{ response: string }>;
  close(): void;
}

/** Why a mail did not go out. */
export class MailDeliveryError extends Error {
  constructor(
    message: string,
    /** SMTP reply code; undefined when no answer came */
    readonly code: number | undefined,
    /** true when no later try can help: the server said no for good to this sender, recipient or mail */
    readonly permanent: boolean,
  ) {
    super(message);
    this.name = 'MailRefusal';
  }
}

/**
 * A hanging server must not hold a mail for nodemailer's default of minutes: the contract wants the next try within 10
 * s.
 */
const TIMEOUTS = { connectionTimeout: 8_000, greetingTimeout: 8_000, socketTimeout: 30_000, dnsTimeout: 8_000 };

/**
 * createTransport would drop every option beside an url; the transport itself joins them, and the url's own query wins.
 */
function connect(smtpUrl: string): ReturnType<typeof nodemailer.createTransport<SMTPTransport.SentMessageInfo>> {
  // A server on this very machine shows a self-signed certificate as a rule, and nobody stands between.
  const loopback = /^smtps?:\/\/([^@/]*@)?(127\.\d+\.\d+\.\d+|localhost|\[::1\])([:/?]|$)/i.test(smtpUrl);
  return nodemailer.createTransport(
    new SMTPTransport({ url: smtpUrl, ...TIMEOUTS, ...(loopback ? { tls: { rejectUnauthorized: false } } : {}) }),
  );
}

/** One connection a mail: mails are rare, and a connection that waits is one more thing that can be dead. */
export function createSmtpTransport(smtpUrl: string): MailTransport {
  const transporter = connect(smtpUrl);
  return {
    async send(mail) {
      try {
        const info = await transporter.sendMail({
          envelope: { from: mail.envelopeFrom, to: [mail.recipient] },
          raw: mail.raw,
        });
        return { response: shownText(info.response, 500) };
      } catch (error) {
        throw refusalOf(error);
      }
    },
    close: () => transporter.close(),
  };
}

/**
 * 5xx about the sender, the recipient or the mail is for good (RFC 5321, 4.2.1). All else can change: no answer, 4xx,
 * a server that greets nobody, and failed logins, which are our own configuration and mended by an admin.
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

/** For doctor: connects, says hello and logs in. Rejects with HEIMDALL_E_SMTP when that does not work. */
export async function verifySmtp(smtpUrl: string): Promise<void> {
  const transporter = connect(smtpUrl);
  try {
    await transporter.verify();
  } catch (error) {
    throw new HeimdallError(
      'HEIMDALL_E_SMTP',
      `The mail server does not take our mail: ${refusalOf(error).message}`,
      'Check mail.smtp_url: host, port, user and password, and that the server runs.',
    );
  } finally {
    transporter.close();
  }
}
