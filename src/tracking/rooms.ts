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
 * The state of the rooms we look after: read once, then kept from events. Renames and profile changes never make us
 * read again. Nothing here does I/O by itself.
 */
export class RoomStateCache implements RoomSnapshots {
  readonly #rooms = new Map<string, MutableRoom>();
  readonly #servers = new Set<string>();
  /** everybody in these rooms, made when a rule that means many first changes: most installations never need it */
  #people: EntityIndex | undefined;
  readonly #whileReading = new Map<string, MatrixEvent[]>();
  readonly #readings = new KeyedMutex();
  #underWay = 0;
  /** of those who were read, while rooms are read */
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

  /**
   * Every server that was seen among the members, as written: what hashed rules for servers are held against. It only
   * grows.
   */
  get servers(): ReadonlySet<string> {
    return this.#servers;
  }

  /** Those in any of the rooms (banned ones too) whom a rule for users means. */
  usersMatching(rule: Pick<PolicyRule, 'entity' | 'sha256'>): string[] {
    if (this.#people === undefined) {
      this.#people = new EntityIndex();
      for (const room of this.#rooms.values()) for (const userId of room.members.keys()) this.#people.add(userId);
    }
    return this.#people.matching(rule);
  }

  /**
   * Reads a room's whole state with `ask`, and rejects as it does: then the room stays as it was. Events that come
   * meanwhile follow what was read. One reading of a room at a time, and the next asks after the last has ended: of two
   * at once the older state could be taken last, without the events that the first to end has followed already.
   */
  load(roomId: string, ask: () => Promise<readonly MatrixEvent[]>, clock: Clock): Promise<TrackedRoom> {
    return this.loadInPieces(roomId, async (take) => take(await ask()), clock);
  }

  /** The same, of state that is handed over piece by piece. */
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
        // What was kept aside was applied to the room as well, so nothing is lost with it.
        this.#whileReading.delete(roomId);
        throw error;
      } finally {
        this.#underWay -= 1;
        if (this.#underWay === 0) this.#names.clear();
      }
    });
  }

  /**
   * Takes a room's whole state as read at `now`; what was known of it before is forgotten. What comes from the
   * homeserver is taken by `load`, which keeps readings apart.
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

  /** Says that a room will be read: its events are kept aside and follow what was read, so that none is lost. */
  beginLoad(roomId: string): void {
    if (!this.#whileReading.has(roomId)) this.#whileReading.set(roomId, []);
  }

  /** The id of the event that is known of one place of a room. */
  eventIdAt(roomId: string, type: string, stateKey: string): string | undefined {
    return this.#rooms.get(roomId)?.order.idAt(type, stateKey);
  }

  /** called with an event of which only the homeserver can say whether it is what stands at its place now */
  onDoubt: ((event: MatrixEvent) => void) | undefined;

  /**
   * Follows one event; events of other rooms and those that are known change nothing. Says whether it was taken. Of one
   * that may be older than what is known, the place is to be read again (`onDoubt`).
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
   * Takes what the homeserver has at one place now; undefined: nothing stands there. Says whether that is another event
   * than the one that was kept.
   */
  settle(roomId: string, type: string, stateKey: string, event: MatrixEvent | undefined): boolean {
    const room = this.#rooms.get(roomId);
    // Read whole meanwhile: that is newer than what was asked for before.
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
   * Says whether a member event that is about to be applied shows that something before it was missed: a transaction
   * that never came, or state that servers agreed on anew without an event. It names the event that it replaces.
   * Says so once until the room was read again.
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
