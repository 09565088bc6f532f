import { createHmac } from 'node:crypto';
import { waitFor, type WaitOptions } from '../wait.js';
import type { Homeserver } from './server.js';

/** An event as the client API gives it. */
export interface RoomEvent {
  type: string;
  event_id: string;
  sender: string;
  origin_server_ts: number;
  content: Record<string, unknown>;
  state_key?: string;
  unsigned?: Record<string, unknown>;
}

/** A refused request: status, `M_…` code and the server's words. */
export class RequestError extends Error {
  constructor(
    readonly status: number,
    readonly errcode: string,
    message: string,
  ) {
    super(message);
    this.name = 'RequestError';
  }
}

export interface RequestOptions {
  query?: Record<string, string | number | boolean | readonly string[]>;
  body?: unknown;
  /** sent as it is, with this content type, instead of a JSON body */
  raw?: { bytes: Uint8Array; contentType: string };
  accessToken?: string;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One request to a homeserver's client or admin API. Rejects with RequestError on anything but 2xx; never retries. */
export async function request<T = Record<string, unknown>>(
  baseUrl: string,
  method: Method,
  path: string,
  options: RequestOptions = {},
): Promise<T> {
  const url = new URL(path, baseUrl);
  for (const [key, value] of Object.entries(options.query ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(key, String(one));
  }
  const headers: Record<string, string> = {};
  if (options.accessToken !== undefined) headers.Authorization = `Bearer ${options.accessToken}`;
  let body: string | Uint8Array | undefined;
  if (options.raw !== undefined) {
    body = options.raw.bytes;
    headers['Content-Type'] = options.raw.contentType;
  } else if (method !== 'GET') {
    body = JSON.stringify(options.body ?? {});
    headers['Content-Type'] = 'application/json';
  }
  const response = await fetch(url, {
    method,
    headers,
    body: body as BodyInit | undefined,
    signal: AbortSignal.timeout(60_000),
  });
  const text = await response.text();
  let answer: unknown;
  try {
    answer = text === '' ? {} : JSON.parse(text);
  } catch {
    answer = { error: text.slice(0, 200) };
  }
  if (response.ok) return answer as T;
  const { errcode = 'M_UNKNOWN', error = '' } = answer as { errcode?: string; error?: string };
  throw new RequestError(response.status, errcode, `${method} ${url.pathname}: ${response.status} ${errcode} ${error}`);
}

export interface RegisterOptions {
  displayName?: string;
  password?: string;
  /** server admin */
  admin?: boolean;
}

export interface RoomOptions {
  name?: string;
  topic?: string;
  /** localpart of an alias */
  alias?: string;
  /** default: private */
  public?: boolean;
  invite?: readonly string[];
  roomVersion?: string;
  direct?: boolean;
  type?: string;
  powerLevels?: Record<string, unknown>;
  initialState?: readonly { type: string; state_key?: string; content: Record<string, unknown> }[];
}

const enc = encodeURIComponent;
let transaction = 0;

let syncs = 0;

/** Somebody with an account and a client: does what people do, over the client API of a real homeserver. */
export class Person {
  constructor(
    readonly homeserver: Pick<Homeserver, 'url' | 'serverName'>,
    readonly userId: string,
    readonly password: string,
    readonly accessToken: string,
  ) {}

  /** Makes an account through Synapse's shared-secret endpoint: no captcha, no limit, admins too. */
  static async register(
    homeserver: Pick<Homeserver, 'url' | 'serverName' | 'registrationSecret'>,
    localpart: string,
    options: RegisterOptions = {},
  ): Promise<Person> {
    const password = options.password ?? `${localpart}-password`;
    const { nonce } = await request<{ nonce: string }>(homeserver.url, 'GET', '/_synapse/admin/v1/register');
    const mac = createHmac('sha1', homeserver.registrationSecret)
      .update([nonce, localpart, password, options.admin === true ? 'admin' : 'notadmin'].join('\0'))
      .digest('hex');
    const answer = await request<{ user_id: string; access_token: string }>(
      homeserver.url,
      'POST',
      '/_synapse/admin/v1/register',
      {
        body: {
          nonce,
          username: localpart,
          password,
          admin: options.admin === true,
          mac,
          ...(options.displayName === undefined ? {} : { displayname: options.displayName }),
        },
      },
    );
    return new Person(homeserver, answer.user_id, password, answer.access_token);
  }

  /** Logs in with a password, as any client would. */
  static async login(
    homeserver: Pick<Homeserver, 'url' | 'serverName'>,
    localpart: string,
    password: string,
  ): Promise<Person> {
    const answer = await request<{ user_id: string; access_token: string }>(
      homeserver.url,
      'POST',
      '/_matrix/client/v3/login',
      {
        body: { type: 'm.login.password', identifier: { type: 'm.id.user', user: localpart }, password },
      },
    );
    return new Person(homeserver, answer.user_id, password, answer.access_token);
  }

  /** Any request with this person's token. */
  request<T = Record<string, unknown>>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
    return request<T>(this.homeserver.url, method, path, { ...options, accessToken: this.accessToken });
  }

  async createRoom(options: RoomOptions = {}): Promise<string> {
    const answer = await this.request<{ room_id: string }>('POST', '/_matrix/client/v3/createRoom', {
      body: {
        preset:
          options.public === true ? 'public_chat' : options.direct === true ? 'trusted_private_chat' : 'private_chat',
        visibility: options.public === true ? 'public' : 'private',
        name: options.name,
        topic: options.topic,
        room_alias_name: options.alias,
        invite: options.invite,
        room_version: options.roomVersion,
        is_direct: options.direct,
        power_level_content_override: options.powerLevels,
        initial_state: options.initialState,
        creation_content: options.type === undefined ? undefined : { type: options.type },
      },
    });
    return answer.room_id;
  }

  async invite(roomId: string, userId: string, reason?: string): Promise<void> {
    await this.request('POST', `/_matrix/client/v3/rooms/${enc(roomId)}/invite`, { body: { user_id: userId, reason } });
  }

  /** Joins by id or alias; `via` names servers to join through (needed for a remote room id). */
  async join(roomIdOrAlias: string, via: readonly string[] = []): Promise<string> {
    const answer = await this.request<{ room_id: string }>('POST', `/_matrix/client/v3/join/${enc(roomIdOrAlias)}`, {
      query: { via, server_name: via },
    });
    return answer.room_id;
  }

  async knock(roomIdOrAlias: string, via: readonly string[] = []): Promise<void> {
    await this.request('POST', `/_matrix/client/v3/knock/${enc(roomIdOrAlias)}`, { query: { via, server_name: via } });
  }

  async leave(roomId: string): Promise<void> {
    await this.request('POST', `/_matrix/client/v3/rooms/${enc(roomId)}/leave`);
  }

  async kick(roomId: string, userId: string, reason?: string): Promise<void> {
    await this.request('POST', `/_matrix/client/v3/rooms/${enc(roomId)}/kick`, { body: { user_id: userId, reason } });
  }

  async ban(roomId: string, userId: string, reason?: string): Promise<void> {
    await this.request('POST', `/_matrix/client/v3/rooms/${enc(roomId)}/ban`, { body: { user_id: userId, reason } });
  }

  async unban(roomId: string, userId: string, reason?: string): Promise<void> {
    await this.request('POST', `/_matrix/client/v3/rooms/${enc(roomId)}/unban`, { body: { user_id: userId, reason } });
  }

  /** Sends a text message; resolves with its event id. `more` is laid over the content (HTML, relations, …). */
  sendMessage(roomId: string, body: string, more: Record<string, unknown> = {}): Promise<string> {
    return this.sendEvent(roomId, 'm.room.message', { msgtype: 'm.text', body, ...more });
  }

  async sendEvent(roomId: string, type: string, content: Record<string, unknown>): Promise<string> {
    transaction += 1;
    const answer = await this.request<{ event_id: string }>(
      'PUT',
      `/_matrix/client/v3/rooms/${enc(roomId)}/send/${enc(type)}/person-${process.pid}-${transaction}`,
      { body: content },
    );
    return answer.event_id;
  }

  async sendState(roomId: string, type: string, stateKey: string, content: Record<string, unknown>): Promise<string> {
    const answer = await this.request<{ event_id: string }>(
      'PUT',
      `/_matrix/client/v3/rooms/${enc(roomId)}/state/${enc(type)}/${enc(stateKey)}`,
      { body: content },
    );
    return answer.event_id;
  }

  async redact(roomId: string, eventId: string, reason?: string): Promise<string> {
    transaction += 1;
    const answer = await this.request<{ event_id: string }>(
      'PUT',
      `/_matrix/client/v3/rooms/${enc(roomId)}/redact/${enc(eventId)}/person-${process.pid}-${transaction}`,
      { body: { reason } },
    );
    return answer.event_id;
  }

  async setDisplayName(displayName: string | null): Promise<void> {
    await this.request('PUT', `/_matrix/client/v3/profile/${enc(this.userId)}/displayname`, {
      body: { displayname: displayName ?? '' },
    });
  }

  /** Uploads a file; resolves with its mxc:// URI. */
  async upload(bytes: Uint8Array, contentType: string): Promise<string> {
    const { content_uri: uri } = await this.request<{ content_uri: string }>('POST', '/_matrix/media/v3/upload', {
      raw: { bytes, contentType },
    });
    return uri;
  }

  /** Uploads a picture and wears it; resolves with its mxc:// URI. */
  async uploadAvatar(bytes: Uint8Array, contentType = 'image/png'): Promise<string> {
    const uri = await this.upload(bytes, contentType);
    await this.request('PUT', `/_matrix/client/v3/profile/${enc(this.userId)}/avatar_url`, {
      body: { avatar_url: uri },
    });
    return uri;
  }

  /** The room's current state. */
  state(roomId: string): Promise<RoomEvent[]> {
    return this.request<RoomEvent[]>('GET', `/_matrix/client/v3/rooms/${enc(roomId)}/state`);
  }

  /** One state event's content; undefined when there is none. */
  async stateContent(roomId: string, type: string, stateKey = ''): Promise<Record<string, unknown> | undefined> {
    try {
      return await this.request('GET', `/_matrix/client/v3/rooms/${enc(roomId)}/state/${enc(type)}/${enc(stateKey)}`);
    } catch (error) {
      if (error instanceof RequestError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** Who stands how in the room: user id to membership. */
  async members(roomId: string): Promise<Map<string, string>> {
    const answer = await this.request<{ chunk: RoomEvent[] }>('GET', `/_matrix/client/v3/rooms/${enc(roomId)}/members`);
    return new Map(answer.chunk.map((event) => [event.state_key ?? '', String(event.content.membership)]));
  }

  /** One user's membership in a room; undefined when there is none. */
  async membership(roomId: string, userId: string): Promise<string | undefined> {
    const content = await this.stateContent(roomId, 'm.room.member', userId);
    return content === undefined ? undefined : String(content.membership);
  }

  /** The last events of the timeline, oldest first. */
  async messages(roomId: string, limit = 100): Promise<RoomEvent[]> {
    const answer = await this.request<{ chunk: RoomEvent[] }>(
      'GET',
      `/_matrix/client/v3/rooms/${enc(roomId)}/messages`,
      { query: { dir: 'b', limit } },
    );
    return answer.chunk.reverse();
  }

  async powerLevels(roomId: string): Promise<Record<string, unknown>> {
    return (await this.stateContent(roomId, 'm.room.power_levels')) ?? {};
  }

  async setPowerLevel(roomId: string, userId: string, level: number): Promise<void> {
    const levels = await this.powerLevels(roomId);
    await this.sendState(roomId, 'm.room.power_levels', '', {
      ...levels,
      users: { ...(levels.users as Record<string, number> | undefined), [userId]: level },
    });
  }

  async reportEvent(roomId: string, eventId: string, reason: string): Promise<void> {
    await this.request('POST', `/_matrix/client/v3/rooms/${enc(roomId)}/report/${enc(eventId)}`, { body: { reason } });
  }

  async reportUser(userId: string, reason: string): Promise<void> {
    await this.request('POST', `/_matrix/client/v3/users/${enc(userId)}/report`, { body: { reason } });
  }

  async reportRoom(roomId: string, reason: string): Promise<void> {
    await this.request('POST', `/_matrix/client/v3/rooms/${enc(roomId)}/report`, { body: { reason } });
  }

  /** Rooms that this person is in. */
  async joinedRooms(): Promise<string[]> {
    return (await this.request<{ joined_rooms: string[] }>('GET', '/_matrix/client/v3/joined_rooms')).joined_rooms;
  }

  async resolveAlias(alias: string): Promise<string> {
    return (await this.request<{ room_id: string }>('GET', `/_matrix/client/v3/directory/room/${enc(alias)}`)).room_id;
  }

  /** Room ids that this person is invited to, with who invited: one look at /sync. */
  async invites(): Promise<Map<string, RoomEvent[]>> {
    const answer = await this.request<{
      rooms?: { invite?: Record<string, { invite_state: { events: RoomEvent[] } }> };
    }>('GET', '/_matrix/client/v3/sync', {
      // Synapse answers the same first sync from a cache for two minutes: no two of ours are the same
      query: { timeout: 0, filter: JSON.stringify({ room: { timeline: { limit: ++syncs } } }) },
    });
    return new Map(
      Object.entries(answer.rooms?.invite ?? {}).map(([roomId, invite]) => [roomId, invite.invite_state.events]),
    );
  }

  /** Waits until the room's timeline holds an event that `fits`. */
  waitForEvent(roomId: string, fits: (event: RoomEvent) => boolean, options: WaitOptions = {}): Promise<RoomEvent> {
    return waitFor(async () => (await this.messages(roomId)).find(fits), { what: `an event in ${roomId}`, ...options });
  }

  /** Waits until a user's membership in a room is the given one. */
  async waitForMembership(
    roomId: string,
    userId: string,
    membership: string,
    options: WaitOptions = {},
  ): Promise<void> {
    await waitFor(async () => (await this.membership(roomId, userId)) === membership, {
      what: `${userId} to be "${membership}" in ${roomId}`,
      ...options,
    });
  }
}
