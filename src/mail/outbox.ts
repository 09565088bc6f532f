import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ActionRecord } from '../store/records/actions.js';
import type { OutboxRecord } from '../store/records/mails.js';
import { sendGatheredMail, sendMail } from './actions.js';
import type { ActionHandler, ActionOutcome, InterlockAnswer, InterlockQuestion } from '../actions/types.js';
import type { Config } from '../config/types.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { packageVersion } from '../util/package-root.js';
import { composeAbuseMail } from './compose.js';
import { composeLetter, sendLetter } from './letters.js';
import { laneOfGathered, mailInputOfMany, MOST_GATHERED } from './gathered.js';
import { mailIdentityOf, mailInputOfCase, stamped, type Gathered } from './input.js';
import type { PictureMaker } from './picture.js';
import { createSmtpTransport, MailDeliveryError, type MailTransport } from './smtp.js';
import { MAIL_TEXTS } from './texts.js';
import { loadMailWords } from './words.js';
import { doublingMs } from '../util/timers.js';

/** Carries out actions of kind `mail`. */
export interface MailHandler extends ActionHandler {
  /** `mail_gathered`: one mail about many cases */
  gathered: ActionHandler;
  /** `letter`: a plain mail to a person */
  letters: ActionHandler;
  /** Ends open connections. */
  close(): void;
}

export interface MailHandlerDeps {
  ledger: Ledger;
  config: Pick<Config, 'homeserver' | 'mail' | 'protected_identities' | 'rules_dir'>;
  /** default: SMTP at `mail.smtp_url` */
  transport?: MailTransport;
  /** absent: mails show no pictures */
  pictures?: PictureMaker;
  /** the interlock, for mails that say themselves whom they accuse; default: nobody is spared */
  guard?: (question: InterlockQuestion) => InterlockAnswer;
  clock: Clock;
  logger: Logger;
}

/** First pause; docs/operate/mail.md promises the second try after 4 s. */
const FIRST_PAUSE_MS = 4_000;
const LONGEST_PAUSE_MS = 6 * 3_600_000;
/** RFC 5321, 4.5.4.1: give up after 4 to 5 days. */
const GIVE_UP_AFTER_MS = 4 * 24 * 3_600_000;

/** The pause after a try that failed, `attempts` tries having failed before it: 4, 8, 16 s, … up to 6 h. */
export function pauseAfter(attempts: number): number {
  return doublingMs(FIRST_PAUSE_MS, LONGEST_PAUSE_MS, attempts);
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

  type Composed = Omit<OutboxRecord, 'id' | 'sentAt' | 'response' | 'actionId'>;
  const composeOne = async (action: ActionRecord): Promise<Composed> =>
    compose(await mailInputOfCase(ledger, action.caseId, action.payload, config));

  const compose = async (gathered: Gathered): Promise<Composed> => {
    const identity = mailIdentityOf(config, gathered.caseId, { secret: await ledger.secret('mail'), userAgent, words });
    const now = clock();
    const domain = identity.from.address.slice(identity.from.address.lastIndexOf('@') + 1);
    const pictures = await parts.pictures?.of(gathered, words);
    const mail = await composeAbuseMail({ ...stamped(gathered, domain, now), pictures }, identity);
    return { ...mail, caseId: gathered.caseId, createdAt: now };
  };

  const send = async (action: ActionRecord, composed: () => Promise<Composed>): Promise<ActionOutcome> => {
    if (!transport) throw new HeimdallError('HEIMDALL_E_MAIL_CONFIG', MAIL_TEXTS.notSetUp, MAIL_TEXTS.setUp);
    const row = await ledger.outboxOf(action.id, composed);
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

  /** What was asked for before mails said whom they accuse, and a person who has become a moderator since. */
  const refusal = async (action: ActionRecord): Promise<string | undefined> => {
    const record = action.caseId === null ? undefined : await ledger.caseById(action.caseId);
    if (record?.subjectKind !== 'user') return undefined;
    const answer = parts.guard?.({ about: 'user', userId: record.subject });
    return answer?.allowed === false ? answer.reason : undefined;
  };

  const sendOne = async (action: ActionRecord): Promise<ActionOutcome> => {
    const refused = await refusal(action);
    return refused === undefined ? send(action, () => composeOne(action)) : { state: 'refused', error: refused };
  };

  /** The cases that it names end as it does; who may not be accused is left out. */
  const sendMany = async (action: ActionRecord): Promise<ActionOutcome> => {
    const lane = laneOfGathered(action.id);
    const all = await ledger.dueInLane(lane, MOST_GATHERED);
    const named: ActionRecord[] = [];
    for (const [index, part] of all.entries()) {
      if (index % 50 === 49) await nextTurn();
      const refused = await refusal(part);
      if (refused === undefined) named.push(part);
      else await ledger.endAction(part.id, { state: 'refused', error: refused, at: clock() });
    }
    if (named.length === 0) return { state: 'done' };
    const outcome = await send(action, async () => compose(await mailInputOfMany(ledger, named, config))).catch(
      (error: unknown) => afterFailure(action, error),
    );
    if (outcome.state === 'done' || outcome.state === 'failed')
      await ledger.endLane(lane, {
        state: outcome.state,
        at: clock(),
        ...(outcome.state === 'done' ? { result: outcome.result } : { error: outcome.error }),
      });
    return outcome;
  };

  const orAfterFailure =
    (work: (action: ActionRecord) => Promise<ActionOutcome>) =>
    (_payload: unknown, action: ActionRecord): Promise<ActionOutcome> =>
      work(action).catch((error: unknown) => afterFailure(action, error));
  return {
    ...sendMail.handler(orAfterFailure(sendOne)),
    gathered: sendGatheredMail.handler(orAfterFailure(sendMany)),
    letters: sendLetter.handler((letter, action) =>
      send(action, async () => {
        const now = clock();
        return {
          ...(await composeLetter(letter, config.mail.from ?? '', action.key, now)),
          caseId: null,
          createdAt: now,
        };
      }).catch((error: unknown) => afterFailure(action, error)),
    ),
    close: () => transport?.close(),
  };
}

/** What no later try can mend. A ledger out of reach or mail that is not set up yet can be mended. */
function isHopeless(error: unknown): boolean {
  return error instanceof MailDeliveryError
    ? error.permanent
    : error instanceof HeimdallError && error.code === 'HEIMDALL_E_MAIL_INPUT';
}
