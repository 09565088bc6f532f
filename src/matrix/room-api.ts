import { z } from 'zod';
import { asking, eventsOf, type Query, type Request } from './responses.js';
import { urlPath } from './url-path.js';

const roomAnswer = z.object({ room_id: z.string() });
const eventAnswer = z.object({ event_id: z.string() });
const joinedAnswer = z.object({ joined_rooms: z.array(z.string()) });
const listAnswer = z.array(z.unknown());
const chunkAnswer = z.object({ chunk: listAnswer });
const pageAnswer = z.object({ chunk: listAnswer, end: z.string().nullish() });
const contentAnswer = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

/** What the bot does in rooms and reads from them (Client-Server API). */
export function createRoomApi(request: Request) {
  return { ...ways(request), ...memberships(request), ...state(request), ...timeline(request) };
}

/** Joining and leaving rooms. */
function ways(request: Request) {
  const { ask, find } = asking(request);
  return {
    async resolveAlias(alias: string) {
      return (await find(roomAnswer, 'GET', urlPath`/_matrix/client/v3/directory/room/${alias}`))?.room_id;
    },
    async join(roomIdOrAlias: string, via: readonly string[] = []) {
      // servers before Matrix 1.12 call `via` `server_name`
      const query: Query = via.length === 0 ? {} : { via, server_name: via };
      const path = urlPath`/_matrix/client/v3/join/${roomIdOrAlias}`;
      return (await ask(roomAnswer, 'POST', path, { query, body: {} })).room_id;
    },
    async leave(roomId: string) {
      await request('POST', urlPath`/_matrix/client/v3/rooms/${roomId}/leave`, { body: {} });
    },
    async createRoom(body: Record<string, unknown>) {
      return (await ask(roomAnswer, 'POST', '/_matrix/client/v3/createRoom', { body })).room_id;
    },
    async joinedRooms() {
      return (await ask(joinedAnswer, 'GET', '/_matrix/client/v3/joined_rooms')).joined_rooms;
    },
  };
}

/** MSC4293: the homeserver redacts a banned account's messages. */
const REDACT_EVENTS = { redact_events: true, 'org.matrix.msc4293.redact_events': true };

/** Memberships of others in a room. */
function memberships(request: Request) {
  const change = async (
    roomId: string,
    action: 'invite' | 'ban' | 'unban' | 'kick',
    userId: string,
    reason?: string,
    more: Record<string, unknown> = {},
  ): Promise<void> => {
    await request('POST', urlPath`/_matrix/client/v3/rooms/${roomId}/${action}`, {
      body: { user_id: userId, ...(reason === undefined ? {} : { reason }), ...more },
    });
  };
  return {
    invite: (roomId: string, userId: string) => change(roomId, 'invite', userId),
    ban: (roomId: string, userId: string, reason?: string, { redactEvents = false } = {}) =>
      change(roomId, 'ban', userId, reason, redactEvents ? REDACT_EVENTS : {}),
    unban: (roomId: string, userId: string, reason?: string) => change(roomId, 'unban', userId, reason),
    kick: (roomId: string, userId: string, reason?: string) => change(roomId, 'kick', userId, reason),
  };
}

function state(request: Request) {
  const { ask, find } = asking(request);
  const pathOf = (roomId: string, type: string, stateKey: string): string =>
    urlPath`/_matrix/client/v3/rooms/${roomId}/state/${type}/${stateKey}`;
  const whole = async (roomId: string) =>
    eventsOf(await ask(listAnswer, 'GET', urlPath`/_matrix/client/v3/rooms/${roomId}/state`), roomId);
  return {
    state: whole,
    stateContent: (roomId: string, type: string, stateKey = '') =>
      find(contentAnswer, 'GET', pathOf(roomId, type, stateKey)),
    async stateEvent(roomId: string, type: string, stateKey = '') {
      // `format=event` exists since version 1.16 of the specification; older servers return just the content
      const query = { format: 'event' };
      const answer = await find(z.unknown(), 'GET', pathOf(roomId, type, stateKey), { query });
      if (answer === undefined) return undefined;
      const isIt = (event: { type: string; state_key?: string }) => event.type === type && event.state_key === stateKey;
      return eventsOf([answer], roomId).find(isIt) ?? (await whole(roomId)).find(isIt);
    },
    async members(roomId: string) {
      return eventsOf(
        (await ask(chunkAnswer, 'GET', urlPath`/_matrix/client/v3/rooms/${roomId}/members`)).chunk,
        roomId,
      );
    },
    async sendState(roomId: string, type: string, stateKey: string, content: Record<string, unknown>) {
      return (await ask(eventAnswer, 'PUT', pathOf(roomId, type, stateKey), { body: content })).event_id;
    },
  };
}

function timeline(request: Request) {
  const { ask, find } = asking(request);
  const messages = (roomId: string, query: Query) =>
    ask(pageAnswer, 'GET', urlPath`/_matrix/client/v3/rooms/${roomId}/messages`, { query: { dir: 'b', ...query } });
  return {
    async recentEvents(roomId: string, limit: number) {
      return eventsOf((await messages(roomId, { limit })).chunk, roomId);
    },
    async historyOf(roomId: string, sender: string | undefined, page: { from?: string; limit: number }) {
      const filter = { ...(sender === undefined ? {} : { senders: [sender] }), lazy_load_members: true };
      const answer = await messages(roomId, {
        limit: page.limit,
        filter: JSON.stringify(filter),
        ...(page.from === undefined ? {} : { from: page.from }),
      });
      // a server that ignores the filter must not cause other people's messages to be redacted
      return {
        events: eventsOf(answer.chunk, roomId).filter((event) => sender === undefined || event.sender === sender),
        next: answer.end ?? undefined,
      };
    },
    async event(roomId: string, eventId: string) {
      const answer = await find(z.unknown(), 'GET', urlPath`/_matrix/client/v3/rooms/${roomId}/event/${eventId}`);
      return answer === undefined ? undefined : eventsOf([answer], roomId)[0];
    },
    async sendEvent(roomId: string, type: string, txnId: string, content: Record<string, unknown>) {
      const path = urlPath`/_matrix/client/v3/rooms/${roomId}/send/${type}/${txnId}`;
      return (await ask(eventAnswer, 'PUT', path, { body: content })).event_id;
    },
    async redact(roomId: string, eventId: string, txnId: string, reason?: string) {
      const path = urlPath`/_matrix/client/v3/rooms/${roomId}/redact/${eventId}/${txnId}`;
      return (await ask(eventAnswer, 'PUT', path, { body: reason === undefined ? {} : { reason } })).event_id;
    },
  };
}
