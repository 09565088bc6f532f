import { z } from 'zod';
import type { MatrixEvent, Membership } from './types.js';

/**
 * Events and state contents from outside, validated at the boundary. All of it is untrusted: wrong types, huge strings
 * and keys such as `__proto__` are ordinary input here and never an error further in. Lookup tables with untrusted keys
 * are Maps, because an object would also find `constructor`.
 */

/**
 * Maximum length of event type, state key, sender, room id and event id, in UTF-16 code units. The spec's limit is 255
 * bytes, but servers long counted code points ("Size limits"), which are up to two units each.
 */
const MAX_ID = 510;

const id = (sigil: string) => z.string().min(2).max(MAX_ID).startsWith(sigil);
/** Any object, kept as it is: copying every content key by key would cost more than all other checks together. */
const plainObject = z.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

/**
 * Validates one event; undefined when it is malformed. Never throws. Only the keys that Heimdall uses are kept: those
 * of the old client format that Synapse also sends (`user_id`, `age`, top-level `invite_room_state`) are dropped. By
 * hand rather than by zod, because a start reads 100,000 members.
 */
export function parseEvent(raw: unknown): MatrixEvent | undefined {
  if (!isObject(raw)) return undefined;
  const { type, event_id, room_id, sender, origin_server_ts, content, state_key, unsigned } = raw;
  if (typeof type !== 'string' || type === '' || type.length > MAX_ID) return undefined;
  if (!isId(event_id, '$') || !isId(room_id, '!') || !isId(sender, '@') || !sender.includes(':')) return undefined;
  if (typeof origin_server_ts !== 'number' || !Number.isFinite(origin_server_ts) || !isObject(content))
    return undefined;
  if (state_key !== undefined && (typeof state_key !== 'string' || state_key.length > MAX_ID)) return undefined;
  const event: MatrixEvent = { type, event_id, room_id, sender, origin_server_ts, content };
  if (state_key !== undefined) event.state_key = state_key;
  if (isObject(unsigned)) event.unsigned = unsigned;
  // before room version 11 a redaction names its event outside its content (spec "Room version 11")
  if (type === 'm.room.redaction' && typeof raw.redacts === 'string' && content.redacts === undefined)
    event.content = { ...content, redacts: raw.redacts };
  return event;
}

