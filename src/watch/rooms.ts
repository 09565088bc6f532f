import type { MemberState, RoomSnapshot, RoomSnapshots } from '../enforcement/types.js';
import { parseCreate, parseMember, parsePowerLevels, parseTombstone, type PowerLevels, type RoomCreate } from '../matrix/events.js';
import { isRoomId } from '../matrix/identifiers.js';
import type { MatrixEvent } from '../matrix/types.js';
import { ReadTimes } from './read-times.js';

/** A room whose state is kept from events. */
export interface KeptRoom extends RoomSnapshot {
  members: ReadonlyMap<string, MemberState>;
  /** `m.room.name`, or null */
  name: string | null;
  canonicalAlias: string | null;
  /** `m.room.canonical_alias`: further aliases that it states */
  altAliases: readonly string[];
  topic: string | null;
  /** mxc URI of `m.room.avatar`, or null */
  avatarUrl: string | null;
  /** `m.room.tombstone`: the room that takes its place */
  replacement: string | null;
  /** `m.room.create`: the room that it CLAIMS to take the place of; only an official room's word counts */
  predecessor: string | null;
  /** `m.space.child`: the rooms that it holds, when it is a space */
  children: ReadonlySet<string>;
  /** `public`, `invite`, … */
  joinRule: string;
}

interface MutableRoom extends KeptRoom {
  create: RoomCreate;
  powerLevels: PowerLevels | undefined;
  powerLevelsEventId: string | undefined;
  members: Map<string, MemberState>;
  children: Set<string>;
  acl: { eventId: string; content: Record<string, unknown>; sender: string } | undefined;
  readTimes: ReadTimes;
}

/**
 * The state of the rooms we look after: read once, then kept from events. Renames and profile changes never make us
 * read again. Nothing here does I/O.
 */
export class KeptRooms implements RoomSnapshots {
  readonly #rooms = new Map<string, MutableRoom>();
  readonly #whileReading = new Map<string, MatrixEvent[]>();

  get(roomId: string): KeptRoom | undefined {
    return this.#rooms.get(roomId);
  }

  all(): Iterable<KeptRoom> {
    return this.#rooms.values();
  }

  has(roomId: string): boolean {
    return this.#rooms.has(roomId);
  }

  get size(): number {
    return this.#rooms.size;
  }

  /** Takes a room's whole state as read at `now`; what was known of it before is forgotten. */
  read(roomId: string, state: readonly MatrixEvent[], now: number): KeptRoom {
    const create = state.find((event) => event.type === 'm.room.create');
    const room: MutableRoom = {
      roomId,
      create: parseCreate(create ?? { sender: '', content: {} }),
      powerLevels: undefined,
      powerLevelsEventId: undefined,
      members: new Map(),
      acl: undefined,
      name: null,
      canonicalAlias: null,
      altAliases: [],
      topic: null,
      avatarUrl: null,
      replacement: null,
      predecessor: null,
      children: new Set(),
      joinRule: 'invite',
      readTimes: new ReadTimes(),
    };
    for (const event of create === undefined ? state : [create, ...state]) {
      take(room, event);
      room.readTimes.note(event, now);
    }
    this.#rooms.set(roomId, room);
    const meanwhile = this.#whileReading.get(roomId) ?? [];
    this.#whileReading.delete(roomId);
    for (const event of meanwhile) this.apply(event);
    return room;
  }

  /** Says that a room is being read: its events are kept aside and follow what `read` takes, so that none falls in between. */
  expect(roomId: string): void {
    if (!this.#whileReading.has(roomId)) this.#whileReading.set(roomId, []);
  }

  /** The reading failed: what was kept aside is forgotten, the room stays as it was. */
  giveUp(roomId: string): void {
    this.#whileReading.delete(roomId);
  }

  /** Follows one event; events of other rooms and old ones change nothing. Says whether it was taken. */
  apply(event: MatrixEvent): boolean {
    if (event.state_key !== undefined) this.#whileReading.get(event.room_id)?.push(event);
    const room = this.#rooms.get(event.room_id);
    if (room === undefined || event.state_key === undefined || room.readTimes.overtook(event)) return false;
    room.readTimes.forget(event);
    take(room, event);
    return true;
  }

  drop(roomId: string): void {
    this.#rooms.delete(roomId);
  }
}

function take(room: MutableRoom, event: MatrixEvent): void {
  switch (event.type) {
    case 'm.room.member':
      return takeMember(room, event);
    case 'm.room.power_levels':
      room.powerLevels = parsePowerLevels(event.content);
      room.powerLevelsEventId = event.event_id;
      return;
    case 'm.room.create':
      room.create = parseCreate(event);
      room.predecessor = predecessorOf(event.content);
      return;
    case 'm.room.server_acl':
      room.acl = { eventId: event.event_id, content: event.content, sender: event.sender };
      return;
    case 'm.room.name':
      room.name = textOrNull(event.content.name);
      return;
    case 'm.room.canonical_alias':
      room.canonicalAlias = textOrNull(event.content.alias);
      room.altAliases = Array.isArray(event.content.alt_aliases) ? event.content.alt_aliases.filter((alias): alias is string => typeof alias === 'string') : [];
      return;
    case 'm.room.topic':
      room.topic = textOrNull(event.content.topic);
      return;
    case 'm.room.avatar':
      room.avatarUrl = textOrNull(event.content.url);
      return;
    case 'm.room.tombstone':
      room.replacement = parseTombstone(event.content).replacementRoom;
      return;
    case 'm.space.child':
      return takeChild(room, event);
    case 'm.room.join_rules':
      room.joinRule = textOrNull(event.content.join_rule) ?? 'invite';
  }
}

function predecessorOf({ predecessor }: Record<string, unknown>): string | null {
  const roomId = typeof predecessor === 'object' && predecessor !== null ? (predecessor as { room_id?: unknown }).room_id : undefined;
  return typeof roomId === 'string' && isRoomId(roomId) ? roomId : null;
}

/** A child counts while its event names servers to join by (spec "m.space.child": without `via` it is none). */
function takeChild(room: MutableRoom, { state_key: roomId, content }: MatrixEvent): void {
  if (roomId === undefined || room.create.roomType !== 'm.space') return;
  if (Array.isArray(content.via) && content.via.length > 0) room.children.add(roomId);
  else room.children.delete(roomId);
}

function takeMember(room: MutableRoom, event: MatrixEvent): void {
  const member = parseMember(event.content);
  if (member === undefined || event.state_key === undefined) return;
  // Those who left are nobody's business: forgetting them keeps a busy room's memory flat.
  if (member.membership === 'leave') room.members.delete(event.state_key);
  else room.members.set(event.state_key, { membership: member.membership, eventId: event.event_id, sender: event.sender });
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
