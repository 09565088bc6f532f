import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { createAdminApi } from './admin.js';
import { createAdminActions, refused } from './admin-actions.js';
import { asking, eventsOf, ignoreErrcode, type Request } from './responses.js';
import { queryString } from './query-string.js';
import { localpartOf } from './identifiers.js';
import { createMas, type Mas, type MasOptions } from './mas.js';
import { createMediaApi } from './media.js';
import { urlPath } from './url-path.js';
import { createRoomApi } from './room-api.js';
import { createTransport } from './transport.js';
import { MatrixError, type Homeserver } from './types.js';
import { matrixTexts } from './texts.js';

export interface HomeserverOptions {
  /** base URL of the client API, e.g. `http://127.0.0.1:8008` */
  url: string;
  serverName: string;
  botLocalpart: string;
  asToken: string;
  hsToken?: string;
  /** for the admin API; null: the appservice's token is tried */
  adminToken: string | null;
  /** the registration as in its file; only the id is used */
  registration?: { id: string };
  /** the service that manages the homeserver's accounts; null: the homeserver itself */
  mas?: Omit<MasOptions, 'mayWrite'> | null;
  /** called before every request that may change something; if it returns false, the request is not sent */
  mayWrite?: () => boolean;
}

const DEFAULT_TIMEOUT_MS = 60_000;

/**
 * The connection to our homeserver, with the appservice's token and without a user id, so that requests are the bot's
 * (spec, Application Service API, "Identity assertion"). Nothing is sent before the first call. Every method rejects
 * with `MatrixError` only and never retries.
 */
export function createHomeserver(options: HomeserverOptions): Homeserver {
  const botUserId = `@${options.botLocalpart}:${options.serverName}`;
  const secrets = [options.asToken, options.hsToken ?? '', options.adminToken ?? ''];
  const transport = createTransport(options.url, { secrets, mayWrite: options.mayWrite });
  const request: Request = async (
    method,
    path,
    { query = {}, body, admin = false, timeoutMs = DEFAULT_TIMEOUT_MS } = {},
  ) => {
    // without a user id in the query, a request with the appservice's token is the bot's own
    const token = admin ? (options.adminToken ?? options.asToken) : options.asToken;
    const headers: Record<string, string> = { Authorization: `Bearer ${token}` };
    if (body !== undefined) headers['Content-Type'] = 'application/json';
    try {
      const { body: answer } = await transport.send({
        method,
        target: path + queryString(query),
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        timeoutMs,
      });
      return answer;
    } catch (error) {
      throw asMatrixError(error);
    }
  };

  const mas = options.mas == null ? undefined : createMas({ ...options.mas, mayWrite: options.mayWrite });
  const actions = createAdminActions(request, options.serverName);

  return {
    botUserId,
    serverName: options.serverName,
    request: (async (method, path, requestOptions) => request(method, path, requestOptions)) as Homeserver['request'],
    ...accountApi(request, botUserId, options),
    ...reportApi(request),
    ...createRoomApi(request),
    ...createAdminApi(request),
    ...actions,
    ...(mas === undefined ? {} : accountsAtMas(mas, actions)),
    ...createMediaApi(transport, options.asToken),
    stateInPieces: (roomId, take) =>
      transport.pieces(
        {
          method: 'GET',
          target: urlPath`/_matrix/client/v3/rooms/${roomId}/state`,
          headers: { Authorization: `Bearer ${options.asToken}` },
        },
        (values) => take(eventsOf(values, roomId)),
      ),
    close: async () => void (await Promise.all([transport.close(), mas?.close()])),
  };
}

/** What Matrix Authentication Service manages instead of the homeserver. Suspension stays with the homeserver. */
function accountsAtMas(
  mas: Mas,
  own: Pick<Homeserver, 'adminAccount'>,
): Pick<Homeserver, 'adminAccount' | 'setLocked' | 'deactivate'> {
  return {
    async adminAccount(userId) {
      const account = await mas.account(localpartOf(userId));
      if (account === undefined) return undefined;
      // the homeserver returns more where its admin API is permitted, which it is not with the appservice's token
      const known = await own.adminAccount(userId).catch(refused);
      return { ...account, admin: account.admin || known?.admin === true, suspended: known?.suspended === true };
    },
    setLocked: (userId, locked) => mas.setLocked(localpartOf(userId), locked),
    deactivate: (userId) => mas.deactivate(localpartOf(userId)),
  };
}

/** The last safeguard: of anything thrown, only the message is passed on. */
function asMatrixError(error: unknown): MatrixError {
  if (error instanceof MatrixError) return error;
  return new MatrixError(0, 'HEIMDALL_E_NETWORK', error instanceof Error ? error.message : matrixTexts.requestFailed);
}

const versionsAnswer = z.object({ versions: z.array(z.string()) });
const whoamiAnswer = z.object({ user_id: z.string() });
const pingAnswer = z.object({ duration_ms: z.number() });
const profileAnswer = z.object({ displayname: z.string().nullish() });

function accountApi(request: Request, botUserId: string, options: HomeserverOptions) {
  const { ask, find } = asking(request);
  return {
    async versions() {
      return (await ask(versionsAnswer, 'GET', '/_matrix/client/versions')).versions;
    },
    async whoami() {
      return (await ask(whoamiAnswer, 'GET', '/_matrix/client/v3/account/whoami')).user_id;
    },
    async pingAppservice() {
      const path = urlPath`/_matrix/client/v1/appservice/${options.registration?.id ?? options.botLocalpart}/ping`;
      return (await ask(pingAnswer, 'POST', path, { body: { transaction_id: randomUUID() } })).duration_ms;
    },
    async registerBot() {
      const body = { type: 'm.login.application_service', username: options.botLocalpart, inhibit_login: true };
      await request('POST', '/_matrix/client/v3/register', { body }).catch(ignoreErrcode('M_USER_IN_USE'));
    },
    /** Sets the name only if it differs: each time, the homeserver sends a new member event to every room. */
    async setDisplayName(name: string) {
      const path = urlPath`/_matrix/client/v3/profile/${botUserId}/displayname`;
      const now = await find(profileAnswer, 'GET', path);
      if (now?.displayname !== name) await request('PUT', path, { body: { displayname: name } });
    },
  };
}

function reportApi(request: Request) {
  return {
    async reportUser(userId: string, reason: string) {
      await request('POST', urlPath`/_matrix/client/v3/users/${userId}/report`, { body: { reason } });
    },
    async reportEvent(roomId: string, eventId: string, reason: string) {
      const path = urlPath`/_matrix/client/v3/rooms/${roomId}/report/${eventId}`;
      await request('POST', path, { body: { reason, score: -100 } });
    },
    async reportRoom(roomId: string, reason: string) {
      await request('POST', urlPath`/_matrix/client/v3/rooms/${roomId}/report`, { body: { reason } });
    },
  };
}
