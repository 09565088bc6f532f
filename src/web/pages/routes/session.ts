import { Router, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { h } from 'preact';
import { OnTheWayPage, SignedOutPage, SignInPage } from '../desk/answers.js';
import type { Viewer } from '../desk/frame.js';
import { messageOf } from '../../../util/errors.js';
import type { PagesDeps, ProviderSignIn } from '../deps.js';
import { CALLBACK_PATH, PROVIDER_PATH } from '../oidc.js';
import { allowOurScript, cookie, field, languageIn, readForm, show } from '../request.js';
import { deskTextsIn } from '../texts-desk.js';
import { LINK_MS, newToken, sameSecret, SESSION_MS, type WebTokens } from '../tokens.js';

const SESSION_COOKIE = 'heimdall_session';
const LOGIN_COOKIE = 'heimdall_login';
/** Programs that fetch links in messages for a preview; they must not use up a link. */
const PREVIEW_AGENT = /bot|preview|synapse|dendrite|conduit|crawl|spider|embed|facebookexternalhit|whatsapp/i;

export type DeskHandler = (request: Request, response: Response, viewer: Viewer) => Promise<void> | void;

/** Sessions, signing in and out. */
export class Sessions {
  constructor(
    private readonly deps: PagesDeps,
    private readonly tokens: WebTokens,
    readonly https: boolean,
  ) {}

  /** The moderator behind a request; undefined for anybody who may not give commands at this moment. */
  async viewerOf(request: Request): Promise<Viewer | undefined> {
    const session = await this.tokens.find('session', cookie(request, SESSION_COOKIE));
    const csrf = session?.data.csrf;
    if (session?.userId == null || typeof csrf !== 'string') return undefined;
    // anybody who left the management room, or may no longer give commands, is locked out at once
    return this.deps.mayCommand(session.userId)
      ? { userId: session.userId, csrf, language: languageIn(request) }
      : undefined;
  }

  /** A page for moderators; a POST must come from a form of this session. */
  signedIn(handler: DeskHandler): RequestHandler {
    return async (request: Request, response: Response, _next: NextFunction): Promise<void> => {
      const viewer = await this.viewerOf(request);
      const t = deskTextsIn(languageIn(request));
      if (viewer === undefined)
        return cameFromElsewhere(request)
          ? show(response, h(OnTheWayPage, { language: languageIn(request), href: request.originalUrl }))
          : this.refuse(request, response, t.forModerators);
      if (request.method === 'POST' && !isOwnForm(request, viewer, this.deps.publicUrl))
        return this.refuse(request, response, t.formExpired);
      allowOurScript(response);
      await handler(request, response, viewer);
    };
  }

  /** Nobody else may submit more than a few fields. */
  readonly first: RequestHandler = async (request, response, next) => {
    if ((await this.viewerOf(request)) !== undefined) return next();
    this.refuse(request, response, deskTextsIn(languageIn(request)).forModerators);
  };

  refuse(request: Request, response: Response, reason: string, status = 403): void {
    show(
      response,
      h(SignedOutPage, { language: languageIn(request), reason, provider: this.deps.signIn !== undefined }),
      status,
    );
  }

  /** Opens a session, always a new one, against session fixation. */
  async open(userId: string, response: Response): Promise<void> {
    const { ledger, clock } = this.deps;
    const session = await this.tokens.issue({ kind: 'session', userId, data: { csrf: newToken() } }, SESSION_MS);
    await ledger.commit((tx) =>
      tx.audit({ at: clock(), actor: userId, what: 'web.signed_in', caseId: null, data: {} }),
    );
    response.cookie(SESSION_COOKIE, session, {
      httpOnly: true,
      sameSite: 'strict',
      secure: this.https,
      maxAge: SESSION_MS,
      path: '/',
    });
    response.redirect(303, '/cases');
  }

  async close(request: Request, response: Response): Promise<void> {
    const secret = cookie(request, SESSION_COOKIE);
    if (secret !== undefined) await this.tokens.drop(secret);
    response.clearCookie(SESSION_COOKIE, { path: '/' });
  }
}

/** Sign-in by a link in a direct message, and sign-out. */
export function sessionRoutes(deps: PagesDeps, tokens: WebTokens, sessions: Sessions): Router {
  const router = Router();

  const begin = async (request: Request, response: Response): Promise<void> => {
    const userId = await tokens.redeem(String(request.params.token));
    if (userId === undefined || !deps.mayCommand(userId))
      return sessions.refuse(request, response, deskTextsIn(languageIn(request)).linkUsed);
    await sessions.open(userId, response);
  };

  const { signIn } = deps;
  if (signIn !== undefined) router.use(providerRoutes(deps, signIn, tokens, sessions));

  router.get('/sign-in/:token', async (request, response) => {
    const fetched =
      request.method === 'HEAD' ||
      PREVIEW_AGENT.test(request.headers['user-agent'] ?? '') ||
      request.headers['sec-purpose'] !== undefined;
    if (fetched)
      return show(
        response,
        h(SignInPage, { language: languageIn(request), token: encodeURIComponent(String(request.params.token)) }),
      );
    await begin(request, response);
  });
  router.post('/sign-in/:token', readForm, begin);
  router.post(
    '/sign-out',
    readForm,
    sessions.signedIn(async (request, response) => {
      await sessions.close(request, response);
      sessions.refuse(request, response, deskTextsIn(languageIn(request)).signedOut, 200);
    }),
  );
  return router;
}

/** To the identity provider and back. */
function providerRoutes(deps: PagesDeps, signIn: ProviderSignIn, tokens: WebTokens, sessions: Sessions): Router {
  const router = Router();
  const failed = (request: Request, response: Response, error?: unknown): void => {
    if (error !== undefined) deps.logger.warn({ error: messageOf(error) }, 'signing in with the provider failed');
    sessions.refuse(request, response, deskTextsIn(languageIn(request)).signInFailed);
  };
  router.get(PROVIDER_PATH, async (request, response) => {
    try {
      const { url, remember } = await signIn.begin();
      const login = await tokens.issue({ kind: 'login', data: remember }, LINK_MS);
      // Lax: the provider redirects back here, and a strict cookie would not be sent
      response.cookie(LOGIN_COOKIE, login, {
        httpOnly: true,
        sameSite: 'lax',
        secure: sessions.https,
        maxAge: LINK_MS,
        path: CALLBACK_PATH,
      });
      response.redirect(303, url);
    } catch (error) {
      failed(request, response, error);
    }
  });
  router.get(CALLBACK_PATH, async (request, response) => {
    const secret = cookie(request, LOGIN_COOKIE);
    const login = await tokens.find('login', secret);
    response.clearCookie(LOGIN_COOKIE, { path: CALLBACK_PATH });
    if (login === undefined || secret === undefined) return failed(request, response);
    await tokens.drop(secret);
    let userId: string | undefined;
    try {
      userId = await signIn.finish(new URL(deps.publicUrl + request.originalUrl), login.data as Record<string, string>);
    } catch (error) {
      return failed(request, response, error);
    }
    if (userId === undefined || !deps.mayCommand(userId))
      return sessions.refuse(request, response, deskTextsIn(languageIn(request)).notAModerator);
    await sessions.open(userId, response);
  });
  return router;
}

/**
 * Handles a link followed from a client or mail: the browser then omits the session cookie (`SameSite=Strict`), even
 * after a redirect. An intermediate page of ours that navigates to the same URL makes it send the cookie; it is shown
 * only once, since that navigation comes from our site (Fetch Metadata, `Sec-Fetch-Site`).
 */
function cameFromElsewhere({ method, headers }: Request): boolean {
  return (
    method === 'GET' &&
    headers['sec-fetch-mode'] === 'navigate' &&
    (headers['sec-fetch-site'] === 'cross-site' || headers['sec-fetch-site'] === 'same-site')
  );
}

/** Whether a form belongs to the session: it has its token and, if the browser states an origin, ours. */
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
