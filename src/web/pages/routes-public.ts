import { Router, type Request } from 'express';
import { h } from 'preact';
import { toProtectedIdentity } from '../../config/identities.js';
import { explain } from '../../detection/index.js';
import { isEventId, isRoomAlias, isRoomId, isUserId, serverNameOf } from '../../matrix/identifiers.js';
import { incomingReport } from '../../reports/report.js';
import type { MonthFigures } from '../../store/pages.js';
import { characterNames } from '../../util/character-names.js';
import type { PagesDeps } from './deps.js';
import { AddressLimit } from './limits.js';
import { answerAbout, matrixLinksIn, userIdIn } from './official.js';
import {
  AppealPage,
  CheckPage,
  HomePage,
  NoticePage,
  NothingPage,
  ReceiptPage,
  StatusPage,
  TransparencyPage,
  type NoticeField,
  type NoticeFields,
} from './public.js';
import { field, readForm, show } from './request.js';
import { languageOf, textsIn, type Language } from './texts.js';
import { RECEIPT_MS, type WebTokens } from './tokens.js';

const HOUR_MS = 3_600_000;
const NOTICES_AN_HOUR = 5;
/** Questions cost a look at the detector, and for our own accounts one at the homeserver. */
const CHECKS_A_MINUTE = 60;
const PROFILE_TIMEOUT_MS = 2_000;
const MONTHS_SHOWN = 12;
const MAIL = /^[^\s@<>,;:"()[\]\\]{1,64}@[^\s@<>,;:"()[\]\\]{1,190}$/u;

/** Pages and API that are open to all. */
export function publicRoutes(deps: PagesDeps, tokens: WebTokens): Router {
  const { config, ledger, clock } = deps;
  const router = Router();
  const identities = config.protected_identities;
  const notices = new AddressLimit(NOTICES_AN_HOUR, HOUR_MS, clock);
  const checks = new AddressLimit(CHECKS_A_MINUTE, 60_000, clock);

  const answer = async (userId: string) => {
    const displayName = await displayNameOf(deps, userId);
    const found = answerAbout(userId, displayName, deps.detector(), identities);
    const identity = identities.find(({ user_id: id }) => id === found.full.protected);
    const explanations =
      identity === undefined || found.official
        ? []
        : explain({ userId, displayName }, found.full, toProtectedIdentity(identity), await characterNames());
    return { found, explanations };
  };

  router.get('/', (request, response) =>
    show(response, h(HomePage, { language: languageIn(request), serverName: deps.homeserver.serverName, identities })),
  );

  router.get('/check', async (request, response) => {
    const language = languageIn(request);
    const asked = field(request, 'id').slice(0, 1000);
    const userId = userIdIn(asked);
    if (userId !== undefined && !checks.take(addressOf(request))) {
      response.set('Retry-After', '60');
      return show(response, h(NothingPage, { language, failed: true }), 429);
    }
    const { found, explanations } =
      userId === undefined ? { found: undefined, explanations: [] } : await answer(userId);
    show(
      response,
      h(CheckPage, { language, asked, answer: found, explanations, identities }),
      userId === undefined && asked !== '' ? 400 : 200,
    );
  });

  router.get('/api/v1/check', async (request, response) => {
    response.set({ 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' });
    const userId = userIdIn(field(request, 'id').slice(0, 1000));
    if (userId === undefined)
      return void response.status(400).json({
        error: { code: 'HEIMDALL_E_USER_ID', message: 'Give a full Matrix user ID: ?id=@name:server' },
      });
    // the API is for programs: it answers from memory alone, so it needs no limit
    const { id, official, verdict, official_ids, reasons } = answerAbout(userId, null, deps.detector(), identities);
    response.json({ id, official, verdict, official_ids, reasons });
  });

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
    const words = [`${kind}: ${fields.why}`, fields.where === '' ? '' : `Where: ${fields.where}`].filter(Boolean);
    // who wrote it stands for the moderators only; two notices in the same words are one
    const reporter =
      fields.mail !== '' ? `mailto:${fields.mail}` : fields.name !== '' ? `web: ${fields.name}` : 'web form';
    await deps.onReport(
      incomingReport({ reporter, ...subject, ...place, reason: words.join('\n'), source: 'web', at: now }),
    );
    const record = await ledger.caseOfSubject(subject.subjectKind, subject.subject);
    const token = await tokens.issue(
      { kind: 'receipt', caseId: record?.id ?? null, data: { mail: fields.mail === '' ? null : fields.mail } },
      RECEIPT_MS,
    );
    show(
      response,
      h(ReceiptPage, { language, number: receiptNumber(token), link: `${deps.publicUrl}/case/${token}` }),
      201,
    );
  });

  router.get('/case/:token', async (request, response) => {
    const language = languageIn(request);
    const secret = request.params.token;
    const receipt = await tokens.find('receipt', secret);
    if (receipt === undefined) return show(response, h(NothingPage, { language }), 404);
    const record = receipt.caseId === null ? undefined : await ledger.caseById(receipt.caseId);
    show(
      response,
      h(StatusPage, { language, number: receiptNumber(secret), sentAt: receipt.createdAt, state: record?.state }),
    );
  });

  router.get('/appeal/:token', async (request, response) => {
    const language = languageIn(request);
    const appeal = await tokens.find('appeal', request.params.token);
    if (appeal === undefined) return show(response, h(NothingPage, { language }), 404);
    const record = appeal.caseId === null ? undefined : await ledger.caseById(appeal.caseId);
    show(
      response,
      h(AppealPage, { language, token: request.params.token, sentAt: sentAt(appeal.data), state: record?.state }),
    );
  });

  router.post('/appeal/:token', readForm, async (request, response) => {
    const language = languageIn(request);
    const token = String(request.params.token);
    const appeal = await tokens.find('appeal', token);
    if (appeal === undefined || appeal.caseId === null) return show(response, h(NothingPage, { language }), 404);
    const words = field(request, 'why').trim().slice(0, 4000);
    if (words === '')
      return show(response, h(AppealPage, { language, token, sentAt: undefined, state: undefined }), 400);
    if (sentAt(appeal.data) === undefined) {
      await deps.onAppeal(appeal.caseId, words);
      await ledger.commit((tx) => tx.putWebToken({ ...appeal, data: { ...appeal.data, sent_at: clock() } }));
    }
    response.redirect(303, `/appeal/${encodeURIComponent(token)}`);
  });

  router.get('/transparency', async (request, response) =>
    show(response, h(TransparencyPage, { language: languageIn(request), months: await figures(deps) })),
  );
  router.get('/transparency.json', async (_request, response) => {
    response.set('Access-Control-Allow-Origin', '*').json({ months: await figures(deps) });
  });
  router.get('/transparency.csv', async (_request, response) => {
    response.type('text/csv').send(csvOf(await figures(deps)));
  });
  return router;
}