function isId(value: unknown, sigil: string): value is string {
  return typeof value === 'string' && value.length >= 2 && value.length <= MAX_ID && value.startsWith(sigil);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Stripped state (spec "Stripped state"): what an invite reveals about its room. It has no event id and no room id. */
export interface StrippedEvent {
  type: string;
  state_key: string;
  sender: string;
  content: Record<string, unknown>;
}

const strippedSchema = z.object({
  type: z.string().min(1).max(MAX_ID),
  state_key: z.string().max(MAX_ID),
  sender: id('@'),
  content: plainObject,
});

/**
 * The stripped state of an invite or knock, from `unsigned` or the old top-level key; malformed entries are omitted.
 */
export function strippedStateOf(event: { unsigned?: Record<string, unknown> }, limit = 50): StrippedEvent[] {
  const list = event.unsigned?.invite_room_state ?? event.unsigned?.knock_room_state;
  if (!Array.isArray(list)) return [];
  return list.slice(0, limit).flatMap((entry) => {
    const parsed = strippedSchema.safeParse(entry);
    return parsed.success ? [parsed.data] : [];
  });
}

const MEMBERSHIPS: readonly string[] = ['join', 'invite', 'knock', 'leave', 'ban'] satisfies Membership[];

/** Content of `m.room.member`. Names and avatars that are not strings count as absent. */
export interface MemberContent {
  membership: Membership;
  displayname: string | null;
  avatar_url: string | null;
  reason: string | null;
}

/**
 * Content of a member event; undefined when `membership` is unknown to the spec, in which case the event means nothing.
 */
export function parseMember(content: Record<string, unknown>): MemberContent | undefined {
  const membership = own(content, 'membership');
  if (typeof membership !== 'string' || !MEMBERSHIPS.includes(membership)) return undefined;
  return {
    membership: membership as Membership,
    displayname: textOrNull(own(content, 'displayname')),
    avatar_url: textOrNull(own(content, 'avatar_url')),
    reason: textOrNull(own(content, 'reason')),
  };
}

/** The creators and version of a room, from `m.room.create`. */
export interface RoomCreate {
  /** the room version; `1` when the event does not say */
  roomVersion: string;
  /** `m.space`, `m.policy`, or null */
  roomType: string | null;
  /** all creators, the sender first */
  creators: readonly string[];
  /** true from room version 12 on (MSC4289): creators stand above every power level and are not listed in `users` */
  creatorsAreInfinite: boolean;
}

/**
 * Reads a create event. `content.creator` counts up to version 10, the sender from 11 on, `additional_creators` from 12
 * on.
 */
export function parseCreate(event: { sender: string; content: Record<string, unknown> }): RoomCreate {
  const version = own(event.content, 'room_version');
  const roomVersion = typeof version === 'string' && version !== '' ? version : '1';
  const creatorsAreInfinite = hasInfiniteCreators(roomVersion);
  const creators = new Set([event.sender]);
  const written = own(event.content, 'creator');
  // The key only has a meaning up to room version 10; later versions may hold anything there (MSC2175).
  if (Number(roomVersion) <= 10 && typeof written === 'string') creators.add(written);
  if (creatorsAreInfinite)
    for (const creator of stringsOf(own(event.content, 'additional_creators'))) creators.add(creator);
  return {
    roomVersion,
    roomType: textOrNull(own(event.content, 'type')),
    creators: [...creators],
    creatorsAreInfinite,
  };
}

function hasInfiniteCreators(roomVersion: string): boolean {
  return (/^\d{1,4}$/.test(roomVersion) && Number(roomVersion) >= 12) || roomVersion === 'org.matrix.hydra.11';
}

/** `m.room.power_levels` with all of the spec's defaults filled in. */
export interface PowerLevels {
  ban: number;
  kick: number;
  redact: number;
  invite: number;
  stateDefault: number;
  eventsDefault: number;
  usersDefault: number;
  users: ReadonlyMap<string, number>;
  events: ReadonlyMap<string, number>;
}

/** Reads power levels; invalid values become the spec's default. Strings of digits were valid up to room version 9. */
export function parsePowerLevels(content: Record<string, unknown>): PowerLevels {
  const level = (key: string, otherwise: number) => levelOf(own(content, key)) ?? otherwise;
  return {
    ban: level('ban', 50),
    kick: level('kick', 50),
    redact: level('redact', 50),
    invite: level('invite', 0),
    stateDefault: level('state_default', 50),
    eventsDefault: level('events_default', 0),
    usersDefault: level('users_default', 0),
    users: levelsOf(own(content, 'users')),
    events: levelsOf(own(content, 'events')),
  };
}

function levelsOf(raw: unknown): ReadonlyMap<string, number> {
  const levels = new Map<string, number>();
  if (typeof raw !== 'object' || raw === null) return levels;
  for (const [key, value] of Object.entries(raw)) {
    const level = levelOf(value);
    if (level !== undefined) levels.set(key, level);
  }
  return levels;
}

function levelOf(raw: unknown): number | undefined {
  const level = typeof raw === 'string' && /^\s*[+-]?\d{1,16}\s*$/.test(raw) ? Number(raw) : raw;
  return typeof level === 'number' && Number.isFinite(level) ? Math.trunc(level) : undefined;
}

/**
 * Content of `m.room.server_acl` as servers read it: no `allow` list means nobody; `allow_ip_literals` is true unless
 * it says false.
 */
export interface ServerAcl {
  allow: string[];
  deny: string[];
  allow_ip_literals: boolean;
}

/** Reads a server ACL the way Synapse does: entries that are not strings are ignored. */
export function parseServerAcl(content: Record<string, unknown>): ServerAcl {
  const literals = own(content, 'allow_ip_literals');
  return {
    allow: stringsOf(own(content, 'allow')),
    deny: stringsOf(own(content, 'deny')),
    allow_ip_literals: typeof literals === 'boolean' ? literals : true,
  };
}

/** Content of `m.room.tombstone`: the successor, if it names one. */
export function parseTombstone(content: Record<string, unknown>): { replacementRoom: string | null } {
  const room = own(content, 'replacement_room');
  return { replacementRoom: typeof room === 'string' && room.startsWith('!') && room.length <= MAX_ID ? room : null };
}

/** Content of `m.room.create`: the predecessor, if it names one. From version 12 on it only has the room id. */
export function parsePredecessor(content: Record<string, unknown>): { roomId: string | null } {
  const predecessor = own(content, 'predecessor');
  const room =
    typeof predecessor === 'object' && predecessor !== null
      ? own(predecessor as Record<string, unknown>, 'room_id')
      : undefined;
  return { roomId: typeof room === 'string' && room.startsWith('!') && room.length <= MAX_ID ? room : null };
}

/** How many servers of a space's child are tried for the room. */
const MOST_VIA = 10;

/**
 * Content of `m.space.child` (spec "Spaces"): the servers through which the child can be joined; null when it is not a
 * child (any more).
 */
export function parseSpaceChild(content: Record<string, unknown>): { via: string[] | null } {
  const via = stringsOf(own(content, 'via'))
    .filter((server) => server !== '' && server.length <= MAX_ID)
    .slice(0, MOST_VIA);
  return { via: via.length === 0 ? null : via };
}

/**
 * Whether the homeserver soft-failed the event: it accepted it but does not consider it part of the room's state, at
 * least for now (spec "Soft failure"; Synapse tells application services in `unsigned`).
 */
export function isSoftFailed(event: Pick<MatrixEvent, 'unsigned'>): boolean {
  return event.unsigned !== undefined && own(event.unsigned, 'io.element.synapse.soft_failed') === true;
}

function stringsOf(raw: unknown): string[] {
  return Array.isArray(raw) ? raw.filter((entry): entry is string => typeof entry === 'string') : [];
}

function textOrNull(raw: unknown): string | null {
  return typeof raw === 'string' ? raw : null;
}

/** An own key of the object: inherited ones (`constructor`, `toString`) are not part of the content. */
function own(object: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
