/** The homeserver as the other rooms see it. Errors are always `MatrixError`; nothing here retries. */

/** A failed request, without the request: bot-sdk's own rejections hold the access token. */
export class MatrixError extends Error {
  constructor(
    /** HTTP status; 0 when no answer came (refused, reset, timed out) */
    readonly status: number,
    /** `M_FORBIDDEN`, `M_LIMIT_EXCEEDED`, …; `HEIMDALL_E_NETWORK` when no answer came */
    readonly errcode: string,
    message: string,
    /** from a 429's Retry-After header or `retry_after_ms`, in milliseconds */
    readonly retryAfterMs?: number,
  ) {
    super(message);
    this.name = 'MatrixError';
  }
  /** Worth trying again: no answer, 429, 408 or 5xx. */
  get transient(): boolean {
    return this.status === 0 || this.status === 429 || this.status === 408 || this.status >= 500;
  }
}

export type Membership = 'join' | 'invite' | 'knock' | 'leave' | 'ban';

/** An event as the client and appservice APIs give it, after its schema was checked. */
export interface MatrixEvent {
  type: string;
  event_id: string;
  room_id: string;
  sender: string;
  origin_server_ts: number;
  content: Record<string, unknown>;
  state_key?: string;
  unsigned?: Record<string, unknown>;
}

/** What Synapse's admin API says to our token; `no_api`: there is none where we ask (another homeserver, a proxy). */
export type AdminRights = 'admin' | 'none' | 'no_api';

/** An account as Synapse's admin API lists it. */
export interface AdminUser {
  userId: string;
  displayName: string | null;
  avatarUrl: string | null;
  /** ms since the epoch */
  createdAt: number;
  deactivated: boolean;
}

/** A room as Synapse's admin API lists it. */
export interface AdminRoom {
  roomId: string;
  /** how many of our users are in it; null when the homeserver does not say */
  localMembers: number | null;
  name: string | null;
  topic: string | null;
  canonicalAlias: string | null;
  avatarUrl: string | null;
  /** user id of who sent the create event */
  creator: string | null;
}

/** A local account as the admin API knows it. */
export interface AdminAccount {
  /** a server admin */
  admin: boolean;
  deactivated: boolean;
  suspended: boolean;
  locked: boolean;
}

/** One page of a room's history, latest first. */
export interface HistoryPage {
  events: MatrixEvent[];
  /** where the next page begins; undefined at the room's beginning */
  next: string | undefined;
}

/** How a redaction task stands (Synapse's `/user/redact_status`). */
export type RedactionTask = 'running' | 'complete' | 'failed' | 'unknown';

/** How a call of the client or admin API goes out. */
export interface RequestOptions {
  query?: Record<string, string | number | boolean>;
  body?: unknown;
  /** true: with the admin token, when one is set */
  admin?: boolean;
  timeoutMs?: number;
}

/** What the bot can learn from the homeserver. Every module may have it: nothing of it changes anything. */
export interface HomeserverReader {
  readonly botUserId: string;
  readonly serverName: string;
  versions(): Promise<string[]>;
  whoami(): Promise<string>;
  resolveAlias(alias: string): Promise<string | undefined>;
  joinedRooms(): Promise<string[]>;
  /** Full state of a room the bot is in. */
  state(roomId: string): Promise<MatrixEvent[]>;
  /** The same, handed over while it comes in: of a large room, so that it never lies in memory whole. */
  stateInPieces?(roomId: string, take: (events: readonly MatrixEvent[]) => void): Promise<void>;
  /** One state event's content; undefined when there is none. */
  stateContent(roomId: string, type: string, stateKey?: string): Promise<Record<string, unknown> | undefined>;
  /** One state event of a room the bot is in; undefined when there is none. */
  stateEvent(roomId: string, type: string, stateKey?: string): Promise<MatrixEvent | undefined>;
  /** The member events of a room the bot is in. */
  members(roomId: string): Promise<MatrixEvent[]>;
  /** Latest events first; used to read back before a message is sent again. */
  recentEvents(roomId: string, limit: number): Promise<MatrixEvent[]>;
  /** What one person sent in a room, or (undefined) everybody, latest first, page by page. */
  historyOf(roomId: string, sender: string | undefined, page: { from?: string; limit: number }): Promise<HistoryPage>;
  /** One event of a room the bot is in; undefined when the homeserver does not give it. */
  event(roomId: string, eventId: string): Promise<MatrixEvent | undefined>;
  /** Admin API: says whether the token in use is a server admin's. */
  isAdmin(): Promise<boolean>;
  /** The same, and whether there is such an API at all. */
  adminRights(): Promise<AdminRights>;
  /** Admin API: accounts, newest first unless asked otherwise, page by page; deactivated ones are among them. */
  adminUsers(page: {
    from?: string;
    limit: number;
    oldestFirst?: boolean;
  }): Promise<{ users: AdminUser[]; next?: string; total: number }>;
  /**
   * Admin API: all rooms that the homeserver knows, page by page. `size` counts the entries of the page, readable or
   * not.
   */
  adminRooms(page: {
    from: number;
    limit: number;
  }): Promise<{ rooms: AdminRoom[]; size: number; next?: number; total: number }>;
  /** Admin API: one room; undefined when the homeserver does not know it. */
  adminRoom(roomId: string): Promise<AdminRoom | undefined>;
  /** Admin API: a room's state, also where the bot is not. */
  adminRoomState(roomId: string): Promise<MatrixEvent[]>;
  /** Admin API: a room's member events, among others perhaps; each is checked when it is taken. */
  adminRoomMembers(roomId: string): Promise<Iterable<MatrixEvent>>;
  /** Admin API: a local account; undefined when there is none. */
  adminAccount(userId: string): Promise<AdminAccount | undefined>;
  /** Whether locking and suspending go by the specification's API (MSC4323) instead of the homeserver's own. */
  accountModeration(): Promise<{ lock: boolean; suspend: boolean }>;
  /** Admin API: ids of the media that a local account uploaded. */
  mediaOf(userId: string): Promise<{ id: string; quarantined: boolean }[]>;
  /** Admin API: addresses of the media that were sent unencrypted to a room. */
  mediaIn(roomId: string): Promise<string[]>;
  isRoomBlocked(roomId: string): Promise<boolean>;
  redactionTask(id: string): Promise<RedactionTask>;
  /**
   * A picture's bytes, small if the homeserver can make it so; `timeoutMs` is for all of it. Strangers wrote what is in
   * it.
   */
  picture(mxc: string, limits: { maxBytes: number; timeoutMs: number }): Promise<Buffer>;

