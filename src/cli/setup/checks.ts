import { connect } from 'node:net';
import * as checks from '../../config/checks.js';
import { isRoomAlias, isRoomId, isUserId, serverNameOf } from '../../matrix/identifiers.js';
import { urlPath } from '../../matrix/url-path.js';
import { messageOf } from '../../util/errors.js';
import { setupTexts as texts } from './texts.js';

/** The problem with an answer, in words; undefined if it can be right. */
export type Problem = string | undefined;

const PATIENCE_MS = 10_000;

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** Queries the homeserver; rejects without a response. Anything other than an object becomes an empty one. */
async function get(url: string, path: string, token?: string): Promise<Answer> {
  const response = await fetch(`${url.replace(/\/+$/, '')}${path}`, {
    signal: AbortSignal.timeout(PATIENCE_MS),
    ...(token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } }),
  });
  const body: unknown = await response.json().catch(() => undefined);
  return {
    status: response.status,
    body: typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {},
  };
}

/** Checks that a homeserver responds at this address, or else at one that was probably meant. */
export async function homeserverProblem(url: string): Promise<Problem> {
  const problem = checks.isHttpUrl(url) ? await homeserverAt(url) : texts.notAUrl;
  if (problem === undefined) return undefined;
  for (const rather of likelyMeant(url))
    if ((await homeserverAt(rather)) === undefined) return `${problem} ${texts.answersAt(rather)}`;
  return problem;
}

async function homeserverAt(url: string): Promise<Problem> {
  try {
    const { body } = await get(url, '/_matrix/client/versions');
    return Array.isArray(body.versions) ? undefined : texts.notMatrix;
  } catch (error) {
    return texts.noAnswer(reasonOf(error));
  }
}

/** The same address without a path, and with the other protocol. */
function likelyMeant(url: string): string[] {
  const [, host] = /^(?:\w+:\/\/)?([^/\s]+)/.exec(url.trim()) ?? [];
  if (host === undefined) return [];
  return [`http://${host}`, `https://${host}`].filter((one) => checks.isHttpUrl(one) && one !== url);
}

/** Why a request failed, which `fetch` puts in the cause. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return texts.tookTooLong(PATIENCE_MS / 1000);
  const { cause } = Object(error) as { cause?: unknown };
  return cause instanceof Error && cause.message !== '' ? cause.message : messageOf(error);
}

/** The homeserver's own name; undefined if it does not serve its keys at this address. */
export async function ownNameOf(url: string): Promise<string | undefined> {
  const answer = await get(url, '/_matrix/key/v2/server').catch(() => undefined);
  const name = answer?.body.server_name;
  return typeof name === 'string' && checks.isServerName(name) ? name : undefined;
}

/** Checks that this can be the name of the homeserver at `url`. */
export async function serverNameProblem(url: string, text: string): Promise<Problem> {
  if (!checks.isServerName(text)) return texts.notAServerName;
  const own = await ownNameOf(url);
  return own === undefined || own === text ? undefined : texts.otherServerName(own);
}

/**
 * Checks that a local account exists; remote ones are not checked. If the homeserver does not say, it is assumed to
 * exist.
 */
export async function accountProblem(url: string, serverName: string, userId: string): Promise<Problem> {
  if (!isUserId(userId)) return texts.notAUserId;
  if (serverNameOf(userId) !== serverName) return undefined;
  const answer = await get(url, urlPath`/_matrix/client/v3/profile/${userId}`).catch(() => undefined);
  // Synapse returns M_UNKNOWN for a missing profile; M_UNRECOGNIZED would mean a server without profiles
  return answer?.status === 404 && answer.body.errcode !== 'M_UNRECOGNIZED' ? texts.noAccount(userId) : undefined;
}

export function isRoom(text: string): boolean {
  return isRoomId(text) || (isRoomAlias(text) && serverNameOf(text) !== undefined);
}

/** Checks that an alias resolves, as far as the homeserver says. */
export async function roomProblem(url: string, room: string): Promise<Problem> {
  if (!isRoom(room)) return texts.notARoom;
  if (!isRoomAlias(room)) return undefined;
  const answer = await get(url, urlPath`/_matrix/client/v3/directory/room/${room}`).catch(() => undefined);
  return answer?.status === 404 && answer.body.errcode === 'M_NOT_FOUND' ? texts.noRoom(room) : undefined;
}

/** Checks that the homeserver accepts the token, and that it is a server admin's if that can be queried. */
export async function adminTokenProblem(url: string, serverName: string, token: string): Promise<Problem> {
  if (token === '') return undefined;
  try {
    const { status, body } = await get(url, '/_matrix/client/v3/account/whoami', token);
    if (status === 401) return texts.tokenRefused;
    if (typeof body.user_id !== 'string') return undefined;
    if (serverNameOf(body.user_id) !== serverName) return texts.tokenOfOtherServer(body.user_id, serverName);
    const admin = await get(url, urlPath`/_synapse/admin/v1/users/${body.user_id}/admin`, token);
    return admin.status === 403 ? texts.tokenNotAdmin(body.user_id) : undefined;
  } catch (error) {
    return texts.noAnswer(reasonOf(error));
  }
}

/** Checks that something is listening at the mail server's address. Nothing is sent. */
export async function smtpProblem(text: string): Promise<Problem> {
  if (text === '') return undefined;
  if (!checks.isSmtpUrl(text)) return texts.notSmtp;
  const { hostname, port, protocol } = new URL(text);
  const at = Number(port) || (protocol === 'smtps:' ? 465 : 25);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: at, timeout: PATIENCE_MS });
    const end = (problem: Problem): void => {
      socket.destroy();
      resolve(problem);
    };
    socket.once('connect', () => end(undefined));
    socket.once('timeout', () => end(texts.noAnswer(`${hostname}:${at}`)));
    socket.once('error', (error) => end(texts.noAnswer(reasonOf(error))));
  });
}

export function addressProblem(text: string): Problem {
  return /^[^\s@]+@[^\s@]+$/.test(text) ? undefined : texts.notAnAddress;
}
