import type { Ledger } from '../store/types.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import type { MailReceiver } from './receive.js';
import { isLoopback } from './smtp.js';
import { Rounds } from '../util/rounds.js';

/** The part of an IMAP connection that is used. */
export interface Mailbox {
  /** opens the folder; its UIDVALIDITY (RFC 9051, 2.3.1.1) */
  open(): Promise<string>;
  /** messages above this UID, oldest first */
  after(uid: number): AsyncIterable<{ uid: number; source: Buffer }>;
  markSeen(uid: number): Promise<void>;
  close(): Promise<void>;
}

export interface MailboxPollerOptions {
  connect: () => Promise<Mailbox>;
  receiver: Pick<MailReceiver, 'receive'>;
  ledger: Pick<Ledger, 'commit' | 'meta'>;
  logger: Logger;
  intervalMs?: number;
}

const INTERVAL_MS = 60_000;
const MOST_BYTES = 5 * 1024 * 1024;
const MOST_A_LOOK = 200;
const META = 'mail.imap';

/**
 * Polls a mailbox for answers to our mails. Processed mails are remembered by UID, so that people can use the mailbox
 * too: only mails that belong to a case are marked as read, and nothing is moved or deleted.
 */
export class MailboxPoller {
  readonly #options: MailboxPollerOptions;
  readonly #rounds = new Rounds({ work: () => this.look(), everyMs: () => this.#options.intervalMs ?? INTERVAL_MS });
  #told = '';

  constructor(options: MailboxPollerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#rounds.start();
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Polls once. Never rejects: an error is logged once and retried at the next poll. */
  async look(): Promise<void> {
    const { connect, logger } = this.#options;
    let mailbox: Mailbox | undefined;
    try {
      mailbox = await connect();
      await this.#read(mailbox);
      this.#told = '';
    } catch (error) {
      const message = messageOf(error);
      if (this.#told !== message) logger.warn({ error: message }, 'mailbox cannot be read; trying again');
      this.#told = message;
    } finally {
      await mailbox?.close().catch(() => undefined);
    }
  }

  async #read(mailbox: Mailbox): Promise<void> {
    const { ledger, receiver, logger } = this.#options;
    const validity = await mailbox.open();
    const [known = '', last = '0'] = ((await ledger.meta(META)) ?? '').split('/');
    let seen = known === validity ? Number(last) || 0 : 0;
    for await (const { uid, source } of mailbox.after(seen)) {
      if (uid <= seen) continue;
      // an unreadable mail must not block the others; an unavailable ledger must
      const reception = await receiver.receive({ raw: source, envelopeTo: [] }).catch((error: unknown) => {
        if (error instanceof HeimdallError) throw error;
        logger.warn({ error: messageOf(error) }, 'a mail cannot be read');
        return 'stranger' as const;
      });
      if (reception === 'kept') {
        await mailbox.markSeen(uid);
        logger.info({}, 'mail taken');
      }
      seen = uid;
      await ledger.commit((tx) => tx.setMeta(META, `${validity}/${seen}`));
      if (this.#rounds.stopped) return;
    }
  }
}

/** Connects to `mail.imap_url`: imaps, or imap with STARTTLS; without encryption only on this machine. */
export async function connectImap(imapUrl: string): Promise<Mailbox> {
  const url = new URL(imapUrl);
  const secure = url.protocol === 'imaps:';
  const loopback = isLoopback(imapUrl);
  const { ImapFlow } = await import('imapflow');
  const client = new ImapFlow({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 993 : 143) : Number(url.port),
    secure,
    ...(secure || loopback ? {} : { doSTARTTLS: true }),
    auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    logger: false,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 60_000,
    ...(loopback ? { tls: { rejectUnauthorized: false } } : {}),
  });
  // a connection that breaks while idle
  client.on('error', () => undefined);
  await client.connect();
  const folder = decodeURIComponent(url.pathname.replace(/^\//, '')) || 'INBOX';
  return {
    open: async () => String((await client.mailboxOpen(folder)).uidValidity),
    async *after(uid) {
      const found = await client.search({ uid: `${uid + 1}:*` }, { uid: true });
      const uids = (found === false ? [] : (found ?? [])).filter((each) => each > uid).sort((a, b) => a - b);
      for (const each of uids.slice(0, MOST_A_LOOK)) {
        const message = await client.fetchOne(String(each), { source: { maxLength: MOST_BYTES } }, { uid: true });
        if (message !== false && message?.source !== undefined) yield { uid: each, source: message.source };
      }
    },
    markSeen: async (uid) => void (await client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true })),
    close: () => client.logout(),
  };
}
