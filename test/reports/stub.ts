import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type RequestHandler } from 'express';

export interface Asked {
  method: string;
  path: string;
  authorization: string | undefined;
  body: unknown;
}

export interface StubServer {
  url: string;
  asked: Asked[];
  close(): Promise<void>;
}

/** Listens on a port of its own and remembers what it was asked. */
export async function listen(...handlers: RequestHandler[]): Promise<StubServer> {
  const asked: Asked[] = [];
  const app = express();
  app.use((request, _response, next) => {
    asked.push({
      method: request.method,
      path: request.originalUrl,
      authorization: request.get('authorization'),
      body: undefined,
    });
    next();
  });
  for (const handler of handlers) app.use(handler);
  const server: Server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const EVENT = {
  type: 'm.room.message',
  event_id: '$spam',
  room_id: '!room:example.org',
  sender: '@spammer:evil.test',
  origin_server_ts: 5,
  content: { body: 'Buy!' },
  unsigned: { membership: 'join', transaction_id: 'alice-1' },
};

/** A homeserver on which alice's token is `alice-token`, and she can see `$spam` in `!room:example.org`. */
export async function homeserverStub(passedOn: Asked[] = []): Promise<StubServer> {
  const routes = express.Router();
  routes.use((request, response, next) => {
    const token = /^Bearer (.*)$/.exec(request.get('authorization') ?? '')?.[1];
    if (token === 'slow-down')
      return void response
        .status(429)
        .set('Retry-After', '7')
        .json({ errcode: 'M_LIMIT_EXCEEDED', error: 'slow down', retry_after_ms: 7000 });
    if (token === 'expired')
      return void response.status(401).json({ errcode: 'M_UNKNOWN_TOKEN', error: 'expired', soft_logout: true });
    if (token === 'broken') return void response.status(500).send('<html>');
    if (token === undefined || !(token in PEOPLE))
      return void response.status(401).json({ errcode: 'M_UNKNOWN_TOKEN', error: 'Invalid access token' });
    response.locals.who = PEOPLE[token];
    next();
  });
  routes.get('/_matrix/client/v3/account/whoami', (_request, response) => void response.json(response.locals.who));
  routes.get('/_matrix/client/v3/rooms/:roomId/event/:eventId', (request, response) => {
    const { roomId, eventId } = request.params;
    if (
      roomId === EVENT.room_id &&
      eventId === EVENT.event_id &&
      (response.locals.who as { user_id: string }).user_id !== '@stranger:example.org'
    )
      return void response.json(EVENT);
    response.status(404).json({ errcode: 'M_NOT_FOUND', error: 'Event not found.' });
  });
  routes.get('/_matrix/client/v3/events/:eventId', (request, response) => {
    if (request.params.eventId === EVENT.event_id) return void response.json(EVENT);
    response.status(404).json('Event not found.');
  });
  routes.get('/_matrix/client/v3/rooms/:roomId/context/:eventId', (request, response) => {
    if (request.params.eventId !== EVENT.event_id) return void response.status(404).json({ errcode: 'M_NOT_FOUND' });
    const message = (event_id: string) => ({ ...EVENT, event_id, sender: '@bob:example.org' });
    response.json({
      events_before: [message('$before')],
      events_after: [message('$after')],
      state: [
        {
          type: 'm.room.member',
          state_key: EVENT.sender,
          sender: EVENT.sender,
          content: { membership: 'join', displayname: 'Example Support' },
        },
      ],
    });
  });
  routes.get('/_matrix/client/v3/directory/room/:alias', (request, response) => {
    if (request.params.alias === '#bazaar:example.org') return void response.json({ room_id: EVENT.room_id });
    response.status(404).json({ errcode: 'M_NOT_FOUND', error: 'no alias' });
  });
  routes.post('/_matrix/client/v3/{*rest}', express.json(), (request, response) => {
    passedOn.push({
      method: 'POST',
      path: request.originalUrl,
      authorization: request.get('authorization'),
      body: request.body as unknown,
    });
    response.json({});
  });
  return listen(routes);
}

const PEOPLE: Record<string, { user_id: string; is_guest?: boolean }> = {
  'alice-token': { user_id: '@alice:example.org' },
  'stranger-token': { user_id: '@stranger:example.org' },
  'guest-token': { user_id: '@1:example.org', is_guest: true },
  'bot-token': { user_id: '@heimdall:example.org' },
};
