import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ActionRecord } from '../store/records/actions.js';
import { sendGatheredMail, sendMail } from './actions.js';
import type { ActionHandler, ActionOutcome, InterlockAnswer, InterlockQuestion } from '../actions/types.js';
import type { Config } from '../config/types.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { MailComposer, type Composed } from './composer.js';
import { composeLetter, sendLetter, type Letter } from './letters.js';
import { laneOfGathered, mailInputOfMany, MOST_GATHERED } from './gathered.js';
import { mailInputOfCase } from './input.js';
import type { PictureMaker } from './picture.js';
import { GIVE_UP_AFTER_MS, pauseAfter } from './retries.js';
import { MailDeliveryError, smtpTransportOf, type MailTransport } from './smtp.js';
import { MAIL_TEXTS } from './texts.js';

/** Carries out actions of kind `mail`. */
export interface MailHandler extends ActionHandler {
  /** `mail_gathered`: one mail about many cases */
  gathered: ActionHandler;
  /** `letter`: a plain mail to a person */
  letters: ActionHandler;
  /** Closes open connections. */
  close(): void;
}

export interface MailHandlerDeps {
  ledger: Ledger;
  config: Pick<Config, 'homeserver' | 'mail' | 'protected_identities' | 'rules_dir'>;
  /** default: SMTP at `mail.smtp_url` */
  transport?: MailTransport;
  /** absent: mails have no pictures */
  pictures?: PictureMaker;
  /** the interlock, for mails that name whom they accuse; default: nobody is exempt */
  guard?: (question: InterlockQuestion) => InterlockAnswer;
  clock: Clock;
  logger: Logger;
}

/**
 * Creates the handler that sends mails. A mail is composed once and stored in the ledger's outbox, so every attempt
 * sends the same bytes with the same Message-ID. It is given up only when the server refuses it permanently or after
 * four days, and stays in the outbox even then. The executor limits concurrency.
 */
export function createMailHandler(parts: MailHandlerDeps): MailHandler {
  const post = new Post(parts);
  const abuse = new AbuseMails(parts, post);
  const orAfterFailure =
    <Payload>(work: (payload: Payload, action: ActionRecord) => Promise<ActionOutcome>) =>
    (payload: Payload, action: ActionRecord): Promise<ActionOutcome> =>
      work(payload, action).catch((error: unknown) => post.afterFailure(action, error));
  return {
    ...sendMail.handler(orAfterFailure((_payload, action) => abuse.sendOne(action))),
    gathered: sendGatheredMail.handler(orAfterFailure((_payload, action) => abuse.sendMany(action))),
    letters: sendLetter.handler(
      orAfterFailure((letter, action) => post.send(action, () => letterOf(letter, action, parts))),
    ),
    close: () => post.close(),
  };
}

async function letterOf(letter: Letter, { key }: ActionRecord, { config, clock }: MailHandlerDeps): Promise<Composed> {
  const now = clock();
  return { ...(await composeLetter(letter, config.mail.from ?? '', key, now)), caseId: null, createdAt: now };
}

/** Sends a stored mail, and decides what happens when that fails. */
class Post {
  readonly #transport: MailTransport | undefined;

  constructor(private readonly parts: MailHandlerDeps) {
    this.#transport = parts.transport ?? smtpTransportOf(parts.config.mail);
  }

  async send(action: ActionRecord, composed: () => Promise<Composed>): Promise<ActionOutcome> {
    const { ledger, clock, logger } = this.parts;
    if (!this.#transport) throw new HeimdallError('HEIMDALL_E_MAIL_CONFIG', MAIL_TEXTS.notSetUp, MAIL_TEXTS.setUp);
    const row = await ledger.outboxOf(action.id, composed);
    // a crash between the server's 250 and the action's end: the mail has been sent
    if (row.sentAt !== null) return { state: 'done', result: { message_id: row.messageId } };
    try {
      const { response } = await this.#transport.send(row);
      await this.#note(action, row.id, clock(), response);
      logger.info({ caseId: action.caseId, actionId: action.id }, 'mail sent');
      return { state: 'done', result: { message_id: row.messageId } };
    } catch (error) {
      if (error instanceof MailDeliveryError) await this.#note(action, row.id, null, error.message);
      throw error;
    }
  }

  /** A failure to record must not resend the mail: the action's end records the same. */
  async #note({ id: actionId }: ActionRecord, mailId: number, sentAt: number | null, response: string): Promise<void> {
    const { ledger, logger } = this.parts;
    await ledger
      .noteMail(mailId, { sentAt, response })
      .catch((error: unknown) => logger.error({ actionId, error: messageOf(error) }, 'mail result not noted'));
  }

