import { Router, type Request } from 'express';
import { h } from 'preact';
import { isEventId, isRoomAlias, isRoomId, serverNameOf } from '../../../matrix/identifiers.js';
import { incomingReport } from '../../../reports/report.js';
import { letter } from '../../../statements/ends.js';
import type { PagesDeps } from '../deps.js';
import { AddressLimit, SharedLimit } from '../limits.js';
import { matrixLinksIn, userIdMeant } from '../official.js';
import { NoticePage, type NoticeField, type NoticeFields } from '../public/notice.js';
import { ReceiptPage } from '../public/status.js';
import { addressOf, field, languageIn, readForm, show } from '../request.js';
import { textsIn, type Language } from '../texts.js';
import { hashOf, newToken, receiptNumber, RECEIPT_MS, type WebTokens } from '../tokens.js';
import { webTexts } from '../../texts.js';

const HOUR_MS = 3_600_000;
/** Anybody can write anybody's address into a form. */
const LETTERS_A_DAY = 3;
const NOTICES_AN_HOUR = 5;
const NOTICES_OF_ALL = 300;
const MAIL = /^[^\s@<>,;:"()[\]\\]{1,64}@[^\s@<>,;:"()[\]\\]{1,190}$/u;

/** A report without an account (Regulation (EU) 2022/2065, Art. 16). */
export function noticeRoutes(deps: PagesDeps, tokens: WebTokens): Router {
  const { ledger, clock } = deps;
  const router = Router();
  const letters = new AddressLimit(LETTERS_A_DAY, 24 * HOUR_MS, clock);
  const notices = new SharedLimit(NOTICES_AN_HOUR, NOTICES_OF_ALL, HOUR_MS, clock);

  router.get('/notice', (request, response) =>
    show(
      response,
      h(NoticePage, {
        language: languageIn(request),
        fields: { ...emptyNotice(), who: field(request, 'id').slice(0, 300) },
        errors: new Map(),
      }),
    ),
  );

  router.post('/notice', readForm, async (request, response) => {
    const language = languageIn(request);
    const fields = noticeFields(request);
    const { errors, subject, place } = checkNotice(language, fields);
    if (errors.size > 0 || subject === undefined)
      return show(response, h(NoticePage, { language, fields, errors }), 400);
    if (!notices.take(addressOf(request))) {
      response.set('Retry-After', '3600');
      return show(
        response,
        h(NoticePage, {
          language,
          fields,
          errors: new Map<NoticeField, string>([['faith', textsIn(language).tooMany]]),
        }),
        429,
      );
    }
    const now = clock();
    const kind = fields.what in textsIn('en').kinds ? fields.what : 'm.other';
    const words = [`${kind}: ${fields.why}`, fields.where === '' ? '' : webTexts.notice.where(fields.where)].filter(
      Boolean,
    );
    // who wrote it stands for the moderators only; two notices in the same words are one
    const reporter =
      fields.mail !== ''
        ? `mailto:${fields.mail}`
        : fields.name !== ''
          ? webTexts.notice.by(fields.name)
          : webTexts.notice.byNobody;
    await deps.onReport(
      incomingReport({ reporter, ...subject, ...place, reason: words.join('\n'), source: 'web', at: now }),
    );
    const record = await ledger.caseOfSubject(subject.subjectKind, subject.subject);
    const secret = newToken();
    const number = receiptNumber(secret);
    const mail = deps.mailAnswers && fields.mail !== '' && letters.take(fields.mail.toLowerCase()) ? fields.mail : null;
    const data = { number, language, mail };
    await tokens.keep(secret, { kind: 'receipt', caseId: record?.id ?? null, data }, RECEIPT_MS);
    if (mail !== null) await deps.ledger.commit((tx) => tx.addActions(letter('taken', data, hashOf(secret))));
    show(response, h(ReceiptPage, { language, number, link: `${deps.publicUrl}/case/${secret}` }), 201);
  });
  return router;
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

interface NoticeSubject {
  subjectKind: 'user' | 'room';
  subject: string;
}

/** What is wrong with a notice; else whom it is about, and where. */
function checkNotice(
  language: Language,
  fields: NoticeFields,
): {
  errors: Map<NoticeField, string>;
  subject: NoticeSubject | undefined;
  place: { roomId?: string; eventId?: string };
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

function placeIn(text: string): { roomId?: string; eventId?: string } {
  const words = text.trim().split(/[\s/]+/);
  const bare = { id: words.find(isRoomId) ?? '', eventId: words.find(isEventId) };
  const { id, eventId } = matrixLinksIn(text).find((link) => isRoomId(link.id)) ?? bare;
  return isRoomId(id) ? { roomId: id, ...(eventId === undefined ? {} : { eventId }) } : {};
}
