import type { OfficialRoom } from '../detection/rooms.js';
import { isRoomAlias, isRoomId } from '../matrix/identifiers.js';
import { isModerator, powerOf } from '../matrix/power.js';
import type { HomeserverReader, MatrixEvent } from '../matrix/types.js';
import type { Clock } from '../util/clock.js';
import { messageOf } from '../util/errors.js';
import type { Logger } from '../util/logger.js';
import { roomStateOf } from './room-state.js';
import { RoomStateCache } from './rooms.js';
import type { TrackedRoom } from './tracked-room.js';
import { endsWithin } from '../util/timers.js';
import { trackingTexts } from './texts.js';
import { Rounds } from '../util/rounds.js';

export interface OfficialRoomsOptions {
  homeserver: HomeserverReader;
  identities: readonly { user_id: string; rooms: readonly string[] }[];
  /** rooms that are tracked already, whose state is not kept twice */
  protectedRooms: Pick<RoomStateCache, 'get'>;
  clock: Clock;
  logger: Logger;
}

/** An official room as people know it. */
export interface OfficialLocation {
  /** its name in the configuration, alias or id; a successor has the name of the room that it replaces */
  reference: string;
  /** user id of its protected identity */
  owner: string;
}

/** Retries are quick at first (the bot may be about to become an admin), then less frequent. */
const SOON_MS = 2_000;
const EVERY_MS = 60_000;
/** A start waits at most this long for an alias on a server that does not answer. */
const FIRST_ROUND_MS = 5_000;
/** The longest chain of successors that is followed. */
const MOST_ROOMS = 200;

/**
 * The rooms of `protected_identities[].rooms`: read once (as a member or by the admin API), then updated from events.
 * The room that an official room's tombstone names is official too; one that merely claims to replace an official room
 * is not, since anybody can claim that.
 */
export class OfficialRooms {
  readonly #options: OfficialRoomsOptions;
  /** are there any official rooms to know of? */
  readonly configured: boolean;
  readonly #kept = new RoomStateCache();
  readonly #idOf = new Map<string, string>();
  readonly #told = new Map<string, string>();
  readonly #rounds = new Rounds({ work: () => this.#readMissing(), everyMs: () => this.#wait });
  #wait = SOON_MS / 2;

  constructor(options: OfficialRoomsOptions) {
    this.#options = options;
    this.configured = options.identities.some(({ rooms }) => rooms.length > 0);
    for (const { reference } of this.#configured()) if (isRoomId(reference)) this.#idOf.set(reference, reference);
  }

  /**
   * The first read. Never rejects; a room that cannot be read yet is retried, soon at first and later once a minute.
   */
  async start(): Promise<void> {
    if (!this.configured) return;
    await endsWithin(FIRST_ROUND_MS, this.#rounds.now());
  }

  stop(): Promise<void> {
    return this.#rounds.stop();
  }

  /** Follows one event. */
  apply(event: MatrixEvent): void {
    this.#kept.apply(event);
  }

  /** Applies the homeserver's current event for one state entry, see `RoomStateCache.settle`. */
  settle(...at: Parameters<RoomStateCache['settle']>): void {
    this.#kept.settle(...at);
  }

  /** called with an event when only the homeserver can say whether it is the current one */
  set onDoubt(doubt: (event: MatrixEvent) => void) {
    this.#kept.onDoubt = doubt;
  }

  /** Whether this is an official room, as far as is known. */
  has(roomId: string): boolean {
    return this.locations().has(roomId);
  }

  /** An official room's state; undefined if it has not been read. */
  get(roomId: string): TrackedRoom | undefined {
    return this.#options.protectedRooms.get(roomId) ?? this.#kept.get(roomId);
  }

  /** Room ids of all official rooms known so far, including successors. */
  locations(): Map<string, OfficialLocation> {
    const places = new Map<string, OfficialLocation>();
    const open = this.#configured().flatMap((place): [string, OfficialLocation][] => {
      const roomId = this.#idOf.get(place.reference);
      return roomId === undefined ? [] : [[roomId, place]];
    });
    for (let next = open.shift(); next !== undefined && places.size < MOST_ROOMS; next = open.shift()) {
      const [roomId, place] = next;
      if (places.has(roomId)) continue;
      places.set(roomId, place);
      const successor = this.get(roomId)?.tombstone?.replacementRoom;
      if (successor != null) open.push([successor, place]);
    }
    return places;
  }

