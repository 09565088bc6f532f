import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { createAdminApi } from './admin.js';
import { createAdminActions, refused } from './admin-actions.js';
import { eventsOf, parseResponse, ignoreErrcode, type Query, type Request } from './responses.js';
import { queryString } from './query-string.js';
import { localpartOf } from './identifiers.js';
import { createMas, type Mas, type MasOptions } from './mas.js';
import { createMediaApi } from './media.js';
import { urlPath } from './url-path.js';
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
  /** the registration as its file has it; only the id is looked at */
  registration?: { id: string };
  /** where the homeserver has handed its accounts over; null: they are its own */
  mas?: Omit<MasOptions, 'mayWrite'> | null;
  /** asked before every request that may change something; false: it is not sent */
  mayWrite?: () => boolean;
}

const DEFAULT_TIMEOUT_MS = 60_000;

/**
 * The connection to our homeserver, with the appservice's token and nobody's name: requests are the bot's (spec,
 * Application Service API, "Identity assertion"). Nothing is sent before the first call. Every method rejects with
 * `MatrixError` only and never retries.
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
    // without a user id in the query, what the appservice's token asks for is asked by the bot itself
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
    ...roomApi(request),
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

/** What Matrix Authentication Service decides in the homeserver's stead. Suspension stays the homeserver's. */
function accountsAtMas(
  mas: Mas,
  own: Pick<Homeserver, 'adminAccount'>,
): Pick<Homeserver, 'adminAccount' | 'setLocked' | 'deactivate'> {
  return {
    async adminAccount(userId) {
      const account = await mas.account(localpartOf(userId));
      if (account === undefined) return undefined;
      // the homeserver knows more where its admin API may be used, which is not so by the appservice's token
      const known = await own.adminAccount(userId).catch(refused);
      return { ...account, admin: account.admin || known?.admin === true, suspended: known?.suspended === true };
    },
    setLocked: (userId, locked) => mas.setLocked(localpartOf(userId), locked),
    deactivate: (userId) => mas.deactivate(localpartOf(userId)),
  };
}

/** The last net: whatever was thrown, its message goes on and nothing else of it. */
function asMatrixError(error: unknown): MatrixError {
  if (error instanceof MatrixError) return error;
  return new MatrixError(0, 'HEIMDALL_E_NETWORK', error instanceof Error ? error.message : matrixTexts.requestFailed);
}

const roomAnswer = z.object({ room_id: z.string() });
const eventAnswer = z.object({ event_id: z.string() });
const versionsAnswer = z.object({ versions: z.array(z.string()) });
const whoamiAnswer = z.object({ user_id: z.string() });
const pingAnswer = z.object({ duration_ms: z.number() });
const profileAnswer = z.object({ displayname: z.string().nullish() });
const joinedAnswer = z.object({ joined_rooms: z.array(z.string()) });
const chunkAnswer = z.object({ chunk: z.array(z.unknown()) });
const pageAnswer = z.object({ chunk: z.array(z.unknown()), end: z.string().nullish() });
const contentAnswer = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

function accountApi(request: Request, botUserId: string, options: HomeserverOptions) {
  return {
    versions: async () => parseResponse(versionsAnswer, await request('GET', '/_matrix/client/versions')).versions,
    whoami: async () => parseResponse(whoamiAnswer, await request('GET', '/_matrix/client/v3/account/whoami')).user_id,
    async pingAppservice() {
      const path = urlPath`/_matrix/client/v1/appservice/${options.registration?.id ?? options.botLocalpart}/ping`;
      return parseResponse(pingAnswer, await request('POST', path, { body: { transaction_id: randomUUID() } }))
        .duration_ms;
    },
    async registerBot() {
      const body = { type: 'm.login.application_service', username: options.botLocalpart, inhibit_login: true };
      await request('POST', '/_matrix/client/v3/register', { body }).catch(ignoreErrcode('M_USER_IN_USE'));
    },
    /** Sets the name only when it differs: a homeserver writes a new member event into every room at each set. */
    async setDisplayName(name: string) {
      const path = urlPath`/_matrix/client/v3/profile/${botUserId}/displayname`;
      const now = await request('GET', path).catch(ignoreErrcode('M_NOT_FOUND'));
      if (now !== undefined && parseResponse(profileAnswer, now).displayname === name) return;
      await request('PUT', path, { body: { displayname: name } });
    },
    async reportUser(userId: string, reason: string) {
      await request('POST', urlPath`/_matrix/client/v3/users/${userId}/report`, { body: { reason } });
    },
    async reportEvent(roomId: string, eventId: string, reason: string) {
      await request('POST', urlPath`/_matrix/client/v3/rooms/${roomId}/report/${eventId}`, {
        body: { reason, score: -100 },
      });
    },
    async reportRoom(roomId: string, reason: string) {
      await request('POST', urlPath`/_matrix/client/v3/rooms/${roomId}/report`, { body: { reason } });
    },
  };
}

