import { Router, type NextFunction, type Request, type Response } from 'express';
import { h } from 'preact';
import { caseView } from '../../cases/view.js';
import { toProtectedIdentity } from '../../config/identities.js';
import { explain, type Explanation, type Sighting, type Verdict } from '../../detection/index.js';
import { isUserId } from '../../matrix/identifiers.js';
import type { CaseState } from '../../store/types.js';
import { characterNames } from '../../util/character-names.js';
import type { PagesDeps } from './deps.js';
import {
  AnswerPage,
  AuditPage,
  CASE_STATES,
  CasePage,
  CasesPage,
  ConfirmPage,
  DonePage,
  FiguresPage,
  ListsPage,
  MailPage,
  RoomsPage,
  RulesPage,
  SignInPage,
  SignedOutPage,
  type Viewer,
} from './desk.js';
import { NothingPage } from './public.js';
import { cookie, field, fields, readForm, show } from './request.js';
import { SESSION_MS, newToken, sameSecret, type WebTokens } from './tokens.js';

const SESSION_COOKIE = 'heimdall_session';
const PER_PAGE = 50;
const RULES_SHOWN = 200;
const MOST_COMMANDS = 100;
const WAITING: readonly CaseState[] = ['open', 'triaged', 'appealed'];
/** Programs that fetch links out of messages to show a preview; they must not use a link up. */
const PREVIEW_AGENT = /bot|preview|synapse|dendrite|conduit|crawl|spider|embed|facebookexternalhit|whatsapp/i;
/** What the pages may ask for: the words of commands, numbers of cases, and nothing else that a stranger wrote. */
const COMMAND = /^(?:(?:ban|redact|undo|mail forward) case \d{1,15}|(?:dismiss|reopen|close) \d{1,15})$/;