/** The last months, this one included. */
function figures({ ledger, clock }: PagesDeps): Promise<MonthFigures[]> {
  const now = new Date(clock());
  return ledger.monthlyFigures(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - MONTHS_SHOWN + 1, 1), clock() + 1);
}

/** One row a month and action, as spreadsheets like it (RFC 4180). */
export function csvOf(months: readonly MonthFigures[]): string {
  const rows = [['month', 'what', 'detail', 'number', 'automatic']];
  for (const month of months) {
    for (const [kind, number] of Object.entries(month.cases))
      rows.push([month.month, 'cases', kind, String(number), '']);
    for (const [verdict, number] of Object.entries(month.verdicts))
      rows.push([month.month, 'verdicts', verdict, String(number), '']);
    for (const [kind, { done, automatic }] of Object.entries(month.actions))
      rows.push([month.month, 'measures', kind, String(done), String(automatic)]);
    for (const [what, number] of [
      ['reports', month.reports],
      ['mails', month.mails],
      ['dismissed', month.dismissed],
      ['appeals', month.appeals],
      ['appeals_upheld', month.appealsUpheld],
    ] as const)
      rows.push([month.month, what, '', String(number), '']);
    rows.push([
      month.month,
      'median_ms_to_first_measure',
      '',
      month.medianToAction === null ? '' : String(month.medianToAction),
      '',
    ]);
  }
  return `${rows.map((row) => row.join(',')).join('\r\n')}\r\n`;
}

/** A number that a person can say on the phone; it opens nothing. */
function receiptNumber(token: string): string {
  let number = 0;
  for (const letter of token) number = (number * 31 + (letter.codePointAt(0) ?? 0)) % 100_000_000;
  return String(number)
    .padStart(8, '0')
    .replace(/^(\d{4})/, '$1-');
}

function languageIn(request: Request): Language {
  const asked = typeof request.query.lang === 'string' ? request.query.lang : undefined;
  return languageOf(asked ?? request.headers['accept-language']);
}

/** The visitor's address: of the proxy's last hop when it is on this machine (express `trust proxy`). */
function addressOf(request: Request): string {
  return request.ip ?? 'unknown';
}

function sentAt(data: Record<string, unknown>): number | undefined {
  return typeof data.sent_at === 'number' ? data.sent_at : undefined;
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
  const userId = userIdIn(text);
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

/** The display name of an account of ours; others are judged by their ID, so that no visitor makes us ask elsewhere. */
async function displayNameOf({ homeserver }: PagesDeps, userId: string): Promise<string | null> {
  if (!isUserId(userId) || serverNameOf(userId) !== homeserver.serverName) return null;
  try {
    const profile = await homeserver.request<{ displayname?: unknown }>(
      'GET',
      `/_matrix/client/v3/profile/${encodeURIComponent(userId)}`,
      { timeoutMs: PROFILE_TIMEOUT_MS },
    );
    return typeof profile.displayname === 'string' ? profile.displayname : null;
  } catch {
    return null;
  }
}
