import { createHash } from 'node:crypto';
import type { AddressObject, ParsedMail } from 'mailparser';
import type { Correspondence } from '../store/index.js';
import type { MailAnswer, MailAnswerKind } from '../store/records/mails.js';
import type { Ledger } from '../store/types.js';
import type { Clock } from '../util/clock.js';
import { HeimdallError } from '../util/errors.js';
import { caseOfAddress, type AddressPurpose } from './addresses.js';
import { readsAsAppeal } from './appeal.js';
import { complaintIn, type Complaint } from './complaint.js';
import { isExcessive, parseMail, textOf } from './parse.js';
import { MAIL_TEXTS } from './texts.js';

/** A received mail: its bytes and its envelope. */
export interface ReceivedMail {
  raw: Buffer;
  /** empty: the null sender of delivery reports (RFC 5321, 4.5.5) */
  envelopeFrom?: string;
  envelopeTo: readonly string[];
}

export interface ReceiverOptions {
  ledger: Pick<Ledger, 'caseById' | 'secret'>;
  correspondence: Pick<Correspondence, 'caseOfMessages' | 'keepAnswer'>;
  /** called when a mail was stored; `fresh` is false for a duplicate */
  onKept: (answer: MailAnswer, fresh: boolean) => Promise<void>;
  /**
   * records complaints about accounts on this server; absent: a complaint that matches no case counts as a stranger's
   * mail
   */
  complaints?: { serverName: string; take: (complaint: Complaint) => Promise<void> };
  clock: Clock;
}

/** `kept`: it belongs to a case; `stranger`: it does not; `unreadable`: no ordinary mail program produces it. */
export type Reception = 'kept' | 'stranger' | 'unreadable';

const BODY_LIMIT = 8_000;
const SUBJECT_LIMIT = 300;
const ADDRESSES_LOOKED_AT = 50;
const MESSAGE_IDS_LOOKED_AT = 50;
const HOUR_MS = 3_600_000;
/** Senders can be forged, so further mails wait at the mail server. */
const COMPLAINTS_AN_HOUR = 60;

/**
 * Processes received mails. A mail's case is determined by its plus-address, with an unguessable token, in the envelope
 * or in a header that mail servers copy it to; else by the Message-IDs that it answers, which only our recipients know.
 */
export class MailReceiver {
  readonly #options: ReceiverOptions;
  #hour = { begins: 0, complaints: 0 };

  constructor(options: ReceiverOptions) {
    this.#options = options;
  }

  async receive(mail: ReceivedMail): Promise<Reception> {
    if (isExcessive(mail.raw)) return 'stranger';
    const parsed = await parseMail(mail.raw);
    if (parsed === undefined) return 'unreadable';
    const match = await this.#caseOf(mail, parsed);
    if (match === 'own') return 'kept';
    if (match === undefined) return this.#complaint(mail, parsed);
    const body = withoutQuotes(clean(await textOf(mail.raw, parsed))).slice(0, BODY_LIMIT);
    const kind = kindOf(mail, parsed, match.purpose);
    const answer = {
      caseId: match.caseId,
      messageId:
        (parsed.messageId === undefined ? undefined : clean(parsed.messageId).slice(0, 500)) ??
        `sha256:${createHash('sha256').update(mail.raw).digest('hex')}`,
      kind: kind === 'answer' && (await this.#isAppeal(match, body)) ? ('appeal' as const) : kind,
      sender: clean(parsed.from?.value[0]?.address ?? mail.envelopeFrom ?? '').slice(0, 254),
      subject: clean(parsed.subject ?? '').slice(0, SUBJECT_LIMIT),
      body,
      receivedAt: this.#options.clock(),
    };
    const { id, fresh } = await this.#options.correspondence.keepAnswer(answer);
    await this.#options.onKept({ ...answer, id }, fresh);
    return 'kept';
  }

  /** Sent to the address for appeals, or objecting in words, after the case ended. */
  async #isAppeal({ caseId, purpose }: { caseId: number; purpose: AddressPurpose }, body: string): Promise<boolean> {
    if (purpose === 'appeal') return true;
    const state = (await this.#options.ledger.caseById(caseId))?.state;
    return (state === 'actioned' || state === 'dismissed') && readsAsAppeal(body);
  }

  /** A mail without a case may open one. */
  async #complaint(mail: ReceivedMail, parsed: ParsedMail): Promise<Reception> {
    const { complaints, clock } = this.#options;
    // the machine-readable part is an attachment
    if (complaints === undefined || parsed.attachments.length === 0) return 'stranger';
    const complaint = complaintIn({ ...parsed, text: await textOf(mail.raw, parsed) }, complaints.serverName);
    if (complaint === undefined) return 'stranger';
    const now = clock();
    if (now - this.#hour.begins >= HOUR_MS) this.#hour = { begins: now, complaints: 0 };
    if (this.#hour.complaints >= COMPLAINTS_AN_HOUR)
      throw new HeimdallError('HEIMDALL_E_MAIL_BUSY', MAIL_TEXTS.tooManyComplaints, MAIL_TEXTS.complaintsReturn);
    this.#hour.complaints += 1;
    await complaints.take({ ...complaint, reason: clean(complaint.reason).slice(0, BODY_LIMIT) });
    return 'kept';
  }

  async #caseOf(
    mail: ReceivedMail,
    parsed: ParsedMail,
  ): Promise<{ caseId: number; purpose: AddressPurpose } | 'own' | undefined> {
    const { correspondence } = this.#options;
    const named = await this.#caseNamed(mail.envelopeTo);
    if (named !== undefined) return named;
    // our own mail to our own desk, which forwards to us what it receives
    const own = parsed.messageId === undefined ? [] : [parsed.messageId];
    if ((await correspondence.caseOfMessages(own)) !== undefined) return 'own';
    const inHeader = await this.#caseNamed(headerAddresses(parsed));
    if (inHeader !== undefined) return inHeader;
    const caseId = await correspondence.caseOfMessages(
      [...new Set(messageIdsIn(parsed))].slice(0, MESSAGE_IDS_LOOKED_AT),
    );
    return caseId === undefined ? undefined : { caseId, purpose: 'case' };
  }

  /** The case of the first address with a valid token. */
  async #caseNamed(addresses: readonly string[]): Promise<{ caseId: number; purpose: AddressPurpose } | undefined> {
    const { ledger } = this.#options;
    const secret = await ledger.secret('mail');
    for (const address of addresses.slice(0, ADDRESSES_LOOKED_AT)) {
      const found = caseOfAddress(address, secret);
      if (found !== undefined && (await ledger.caseById(found.caseId)) !== undefined) return found;
    }
    return undefined;
  }
}

