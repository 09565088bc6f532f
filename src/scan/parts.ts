import { MatrixError, type HomeserverReader } from '../matrix/types.js';
import { membersSeen, type SeenMember } from '../impersonation/members.js';
import { roomMembersOf } from '../tracking/room-state.js';
import type { SeenIdentity } from '../impersonation/sightings.js';
import { FEW_TRIES, type RequestThrottle } from './request-throttle.js';

/** Accounts per request: Synapse handles this many easily, and a million accounts make a thousand requests. */
const ACCOUNTS_A_PAGE = 1000;
const ROOMS_A_PAGE = 500;

/** The result of one request, processed and dropped before the next one is sent. */
export interface ScanPage {
  seen: Iterable<Pick<SeenMember, 'seen'> & Partial<SeenMember>>;
  /** what this page covered */
  accounts: number;
  rooms: number;
  /** rooms that could not be read */
  unread: number;
  /** position after this page */
  next: number;
  /** length of the list, as far as known */
  total: number;
}

export interface PartSource {
  homeserver: HomeserverReader;
  pace: RequestThrottle;
  signal: AbortSignal;
}

/** Whether the failure is due to missing admin rights or a missing admin API. */
export function lacksRights(error: unknown): boolean {
  return error instanceof MatrixError && [401, 403, 404].includes(error.status);
}

/** All accounts of the homeserver, oldest first, so that new ones come at the end. */
export async function* accountPages({ homeserver, pace, signal }: PartSource, from: number): AsyncGenerator<ScanPage> {
  for (let at = from; ;) {
    const page = await pace.ask(
      () => homeserver.adminUsers({ limit: ACCOUNTS_A_PAGE, oldestFirst: true, from: String(at) }),
      { signal },
    );
    const seen = page.users
      .filter((user) => !user.deactivated)
      .map(({ userId, displayName, avatarUrl, createdAt }): { seen: SeenIdentity } => ({
        seen: { sighting: { userId, displayName, avatarUrl }, where: { source: 'account', at: createdAt } },
      }));
    const next = page.next === undefined ? undefined : Number(page.next);
    // a homeserver that makes no progress would be queried for ever
    const more = next !== undefined && next > at;
    at = more ? next : at + page.users.length;
    yield { seen, accounts: page.users.length, rooms: 0, unread: 0, next: at, total: Math.max(page.total, at) };
    if (!more) return;
  }
}

/** All rooms with at least one local user, one by one. Needs admin rights. */
export async function* roomPages(source: PartSource, from: number): AsyncGenerator<ScanPage> {
  const { homeserver, pace, signal } = source;
  for (let at = from; ;) {
    const page = await pace.ask(() => homeserver.adminRooms({ from: at, limit: ROOMS_A_PAGE }), { signal });
    const total = Math.max(page.total, at + page.size);
    for (const [index, room] of page.rooms.entries()) {
      if (room.localMembers !== 0) yield { ...(await membersOf(source, room.roomId)), next: at + index + 1, total };
    }
    at += page.size;
    yield { seen: [], accounts: 0, rooms: 0, unread: 0, next: at, total };
    if (page.next === undefined || page.size === 0) return;
  }
}

/** The rooms that the bot is in: all that is visible without admin rights. */
export async function* ownRoomPages(source: PartSource, from: number): AsyncGenerator<ScanPage> {
  const rooms = (await source.pace.ask(() => source.homeserver.joinedRooms(), { signal: source.signal })).sort();
  for (const [index, roomId] of rooms.entries()) {
    if (index >= from) yield { ...(await membersOf(source, roomId)), next: index + 1, total: rooms.length };
  }
}

type RoomLook = Pick<ScanPage, 'seen' | 'accounts' | 'rooms' | 'unread'>;

/** A room that the homeserver fails to read is counted and skipped; an unreachable homeserver ends the scan. */
async function membersOf({ homeserver, pace, signal }: PartSource, roomId: string): Promise<RoomLook> {
  const unread: RoomLook = { seen: [], accounts: 0, rooms: 0, unread: 1 };
  try {
    const members = await pace.ask(() => roomMembersOf(homeserver, roomId), { signal, tries: FEW_TRIES });
    if (members === 'no_rights') return unread;
    return { seen: members === 'gone' ? [] : membersSeen(members), accounts: 0, rooms: 1, unread: 0 };
  } catch (error) {
    if (!(error instanceof MatrixError) || !error.transient) throw error;
    // no response: is it the room or the homeserver? If it is the homeserver, this rejects after many attempts
    if (error.status === 0) await pace.ask(() => homeserver.versions(), { signal });
    return unread;
  }
}
