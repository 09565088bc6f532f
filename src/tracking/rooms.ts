import type { RoomSnapshots } from '../enforcement/types.js';
import { isSoftFailed } from '../matrix/events.js';
import { serverNameOf } from '../matrix/identifiers.js';
import type { MatrixEvent } from '../matrix/types.js';
import { EntityIndex } from '../policy/index.js';
import type { PolicyRule } from '../policy/types.js';
import type { Clock } from '../util/clock.js';
import { KeyedMutex } from '../util/keyed-mutex.js';
import { RoomReading } from './room-reading.js';
import { showsGap, takeState, type MutableRoom, type TrackedRoom } from './tracked-room.js';

/**
 * The state of the protected rooms: read once, then updated from events. Renames and profile changes never cause
 * another read. Nothing here does I/O by itself.
 */
export class RoomStateCache implements RoomSnapshots {
  readonly #rooms = new Map<string, MutableRoom>();
  readonly #servers = new Set<string>();
  /** everybody in these rooms, built when a rule with many matches first changes: most installations never need it */
  #people: EntityIndex | undefined;
  readonly #whileReading = new Map<string, MatrixEvent[]>();
  readonly #readings = new KeyedMutex();
  #underWay = 0;
  /** user ids already read, while rooms are being read */
  readonly #names = new Map<string, string>();

  /** called with a room's state, piece by piece, whenever it is read */
  onRead: ((roomId: string, state: readonly MatrixEvent[]) => void) | undefined;

  get(roomId: string): TrackedRoom | undefined {
    return this.#rooms.get(roomId);
  }

  all(): Iterable<TrackedRoom> {
    return this.#rooms.values();
  }

  has(roomId: string): boolean {
    return this.#rooms.has(roomId);
  }

  get size(): number {
    return this.#rooms.size;
  }

  /** Every server seen among the members, as written; hashed server rules are compared with these. It only grows. */
  get servers(): ReadonlySet<string> {
    return this.#servers;
  }

  /** Everybody in any of the rooms (including banned people) whom a user rule matches. */
  usersMatching(rule: Pick<PolicyRule, 'entity' | 'sha256'>): string[] {
    if (this.#people === undefined) {
      this.#people = new EntityIndex();
      for (const room of this.#rooms.values()) for (const userId of room.members.keys()) this.#people.add(userId);
    }
    return this.#people.matching(rule);
  }

  /**
   * Reads a room's whole state with `ask`, and rejects if it does, in which case the room stays as it was. Events that
   * arrive meanwhile are applied after the read. Reads of one room never overlap: otherwise the older state could be
   * applied last, without events that the other read had already followed.
   */
  load(roomId: string, ask: () => Promise<readonly MatrixEvent[]>, clock: Clock): Promise<TrackedRoom> {
    return this.loadInPieces(roomId, async (take) => take(await ask()), clock);
  }

  /** The same for state that arrives piece by piece. */
  loadInPieces(
    roomId: string,
    ask: (take: (events: readonly MatrixEvent[]) => void) => Promise<void>,
    clock: Clock,
  ): Promise<TrackedRoom> {
    return this.#readings.run(roomId, async () => {
      this.beginLoad(roomId);
      this.#underWay += 1;
      try {
        const reading = new RoomReading(roomId, this.#names);
        await ask((events) => this.#takeRead(reading, events));
        return this.#endReading(reading, clock());
      } catch (error) {
        // The buffered events were applied to the room as well, so nothing is lost.
        this.#whileReading.delete(roomId);
        throw error;
      } finally {
        this.#underWay -= 1;
        if (this.#underWay === 0) this.#names.clear();
      }
    });
  }

  /**
   * Replaces a room's state with one read at `now`. State from the homeserver goes through `load`, which keeps reads
   * apart.
   */
  read(roomId: string, state: readonly MatrixEvent[], now: number): TrackedRoom {
    const reading = new RoomReading(roomId);
    this.#takeRead(reading, state);
    return this.#endReading(reading, now);
  }

  #takeRead(reading: RoomReading, events: readonly MatrixEvent[]): void {
    reading.take(events);
    this.onRead?.(reading.roomId, events);
  }

  #endReading(reading: RoomReading, now: number): TrackedRoom {
    const room = reading.end(now);
    const { roomId } = room;
    this.drop(roomId);
    this.#rooms.set(roomId, room);
    for (const userId of room.members.keys()) this.#noteMember(userId);
    const meanwhile = this.#whileReading.get(roomId) ?? [];
    this.#whileReading.delete(roomId);
    for (const event of meanwhile) this.apply(event);
    return room;
  }

