import type { Request } from 'express';
import { isEventId, isRoomAlias, isRoomId, isUserId, serverNameOf } from '../matrix/identifiers.js';
import { urlPath } from '../matrix/url-path.js';
import { harmOf } from '../store/harms.js';
import { clientEvent, contextEvents, profileInMember, profileOf, type Report } from './report.js';
import type { ReporterHomeserver } from './reporter-homeserver.js';
import {
  badRequest,
  eventReportBody,
  MatrixRefusal,
  plainReportBody,
  refusalOf,
  safetyReportBody,
} from './responses.js';
import { REFUSALS } from './texts.js';

/** The subject of a report request, once the reporter is known. */
export interface Reading {
  complaint: Omit<Report, 'reporter' | 'source' | 'at'>;
  /** the homeserver's endpoint for such a report, and its body; absent: none */
  passOn?: { path: string; body: Record<string, unknown> };
}
export type Reader = (request: Request, token: string) => Promise<Reading>;

/** An event that the reporter can see, as a complaint about its sender. */
export function eventReader(homeserver: ReporterHomeserver): Reader {
  return async (request, token) => {
    const { reason = '' } = checked(eventReportBody.safeParse(bodyOf(request)));
    const { roomId, eventId } = request.params as { roomId: string; eventId: string };
    if (!isRoomId(roomId) || !isEventId(eventId) || hasControls(roomId + eventId)) throw unseen();
    return {
      complaint: { ...(await seenEvent(homeserver, token, roomId, eventId)), reason },
      passOn: {
        path: urlPath`/_matrix/client/v3/rooms/${roomId}/report/${eventId}`,
        body: bodyOf(request) as Record<string, unknown>,
      },
    };
  };
}

export const readRoomReport: Reader = (request) => {
  const { reason } = checked(plainReportBody.safeParse(bodyOf(request)));
  const { roomId } = request.params as { roomId: string };
  if (!isRoomId(roomId) || hasControls(roomId)) throw new MatrixRefusal(404, 'M_NOT_FOUND', REFUSALS.noRoom);
  return Promise.resolve({
    complaint: { subjectKind: 'room', subject: roomId, roomId, reason },
    passOn: {
      path: urlPath`/_matrix/client/v3/rooms/${roomId}/report`,
      body: bodyOf(request) as Record<string, unknown>,
    },
  });
};

/** A user, with their name at this moment, which may have changed by the time somebody looks. */
export function userReader(homeserver: ReporterHomeserver): Reader {
  return async (request, token) => {
    const { reason } = checked(plainReportBody.safeParse(bodyOf(request)));
    const { userId } = request.params as { userId: string };
    if (!isUserId(userId) || hasControls(userId)) throw new MatrixRefusal(404, 'M_NOT_FOUND', REFUSALS.noUser);
    const { path, ...what } = await ofUser(homeserver, token, userId);
    return {
      complaint: { ...what, reason },
      ...(path === undefined ? {} : { passOn: { path, body: bodyOf(request) as Record<string, unknown> } }),
    };
  };
}

async function ofUser(homeserver: ReporterHomeserver, token: string, userId: string): Promise<Regarded> {
  const { status, body } = await homeserver.profile(token, userId);
  return {
    subjectKind: 'user',
    subject: userId,
    ...(status === 200 ? { profile: profileOf(body) } : {}),
    path: urlPath`/_matrix/client/v3/users/${userId}/report`,
  };
}

/** MSC4457 requires a description where the harm alone says little: a general one, or `m.other`. */
const NEEDS_WORDS = /^m\.[a-z_]+$/;
const DESCRIPTION_BYTES = 1024;
/** Opaque identifiers (spec appendices) are at most 255 characters long. */
const TXN_LIMIT = 255;

/**
 * MSC4457: one endpoint for everything. The harm is put before the text, as clients write it into the older endpoints'
 * reason, so that a report is the same whichever endpoint it uses.
 * @param serverName our own homeserver's, the subject of complaints about reporting itself
 */
export function safetyReader(homeserver: ReporterHomeserver, serverName: string): Reader {
  return async (request, token) => {
    const { txnId } = request.params as { txnId: string };
    if (txnId.length > TXN_LIMIT || hasControls(txnId))
      throw new MatrixRefusal(400, 'M_INVALID_PARAM', REFUSALS.badTransaction);
    const { type, regarding, harm, description } = checked(safetyReportBody.safeParse(bodyOf(request)));
    if (type !== 'complaint') throw new MatrixRefusal(400, 'M_INVALID_PARAM', REFUSALS.unknownType);
    const stable = harmOf(harm);
    if (stable === undefined) throw new MatrixRefusal(400, 'M_INVALID_PARAM', REFUSALS.unknownHarm);
    const words = description?.trim() ?? '';
    if (description !== undefined && (words === '' || Buffer.byteLength(description) > DESCRIPTION_BYTES))
      throw new MatrixRefusal(400, 'M_BAD_JSON', REFUSALS.descriptionSize(DESCRIPTION_BYTES));
    if (words === '' && NEEDS_WORDS.test(stable))
      throw new MatrixRefusal(400, 'M_BAD_JSON', REFUSALS.descriptionMissing);
    const reason = words === '' ? harm : `${harm}: ${words}`;
    const { path, ...what } = await regarded(homeserver, token, regarding, serverName);
    return {
      complaint: { ...what, reason, transaction: txnId },
      ...(path === undefined ? {} : { passOn: { path, body: { reason } } }),
    };
  };
}

