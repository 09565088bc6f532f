import { Router, type Request, type Response } from 'express';
import { h } from 'preact';
import { isEventId, isRoomAlias, isRoomId, serverNameOf } from '../../../matrix/identifiers.js';
import { incomingReport, type IncomingReport } from '../../../reports/report.js';
import { letter } from '../../../statements/ends.js';
import type { PagesDeps } from '../deps.js';
import { AddressLimit, SharedLimit } from '../limits.js';
import { matrixLinksIn, userIdMeant } from '../official.js';
import { NoticePage, type NoticeField, type NoticeFields } from '../public/notice.js';
import { ReceiptPage } from '../public/status.js';
import { addressOf, field, languageIn, readForm, show } from '../request.js';
import { textsIn, type Language } from '../texts.js';
import { hashOf, newToken, receiptNumber, RECEIPT_MS, type WebTokens } from '../tokens.js';
import { noticeTexts } from '../../texts.js';

const HOUR_MS = 3_600_000;
/** Anybody can enter anybody's address in a form. */
const LETTERS_A_DAY = 3;
const NOTICES_AN_HOUR = 5;
const NOTICES_OF_ALL = 300;
const MAIL = /^[^\s@<>,;:"()[\]\\]{1,64}@[^\s@<>,;:"()[\]\\]{1,190}$/u;

/** A report without an account (Regulation (EU) 2022/2065, Art. 16). */
export function noticeRoutes(deps: PagesDeps, tokens: WebTokens): Router {
  const notices = new SharedLimit(NOTICES_AN_HOUR, NOTICES_OF_ALL, HOUR_MS, deps.clock);
  const receipts = new NoticeReceipts(deps, tokens);

  const ask = (request: Request, response: Response): void => {
    const fields = { ...emptyNotice(), who: field(request, 'id').slice(0, 300) };
    show(response, h(NoticePage, { language: languageIn(request), fields, errors: new Map() }));
  };

  const take = async (request: Request, response: Response): Promise<void> => {
    const language = languageIn(request);
    const fields = noticeFields(request);
    const { errors, subject, place } = checkNotice(language, fields);
    if (errors.size > 0 || subject === undefined)
      return show(response, h(NoticePage, { language, fields, errors }), 400);
    if (!notices.take(addressOf(request))) {
      response.set('Retry-After', '3600');
      errors.set('faith', textsIn(language).tooMany);
      return show(response, h(NoticePage, { language, fields, errors }), 429);
    }
    await deps.onReport(reportOf(fields, subject, place, deps.clock()));
    const record = await deps.ledger.caseOfSubject(subject.subjectKind, subject.subject);
    const { number, secret } = await receipts.issue(language, fields.mail, record?.id ?? null);
    show(response, h(ReceiptPage, { language, number, link: `${deps.publicUrl}/case/${secret}` }), 201);
  };

  return Router().get('/notice', ask).post('/notice', readForm, take);
}

/** Receipts, with a mail to those who left an address. */
class NoticeReceipts {
  readonly #letters: AddressLimit;

  constructor(
    private readonly deps: PagesDeps,
    private readonly tokens: WebTokens,
  ) {
    this.#letters = new AddressLimit(LETTERS_A_DAY, 24 * HOUR_MS, deps.clock);
  }

  async issue(language: Language, address: string, caseId: number | null): Promise<{ number: string; secret: string }> {
    const { mailAnswers, ledger } = this.deps;
    const secret = newToken();
    const number = receiptNumber(secret);
    const mail = mailAnswers && address !== '' && this.#letters.take(address.toLowerCase()) ? address : null;
    const data = { number, language, mail };
    await this.tokens.keep(secret, { kind: 'receipt', caseId, data }, RECEIPT_MS);
    if (mail !== null) await ledger.commit((tx) => tx.addActions(letter('taken', data, hashOf(secret))));
    return { number, secret };
  }
}

function reportOf(fields: NoticeFields, subject: NoticeSubject, place: NoticePlace, at: number): IncomingReport {
  const kind = Object.hasOwn(textsIn('en').kinds, fields.what) ? fields.what : 'm.other';
  const where = fields.where === '' ? [] : [noticeTexts.where(fields.where)];
  const reason = [`${kind}: ${fields.why}`, ...where].join('\n');
  return incomingReport({ reporter: reporterOf(fields), ...subject, ...place, reason, source: 'web', at });
}

/** The author, only for moderators; two identical notices count as one. */
function reporterOf({ mail, name }: NoticeFields): string {
  if (mail !== '') return `mailto:${mail}`;
  return name === '' ? noticeTexts.byNobody : noticeTexts.by(name);
}

function emptyNotice(): NoticeFields {
  return { what: 'm.spam.impersonation', who: '', where: '', why: '', name: '', mail: '', faith: false };
}

function noticeFields(request: Request): NoticeFields {
  const text = (name: string, most: number): string => field(request, name).trim().slice(0, most);
  return {
    what: text('what', 100),
    who: text('who', 300),
    where: text('where', 600),
    why: text('why', 4000),
    name: text('name', 200),
    mail: text('mail', 254),
    faith: field(request, 'faith') !== '',
  };
}

interface NoticePlace {
  roomId?: string;
  eventId?: string;
}

interface NoticeSubject {
  subjectKind: 'user' | 'room';
  subject: string;
}

/** The errors in a notice; else its subject and place. */
function checkNotice(
  language: Language,
  fields: NoticeFields,
): {
  errors: Map<NoticeField, string>;
  subject: NoticeSubject | undefined;
  place: NoticePlace;
} {
  const t = textsIn(language);
  const errors = new Map<NoticeField, string>();
  const subject = subjectIn(fields.who);
  if (subject === undefined) errors.set('who', t.needWho);
  if (fields.why.length < 3) errors.set('why', t.needReason);
  if (fields.mail !== '' && !MAIL.test(fields.mail)) errors.set('mail', t.badMail);
  if (!fields.faith) errors.set('faith', t.needFaith);
  return { errors, subject, place: placeIn(fields.where) };
}

function subjectIn(text: string): NoticeSubject | undefined {
  const userId = userIdMeant(text);
  if (userId !== undefined) return { subjectKind: 'user', subject: userId };
  const rooms = [text.trim(), ...matrixLinksIn(text).map(({ id }) => id)];
  const room = rooms.find((id) => isRoomId(id) || (isRoomAlias(id) && serverNameOf(id) !== undefined));
  return room === undefined ? undefined : { subjectKind: 'room', subject: room };
}

function placeIn(text: string): NoticePlace {
  const words = text.trim().split(/[\s/]+/);
  const bare = { id: words.find(isRoomId) ?? '', eventId: words.find(isEventId) };
  const { id, eventId } = matrixLinksIn(text).find((link) => isRoomId(link.id)) ?? bare;
  return isRoomId(id) ? { roomId: id, ...(eventId === undefined ? {} : { eventId }) } : {};
}
