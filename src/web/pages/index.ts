import { createServer, type Server } from 'node:http';
import express, { type ErrorRequestHandler, type RequestHandler, type Router } from 'express';
import { h } from 'preact';
import { messageOf } from '../../util/errors.js';
import type { PagesDeps } from './deps.js';
import { NothingPage } from './public/status.js';
import { AddressLimit } from './limits.js';
import { Figures } from './figures.js';
import { addressOf, languageIn, securityHeaders, show } from './request.js';
import { CALLBACK_PATH, PROVIDER_PATH } from './oidc.js';
import { Onlookers } from './onlookers.js';
import { Precision } from './precision.js';
import { CasePages } from './routes/case.js';
import { caseCommandRoutes } from './routes/case-commands.js';
import { caseRoutes } from './routes/cases.js';
import { checkRoutes, createCheckApi } from './routes/check.js';
import { LiveStreams } from './routes/live.js';
import { noticeRoutes } from './routes/notice.js';
import { peopleRoutes } from './routes/people.js';
import { placeRoutes } from './routes/places.js';
import { recordRoutes } from './routes/record.js';
import { ruleRoutes } from './routes/rules.js';
import { Sessions, sessionRoutes } from './routes/session.js';
import { statusRoutes } from './routes/status.js';
import { transparencyRoutes } from './routes/transparency.js';
import { STYLE } from './style.js';
import { LINK_MS, WebTokens } from './tokens.js';
import { Turns } from '../../util/turns.js';

export interface Pages {
  server: Server;
  /** A sign-in link for this person, valid once and for ten minutes. */
  signInLink(userId: string): Promise<string>;
  /** Ends the event streams of open pages, so that the listener can close. */
  endStreams(): void;
}

/** How often slow requests are checked for and cut off. */
const PATIENCE = { requestTimeout: 20_000, headersTimeout: 10_000, connectionsCheckingInterval: 5_000 };
const GUESSES_A_MINUTE = 60;
/** Maximum connections; more have to wait at the proxy. */
const MOST_CONNECTIONS = 1_000;

/** The web pages: a listener of their own, which the caller opens and closes. */
export function createPages(deps: PagesDeps, patience = PATIENCE): Pages {
  const https = deps.publicUrl.startsWith('https:');
  const tokens = new WebTokens(deps.ledger, deps.clock);
  const onlookers = new Onlookers(deps.clock);
  const live = new LiveStreams(deps, onlookers);
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  // only a proxy on this machine is trusted to state the client address
  app.set('trust proxy', 'loopback');
  app.use(securityHeaders(https));
  app.get('/style.css', (_request, response) => {
    response.type('css').set('Cache-Control', 'max-age=3600').send(STYLE);
  });
  app.use(['/sign-in', PROVIDER_PATH, CALLBACK_PATH, '/case', '/appeal'], fewGuesses(deps));
  app.use(...routersOf(deps, tokens, new Sessions(deps, tokens, https), onlookers, live));
  app.use((request, response) => show(response, h(NothingPage, { language: languageIn(request) }), 404));
  app.use(whatFailed(deps));
  const check = createCheckApi(deps, https);
  // many who read at once must not hold up the transactions of the homeserver, which come in on the same thread
  const turns = new Turns();
  const server = createServer(patience, (request, response) => {
    if (check(request, response)) return;
    turns.run(() => {
      if (!request.destroyed) app(request, response);
    });
  });
  server.maxConnections = MOST_CONNECTIONS;
  return {
    server,
    endStreams: () => live.stop(),
    signInLink: async (userId) => `${deps.publicUrl}/sign-in/${await tokens.issue({ kind: 'link', userId }, LINK_MS)}`,
  };
}

function routersOf(
  deps: PagesDeps,
  tokens: WebTokens,
  sessions: Sessions,
  onlookers: Onlookers,
  live: LiveStreams,
): Router[] {
  const { ledger, clock } = deps;
  const figures = new Figures(ledger, clock);
  const casePages = new CasePages(deps, onlookers);
  return [
    checkRoutes(deps),
    noticeRoutes(deps, tokens),
    statusRoutes(deps, tokens),
    transparencyRoutes(figures),
    sessionRoutes(deps, tokens, sessions),
    caseRoutes(deps, sessions),
    caseCommandRoutes(deps, sessions, casePages),
    casePages.routes(sessions),
    peopleRoutes(deps, sessions),
    ruleRoutes(deps, sessions),
    placeRoutes(deps, sessions),
    recordRoutes(deps, sessions, figures, new Precision(ledger, clock)),
    live.routes(sessions),
  ];
}

/** Tokens cannot be guessed; this only limits lookups of invalid ones. */
function fewGuesses({ clock }: PagesDeps): RequestHandler {
  const guesses = new AddressLimit(GUESSES_A_MINUTE, 60_000, clock);
  return (request, response, next) => {
    if (guesses.take(addressOf(request))) return next();
    response.set('Retry-After', '60');
    show(response, h(NothingPage, { language: languageIn(request), failed: true }), 429);
  };
}

function whatFailed({ logger }: PagesDeps): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const status = (error as { status?: unknown }).status;
    const known = typeof status === 'number' && status >= 400 && status < 500;
    // only the path: a query may contain a user id
    if (!known) logger.error({ path: request.path.split('/')[1], error: messageOf(error) }, 'page failed');
    show(response, h(NothingPage, { language: languageIn(request), failed: true }), known ? status : 500);
  };
}