/** Pages for moderators: behind a session, in the name of its owner. */
export function deskRoutes(deps: PagesDeps, tokens: WebTokens, https: boolean): Router {
  const { ledger, config, clock } = deps;
  const router = Router();
  const identities = config.protected_identities;

  const viewerOf = async (request: Request): Promise<Viewer | undefined> => {
    const session = await tokens.find('session', cookie(request, SESSION_COOKIE));
    const csrf = session?.data.csrf;
    if (session?.userId == null || typeof csrf !== 'string') return undefined;
    // who left the management room, or may not command any more, is out at once
    return deps.mayCommand(session.userId) ? { userId: session.userId, csrf } : undefined;
  };

  type Handler = (request: Request, response: Response, viewer: Viewer) => Promise<void> | void;
  const signedIn =
    (handler: Handler) =>
    async (request: Request, response: Response, _next: NextFunction): Promise<void> => {
      const viewer = await viewerOf(request);
      if (viewer === undefined)
        return show(response, h(SignedOutPage, { reason: 'This page is for moderators.' }), 403);
      if (request.method === 'POST' && !isOwnForm(request, viewer, deps.publicUrl))
        return show(
          response,
          h(SignedOutPage, { reason: 'This form has expired. Please go back and try again.' }),
          403,
        );
      return handler(request, response, viewer);
    };

  const begin = async (secret: string, response: Response): Promise<void> => {
    const userId = await tokens.redeem(secret);
    if (userId === undefined || !deps.mayCommand(userId))
      return show(response, h(SignedOutPage, { reason: 'This link has expired or was used already.' }), 403);
    const session = await tokens.issue({ kind: 'session', userId, data: { csrf: newToken() } }, SESSION_MS);
    await ledger.commit((tx) =>
      tx.audit({ at: clock(), actor: userId, what: 'web.signed_in', caseId: null, data: {} }),
    );
    response.cookie(SESSION_COOKIE, session, {
      httpOnly: true,
      sameSite: 'strict',
      secure: https,
      maxAge: SESSION_MS,
      path: '/',
    });
    response.redirect(303, '/cases');
  };

  router.get('/sign-in/:token', async (request, response) => {
    const secret = String(request.params.token);
    const fetched =
      request.method === 'HEAD' ||
      PREVIEW_AGENT.test(request.headers['user-agent'] ?? '') ||
      request.headers['sec-purpose'] !== undefined;
    if (fetched) return show(response, h(SignInPage, { token: encodeURIComponent(secret) }));
    await begin(secret, response);
  });
  router.post('/sign-in/:token', readForm, (request, response) => begin(String(request.params.token), response));
  router.post(
    '/sign-out',
    readForm,
    signedIn(async (request, response) => {
      const secret = cookie(request, SESSION_COOKIE);
      if (secret !== undefined) await tokens.drop(secret);
      response.clearCookie(SESSION_COOKIE, { path: '/' });
      show(response, h(SignedOutPage, { reason: 'You signed out.' }));
    }),
  );

  router.get(
    '/cases',
    signedIn(async (request, response, viewer) => {
      const filter = {
        state: field(request, 'state') || 'open',
        kind: field(request, 'kind'),
        verdict: field(request, 'verdict'),
        text: field(request, 'text').trim().slice(0, 300),
        sort: field(request, 'sort') || 'updated',
        page: Math.min(100_000, Math.max(1, Number.parseInt(field(request, 'page'), 10) || 1)),
      };
      const { cases, total } = await ledger.casePage({
        states: statesOf(filter.state),
        ...(['user', 'room', 'server'].includes(filter.kind) ? { kind: filter.kind as 'user' } : {}),
        ...(['certain', 'likely', 'possible', 'none'].includes(filter.verdict) ? { verdict: filter.verdict } : {}),
        ...(filter.text === '' ? {} : { text: filter.text }),
        sort: filter.sort === 'score' || filter.sort === 'opened' ? filter.sort : 'updated',
        offset: (filter.page - 1) * PER_PAGE,
        limit: PER_PAGE,
      });
      show(response, h(CasesPage, { viewer, filter, cases, total, perPage: PER_PAGE }));
    }),
  );

  router.get(
    '/cases/:id',
    signedIn(async (request, response, viewer) => {
      const id = /^\d{1,15}$/.exec(String(request.params.id))?.[0];
      const view = id === undefined ? undefined : await caseView(ledger, Number(id));
      if (view === undefined) return show(response, h(NothingPage, { language: 'en' }), 404);
      const official = identities.find(
        ({ user_id: userId }) => userId === (view.strongest?.verdict.protected ?? view.case.protected),
      );
      const explanations =
        view.strongest === undefined ? [] : await explained(deps, view.strongest.sighting, view.strongest.verdict);
      show(
        response,
        h(CasePage, {
          viewer,
          view,
          official: official && { userId: official.user_id, displayNames: official.display_names },
          explanations,
          audit: await ledger.auditOf(view.case.id),
        }),
      );
    }),
  );

  router.post(
    '/bulk',
    readForm,
    signedIn((request, response, viewer) => {
      const what = field(request, 'what');
      const ids = fields(request, 'case')
        .filter((id) => /^\d{1,15}$/.test(id))
        .slice(0, MOST_COMMANDS);
      const commands = ids.map((id) =>
        what === 'ban' ? `ban case ${id}` : what === 'close' ? `close ${id}` : `dismiss ${id}`,
      );
      if (commands.length === 0) return response.redirect(303, '/cases');
      show(response, h(ConfirmPage, { viewer, commands }));
    }),
  );

  router.post(
    '/do',
    readForm,
    signedIn(async (request, response, viewer) => {
      const commands = fields(request, 'command')
        .filter((command) => COMMAND.test(command))
        .slice(0, MOST_COMMANDS);
      if (commands.length === 0) return show(response, h(NothingPage, { language: 'en' }), 400);
      if (field(request, 'confirmed') !== 'yes') return show(response, h(ConfirmPage, { viewer, commands }));
      const answers: { command: string; html: string }[] = [];
      for (const command of commands) answers.push({ command, html: await deps.execute(viewer.userId, command) });
      const one = /(\d+)$/.exec(commands[0] ?? '')?.[1];
      show(
        response,
        h(DonePage, { viewer, answers, back: commands.length === 1 && one !== undefined ? `/cases/${one}` : '/cases' }),
      );
    }),
  );

  router.get(
    '/rooms',
    signedIn((_request, response, viewer) => {
      const rooms = [...deps.rooms.all()].map((room) => ({
        roomId: room.roomId,
        name: room.name,
        alias: room.canonicalAlias,
        members: [...room.members.values()].filter(({ membership }) => membership === 'join').length,
        missing: deps.missingPower(room),
        denied: Array.isArray(room.acl?.content.deny) ? room.acl.content.deny.length : 0,
      }));
      show(response, h(RoomsPage, { viewer, rooms }));
    }),
  );

  router.get(
    '/lists',
    signedIn((_request, response, viewer) => {
      const own = deps.settings.get().policy_list_room;
      const lists = deps.lists.rooms().map((roomId) => {
        const rules = [...deps.lists.rules(roomId)];
        return {
          roomId,
          shortcode: deps.lists.shortcodeOf(roomId) ?? roomId,
          own: roomId === own,
          total: rules.length,
          rules: rules.slice(0, RULES_SHOWN).map((rule) => ({
            kind: rule.kind,
            entity: rule.entity ?? `sha256:${rule.sha256 ?? ''}`,
            action: rule.action,
            reason: rule.reason ?? '',
          })),
        };
      });
      show(response, h(ListsPage, { viewer, lists }));
    }),
  );

  router.get(
    '/rules',
    signedIn(async (request, response, viewer) => {
      const userId = field(request, 'id').trim().slice(0, 1000);
      const name = field(request, 'name').slice(0, 1000);
      const valid = isUserId(userId);
      const sighting = { userId, displayName: name === '' ? null : name };
      const verdict = valid ? deps.detector().inspect(sighting) : undefined;
      const error = userId !== '' && !valid ? 'This is not a valid user ID. It looks like @name:server.' : undefined;
      const explanations = verdict === undefined ? [] : await explained(deps, sighting, verdict);
      show(
        response,
        h(RulesPage, { viewer, userId, name, verdict, error, explanations }),
        error === undefined ? 200 : 400,
      );
    }),
  );

  router.get(
    '/protections',
    signedIn(async (_request, response, viewer) => {
      const html = await deps.execute(viewer.userId, 'protections');
      show(response, h(AnswerPage, { viewer, title: 'Protections', html }));
    }),
  );

  router.get(
    '/mail',
    signedIn(async (_request, response, viewer) =>
      show(response, h(MailPage, { viewer, mails: await ledger.mailPage({ offset: 0, limit: 200 }) })),
    ),
  );

  router.get(
    '/audit',
    signedIn(async (request, response, viewer) => {
      const before = Number.parseInt(field(request, 'before'), 10);
      const entries = await ledger.auditPage({ ...(before > 0 ? { before } : {}), limit: 100 });
      show(response, h(AuditPage, { viewer, entries, next: entries.length === 100 ? entries.at(-1)?.id : undefined }));
    }),
  );

  router.get(
    '/figures',
    signedIn(async (_request, response, viewer) => {
      const now = new Date(clock());
      const months = await ledger.monthlyFigures(
        Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 11, 1),
        clock() + 1,
      );
      const { total } = await ledger.casePage({ states: WAITING, offset: 0, limit: 1 });
      show(response, h(FiguresPage, { viewer, months, open: total }));
    }),
  );
  return router;
}

function statesOf(state: string): readonly CaseState[] {
  if (state === 'all') return CASE_STATES;
  if (state === 'only-open') return ['open'];
  return CASE_STATES.some((known) => known === state) && state !== 'open' ? [state as CaseState] : WAITING;
}

/** The session's own form: its token, and when the browser says where it comes from, from here. */
function isOwnForm(request: Request, viewer: Viewer, publicUrl: string): boolean {
  const { origin } = request.headers;
  if (
    origin !== undefined &&
    origin !== 'null' &&
    origin !== new URL(publicUrl).origin &&
    hostOf(origin) !== request.headers.host
  )
    return false;
  return sameSecret(field(request, 'csrf'), viewer.csrf);
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}

async function explained(deps: PagesDeps, sighting: Sighting, verdict: Verdict): Promise<Explanation[]> {
  const identity = deps.config.protected_identities.find(({ user_id: userId }) => userId === verdict.protected);
  return identity === undefined
    ? []
    : explain(sighting, verdict, toProtectedIdentity(identity), await characterNames());
}
