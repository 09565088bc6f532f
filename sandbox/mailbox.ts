import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { freePort } from './ports.js';
import { waitFor, type WaitOptions } from './wait.js';
import { keepXarf } from './xarf.js';

/** A mail as it arrived. */
export interface ReceivedMail {
  envelopeFrom: string;
  envelopeTo: string[];
  /** as sent, byte for byte (UTF-8) */
  raw: string;
  parsed: ParsedMail;
  /** ms since the epoch */
  receivedAt: number;
}

/** At which word of the SMTP dialogue a refusal is spoken. */
export type RefusalStage = 'connect' | 'mail' | 'rcpt' | 'data';

interface Refusal {
  code: number;
  stage: RefusalStage;
  left: number;
}

class SmtpRefusal extends Error {
  constructor(readonly responseCode: number) {
    super(responseCode < 500 ? 'try again later' : 'no such mailbox');
  }
}

/**
 * A real SMTP server on loopback that keeps what it gets. Can refuse, and can be gone for a while, at the same port.
 */
export class Mailbox {
  /** all mails that were accepted, in the order they came */
  readonly mails: ReceivedMail[] = [];
  /** how often a mail was refused */
  refused = 0;
  private refusal: Refusal | undefined;
  private server: SMTPServer | undefined;

  private constructor(readonly port: number) {}

  /** Opens a mailbox; on the preferred port when it is free. */
  static async open(options: { port?: number } = {}): Promise<Mailbox> {
    const mailbox = new Mailbox(await freePort(options.port));
    await mailbox.reopen();
    return mailbox;
  }

  /** For `mail.smtp_url`. */
  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  /** Refuses the next mails (all until `accept()` unless `times` is given) with a 4xx or 5xx code. */
  refuse(code: number, options: { stage?: RefusalStage; times?: number } = {}): void {
    this.refusal = { code, stage: options.stage ?? 'rcpt', left: options.times ?? Infinity };
  }

  /** Takes mails again. */
  accept(): void {
    this.refusal = undefined;
  }

  /** Closes the port: connections are refused until `reopen()`. */
  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** Listens (again) on the same port. */
  async reopen(): Promise<void> {
    if (this.server !== undefined) return;
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      disableReverseLookup: true,
      logger: false,
      onConnect: (_session, done) => done(this.refusalAt('connect')),
      onMailFrom: (_address, _session, done) => done(this.refusalAt('mail')),
      onRcptTo: (_address, _session, done) => done(this.refusalAt('rcpt')),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const refusal = this.refusalAt('data');
          if (refusal !== undefined) done(refusal);
          else this.keep(Buffer.concat(chunks), session).then(() => done(), done);
        });
      },
    });
    // A client that hangs up in the middle is the test's business, not an error of the mailbox.
    server.on('error', () => undefined);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
    this.server = server;
  }

  /** The mails whose raw text, header or body part holds these words. */
  about(words: string): ReceivedMail[] {
    return this.mails.filter(
      (mail) =>
        mail.raw.includes(words) ||
        (mail.parsed.text ?? '').includes(words) ||
        (mail.parsed.subject ?? '').includes(words),
    );
  }

  /** Waits for a mail that fits (any, by default). */
  waitForMail(fits: (mail: ReceivedMail) => boolean = () => true, options: WaitOptions = {}): Promise<ReceivedMail> {
    return waitFor(() => this.mails.find(fits), { what: 'a mail', ...options });
  }

  private refusalAt(stage: RefusalStage): Error | undefined {
    const { refusal } = this;
    if (refusal === undefined || refusal.stage !== stage || refusal.left <= 0) return undefined;
    refusal.left -= 1;
    this.refused += 1;
    return new SmtpRefusal(refusal.code);
  }

  private async keep(bytes: Buffer, session: SMTPServerSession): Promise<void> {
    const { mailFrom, rcptTo } = session.envelope;
    const parsed = await simpleParser(bytes);
    const xarf = parsed.attachments.find(({ filename }) => filename === 'xarf.json');
    if (xarf !== undefined) keepXarf(JSON.parse(xarf.content.toString('utf8')));
    this.mails.push({
      envelopeFrom: mailFrom === false ? '' : mailFrom.address,
      envelopeTo: rcptTo.map((recipient) => recipient.address),
      raw: bytes.toString('utf8'),
      parsed,
      receivedAt: Date.now(),
    });
  }
}