/**
 * Headers that may contain our plus-address: from the sender's program, from servers that record the envelope, and from
 * ticket systems that repeat the Reply-To of the mail that they answer.
 */
const ADDRESS_HEADERS = [
  'to',
  'cc',
  'reply-to',
  'delivered-to',
  'x-original-to',
  'envelope-to',
  'x-envelope-to',
] as const;

function headerAddresses(parsed: ParsedMail): string[] {
  return ADDRESS_HEADERS.flatMap((name) => {
    const value: unknown = parsed.headers.get(name);
    if (typeof value === 'string') return addressesIn(value);
    if (Array.isArray(value)) return value.flatMap((entry) => (typeof entry === 'string' ? addressesIn(entry) : []));
    const list = value as AddressObject | undefined;
    return list?.value?.map(({ address }) => address ?? '') ?? [];
  });
}

function addressesIn(text: string): string[] {
  return text.slice(0, 4_000).match(/[^\s<>,;"]+@[^\s<>,;"]+/g) ?? [];
}

function messageIdsIn(parsed: ParsedMail): string[] {
  const { inReplyTo, references } = parsed;
  const named = [inReplyTo, ...(typeof references === 'string' ? [references] : (references ?? []))];
  // a delivery report contains the original mail or its header (RFC 3464)
  const carried = parsed.attachments
    .filter(({ contentType }) => contentType === 'message/rfc822' || contentType === 'text/rfc822-headers')
    .map(({ content }) => content.subarray(0, 64_000).toString('latin1'))
    .map((text) => /^message-id:\s*(<[^>\s]{1,400}>)/im.exec(text)?.[1]);
  return [...named, ...carried].filter((id): id is string => id !== undefined && id.length <= 500);
}

/** RFC 3834: automatic mail. It is never answered; we answer no mail at all. */
function kindOf(mail: ReceivedMail, parsed: ParsedMail, purpose: AddressPurpose): MailAnswerKind {
  const type = parsed.headers.get('content-type') as { value?: string; params?: Record<string, string> } | undefined;
  if (type?.value === 'multipart/report' && type.params?.['report-type'] === 'delivery-status') return 'bounce';
  if (type?.value === 'multipart/report' && type.params?.['report-type'] === 'feedback-report') return 'complaint';
  if (mail.envelopeFrom === '' || purpose === 'bounce') return 'bounce';
  const auto = headerText(parsed, 'auto-submitted');
  if (auto !== '' && !auto.startsWith('no')) return 'automatic';
  if (/^(bulk|junk|list|auto_reply)$/.test(headerText(parsed, 'precedence'))) return 'automatic';
  return ['x-autoreply', 'x-autorespond', 'x-autoresponder'].some((name) => parsed.headers.has(name))
    ? 'automatic'
    : 'answer';
}

function headerText(parsed: ParsedMail, name: string): string {
  const value: unknown = parsed.headers.get(name);
  return typeof value === 'string' ? value.trim().toLowerCase() : '';
}

/** PostgreSQL cannot store NUL; other control characters except line ends and tabs are meaningless. */
function clean(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[\0-\x08\x0b-\x1f\x7f]/g, '');
}

/** A line after which mail programs quote the original mail. */
const QUOTE_BEGINS =
  /^(?:-{2,} ?(?:Original Message|Ursprüngliche Nachricht|Forwarded message)|On .{1,200} wrote:$|Am .{1,200} schrieb.{0,200}:$|Le .{1,200} a écrit ?:$|_{10,}$)/i;

/** The answer without quotations: quoted lines, and everything after a line that starts a quotation. */
function withoutQuotes(text: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => QUOTE_BEGINS.test(line.trim()));
  const own = (end < 0 ? lines : lines.slice(0, end)).filter((line) => !line.startsWith('>'));
  const kept = own.join('\n').trim();
  // a mail that consists only of what looks like a quotation is shown as it is
  return kept === '' ? text.trim() : kept;
}