  afterFailure(action: ActionRecord, error: unknown): ActionOutcome {
    const { clock, logger } = this.parts;
    const message = messageOf(error);
    const context = { caseId: action.caseId, actionId: action.id, attempts: action.attempts, error: message };
    if (isHopeless(error) || clock() - action.createdAt >= GIVE_UP_AFTER_MS) {
      logger.error(context, 'mail given up');
      return { state: 'failed', error: message };
    }
    const afterMs = pauseAfter(action.attempts);
    logger.warn({ ...context, afterMs }, 'mail not sent, it will be tried again');
    return { state: 'retry', afterMs, error: message };
  }

  close(): void {
    this.#transport?.close();
  }
}

/** Mails to our abuse desk, about one case or about many. */
class AbuseMails {
  readonly #composer: MailComposer;

  constructor(
    private readonly parts: MailHandlerDeps,
    private readonly post: Post,
  ) {
    this.#composer = new MailComposer(parts);
  }

  async sendOne(action: ActionRecord): Promise<ActionOutcome> {
    const { ledger, config } = this.parts;
    const refused = await this.#refusal(action);
    if (refused !== undefined) return { state: 'refused', error: refused };
    return this.post.send(action, async () =>
      this.#composer.compose(await mailInputOfCase(ledger, action.caseId, action.payload, config)),
    );
  }

  /** The mails about its cases end as it does; exempt subjects are left out. */
  async sendMany(action: ActionRecord): Promise<ActionOutcome> {
    const { ledger, config, clock } = this.parts;
    const lane = laneOfGathered(action.id);
    const named = await this.#allowed(await ledger.dueInLane(lane, MOST_GATHERED));
    if (named.length === 0) return { state: 'done' };
    const composed = async () => this.#composer.compose(await mailInputOfMany(ledger, named, config));
    const outcome = await this.post
      .send(action, composed)
      .catch((error: unknown) => this.post.afterFailure(action, error));
    if (outcome.state === 'done') await ledger.endLane(lane, { state: 'done', at: clock(), result: outcome.result });
    if (outcome.state === 'failed') await ledger.endLane(lane, { state: 'failed', at: clock(), error: outcome.error });
    return outcome;
  }

  /** The mails that may be sent; the others end as refused. */
  async #allowed(all: readonly ActionRecord[]): Promise<ActionRecord[]> {
    const { ledger, clock } = this.parts;
    const allowed: ActionRecord[] = [];
    for (const [index, action] of all.entries()) {
      if (index % 50 === 49) await nextTurn();
      const refused = await this.#refusal(action);
      if (refused === undefined) allowed.push(action);
      else await ledger.endAction(action.id, { state: 'refused', error: refused, at: clock() });
    }
    return allowed;
  }

  /** Mails from before actions named whom they accuse, and people who have become moderators since. */
  async #refusal(action: ActionRecord): Promise<string | undefined> {
    const record = action.caseId === null ? undefined : await this.parts.ledger.caseById(action.caseId);
    if (record?.subjectKind !== 'user') return undefined;
    const answer = this.parts.guard?.({ about: 'user', userId: record.subject });
    return answer?.allowed === false ? answer.reason : undefined;
  }
}

/** Errors that no retry can fix, unlike an unavailable ledger or mail that is not configured yet. */
function isHopeless(error: unknown): boolean {
  return error instanceof MailDeliveryError
    ? error.permanent
    : error instanceof HeimdallError && error.code === 'HEIMDALL_E_MAIL_INPUT';
}
