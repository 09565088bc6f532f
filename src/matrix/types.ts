/** The homeserver as the other modules see it. Errors are always `MatrixError`; nothing here retries. */

/** A failed request, without the request itself: bot-sdk's own rejections contain the access token. */
export class MatrixError extends Error {
  constructor(
    /** HTTP status; 0 without a response (refused, reset, timed out) */
    readonly status: number,
    /** `M_FORBIDDEN`, `M_LIMIT_EXCEEDED`, …; `HEIMDALL_E_NETWORK` without a response */
    readonly errcode: string,
    message: string,
    /** from a 429's Retry-After header or `retry_after_ms`, in milliseconds */
    readonly retryAfterMs?: number,
  ) {
    super(message);
    this.name = 'MatrixError';
  }
  /** Worth retrying: no response, 429, 408 or 5xx. */
  get transient(): boolean {
    return this.status === 0 || this.status === 429 || this.status === 408 || this.status >= 500;
  }
}

export type Membership = 'join' | 'invite' | 'knock' | 'leave' | 'ban';

/** An event from the client and appservice APIs, after validation. */
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
  /** number of local members; null when the homeserver does not say */
  localMembers: number | null;
  name: string | null;
  topic: string | null;
  canonicalAlias: string | null;
  avatarUrl: string | null;
  /** sender of the create event */
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
interface HistoryPage {
  events: MatrixEvent[];
  /** token for the next page; undefined at the start of the room */
  next: string | undefined;
}

/** The status of a redaction task (Synapse's `/user/redact_status`). */
export type RedactionTask = 'running' | 'complete' | 'failed' | 'unknown';

/** Options for a call of the client or admin API. */
interface RequestOptions {
  query?: Record<string, string | number | boolean>;
  body?: unknown;
  /** true: with the admin token, if configured */
  admin?: boolean;
  timeoutMs?: number;
}

/** What the bot can read from the homeserver. Every module may have it, because it changes nothing. */
export interface HomeserverReader {
  readonly botUserId: string;
  readonly serverName: string;
  versions(): Promise<string[]>;
  whoami(): Promise<string>;
  resolveAlias(alias: string): Promise<string | undefined>;
  joinedRooms(): Promise<string[]>;
  /** Full state of a room the bot is in. */
  state(roomId: string): Promise<MatrixEvent[]>;
  /** The same as a stream, so that a large room is never in memory as a whole. */
  stateInPieces?(roomId: string, take: (events: readonly MatrixEvent[]) => void): Promise<void>;
  /** One state event's content; undefined when there is none. */
  stateContent(roomId: string, type: string, stateKey?: string): Promise<Record<string, unknown> | undefined>;
  /** One state event of a room the bot is in; undefined when there is none. */
  stateEvent(roomId: string, type: string, stateKey?: string): Promise<MatrixEvent | undefined>;
  /** The member events of a room the bot is in. */
  members(roomId: string): Promise<MatrixEvent[]>;
  /** Latest events first; used to check whether a message was sent before resending it. */
  recentEvents(roomId: string, limit: number): Promise<MatrixEvent[]>;
  /** Events of one sender in a room, or (undefined) of all, latest first, page by page. */
  historyOf(roomId: string, sender: string | undefined, page: { from?: string; limit: number }): Promise<HistoryPage>;
  /** One event of a room the bot is in; undefined when the homeserver does not return it. */
  event(roomId: string, eventId: string): Promise<MatrixEvent | undefined>;
  /** Admin API: whether the token in use is a server admin's. */
  isAdmin(): Promise<boolean>;
  /** The same, and whether there is such an API at all. */
  adminRights(): Promise<AdminRights>;
  /** Admin API: accounts, page by page, newest first by default; includes deactivated ones. */
  adminUsers(page: {
    from?: string;
    limit: number;
    oldestFirst?: boolean;
  }): Promise<{ users: AdminUser[]; next?: string; total: number }>;
  /** Admin API: all rooms that the homeserver knows, page by page. `size` counts the page's entries, valid or not. */
  adminRooms(page: {
    from: number;
    limit: number;
  }): Promise<{ rooms: AdminRoom[]; size: number; next?: number; total: number }>;
  /** Admin API: one room; undefined when the homeserver does not know it. */
  adminRoom(roomId: string): Promise<AdminRoom | undefined>;
  /** Admin API: a room's state, even if the bot is not in it. */
  adminRoomState(roomId: string): Promise<MatrixEvent[]>;
  /** Admin API: a room's member events, possibly among others; each is validated when consumed. */
  adminRoomMembers(roomId: string): Promise<Iterable<MatrixEvent>>;
  /** Admin API: a local account; undefined when there is none. */
  adminAccount(userId: string): Promise<AdminAccount | undefined>;
  /** Whether locking and suspending use the specification's API (MSC4323) instead of the homeserver's own. */
  accountModeration(): Promise<{ lock: boolean; suspend: boolean }>;
  /** Admin API: ids of the media that a local account uploaded. */
  mediaOf(userId: string): Promise<{ id: string; quarantined: boolean }[]>;
  /** Admin API: URIs of the media that were sent unencrypted to a room. */
  mediaIn(roomId: string): Promise<string[]>;
  isRoomBlocked(roomId: string): Promise<boolean>;
  redactionTask(id: string): Promise<RedactionTask>;
  /**
   * A picture's bytes, as a thumbnail if the homeserver has one; `timeoutMs` covers the whole exchange. The content is
   * untrusted.
   */
  picture(mxc: string, limits: { maxBytes: number; timeoutMs: number; whole?: boolean }): Promise<Buffer>;