  /** Announces a read: the room's events are buffered and applied after it, so that none is lost. */
  beginLoad(roomId: string): void {
    if (!this.#whileReading.has(roomId)) this.#whileReading.set(roomId, []);
  }

  /** The id of the known event of one state entry. */
  eventIdAt(roomId: string, type: string, stateKey: string): string | undefined {
    return this.#rooms.get(roomId)?.order.idAt(type, stateKey);
  }

  /** called with an event when only the homeserver can say whether it is the current one */
  onDoubt: ((event: MatrixEvent) => void) | undefined;

  /**
   * Follows one event; events of other rooms and known ones change nothing. Returns whether it was applied. If it may
   * be older than what is known, its state entry is read again (`onDoubt`).
   */
  apply(event: MatrixEvent): boolean {
    if (event.state_key !== undefined) this.#whileReading.get(event.room_id)?.push(event);
    const room = this.#rooms.get(event.room_id);
    if (room === undefined || event.state_key === undefined || isSoftFailed(event)) return false;
    const order = room.order.judge(event);
    if (order === 'unknown') {
      room.order.doubt(event.type, event.state_key);
      this.onDoubt?.(event);
    }
    if (order !== 'newer') return false;
    this.#follow(room, event);
    return true;
  }

  /**
   * Applies the homeserver's current event of one state entry; undefined: there is none. Returns whether it differs
   * from the known one.
   */
  settle(roomId: string, type: string, stateKey: string, event: MatrixEvent | undefined): boolean {
    const room = this.#rooms.get(roomId);
    // The whole room was read in the meantime, which is newer than this answer.
    if (room?.order.isDoubted(type, stateKey) !== true) return false;
    const before = room.order.idAt(type, stateKey);
    room.order.settle(type, stateKey);
    if (event !== undefined) this.#follow(room, event);
    else if (type === 'm.room.member' && room.members.delete(stateKey)) this.#forget(stateKey);
    return before !== event?.event_id;
  }

  #follow(room: MutableRoom, event: MatrixEvent): void {
    room.order.follow(event, event.type === 'm.room.member' && event.content.membership === 'leave');
    this.#take(room, event);
  }

  /**
   * Whether a member event that is about to be applied reveals a gap: a transaction that never came, or state
   * resolution that sent no event. The event names the one that it replaces. True only once until the room has been
   * read again.
   */
  detectGap(event: MatrixEvent): boolean {
    const room = this.#rooms.get(event.room_id);
    if (room === undefined || room.missed || !showsGap(room, event)) return false;
    room.missed = true;
    return true;
  }

  drop(roomId: string): void {
    const room = this.#rooms.get(roomId);
    this.#rooms.delete(roomId);
    if (this.#people !== undefined) for (const userId of room?.members.keys() ?? []) this.#forget(userId);
  }

  #take(room: MutableRoom, event: MatrixEvent): void {
    const userId = event.state_key;
    const wasThere = userId !== undefined && room.members.has(userId);
    takeState(room, event);
    if (event.type !== 'm.room.member' || userId === undefined) return;
    if (room.members.has(userId)) this.#noteMember(userId);
    else if (wasThere) this.#forget(userId);
  }

  #noteMember(userId: string): void {
    this.#people?.add(userId);
    const server = serverNameOf(userId);
    if (server !== undefined && !this.#servers.has(server)) this.#servers.add(server);
  }

  #forget(userId: string): void {
    if (this.#people === undefined) return;
    for (const room of this.#rooms.values()) if (room.members.has(userId)) return;
    this.#people.delete(userId);
  }
}