function roomApi(request: Request) {
  const membership = async (
    roomId: string,
    deed: string,
    userId: string,
    reason?: string,
    more: Record<string, unknown> = {},
  ): Promise<void> => {
    await request('POST', urlPath`/_matrix/client/v3/rooms/${roomId}/${deed}`, {
      body: { user_id: userId, ...(reason === undefined ? {} : { reason }), ...more },
    });
  };
  return {
    async resolveAlias(alias: string) {
      const answer = await request('GET', urlPath`/_matrix/client/v3/directory/room/${alias}`).catch(
        ignoreErrcode('M_NOT_FOUND'),
      );
      return answer === undefined ? undefined : parseResponse(roomAnswer, answer).room_id;
    },
    async join(roomIdOrAlias: string, via: readonly string[] = []) {
      // `server_name` is what servers before Matrix 1.12 call `via`
      const query: Query = via.length === 0 ? {} : { via, server_name: via };
      return parseResponse(
        roomAnswer,
        await request('POST', urlPath`/_matrix/client/v3/join/${roomIdOrAlias}`, { query, body: {} }),
      ).room_id;
    },
    async leave(roomId: string) {
      await request('POST', urlPath`/_matrix/client/v3/rooms/${roomId}/leave`, { body: {} });
    },
    invite: (roomId: string, userId: string) => membership(roomId, 'invite', userId),
    createRoom: async (body: Record<string, unknown>) =>
      parseResponse(roomAnswer, await request('POST', '/_matrix/client/v3/createRoom', { body })).room_id,
    joinedRooms: async () =>
      parseResponse(joinedAnswer, await request('GET', '/_matrix/client/v3/joined_rooms')).joined_rooms,
    async state(roomId: string) {
      return eventsOf(
        parseResponse(z.array(z.unknown()), await request('GET', urlPath`/_matrix/client/v3/rooms/${roomId}/state`)),
        roomId,
      );
    },
    async stateContent(roomId: string, type: string, stateKey = '') {
      const answer = await request('GET', urlPath`/_matrix/client/v3/rooms/${roomId}/state/${type}/${stateKey}`).catch(
        ignoreErrcode('M_NOT_FOUND'),
      );
      return answer === undefined ? undefined : parseResponse(contentAnswer, answer);
    },
    async stateEvent(roomId: string, type: string, stateKey = '') {
      // `format=event` since version 1.16 of the specification; servers before it give the content alone
      const answer = await request('GET', urlPath`/_matrix/client/v3/rooms/${roomId}/state/${type}/${stateKey}`, {
        query: { format: 'event' },
      }).catch(ignoreErrcode('M_NOT_FOUND'));
      if (answer === undefined) return undefined;
      const [event] = eventsOf([answer], roomId);
      if (event?.type === type && event.state_key === stateKey) return event;
      const path = urlPath`/_matrix/client/v3/rooms/${roomId}/state`;
      return eventsOf(parseResponse(z.array(z.unknown()), await request('GET', path)), roomId).find(
        (one) => one.type === type && one.state_key === stateKey,
      );
    },
    async members(roomId: string) {
      return eventsOf(
        parseResponse(chunkAnswer, await request('GET', urlPath`/_matrix/client/v3/rooms/${roomId}/members`)).chunk,
        roomId,
      );
    },
    async recentEvents(roomId: string, limit: number) {
      const query = { dir: 'b', limit };
      return eventsOf(
        parseResponse(
          chunkAnswer,
          await request('GET', urlPath`/_matrix/client/v3/rooms/${roomId}/messages`, { query }),
        ).chunk,
        roomId,
      );
    },
    async historyOf(roomId: string, sender: string | undefined, page: { from?: string; limit: number }) {
      const query = {
        dir: 'b',
        limit: page.limit,
        filter: JSON.stringify({ ...(sender === undefined ? {} : { senders: [sender] }), lazy_load_members: true }),
        ...(page.from === undefined ? {} : { from: page.from }),
      };
      const answer = parseResponse(
        pageAnswer,
        await request('GET', urlPath`/_matrix/client/v3/rooms/${roomId}/messages`, { query }),
      );
      // a server that passes over the filter must not get others' messages redacted
      return {
        events: eventsOf(answer.chunk, roomId).filter((event) => sender === undefined || event.sender === sender),
        next: answer.end ?? undefined,
      };
    },
    async event(roomId: string, eventId: string) {
      const answer = await request('GET', urlPath`/_matrix/client/v3/rooms/${roomId}/event/${eventId}`).catch(
        ignoreErrcode('M_NOT_FOUND'),
      );
      return answer === undefined ? undefined : eventsOf([answer], roomId)[0];
    },
    async sendState(roomId: string, type: string, stateKey: string, content: Record<string, unknown>) {
      return parseResponse(
        eventAnswer,
        await request('PUT', urlPath`/_matrix/client/v3/rooms/${roomId}/state/${type}/${stateKey}`, { body: content }),
      ).event_id;
    },
    async sendEvent(roomId: string, type: string, txnId: string, content: Record<string, unknown>) {
      return parseResponse(
        eventAnswer,
        await request('PUT', urlPath`/_matrix/client/v3/rooms/${roomId}/send/${type}/${txnId}`, { body: content }),
      ).event_id;
    },
    async redact(roomId: string, eventId: string, txnId: string, reason?: string) {
      const body = reason === undefined ? {} : { reason };
      return parseResponse(
        eventAnswer,
        await request('PUT', urlPath`/_matrix/client/v3/rooms/${roomId}/redact/${eventId}/${txnId}`, { body }),
      ).event_id;
    },
    ban: (roomId: string, userId: string, reason?: string, { redactEvents = false } = {}) =>
      membership(
        roomId,
        'ban',
        userId,
        reason,
        redactEvents ? { redact_events: true, 'org.matrix.msc4293.redact_events': true } : {},
      ),
    unban: (roomId: string, userId: string, reason?: string) => membership(roomId, 'unban', userId, reason),
    kick: (roomId: string, userId: string, reason?: string) => membership(roomId, 'kick', userId, reason),
  };
}
