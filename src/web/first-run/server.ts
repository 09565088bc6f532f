import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Request, type RequestHandler } from 'express';
import { h } from 'preact';
import type { Clock } from '../../util/clock.js';
import { closeServer } from '../http.js';
import { allowOurScript, cookie, languageIn, securityHeaders, show } from '../pages/request.js';
import { STYLE } from '../pages/style.js';
import { hashOf, newToken, sameSecret } from '../pages/tokens.js';
import { ClosedPage, FirstRunPage } from './page.js';
import { LOOK_SCRIPT } from './script.js';
import { stepsOf, type Finding, type Installation } from './steps.js';
import { firstRunTextsIn } from './texts.js';

export interface FirstRun {
  /** valid once, on this machine only */
  link: string;
  close(): Promise<void>;
}

export interface FirstRunOptions {
  installation: Installation;
  /** runs the doctor */
  examine: () => Promise<readonly Finding[]>;
  clock: Clock;
}

const COOKIE = 'heimdall_first_run';
/** The doctor runs at most once in this time, however many requests there are. */
const FRESH_MS = 4_000;

/** The page of a first run: on loopback, on its own port, for whoever has the link. */
export async function openFirstRun(options: FirstRunOptions): Promise<FirstRun> {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(securityHeaders(false));
  const server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const link = newToken();
  let session: string | undefined;
  app.use(ownHost(port));
  app.get('/style.css', (_request, response) => void response.type('css').send(STYLE));
  app.get('/first-run/:token', (request, response) => {
    if (session !== undefined || !sameSecret(String(request.params.token), link))
      return show(response, h(ClosedPage, { language: languageIn(request) }), 403);
    session = newToken();
    response.cookie(COOKIE, session, { httpOnly: true, sameSite: 'strict' });
    response.redirect(303, '/');
  });
  const latest = shared(options);
  app.get('/', async (request, response) => {
    if (!isOwn(request, session)) return show(response, h(ClosedPage, { language: languageIn(request) }), 403);
    const findings = await latest();
    allowOurScript(response);
    const steps = stepsOf(options.installation, findings, firstRunTextsIn(languageIn(request)));
    show(response, h(FirstRunPage, { language: languageIn(request), findings, steps, mark: markOf(findings) }));
  });
  app.get('/look.js', (_request, response) => void response.type('text/javascript').send(LOOK_SCRIPT));
  app.get('/mark', async (request, response) => {
    if (!isOwn(request, session)) return void response.status(403).end();
    response.type('text').send(markOf(await latest()));
  });
  app.use((request, response) => show(response, h(ClosedPage, { language: languageIn(request) }), 404));
  return { link: `http://127.0.0.1:${port}/first-run/${link}`, close: () => closeServer(server) };
}

/** A fingerprint of the findings without their numbers (seconds, free space), which change all the time. */
function markOf(findings: readonly Finding[]): string {
  return hashOf(JSON.stringify(findings).replace(/\d+/g, '')).slice(0, 16);
}

function isOwn(request: Request, session: string | undefined): boolean {
  const shown = cookie(request, COOKIE);
  return session !== undefined && shown !== undefined && sameSecret(shown, session);
}

/**
 * Against DNS rebinding: a foreign page can point its own name to this machine, and its requests then carry that name.
 */
function ownHost(port: number): RequestHandler {
  const names = [`127.0.0.1:${port}`, `localhost:${port}`];
  return (request, response, next) => {
    if (names.includes(request.headers.host ?? '')) return next();
    response.status(421).end();
  };
}

/** Runs one examination at a time and caches its result for a while. */
function shared({ examine, clock }: FirstRunOptions): () => Promise<readonly Finding[]> {
  let last: { at: number; findings: Promise<readonly Finding[]> } | undefined;
  return () => {
    if (last !== undefined && clock() - last.at < FRESH_MS) return last.findings;
    const findings = examine();
    last = { at: clock(), findings };
    // counted from its end, because an unresponsive homeserver takes the doctor a while
    findings.then(
      () => (last = { at: clock(), findings }),
      () => (last = undefined),
    );
    return findings;
  };
}
