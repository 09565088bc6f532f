import { z } from 'zod';
import { defineAction } from '../actions/define.js';
import type { ActionHandler, ActionOutcome } from '../actions/types.js';
import type { Config } from '../config/types.js';
import { serverNameOf, withoutPort } from '../matrix/identifiers.js';
import { mailPayloadSchema } from '../store/findings.js';
import { verdictRank } from '../store/index.js';
import type { ActionRecord, NewAction } from '../store/records/actions.js';
import type { CaseRecord } from '../store/records/cases.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { HeimdallError, messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { MailComposer, type Composed } from './composer.js';
import type { ContactFinder } from './contacts.js';
import { mailInputOfCase } from './input.js';
import type { PictureMaker } from './picture.js';
import { GIVE_UP_AFTER_MS, pauseAfter } from './retries.js';
import { MailDeliveryError, smtpTransportOf, type MailTransport } from './smtp.js';
import { MAIL_TEXTS } from './texts.js';

/**
 * The mail to the abuse desk of the offender's own server: one per case, whatever follows. It is a separate kind of
 * action, so that looking up that desk never delays the mail to ours.
 */
export const forwardMail = defineAction({
  kind: 'forward_mail',
  payload: z.object({
    about: z.enum(['verdict', 'report']),
    findingKey: z.string(),
    subject: z.string(),
    subjectKind: z.string(),
    /** addresses that refused permanently */
    refusedBy: z.array(z.string()).default([]),
  }),
  hasSideEffects: true,
  lane: ({ subject }) => `forward_mail:${subject}`,
  guard: ({ subject, subjectKind }) =>
    subjectKind === 'user'
      ? { about: 'user', userId: subject }
      : subjectKind === 'room'
        ? { about: 'room', roomId: subject }
        : undefined,
  maxConcurrent: 2,
});

/** Requests the mail to the offender's server. */
export function forwardOf(
  record: Pick<CaseRecord, 'id' | 'subject' | 'subjectKind'>,
  about: 'verdict' | 'report',
  findingKey: string,
): NewAction {
  const { id, subject, subjectKind } = record;
  return forwardMail.create({ about, findingKey, subject, subjectKind }, { key: `forward:case:${id}`, caseId: id });
}

/** Whether a verdict of this level is forwarded to the offender's server automatically. */
export function forwardsAt(level: string | null, forward: Config['mail']['forward']): boolean {
  return (forward === 'likely' || forward === 'certain') && verdictRank(level) >= verdictRank(forward);
}

/** The server whose desk a case concerns; undefined if the subject names none (a room of version 12). */
export function serverOfCase({
  subject,
  subjectKind,
}: Pick<CaseRecord, 'subject' | 'subjectKind'>): string | undefined {
  if (subjectKind === 'server') return subject;
  if (subjectKind === 'media') return /^mxc:\/\/([^/]+)\//.exec(subject)?.[1];
  return serverNameOf(subject);
}

export interface ForwardHandlerOptions {
  ledger: Ledger;
  config: Pick<Config, 'homeserver' | 'mail' | 'protected_identities' | 'rules_dir'>;
  contacts: Pick<ContactFinder, 'find'>;
  /** default: SMTP at `mail.smtp_url` */
  transport?: MailTransport;
  /** absent: mails show no pictures */
  pictures?: PictureMaker;
  clock: Clock;
  logger: Logger;
}

/** `forward_mail`: finds the desk, writes once, and tries the next address when one refuses permanently. */
export function createForwardHandler(options: ForwardHandlerOptions): ActionHandler & { close(): void } {
  const forwarding = new Forwarding(options);
  return {
    ...forwardMail.handler((payload, action) =>
      forwarding.send(payload, action).catch((error: unknown) => forwarding.afterFailure(action, error)),
    ),
    close: () => forwarding.close(),
  };
}

type Payload = z.output<typeof forwardMail.payload>;

class Forwarding {
  readonly #transport: MailTransport | undefined;
  readonly #composer: MailComposer;

  constructor(private readonly options: ForwardHandlerOptions) {
    this.#transport = options.transport ?? smtpTransportOf(options.config.mail);
    this.#composer = new MailComposer(options);
  }