  /** Any reading call with the appservice's token. */
  request<T = unknown>(method: 'GET', path: string, options?: RequestOptions): Promise<T>;
}

/**
 * What the bot can change. For handlers of actions, and for what joins, leaves and makes rooms: the less a module is
 * handed of it, the less it can do by mistake. Room effects take the ids as they are. `txnId` makes a message send
 * repeatable.
 */
export interface HomeserverEffects {
  /** Asks the homeserver to ping us; resolves with the round trip in ms (spec: appservice ping). */
  pingAppservice(): Promise<number>;
  /** Registers the bot if it is not there yet. */
  registerBot(): Promise<void>;
  setDisplayName(name: string): Promise<void>;
  join(roomIdOrAlias: string, via?: readonly string[]): Promise<string>;
  leave(roomId: string): Promise<void>;
  invite(roomId: string, userId: string): Promise<void>;
  createRoom(options: Record<string, unknown>): Promise<string>;
  sendState(roomId: string, type: string, stateKey: string, content: Record<string, unknown>): Promise<string>;
  sendEvent(roomId: string, type: string, txnId: string, content: Record<string, unknown>): Promise<string>;
  redact(roomId: string, eventId: string, txnId: string, reason?: string): Promise<string>;
  /** `redactEvents` asks servers that know MSC4293 to redact what the person wrote in the room; others pass over it. */
  ban(roomId: string, userId: string, reason?: string, options?: { redactEvents?: boolean }): Promise<void>;
  unban(roomId: string, userId: string, reason?: string): Promise<void>;
  kick(roomId: string, userId: string, reason?: string): Promise<void>;
  reportUser(userId: string, reason: string): Promise<void>;
  reportEvent(roomId: string, eventId: string, reason: string): Promise<void>;
  reportRoom(roomId: string, reason: string): Promise<void>;
  suspend(userId: string, suspended: boolean): Promise<void>;
  /** Admin API: a locked account can do nothing until it is unlocked. */
  setLocked(userId: string, locked: boolean): Promise<void>;
  /** Cannot be undone. */
  deactivate(userId: string): Promise<void>;
  /** Admin API: quarantines all media of a local account. */
  quarantineMediaOf(userId: string): Promise<void>;
  /** Admin API: gives back one of our own media. */
  unquarantine(mediaId: string): Promise<void>;
  blockRoom(roomId: string, blocked: boolean): Promise<void>;
  /** Admin API: the homeserver redacts what a person wrote in a room by itself; resolves with the task's id. */
  startRedaction(
    userId: string,
    task: { roomId: string; limit: number; afterTs?: number; reason?: string },
  ): Promise<string>;

  /** Uploads text as a file, for a message that shows it; resolves with its mxc:// URI. */
  uploadText(text: string, file: { name: string; type: string; timeoutMs?: number }): Promise<string>;

  /** Any other call with the appservice's token. */
  request<T = unknown>(method: 'POST' | 'PUT' | 'DELETE', path: string, options?: RequestOptions): Promise<T>;
}

/** All of it: for the composition root, handlers and commands. */
export interface Homeserver extends Omit<HomeserverReader, 'request'>, Omit<HomeserverEffects, 'request'> {
  request<T = unknown>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, options?: RequestOptions): Promise<T>;
  /** Ends open connections. */
  close(): Promise<void>;
}
