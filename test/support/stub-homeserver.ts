import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { adminAnswer, type StubAdmin } from './stub-admin.js';
import { moderationAnswer, type StubModeration } from './stub-moderation.js';

/**
 * A small homeserver for unit tests and benches: rooms with state in memory, the part of the client API that
 * enforcement uses, and faults on demand. It checks no power and no signatures; the end-to-end tests have real ones.
 */
export interface StubRequest {
  method: string;
  /** decoded path without the query */
  path: string;
  query: Record<string, string>;
  body: Record<string, unknown>;
  authorization: string | undefined;
  /** ms since the epoch when it arrived */
  at: number;
  /** what was answered */
  status: number;
}

export interface StubFault {
  /** only requests whose `METHOD path` matches */
  match: RegExp;
  /** only requests whose body, as JSON, contains this */
  about?: string;
  /** how many requests it meets; default 1 */
  times?: number;
  /** answer this status (429, 502, …) instead of doing the work; without it the request is done and only delayed */
  status?: number;
  errcode?: string;
  /** value of the Retry-After header */
  retryAfter?: string;
  retryAfterMs?: number;
  /** further wait in ms before the answer */
  delayMs?: number;
  /** do the work, then cut the connection without an answer */
  dropAfter?: boolean;
}

export interface StubEvent {
  type: string;
  event_id: string;
  room_id: string;
  sender: string;
  origin_server_ts: number;
  state_key?: string;
  content: Record<string, unknown>;
  unsigned?: Record<string, unknown>;
}

export interface StubHomeserver {
  url: string;
  requests: StubRequest[];
  /** requests that changed something (PUT, POST, DELETE), oldest first */
  writes(): StubRequest[];
  fault(fault: StubFault): void;
  /** every answer takes this long, in ms */
  setRoundTrip(ms: number): void;
  /** puts a state event into a room, which is made when it is new */
  setState(
    roomId: string,
    type: string,
    stateKey: string,
    content: Record<string, unknown>,
    sender?: string,
  ): StubEvent;
  /** puts a message (or another event that is no state) into a room */
  send(roomId: string, sender: string, content: Record<string, unknown>, type?: string): StubEvent;
  stateOf(roomId: string): StubEvent[];
  /** messages and redactions, oldest first */
  timelineOf(roomId: string): StubEvent[];
  membershipOf(roomId: string, userId: string): string | undefined;
  /** what Synapse's admin API answers; change it at will */
  admin: StubAdmin;
  /** called for every new event, as a transaction would bring it */
  onEvent(listener: (event: StubEvent) => void): void;
  close(): Promise<void>;
}

interface Room {
  state: Map<string, StubEvent>;
  timeline: StubEvent[];
}

interface Answer {
  status: number;
  body: unknown;
}

