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

/** A mail as it came: its bytes, and whom the envelope named. */
export interface ReceivedMail {
  raw: Buffer;
  /** empty: the null sender of delivery reports (RFC 5321, 4.5.5) */
  envelopeFrom?: string;
  envelopeTo: readonly string[];
}

export interface ReceiverOptions {
  ledger: Pick<Ledger, 'caseById' | 'secret'>;
  correspondence: Pick<Correspondence, 'caseOfMessages' | 'keepAnswer'>;
  /** called when a mail was kept; `fresh` is false when it had come before */
  onKept: (answer: MailAnswer, fresh: boolean) => Promise<void>;
  /** takes complaints about accounts of this server; absent: a complaint that fits no case is a stranger's mail */
  complaints?: { serverName: string; take: (complaint: Complaint) => Promise<void> };
  clock: Clock;
}

/** `kept`: it belongs to a case; `stranger`: to none; `unreadable`: no program of people makes such a mail. */
export type Reception = 'kept' | 'stranger' | 'unreadable';

const BODY_LIMIT = 8_000;
const SUBJECT_LIMIT = 300;
const ADDRESSES_LOOKED_AT = 50;
const MESSAGE_IDS_LOOKED_AT = 50;
const HOUR_MS = 3_600_000;
/** Anybody can write as anybody: more than these wait at the mail server. */
const COMPLAINTS_AN_HOUR = 60;

/**
 * Takes mails that come back to us. Which case one is about its plus-address says, whose token nobody can guess, in the
 * envelope or in a header that mail servers copy it to; else the Message-IDs that it answers, which only those know to
 * whom we wrote.
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

  /** Written to the address for appeals, or in words that object, after the case had ended. */
  async #isAppeal({ caseId, purpose }: { caseId: number; purpose: AddressPurpose }, body: string): Promise<boolean> {
    if (purpose === 'appeal') return true;
    const state = (await this.#options.ledger.caseById(caseId))?.state;
    return (state === 'actioned' || state === 'dismissed') && readsAsAppeal(body);
  }

  /** What fits no case may begin one. */
  async #complaint(mail: ReceivedMail, parsed: ParsedMail): Promise<Reception> {
    const { complaints, clock } = this.#options;
    // a machine's part comes as an attachment
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
    // our own mail to our own desk, which hands on to us what it gets
    const own = parsed.messageId === undefined ? [] : [parsed.messageId];
    if ((await correspondence.caseOfMessages(own)) !== undefined) return 'own';
    const inHeader = await this.#caseNamed(headerAddresses(parsed));
    if (inHeader !== undefined) return inHeader;
    const caseId = await correspondence.caseOfMessages(
      [...new Set(messageIdsIn(parsed))].slice(0, MESSAGE_IDS_LOOKED_AT),
    );
    return caseId === undefined ? undefined : { caseId, purpose: 'case' };
  }

  /** The case that the first address names whose token is ours. */
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
 * Headers in which our plus-address may stand: of the sender's program, of servers that note the envelope, and of a
 * ticket system that repeats the Reply-To of the mail that it answers.
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
  // a delivery report carries the mail that it is about (RFC 3464), or its header
  const carried = parsed.attachments
    .filter(({ contentType }) => contentType === 'message/rfc822' || contentType === 'text/rfc822-headers')
    .map(({ content }) => content.subarray(0, 64_000).toString('latin1'))
    .map((text) => /^message-id:\s*(<[^>\s]{1,400}>)/im.exec(text)?.[1]);
  return [...named, ...carried].filter((id): id is string => id !== undefined && id.length <= 500);
}

/** RFC 3834: what no person wrote. None of it is ever answered; we answer no mail at all. */
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

/** PostgreSQL keeps no NUL; other controls but line ends and tabs say nothing. */
function clean(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[\0-\x08\x0b-\x1f\x7f]/g, '');
}

/** A line after which mail programs repeat the mail that is answered. */
const QUOTE_BEGINS =
  /^(?:-{2,} ?(?:Original Message|Ursprüngliche Nachricht|Forwarded message)|On .{1,200} wrote:$|Am .{1,200} schrieb.{0,200}:$|Le .{1,200} a écrit ?:$|_{10,}$)/i;

/** The answer without what it quotes: quoted lines, and all behind a line that begins a quotation. */
function withoutQuotes(text: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => QUOTE_BEGINS.test(line.trim()));
  const own = (end < 0 ? lines : lines.slice(0, end)).filter((line) => !line.startsWith('>'));
  const kept = own.join('\n').trim();
  // a mail that holds nothing but what looks like a quotation is shown as it is
  return kept === '' ? text.trim() : kept;
}