type Regarded = Omit<Reading['complaint'], 'reason'> & { path?: string };

/** The identifier's sigil shows its type. */
async function regarded(
  homeserver: ReporterHomeserver,
  token: string,
  regarding: string,
  serverName: string,
): Promise<Regarded> {
  const unknown = new MatrixRefusal(404, 'M_NOT_FOUND', REFUSALS.noSubject);
  if (hasControls(regarding)) throw unknown;
  if (regarding === 'm.system') return { subjectKind: 'server', subject: serverName };
  if (isUserId(regarding)) return ofUser(homeserver, token, regarding);
  if (isRoomId(regarding)) return ofRoom(regarding);
  if (isRoomAlias(regarding)) {
    const answer = await homeserver.resolveAlias(token, regarding);
    const roomId = answer.body.room_id;
    if (answer.status === 404 || answer.status === 400 || answer.status === 403) throw unknown;
    if (answer.status !== 200) throw refusalOf(answer);
    if (typeof roomId !== 'string' || !isRoomId(roomId)) throw unknown;
    return ofRoom(roomId);
  }
  if (isEventId(regarding)) {
    const answer = await homeserver.eventById(token, regarding);
    const roomId = answer.body.room_id;
    if (answer.status === 0 || answer.status >= 500 || answer.status === 429) throw refusalOf(answer);
    if (answer.status !== 200 || typeof roomId !== 'string' || !isRoomId(roomId)) throw unseen();
    return {
      ...(await seenEvent(homeserver, token, roomId, regarding)),
      path: urlPath`/_matrix/client/v3/rooms/${roomId}/report/${regarding}`,
    };
  }
  const server = /^server:(.+)$/s.exec(regarding)?.[1];
  if (server !== undefined && isServerName(server)) return { subjectKind: 'server', subject: server.toLowerCase() };
  if (
    /^mxc:\/\/[^/\s]{1,255}\/[A-Za-z0-9_-]{1,255}$/.test(regarding) &&
    isServerName(regarding.slice(6).split('/')[0] ?? '')
  )
    return { subjectKind: 'media', subject: regarding };
  throw unknown;
}

function ofRoom(roomId: string): Regarded {
  return {
    subjectKind: 'room',
    subject: roomId,
    roomId,
    path: urlPath`/_matrix/client/v3/rooms/${roomId}/report`,
  };
}

/** Spec appendices, "Server Name". */
function isServerName(text: string): boolean {
  return (
    serverNameOf(`@:${text}`) !== undefined &&
    /^(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9][A-Za-z0-9.-]{0,254})(:\d{1,5})?$/.test(text)
  );
}

/** The event, its context and its sender's name in that room, fetched now because it may be redacted a minute later. */
async function seenEvent(
  homeserver: ReporterHomeserver,
  token: string,
  roomId: string,
  eventId: string,
): Promise<Omit<Reading['complaint'], 'reason'>> {
  const [answer, around] = await Promise.all([
    homeserver.event(token, roomId, eventId),
    homeserver.context(token, roomId, eventId),
  ]);
  if (answer.status === 404 || answer.status === 403 || answer.status === 400) throw unseen();
  if (answer.status !== 200) throw refusalOf(answer);
  const { sender, room_id } = answer.body;
  if (typeof sender !== 'string' || !isUserId(sender) || (room_id !== undefined && room_id !== roomId)) throw unseen();
  const event = clientEvent({ ...answer.body, event_id: eventId, room_id: roomId });
  const list = (key: string): unknown[] => (Array.isArray(around.body[key]) ? (around.body[key] as unknown[]) : []);
  const context = contextEvents([...list('events_before').slice(0, 3).reverse(), ...list('events_after').slice(0, 3)]);
  const profile = list('state')
    .map((state) => profileInMember(state, sender))
    .find((found) => found !== undefined);
  return {
    subjectKind: 'user',
    subject: sender,
    roomId,
    eventId,
    event,
    ...(context.length === 0 ? {} : { context }),
    ...(profile === undefined ? {} : { profile }),
  };
}

function unseen(): MatrixRefusal {
  return new MatrixRefusal(404, 'M_NOT_FOUND', REFUSALS.noEvent);
}

/** No identifier contains control characters, and PostgreSQL cannot store NUL. */
function hasControls(id: string): boolean {
  return /[\0-\x1f\x7f]/.test(id);
}

function bodyOf(request: Request): unknown {
  if (request.body === undefined) throw new MatrixRefusal(400, 'M_NOT_JSON', REFUSALS.notJson);
  return request.body;
}

function checked<T>(
  result:
    | { success: true; data: T }
    | { success: false; error: { issues: readonly { path: PropertyKey[]; message: string }[] } },
): T {
  if (result.success) return result.data;
  throw badRequest(result.error.issues);
}
