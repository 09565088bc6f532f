import type { MemberState, RoomSnapshot } from '../enforcement/types.js';
import {
  isSoftFailed,
  parseCreate,
  parseMember,
  parsePowerLevels,
  parsePredecessor,
  parseSpaceChild,
  parseTombstone,
  type PowerLevels,
  type RoomCreate,
} from '../matrix/events.js';
import type { MatrixEvent } from '../matrix/types.js';
import { Members } from './members.js';
import { PlaceOrder } from './place-order.js';

/** A room whose state is tracked from events. */
export interface TrackedRoom extends RoomSnapshot {
  members: ReadonlyMap<string, MemberState>;
  /** `m.room.name`, or null */
  name: string | null;
  canonicalAlias: string | null;
  /** `m.room.canonical_alias`: its alternative aliases */
  altAliases: readonly string[];
  topic: string | null;
  /** mxc URI of `m.room.avatar`, or null */
  avatarUrl: string | null;
  /** `m.room.create`: the room that it CLAIMS to replace; only an official room's claim counts */
  predecessor: string | null;
  /** `public`, `invite`, … */
  joinRule: string;
  /** when its whole state was last read, ms since the epoch */
  readAt: number;
  /** `m.room.tombstone`: the room that replaces it, and the sender of that event */
  tombstone: { eventId: string; sender: string; replacementRoom: string | null } | undefined;
  /** `m.space.child`: its rooms, if it is a space, with the servers to join them through */
  children: ReadonlyMap<string, readonly string[]>;
}

/** The same, mutable, while it is tracked. */
export interface MutableRoom extends TrackedRoom {
  create: RoomCreate;
  powerLevels: PowerLevels | undefined;
  powerLevelsEventId: string | undefined;
  members: Members;
  children: Map<string, readonly string[]>;
  acl: { eventId: string; content: Record<string, unknown>; sender: string } | undefined;
  /** a gap was found, and a read is pending */
  missed: boolean;
  order: PlaceOrder;
}

/** A room of which only the create event is known. */
export function emptyRoom(roomId: string, create: MatrixEvent | undefined, now: number): MutableRoom {
  const members = new Members();
  return {
    roomId,
    create: parseCreate(create ?? { sender: '', content: {} }),
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
    readAt: now,
    missed: false,
    order: new PlaceOrder((userId) => members.get(userId)?.eventId),
  };
}

/** Applies one state event to its room. */
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

function takeMember(room: MutableRoom, event: MatrixEvent): void {
  const userId = event.state_key;
  const member = parseMember(event.content);
  if (member === undefined || userId === undefined) return;
  // People who left are of no interest: forgetting them keeps a busy room's memory flat.
  if (member.membership === 'leave') room.members.delete(userId);
  // nearly everybody joined by themselves: one text for both, which in large rooms is megabytes
  else
    room.members.set(userId, {
      membership: member.membership,
      eventId: event.event_id,
      sender: event.sender === userId ? userId : event.sender,
    });
}

/** Says whether a room is a space (spec "Spaces"). */
export function isSpace(room: Pick<TrackedRoom, 'create'>): boolean {
  return room.create.roomType === 'm.space';
}

/**
 * A child counts while its event names servers to join through (spec "m.space.child": without `via` it is not a child).
 */
function takeChild(room: MutableRoom, event: MatrixEvent): void {
  if (event.state_key === undefined || !isSpace(room)) return;
  const { via } = parseSpaceChild(event.content);
  if (via === null || !event.state_key.startsWith('!')) room.children.delete(event.state_key);
  else room.children.set(event.state_key, via);
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Whether a member event names a predecessor other than the known event. */
export function showsGap(room: MutableRoom, event: MatrixEvent): boolean {
  const replaced = event.unsigned?.replaces_state;
  if (event.type !== 'm.room.member' || event.state_key === undefined || typeof replaced !== 'string') return false;
  const kept = room.members.get(event.state_key);
  if (kept?.eventId === event.event_id || isSoftFailed(event)) return false;
  // The state from a read may be newer than this event, so just that entry is read again.
  if (kept !== undefined) return kept.eventId !== replaced && room.order.isFollowed(event);
  if (room.order.idAt(event.type, event.state_key) !== undefined) return false;
  const before = event.unsigned?.prev_content;
  const membership =
    typeof before === 'object' && before !== null ? (before as { membership?: unknown }).membership : undefined;
  return membership === 'join' || membership === 'invite' || membership === 'knock' || membership === 'ban';
}