  /** Any GET with the appservice's token. */
  request<T = unknown>(method: 'GET', path: string, options?: RequestOptions): Promise<T>;
}

/**
 * What the bot can change. For action handlers, and for code that joins, leaves and creates rooms: the less of it a
 * module gets, the less it can do by mistake. Room effects use ids as given. `txnId` makes sending a message
 * repeatable.
 */
export interface HomeserverEffects {
  /** Asks the homeserver to ping us; resolves with the round trip in ms (spec: appservice ping). */
  pingAppservice(): Promise<number>;
  /** Registers the bot account if it does not exist yet. */
  registerBot(): Promise<void>;
  setDisplayName(name: string): Promise<void>;
  join(roomIdOrAlias: string, via?: readonly string[]): Promise<string>;
  leave(roomId: string): Promise<void>;
  invite(roomId: string, userId: string): Promise<void>;
  createRoom(options: Record<string, unknown>): Promise<string>;
  sendState(roomId: string, type: string, stateKey: string, content: Record<string, unknown>): Promise<string>;
  sendEvent(roomId: string, type: string, txnId: string, content: Record<string, unknown>): Promise<string>;
  redact(roomId: string, eventId: string, txnId: string, reason?: string): Promise<string>;
  /** `redactEvents` asks servers with MSC4293 to redact the person's messages in the room; others ignore it. */
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
  /** Admin API: releases one media file from quarantine. */
  unquarantine(mediaId: string): Promise<void>;
  blockRoom(roomId: string, blocked: boolean): Promise<void>;
  /**
   * Admin API: starts the homeserver's own task that redacts a person's messages in a room; resolves with the task's
   * id.
   */
  startRedaction(
    userId: string,
    task: { roomId: string; limit: number; afterTs?: number; reason?: string },
  ): Promise<string>;

  /** Uploads text as a file, for a message that shows it; resolves with its mxc:// URI. */
  uploadText(text: string, file: { name: string; type: string; timeoutMs?: number }): Promise<string>;

  /** Any other call with the appservice's token. */
  request<T = unknown>(method: 'POST' | 'PUT' | 'DELETE', path: string, options?: RequestOptions): Promise<T>;
}

/** Everything: for the composition root, handlers and commands. */
export interface Homeserver extends Omit<HomeserverReader, 'request'>, Omit<HomeserverEffects, 'request'> {
  request<T = unknown>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, options?: RequestOptions): Promise<T>;
  /** Closes open connections. */
  close(): Promise<void>;
}