  /** What is known about the official rooms; at least the alias of one that could not be read. */
  identities(): OfficialRoom[] {
    const rooms = new Map<string, OfficialRoom>();
    for (const { reference } of this.#configured())
      if (isRoomAlias(reference))
        rooms.set(reference, { reference, name: null, topic: null, aliases: [reference], avatarUrl: null });
    // a successor comes after the room that it replaces, and shows how that room looks now
    for (const [roomId, { reference }] of this.locations()) {
      const room = this.get(roomId);
      if (room === undefined) continue;
      const before = rooms.get(reference);
      const aliases = [
        ...new Set([
          ...(before?.aliases ?? []),
          ...(room.canonicalAlias === null ? [] : [room.canonicalAlias]),
          ...room.altAliases,
        ]),
      ];
      rooms.set(reference, {
        reference,
        name: room.name ?? before?.name ?? null,
        topic: room.topic ?? before?.topic ?? null,
        aliases,
        avatarUrl: room.avatarUrl ?? before?.avatarUrl ?? null,
      });
    }
    return [...rooms.values()];
  }

  /** Whether this room is official, or named by an official room as its predecessor or as a child of a space. */
  isRelatedDomain(roomId: string): boolean {
    const places = this.locations();
    if (places.has(roomId)) return true;
    for (const id of places.keys()) {
      const room = this.get(id);
      if (room !== undefined && (room.predecessor === roomId || room.children.has(roomId))) return true;
    }
    return false;
  }

  /**
   * An official room in which this person is a moderator now: joined, and with power in that room. Power in any other
   * room means nothing: everybody has it in a room of their own.
   */
  moderatorOf(userId: string): string | undefined {
    for (const [roomId, { reference }] of this.locations()) {
      const room = this.get(roomId);
      if (room?.members.get(userId)?.membership === 'join' && isModerator(userId, room)) return reference;
    }
    return undefined;
  }

  /** Everybody for whom `moderatorOf` returns a room, the most powerful first, each with their member event. */
  moderators(): { userId: string; roomId: string; eventId: string }[] {
    const found = new Map<string, { userId: string; roomId: string; eventId: string; power: number }>();
    for (const roomId of this.locations().keys()) {
      const room = this.get(roomId);
      if (room === undefined) continue;
      // power above the default is listed by user id, so the members need not be searched
      for (const userId of new Set([...(room.powerLevels?.users.keys() ?? []), ...room.create.creators])) {
        const member = room.members.get(userId);
        if (member?.membership !== 'join' || found.has(userId) || !isModerator(userId, room)) continue;
        found.set(userId, { userId, roomId, eventId: member.eventId, power: powerOf(userId, room) });
      }
    }
    const before = (one: number, other: number) => (one === other ? 0 : one > other ? -1 : 1);
    return [...found.values()]
      .sort((one, other) => before(one.power, other.power))
      .map(({ userId, roomId, eventId }) => ({ userId, roomId, eventId }));
  }

  #configured(): (OfficialLocation & { reference: string })[] {
    return this.#options.identities.flatMap(({ user_id: owner, rooms }) =>
      rooms.map((reference) => ({ reference, owner })),
    );
  }

  /** Resolves and reads unknown rooms one after another, then retries at growing intervals. */
  async #readMissing(): Promise<void> {
    for (const { reference } of this.#configured()) {
      if (this.#rounds.stopped) return;
      await this.#orTold(reference, () => this.#resolve(reference));
    }
    // a room may name a successor, which is read in the same round
    for (let unread = this.#unread(); unread.length > 0 && !this.#rounds.stopped;) {
      for (const roomId of unread) await this.#orTold(roomId, () => this.#read(roomId));
      const still = this.#unread().filter((roomId) => !unread.includes(roomId));
      unread = still;
    }
    const missing = this.#configured().some(({ reference }) => !this.#idOf.has(reference)) || this.#unread().length > 0;
    this.#wait = missing ? Math.min(this.#wait * 2, EVERY_MS) : EVERY_MS;
  }

  #unread(): string[] {
    return [...this.locations().keys()].filter((roomId) => this.get(roomId) === undefined);
  }

  async #resolve(reference: string): Promise<void> {
    if (this.#idOf.has(reference)) return;
    const roomId = await this.#options.homeserver.resolveAlias(reference);
    if (roomId === undefined) throw new Error(trackingTexts.noRoomBehindAlias);
    this.#idOf.set(reference, roomId);
  }

  async #read(roomId: string): Promise<void> {
    const { homeserver, clock } = this.#options;
    const ask = async () => {
      const state = await roomStateOf(homeserver, roomId);
      if (typeof state === 'string')
        throw new Error(state === 'gone' ? trackingTexts.nobodyInIt : trackingTexts.notAdminNotIn);
      return state;
    };
    await this.#kept.load(roomId, ask, clock);
  }

  /** A failure is logged once, until the error changes. */
  async #orTold(room: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#told.delete(room);
    } catch (error) {
      const reason = messageOf(error);
      if (this.#told.get(room) !== reason)
        this.#options.logger.warn({ room, error: reason }, 'official room cannot be read; it is tried again');
      this.#told.set(room, reason);
    }
  }
}
