import type { IncomingMessage, ServerResponse } from 'node:http';
import { Router } from 'express';
import { h } from 'preact';
import { isUserId, serverNameOf } from '../../../matrix/identifiers.js';
import type { PagesDeps } from '../deps.js';
import { AddressLimit } from '../limits.js';
import { answerAbout, userIdIn, userIdMeant } from '../official.js';
import { OfficialPictures } from '../pictures.js';
import { CheckPage, HomePage } from '../public/check.js';
import { NothingPage } from '../public/status.js';
import { addressOf, field, HEADERS, languageIn, STAY_SECURE, show } from '../request.js';
import { explained } from './explained.js';
import { webTexts } from '../../texts.js';

/** A question costs a run of the detector, and for local accounts a request to the homeserver. */
const CHECKS_A_MINUTE = 60;
/** Limit on all visitors' requests to the homeserver; beyond that only the id is judged. */
const PROFILES_A_MINUTE = 600;
const PROFILE_TIMEOUT_MS = 2_000;

/** Public pages and API: which accounts are official, and whether a given one is. */
export function checkRoutes(deps: PagesDeps): Router {
  const { config, clock } = deps;
  const router = Router();
  const identities = config.protected_identities;
  const checks = new AddressLimit(CHECKS_A_MINUTE, 60_000, clock);
  const profiles = new AddressLimit(PROFILES_A_MINUTE, 60_000, clock);

  const answer = async (userId: string) => {
    const displayName = profiles.take('') ? await displayNameOf(deps, userId) : null;
    const found = answerAbout(userId, displayName, deps.detector(), identities);
    const explanations = found.official ? [] : await explained(deps, { userId, displayName }, found.full);
    return { found, explanations };
  };

  router.get('/', (request, response) =>
    show(response, h(HomePage, { language: languageIn(request), serverName: deps.homeserver.serverName, identities })),
  );

  router.get('/check', async (request, response) => {
    const language = languageIn(request);
    const asked = field(request, 'id').slice(0, 1000);
    const userId = userIdMeant(asked);
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

  const pictures = new OfficialPictures(deps);
  router.get('/official-picture/:id', async (request, response) => {
    const picture = await pictures.of(String(request.params.id));
    if (picture === undefined) return void response.status(404).type('text').send('');
    response.type('png').set('Cache-Control', 'max-age=3600').send(picture);
  });

  return router;
}

/** Scripts on any page may use it. */
const API_HEADERS = {
  ...HEADERS,
  'Access-Control-Allow-Origin': '*',
  'Cross-Origin-Resource-Policy': 'cross-origin',
  'Content-Type': 'application/json; charset=utf-8',
};

/**
 * `GET /api/v1/check?id=`: the answer for programs. It is computed from memory, so it needs no limit, and without
 * express, which would cost more than the answer. False for any other request.
 */
export function createCheckApi(deps: Pick<PagesDeps, 'config' | 'detector'>, https: boolean) {
  const identities = deps.config.protected_identities;
  const headers = https ? { ...API_HEADERS, ...STAY_SECURE } : API_HEADERS;
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const { method, url = '' } = request;
    if ((method !== 'GET' && method !== 'HEAD') || !/^\/api\/v1\/check\/?(?:\?|$)/.test(url)) return false;
    const asked = new URLSearchParams(url.slice(url.indexOf('?') + 1 || url.length)).get('id') ?? '';
    const userId = userIdIn(asked.slice(0, 1000));
    const body = JSON.stringify(userId === undefined ? NO_ID : answerOf(userId));
    response.writeHead(userId === undefined ? 400 : 200, { ...headers, 'Content-Length': Buffer.byteLength(body) });
    response.end(method === 'HEAD' ? undefined : body);
    return true;
  };

  function answerOf(userId: string) {
    const { id, official, verdict, official_ids, reasons } = answerAbout(userId, null, deps.detector(), identities);
    return { id, official, verdict, official_ids, reasons };
  }
}

const NO_ID = { error: { code: 'HEIMDALL_E_USER_ID', message: webTexts.giveUserId } };

/**
 * The display name of a local account; others are judged by id, so that visitors cannot trigger federation requests.
 */
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
