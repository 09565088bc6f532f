import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import type SmtpServerPackage from 'smtp-server';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import { later } from '../util/later.js';
import type { Logger } from '../util/logger.js';
import type { MailReceiver } from './receive.js';
import { SMTP_TEXTS } from './texts.js';

export interface InboundDoorOptions {
  bind: string;
  port: number;
  receiver: Pick<MailReceiver, 'receive'>;
  clock: Clock;
  logger: Logger;
}

export interface InboundDoor {
  start(): void;
  stop(): Promise<void>;
  /** the port it listens on; undefined while it does not */
  port(): number | undefined;
}

const smtpServer = later<typeof SmtpServerPackage>('smtp-server');
const MOST_BYTES = 5 * 1024 * 1024;
const MOST_RECIPIENTS = 20;
const MOST_CLIENTS = 50;
const IDLE_MS = 30_000;
/** Maximum mails stored per hour; further ones are deferred. */
const MOST_AN_HOUR = 2_000;
const HOUR_MS = 3_600_000;
const SETTINGS = {
  banner: 'Heimdall',
  disabledCommands: ['AUTH', 'STARTTLS'] as string[],
  authOptional: true,
  disableReverseLookup: true,
  logger: false,
  size: MOST_BYTES,
  maxClients: MOST_CLIENTS,
  socketTimeout: IDLE_MS,
  closeTimeout: 1_000,
} as const;
const RETRY_MS = 30_000;

/**
 * Takes answers to our mails by SMTP, from the admin's own mail server. A mail that matches no case is refused with
 * 550, so that its sender learns of it and nothing is stored.
 */
export function createInboundDoor({ bind, port, receiver, clock, logger }: InboundDoorOptions): InboundDoor {
  let retry: NodeJS.Timeout | undefined;
  let stopped = false;
  const taking = new Taking(receiver, clock, logger);
  const { SMTPServer } = smtpServer();
  const server = new SMTPServer({
    ...SETTINGS,
    onRcptTo(_address, session, callback) {
      callback(session.envelope.rcptTo.length >= MOST_RECIPIENTS ? refusal(452, SMTP_TEXTS.recipients) : null);
    },
    onData(stream, { envelope: { mailFrom, rcptTo } }, callback) {
      void readAll(stream)
        .then((raw) =>
          raw === undefined
            ? refusal(552, SMTP_TEXTS.tooLarge)
            : taking.take(
                raw,
                mailFrom === false ? '' : mailFrom.address,
                rcptTo.map(({ address }) => address),
              ),
        )
        .then((error) => (error === null ? callback(null, 'taken') : callback(error)));
    },
  });
  // clients that disconnect, time out or send garbage; a port in use is retried
  server.on('error', (error: Error & { syscall?: string }) => {
    logger.warn({ error: messageOf(error) }, 'mail door');
    if (error.syscall === 'listen' && !stopped) retry = setTimeout(() => server.listen(port, bind), RETRY_MS);
  });

  return {
    start: () => void server.listen(port, bind),
    async stop() {
      stopped = true;
      clearTimeout(retry);
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
    port: () => (server.server.address() as AddressInfo | null)?.port,
  };
}

/**
 * Passes mails on, with an hourly limit, and returns the reply to the sending server; null if the mail was accepted.
 */
class Taking {
  #hour = { begins: 0, kept: 0 };

  constructor(
    private readonly receiver: InboundDoorOptions['receiver'],
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  async take(raw: Buffer, envelopeFrom: string, envelopeTo: readonly string[]): Promise<Error | null> {
    const now = this.clock();
    if (now - this.#hour.begins >= HOUR_MS) this.#hour = { begins: now, kept: 0 };
    if (this.#hour.kept >= MOST_AN_HOUR) return refusal(451, SMTP_TEXTS.tooMany);
    try {
      const reception = await this.receiver.receive({ raw, envelopeFrom, envelopeTo });
      if (reception === 'stranger') return refusal(550, SMTP_TEXTS.stranger);
      if (reception === 'unreadable') return refusal(554, SMTP_TEXTS.unreadable);
      this.#hour.kept++;
      this.logger.info({}, 'mail taken');
      return null;
    } catch (error) {
      this.logger.error({ error: messageOf(error) }, 'mail not taken');
      return refusal(451, SMTP_TEXTS.notKept);
    }
  }
}

/** A mail's content; undefined if it is too large, in which case nothing is stored. */
function readAll(stream: Readable): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MOST_BYTES) chunks.push(chunk);
    });
    stream.on('end', () => resolve(size > MOST_BYTES ? undefined : Buffer.concat(chunks)));
  });
}

function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}