  async send(payload: Payload, action: ActionRecord): Promise<ActionOutcome> {
    const { ledger, clock } = this.options;
    if (this.#transport === undefined) return { state: 'refused', error: MAIL_TEXTS.notSetUp };
    const recipient = await this.#recipientOf(payload);
    if (typeof recipient !== 'string') return { state: 'refused', error: recipient.refused };
    const row = await ledger.outboxOf(action.id, () => this.#compose(action, recipient));
    if (row.sentAt !== null) return { state: 'done', result: { message_id: row.messageId } };
    try {
      const { response } = await this.#transport.send(row);
      await this.#note(row.id, clock(), response);
      return { state: 'done', result: { message_id: row.messageId, recipient: row.recipient } };
    } catch (error) {
      if (!(error instanceof MailDeliveryError)) throw error;
      await this.#note(row.id, null, error.message);
      if (!error.permanent) throw error;
      await this.#askNext(payload, action, row.recipient);
      return { state: 'refused', error: MAIL_TEXTS.refusedIt(row.recipient, error.message) };
    }
  }

  /** A failure to record must not send the mail again: the action's end records the same. */
  async #note(mailId: number, sentAt: number | null, response: string): Promise<void> {
    const { ledger, logger } = this.options;
    await ledger
      .noteMail(mailId, { sentAt, response })
      .catch((error: unknown) => logger.error({ mailId, error: messageOf(error) }, 'mail result not noted'));
  }

  async #compose(action: ActionRecord, recipient: string): Promise<Composed> {
    const { ledger, config } = this.options;
    const gathered = await mailInputOfCase(ledger, action.caseId, action.payload, config);
    // a separate thread: that desk has not seen the mails to ours
    return this.#composer.compose({ ...gathered, thread: [] }, recipient);
  }

  async #recipientOf(payload: Payload): Promise<string | { refused: string }> {
    const { config, contacts } = this.options;
    const server = serverOfCase(payload as Pick<CaseRecord, 'subject' | 'subjectKind'>);
    if (server === undefined) return { refused: MAIL_TEXTS.noServer };
    const own = config.homeserver.server_name;
    if (withoutPort(server).toLowerCase() === withoutPort(own).toLowerCase()) return { refused: MAIL_TEXTS.ownServer };
    const found = await contacts.find(server);
    const desk = config.mail.abuse_contact?.toLowerCase();
    const others = found.filter((address) => address.toLowerCase() !== desk);
    if (found.length > 0 && others.length === 0) return { refused: MAIL_TEXTS.ownDesk };
    const next = others.find((address) => !payload.refusedBy.includes(address));
    return next ?? { refused: others.length === 0 ? MAIL_TEXTS.noDesk(server) : MAIL_TEXTS.allRefused(server) };
  }

  /** Requests the mail to the next address after one refused. */
  async #askNext(payload: Payload, { caseId }: ActionRecord, refused: string): Promise<void> {
    const refusedBy = [...payload.refusedBy, refused];
    const key = `forward:case:${caseId}:${refusedBy.length}`;
    const next = forwardMail.create({ ...payload, refusedBy }, { key, caseId });
    await this.options.ledger.commit((tx) => tx.addActions([next]));
  }

  afterFailure(action: ActionRecord, error: unknown): ActionOutcome {
    const { clock, logger } = this.options;
    const message = messageOf(error);
    const hopeless = error instanceof HeimdallError && error.code === 'HEIMDALL_E_MAIL_INPUT';
    if (hopeless || clock() - action.createdAt >= GIVE_UP_AFTER_MS) return { state: 'failed', error: message };
    logger.warn({ caseId: action.caseId, error: message }, 'mail to another server not sent, it will be tried again');
    return { state: 'retry', afterMs: pauseAfter(action.attempts), error: message };
  }

  close(): void {
    this.#transport?.close();
  }
}

/**
 * The handler of mails to our own desk. If configured and the verdict is strong enough, it first requests the mail to
 * the offender's server, so that a refusal by our own desk does not block that one.
 */
export function forwardingBeside<Handler extends ActionHandler>(
  handler: Handler,
  { ledger, config }: { ledger: Pick<Ledger, 'caseById' | 'commit'>; config: Pick<Config, 'mail'> },
): Handler {
  const { forward } = config.mail;
  if (forward !== 'likely' && forward !== 'certain') return handler;
  return {
    ...handler,
    async perform(action, attempt) {
      const payload = mailPayloadSchema.safeParse(action.payload);
      const record = action.caseId === null ? undefined : await ledger.caseById(action.caseId);
      if (
        record !== undefined &&
        payload.success &&
        payload.data.about === 'verdict' &&
        forwardsAt(record.verdict, forward)
      )
        await ledger.commit((tx) => tx.addActions([forwardOf(record, 'verdict', payload.data.findingKey)]));
      return handler.perform(action, attempt);
    },
  };
}
