import {
  parseCreate,
  parseMember,
  parsePowerLevels,
  parsePredecessor,
  parseSpaceChild,
  parseTombstone,
} from '../matrix/events.js';
import type { PowerLevels, RoomCreate } from '../matrix/events.js';
import type { MemberState, RoomSnapshot } from '../enforcement/types.js';
import type { MatrixEvent } from '../matrix/types.js';
import { PlaceOrder } from './place-order.js';

/** A room whose state is kept from events. */
export interface TrackedRoom extends RoomSnapshot {
  members: ReadonlyMap<string, MemberState>;
  /** `m.room.name`, or null */
  name: string | null;
  canonicalAlias: string | null;
  /** `m.room.canonical_alias`: further aliases that it states */
  altAliases: readonly string[];
  topic: string | null;
  /** mxc URI of `m.room.avatar`, or null */
  avatarUrl: string | null;
  /** `m.room.create`: the room that it CLAIMS to take the place of; only an official room's word counts */
  predecessor: string | null;
  /** `public`, `invite`, … */
  joinRule: string;
  /** when its whole state was read last, ms since the epoch */
  readAt: number;
  /** `m.room.tombstone`: the room that takes its place, and who said so */
  tombstone: { eventId: string; sender: string; replacementRoom: string | null } | undefined;
  /** `m.space.child`: the rooms that it holds, when it is a space, with the servers to join them by */
  children: ReadonlyMap<string, readonly string[]>;
}

/** A room as it is kept. */
export interface MutableRoom extends TrackedRoom {
  create: RoomCreate;
  powerLevels: PowerLevels | undefined;
  powerLevelsEventId: string | undefined;
  members: Map<string, MemberState>;
  children: Map<string, readonly string[]>;
  acl: { eventId: string; content: Record<string, unknown>; sender: string } | undefined;
  /** something was missed, and a reading is on its way */
  missed: boolean;
  order: PlaceOrder;
}

/**
 * A room while its state is read, piece by piece. Members, who may be very many, are taken at once; the rest waits for
 * the room's create event, which says how it is to be understood and may come last.
 */
export class RoomReading {
  readonly #room: MutableRoom;
  readonly #rest: MatrixEvent[] = [];

  constructor(readonly roomId: string) {
    const members = new Map<string, MemberState>();
    this.#room = {
      roomId,
      create: parseCreate({ sender: '', content: {} }),
      powerLevels: undefined,
      powerLevelsEventId: undefined,
      members,
      acl: undefined,
      name: null,
      canonicalAlias: null,
      altAliases: [],
      topic: null,
      avatarUrl: null,
      predecessor: null,
      tombstone: undefined,
      children: new Map(),
      joinRule: 'invite',
      readAt: 0,
      missed: false,
      order: new PlaceOrder((userId) => members.get(userId)?.eventId),
    };
  }

  take(events: readonly MatrixEvent[]): void {
    for (const event of events) {
      const isMember = event.type === 'm.room.member';
      if (isMember) takeMember(this.#room, event);
      else this.#rest.push(event);
      if (!isMember || !this.#room.members.has(event.state_key ?? '')) this.#room.order.noteRead(event);
    }
  }

  /** All of it is there. */
  end(now: number): MutableRoom {
    const create = this.#rest.find((event) => event.type === 'm.room.create');
    for (const event of create === undefined ? this.#rest : [create, ...this.#rest]) takeState(this.#room, event);
    this.#room.readAt = now;
    return this.#room;
  }
}

function takeMember(room: MutableRoom, event: MatrixEvent): void {
  const userId = event.state_key;
  const member = parseMember(event.content);
  if (member === undefined || userId === undefined) return;
  // Those who left are nobody's business: forgetting them keeps a busy room's memory flat.
  if (member.membership === 'leave') room.members.delete(userId);
  // nearly everybody joined by themselves: one text for both, which in large rooms is megabytes
  else
    room.members.set(userId, {
      membership: member.membership,
      eventId: event.event_id,
      sender: event.sender === userId ? userId : event.sender,
    });
}

/** Lays one state event of a room over what is known of it. */
export function takeState(room: MutableRoom, event: MatrixEvent): void {
  switch (event.type) {
    case 'm.room.member':
      return takeMember(room, event);
    case 'm.room.power_levels':
      room.powerLevels = parsePowerLevels(event.content);
      room.powerLevelsEventId = event.event_id;
      return;
    case 'm.room.create':
      room.create = parseCreate(event);
      room.predecessor = parsePredecessor(event.content).roomId;
      return;
    case 'm.room.tombstone':
      room.tombstone = { eventId: event.event_id, sender: event.sender, ...parseTombstone(event.content) };
      return;
    case 'm.space.child':
      return takeChild(room, event);
    case 'm.room.server_acl':
      room.acl = { eventId: event.event_id, content: event.content, sender: event.sender };
      return;
    case 'm.room.name':
      room.name = textOrNull(event.content.name);
      return;
    case 'm.room.canonical_alias':
      room.canonicalAlias = textOrNull(event.content.alias);
      room.altAliases = Array.isArray(event.content.alt_aliases)
        ? event.content.alt_aliases.filter((alias): alias is string => typeof alias === 'string')
        : [];
      return;
    case 'm.room.topic':
      room.topic = textOrNull(event.content.topic);
      return;
    case 'm.room.avatar':
      room.avatarUrl = textOrNull(event.content.url);
      return;
    case 'm.room.join_rules':
      room.joinRule = textOrNull(event.content.join_rule) ?? 'invite';
  }
}

/** A child counts while its event names servers to join by (spec "m.space.child": without `via` it is none). */
function takeChild(room: MutableRoom, event: MatrixEvent): void {
  if (event.state_key === undefined || !isSpace(room)) return;
  const { via } = parseSpaceChild(event.content);
  if (via === null || !event.state_key.startsWith('!')) room.children.delete(event.state_key);
  else room.children.set(event.state_key, via);
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Says whether a room is a space (spec "Spaces"). */
export function isSpace(room: Pick<TrackedRoom, 'create'>): boolean {
  return room.create.roomType === 'm.space';
}
