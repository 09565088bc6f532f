import { randomBytes } from 'node:crypto';
import type { Config } from '../config/types.js';
import type { Correspondence } from '../store/index.js';
import type { MailAnswer, OutboxRecord } from '../store/records/mails.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import { packageVersion } from '../util/package-root.js';
import { parseMailbox } from './addresses.js';
import { smtpTransportOf, type MailTransport } from './smtp.js';
import { MAIL_TEXTS } from './texts.js';

export interface MailDeskOptions {
  ledger: Ledger;
  correspondence: Correspondence;
  config: Pick<Config, 'homeserver' | 'mail' | 'dry_run'>;
  /** default: SMTP at `mail.smtp_url` */
  transport?: MailTransport;
  clock: Clock;
}

/** A mail for display. */
export interface ShownMail {
  mail: OutboxRecord;
  subject: string;
  text: string;
  /** received mails about its case, oldest first */
  answers: MailAnswer[];
}

/** A mail that was sent again. */
export interface Resent {
  mail: OutboxRecord;
  /** the mail server's reply */
  response: string;
  /** why the sending does not stand in the ledger; undefined: it does */
  notNoted: string | undefined;
}

/** Manual mail operations: listing, resending, testing. */
export class MailDesk {
  readonly #options: MailDeskOptions;

  constructor(options: MailDeskOptions) {
    this.#options = options;
  }

  /** The latest mails, newest first. */
  list(limit = 20): Promise<OutboxRecord[]> {
    return this.#options.correspondence.latestMails(limit);
  }

  /** @throws HeimdallError HEIMDALL_E_NO_MAIL */
  async show(id: number): Promise<ShownMail> {
    const mail = await this.#mail(id);
    const { simpleParser } = await import('mailparser');
    const parsed = await simpleParser(Buffer.from(mail.raw, 'latin1'), { skipTextToHtml: true });
    return {
      mail,
      subject: parsed.subject ?? '',
      text: parsed.text ?? '',
      answers: mail.caseId === null ? [] : await this.#options.correspondence.answersOf(mail.caseId),
    };
  }

  /**
   * Sends exactly the same mail again; resolves with the mail server's reply. A sending that cannot be noted has
   * happened all the same, and must not be taken for one that failed: somebody would send the mail a third time.
   */
  async resend(id: number): Promise<Resent> {
    const mail = await this.#mail(id);
    const response = await this.#send(mail);
    const note = { sentAt: this.#options.clock(), response };
    const notNoted = await this.#options.ledger.noteMail(mail.id, note).then(() => undefined, messageOf);
    return { mail, response, notNoted };
  }

  /** Sends a short plain mail to our own desk; resolves with the mail server's reply. */
  async test(): Promise<{ recipient: string; response: string }> {
    const { mail, homeserver } = this.#options.config;
    if (mail.from === null || mail.abuse_contact === null) throw notSetUp();
    const from = parseMailbox(mail.from, 'mail.from');
    const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
    const raw = [
      `From: ${from.address}`,
      `To: ${mail.abuse_contact}`,
      `Subject: ${MAIL_TEXTS.testSubject(homeserver.server_name)}`,
      `Date: ${new Date(this.#options.clock()).toUTCString().replace('GMT', '+0000')}`,
      `Message-ID: <heimdall.test.${randomBytes(16).toString('hex')}@${domain}>`,
      'Auto-Submitted: auto-generated',
      'X-Auto-Response-Suppress: All',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      '',
      ...MAIL_TEXTS.testBody(packageVersion(), homeserver.server_name),
      '',
    ].join('\r\n');
    const response = await this.#send({ recipient: mail.abuse_contact, envelopeFrom: from.address, raw });
    return { recipient: mail.abuse_contact, response };
  }

  async #mail(id: number): Promise<OutboxRecord> {
    const mail = Number.isSafeInteger(id) ? await this.#options.correspondence.mailById(id) : undefined;
    if (mail === undefined) throw new HeimdallError('HEIMDALL_E_NO_MAIL', MAIL_TEXTS.noMail(id), MAIL_TEXTS.listMails);
    return mail;
  }

  async #send(mail: Parameters<MailTransport['send']>[0]): Promise<string> {
    const { config } = this.#options;
    if (config.dry_run) throw new HeimdallError('HEIMDALL_E_MAIL_CONFIG', MAIL_TEXTS.dryRun, MAIL_TEXTS.endDryRun);
    const transport = this.#options.transport ?? smtpTransportOf(config.mail);
    if (transport === undefined) throw notSetUp();
    try {
      return (await transport.send(mail)).response;
    } finally {
      if (this.#options.transport === undefined) transport.close();
    }
  }
}

function notSetUp(): HeimdallError {
  return new HeimdallError('HEIMDALL_E_MAIL_CONFIG', MAIL_TEXTS.notSetUp, MAIL_TEXTS.setUp);
}

/** A mail's state, in a word of ours or the mail server's. */
export function standingOfMail({ sentAt, response }: OutboxRecord): string {
  if (sentAt !== null) return MAIL_TEXTS.sent(new Date(sentAt).toISOString().replace(/\.\d+Z$/, 'Z'));
  return response === null ? MAIL_TEXTS.notSentYet : MAIL_TEXTS.notSent(response);
}
