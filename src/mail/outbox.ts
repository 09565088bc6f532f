import { sendMail } from './actions.js';
import type { ActionHandler, ActionOutcome } from '../actions/types.js';
import type { Config } from '../config/types.js';
import type { ActionRecord, Ledger, OutboxRecord } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { packageVersion } from '../util/package-root.js';
import { composeAbuseMail } from './compose.js';
import { mailIdentityOf, mailInputOfCase, stamped } from './input.js';
import { createSmtpTransport, MailDeliveryError, type MailTransport } from './smtp.js';
import { loadMailWords } from './words.js';

/** Carries out actions of kind `mail`. */
export interface MailHandler extends ActionHandler {
  /** Ends open connections. */
  close(): void;
}

export interface MailHandlerDeps {
  ledger: Ledger;
  config: Pick<Config, 'homeserver' | 'mail' | 'protected_identities' | 'rules_dir'>;
  /** default: SMTP at `mail.smtp_url` */
  transport?: MailTransport;
  clock: Clock;
  logger: Logger;
}

/** First pause; the contract wants the second try within 10 s. */
const FIRST_PAUSE_MS = 4_000;
const LONGEST_PAUSE_MS = 6 * 3_600_000;
/** RFC 5321, 4.5.4.1: give up after 4 to 5 days. */
const GIVE_UP_AFTER_MS = 4 * 24 * 3_600_000;

/** The pause after a try that failed, `attempts` tries having failed before it: 4, 8, 16 s, … up to 6 h. */
export function pauseAfter(attempts: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(attempts, 30));
}

/**
 * Makes the handler that sends mails. A mail is composed once and kept in the ledger's outbox, so every try sends the
 * same bytes under the same Message-ID. It is given up only when the server refuses it for good or after four days;
 * even then the outbox keeps it. How many are on their way at once is the executor's business.
 */
export function createMailHandler(parts: MailHandlerDeps): MailHandler {
  const { ledger, config, clock, logger } = parts;
  const userAgent = `Heimdall/${packageVersion()}`;
  // read now: an admin's broken texts must show at the start and not with the first mail
  const words = loadMailWords(config.mail.language, config.rules_dir);
  const transport =
    parts.transport ??
    (config.mail.smtp_url === null
      ? undefined
      : createSmtpTransport({ ...config.mail, smtp_url: config.mail.smtp_url }));

  const compose = async (
    action: ActionRecord,
  ): Promise<Omit<OutboxRecord, 'id' | 'sentAt' | 'response' | 'actionId'>> => {
    const gathered = await mailInputOfCase(ledger, action.caseId, action.payload, config);
    const identity = mailIdentityOf(config, gathered.caseId, { secret: await ledger.secret('mail'), userAgent, words });
    const now = clock();
    const domain = identity.from.address.slice(identity.from.address.lastIndexOf('@') + 1);
    const mail = await composeAbuseMail(stamped(gathered, domain, now), identity);
    return { ...mail, caseId: gathered.caseId, createdAt: now };
  };

  const send = async (action: ActionRecord): Promise<ActionOutcome> => {
    if (!transport)
      throw new HeimdallError(
        'HEIMDALL_E_MAIL_CONFIG',
        'Mail is not set up.',
        'Set mail.smtp_url, mail.from and mail.abuse_contact.',
      );
    const row = await ledger.outboxOf(action.id, () => compose(action));
    // a crash after the server's 250 and before the action's end: it is out, once is enough
    if (row.sentAt !== null) return { state: 'done', result: { message_id: row.messageId } };
    const note = (sentAt: number | null, response: string): Promise<void> =>
      // a note that fails must not send the mail again: the action's end says the same
      ledger
        .noteMail(row.id, { sentAt, response })
        .catch((error: unknown) =>
          logger.error({ actionId: action.id, error: messageOf(error) }, 'mail result not noted'),
        );
    try {
      const { response } = await transport.send(row);
      await note(clock(), response);
      logger.info({ caseId: action.caseId, actionId: action.id }, 'mail sent');
      return { state: 'done', result: { message_id: row.messageId } };
    } catch (error) {
      if (error instanceof MailDeliveryError) await note(null, error.message);
      throw error;
    }
  };

  const afterFailure = (action: ActionRecord, error: unknown): ActionOutcome => {
    const message = messageOf(error);
    const context = { caseId: action.caseId, actionId: action.id, attempts: action.attempts, error: message };
    if (isHopeless(error) || clock() - action.createdAt >= GIVE_UP_AFTER_MS) {
      logger.error(context, 'mail given up');
      return { state: 'failed', error: message };
    }
    const afterMs = pauseAfter(action.attempts);
    logger.warn({ ...context, afterMs }, 'mail not sent, it will be tried again');
    return { state: 'retry', afterMs, error: message };
  };

  return {
    ...sendMail.handler((_payload, action) => send(action).catch((error: unknown) => afterFailure(action, error))),
    close: () => transport?.close(),
  };
}

/** What no later try can mend. A ledger out of reach or mail that is not set up yet can be mended. */
function isHopeless(error: unknown): boolean {
  return error instanceof MailDeliveryError
    ? error.permanent
    : error instanceof HeimdallError && error.code === 'HEIMDALL_E_MAIL_INPUT';
}