const ok = (body: unknown): Answer => ({ status: 200, body });
const notFound: Answer = { status: 404, body: { errcode: 'M_NOT_FOUND', error: 'Not found' } };
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Starts the stub on a free port of the loopback. */
export async function startStubHomeserver(
  options: { botUserId?: string; roundTripMs?: number; keepLog?: boolean; moderation?: StubModeration } = {},
): Promise<StubHomeserver> {
  const bot = options.botUserId ?? '@heimdall:stub.test';
  const rooms = new Map<string, Room>();
  const requests: StubRequest[] = [];
  const faults: (StubFault & { left: number })[] = [];
  const listeners: ((event: StubEvent) => void)[] = [];
  const registered = new Set<string>();
  const answeredTransactions = new Map<string, Answer>();
  let roundTripMs = options.roundTripMs ?? 0;
  let counter = 0;
  const admin: StubAdmin = { allowed: 'absent', accounts: [], localMembers: () => 1 };

  const roomOf = (roomId: string): Room => {
    const room = rooms.get(roomId) ?? { state: new Map(), timeline: [] };
    rooms.set(roomId, room);
    return room;
  };
  const append = (
    roomId: string,
    type: string,
    stateKey: string | undefined,
    content: Record<string, unknown>,
    sender: string,
  ): StubEvent => {
    const event: StubEvent = {
      type,
      event_id: `$e${++counter}`,
      room_id: roomId,
      sender,
      origin_server_ts: Date.now(),
      content,
    };
    const room = roomOf(roomId);
    if (stateKey === undefined) room.timeline.push(event);
    else room.state.set(`${type}\n${stateKey}`, Object.assign(event, { state_key: stateKey }));
    for (const listener of listeners) listener(event);
    return event;
  };
  const membershipOf = (roomId: string, userId: string) =>
    text(rooms.get(roomId)?.state.get(`m.room.member\n${userId}`)?.content.membership) || undefined;

  const setMembership = (roomId: string, deed: string, body: Record<string, unknown>): Answer => {
    const userId = text(body.user_id);
    const now = membershipOf(roomId, userId);
    if (deed === 'unban' && now !== 'ban')
      return { status: 403, body: { errcode: 'M_BAD_STATE', error: 'not banned' } };
    if (deed === 'kick' && now !== 'join' && now !== 'invite' && now !== 'knock')
      return { status: 403, body: { errcode: 'M_FORBIDDEN', error: 'not in the room' } };
    append(
      roomId,
      'm.room.member',
      userId,
      {
        membership: deed === 'ban' ? 'ban' : deed === 'invite' ? 'invite' : 'leave',
        ...(body.reason === undefined ? {} : { reason: body.reason }),
      },
      bot,
    );
    return ok({});
  };

  const inRoom = (
    method: string,
    [roomId = '', verb = '', first = '', second = '']: string[],
    body: Record<string, unknown>,
    query: URLSearchParams,
  ): Answer => {
    const room = rooms.get(roomId);
    if (room === undefined) return notFound;
    if (method === 'GET' && verb === 'members')
      return ok({ chunk: [...room.state.values()].filter((event) => event.type === 'm.room.member') });
    if (method === 'GET' && verb === 'messages') return messages(room, query);
    if (method === 'GET' && verb === 'state' && first === '') return ok([...room.state.values()]);
    if (method === 'GET' && verb === 'state') return stateAnswer(room, first, second, query.get('format') === 'event');
    if (method === 'GET' && verb === 'event') return eventAnswer(room, first);
    if (method === 'PUT' && verb === 'state')
      return ok({ event_id: append(roomId, first, second, body, bot).event_id });
    if (method === 'PUT' && verb === 'send')
      return ok({ event_id: append(roomId, first, undefined, body, bot).event_id });
    if (method === 'PUT' && verb === 'redact') return ok({ event_id: redact(room, roomId, first, body).event_id });
    if (method === 'POST' && ['ban', 'unban', 'kick', 'invite'].includes(verb))
      return setMembership(roomId, verb, body);
    return method === 'POST' && (verb === 'report' || verb === 'leave') ? ok({}) : notFound;
  };
  const redact = (room: Room, roomId: string, eventId: string, body: Record<string, unknown>): StubEvent => {
    const redaction = append(roomId, 'm.room.redaction', undefined, { ...body, redacts: eventId }, bot);
    const event = [...room.timeline, ...room.state.values()].find((one) => one.event_id === eventId);
    if (event !== undefined) Object.assign(event, { content: {}, unsigned: { redacted_because: redaction } });
    return redaction;
  };
  const redactAll = (roomId: string, userId: string): void => {
    for (const event of rooms.get(roomId)?.timeline ?? [])
      if (event.sender === userId && event.type === 'm.room.message')
        Object.assign(event, { content: {}, unsigned: { redacted_because: {} } });
  };
  const messages = (room: Room, query: URLSearchParams): Answer => {
    const { senders } = JSON.parse(query.get('filter') ?? '{}') as { senders?: string[] };
    const all = [...room.timeline, ...[...room.state.values()].filter((event) => event.type === 'm.room.member')]
      .filter((event) => senders?.includes(event.sender) !== false)
      .sort((a, b) => Number(b.event_id.slice(2)) - Number(a.event_id.slice(2)));
    const from = Number(query.get('from') ?? 0);
    const limit = Number(query.get('limit') ?? 10);
    return ok({
      chunk: all.slice(from, from + limit),
      ...(from + limit < all.length ? { end: String(from + limit) } : {}),
    });
  };
  const stateAnswer = (room: Room, type: string, stateKey: string, whole: boolean): Answer => {
    const event = room.state.get(`${type}\n${stateKey}`);
    return event === undefined ? notFound : ok(whole ? event : event.content);
  };
  const eventAnswer = (room: Room, eventId: string): Answer => {
    const event = [...room.timeline, ...room.state.values()].find((one) => one.event_id === eventId);
    return event === undefined ? notFound : ok(event);
  };

  const route = (method: string, parts: string[], body: Record<string, unknown>, query: URLSearchParams): Answer => {
    if (parts[0] === '_synapse' && options.moderation !== undefined)
      return moderationAnswer(options.moderation, method, parts.slice(3), body, redactAll);
    if (parts[0] === '_synapse')
      return adminAnswer(
        admin,
        {
          roomIds: () => [...rooms.keys()],
          stateOf: (roomId) => (rooms.has(roomId) ? [...roomOf(roomId).state.values()] : undefined),
        },
        parts.slice(3),
        query,
      );
    const [area, ...rest] = parts.slice(3);
    if (parts[2] === 'versions') return ok({ versions: ['v1.11', 'v1.12'] });
    if (area === 'rooms') return inRoom(method, rest, body, query);
    if (area === 'account') return ok({ user_id: bot });
    if (area === 'joined_rooms') return ok({ joined_rooms: [...rooms.keys()] });
    if (area === 'directory') return notFound;
    if (area === 'createRoom') return createRoom(body);
    if (area === 'join') return ok({ room_id: rest[0] });
    if (area === 'register') return register(text(body.username));
    if (area === 'users' && rest[1] === 'report') return ok({});
    if (area === 'profile') return method === 'GET' ? notFound : ok({});
    return { status: 404, body: { errcode: 'M_UNRECOGNIZED', error: 'Unrecognized request' } };
  };
  const createRoom = (body: Record<string, unknown>): Answer => {
    const roomId = `!made${++counter}:stub.test`;
    append(
      roomId,
      'm.room.create',
      '',
      { room_version: '11', ...(body.creation_content as Record<string, unknown> | undefined) },
      bot,
    );
    append(roomId, 'm.room.member', bot, { membership: 'join' }, bot);
    return ok({ room_id: roomId });
  };
  const register = (username: string): Answer => {
    if (registered.has(username)) return { status: 400, body: { errcode: 'M_USER_IN_USE', error: 'taken' } };
    registered.add(username);
    return ok({ user_id: bot });
  };
  /** The same transaction id gets the same answer and makes no second event, as on a real server. */
  const once = (method: string, parts: string[], body: Record<string, unknown>, query: URLSearchParams): Answer => {
    const repeatable = method === 'PUT' && (parts[5] === 'send' || parts[5] === 'redact');
    const key = parts.join('\n');
    const answer = (repeatable ? answeredTransactions.get(key) : undefined) ?? route(method, parts, body, query);
    if (repeatable) answeredTransactions.set(key, answer);
    return answer;
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const at = Date.now();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = request.url ?? '/';
    const [rawPath = '', rawQuery = ''] = url.split('?');
    const parts = rawPath.split('/').slice(1).map(decodeURIComponent);
    const path = `/${parts.join('/')}`;
    const method = request.method ?? 'GET';
    const text = Buffer.concat(chunks).toString('utf8');
    const fault = faults.find(
      (one) => one.left > 0 && one.match.test(`${method} ${path}`) && text.includes(one.about ?? ''),
    );
    if (fault !== undefined) fault.left -= 1;
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    const wait = roundTripMs + (fault?.delayMs ?? 0);
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const answer =
      fault?.status === undefined
        ? once(method, parts, body, new URLSearchParams(rawQuery))
        : {
            status: fault.status,
            body: {
              errcode: fault.errcode ?? (fault.status === 429 ? 'M_LIMIT_EXCEEDED' : 'M_UNKNOWN'),
              error: `fault ${fault.status}`,
              ...(fault.retryAfterMs === undefined ? {} : { retry_after_ms: fault.retryAfterMs }),
            },
          };
    if (options.keepLog !== false)
      requests.push({
        method,
        path,
        query: Object.fromEntries(new URLSearchParams(rawQuery)),
        body,
        authorization: request.headers.authorization,
        at,
        status: answer.status,
      });
    if (fault?.dropAfter === true) {
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, {
      'Content-Type': 'application/json',
      ...(fault?.retryAfter === undefined ? {} : { 'Retry-After': fault.retryAfter }),
    });
    response.end(JSON.stringify(answer.body));
  };

  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) =>
      response.writeHead(500).end(JSON.stringify({ errcode: 'M_UNKNOWN', error: String(error) })),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    admin,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    writes: () => requests.filter((request) => request.method !== 'GET'),
    fault: (fault) => void faults.push({ ...fault, left: fault.times ?? 1 }),
    setRoundTrip: (ms) => void (roundTripMs = ms),
    setState: (roomId, type, stateKey, content, sender = bot) => append(roomId, type, stateKey, content, sender),
    send: (roomId, sender, content, type = 'm.room.message') => append(roomId, type, undefined, content, sender),
    stateOf: (roomId) => [...(rooms.get(roomId)?.state.values() ?? [])],
    timelineOf: (roomId) => rooms.get(roomId)?.timeline ?? [],
    membershipOf,
    onEvent: (listener) => void listeners.push(listener),
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
